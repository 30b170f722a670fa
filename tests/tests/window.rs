//! The main job in the real window: first run, practice, back up, check, download,
//! inspect, restore, skipped list; in both languages, with pictures.

#[path = "window/batches.rs"]
mod batches;
#[path = "window/desk_targets.rs"]
mod desk_targets;
#[path = "window/dialogs.rs"]
mod dialogs;
#[path = "window/direct.rs"]
mod direct;
#[path = "window/editor.rs"]
mod editor;
#[path = "window/exports.rs"]
mod exports;
#[path = "window/keyboard.rs"]
mod keyboard;
#[path = "window/lost_attachments.rs"]
mod lost_attachments;
#[path = "window/recovery.rs"]
mod recovery;
#[path = "window/restore.rs"]
mod restore;
#[path = "window/servers.rs"]
mod servers;
#[path = "window/start.rs"]
mod start;
#[path = "window/states.rs"]
mod states;
#[path = "window/suspicious.rs"]
mod suspicious;
#[path = "window/target_recoveries.rs"]
mod target_recoveries;
#[path = "window/target_work.rs"]
mod target_work;
#[path = "window/watching.rs"]
mod watching;

use desk_tests::at_desk::names_in;
use desk_tests::window::{Window, id};
use serde_json::json;

#[tokio::test]
async fn the_main_job_is_done_in_english_and_light() {
    main_job("en", "light").await;
}

#[tokio::test]
async fn the_main_job_is_done_in_chinese_and_dark() {
    main_job("zh-CN", "dark").await;
}

async fn main_job(language: &str, theme: &str) {
    let window = Window::open(&format!("{language}-{theme}")).await;
    window.sees(&id("door-practice")).await;
    window.set("desk.language", language).await;
    window.set("desk.theme", theme).await;
    window.sees(&id("door-connect")).await;
    window.sees(&id("door-open")).await;
    window.shot("1-first-run").await;

    window.click(&id("door-practice")).await;
    window.sees(&id("target-card")).await;
    window.shot("2-overview-new").await;

    // Back up: the new backup is read back and verified.
    // A slow target lets a person, and this test, watch the stages.
    let slow = json!({"fault": {"type": "latency", "side": "target", "milliseconds": 600}});
    window.invoke("practice_inject_fault", slow).await;
    window.click(&id("back-up-now")).await;
    window.sees(&format!("{} {}", job("running"), id("job-stage"))).await;
    window.shot("3-backing-up").await;
    window.invoke("practice_inject_fault", json!({"fault": {"type": "restore-normal"}})).await;
    window.sees(&job("succeeded")).await;
    window.shot("4-backed-up").await;
    window.click(&format!("{} {}", id("job-row"), id("job-dismiss"))).await;

    // One body is lost behind the index's back.
    let fault = json!({"fault": {"type": "delete-bodies", "count": 1, "forget": false}});
    window.invoke("practice_inject_fault", fault).await;

    // Check and download.
    window.click(&id("nav-backups")).await;
    let row = format!(r#"{}[data-name$=".zip"]"#, id("backup-row"));
    window.sees(&format!(r#"{row}[data-integrity="verified"]"#)).await;
    window.shot("5-backups").await;
    act(&window, &row, "row-check").await;
    window.sees(&job("succeeded")).await;
    window.click(&format!("{} {}", id("job-row"), id("job-dismiss"))).await;
    act(&window, &row, "row-download").await;
    // The file is whole; the lost body is named.
    window.sees(&job("attention")).await;
    window.shot("6-downloaded").await;
    let downloaded = names_in(&window.downloads());
    assert_eq!(downloaded.len(), 1, "one whole file and nothing else: {downloaded:?}");
    window.click(&format!("{} {}", id("job-row"), id("job-dismiss"))).await;

    // Inspect the downloaded file.
    window.click(&id("nav-inspect")).await;
    window.shot("7-inspect-empty").await;
    window.click(&format!(r#"{}[data-name="{}"]"#, id("inspect-known"), downloaded[0])).await;
    window.sees(&id("inspect-verdict")).await;
    window.shot("8-inspect").await;
    for tab in ["contents", "attachments", "people", "checks", "secrets"] {
        window.click(&id(&format!("inspect-tab-{tab}"))).await;
        window.shot(&format!("8-inspect-{tab}")).await;
    }

    // Restore it from the target.
    window.click(&id("nav-backups")).await;
    act(&window, &row, "row-restore").await;
    // The first step of the plan leaves no trace on the server; continuing makes an export.
    window.sees(&id("restore-plan")).await;
    window.shot("9-restore-plan").await;
    window.click(&id("restore-go-on")).await;
    window.sees(&id("restore-start")).await;
    window.shot("9-restore-whole-plan").await;
    let plan = window.attributes(&id("restore-foreseen"), "data-path").await;
    assert_eq!(plan.len(), 1, "the lost body is foreseen");
    let info = window.invoke("app_info", json!({})).await;
    let server = info["session"]["serverUrl"].as_str().expect("signed in").trim_start_matches("http://");
    // The lost body is still on the server: restoring deletes it, which is asked about.
    window.click(&id("restore-accept-lost")).await;
    window.types(&id("restore-confirm-input"), server).await;
    window.click(&id("restore-start")).await;
    window.sees(&id("restore-result")).await;
    window.shot("10-restore-result").await;
    let skipped = window.attributes(&id("skipped-row"), "data-path").await;
    assert_eq!(skipped, plan, "what was skipped is what was foreseen");
    let causes = window.attributes(&id("skipped-row"), "data-cause").await;
    assert_eq!(causes, ["missing-on-target"]);

    // It is kept permanently.
    window.click(&id("nav-activity")).await;
    window.click(&format!(r#"{}[data-kind="restore"]"#, id("activity-row"))).await;
    window.sees(&id("activity-detail")).await;
    window.sees(&id("skipped-row")).await;
    window.shot("11-activity").await;
    window.click(&id("nav-incidents")).await;
    window.shot("12-incidents").await;
    window.click(&id("nav-settings")).await;
    window.shot("13-settings").await;
    window.close().await;
}

/// The job strip's line in this state.
fn job(state: &str) -> String {
    format!(r#"{}[data-state="{state}"]"#, id("job-row"))
}

/// Opens a row's menu and chooses an action.
async fn act(window: &Window, row: &str, action: &str) {
    window.click(&format!("{row} {}", id("backup-menu"))).await;
    window.click(&id(action)).await;
}
