//! Responses that are lost: what the server did is found out from whatever it still
//! shows, and when nothing shows it, that is said.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::http::Request;
use desk_core::Code;
use desk_core::clock::Clock;
use desk_core::jobs::{JobRecord, JobResult, JobState, RestoreSource};
use desk_core::progress::Stage;
use desk_practice::{Fault, PracticeOptions};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::between::Interception;
use crate::table::{IMPORT, LIST, LOG, REPAIR, RESTORE, RUN, SETTINGS, Table, code};

#[tokio::test(flavor = "multi_thread")]
async fn a_run_whose_response_is_lost_is_found_and_verified() {
    for fault in [Interception::DropAfter, Interception::HalfBody, Interception::Stall] {
        let table = Table::set().await;
        table.between.at(RUN, fault.clone());
        let job = table.backup().await;
        assert_eq!(job.state, JobState::Succeeded, "{fault:?}: {job:?}");
        let Some(JobResult::Backup(backup)) = job.result else { panic!("no backup") };
        assert!(backup.check.is_some(), "read back and verified all the same");
        assert_eq!(table.practice.state().expect("a state").backups, [backup.file_name]);
        let runs = table.between.seen().iter().filter(|asked| asked.ends_with(RUN)).count();
        assert_eq!(runs, 1, "a run is never asked for twice");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_run_with_a_lost_response_is_reported_with_its_message() {
    let table = Table::set().await;
    table.practice.inject(&Fault::FillTarget).expect("caused");
    table.between.at(RUN, Interception::DropAfter);
    let job = table.backup().await;
    assert_eq!((job.state, code(&job)), (JobState::Failed, Some(Code::TargetFailed)));
    let error = job.error.expect("an error");
    assert!(error.body().original.as_deref().is_some_and(|words| words.contains("507")), "{error:?}");
}

/// How a backup ends that was made and verified while these stay silent: where the target
/// cannot be listed, no one knows whether its attachments are there.
fn state_without(silent: &[&str]) -> JobState {
    if silent.contains(&LIST) { JobState::Attention } else { JobState::Succeeded }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_trace_of_a_run_is_enough_alone() {
    for (left, silent) in [
        ("the target's last results", &[LOG, LIST][..]),
        ("the server's log", &[SETTINGS, LIST]),
        ("the target's folder", &[SETTINGS, LOG]),
    ] {
        let table = Table::set().await;
        table.loses(RUN, Interception::DropAfter, silent);
        let job = table.backup().await;
        assert_eq!(job.state, state_without(silent), "{left}: {job:?}");
        let Some(JobResult::Backup(backup)) = job.result else { panic!("no backup") };
        assert_eq!(table.practice.state().expect("a state").backups, [backup.file_name], "{left}");
        assert!(table.desk.stages().contains(&Stage::FindingOut), "{left}");
    }
}

/// A clock that goes wrong by some hours.
struct Wrong(i64);

impl Clock for Wrong {
    fn now(&self) -> Timestamp {
        Timestamp::now() + SignedDuration::from_hours(self.0)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn clocks_that_differ_by_hours_hide_no_trace_and_add_none() {
    for hours in [-5, 5] {
        // Files bear their target's time, which no server's clock can be held against.
        for silent in [&[LOG, LIST][..], &[SETTINGS, LIST]] {
            let clock = Arc::new(Wrong(hours));
            let table = Table::with(PracticeOptions { clock, ..PracticeOptions::quick() }).await;
            let before = table.backup().await;
            assert_eq!(before.state, JobState::Succeeded, "{hours} {before:?}");
            // Two runs within a second are not told apart: the doubtful one is not believed.
            tokio::time::sleep(Duration::from_millis(1_200)).await;
            table.loses(RUN, Interception::DropAfter, silent);
            let job = table.backup().await;
            assert_eq!(job.state, state_without(silent), "{hours} {silent:?}: {job:?}");
            // What never reached the server leaves only the traces of the run before.
            table.loses(RUN, Interception::DropBefore, &[]);
            let job = table.backup().await;
            assert_ne!(job.state, JobState::Succeeded, "{hours}: {job:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_run_is_known_from_the_log_alone() {
    let table = Table::set().await;
    table.practice.inject(&Fault::FillTarget).expect("caused");
    table.loses(RUN, Interception::DropAfter, &[SETTINGS, LIST]);
    let job = table.backup().await;
    assert_eq!((job.state, code(&job)), (JobState::Failed, Some(Code::TargetFailed)));
    let error = job.error.expect("an error");
    assert!(error.body().original.as_deref().is_some_and(|words| words.contains("507")), "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_without_a_trace_is_unknown() {
    let table = Table::set().await;
    // Done, but nothing can be asked; then never received, and everything can.
    table.loses(RUN, Interception::DropAfter, &[SETTINGS, LOG, LIST]);
    let job = table.backup().await;
    assert_eq!((job.state, code(&job)), (JobState::Unknown, Some(Code::OutcomeUnknown)));
    assert_eq!(table.practice.state().expect("a state").backups.len(), 1);

    let table = Table::set().await;
    table.loses(RUN, Interception::DropBefore, &[]);
    let job = table.backup().await;
    assert_eq!((job.state, code(&job)), (JobState::Unknown, Some(Code::OutcomeUnknown)));
    assert!(table.practice.state().expect("a state").backups.is_empty());
}

/// The run before may be seconds old: no trace of it supports this one.
#[tokio::test(flavor = "multi_thread")]
async fn the_run_before_is_not_taken_for_this_one() {
    for fails in [false, true] {
        let table = Table::set().await;
        if fails {
            table.practice.inject(&Fault::FillTarget).expect("caused");
        }
        let before = table.backup().await;
        assert_eq!(before.state == JobState::Failed, fails, "{before:?}");
        table.practice.inject(&Fault::RestoreNormal).expect("normal");
        for silent in [&[][..], &[LOG, LIST], &[SETTINGS, LIST], &[SETTINGS, LOG]] {
            table.loses(RUN, Interception::DropBefore, silent);
            let job = table.backup().await;
            assert_eq!(
                (job.state, code(&job)),
                (JobState::Unknown, Some(Code::OutcomeUnknown)),
                "{silent:?}"
            );
        }
    }
}

/// The two ways to restore.
#[derive(Debug, Clone, Copy)]
enum Way {
    Remote,
    Import,
}

impl Way {
    fn path(self) -> &'static str {
        match self {
            Self::Remote => RESTORE,
            Self::Import => IMPORT,
        }
    }
}

/// A table with a backup on the target.
async fn with_backup() -> Table {
    let table = Table::set().await;
    table.backup().await;
    table
}

/// Restores while `rule` decides what happens; returns the job and what it says.
async fn restored(
    table: &Table,
    way: Way,
    rule: impl FnMut(&Request<()>) -> Interception + Send + 'static,
) -> (JobRecord, String) {
    table.between.when(|_| Interception::Pass);
    let path = table.practice.state().expect("a state").backups[0].clone();
    let source = match way {
        Way::Remote => RestoreSource::Remote { target_id: table.desk.target().await, path },
        Way::Import => {
            let file =
                Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/archives/local-export-complete.zip");
            RestoreSource::Local { path: file.to_string_lossy().into_owned() }
        }
    };
    let plan = table.desk.confirmed_plan(source).await;
    table.between.when(rule);
    let job = table.desk.run(plan).await;
    let message = job.error.as_ref().map(|error| error.body().message.clone()).unwrap_or_default();
    (job, message)
}

/// Loses the response of a restore that the server never received, and returns this
/// at one path from then on; everything else that could tell is silent.
fn only(
    way: Way,
    path: &'static str,
    answer: Interception,
) -> impl FnMut(&Request<()>) -> Interception + Send + 'static {
    let mut lost = false;
    move |request| match request.uri().path() {
        asked if asked == way.path() => {
            lost = true;
            Interception::DropBefore
        }
        asked if lost && asked == path => answer.clone(),
        REPAIR | LOG if lost => Interception::DropBefore,
        _ => Interception::Pass,
    }
}

fn json(value: &serde_json::Value) -> Interception {
    Interception::Instead(200, vec![("content-type", "application/json")], value.to_string().into_bytes())
}

fn log_of(action: &str) -> Interception {
    let facts = json!({"error": "D1_ERROR: too many SQL variables"}).to_string();
    let entry = json!({"id": "e1", "action": action, "level": "info", "metadata": facts, "createdAt": Timestamp::now().to_string()});
    json(&json!({"data": [entry], "total": 1, "hasMore": false}))
}

fn is_unknown(job: &JobRecord) -> bool {
    (job.state, code(job)) == (JobState::Unknown, Some(Code::OutcomeUnknown))
}

#[tokio::test(flavor = "multi_thread")]
async fn each_trace_of_a_restore_is_enough_alone() {
    let table = with_backup().await;
    for way in [Way::Remote, Way::Import] {
        let repair =
            json(&json!({"object": "backup-settings-repair", "needsRepair": true, "portable": null}));
        let (job, message) = restored(&table, way, only(way, REPAIR, repair)).await;
        assert!(is_unknown(&job) && message.contains("has restored"), "{way:?}: {message}");
        let (job, message) = restored(&table, way, only(way, LOG, log_of("admin.backup.import"))).await;
        assert!(is_unknown(&job) && message.contains("has restored"), "{way:?}: {message}");
        let (job, message) =
            restored(&table, way, only(way, LOG, log_of("admin.backup.import.failed"))).await;
        assert_eq!((job.state, code(&job)), (JobState::Failed, Some(Code::ServerFailed)), "{way:?}");
        assert!(message.contains("failed: D1_ERROR"), "{way:?}: {message}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restore_without_a_trace_is_unknown() {
    let table = with_backup().await;
    for way in [Way::Remote, Way::Import] {
        let nothing = only(way, "/nothing", Interception::Pass);
        let (job, message) = restored(&table, way, nothing).await;
        assert!(is_unknown(&job) && message.contains("could not be asked"), "{way:?}: {message}");
        let unheard = move |request: &Request<()>| {
            if request.uri().path() == way.path() { Interception::DropBefore } else { Interception::Pass }
        };
        let (job, message) = restored(&table, way, unheard).await;
        assert!(
            is_unknown(&job) && message.contains("Nothing on the server indicates"),
            "{way:?}: {message}"
        );
        // The log told of a restore before this one began.
        let before = log_of("admin.backup.import");
        let unheard = move |request: &Request<()>| match request.uri().path() {
            asked if asked == way.path() => Interception::DropBefore,
            LOG => before.clone(),
            _ => Interception::Pass,
        };
        let (job, message) = restored(&table, way, unheard).await;
        assert!(
            is_unknown(&job) && message.contains("Nothing on the server indicates"),
            "{way:?}: {message}"
        );
    }
}
