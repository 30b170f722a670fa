//! Faults in the middle of a restore, uploaded and from a target: what is shown is true, an unknown
//! outcome is found out later, and the same restore can be started again.

#[path = "restore_faults/connection.rs"]
mod connection;
#[path = "restore_faults/refused.rs"]
mod refused;
#[path = "restore_faults/stopped.rs"]
mod stopped;

use desk_core::Error;
use desk_core::jobs::{ExportRequest, JobRecord, JobResult, JobState, RestoreResult, RestoreSource};

use crate::between::Interception;
use crate::table::{IMPORT, RESTORE, Table};

/// The two calls that restore: an upload, and from a target.
const WAYS: [&str; 2] = [IMPORT, RESTORE];

async fn remote(table: &Table) -> RestoreSource {
    table.backup().await;
    let path = table.desk.zips().await[0].path.clone();
    RestoreSource::Remote { target_id: table.desk.target().await, path }
}

/// A complete export of the same server: whoever restores it can sign in afterwards.
async fn local(table: &Table) -> RestoreSource {
    let folder = table.desk.folder.path().join("exports");
    let job = table.desk.run(ExportRequest::of_server(&folder)).await;
    let Some(JobResult::Export(export)) = job.result else { panic!("no export: {job:?}") };
    RestoreSource::Local { path: export.file.expect("a file") }
}

/// What is restored by the call at `path`.
async fn source(table: &Table, path: &str) -> RestoreSource {
    if path == IMPORT { local(table).await } else { remote(table).await }
}

fn refused(status: u16, words: &str) -> Interception {
    let body = format!(r#"{{"error":"{words}","error_description":"{words}"}}"#);
    Interception::Instead(status, vec![("content-type", "application/json")], body.into_bytes())
}

fn kind(job: &JobRecord) -> String {
    job.error.as_ref().map(Error::kind).unwrap_or_default()
}

fn ciphers(table: &Table) -> u32 {
    table.practice.state().expect("a state").ciphers
}

async fn restored(table: &Table, source: RestoreSource) -> JobRecord {
    let plan = table.desk.confirmed_plan(source).await;
    table.desk.run(plan).await
}

/// The result of a restore that went through.
#[track_caller]
fn result(job: &JobRecord) -> &RestoreResult {
    match &job.result {
        Some(JobResult::Restore(restored)) => restored,
        _ => panic!("not restored: {job:?}"),
    }
}

/// The same restore, once the fault is over. After one that went through, the server reads its
/// targets again only once its settings are repaired; from this computer it restores at once.
async fn goes_through(table: &Table, source: RestoreSource) {
    table.sign_in_again().await;
    let job = restored(table, source).await;
    assert_eq!(result(&job).skipped_count, 0, "{job:?}");
    assert!(matches!(job.state, JobState::Succeeded), "{job:?}");
}

/// The restore succeeded and its response was lost: the next sign-in shows it.
async fn is_found_out(table: &Table, job: &JobRecord) {
    assert_eq!(job.state, JobState::Unknown, "{job:?}");
    table.sign_in_again().await;
    table.desk.desk.jobs().recheck_outcomes().await;
    let found = table.desk.desk.ledger().job(job.id).expect("a ledger").expect("a job");
    assert_eq!((kind(&found).as_str(), found.can_recheck), ("outcome-restored", false), "{found:?}");
}
