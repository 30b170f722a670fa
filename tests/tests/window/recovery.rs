//! Both ways through the recovery of JWT_SECRET in the real window, to the verified
//! backup and the report.

use std::path::{Path, PathBuf};

use desk_tests::window::{Window, id};
use serde_json::{Value, json};

#[tokio::test]
async fn the_old_secret_is_found_and_set_again_in_english() {
    have_old_secret("en").await;
}

#[tokio::test]
async fn the_old_secret_is_found_and_set_again_in_chinese() {
    have_old_secret("zh-CN").await;
}

#[tokio::test]
async fn backups_work_again_with_a_new_secret_and_a_repair_in_english() {
    no_old_secret("en").await;
}

#[tokio::test]
async fn backups_work_again_with_a_new_secret_and_a_repair_in_chinese() {
    no_old_secret("zh-CN").await;
}

async fn have_old_secret(language: &str) {
    let window = practice(language, "have-old-secret").await;
    window.click(&id("test-value-keep")).await;
    window.sees(&format!(r#"{}[data-state="kept"]"#, id("test-value"))).await;
    window.click(&id("nav-incidents")).await;
    window.sees(&id("looked-at")).await;
    window.shot("1-nothing-found").await;
    let right = practice_info(&window).await["firstJwtSecret"].as_str().expect("a secret").to_owned();
    incident(&window, "change-jwt-secret").await;
    begin(&window, "have-old-secret").await;

    window.types(&id("candidate"), "not it, but long enough to be a secret").await;
    window.click(&id("candidate-add")).await;
    window.types_last(&id("candidate"), &right).await;
    window.click(&id("candidates-test")).await;
    for verdict in ["wrong", "right"] {
        window.sees(&format!(r#"{}[data-verdict="{verdict}"]"#, id("candidate-answer"))).await;
    }
    window.shot("3-tested").await;
    window.click(&step("find-secret", &id("step-confirm"))).await;
    window.click(&step("put-back", &id("practice-put"))).await;
    window.sees(&done("server-proves-itself")).await;
    window.shot("4-proven").await;
    window.click(&step("verify-backup", &id("back-up-now"))).await;
    window.sees(&done("verify-backup")).await;
    report(window).await;
}

async fn no_old_secret(language: &str) {
    let window = practice(language, "no-old-secret").await;
    window.click(&id("nav-incidents")).await;
    window.sees(&id("looked-at")).await;
    incident(&window, "remove-jwt-secret").await;
    begin(&window, "no-old-secret").await;

    window.click(&step("make-secret", &id("make-secret"))).await;
    window.shot("3-made").await;
    window.click(&step("make-secret", &id("step-confirm"))).await;
    window.click(&step("put-secret", &id("practice-put"))).await;
    window.sees(&done("sign-in-again")).await;
    let password = practice_info(&window).await["password"].as_str().expect("a password").to_owned();
    window.types(&id("open-password"), &password).await;
    window.click(&id("open-settings")).await;
    window.sees(&id("opened-target")).await;
    window.shot("4-opened").await;
    window.click(&id("repair-start")).await;
    window.sees(&format!(r#"{}[data-state="succeeded"]"#, id("repair-outcome"))).await;
    window.shot("5-repaired").await;
    window.sees(&done("verify-backup")).await;
    for kind in ["tell-users", "store-secret"] {
        window.click(&step(kind, &id("step-confirm"))).await;
        window.sees(&done(kind)).await;
    }
    report(window).await;
}

#[tokio::test]
async fn settings_without_a_wrap_lead_to_those_of_an_older_backup_in_chinese() {
    let window = practice("zh-CN", "wraps-removed").await;
    let backup = backed_up(&window).await;
    window.click(&id("nav-incidents")).await;
    window.sees(&id("looked-at")).await;
    incident(&window, "remove-wraps").await;
    incident(&window, "change-jwt-secret").await;
    looks_again(&window).await;
    window.sees(&to_wizard("offline")).await;
    window.shot("2-found").await;
    window.click(&to_wizard("offline")).await;
    window.sees(&id("offline-file")).await;
    window.shot("3-offline").await;
    // The system's dialog is no part of the page; this is where a chosen file leads.
    let path: String = url::form_urlencoded::byte_serialize(backup.to_string_lossy().as_bytes()).collect();
    window.goes(&format!("#/incidents/offline?path={path}")).await;
    window.sees(&format!(r#"{}[data-email="admin@practice.test"]"#, id("account-row"))).await;
    let password = practice_info(&window).await["password"].as_str().expect("a password").to_owned();
    window.types(&id("open-password"), &password).await;
    window.click(&id("open-settings")).await;
    window.sees(&id("offline-settings")).await;
    window.sees(&id("opened-target")).await;
    window.shot("4-offline-settings").await;
    window.close().await;
}

#[tokio::test]
async fn targets_are_entered_again_after_another_instance_in_english() {
    let window = practice("en", "other-instance").await;
    let backup = backed_up(&window).await;
    let secret = target_password(&window, &backup).await;
    window.click(&id("nav-incidents")).await;
    window.sees(&id("looked-at")).await;
    let session = window.invoke("app_info", json!({})).await["session"].clone();
    incident(&window, "restore-other-instance").await;
    // Every session is over: this is where each failure that says so leads.
    let profile = session["profileId"].as_str().expect("a profile");
    window.goes(&format!("#/sign-in?profile={profile}")).await;
    let password = practice_info(&window).await["password"].as_str().expect("a password").to_owned();
    window.types(&id("sign-in-password"), &password).await;
    window.click(&id("sign-in-submit")).await;
    window.sees(&id("repair-banner")).await;
    looks_again(&window).await;
    window.sees(&to_wizard("offline")).await;
    window.shot("2-found").await;
    window.click(&to_wizard("repair")).await;
    window.click(&format!(r#"{}[data-branch="repair-only"]"#, id("recovery-branch"))).await;
    window.click(&format!(r#"{}[data-value="anew"]"#, id("repair-way"))).await;
    window.click(&id("type-anew")).await;
    window.sees(&id("opened-target")).await;
    window.shot("3-typed-anew").await;
    window.types(&id("target-field-password"), &secret).await;
    // What is said of the fields comes after a pause and moves the page.
    window.shot("4-whole").await;
    window.click(&id("repair-start")).await;
    window.sees(&format!(r#"{}[data-state="succeeded"]"#, id("repair-outcome"))).await;
    window.shot("5-repaired").await;
    window.sees(&done("verify-backup")).await;
    report(window).await;
}

/// Backs up and downloads the backup; its file.
async fn backed_up(window: &Window) -> PathBuf {
    window.click(&id("back-up-now")).await;
    window.sees(&format!(r#"{}[data-state="succeeded"]"#, id("job-row"))).await;
    window.click(&format!("{} {}", id("job-row"), id("job-dismiss"))).await;
    window.click(&id("nav-backups")).await;
    let row = format!(r#"{}[data-name$=".zip"]"#, id("backup-row"));
    window.click(&format!("{row} {}", id("backup-menu"))).await;
    window.click(&id("row-download")).await;
    window.sees(&format!(r#"{}[data-state="succeeded"]"#, id("job-row"))).await;
    window.click(&format!("{} {}", id("job-row"), id("job-dismiss"))).await;
    let mut files = std::fs::read_dir(window.downloads()).expect("downloads");
    files.next().expect("one file").expect("an entry").path()
}

/// The target's password, as an administrator has it written down.
async fn target_password(window: &Window, backup: &Path) -> String {
    let practice = practice_info(window).await;
    let opened = json!({
        "path": backup,
        "email": practice["email"],
        "password": practice["password"],
        "caseId": null,
    });
    let opened = window.invoke("open_backup_settings", opened).await;
    let one = json!({
        "handle": opened["handle"],
        "destinationId": opened["settings"]["destinations"][0]["id"],
    });
    window.invoke("reveal_secret", one).await.as_str().expect("a password").to_owned()
}

/// Checks the incidents again.
async fn looks_again(window: &Window) {
    window.click(&id("nav-overview")).await;
    window.click(&id("nav-incidents")).await;
}

fn to_wizard(wizard: &str) -> String {
    format!(r#"{}[data-wizard="{wizard}"]"#, id("to-wizard"))
}

/// The window on its practice instance, in this language.
async fn practice(language: &str, way: &str) -> Window {
    let window = Window::open(&format!("recovery-{way}-{language}")).await;
    window.sees(&id("door-practice")).await;
    window.set("desk.language", language).await;
    window.click(&id("door-practice")).await;
    window.sees(&id("target-card")).await;
    window
}

/// Checks the incidents again, and takes this way into the wizard.
async fn begin(window: &Window, branch: &str) {
    looks_again(window).await;
    window.sees(&to_wizard("secret")).await;
    window.shot("2-found").await;
    window.click(&to_wizard("secret")).await;
    window.click(&format!(r#"{}[data-branch="{branch}"]"#, id("recovery-branch"))).await;
}

/// Ends the recovery with its report, and closes the window.
async fn report(window: Window) {
    window.click(&id("case-close")).await;
    window.sees(&format!(r#"{}[data-complete="true"]"#, id("case-report"))).await;
    window.shot("6-report").await;
    window.close().await;
}

async fn incident(window: &Window, kind: &str) {
    window.invoke("practice_inject_fault", json!({"fault": {"type": kind}})).await;
}

async fn practice_info(window: &Window) -> Value {
    window.invoke("app_info", json!({})).await["practice"].clone()
}

/// Something inside of a step.
fn step(kind: &str, inside: &str) -> String {
    format!(r#"{}[data-step="{kind}"] {inside}"#, id("recovery-step"))
}

fn done(kind: &str) -> String {
    format!(r#"{}[data-step="{kind}"][data-state="done"]"#, id("recovery-step"))
}
