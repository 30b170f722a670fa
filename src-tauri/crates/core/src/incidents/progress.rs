//! What happened in this app since a case began: the records of its jobs are proofs.

use super::StepKind;
use super::case::VerifiedBackup;
use crate::Error;
use crate::checks::IntegrityLevel;
use crate::jobs::{BackupResult, JobKind, JobRecord, JobResult, JobState};

/// What happened here since a case began.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CaseProgress {
    /// The profile's jobs since then, the newest first.
    pub jobs: Vec<JobRecord>,
    /// Somebody is signed in to the server in this app; the session may be over.
    pub signed_in: bool,
    /// The steps that the case showed before: none disappears.
    pub shown: Vec<StepKind>,
    /// The names of the backups that the target of the case is known to list.
    pub listed: Vec<String>,
    /// The restore that the case is about, with the copies that are known.
    pub restore: Option<JobRecord>,
}

impl CaseProgress {
    /// A job of one of these kinds runs now.
    pub(super) fn is_running(&self, kinds: &[JobKind]) -> bool {
        self.jobs.iter().any(|job| kinds.contains(&job.kind) && job.state == JobState::Running)
    }

    /// The latest job of a kind.
    pub(super) fn latest(&self, kind: JobKind) -> Option<&JobRecord> {
        self.jobs.iter().find(|job| job.kind == kind)
    }

    /// The backups that were made and verified, the newest first.
    pub fn verified_backups(&self) -> Vec<VerifiedBackup> {
        self.jobs.iter().flat_map(attempts).filter_map(|attempt| attempt.made).collect()
    }

    /// The latest backup to some target that came to nothing or could not be verified.
    pub(super) fn missing_backup(&self) -> Option<BackupAttempt> {
        let mut latest: Vec<BackupAttempt> = Vec::new();
        let ended = self.jobs.iter().filter(|job| job.state != JobState::Running);
        for attempt in ended.flat_map(attempts) {
            if latest.iter().all(|known| known.target != attempt.target) {
                latest.push(attempt);
            }
        }
        latest.into_iter().find(|attempt| attempt.made.is_none())
    }
}

/// The outcome of backing up to a target.
pub(super) struct BackupAttempt {
    target: String,
    /// The backup, once it was verified.
    made: Option<VerifiedBackup>,
    error: Option<Error>,
}

impl BackupAttempt {
    /// What it failed with, when it is known.
    pub fn failure(self) -> Option<Error> {
        Some(self.error?.with(|context| context.target = Some(self.target)))
    }
}

fn attempts(job: &JobRecord) -> Vec<BackupAttempt> {
    match &job.result {
        Some(JobResult::Backup(backup)) => vec![attempt(&backup.target_name, Some(backup), None)],
        Some(JobResult::Repair(repair)) => {
            let tested = repair.targets.iter().filter(|target| target.tested);
            tested
                .map(|target| attempt(&target.name, target.backup.as_ref(), target.error.as_ref()))
                .collect()
        }
        // A backup that came to nothing names its target in its subject.
        None if job.kind == JobKind::Backup => vec![attempt(&job.subject, None, job.error.as_ref())],
        _ => Vec::new(),
    }
}

fn attempt(target: &str, backup: Option<&BackupResult>, error: Option<&Error>) -> BackupAttempt {
    let check = backup.and_then(|backup| Some((backup, backup.check.as_ref()?)));
    let check = check.filter(|(_, check)| check.level == IntegrityLevel::Verified);
    BackupAttempt {
        target: target.to_owned(),
        made: check.map(|(backup, check)| VerifiedBackup {
            target_name: backup.target_name.clone(),
            file_name: backup.file_name.clone(),
            verified_at: check.checked_at.clone(),
        }),
        error: error.or_else(|| backup?.check_error.as_ref()).cloned(),
    }
}
