//! Attachments that are gone from a target, in the real window: from the finding to the report.

use desk_tests::window::{Window, id};
use serde_json::{Value, json};

use crate::direct::zip_in;
use crate::restore::{file_name, goes_on, plans, target_folder};
use crate::target_recoveries::run;
use crate::{act, job};

#[tokio::test]
async fn a_deleted_attachments_folder_is_recovered_in_english() {
    deleted_folder("en", "light").await;
}

#[tokio::test]
async fn a_deleted_attachments_folder_is_recovered_in_chinese() {
    deleted_folder("zh-CN", "dark").await;
}

async fn deleted_folder(language: &str, theme: &str) {
    let window = practice(&format!("deleted-folder-{language}"), language, theme).await;
    let info = window.invoke("app_info", json!({})).await;
    backs_up(&window).await;
    reachable(&window, &info).await;
    // The index stays: without it, nothing would have to be moved out of the way.
    inject(&window, json!({"type": "delete-bodies", "count": 3, "forget": false})).await;
    window.click(&id("nav-backups")).await;
    act(&window, &format!(r#"{}[data-name$=".zip"]"#, id("backup-row")), "row-check-deep").await;
    window.sees(&job("attention")).await;
    dismiss(&window).await;

    window.click(&id("nav-incidents")).await;
    window.sees(&to_wizard("deleted-folder")).await;
    window.shot("1-finding").await;
    window.click(&to_wizard("deleted-folder")).await;
    window.sees(&branch("deleted-folder")).await;
    window.shot("2-choice").await;
    window.click(&branch("deleted-folder")).await;
    window.sees(&open("keep-backups")).await;
    window.shot("3-keep").await;
    window.click(&step("keep-backups", "step-act")).await;
    window.sees(&done("keep-backups")).await;

    window.click(&step("examine-target", "step-act")).await;
    window.sees(&id("work-reached")).await;
    window.shot("4-examine").await;
    window.click(&id("work-start")).await;
    window.sees(&done("examine-target")).await;
    dismiss(&window).await;
    window.click(&step("find-copies", "step-act")).await;
    window.sees(&done("find-copies")).await;
    window.shot("5-copies").await;
    window.click(&step("heal-target", "step-act")).await;
    window.sees(&id("work-reached")).await;
    window.click(&id("work-make-plan")).await;
    window.sees(&id("work-plan")).await;
    window.shot("6-plan").await;
    window.click(&id("work-start")).await;
    window.sees(&done("heal-target")).await;
    dismiss(&window).await;
    window.shot("7-put-back").await;

    // It is left, and resumed where it was.
    window.goes("#/overview").await;
    resumes(&window, "deleted-folder", &info).await;
    window.sees(&open("back-up-attachments")).await;
    window.click(&step("back-up-attachments", "back-up-now")).await;
    window.sees(&done("back-up-attachments")).await;
    dismiss(&window).await;
    window.shot("8-backed-up").await;
    window.click(&step("verify-target", "step-act")).await;
    window.sees(&id("work-reached")).await;
    window.click(&id("work-start")).await;
    window.sees(&done("verify-target")).await;
    dismiss(&window).await;
    window.shot("9-verified").await;
    window.click(&step("drill-backup", "step-act")).await;
    window.sees(&id("drill-start")).await;
    window.shot("10-drill").await;
    window.click(&id("drill-start")).await;
    window.sees(&done("drill-backup")).await;
    report(window, language).await;
}

#[tokio::test]
async fn attachments_skipped_by_a_restore_are_recovered_in_chinese() {
    left_out("zh-CN", "dark", true).await;
}

#[tokio::test]
async fn skipped_attachments_without_a_copy_are_listed_in_english() {
    left_out("en", "light", false).await;
}

/// A restore that leaves two attachments out; a complete export from before has them, or nothing has.
async fn left_out(language: &str, theme: &str, has_copy: bool) {
    let window = practice(&format!("left-out-{language}"), language, theme).await;
    let info = window.invoke("app_info", json!({})).await;
    backs_up(&window).await;
    if has_copy {
        assert_eq!(run(&window, everything()).await["state"], "succeeded");
        dismiss(&window).await;
    }
    inject(&window, json!({"type": "delete-bodies", "count": 2, "forget": false})).await;
    let name = file_name(&zip_in(&target_folder(&info)).expect("a backup"));
    plans(&window, &name).await;
    restores(&window, &info, "attention").await;

    window.goes("#/incidents").await;
    window.sees(&to_wizard("skipped-attachments")).await;
    window.click(&to_wizard("skipped-attachments")).await;
    window.click(&branch("skipped-attachments")).await;
    window.sees(&done("read-skipped")).await;
    window.shot("1-started").await;
    window.click(&step("find-copies", "step-act")).await;
    window.sees(&done("find-copies")).await;
    window.shot("2-copies").await;
    signs_in(&window, &info).await;
    repairs(&window, &info).await;
    if has_copy {
        window.click(&step("complete-zip", "step-act")).await;
        window.click(&step("complete-zip", "skipped-download")).await;
        window.sees(&done("complete-zip")).await;
        window.shot("3-complete").await;
        window.click(&step("restore-again", "step-act")).await;
        window.sees(&id("restore-plan")).await;
        restores(&window, &info, "succeeded").await;
        signs_in(&window, &info).await;
        window.sees(&done("restore-again")).await;
        window.shot("4-restored").await;
        repairs(&window, &info).await;
    }
    window.sees(&open("fetch-attachments")).await;
    window.shot("5-repaired").await;
    window.click(&step("fetch-attachments", "step-act")).await;
    window.sees(&done("fetch-attachments")).await;
    if !has_copy {
        window.click(&step("name-lost", "step-confirm")).await;
        window.sees(&done("name-lost")).await;
        window.shot("6-lost").await;
    }
    window.click(&step("drill-backup", "step-act")).await;
    window.sees(&id("drill-start")).await;
    window.click(&id("drill-start")).await;
    window.sees(&done("drill-backup")).await;
    window.click(&id("jobs-dismiss")).await;
    window.misses(&id("job-row")).await;
    report(window, language).await;
}

/// A complete export of what the server holds.
fn everything() -> Value {
    json!({
        "kind": "export", "from": {"type": "server", "attachments": true}, "folder": null,
        "sources": [{"type": "server"}], "missing": "fail", "passphrase": null, "askOverLimits": false,
    })
}

/// Confirms the restore that is planned, and follows it to its end.
async fn restores(window: &Window, info: &Value, state: &str) {
    goes_on(window, info).await;
    window.click(&id("restore-start")).await;
    window.sees(&format!(r#"{}[data-state="{state}"]"#, id("restore-result"))).await;
}

/// A restore has left settings that the server cannot open.
async fn repairs(window: &Window, info: &Value) {
    window.types(&id("open-password"), password(info)).await;
    window.click(&id("open-settings")).await;
    window.sees(&id("opened-target")).await;
    window.click(&id("repair-start")).await;
    window.sees(&done("repair-settings")).await;
}

/// A restore has ended the session.
async fn signs_in(window: &Window, info: &Value) {
    let profile = info["session"]["profileId"].as_str().expect("a profile");
    window.goes(&format!("#/sign-in?profile={profile}")).await;
    window.types(&id("sign-in-password"), password(info)).await;
    window.click(&id("sign-in-submit")).await;
    window.misses(&id("sign-in-submit")).await;
    resumes(window, "skipped-attachments", info).await;
}

/// The window on its practice instance, in this language.
async fn practice(shots: &str, language: &str, theme: &str) -> Window {
    let window = Window::open(shots).await;
    window.sees(&id("door-practice")).await;
    window.set("desk.language", language).await;
    window.set("desk.theme", theme).await;
    window.click(&id("door-practice")).await;
    window.sees(&id("target-card")).await;
    if theme == "light" {
        window.resize(900, 600).await;
    }
    window
}

async fn backs_up(window: &Window) {
    window.click(&id("back-up-now")).await;
    window.sees(&job("succeeded")).await;
    dismiss(window).await;
}

/// Takes the rows of ended jobs away.
async fn dismiss(window: &Window) {
    window.sees(&id("job-dismiss")).await;
    window.click(&format!("{} {}", id("job-row"), id("job-dismiss"))).await;
    window.misses(&id("job-row")).await;
}

/// The practice target at the address that this computer reaches, with its login in the keyring.
async fn reachable(window: &Window, info: &Value) {
    let opened = window.invoke("open_server_settings", json!({"password": password(info)})).await;
    let target = target_of(window).await;
    let shown = json!({"handle": opened["handle"], "destinationId": target});
    let secret = window.invoke("reveal_secret", shown).await;
    let mut typed = window.invoke("backup_settings", json!({})).await;
    let location = &mut typed["destinations"][0]["location"];
    let address = location["baseUrl"].as_str().expect("an address").trim_end_matches('/').to_owned();
    let port = address.rsplit(':').next().expect("a port").to_owned();
    location["baseUrl"] = format!("http://127.0.0.1:{port}").into();
    location["password"] = json!({"type": "new", "value": secret});
    let held = window.invoke("hold_settings", json!({"settings": typed})).await;
    window.invoke("keep_login", json!({"handle": held["handle"], "destinationId": target})).await;
}

async fn target_of(window: &Window) -> String {
    let settings = window.invoke("backup_settings", json!({})).await;
    settings["destinations"][0]["id"].as_str().expect("a target").to_owned()
}

async fn resumes(window: &Window, playbook: &str, info: &Value) {
    let profile = info["session"]["profileId"].as_str().expect("a profile");
    window.goes(&format!("#/incidents/{playbook}?profile={profile}")).await;
}

/// Ends the procedure with its report, and closes the window.
async fn report(window: Window, language: &str) {
    window.shot("11-all-done").await;
    let is_chinese = window.text(&id("nav-overview")).await.contains("概览");
    assert_eq!(is_chinese, language == "zh-CN", "in the language of the person");
    window.click(&id("case-close")).await;
    window.sees(&format!(r#"{}[data-complete="true"]"#, id("case-report"))).await;
    window.shot("12-report").await;
    window.close().await;
}

async fn inject(window: &Window, fault: Value) {
    window.invoke("practice_inject_fault", json!({"fault": fault})).await;
}

fn password(info: &Value) -> &str {
    info["practice"]["password"].as_str().expect("a password")
}

fn to_wizard(wizard: &str) -> String {
    format!(r#"{}[data-wizard="{wizard}"]"#, id("to-wizard"))
}

fn branch(path: &str) -> String {
    format!(r#"{}[data-branch="{path}"]"#, id("recovery-branch"))
}

/// Something inside of a step.
fn step(kind: &str, inside: &str) -> String {
    format!(r#"{}[data-step="{kind}"] {}"#, id("recovery-step"), id(inside))
}

fn open(kind: &str) -> String {
    format!(r#"{}[data-step="{kind}"][data-state="needs-you"]"#, id("recovery-step"))
}

fn done(kind: &str) -> String {
    format!(r#"{}[data-step="{kind}"][data-state="done"]"#, id("recovery-step"))
}
