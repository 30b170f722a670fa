//! Attachments of the backups on a target are gone from there, such as with the whole
//! `attachments/` folder: they are put back from every copy there is, what came back is read body by
//! body, and what is nowhere is named. Nothing is deleted from the target meanwhile.

use super::super::case::CaseSubject;
use super::super::definition::{CaseContext, PathDefinition, PlaybookDefinition, StepDefinition};
use super::super::losses::{LostBody, drill_fact, is_place, lost_facts};
use super::super::progress::CaseProgress;
use super::super::{EvidenceKind, Fact, FactDetail};
use super::shared::SIGN_IN_IF_OVER;
use super::{Playbook, PlaybookPath, StepKind};
use crate::checks::IntegrityLevel;
use crate::health::TargetHealth;
use crate::jobs::{
    BackupResult, DoctorResult, HealResult, JobKind, JobRecord, JobResult, VerifyResult, WouldLose,
};
use crate::targets::IndexState;
use crate::view::TargetCard;

pub(super) const PLAYBOOK: PlaybookDefinition = PlaybookDefinition {
    playbook: Playbook::DeletedFolder,
    detect: |_| Vec::new(),
    of_target: is_missing_attachments,
    paths: &[PathDefinition {
        path: PlaybookPath::DeletedFolder,
        freezes: true,
        steps: &[
            SIGN_IN_IF_OVER,
            KEEP_BACKUPS,
            EXAMINE_TARGET,
            FIND_COPIES,
            HEAL_TARGET,
            BACK_UP_ATTACHMENTS,
            VERIFY_TARGET,
            NAME_LOST,
            DRILL_BACKUP,
        ],
    }],
};

fn is_missing_attachments(card: &TargetCard) -> Option<CaseSubject> {
    let newest = card.last_backup.as_ref().and_then(|backup| backup.attachments.as_ref());
    let is_missing = card.health == TargetHealth::AttachmentsMissing;
    (is_missing || newest.is_some_and(|found| found.lost() > 0)).then(|| CaseSubject::Target {
        target_id: card.target.id.clone(),
        target_name: card.target.name.clone(),
    })
}

/// Let the retention of the next run delete no old ZIP.
const KEEP_BACKUPS: StepDefinition = StepDefinition {
    needs_session: true,
    ..StepDefinition::new(StepKind::KeepBackups)
        .proven_by(|case| {
            let keeps = case.seen.retention.get(case.subject.target_id()?)?;
            let fact = Fact::new(EvidenceKind::Settings, FactDetail::RetentionOff);
            keeps.is_none().then(|| vec![fact.at(case.now())])
        })
        .confirmed_in_turn()
};

/// See which attachments the backups miss, and whether the index lists them.
const EXAMINE_TARGET: StepDefinition = StepDefinition {
    jobs: &[JobKind::ExamineTarget],
    error: |case| case.progress.latest(JobKind::ExamineTarget)?.error.clone(),
    ..StepDefinition::new(StepKind::ExamineTarget).proven_by(|case| {
        let (job, found) = looks(case.subject, case.progress).next()?;
        let fact = Fact::new(EvidenceKind::Ledger, FactDetail::TargetExamined);
        Some(vec![ended(fact, job, case).words(found.lost.len().to_string())])
    })
};

/// Look for copies. The search itself notes what it found.
const FIND_COPIES: StepDefinition = StepDefinition {
    only_if: |case| is_missing_something(case) || case.is_known(StepKind::FindCopies),
    ..StepDefinition::new(StepKind::FindCopies)
};

/// Move a stale index out of the way, and put back what a copy was found of.
const HEAL_TARGET: StepDefinition = StepDefinition {
    only_if: |case| is_missing_something(case) || case.is_known(StepKind::HealTarget),
    jobs: &[JobKind::HealTarget],
    error: |case| {
        let job = case.progress.latest(JobKind::HealTarget)?;
        job.error.clone()
    },
    ..StepDefinition::new(StepKind::HealTarget).proven_by(healed)
};

/// Let the server upload what it has.
const BACK_UP_ATTACHMENTS: StepDefinition = StepDefinition {
    jobs: &[JobKind::Backup],
    error: |case| {
        let job = latest_backup(case)?;
        match &job.result {
            Some(JobResult::Backup(backup)) => backup.check_error.clone(),
            _ => job.error.clone(),
        }
    },
    needs_session: true,
    ..StepDefinition::new(StepKind::BackUpAttachments).proven_by(|case| {
        let (_, backup) = new_backup(case)?;
        let check = backup.check.as_ref()?;
        let fact = Fact::new(EvidenceKind::Ledger, FactDetail::BackupVerified);
        Some(vec![fact.at(check.checked_at.clone()).words(backup.file_name.clone())])
    })
};

