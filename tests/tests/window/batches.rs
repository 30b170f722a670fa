//! Several backups at once, and what happens to files that are there already.

use std::path::{Path, PathBuf};

use desk_tests::at_desk::names_in;
use desk_tests::window::{Window, id};
use serde_json::json;

use crate::direct::zip_in;
use crate::{act, job};

/// Opens the practice instance in English, with this many backups on its target.
pub async fn practised(shots: &str, backups: usize) -> Window {
    let window = Window::open(shots).await;
    window.sees(&id("door-practice")).await;
    window.set("desk.language", "en").await;
    window.click(&id("door-practice")).await;
    window.sees(&id("target-card")).await;
    if backups > 0 {
        window.click(&id("back-up-now")).await;
        window.sees(&job("succeeded")).await;
        window.click(&format!("{} {}", id("job-row"), id("job-dismiss"))).await;
        window.misses(&id("job-row")).await;
        let made = made(&window).await;
        for copy in 1..backups {
            std::fs::copy(&made, made.with_file_name(format!("copy-{copy}.zip"))).expect("copied");
        }
    }
    window
}

/// The backup on the practice instance's target.
async fn made(window: &Window) -> PathBuf {
    let practice = window.invoke("app_info", json!({})).await["practice"].clone();
    zip_in(Path::new(practice["targetFolder"].as_str().expect("a folder"))).expect("a backup")
}

#[tokio::test]
async fn a_batch_of_checks_has_one_summary_and_is_dismissed_together() {
    let window = practised("batch", 3).await;
    window.goes("#/backups").await;
    window.click(&id("select-all")).await;
    window.click(&id("selection-check")).await;
    let sum = format!("{}[data-tone]", id("job-summary"));
    window.sees(&sum).await;
    let began = std::time::Instant::now();
    while !ended(&window).await {
        assert!(began.elapsed().as_secs() < 60, "{}", window.text(&id("job-strip")).await);
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    window.shot("1-summary").await;
    assert_eq!(window.attributes(&sum, "data-tone").await.len(), 1, "one summary");
    assert_eq!(window.attributes(&id("jobs-dismiss"), "data-testid").await.len(), 1);
    window.click(&id("jobs-dismiss")).await;
    window.misses(&id("job-strip")).await;
    window.close().await;
}

/// Every check of the batch has ended.
async fn ended(window: &Window) -> bool {
    let history = window.invoke("job_history", json!({"limit": 10})).await;
    let checks: Vec<_> =
        history.as_array().expect("a list").iter().filter(|job| job["kind"] == "integrity").collect();
    checks.len() == 3 && checks.iter().all(|job| job["state"] != "running")
}

#[tokio::test]
async fn an_existing_file_name_can_be_kept_or_replaced() {
    let window = practised("taken", 1).await;
    let made = made(&window).await;
    let name = made.file_name().expect("a name").to_string_lossy().into_owned();
    let here = window.downloads();
    std::fs::create_dir_all(&here).expect("a folder");
    std::fs::write(here.join(&name), b"mine").expect("written");
    window.goes("#/backups").await;
    let row = format!(r#"{}[data-name="{name}"]"#, id("backup-row"));

    act(&window, &row, "row-download").await;
    window.sees(&id("taken-dialog")).await;
    window.shot("1-asked").await;
    window.click(&id("taken-keep")).await;
    window.sees(&job("succeeded")).await;
    let numbered = name.replace(".zip", " (1).zip");
    assert_eq!(std::fs::read(here.join(&name)).expect("there"), b"mine", "nothing was replaced");
    assert_eq!(names_in(&here), [numbered, name.clone()]);
    window.click(&format!("{} {}", id("job-row"), id("job-dismiss"))).await;
    window.misses(&id("job-row")).await;

    act(&window, &row, "row-download").await;
    window.click(&id("taken-replace")).await;
    window.sees(&job("succeeded")).await;
    let there = std::fs::read(&made).expect("there");
    assert_eq!(std::fs::read(here.join(&name)).expect("here"), there);
    window.click(&format!("{} {}", id("job-row"), id("job-dismiss"))).await;
    window.misses(&id("job-row")).await;

    // The same bytes are no obstacle.
    act(&window, &row, "row-download").await;
    window.sees(&job("succeeded")).await;
    window.misses(&id("taken-dialog")).await;
    assert_eq!(names_in(&here).len(), 2);
    window.close().await;
}

#[tokio::test]
async fn a_backup_is_deleted_after_confirmation() {
    let window = practised("delete", 2).await;
    let copy = made(&window).await.with_file_name("copy-1.zip");
    window.goes("#/backups").await;
    let checked = format!(r#"{}[data-name^="nodewarden"]"#, id("backup-row"));
    act(&window, &checked, "row-check-deep").await;
    window.sees(&job("succeeded")).await;
    window.click(&format!("{} {}", id("job-row"), id("job-dismiss"))).await;
    let row = format!(r#"{}[data-name="copy-1.zip"]"#, id("backup-row"));
    act(&window, &row, "row-delete").await;
    window.sees(&id("delete-confirm")).await;
    assert!(copy.exists(), "nothing goes before it is confirmed");
    window.click(&id("delete-confirm")).await;
    window.sees(&job("succeeded")).await;
    window.misses(&row).await;
    assert!(!copy.exists());
    window.close().await;
}
