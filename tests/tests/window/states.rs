//! What the window shows while a server stalls, of a session that works, and in the dark.

use std::time::{Duration, Instant};

use desk_tests::window::id;
use serde_json::json;

use crate::batches::practised;
use crate::job;

#[tokio::test]
async fn a_backup_on_a_stalled_connection_is_a_job_that_can_be_stopped() {
    let window = practised("stalled", 0).await;
    let slow = json!({"fault": {"type": "latency", "side": "server", "milliseconds": 30_000}});
    window.invoke("practice_inject_fault", slow).await;
    let began = Instant::now();
    window.click(&id("back-up-now")).await;
    window.sees(&job("running")).await;
    assert!(began.elapsed() < Duration::from_secs(5), "the job shows at once");
    window.shot("1-running").await;
    window.click(&format!("{} {}", id("job-row"), id("job-cancel"))).await;
    window.misses(&job("running")).await;
    assert!(began.elapsed() < Duration::from_secs(20), "it stops without the answer");
    window.shot("2-stopped").await;
    assert_eq!(window.attributes(&id("job-row"), "data-testid").await.len(), 1, "one message");
    window.close().await;
}

#[tokio::test]
async fn a_working_session_is_shown_on_incidents() {
    let window = practised("evidence", 1).await;
    window.goes("#/incidents").await;
    window.sees(&id("looked-at")).await;
    window.click(&format!("{} summary", id("looked-at"))).await;
    let answer = async |what: &str| {
        let row = format!(r#"{}[data-what="{what}"]"#, id("looked-at-row"));
        window.sees(&row).await;
        window.attributes(&row, "data-answer").await
    };
    assert_eq!(answer("refresh").await, ["ok"]);
    assert_eq!(answer("settings").await, ["ok"]);
    assert_ne!(answer("portable-part").await, ["not-known"]);
    window.shot("1-looked-at").await;
    window.close().await;
}

#[tokio::test]
async fn unchecked_boxes_are_dark_in_the_dark_theme() {
    let window = practised("dark-boxes", 1).await;
    window.set("desk.theme", "dark").await;
    window.goes("#/backups").await;
    let field = id("select-all");
    window.sees(&field).await;
    let script = "return getComputedStyle(document.querySelector(arguments[0])).colorScheme";
    assert_eq!(window.asked(script, &[&field]).await, "dark");
    window.shot("1-backups").await;
    window.close().await;
}