/// Read what is there, body by body.
const VERIFY_TARGET: StepDefinition = StepDefinition {
    jobs: &[JobKind::VerifyTarget],
    error: |case| case.progress.latest(JobKind::VerifyTarget)?.error.clone(),
    ..StepDefinition::new(StepKind::VerifyTarget).proven_by(|case| {
        let (job, found) = verified(case)?;
        let fact = Fact::new(EvidenceKind::Ledger, FactDetail::BodiesVerified);
        let count = format!("{} / {}", found.attachments.read, found.attachments.listed);
        Some(vec![ended(fact, job, case).words(count)])
    })
};

/// Note what is nowhere.
const NAME_LOST: StepDefinition = StepDefinition {
    only_if: |case| !lost(case).is_empty() || case.is_done(StepKind::NameLost),
    partly: |case| lost_facts(&lost(case), &case.now()),
    ..StepDefinition::new(StepKind::NameLost).confirmed_in_turn()
};

/// Rehearse a restore of the new backup: it leaves out nothing but what is named.
const DRILL_BACKUP: StepDefinition = StepDefinition {
    jobs: &[JobKind::Drill],
    error: |case| case.progress.latest(JobKind::Drill)?.error.clone(),
    ..StepDefinition::new(StepKind::DrillBackup).proven_by(|case| {
        let (made, backup) = new_backup(case)?;
        if !lost(case).is_empty() && !case.is_done(StepKind::NameLost) {
            return None;
        }
        let exported = |file: &str| {
            case.progress.jobs.iter().any(|job| match &job.result {
                Some(JobResult::Export(export)) => job.id > made.id && export.file.as_deref() == Some(file),
                _ => false,
            })
        };
        let drills = case.progress.jobs.iter().filter(|job| job.id > made.id);
        let mut proofs = drills.filter_map(|job| match &job.result {
            Some(JobResult::Drill(drill)) if drill.file_name == backup.file_name || exported(&drill.file) => {
                Some(ended(drill_fact(drill, &lost(case))?, job, case))
            }
            _ => None,
        });
        proofs.next().map(|fact| vec![fact])
    })
};

fn ended(fact: Fact, job: &JobRecord, case: &CaseContext<'_>) -> Fact {
    fact.at(job.ended_at.clone().unwrap_or_else(|| case.now()))
}

/// What was seen is this target: a backup is there that the server lists on it. The address that
/// this computer reaches it by may be another one.
fn is_here<'a>(
    subject: &CaseSubject,
    progress: &CaseProgress,
    job: &JobRecord,
    names: impl IntoIterator<Item = &'a str>,
) -> bool {
    let CaseSubject::Target { target_name, .. } = subject else { return false };
    if progress.listed.is_empty() {
        return job.subject == *target_name;
    }
    names.into_iter().any(|name| progress.listed.iter().any(|known| known == name))
}

/// Everything that was seen of the target as a whole since the case started, the newest first.
fn looks<'a>(
    subject: &'a CaseSubject,
    progress: &'a CaseProgress,
) -> impl Iterator<Item = (&'a JobRecord, &'a DoctorResult)> {
    let looks = progress.jobs.iter().filter_map(|job| match &job.result {
        Some(JobResult::ExamineTarget(found)) => Some((job, found)),
        Some(JobResult::HealTarget(healed)) => Some((job, &**healed.after.as_ref()?)),
        _ => None,
    });
    looks.filter(move |(job, found)| {
        let is_sure = found.unread.is_empty() && found.index.state != IndexState::NotRead;
        is_sure && is_here(subject, progress, job, found.backups.iter().map(|one| one.name.as_str()))
    })
}

/// What the backups on the target of a case lack, as it was last seen.
pub fn lost_now(subject: &CaseSubject, progress: &CaseProgress) -> Option<Vec<WouldLose>> {
    looks(subject, progress).next().map(|(_, found)| found.lost.clone())
}

/// Not checked yet, or the last look showed that something is missing.
fn is_missing_something(case: &CaseContext<'_>) -> bool {
    let last = looks(case.subject, case.progress).next();
    last.is_none_or(|(_, found)| !found.lost.is_empty() || !is_true(found))
}

