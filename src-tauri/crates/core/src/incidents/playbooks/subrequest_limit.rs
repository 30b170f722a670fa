//! Too many attachments for one run of the worker: this computer uploads them, then the server needs
//! only a few calls.

use super::super::case::CaseSubject;
use super::super::definition::{CaseContext, PathDefinition, PlaybookDefinition, StepDefinition};
use super::super::{EvidenceKind, Fact, FactDetail};
use super::shared::{SIGN_IN_IF_OVER, backup_failure, latest_backup, looks};
use super::suspicious_backup::DRILL_BACKUP;
use super::{Playbook, PlaybookPath, StepKind};
use crate::error::TargetDetail;
use crate::health::BackupState;
use crate::jobs::{BodiesAhead, HealResult, JobKind, JobRecord, JobResult};
use crate::view::TargetCard;

pub(super) const PLAYBOOK: PlaybookDefinition = PlaybookDefinition {
    playbook: Playbook::SubrequestLimit,
    detect: |_| Vec::new(),
    of_target: |card| {
        let is_limit =
            card.last_error.as_ref().is_some_and(|error| error.is(TargetDetail::TargetSubrequests));
        is_limit.then(|| subject(card))
    },
    paths: &[PathDefinition {
        path: PlaybookPath::SubrequestLimit,
        freezes: false,
        steps: &[SIGN_IN_IF_OVER, COUNT_BODIES, UPLOAD_BODIES, VERIFY_WITH_BODIES, DRILL_BACKUP],
    }],
};

fn subject(card: &TargetCard) -> CaseSubject {
    CaseSubject::Target { target_id: card.target.id.clone(), target_name: card.target.name.clone() }
}

/// Count what the next run has to upload.
const COUNT_BODIES: StepDefinition = StepDefinition {
    jobs: &[JobKind::LookAtTarget],
    error: |case| case.progress.latest(JobKind::LookAtTarget)?.error.clone(),
    needs_session: true,
    ..StepDefinition::new(StepKind::CountBodies).proven_by(|case| {
        let (job, bodies) = counted(case).next()?;
        let fact = Fact::new(EvidenceKind::Ledger, FactDetail::BodiesToUpload);
        let at = job.ended_at.clone().unwrap_or_else(|| case.now());
        Some(vec![fact.at(at).words(format!("{} / {}", bodies.to_upload, bodies.on_server))])
    })
};

/// Upload them from this computer, and list them in the index.
const UPLOAD_BODIES: StepDefinition = StepDefinition {
    jobs: &[JobKind::HealTarget],
    error: |case| case.progress.latest(JobKind::HealTarget)?.error.clone(),
    // A run that met the limit again shows that there are new ones.
    lapsed: |case| last_refusal(case).is_some() && uploaded(case).is_none(),
    needs_session: true,
    ..StepDefinition::new(StepKind::UploadBodies).proven_by(|case| Some(vec![uploaded(case)?]))
};

/// Let the server run, and verify the backup with its attachments.
const VERIFY_WITH_BODIES: StepDefinition = StepDefinition {
    jobs: &[JobKind::Backup],
    error: backup_failure,
    needs_session: true,
    ..StepDefinition::new(StepKind::VerifyBackup).proven_by(|case| {
        let Some(JobResult::Backup(backup)) = &latest_backup(case)?.result else { return None };
        let check = backup.check.as_ref().filter(|check| check.state == BackupState::Verified)?;
        let fact = Fact::new(EvidenceKind::Ledger, FactDetail::BackupVerified);
        Some(vec![fact.at(check.checked_at.clone()).words(backup.file_name.clone())])
    })
};

/// The counts since the case started, the newest first.
fn counted<'a>(case: &'a CaseContext<'_>) -> impl Iterator<Item = (&'a JobRecord, BodiesAhead)> {
    looks(case).filter_map(|(job, look)| Some((job, look.bodies?)))
}

/// The number of the last run of the case that met the limit.
fn last_refusal(case: &CaseContext<'_>) -> Option<i64> {
    let met = case.progress.jobs.iter().find(|job| {
        job.kind == JobKind::Backup
            && job.error.as_ref().is_some_and(|error| error.is(TargetDetail::TargetSubrequests))
    });
    Some(met?.id)
}

/// Everything that the server holds is there and listed, since the last run that met the limit.
fn uploaded(case: &CaseContext<'_>) -> Option<Fact> {
    let since = last_refusal(case).unwrap_or_default();
    let healed = case.progress.jobs.iter().find_map(|job| match &job.result {
        Some(JobResult::HealTarget(heal)) if is_complete(heal) && job.id > since => Some((job, heal)),
        _ => None,
    });
    let nothing = counted(case).find(|(job, bodies)| bodies.to_upload == 0 && job.id > since);
    let (job, number) = match (healed, nothing) {
        (Some((job, heal)), _) => (job, heal.uploaded.len()),
        (None, Some((job, _))) => (job, 0),
        (None, None) => return None,
    };
    let fact = Fact::new(EvidenceKind::Ledger, FactDetail::BodiesUploaded);
    Some(fact.at(job.ended_at.clone().unwrap_or_else(|| case.now())).words(number.to_string()))
}

fn is_complete(heal: &HealResult) -> bool {
    heal.on_server.is_some() && heal.still_missing.is_empty() && heal.error.is_none()
}
