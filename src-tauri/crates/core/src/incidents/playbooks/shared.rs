//! Steps that more than one path has, and what proves them.

use super::super::case::CaseSubject;
use super::super::definition::{CaseContext, StepDefinition};
use super::super::{EvidenceKind, Fact, FactDetail, PortableSeen, Seen, TokenSeen};
use super::StepKind;
use crate::Error;
use crate::error::EnvelopeDetail;
use crate::jobs::{JobKind, JobRecord, JobResult, JobState, TargetLook};

/// The jobs that a repaired server is proven by.
const BACKUPS: &[JobKind] = &[JobKind::Repair, JobKind::Backup];

/// Sign in again.
pub(super) const SIGN_IN: StepDefinition = StepDefinition {
    stands_alone: true,
    // What waits for the server may wait for nothing but this.
    early: |case| case.seen.is_session_over(),
    // Being signed in does not stay done: what is left may need it again.
    lapsed: |case| {
        let mut needing = case.steps.iter().filter(|step| step.needs_session);
        case.seen.is_session_over() && needing.any(|step| !case.is_done(step.kind))
    },
    ..StepDefinition::new(StepKind::SignInAgain).proven_by(|case| {
        (case.progress.signed_in && case.seen.is_session_working())
            .then(|| vec![Fact::new(EvidenceKind::Refresh, FactDetail::SignedIn).at(case.now())])
    })
};

/// Sign in again, where the session is over.
pub(super) const SIGN_IN_IF_OVER: StepDefinition = StepDefinition {
    only_if: |case| case.seen.is_session_over() || case.is_known(StepKind::SignInAgain),
    ..SIGN_IN
};

/// Send the settings back to the server.
pub(super) const REPAIR_SETTINGS: StepDefinition = StepDefinition {
    jobs: BACKUPS,
    blocked: cannot_open,
    error: |case| {
        let repair = case.progress.latest(JobKind::Repair)?;
        repair.error.clone().filter(|_| repair.state != JobState::Succeeded)
    },
    needs_session: true,
    ..StepDefinition::new(StepKind::RepairSettings).proven_by(|case| readable(case).map(|fact| vec![fact]))
};

/// Make a backup and verify it.
pub(super) const VERIFY_BACKUP: StepDefinition = StepDefinition {
    jobs: BACKUPS,
    error: |case| case.progress.missing_backup()?.failure(),
    needs_session: true,
    ..StepDefinition::new(StepKind::VerifyBackup).proven_by(|case| {
        // One verified backup does not speak for a target that failed.
        if case.progress.missing_backup().is_some() {
            return None;
        }
        let backup = case.progress.verified_backups().into_iter().next()?;
        let fact = Fact::new(EvidenceKind::Ledger, FactDetail::BackupVerified);
        Some(vec![fact.at(backup.verified_at).words(backup.file_name)])
    })
};

/// The checks of targets since the case started, the newest first.
pub(super) fn looks<'a>(case: &'a CaseContext<'_>) -> impl Iterator<Item = (&'a JobRecord, &'a TargetLook)> {
    let id = case.subject.target_id();
    case.progress.jobs.iter().filter_map(move |job| match &job.result {
        Some(JobResult::LookAtTarget(look)) if Some(look.target_id.as_str()) == id => Some((job, look)),
        _ => None,
    })
}

/// The latest backup of the server to the target of the case that has ended.
pub(super) fn latest_backup<'a>(case: &'a CaseContext<'_>) -> Option<&'a JobRecord> {
    let (id, name) = match case.subject {
        CaseSubject::Target { target_id, target_name }
        | CaseSubject::Backup { target_id, target_name, .. } => (target_id, target_name),
        CaseSubject::Server | CaseSubject::Restore { .. } => return None,
    };
    case.progress.jobs.iter().find(|job| {
        job.kind == JobKind::Backup
            && job.state != JobState::Running
            && match &job.result {
                Some(JobResult::Backup(backup)) => backup.target_id == *id,
                _ => job.subject == *name,
            }
    })
}

/// What that backup failed with, if it did.
pub(super) fn backup_failure(case: &CaseContext<'_>) -> Option<Error> {
    let job = latest_backup(case)?;
    match &job.result {
        Some(JobResult::Backup(backup)) => backup.check_error.clone(),
        _ => job.error.clone(),
    }
}

/// The server can open its settings.
pub(super) fn readable(case: &CaseContext<'_>) -> Option<Fact> {
    let fact = || Fact::new(EvidenceKind::Settings, FactDetail::SettingsReadable).at(case.now());
    case.seen.is_readable().then(fact)
}

/// An earlier access token is accepted.
pub(super) fn accepted(case: &CaseContext<'_>) -> Option<Fact> {
    let fact = || Fact::new(EvidenceKind::AccessToken, FactDetail::TokenAccepted).at(case.now());
    matches!(case.seen.token, Seen::As(TokenSeen::Accepted)).then(fact)
}

/// The server has nothing against its JWT_SECRET.
pub(super) fn safe(case: &CaseContext<'_>) -> Option<Fact> {
    let fact = || Fact::new(EvidenceKind::WebBootstrap, FactDetail::SecretAccepted).at(case.now());
    case.seen.is_secret_safe().then(fact)
}

/// Why one's own key cannot open the portable part. Settings that come out of a backup or
/// that were entered again need it no longer.
pub(super) fn cannot_open(case: &CaseContext<'_>) -> Option<Error> {
    let is_opened = case.is_done(StepKind::OpenPortable) || case.progress.latest(JobKind::Repair).is_some();
    if is_opened || case.seen.can_open() != Some(false) {
        return None;
    }
    let detail = match case.seen.portable.value() {
        Some(PortableSeen::WrappedFor(users)) if users.is_empty() => EnvelopeDetail::PortableNobody,
        Some(PortableSeen::WrappedFor(_)) => EnvelopeDetail::PortableOthers,
        Some(PortableSeen::Absent) | None => EnvelopeDetail::PortableAbsent,
    };
    Some(detail.error())
}
