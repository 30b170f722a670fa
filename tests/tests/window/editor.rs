//! The editor of targets in the real window.

use desk_tests::window::{Window, id};
use fantoccini::key::Key;
use serde_json::json;

use crate::batches::practised;

/// Opens the first target in the editor.
async fn edited(shots: &str) -> Window {
    let window = practised(shots, 0).await;
    window.resize(900, 600).await;
    let settings = window.invoke("backup_settings", json!({})).await;
    let target = settings["destinations"][0]["id"].as_str().expect("an id").to_owned();
    window.goes(&format!("#/targets/{target}")).await;
    window.sees(&id("target-field-startTime")).await;
    window
}

/// Puts something else into a field.
async fn puts(window: &Window, field: &str, text: &str) {
    let css = id(field);
    window.click(&css).await;
    window.asked("document.querySelector(arguments[0]).select()", &[&css]).await;
    window.types(&css, text).await;
}

/// Whether all of it is on the screen.
const VISIBLE: &str =
    "const { top, bottom, height } = document.querySelector(arguments[0]).getBoundingClientRect();
    return height > 0 && top >= 0 && bottom <= window.innerHeight";

#[tokio::test]
async fn zero_hours_are_shown_as_zero() {
    let window = edited("editor-zero").await;
    puts(&window, "target-field-intervalHours", "0").await;
    let finding = format!(r#"{}[data-field="intervalHours"]"#, id("target-finding"));
    window.sees(&finding).await;
    let css = id("target-field-intervalHours");
    let value = window.asked("return document.querySelector(arguments[0]).value", &[&css]).await;
    assert_eq!(value, "0");
    window.shot("1-zero").await;
    window.close().await;
}

#[tokio::test]
async fn the_message_that_targets_were_saved_is_on_the_screen() {
    let window = edited("editor-saved").await;
    puts(&window, "target-field-startTime", "04:30").await;
    window.click(&id("targets-save")).await;
    window.click(&id("review-save")).await;
    window.sees(&id("targets-saved")).await;
    window.misses(&id("review-dialog")).await;
    window.shot("1-saved").await;
    assert_eq!(window.asked(VISIBLE, &[&id("targets-saved")]).await, true);
    let settings = window.invoke("backup_settings", json!({})).await;
    assert_eq!(settings["destinations"][0]["schedule"]["startTime"], "04:30");
    window.close().await;
}

/// What has the focus is under the bar with "save".
const COVERED: &str = r#"
    const focused = document.activeElement;
    const bar = document.querySelector(arguments[0]).closest(".sticky");
    if (!focused || focused === document.body || bar.contains(focused)) return null;
    // The navigation is beside the bar.
    if (!bar.closest("main").contains(focused)) return null;
    const { bottom, top, height } = focused.getBoundingClientRect();
    const line = bar.getBoundingClientRect().top;
    return height > 0 && top < window.innerHeight && bottom > line + 1
        ? `${focused.dataset.testid ?? focused.tagName}: ${bottom} > ${line}` : null;
"#;

#[tokio::test]
async fn tab_never_leads_under_the_bar_with_save() {
    let window = edited("editor-tab").await;
    puts(&window, "target-field-startTime", "04:30").await;
    window.sees(&id("targets-save")).await;
    window.click(&id("target-field-name")).await;
    for step in 0..24 {
        window.press(Key::Tab).await;
        let covered = window.asked(COVERED, &[&id("targets-save")]).await;
        if !covered.is_null() {
            window.shot("failed").await;
        }
        assert!(covered.is_null(), "step {step}: {covered}");
    }
    window.close().await;
}