/// The index lists nothing that is not there: the next run uploads what is missing.
fn is_true(found: &DoctorResult) -> bool {
    matches!(found.index.state, IndexState::Good | IndexState::Absent)
}

fn healed(case: &CaseContext<'_>) -> Option<Vec<Fact>> {
    let (last, found) = looks(case.subject, case.progress).next()?;
    if !is_true(found) {
        return None;
    }
    let search = case.done.iter().find(|step| step.kind == StepKind::FindCopies);
    let has_copies = search.is_some_and(|search| search.proof.iter().any(is_place));
    let heals: Vec<(&JobRecord, &HealResult)> = heals(case).collect();
    let is_since = |job: &JobRecord| search.is_some_and(|search| job.started_at >= search.at);
    // What a copy was found of is put back, not only left to the server.
    if has_copies && !found.lost.is_empty() && !heals.iter().any(|(job, _)| is_since(job)) {
        return None;
    }
    let fact = |detail| ended(Fact::new(EvidenceKind::Ledger, detail), last, case);
    let mut facts = vec![fact(FactDetail::IndexTrue)];
    let kept = heals.iter().filter_map(|(_, healed)| healed.index_kept_as.clone());
    facts.extend(kept.map(|name| fact(FactDetail::IndexKeptBeside).words(name)));
    let uploaded: usize = heals.iter().map(|(_, healed)| healed.uploaded.len()).sum();
    if uploaded > 0 {
        facts.push(fact(FactDetail::BodiesPutBack).words(uploaded.to_string()));
    }
    Some(facts)
}

/// The heals of the target that came to their end, the newest first.
fn heals<'a>(case: &'a CaseContext<'_>) -> impl Iterator<Item = (&'a JobRecord, &'a HealResult)> {
    case.progress.jobs.iter().filter_map(|job| match &job.result {
        Some(JobResult::HealTarget(healed)) if healed.error.is_none() => {
            let names = healed.after.as_ref()?.backups.iter().map(|one| one.name.as_str());
            is_here(case.subject, case.progress, job, names).then_some((job, healed))
        }
        _ => None,
    })
}

/// The latest backup of the server to the target.
fn latest_backup<'a>(case: &CaseContext<'a>) -> Option<&'a JobRecord> {
    let CaseSubject::Target { target_id, target_name } = case.subject else { return None };
    case.progress.jobs.iter().find(|job| match &job.result {
        Some(JobResult::Backup(backup)) => backup.target_id == *target_id,
        _ => job.kind == JobKind::Backup && job.subject == *target_name,
    })
}

/// The latest backup, when it was made after the index was seen to be true, read back and verified.
fn new_backup<'a>(case: &CaseContext<'a>) -> Option<(&'a JobRecord, &'a BackupResult)> {
    let first_true = looks(case.subject, case.progress)
        .filter(|(_, found)| is_true(found))
        .map(|(job, _)| job.id)
        .min()?;
    let job = latest_backup(case).filter(|job| job.id > first_true)?;
    let Some(JobResult::Backup(backup)) = &job.result else { return None };
    let is_verified = backup.check.as_ref().is_some_and(|check| check.level == IntegrityLevel::Verified);
    is_verified.then_some((job, backup))
}

/// The latest read of the whole target, when it read every body that is there, the new backup's too.
fn verified<'a>(case: &CaseContext<'a>) -> Option<(&'a JobRecord, &'a VerifyResult)> {
    let (made, backup) = new_backup(case)?;
    let mut reads = case.progress.jobs.iter().filter_map(|job| match &job.result {
        Some(JobResult::VerifyTarget(found)) if job.id > made.id => Some((job, found)),
        _ => None,
    });
    let (job, found) = reads.next()?;
    let has_new = found.archives.iter().any(|archive| archive.name == backup.file_name);
    let is_whole = !found.is_unsure() && found.attachments.read >= found.attachments.present;
    (has_new && is_whole).then_some((job, found))
}

/// What the last full read did not find as it should be.
fn lost(case: &CaseContext<'_>) -> Vec<LostBody> {
    let problems = verified(case).map(|(_, found)| found.problems.as_slice()).unwrap_or_default();
    let body = |path: &String, owner: &Option<String>| LostBody { path: path.clone(), owner: owner.clone() };
    problems.iter().map(|one| body(&one.path, &one.owner)).collect()
}
