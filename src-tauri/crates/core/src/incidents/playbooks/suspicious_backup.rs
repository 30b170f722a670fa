//! A backup on a target may be corrupt: it is read again, kept as evidence, and replaced by a
//! backup that is proven to restore. Nothing is deleted from the target meanwhile.

use super::super::case::CaseSubject;
use super::super::definition::{CaseContext, PathDefinition, PlaybookDefinition, StepDefinition};
use super::super::{EvidenceKind, Fact, FactDetail};
use super::shared::{SIGN_IN_IF_OVER, VERIFY_BACKUP};
use super::{Playbook, PlaybookPath, StepKind};
use crate::health::{BackupState, TargetHealth};
use crate::jobs::{IntegrityResult, JobKind, JobRecord, JobResult};
use crate::view::TargetCard;

/// How often the backup is read: a second read distinguishes a passing error from damage.
const READS: usize = 2;

pub(super) const PLAYBOOK: PlaybookDefinition = PlaybookDefinition {
    playbook: Playbook::SuspiciousBackup,
    detect: |_| Vec::new(),
    of_target: newest_is_bad,
    paths: &[PathDefinition {
        path: PlaybookPath::SuspiciousBackup,
        freezes: true,
        steps: &[
            SIGN_IN_IF_OVER,
            READ_BACKUP,
            SAVE_EVIDENCE,
            FIND_GOOD_BACKUP,
            KEEP_BACKUPS,
            VERIFY_BACKUP,
            DRILL_BACKUP,
        ],
    }],
};

fn newest_is_bad(card: &TargetCard) -> Option<CaseSubject> {
    if card.health != TargetHealth::NewestBackupBad {
        return None;
    }
    Some(CaseSubject::Backup {
        target_id: card.target.id.clone(),
        target_name: card.target.name.clone(),
        path: card.last_backup.as_ref()?.file_name.clone()?,
    })
}

/// Read it in full, twice.
const READ_BACKUP: StepDefinition = StepDefinition {
    jobs: &[JobKind::Integrity],
    error: |case| case.progress.latest(JobKind::Integrity)?.error.clone(),
    needs_session: true,
    ..StepDefinition::new(StepKind::ReadBackup).proven_by(|case| {
        let reads: Vec<Fact> = reads(case).map(|(job, check)| fact_of(job, check)).take(READS).collect();
        (reads.len() == READS).then_some(reads)
    })
};

/// Keep the file as evidence before a retention deletes it.
const SAVE_EVIDENCE: StepDefinition = StepDefinition {
    only_if: is_suspicious,
    jobs: &[JobKind::Download],
    error: |case| case.progress.latest(JobKind::Download)?.error.clone(),
    needs_session: true,
    ..StepDefinition::new(StepKind::SaveEvidence).proven_by(saved).confirmed()
};

/// Find the newest backup that is good.
const FIND_GOOD_BACKUP: StepDefinition = StepDefinition {
    only_if: is_suspicious,
    jobs: &[JobKind::Integrity],
    needs_session: true,
    ..StepDefinition::new(StepKind::FindGoodBackup)
        .proven_by(|case| {
            let name = case.subject.backup_name()?;
            let is_good = |(_, check): &(&JobRecord, &IntegrityResult)| {
                check.file_name != name && check.here.is_some() && check.state == BackupState::Verified
            };
            let (job, check) = checks(case).find(is_good)?;
            Some(vec![fact_of(job, check)])
        })
        .confirmed()
};

/// Let the retention of the next run delete nothing.
const KEEP_BACKUPS: StepDefinition = StepDefinition {
    only_if: is_suspicious,
    needs_session: true,
    ..StepDefinition::new(StepKind::KeepBackups).confirmed()
};

/// Rehearse a restore of the new backup.
pub(super) const DRILL_BACKUP: StepDefinition = StepDefinition {
    jobs: &[JobKind::Drill],
    error: |case| case.progress.latest(JobKind::Drill)?.error.clone(),
    ..StepDefinition::new(StepKind::DrillBackup).proven_by(drilled)
};

/// The checks since the case started, the newest first.
fn checks<'a>(case: &'a CaseContext<'_>) -> impl Iterator<Item = (&'a JobRecord, &'a IntegrityResult)> {
    case.progress.jobs.iter().filter_map(|job| match &job.result {
        Some(JobResult::Integrity(check)) => Some((job, check)),
        _ => None,
    })
}

/// The times that the backup was read in full, the newest first.
fn reads<'a>(case: &'a CaseContext<'_>) -> impl Iterator<Item = (&'a JobRecord, &'a IntegrityResult)> {
    let name = case.subject.backup_name();
    checks(case).filter(move |(_, check)| Some(check.file_name.as_str()) == name && check.here.is_some())
}

/// A read that fits what the backup was is a passing error only when the last reads all say so.
fn is_suspicious(case: &CaseContext<'_>) -> bool {
    let last: Vec<BackupState> = reads(case).map(|(_, check)| check.state).take(READS).collect();
    last.len() < READS || last.iter().any(|state| *state != BackupState::Verified)
}

fn fact_of(job: &JobRecord, check: &IntegrityResult) -> Fact {
    let is_good = check.state == BackupState::Verified;
    let detail = if is_good { FactDetail::BackupReadGood } else { FactDetail::BackupReadBad };
    Fact::new(EvidenceKind::Ledger, detail)
        .at(job.ended_at.clone().unwrap_or_else(|| check.checked_at.clone()))
        .words(check.file_name.clone())
}

fn saved(case: &CaseContext<'_>) -> Option<Vec<Fact>> {
    let name = case.subject.backup_name()?;
    let saved = case.progress.jobs.iter().find_map(|job| match &job.result {
        Some(JobResult::Download(download)) if download.check.file_name == name => Some((job, download)),
        _ => None,
    });
    let (job, download) = saved?;
    let fact = Fact::new(EvidenceKind::Ledger, FactDetail::BackupSaved);
    Some(vec![fact.at(job.ended_at.clone().unwrap_or_else(|| case.now())).words(download.saved_to.clone())])
}

/// A drill of what was backed up since: it started after the last backup ended.
pub(super) fn drilled(case: &CaseContext<'_>) -> Option<Vec<Fact>> {
    let backup = case.progress.latest(JobKind::Backup)?;
    let passed = case.progress.jobs.iter().find_map(|job| match &job.result {
        Some(JobResult::Drill(drill)) if drill.ok && job.id > backup.id => Some((job, drill)),
        _ => None,
    });
    let (job, drill) = passed?;
    let fact = Fact::new(EvidenceKind::Ledger, FactDetail::DrillPassed);
    Some(vec![fact.at(job.ended_at.clone().unwrap_or_else(|| case.now())).words(drill.file_name.clone())])
}
