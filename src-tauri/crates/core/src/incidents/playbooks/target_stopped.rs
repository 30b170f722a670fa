//! A target stopped working: checked from the server and from this computer, fixed or given up for
//! backups made by this computer, and proven by a verified backup.

use super::super::case::CaseSubject;
use super::super::definition::{CaseContext, PathDefinition, PlaybookDefinition, StepDefinition};
use super::super::{EvidenceKind, Fact, FactDetail};
use super::shared::{SIGN_IN_IF_OVER, backup_failure, latest_backup, looks};
use super::{Playbook, PlaybookPath, StepKind};
use crate::checks::IntegrityLevel;
use crate::error::TargetDetail;
use crate::health::{StopCause, StorageService, TargetHealth};
use crate::jobs::{JobKind, JobRecord, JobResult, TargetSight};
use crate::view::TargetCard;
use crate::{Code, Error};

pub(super) const PLAYBOOK: PlaybookDefinition = PlaybookDefinition {
    playbook: Playbook::TargetStopped,
    detect: |_| Vec::new(),
    of_target: has_stopped,
    paths: &[PathDefinition {
        path: PlaybookPath::TargetStopped,
        freezes: false,
        steps: &[
            SIGN_IN_IF_OVER,
            LOOK_FROM_SERVER,
            LOOK_FROM_HERE,
            FIX_TARGET,
            VERIFY_BACKUP_THERE,
            BACK_UP_HERE,
        ],
    }],
};

fn has_stopped(card: &TargetCard) -> Option<CaseSubject> {
    let is_stopped = match &card.last_error {
        Some(error) => is_of_target(error),
        // Runs are missing and nothing says why: the server and this computer look at the target.
        None => card.health == TargetHealth::Late,
    };
    is_stopped.then(|| CaseSubject::Target {
        target_id: card.target.id.clone(),
        target_name: card.target.name.clone(),
    })
}

/// The target is the reason: not the limits of a worker, nor a server that refuses to run.
fn is_of_target(error: &Error) -> bool {
    match StopCause::of_error(error, StorageService::Other) {
        StopCause::WorkerLimits => error.is(TargetDetail::TargetCpu) || error.is(TargetDetail::TargetMemory),
        StopCause::NotKnown => error.code() == Code::TargetFailed,
        _ => true,
    }
}

/// Let the server list the target now.
const LOOK_FROM_SERVER: StepDefinition = StepDefinition {
    jobs: &[JobKind::LookAtTarget],
    error: |case| case.progress.latest(JobKind::LookAtTarget)?.error.clone(),
    needs_session: true,
    ..StepDefinition::new(StepKind::LookFromServer).proven_by(|case| {
        let (job, look) = looks(case).next()?;
        let listed = (FactDetail::TargetListedByServer, FactDetail::TargetNotListedByServer);
        Some(vec![fact_of(case, job, &look.from_server, listed)])
    })
};

/// Look at it from this computer, with the same settings.
const LOOK_FROM_HERE: StepDefinition = StepDefinition {
    jobs: &[JobKind::LookAtTarget],
    error: |case| case.progress.latest(JobKind::LookAtTarget)?.error.clone(),
    needs_session: true,
    ..StepDefinition::new(StepKind::LookFromHere)
        .proven_by(|case| {
            let (job, here) = looks(case).find_map(|(job, look)| Some((job, look.from_here.as_ref()?)))?;
            let listed = (FactDetail::TargetListedHere, FactDetail::TargetNotListedHere);
            Some(vec![fact_of(case, job, here, listed)])
        })
        .confirmed()
};

/// Do away with the cause. A person who confirms it continues with backups made by this computer.
const FIX_TARGET: StepDefinition = StepDefinition {
    jobs: &[JobKind::LookAtTarget, JobKind::Backup],
    error: backup_failure,
    needs_session: true,
    ..StepDefinition::new(StepKind::FixTarget)
        .proven_by(|case| {
            if let Some(backup) = verified(case) {
                return Some(vec![backup]);
            }
            let (job, look) = looks(case).next().filter(|(_, look)| look.cause.is_none())?;
            let listed = (FactDetail::TargetListedByServer, FactDetail::TargetNotListedByServer);
            Some(vec![fact_of(case, job, &look.from_server, listed)])
        })
        .confirmed()
};

/// Let the server back up there, and verify that.
const VERIFY_BACKUP_THERE: StepDefinition = StepDefinition {
    only_if: |case| !is_given_up(case),
    jobs: &[JobKind::Backup],
    error: backup_failure,
    needs_session: true,
    ..StepDefinition::new(StepKind::VerifyBackup).proven_by(|case| Some(vec![verified(case)?]))
};

/// Back up from this computer instead.
const BACK_UP_HERE: StepDefinition = StepDefinition {
    only_if: is_given_up,
    jobs: &[JobKind::DeskBackup],
    error: |case| {
        let backup = case.progress.latest(JobKind::DeskBackup)?;
        match &backup.result {
            Some(JobResult::DeskBackup(result)) => result.error.clone(),
            _ => backup.error.clone(),
        }
    },
    needs_session: true,
    ..StepDefinition::new(StepKind::BackUpHere).proven_by(|case| {
        let made = case.progress.jobs.iter().find_map(|job| match &job.result {
            Some(JobResult::DeskBackup(backup)) if backup.is_whole => Some((job, backup)),
            _ => None,
        });
        let (job, backup) = made?;
        let fact = Fact::new(EvidenceKind::Ledger, FactDetail::DeskBackupVerified);
        let at = job.ended_at.clone().unwrap_or_else(|| case.now());
        Some(vec![fact.at(at).words(format!(
            "{}: {}",
            backup.desk_target_name,
            backup.file_name.as_deref().unwrap_or_default()
        ))])
    })
};

/// The person said that it stays as it is.
fn is_given_up(case: &CaseContext<'_>) -> bool {
    case.done.iter().any(|step| {
        let is_confirmed = step.proof.iter().any(|fact| fact.detail == FactDetail::ConfirmedByPerson);
        step.kind == StepKind::FixTarget && is_confirmed
    })
}

/// The latest backup to the target was made and verified.
fn verified(case: &CaseContext<'_>) -> Option<Fact> {
    let Some(JobResult::Backup(backup)) = &latest_backup(case)?.result else { return None };
    let check = backup.check.as_ref().filter(|check| check.level == IntegrityLevel::Verified)?;
    let fact = Fact::new(EvidenceKind::Ledger, FactDetail::BackupVerified);
    Some(fact.at(check.checked_at.clone()).words(backup.file_name.clone()))
}

/// What a side got, with what it got it from where it failed.
fn fact_of(
    case: &CaseContext<'_>,
    job: &JobRecord,
    sight: &TargetSight,
    (listed, not_listed): (FactDetail, FactDetail),
) -> Fact {
    let at = job.ended_at.clone().unwrap_or_else(|| case.now());
    match &sight.error {
        None => Fact::new(EvidenceKind::Ledger, listed).at(at),
        Some(error) => {
            let words = error.body().original.clone().unwrap_or_else(|| error.to_string());
            Fact::new(EvidenceKind::Ledger, not_listed).at(at).words(words)
        }
    }
}
