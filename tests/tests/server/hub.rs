//! The progress hub: it may die, be silent or tell of another job; the steps that
//! are shown are this job's, and the job is right in any case.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use desk_core::progress::{Stage, Update};
use desk_core::server::Timeouts;
use serde_json::{Value, json};

use crate::player::{OnHub, Player};

const TARGET: &str = "11111111-1111-4111-8111-111111111111";

fn step(operation: &str, step: &str) -> Value {
    json!({"type": 1, "target": "ReceiveMessage", "arguments": [
        {"Type": 102, "Payload": {"operation": operation, "step": step}}]})
}

/// A run of half a second, whose hub behaves so with each connection, the last with
/// all further ones; returns the stages that were shown.
async fn shown(hub: Vec<OnHub>) -> Vec<Stage> {
    let player = Player::start().await;
    let mut transcript = desk_tests::replay::Transcript::read("run-webdav");
    transcript.steps.retain(|step| matches!(step, desk_tests::replay::Step::Exchange { .. }));
    player.play(&transcript);
    player.takes(Duration::from_millis(900));
    player.hub(hub);
    let timeouts = Timeouts {
        silent: Duration::from_millis(150),
        between_looks: Duration::from_millis(50),
        ..Timeouts::default()
    };
    let session = player.signed_in(timeouts).await;
    let stages = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&stages);
    let listener = move |update| {
        if let Update::Stage { stage } = update {
            heard.lock().expect("not poisoned").push(stage);
        }
    };
    let run = session.run(Some(TARGET), &listener).await.expect("done all the same");
    assert_eq!(run.value.file_name, "nodewarden_backup_20261123_032629_3cb70.zip");
    let stages = stages.lock().expect("not poisoned");
    stages.clone()
}

fn says(step_name: &str) -> Vec<Value> {
    vec![json!({}), step("backup-remote-run", step_name)]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_hub_connection_is_reopened() {
    let stages = shown(vec![
        OnHub::HangsUp(says("remote_run_prepare")),
        OnHub::Refuses,
        OnHub::Stays(says("remote_run_upload_archive")),
        OnHub::Stays(vec![json!({})]),
    ])
    .await;
    assert_eq!(stages, [Stage::RunPrepare, Stage::RunUploadArchive]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_hub_connection_is_reopened() {
    let stages = shown(vec![
        OnHub::Stays(says("remote_run_prepare")),
        OnHub::Stays(says("remote_run_cleanup")),
        OnHub::Stays(vec![json!({})]),
    ])
    .await;
    assert_eq!(stages, [Stage::RunPrepare, Stage::RunCleanup]);
}

#[tokio::test(flavor = "multi_thread")]
async fn steps_of_other_jobs_are_not_shown() {
    let frames = vec![
        json!({}),
        step("backup-restore", "remote_import_data"),
        step("backup-remote-run", "remote_run_prepare"),
        step("backup-export", "export_collect_data"),
    ];
    let stages = shown(vec![OnHub::Stays(frames), OnHub::Stays(vec![json!({})])]).await;
    assert_eq!(stages, [Stage::RunPrepare]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_or_malformed_hub_stops_no_job() {
    assert_eq!(shown(vec![OnHub::HangsUp(vec![json!({})])]).await, []);
    let nonsense = vec![
        json!({}),
        json!({"type": 1, "arguments": "none"}),
        json!({"type": 1, "arguments": [null, 5, {"Type": 102}, {"Type": 102, "Payload": {"step": {}}}]}),
        json!("\u{0}".repeat(100_000)),
    ];
    assert_eq!(shown(vec![OnHub::Stays(nonsense), OnHub::Stays(vec![json!({})])]).await, []);
}
