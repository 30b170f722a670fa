//! Restores in the real window: followed from the plan to the last step of the checklist, and one
//! that would lock everyone out.

use std::path::{Path, PathBuf};

use desk_tests::backups::changed;
use desk_tests::window::{Window, id};
use serde_json::{Value, json};

use crate::direct::zip_in;
use crate::job;

#[tokio::test]
async fn a_restore_is_followed_from_its_plan_to_the_last_step_in_english() {
    followed("en").await;
}

#[tokio::test]
async fn a_restore_is_followed_from_its_plan_to_the_last_step_in_chinese() {
    followed("zh-CN").await;
}

async fn followed(language: &str) {
    let window = practice(&format!("restore-{language}"), language).await;
    let info = window.invoke("app_info", json!({})).await;
    backs_up(&window).await;
    let lost = json!({"fault": {"type": "delete-bodies", "count": 2, "forget": false}});
    window.invoke("practice_inject_fault", lost).await;
    let name = file_name(&zip_in(&target_folder(&info)).expect("a backup"));

    plans(&window, &name).await;
    window.shot("1-plan").await;
    goes_on(&window, &info).await;
    window.shot("2-confirmed").await;
    // A slow target lets a person, and this test, watch the stages.
    let slow = json!({"fault": {"type": "latency", "side": "target", "milliseconds": 1500}});
    window.invoke("practice_inject_fault", slow).await;
    window.click(&id("restore-start")).await;
    window.sees(&id("restore-stage")).await;
    window.shot("3-running").await;
    window.invoke("practice_inject_fault", json!({"fault": {"type": "restore-normal"}})).await;
    window.sees(&format!(r#"{}[data-state="attention"]"#, id("restore-result"))).await;
    let causes = window.attributes(&id("skipped-row"), "data-cause").await;
    assert_eq!(causes, ["missing-on-target", "missing-on-target"]);
    window.sees(&step("signed-in", "open")).await;
    window.shot("4-result").await;
    let is_chinese = window.text(&id("nav-overview")).await.contains("概览");
    assert_eq!(is_chinese, language == "zh-CN", "in the language of the person");

    // Every step, each seen by the checklist itself.
    let result = window.asked("return location.hash", &[]).await;
    let result = result.as_str().expect("a place").to_owned();
    let profile = info["session"]["profileId"].as_str().expect("a profile");
    window.goes(&format!("#/sign-in?profile={profile}")).await;
    window.types(&id("sign-in-password"), password(&info)).await;
    window.click(&id("sign-in-submit")).await;
    window.misses(&id("sign-in-submit")).await;
    window.goes(&result).await;
    window.sees(&step("signed-in", "done")).await;
    window.click(&format!(r#"{} [data-wizard="repair"]"#, id("restore-checklist"))).await;
    window.click(&format!(r#"{}[data-branch="repair-only"]"#, id("recovery-branch"))).await;
    window.types(&id("open-password"), password(&info)).await;
    window.click(&id("open-settings")).await;
    window.sees(&id("opened-target")).await;
    // The proof of the step before moves the page.
    window.sees(&format!(r#"{}[data-step="open-portable"][data-state="done"]"#, id("recovery-step"))).await;
    window.click(&id("repair-start")).await;
    window.sees(&format!(r#"{}[data-state="succeeded"]"#, id("repair-outcome"))).await;
    window.goes("#/overview").await;
    window.click(&id("jobs-dismiss")).await;
    window.misses(&id("job-row")).await;
    backs_up(&window).await;
    window.goes(&result).await;
    window.sees(&step("settings-repaired", "done")).await;
    window.sees(&step("backup-verified", "done")).await;
    window.click(&id("restore-compare")).await;
    window.sees(&step("counts-compared", "done")).await;
    window.click(&id("restore-informed")).await;
    window.sees(&format!(r#"{}[data-done="5"]"#, id("restore-checklist"))).await;
    window.shot("5-checklist").await;
    window.close().await;
}

#[tokio::test]
async fn a_restore_that_locks_everyone_out_needs_the_whole_phrase_in_english() {
    locked_out("en").await;
}

#[tokio::test]
async fn a_restore_that_locks_everyone_out_needs_the_whole_phrase_in_chinese() {
    locked_out("zh-CN").await;
}

async fn locked_out(language: &str) {
    let window = practice(&format!("lockout-{language}"), language).await;
    let info = window.invoke("app_info", json!({})).await;
    backs_up(&window).await;
    let folder = tempfile::tempdir().expect("a folder");
    let altered = changed(folder.path(), |tables| {
        let users = tables["users"].as_array_mut().expect("accounts");
        users.iter_mut().for_each(|user| user["role"] = "user".into());
    });
    let made = zip_in(&target_folder(&info)).expect("a backup");
    std::fs::copy(&altered, made.with_file_name("changed.zip")).expect("copied");

    plans(&window, "changed.zip").await;
    window.sees(&id("restore-blocked")).await;
    assert!(window.attributes(&id("restore-go-on"), "data-testid").await.is_empty(), "no way on");
    window.shot("1-refused").await;
    window.click(&id("restore-expert")).await;
    goes_on(&window, &info).await;
    window.types(&id("restore-override-input"), "restore and lock").await;
    assert!(is_disabled(&window).await, "half of the phrase is not enough");
    window.shot("2-half").await;
    window.types(&id("restore-override-input"), " everyone out").await;
    window.shot("3-whole").await;
    window.click(&id("restore-start")).await;
    window.sees(&id("restore-result")).await;
    window.shot("4-result").await;
    window.close().await;
}

async fn is_disabled(window: &Window) -> bool {
    let script = "return document.querySelector(arguments[0]).disabled";
    window.asked(script, &[&id("restore-start")]).await == Value::Bool(true)
}

/// The window on its practice instance, in this language.
async fn practice(shots: &str, language: &str) -> Window {
    let window = Window::open(shots).await;
    window.sees(&id("door-practice")).await;
    window.set("desk.language", language).await;
    window.click(&id("door-practice")).await;
    window.sees(&id("target-card")).await;
    window
}

async fn backs_up(window: &Window) {
    window.click(&id("back-up-now")).await;
    window.sees(&job("succeeded")).await;
    window.click(&format!("{} {}", id("job-row"), id("job-dismiss"))).await;
    window.misses(&id("job-row")).await;
}

/// Plans the restore of a backup on the first target.
pub async fn plans(window: &Window, name: &str) {
    let settings = window.invoke("backup_settings", json!({})).await;
    let target = settings["destinations"][0]["id"].as_str().expect("a target").to_owned();
    window.goes(&format!("#/restore?target={target}&path={name}")).await;
    window.sees(&id("restore-plan")).await;
}

/// Completes the plan and confirms what it asks for.
pub async fn goes_on(window: &Window, info: &Value) {
    window.click(&id("restore-go-on")).await;
    window.sees(&id("restore-start")).await;
    for question in ["restore-accept-mismatch", "restore-accept-lost"] {
        if !window.attributes(&id(question), "data-testid").await.is_empty() {
            window.click(&id(question)).await;
        }
    }
    let server = info["session"]["serverUrl"].as_str().expect("signed in").trim_start_matches("http://");
    window.types(&id("restore-confirm-input"), server).await;
}

fn step(step: &str, state: &str) -> String {
    format!(r#"{}[data-step="{step}"][data-state="{state}"]"#, id("restore-step"))
}

pub fn target_folder(info: &Value) -> PathBuf {
    Path::new(info["practice"]["targetFolder"].as_str().expect("a folder")).to_owned()
}

fn password(info: &Value) -> &str {
    info["practice"]["password"].as_str().expect("a password")
}

pub fn file_name(path: &Path) -> String {
    path.file_name().expect("a name").to_string_lossy().into_owned()
}
