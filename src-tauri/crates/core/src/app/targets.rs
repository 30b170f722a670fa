//! The editor of targets: reading, reviewing, testing and saving the server's
//! backup settings; and the server's log of what it did.

use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

use super::{ActiveProfile, Desk, unless_stopped};
use crate::archive::Storage;
use crate::error::{Detail, TargetDetail};
use crate::jobs::{BackupJob, JobRecord, JobResult, JobState};
use crate::server::{
    Answer, AuditPage, BackupSettings, Finding, Target, TargetChange, diff, lint_all, next_runs,
};
use crate::targets::{SharedPlace, is_moved};
use crate::{Code, Error, Result};

/// How many of the next runs are shown.
const NEXT: usize = 3;

/// What is to be known before settings are saved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct SettingsReview {
    /// What saving would change.
    pub changes: Vec<TargetChange>,
    /// What is wrong or doubtful, the worst first.
    pub findings: Vec<Finding>,
    /// Targets whose folder another known server uses too.
    #[serde(default)]
    pub shared: Vec<SharedPlace>,
    /// When the server last said that it keeps no attachments, RFC 3339; `None` when it
    /// keeps some or never said.
    #[serde(default)]
    pub no_storage_at: Option<String>,
    /// When the server would back up by itself.
    pub next_runs: Vec<NextRuns>,
}

/// The next runs of a target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct NextRuns {
    /// The target.
    pub destination_id: String,
    /// When, RFC 3339; none when its schedule is off or not valid.
    pub at: Vec<String>,
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

impl Desk {
    /// The server's backup settings in full, without any secret.
    ///
    /// # Errors
    /// As [`crate::server::Session::settings`].
    pub async fn backup_settings(&self) -> Result<BackupSettings> {
        let signed = self.sessions.needs_signed()?;
        let settings = signed.session.settings().await?;
        self.sessions.note_readable(&signed.profile.id)?;
        Ok(settings)
    }

    /// What saving `after` over `before` means. Asks no server.
    ///
    /// # Errors
    /// `LedgerFailed`.
    pub fn review_settings(&self, before: &BackupSettings, after: &BackupSettings) -> Result<SettingsReview> {
        let now = self.clock.now();
        let runs = after.destinations.iter().map(|destination| NextRuns {
            destination_id: destination.id.clone(),
            at: next_runs(&destination.schedule, &destination.runtime, now, NEXT)
                .iter()
                .map(ToString::to_string)
                .collect(),
        });
        let (mut shared, mut no_storage_at) = (Vec::new(), None);
        if let Some(signed) = self.sessions.signed() {
            shared = self.shared_places(&after.destinations, &before.destinations)?;
            let said = self.ledger.storage(&signed.profile.id)?;
            no_storage_at = said.filter(|(storage, _)| *storage == Storage::None).map(|(_, at)| at);
        }
        Ok(SettingsReview {
            changes: diff(before, after),
            findings: lint_all(after),
            shared,
            no_storage_at,
            next_runs: runs.collect(),
        })
    }

    /// Saves changed settings.
    ///
    /// # Errors
    /// As [`crate::server::Session::save_settings`].
    pub async fn save_backup_settings(
        &self,
        before: &BackupSettings,
        after: &BackupSettings,
    ) -> Result<BackupSettings> {
        let signed = self.sessions.needs_signed()?;
        let moves = after.destinations.iter().any(|now| {
            let was = before.destinations.iter().find(|was| was.id == now.id);
            was.is_some_and(|was| is_moved(&was.location, &now.location))
        });
        // What is known right before is about the old place.
        if moves && let Ok(targets) = signed.session.targets().await {
            self.remember_settings(&signed, &targets)?;
        }
        let saved = signed.session.save_settings(before, after).await?.value;
        if let Ok(targets) = signed.session.targets().await {
            self.remember_settings(&signed, &targets)?;
        }
        Ok(saved)
    }

    /// Keeps what a server that can open its settings tells of its targets, without any
    /// secret: should they be lost one day, nobody types them from memory.
    pub(super) fn remember_settings(
        &self,
        signed: &ActiveProfile,
        answer: &Answer<Vec<Target>>,
    ) -> Result<()> {
        let id = &signed.profile.id;
        self.sessions.note_readable(id)?;
        self.ledger.remember_targets(id, &answer.value, self.clock.now())?;
        let made = answer.value.iter().filter_map(|target| target.runtime.last_uploaded_file_name.as_deref());
        self.ledger.note_origins(id, made)?;
        match BackupSettings::from_wire(&answer.raw) {
            Ok(settings) => self.ledger.remember_settings(id, &settings.without_logins()),
            // What the server sends beyond its targets is nothing to stop for.
            Err(_) => Ok(()),
        }
    }

    /// Tries a target as it is saved: lists its folder, and with `write` makes a
    /// real backup, since only that shows whether the server can write there.
    ///
    /// # Errors
    /// `SessionEnded`, `PasswordNeeded`, `Stopped`, and network errors between here and
    /// the server. What the target fails with is in the answer.
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

    /// What the server's log tells of backups, the newest first; failed scheduled
    /// runs are listed only there.
    ///
    /// # Errors
    /// `SessionEnded`, and what every call may fail with.
    pub async fn audit(&self, limit: u32, offset: u32) -> Result<AuditPage> {
        let signed = self.sessions.needs_signed()?;
        let page = signed.session.audit(limit, offset).await?;
        self.note_made(&signed.profile.id, &page.events)?;
        Ok(page)
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
