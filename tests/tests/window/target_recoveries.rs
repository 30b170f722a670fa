//! Recoveries of a target in the real window, each to its end: a backup that may be corrupt, a target
//! that stopped working, and too many attachments for the worker.

use desk_practice::{Fault, Practice, PracticeOptions, Sample};
use desk_tests::window::{Window, id};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use crate::job;

#[tokio::test]
async fn a_corrupt_backup_is_kept_replaced_and_drilled_in_english() {
    suspicious("en").await;
}

#[tokio::test]
async fn a_corrupt_backup_is_kept_replaced_and_drilled_in_chinese() {
    suspicious("zh-CN").await;
}

#[tokio::test]
async fn a_refused_login_is_found_fixed_and_confirmed_in_english() {
    stopped("en").await;
}

#[tokio::test]
async fn a_refused_login_is_found_fixed_and_confirmed_in_chinese() {
    stopped("zh-CN").await;
}

#[tokio::test]
async fn a_target_blocked_for_the_server_is_backed_up_to_from_here_in_english() {
    blocked("en").await;
}

#[tokio::test]
async fn a_target_blocked_for_the_server_is_backed_up_to_from_here_in_chinese() {
    blocked("zh-CN").await;
}

#[tokio::test]
async fn attachments_beyond_the_limit_are_uploaded_from_here_in_english() {
    limit("en").await;
}

#[tokio::test]
async fn attachments_beyond_the_limit_are_uploaded_from_here_in_chinese() {
    limit("zh-CN").await;
}

/// A window that is signed in to a practice instance of the test, and its master password entered.
async fn signed_in(shots: &str, language: &str, attachments: u32) -> (Practice, Window) {
    let sample = Sample { ciphers: 5, attachments, ..Sample::default() };
    let practice = Practice::start(PracticeOptions::quick().sample(sample)).await.expect("an instance");
    let window = Window::open(&format!("{shots}-{language}")).await;
    window.sees(&id("door-connect")).await;
    window.set("desk.language", language).await;
    window.click(&id("door-connect")).await;
    window.types(&id("sign-in-server"), practice.server_url()).await;
    window.types(&id("sign-in-email"), practice.admin_email()).await;
    window.types(&id("sign-in-password"), practice.admin_password().expose_secret()).await;
    window.click(&id("sign-in-submit")).await;
    window.sees(&id("target-card")).await;
    (practice, window)
}

/// Keeps the login of the target with an address that this computer reaches.
async fn reach_from_here(window: &Window, practice: &Practice) {
    let (user, password) = practice.webdav_credentials();
    let mut typed = window.invoke("backup_settings", json!({})).await;
    let target = typed["destinations"][0]["id"].clone();
    typed["destinations"][0]["location"] = json!({
        "type": "webdav", "baseUrl": practice.webdav_url(), "username": user,
        "password": {"type": "new", "value": password.expose_secret()}, "remotePath": "nodewarden",
    });
    let held = window.invoke("hold_settings", json!({"settings": typed})).await;
    window.invoke("keep_login", json!({"handle": held["handle"], "destinationId": target})).await;
}

/// Starts a backup past the page, and waits for its end; its record.
async fn back_up(window: &Window) -> Value {
    run(window, json!({"kind": "backup", "targetId": null})).await
}

