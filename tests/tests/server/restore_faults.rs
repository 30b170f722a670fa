//! Faults in the middle of a restore: what is shown is true, and the same restore can be started
//! again.

use std::path::Path;

use desk_core::jobs::{JobRecord, JobResult, JobState, RestoreSource};
use desk_core::{Code, Error};
use desk_tests::at_desk::AtDesk;

use crate::between::Interception;
use crate::table::{DOWNLOAD, IMPORT, LIST, RESTORE, Table, code};

async fn remote(table: &Table) -> RestoreSource {
    table.backup().await;
    let path = table.desk.zips().await[0].path.clone();
    RestoreSource::Remote { target_id: table.desk.target().await, path }
}

fn local() -> RestoreSource {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/archives/local-export-complete.zip");
    RestoreSource::Local { path: file.to_string_lossy().into_owned() }
}

fn refused(status: u16, words: &str) -> Interception {
    let body = format!(r#"{{"error":"{words}","error_description":"{words}"}}"#);
    Interception::Instead(status, vec![("content-type", "application/json")], body.into_bytes())
}

async fn restored(table: &Table, source: RestoreSource) -> JobRecord {
    let plan = table.desk.confirmed_plan(source).await;
    table.desk.run(plan).await
}

/// The same restore, once the fault is over.
async fn goes_through(table: &Table, source: RestoreSource) {
    table.sign_in_again().await;
    let job = restored(table, source).await;
    assert!(matches!(job.result, Some(JobResult::Restore(_))), "{job:?}");
}

/// What the server refuses with, and what is shown of it; nothing was restored.
async fn is_refused(status: u16, words: &str, expected: Code) {
    for (source, path) in [(None, RESTORE), (Some(local()), IMPORT)] {
        let table = Table::set().await;
        let source = match source {
            Some(source) => source,
            None => remote(&table).await,
        };
        let before = table.practice.state().expect("a state").ciphers;
        let plan = table.desk.confirmed_plan(source.clone()).await;
        table.between.at(path, refused(status, words));
        let job = table.desk.run(plan).await;
        assert_eq!((job.state, code(&job)), (JobState::Failed, Some(expected)), "{path}: {job:?}");
        assert_eq!(table.practice.state().expect("a state").ciphers, before, "{path}");
        goes_through(&table, source).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_server_is_named_and_the_restore_starts_again() {
    is_refused(409, "Another backup run is already in progress", Code::Busy).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_too_large_for_the_server_is_refused() {
    let table = Table::set().await;
    let plan = table.desk.confirmed_plan(local()).await;
    table.between.at(IMPORT, refused(413, "Backup file is too large"));
    let job = table.desk.run(plan).await;
    assert_eq!(job.state, JobState::Failed, "{job:?}");
    let words = job.error.as_ref().and_then(|error| error.body().original.clone()).unwrap_or_default();
    assert!(words.contains("too large") || code(&job) == Some(Code::ServerRefused), "{job:?}");
    goes_through(&table, local()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_restores_nothing_and_can_be_corrected() {
    is_refused(400, "Invalid password", Code::WrongPassword).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rate_limit_at_any_call_only_delays_a_restore() {
    for path in ["/api/admin/users", DOWNLOAD, LIST, "/api/admin/backup/export", RESTORE] {
        let table = Table::set().await;
        let source = remote(&table).await;
        let wait = vec![("content-type", "application/json"), ("retry-after", "1")];
        let words = br#"{"error":"Too many requests"}"#.to_vec();
        table.between.once_at(path, Interception::Instead(429, wait, words));
        let job = restored(&table, source).await;
        assert!(matches!(job.result, Some(JobResult::Restore(_))), "{path}: {job:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_lost_before_the_upload_leaves_everything_as_it_was() {
    let table = Table::set().await;
    let before = table.practice.state().expect("a state").ciphers;
    let plan = table.desk.confirmed_plan(local()).await;
    table.between.at(IMPORT, Interception::DropBefore);
    let job = table.desk.run(plan).await;
    assert_eq!((job.state, code(&job)), (JobState::Unknown, Some(Code::OutcomeUnknown)), "{job:?}");
    assert_eq!(table.practice.state().expect("a state").ciphers, before);
    goes_through(&table, local()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_lost_after_the_upload_is_found_out() {
    let table = Table::set().await;
    let source = remote(&table).await;
    let plan = table.desk.confirmed_plan(source).await;
    table.between.at(RESTORE, Interception::DropAfter);
    let job = table.desk.run(plan).await;
    assert_eq!(job.state, JobState::Unknown, "{job:?}");
    table.sign_in_again().await;
    // Signing in lets the server show what it did.
    let seen = if job.can_recheck {
        table.desk.desk.jobs().recheck_outcome(job.id).await.expect("looked again")
    } else {
        job
    };
    let found = seen.error.as_ref().map(Error::kind);
    let expected = ["outcome-restored", "outcome-likely-restored"];
    assert!(found.is_some_and(|found| expected.contains(&&*found)), "{seen:?}");
    // From the target only once the settings are repaired; from this computer at once.
    goes_through(&table, local()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_expired_meanwhile_restores_nothing() {
    let table = Table::set().await;
    let source = remote(&table).await;
    let plan = table.desk.confirmed_plan(source.clone()).await;
    table.between.when(|request| match request.uri().path() {
        RESTORE => refused(401, "Unauthorized"),
        "/identity/connect/token" => refused(400, "invalid_grant"),
        _ => Interception::Pass,
    });
    let job = table.desk.run(plan).await;
    assert_eq!((job.state, code(&job)), (JobState::Failed, Some(Code::SessionEnded)), "{job:?}");
    goes_through(&table, source).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_administrators_the_second_is_signed_out_and_can_start_again() {
    let table = Table::set().await;
    let source = remote(&table).await;
    let other = AtDesk::at(&table.practice).await;
    let (first, second) =
        (table.desk.confirmed_plan(source.clone()).await, other.confirmed_plan(source).await);
    let job = table.desk.run(first).await;
    assert_eq!(job.state, JobState::Succeeded, "{job:?}");
    let late = other.run(second).await;
    assert_eq!((late.state, code(&late)), (JobState::Failed, Some(Code::SessionEnded)), "{late:?}");
    other.sign_in(&table.practice).await;
    // The restore of the first needs a repair before the server reads its targets.
    let plan = other.confirmed_plan(local()).await;
    let again = other.run(plan).await;
    assert!(matches!(again.result, Some(JobResult::Restore(_))), "{again:?}");
}
