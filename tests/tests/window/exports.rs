//! Exports and completions in the real window, in both languages.

use std::path::{Path, PathBuf};

use desk_tests::at_desk::names_in;
use desk_tests::proxy::proxy;
use desk_tests::window::{Window, id};
use serde_json::{Value, json};

use crate::{act, job};

#[tokio::test]
async fn exports_and_completions_work_in_english() {
    exports_and_completions("en").await;
}

#[tokio::test]
async fn exports_and_completions_work_in_chinese() {
    exports_and_completions("zh-CN").await;
}

async fn exports_and_completions(language: &str) {
    // The practice server knows its target by a name that only it resolves.
    let window = Window::open_through(&format!("exports-{language}"), proxy()).await;
    window.sees(&id("door-practice")).await;
    window.set("desk.language", language).await;
    window.click(&id("door-practice")).await;
    window.sees(&id("target-card")).await;
    window.click(&id("back-up-now")).await;
    window.sees(&job("succeeded")).await;
    dismiss(&window).await;

    let (lost, content) = lose_a_body(&window).await;
    export(&window).await;
    window.click(&id("export-keep")).await;
    let kept = ended(&window, "attention").await;
    window.shot("2-kept").await;
    assert_eq!((&kept["importable"], &kept["attachments"]["written"]), (&json!(false), &json!(5)));
    assert!(file_of(&kept).ends_with("_incomplete.zip"), "{kept}");

    export(&window).await;
    window.click(&id("export-leave-out")).await;
    let left_out = ended(&window, "succeeded").await;
    window.shot("3-left-out").await;
    assert_eq!((&left_out["importable"], &left_out["attachments"]["written"]), (&json!(true), &json!(5)));
    assert_eq!(names_in(&window.downloads()).len(), 2, "{:?}", names_in(&window.downloads()));
    std::fs::write(&lost, content).expect("written");

    // A ZIP on a target, with its attachments from the server.
    window.click(&id("nav-backups")).await;
    let row = format!(r#"{}[data-name$=".zip"]"#, id("backup-row"));
    act(&window, &row, "row-complete").await;
    window.sees(&id("export-from-server")).await;
    window.shot("4-complete").await;
    window.click(&id("export-start")).await;
    let completed = ended(&window, "succeeded").await;
    assert_eq!((&completed["importable"], &completed["sources"]), (&json!(true), &json!({"server": 6})));
    window.shot("5-completed").await;

    // A ZIP on this computer, with its attachments from a target.
    window.click(&id("nav-backups")).await;
    act(&window, &row, "row-download").await;
    window.sees(&job("succeeded")).await;
    dismiss(&window).await;
    let name = window.attributes(&row, "data-name").await.remove(0);
    window.click(&id("nav-inspect")).await;
    window.click(&format!(r#"{}[data-name="{name}"]"#, id("inspect-known"))).await;
    window.click(&id("inspect-complete")).await;
    window.click(&id("export-from-server")).await;
    window.click(&id("export-add-target")).await;
    let practice = window.invoke("app_info", json!({})).await["practice"].clone();
    window.types(&id("open-password"), practice["password"].as_str().expect("a password")).await;
    window.click(&id("open-settings")).await;
    window.click(&id("open-target-use")).await;
    window.click(&id("direct-http")).await;
    window.sees(&id("export-target")).await;
    window.shot("6-target").await;
    window.click(&id("export-start")).await;
    let completed = ended(&window, "succeeded").await;
    window.shot("7-from-target").await;
    assert_eq!((&completed["importable"], &completed["sources"]), (&json!(true), &json!({"target": 6})));
    window.close().await;
}

/// Exports from the overview while an attachment is missing: no file is made, and the attachment is
/// named.
async fn export(window: &Window) {
    let before = names_in(&window.downloads()).len();
    window.click(&id("nav-overview")).await;
    window.click(&id("export-open")).await;
    window.sees(&id("export-dialog")).await;
    window.click(&id("export-start")).await;
    let failed = ended(window, "attention").await;
    window.sees(&id("export-missing-list")).await;
    window.shot("1-missing").await;
    let missing = failed["attachments"]["missing"].as_array().expect("a list");
    assert_eq!((missing.len(), &missing[0]["cause"]), (1, &json!("not-found")));
    assert_eq!(failed["file"], Value::Null);
    let shown = names_in(&window.downloads()).into_iter().filter(|name| !name.starts_with('.')).count();
    assert_eq!(shown, before, "no file while the person has not chosen");
}

/// Waits until the job in the strip has ended like this and opens its result; what it is.
async fn ended(window: &Window, state: &str) -> Value {
    window.sees(&job(state)).await;
    window.click(&format!("{} {}", id("job-row"), id("job-result"))).await;
    window.sees(&id("export-outcome")).await;
    dismiss(window).await;
    let address = window.asked("return location.hash", &[]).await;
    let number: u64 = address
        .as_str()
        .and_then(|hash| hash.rsplit('/').next()?.parse().ok())
        .unwrap_or_else(|| panic!("a job: {address}"));
    window.invoke("job", json!({"jobId": number})).await["result"].clone()
}

fn file_of(result: &Value) -> String {
    result["file"].as_str().unwrap_or_else(|| panic!("a file: {result}")).to_owned()
}

async fn dismiss(window: &Window) {
    window.click(&format!("{} {}", id("job-row"), id("job-dismiss"))).await;
    window.misses(&id("job-row")).await;
}

/// Removes one attachment from the practice server; where it was, and its content.
async fn lose_a_body(window: &Window) -> (PathBuf, Vec<u8>) {
    let practice = window.invoke("app_info", json!({})).await["practice"].clone();
    let target = PathBuf::from(practice["targetFolder"].as_str().expect("a folder"));
    let body = first_file(&target.parent().expect("the instance's folder").join("bodies"));
    let content = std::fs::read(&body).expect("readable");
    std::fs::remove_file(&body).expect("removed");
    (body, content)
}

fn first_file(folder: &Path) -> PathBuf {
    let entry = std::fs::read_dir(folder).expect("a folder").next().expect("an entry").expect("readable");
    if entry.path().is_dir() { first_file(&entry.path()) } else { entry.path() }
}
