//! Trying a target: only a real backup shows whether the server can write there.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use super::Jobs;
use crate::app::unless_stopped;
use crate::error::{Detail, TargetDetail};
use crate::jobs::{BackupJob, JobRecord, JobResult, JobState};
use crate::{Code, Error, Result};

/// What trying a target showed, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum TargetVerdict {
    /// A backup was written and read back.
    Works,
    /// Its folder can be listed; writing was not tried.
    Readable,
    /// Its folder can be listed, but nothing can be written there.
    ReadableNotWritable,
    /// Its folder cannot even be listed.
    Unreadable,
    /// Writing was tried and came to no clear end: it was stopped, failed for another
    /// reason, or what was written could not be read back or is not good.
    NotKnown,
}

/// What trying a target showed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct TargetTest {
    /// In a word.
    pub verdict: TargetVerdict,
    /// What it failed with.
    pub error: Option<Error>,
    /// The backup that was made to try writing: a job like any other.
    pub job_id: Option<i64>,
}

impl Jobs {
    /// Tries a target as it is saved: lists its folder, and with `write` makes a
    /// real backup, since only that shows whether the server can write there.
    ///
    /// # Errors
    /// `SessionEnded`, `PasswordNeeded`, `Stopped`, and network errors between here and
    /// the server. What the target fails with is in the response.
    pub async fn test_target(
        self: &Arc<Self>,
        target_id: &str,
        write: bool,
        cancel: CancellationToken,
    ) -> Result<TargetTest> {
        let signed = self.sessions.needs_signed()?;
        let test = |verdict, error, job_id| TargetTest { verdict, error, job_id };
        match unless_stopped(&cancel, signed.session.list(Some(target_id), "")).await {
            Ok(_) if !write => return Ok(test(TargetVerdict::Readable, None, None)),
            Ok(_) => {}
            Err(error) if error.code() == Code::TargetFailed => {
                return Ok(test(TargetVerdict::Unreadable, Some(error), None));
            }
            Err(error) => return Err(error),
        }
        let job = self.run(BackupJob { target_id: Some(target_id.to_owned()) }, cancel).await?;
        let verdict = match (job.state, &job.error) {
            (JobState::Succeeded, _) => TargetVerdict::Works,
            (JobState::Failed, Some(error)) if refuses_writing(error) => TargetVerdict::ReadableNotWritable,
            _ => TargetVerdict::NotKnown,
        };
        let error = job.error.clone().or_else(|| unread(&job));
        Ok(test(verdict, error, Some(job.id)))
    }
}

/// The target itself does not take what is written, rather than that something
/// went wrong on the way.
fn refuses_writing(error: &Error) -> bool {
    match error.detail() {
        Some(Detail::Target(
            TargetDetail::TargetLoginRefused { call }
            | TargetDetail::TargetS3Refused { call }
            | TargetDetail::TargetS3NotWritable { call }
            | TargetDetail::TargetNotWritable { call }
            | TargetDetail::TargetForbidden { call }
            | TargetDetail::TargetPathRefused { call }
            | TargetDetail::TargetFileLocked { call },
        )) => call.writes(),
        Some(Detail::Target(TargetDetail::TargetFull)) => true,
        _ => false,
    }
}

/// Why a backup that was made could not be read back.
fn unread(job: &JobRecord) -> Option<Error> {
    match &job.result {
        Some(JobResult::Backup(backup)) => backup.check_error.clone(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_refused_write_says_that_a_target_cannot_be_written_to() {
        for words in ["WebDAV upload failed: 403", "S3 upload failed: 403", "WebDAV upload failed: 507"] {
            assert!(refuses_writing(&crate::server::error_from_target(words)), "{words}");
        }
        for words in [
            "WebDAV listing failed: 403",
            "WebDAV upload failed: 502",
            "Network connection lost.",
            "Too many subrequests.",
            "Uploaded backup file verification failed",
        ] {
            assert!(!refuses_writing(&crate::server::error_from_target(words)), "{words}");
        }
    }
}
