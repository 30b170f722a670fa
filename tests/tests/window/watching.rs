//! The watch in the real window: settings, notifications, the tray, and a desktop that has none.

use std::path::{Path, PathBuf};

use desk_tests::desktop::Desktop;
use desk_tests::window::{Window, id};
use desk_tests::window_manager::WindowManager;
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
    fails_next(&window).await;
    window.click(&id("back-up-now")).await;
    window.sees(&job("failed")).await;
    window.click(&format!("{} {}", id("job-row"), id("job-dismiss"))).await;
    // The strip of the target shows the run that failed, and why.
    let run = format!(r#"{}[data-outcome="failed"]"#, id("run"));
    window.sees(&run).await;
    window.shot("0-strip").await;

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

    // What the watch found is in the timeline.
    window.click(&id("nav-activity")).await;
    window.sees(&format!(r#"{}[data-kind="backup-failed"]"#, id("alert-line"))).await;
    window.sees(&id("activity-day")).await;
    window.shot("2-activity").await;
    window.close().await;
}

#[tokio::test]
async fn a_desktop_without_a_tray_says_so_and_still_notifies() {
    let desktop = Desktop::without_tray().await;
    let window = practised("no-tray", "en").await;
    fails_next(&window).await;
    window.click(&id("back-up-now")).await;
    window.sees(&job("failed")).await;
    window.click(&format!("{} {}", id("job-row"), id("job-dismiss"))).await;
    window.click(&id("nav-settings")).await;
    window.sees(&format!("{}:disabled", id("watch-close-to-tray"))).await;
    window.shot("1-no-tray").await;
    assert!(window.text("main").await.contains("This desktop has no tray"));
    window.click(&id("watch-on")).await;
    window.sees(&id("watched-server")).await;
    desktop.sees_beginning("The last backup to").await;
    window.close().await;
}

#[tokio::test]
async fn the_app_backs_up_and_monitors_while_closed_to_the_tray() {
    let (desktop, manager) = (Desktop::start().await, WindowManager::start());
    let window = practised("tray", "en").await;
    fails_next(&window).await;
    desktop.tray_says("No problems").await;
    assert!(!desktop.tray_colours().await.contains(&FAILED), "the plain icon");
    keeps_running(&window, true).await;
    manager.asks_to_close();
    manager.sees_window(false).await;

    // Hidden, it does what is chosen in the tray, and checks its servers.
    desktop.choose("Back up now").await;
    window.sees(&job("failed")).await;
    let on = json!({"settings": {"on": true, "quietHours": null, "closeToTray": true}});
    window.invoke("set_watch", on).await;
    desktop.sees_beginning("The last backup to").await;
    desktop.tray_says("Backups have a problem").await;
    assert!(desktop.tray_colours().await.contains(&FAILED));

    desktop.choose("Open").await;
    manager.sees_window(true).await;
    window.sees(&id("target-card")).await;
    window.shot("1-opened").await;

    // When that is not chosen any more, closing the window ends the app.
    keeps_running(&window, false).await;
    manager.asks_to_close();
    desktop.tray_ends().await;
    window.close().await;
}

#[tokio::test]
async fn the_autostart_setting_writes_and_removes_its_file() {
    let window = practised("autostart", "en").await;
    let home = window.home().to_owned();
    assert_eq!(autostarts(&home), Vec::<PathBuf>::new());
    window.click(&id("nav-settings")).await;
    window.click(&id("watch-autostart")).await;
    window.sees(&format!("{}:checked", id("watch-autostart"))).await;
    let files = autostarts(&home);
    let [file] = files.as_slice() else { panic!("one file: {files:?}") };
    let text = std::fs::read_to_string(file).expect("text");
    assert!(text.contains("nodewarden-desk --in-tray"), "it starts in the tray: {text}");
    window.click(&id("watch-autostart")).await;
    window.sees(&format!("{}:not(:checked)", id("watch-autostart"))).await;
    assert_eq!(autostarts(&home), Vec::<PathBuf>::new());
    window.close().await;
}

/// The colour of the dot on the icon when backups have a problem.
const FAILED: [u8; 4] = [0xff, 0xd6, 0x3a, 0x3a];

/// The files that start programs with the computer.
fn autostarts(home: &Path) -> Vec<PathBuf> {
    let folders = [home.join(".config/autostart"), home.join("config/autostart")];
    let entries = folders.iter().filter_map(|folder| std::fs::read_dir(folder).ok());
    entries.flatten().map(|entry| entry.expect("an entry").path()).collect()
}

async fn fails_next(window: &Window) {
    let fault = json!({"fault": {"type": "target-status", "status": 507}});
    window.invoke("practice_inject_fault", fault).await;
}

/// Chooses whether closing the window keeps the app in the tray; then back to the overview.
async fn keeps_running(window: &Window, is_wanted: bool) {
    window.click(&id("nav-settings")).await;
    let check = id("watch-close-to-tray");
    window.sees(&format!("{check}:not(:disabled)")).await;
    window.click(&check).await;
    window.sees(&format!("{check}{}", if is_wanted { ":checked" } else { ":not(:checked)" })).await;
    window.click(&id("nav-overview")).await;
    window.sees(&id("target-card")).await;
}

async fn practised(shots: &str, language: &str) -> Window {
    let window = Window::open(shots).await;
    window.sees(&id("door-practice")).await;
    window.set("desk.language", language).await;
    window.click(&id("door-practice")).await;
    window.sees(&id("target-card")).await;
    window
}