/// Starts a job past the page, and waits for its end; its record.
pub async fn run(window: &Window, request: Value) -> Value {
    let number = window.invoke("start_job", json!({"request": request})).await;
    let began = std::time::Instant::now();
    loop {
        let record = window.invoke("job", json!({"jobId": number})).await;
        if record["state"] != "running" {
            return record;
        }
        assert!(began.elapsed().as_secs() < 120, "{record}");
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
}

/// Goes from the finding into its playbook.
async fn begin(window: &Window, playbook: &str) {
    window.goes("#/overview").await;
    window.sees(&id("target-card")).await;
    dismiss(window).await;
    window.click(&id("nav-incidents")).await;
    let way = format!(r#"{}[data-wizard="{playbook}"]"#, id("to-wizard"));
    window.sees(&way).await;
    window.shot("1-found").await;
    window.click(&way).await;
    window.click(&format!(r#"{}[data-branch="{playbook}"]"#, id("recovery-branch"))).await;
}

/// Something inside of a step.
fn step(kind: &str, inside: &str) -> String {
    format!(r#"{}[data-step="{kind}"] {}"#, id("recovery-step"), id(inside))
}

fn standing(kind: &str, state: &str) -> String {
    format!(r#"{}[data-step="{kind}"][data-state="{state}"]"#, id("recovery-step"))
}

async fn done(window: &Window, kind: &str) {
    window.sees(&standing(kind, "done")).await;
}

/// Takes every ended job off the strip, which is over the bottom of the page.
async fn dismiss(window: &Window) {
    let script = "for (const name of ['jobs-dismiss', 'job-dismiss'])
        document.querySelectorAll(`[data-testid=\"${name}\"]`).forEach((button) => button.click())";
    window.asked(script, &[]).await;
    window.misses(&id("job-row")).await;
}

/// Ends the recovery with its report, and closes the window.
async fn report(window: Window) {
    window.click(&id("case-close")).await;
    window.sees(&format!(r#"{}[data-complete="true"]"#, id("case-report"))).await;
    window.shot("9-report").await;
    window.close().await;
}

async fn suspicious(language: &str) {
    let (practice, window) = signed_in("suspicious-playbook", language, 0).await;
    assert_eq!(back_up(&window).await["state"], "succeeded");
    // Names have the time to the second.
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    let second = back_up(&window).await;
    let bad = second["result"]["fileName"].as_str().expect("a name").to_owned();
    practice.inject(&Fault::FlipBit { file: Some(bad.clone()) }).expect("flipped");
    let target = second["result"]["targetId"].clone();
    let check = json!({"kind": "integrity", "targetId": target, "path": bad, "deep": true});
    assert_eq!(run(&window, check).await["state"], "attention");

    begin(&window, "suspicious-backup").await;
    for _ in 0..2 {
        window.click(&step("read-backup", "step-act")).await;
        window.sees(&job("attention")).await;
        dismiss(&window).await;
    }
    done(&window, "read-backup").await;
    window.shot("2-read-twice").await;
    window.click(&step("save-evidence", "step-act")).await;
    done(&window, "save-evidence").await;
    window.click(&step("find-good-backup", "step-act")).await;
    done(&window, "find-good-backup").await;
    window.shot("3-good-one-found").await;
    window.click(&step("keep-backups", "step-act")).await;
    done(&window, "keep-backups").await;
    window.click(&step("verify-backup", "back-up-now")).await;
    done(&window, "verify-backup").await;
    window.shot("4-new-one-verified").await;
    window.click(&step("drill-backup", "step-act")).await;
    drill(&window, "suspicious-backup").await;
    report(window).await;
}

/// Starts the drill that is asked about, and comes back to the recovery when it has passed.
async fn drill(window: &Window, playbook: &str) {
    window.sees(&id("drill-dialog")).await;
    window.shot("5-drill").await;
    window.click(&id("drill-start")).await;
    window.sees(&format!(r#"{}[data-state="succeeded"]"#, id("activity-detail"))).await;
    window.goes(&format!("#/incidents/{playbook}")).await;
    done(window, "drill-backup").await;
}

async fn stopped(language: &str) {
    let (practice, window) = signed_in("stopped-playbook", language, 2).await;
    reach_from_here(&window, &practice).await;
    practice.inject(&Fault::TargetStatus { status: 401 }).expect("refused");
    assert_eq!(back_up(&window).await["state"], "failed");
    begin(&window, "target-stopped").await;
    window.click(&step("look-from-server", "step-act")).await;
    done(&window, "look-from-server").await;
    window.click(&step("look-from-here", "step-act")).await;
    done(&window, "look-from-here").await;
    let look = |cause: &str| format!(r#"{}[data-cause="{cause}"]"#, id("target-look"));
    window.sees(&format!("{} {}", standing("fix-target", "needs-you"), look("login"))).await;
    window.shot("2-cause").await;

    // Left, and resumed where it was.
    window.click(&id("case-leave")).await;
    window.sees(&id("resume-case")).await;
    window.click(&format!("{} a", id("resume-case"))).await;
    window.sees(&look("login")).await;

    practice.inject(&Fault::RestoreNormal).expect("fixed");
    window.click(&step("fix-target", "step-act")).await;
    done(&window, "fix-target").await;
    window.shot("3-fixed").await;
    window.click(&step("verify-backup", "back-up-now")).await;
    done(&window, "verify-backup").await;
    report(window).await;
}

async fn blocked(language: &str) {
    let (practice, window) = signed_in("blocked-playbook", language, 2).await;
    reach_from_here(&window, &practice).await;
    practice.inject(&Fault::TargetBlocksServer).expect("blocked");
    assert_eq!(back_up(&window).await["state"], "failed");
    begin(&window, "target-stopped").await;
    window.click(&step("look-from-server", "step-act")).await;
    done(&window, "look-from-server").await;
    window.click(&step("look-from-here", "step-act")).await;
    window.sees(&format!(r#"{}[data-cause="blocked-for-server"]"#, id("target-look"))).await;
    window.shot("2-blocked").await;
    // The dialog for folders is the system's: what it returns is saved past the form.
    let folder = window.downloads();
    std::fs::create_dir_all(&folder).expect("a folder");
    let form = json!({
        "id": null, "name": "Disk", "place": {"type": "folder", "path": folder}, "attachments": true,
        "schedule": {"type": "off"}, "retention": null, "httpAccepted": false, "caFile": null,
    });
    window.invoke("save_desk_target", json!({"form": form})).await;
    window.click(&step("fix-target", "step-give-up")).await;
    window.sees(&step("back-up-here", "step-act")).await;
    window.shot("3-back-up-here").await;
    window.click(&step("back-up-here", "step-act")).await;
    done(&window, "back-up-here").await;
    report(window).await;
}

async fn limit(language: &str) {
    let (practice, window) = signed_in("limit-playbook", language, 6).await;
    reach_from_here(&window, &practice).await;
    practice.inject(&Fault::SubrequestLimit { bodies: 2 }).expect("a limit");
    assert_eq!(back_up(&window).await["error"]["detail"]["kind"], "target-subrequests");
    begin(&window, "subrequest-limit").await;
    window.click(&step("count-bodies", "step-act")).await;
    done(&window, "count-bodies").await;
    window.sees(&step("upload-bodies", "bodies-ahead")).await;
    window.click(&step("upload-bodies", "work-make-plan")).await;
    window.sees(&step("upload-bodies", "work-plan")).await;
    window.shot("2-plan").await;
    window.click(&step("upload-bodies", "step-act")).await;
    done(&window, "upload-bodies").await;
    window.shot("3-uploaded").await;
    window.click(&step("verify-backup", "back-up-now")).await;
    done(&window, "verify-backup").await;
    window.click(&step("drill-backup", "step-test")).await;
    drill(&window, "subrequest-limit").await;
    report(window).await;
}
