//! The watch in the real window: settings, notifications, the tray, and a desktop that has none.

use desk_tests::desktop::Desktop;
use desk_tests::window::{Window, id};
use serde_json::json;

use crate::job;

#[tokio::test]
async fn a_failed_backup_is_notified_and_leads_to_its_screen_in_english() {
    watched("en", "failed", "Backups have a problem").await;
}

#[tokio::test]
async fn a_failed_backup_is_notified_and_leads_to_its_screen_in_chinese() {
    watched("zh-CN", "失败", "备份有问题").await;
}

async fn watched(language: &str, word: &str, standing: &str) {
    let desktop = Desktop::start().await;
    let window = practised(&format!("watching-{language}"), language).await;
    let fault = json!({"fault": {"type": "target-status", "status": 507}});
    window.invoke("practice_inject_fault", fault).await;
    window.click(&id("back-up-now")).await;
    window.sees(&job("failed")).await;
    window.click(&format!("{} {}", id("job-row"), id("job-dismiss"))).await;

    window.click(&id("nav-settings")).await;
    window.click(&id("watch-on")).await;
    let alert = format!(r#"{}[data-kind="backup-failed"]"#, id("watched-alert"));
    window.sees(&alert).await;
    window.shot("1-found").await;
    let sentence = window.text(&alert).await;
    assert!(sentence.contains(word), "{sentence}");
    let shown = desktop.sees(&sentence).await;
    desktop.tray_says(standing).await;

    // The tray is there: the window may be closed to it.
    window.click(&id("watch-close-to-tray")).await;
    window.sees(&format!("{}:checked", id("watch-close-to-tray"))).await;
    assert_eq!(window.invoke("watch_state", json!({})).await["settings"]["closeToTray"], true);

    desktop.click(shown.id).await;
    window.sees(&id("target-card")).await;
    assert_eq!(window.asked("return location.hash", &[]).await, json!("#/overview"));
    assert_eq!(desktop.shown(&sentence).len(), 1, "once");
    window.close().await;
}

#[tokio::test]
async fn a_desktop_without_a_tray_says_so_in_settings() {
    let window = practised("no-tray", "en").await;
    window.click(&id("nav-settings")).await;
    window.sees(&format!("{}:disabled", id("watch-close-to-tray"))).await;
    window.shot("1-no-tray").await;
    assert!(window.text("main").await.contains("This desktop has no tray"));
    window.click(&id("watch-on")).await;
    window.sees(&id("watched-server")).await;
    window.close().await;
}

async fn practised(shots: &str, language: &str) -> Window {
    let window = Window::open(shots).await;
    window.sees(&id("door-practice")).await;
    window.set("desk.language", language).await;
    window.click(&id("door-practice")).await;
    window.sees(&id("target-card")).await;
    window
}
