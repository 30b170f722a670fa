//! A backup whose bytes change behind the app's back, in the real window: what Backups,
//! Overview and Incidents say of it.

use desk_tests::window::{Window, id};
use serde_json::json;

use crate::{act, job};

#[tokio::test]
async fn a_flipped_bit_is_a_danger_on_every_screen_in_english() {
    flipped_bit("en", "light").await;
}

#[tokio::test]
async fn a_flipped_bit_is_a_danger_on_every_screen_in_chinese() {
    flipped_bit("zh-CN", "dark").await;
}

#[tokio::test]
async fn lost_attachments_are_a_caution_on_every_screen_in_english() {
    lost_attachments("en", "dark").await;
}

#[tokio::test]
async fn lost_attachments_are_a_caution_on_every_screen_in_chinese() {
    lost_attachments("zh-CN", "light").await;
}

/// Opens the practice instance and backs it up.
async fn backed_up(shots: &str, language: &str, theme: &str) -> Window {
    let window = Window::open(&format!("{shots}-{language}-{theme}")).await;
    window.sees(&id("door-practice")).await;
    window.set("desk.language", language).await;
    window.set("desk.theme", theme).await;
    window.click(&id("door-practice")).await;
    window.click(&id("back-up-now")).await;
    window.sees(&job("succeeded")).await;
    window.click(&format!("{} {}", id("job-row"), id("job-dismiss"))).await;
    window
}

async fn lost_attachments(language: &str, theme: &str) {
    let window = backed_up("lost-attachments", language, theme).await;
    let deleted = json!({"fault": {"type": "delete-bodies", "count": 2, "forget": false}});
    window.invoke("practice_inject_fault", deleted).await;

    window.click(&id("nav-backups")).await;
    let row = format!(r#"{}[data-name$=".zip"]"#, id("backup-row"));
    act(&window, &row, "row-check-deep").await;
    window.sees(&job("attention")).await;
    window.sees(&format!(r#"{row}[data-integrity="attachments-missing"]"#)).await;
    window.shot("1-after-the-full-check").await;
    window.click(&format!("{} {}", id("job-row"), id("job-dismiss"))).await;

    window.click(&id("nav-overview")).await;
    window.sees(&format!(r#"{}[data-health="attachments-missing"]"#, id("target-card"))).await;
    window.shot("2-overview").await;
    window.click(&id("nav-incidents")).await;
    window.sees(&format!(r#"{}[data-finding^="attachments-missing"]"#, id("finding"))).await;
    window.shot("3-incidents").await;
    window.close().await;
}

async fn flipped_bit(language: &str, theme: &str) {
    let window = backed_up("suspicious", language, theme).await;
    window.invoke("practice_inject_fault", json!({"fault": {"type": "flip-bit"}})).await;

    window.click(&id("nav-backups")).await;
    let row = format!(r#"{}[data-name$=".zip"]"#, id("backup-row"));
    act(&window, &row, "row-check").await;
    window.sees(&format!(r#"{row}[data-integrity="mismatch"]"#)).await;
    window.shot("1-after-the-check").await;
    window.click(&format!("{} {}", id("job-row"), id("job-dismiss"))).await;

    act(&window, &row, "row-check-deep").await;
    window.sees(&job("attention")).await;
    window.sees(&format!(r#"{row}[data-integrity="damaged"]"#)).await;
    window.shot("2-after-the-full-check").await;

    window.click(&id("nav-overview")).await;
    window.sees(&format!(r#"{}[data-health="newest-backup-bad"]"#, id("target-card"))).await;
    window.shot("3-overview").await;
    window.click(&id("nav-incidents")).await;
    window.sees(&format!(r#"{}[data-finding^="newest-backup-bad"]"#, id("finding"))).await;
    window.shot("4-incidents").await;
    window.close().await;
}
