//! How a job's record ends a command.

use desk_core::Error;
use desk_core::error::JobDetail;
use desk_core::health::BackupState;
use desk_core::jobs::{IntegrityResult, JobRecord, JobResult, JobState, Outcome};
use tokio::task::JoinHandle;

use crate::exit::{Ended, Exit, Failure};
use crate::waiting;

/// What the job found, or why it found nothing.
pub fn result(job: JobRecord) -> Ended<JobResult> {
    // What was on the server before a restore is worth knowing however it ended.
    let kept = |error: Error| match &job.safety_copy {
        Some(path) => error.with(|context| context.safety_copy = Some(path.clone())),
        None => error,
    };
    match (job.state, job.result, job.error) {
        (JobState::Cancelled, ..) => Err(Failure::Cancelled),
        (JobState::Failed, _, Some(error)) => Err(kept(error).into()),
        (_, Some(result), _) => Ok(result),
        (_, None, Some(error)) => Err(kept(error).into()),
        (_, None, None) => Err(without_result()),
    }
}

/// What the reading of a file found; `what` says what a long wait is for.
pub async fn read<T>(what: &str, reading: JoinHandle<desk_core::Result<Outcome<T>>>) -> Ended<T> {
    match waiting::during(what, reading).await.map_err(|_| without_result())?? {
        Outcome::Done(found) => Ok(found),
        Outcome::Stopped | Outcome::Unknown(_) => Err(Failure::Cancelled),
    }
}

/// A job that ended as another kind of job: a fault of this program.
pub fn without_result() -> Failure {
    JobDetail::InternalFault.error().into()
}

/// How a check ends a command.
pub fn exit_of(check: &IntegrityResult) -> Exit {
    exit_of_state(check.state)
}

/// The state of a backup as an exit code.
pub fn exit_of_state(state: BackupState) -> Exit {
    match state {
        BackupState::Verified | BackupState::NameHashMatches => Exit::Good,
        BackupState::AttachmentsMissing | BackupState::AttachmentsNotChecked => Exit::Skipped,
        BackupState::Refused => Exit::Refused,
        BackupState::Mismatch | BackupState::Damaged | BackupState::Changed => Exit::Damaged,
        BackupState::Unverifiable | BackupState::NotChecked => Exit::Failed,
    }
}
