//! A restore left attachments out: why, where copies are, a second restore with what can be brought
//! back, every attachment fetched from the server, and the names of what is permanently lost.

use super::super::case::CaseSubject;
use super::super::definition::{CaseContext, PathDefinition, PlaybookDefinition, StepDefinition};
use super::super::losses::{LostBody, body_name, causes, drill_fact, lost_facts, lost_line};
use super::super::{Evidence, EvidenceKind, Fact, FactDetail, RecoveryFinding};
use super::settings_repair::OPEN_PORTABLE;
use super::shared::{REPAIR_SETTINGS, SIGN_IN_IF_OVER};
use super::{Advice, FindingKind, Playbook, PlaybookPath, StepKind};
use crate::jobs::{
    ExportResult, HealResult, JobKind, JobRecord, JobResult, RestoreResult, SkippedAttachment, SourceKind,
};

pub(super) const PLAYBOOK: PlaybookDefinition = PlaybookDefinition {
    playbook: Playbook::SkippedAttachments,
    detect: |seen| left_out(seen).into_iter().collect(),
    of_target: |_| None,
    paths: &[PathDefinition {
        path: PlaybookPath::SkippedAttachments,
        freezes: true,
        steps: &[
            READ_SKIPPED,
            FIND_COPIES,
            SIGN_IN_IF_OVER,
            // Every restore leaves settings that the server cannot open, and without them it neither
            // hands out the restored backup nor restores from a target: once here, and again after
            // the second restore.
            OPEN_AGAIN,
            REPAIR_AGAIN,
            COMPLETE_ZIP,
            RESTORE_AGAIN,
            FETCH_ATTACHMENTS,
            NAME_LOST,
            DRILL_BACKUP,
        ],
    }],
};

fn left_out(seen: &Evidence) -> Option<RecoveryFinding> {
    let left_out = seen.left_out.as_ref()?;
    let fact = Fact::new(EvidenceKind::Ledger, FactDetail::RestoreLeftOut);
    let fact = fact.at(left_out.at.clone()).words(left_out.name.clone());
    Some(RecoveryFinding {
        evidence: [fact].into_iter().chain(left_out.causes.iter().cloned()).collect(),
        next: Some(Playbook::SkippedAttachments),
        subject: CaseSubject::Restore { job_id: left_out.job_id },
        ..RecoveryFinding::caution(FindingKind::AttachmentsLeftOut, Advice::BringBackAttachments)
    })
}

/// See why each was left out: the record of the restore says so.
const READ_SKIPPED: StepDefinition = StepDefinition::new(StepKind::ReadSkipped).proven_by(|case| {
    let facts = causes(restored(case)?.1);
    (!facts.is_empty()).then_some(facts)
});

/// Look for copies. The search itself notes what it found.
const FIND_COPIES: StepDefinition =
    StepDefinition { only_if: |case| !lines(case).is_empty(), ..StepDefinition::new(StepKind::FindCopies) };

/// Bring together what a copy was found of: in a complete ZIP, or on the target.
const COMPLETE_ZIP: StepDefinition = StepDefinition {
    only_if: |case| has_copies(case) || case.is_known(StepKind::CompleteZip),
    jobs: &[JobKind::Export, JobKind::HealTarget],
    error: |case| case.progress.latest(JobKind::Export)?.error.clone(),
    // What no copy was found of is asked of the server too.
    needs_session: true,
    ..StepDefinition::new(StepKind::CompleteZip).proven_by(|case| {
        let (job, again) = complete(case).next()?;
        let fact = |detail| ended(Fact::new(EvidenceKind::Ledger, detail), job, case);
        let count = format!("{} / {}", again.brings(lines(case)), lines(case).len());
        let mut facts = vec![fact(FactDetail::BodiesPutBack).words(count)];
        if let Again::Zip(export) = again {
            facts.push(fact(FactDetail::CompleteZipMade).words(export.file.clone()));
        }
        Some(facts)
    })
};

/// Restore with it.
const RESTORE_AGAIN: StepDefinition = StepDefinition {
    only_if: |case| has_copies(case) || case.is_known(StepKind::RestoreAgain),
    jobs: &[JobKind::Restore],
    error: |case| case.progress.latest(JobKind::Restore)?.error.clone(),
    // Its restore opens earlier steps again: the sign-in and the repair.
    stands_alone: true,
    needs_session: true,
    ..StepDefinition::new(StepKind::RestoreAgain).proven_by(|case| {
        let (job, second) = restored_again(case)?;
        let all = lines(case);
        let back = all.len() - still_left_out(case).len();
        let fact = |detail| ended(Fact::new(EvidenceKind::Ledger, detail), job, case);
        Some(vec![
            fact(FactDetail::RestoredAgain).words(second.file_name.clone()),
            fact(FactDetail::AttachmentsBack).words(format!("{back} / {}", all.len())),
        ])
    })
};

/// After a restore the settings need repair, after the second one again.
const OPEN_AGAIN: StepDefinition = StepDefinition {
    only_if: |case| case.seen.is_unreadable() || case.is_known(StepKind::OpenPortable),
    lapsed: |case| case.seen.is_unreadable(),
    ..OPEN_PORTABLE
};

/// The same.
const REPAIR_AGAIN: StepDefinition = StepDefinition {
    only_if: |case| case.seen.is_unreadable() || case.is_known(StepKind::RepairSettings),
    lapsed: |case| case.seen.is_unreadable(),
    stands_alone: true,
    ..REPAIR_SETTINGS
};

/// Fetch every attachment that the server lists: a complete export of it.
const FETCH_ATTACHMENTS: StepDefinition = StepDefinition {
    jobs: &[JobKind::Export],
    error: |case| case.progress.latest(JobKind::Export)?.error.clone(),
    needs_session: true,
    ..StepDefinition::new(StepKind::FetchAttachments).proven_by(|case| {
        let (job, export) = fetched(case)?;
        let fact = Fact::new(EvidenceKind::Ledger, FactDetail::AttachmentsFetched);
        let count = format!("{} / {}", export.attachments.written, export.attachments.listed);
        Some(vec![ended(fact, job, case).words(count)])
    })
};

/// Note what did not come back.
const NAME_LOST: StepDefinition = StepDefinition {
    only_if: |case| {
        let is_lost = fetched(case).is_some() && !lost(case).is_empty();
        is_lost || case.is_done(StepKind::NameLost)
    },
    partly: |case| lost_facts(&lost(case), &case.now()),
    ..StepDefinition::new(StepKind::NameLost).confirmed_in_turn()
};

/// Rehearse a restore of what the server holds now.
const DRILL_BACKUP: StepDefinition = StepDefinition {
    jobs: &[JobKind::Drill],
    error: |case| case.progress.latest(JobKind::Drill)?.error.clone(),
    ..StepDefinition::new(StepKind::DrillBackup).proven_by(|case| {
        let (made, export) = fetched(case)?;
        let lost = lost(case);
        if !lost.is_empty() && !case.is_done(StepKind::NameLost) {
            return None;
        }
        case.progress.jobs.iter().filter(|job| job.id > made.id).find_map(|job| match &job.result {
            Some(JobResult::Drill(drill)) if drill.sha256 == export.sha256 => {
                Some(vec![ended(drill_fact(drill, &lost)?, job, case)])
            }
            _ => None,
        })
    })
};

/// What a second restore is made from.
enum Again<'a> {
    Zip(&'a ExportResult),
    Target(&'a HealResult),
}

impl Again<'_> {
    /// How many of the lines it has.
    fn brings(&self, lines: &[SkippedAttachment]) -> usize {
        let has = |path: &str| match self {
            Self::Zip(export) => export.origins.iter().any(|body| body_name(&body.path) == path),
            Self::Target(healed) => healed.uploaded.iter().any(|body| body.path == path),
        };
        lines.iter().filter(|line| has(body_name(&line.path))).count()
    }
}

fn ended(fact: Fact, job: &JobRecord, case: &CaseContext<'_>) -> Fact {
    fact.at(job.ended_at.clone().unwrap_or_else(|| case.now()))
}

/// The restore that the case is about.
fn restored<'a>(case: &CaseContext<'a>) -> Option<(&'a JobRecord, &'a RestoreResult)> {
    let job = case.progress.restore.as_ref()?;
    match &job.result {
        Some(JobResult::Restore(restored)) => Some((job, restored)),
        _ => None,
    }
}

/// What it left out, by name.
fn lines<'a>(case: &CaseContext<'a>) -> &'a [SkippedAttachment] {
    restored(case).map(|(_, restored)| restored.skipped.as_slice()).unwrap_or_default()
}

fn has_copies(case: &CaseContext<'_>) -> bool {
    lines(case).iter().any(|line| !line.copies.is_empty())
}

/// Each complete ZIP and each heal of a target that has some of the lines, the newest first.
fn complete<'a>(case: &CaseContext<'a>) -> impl Iterator<Item = (&'a JobRecord, Again<'a>)> {
    let lines = lines(case);
    case.progress.jobs.iter().filter_map(move |job| {
        let again = match &job.result {
            Some(JobResult::Export(export)) if export.file.is_some() && export.importable => {
                Again::Zip(export)
            }
            Some(JobResult::HealTarget(healed)) if healed.error.is_none() => Again::Target(healed),
            _ => return None,
        };
        (again.brings(lines) > 0).then_some((job, again))
    })
}

/// The latest restore of one of them.
fn restored_again<'a>(case: &CaseContext<'a>) -> Option<(&'a JobRecord, &'a RestoreResult)> {
    let (_, first) = restored(case)?;
    case.progress.jobs.iter().find_map(|job| {
        let Some(JobResult::Restore(second)) = &job.result else { return None };
        let is_of = |again: &Again<'_>| match again {
            Again::Zip(export) => export.sha256 == second.sha256,
            Again::Target(_) => second.target_id.is_some() && second.file_name == first.file_name,
        };
        let was_made = complete(case).any(|(made, again)| made.id < job.id && is_of(&again));
        was_made.then_some((job, second))
    })
}

/// The lines that are not on the server either after the second restore.
fn still_left_out<'a>(case: &CaseContext<'a>) -> Vec<&'a SkippedAttachment> {
    let Some((_, second)) = restored_again(case) else { return lines(case).iter().collect() };
    let of_zip = complete(case).find_map(|(_, again)| match again {
        Again::Zip(export) if export.sha256 == second.sha256 => Some(export),
        _ => None,
    });
    let never_in = of_zip.map(|export| export.attachments.missing.as_slice()).unwrap_or_default();
    let is_out = |line: &&SkippedAttachment| {
        let name = body_name(&line.path);
        second.skipped.iter().any(|one| body_name(&one.path) == name)
            || never_in.iter().any(|one| body_name(&one.path) == name)
    };
    lines(case).iter().filter(is_out).collect()
}

/// The latest complete export of what the server holds since the last restore.
fn fetched<'a>(case: &CaseContext<'a>) -> Option<(&'a JobRecord, &'a ExportResult)> {
    let (first, _) = restored(case)?;
    let last = restored_again(case).map_or(first.id, |(job, _)| job.id);
    case.progress.jobs.iter().filter(|job| job.id > last).find_map(|job| {
        let Some(JobResult::Export(export)) = &job.result else { return None };
        let from_server = export.sources.get(&SourceKind::Server).copied().unwrap_or_default();
        let is_whole = export.file.is_some() && from_server == export.attachments.written;
        is_whole.then_some((job, export))
    })
}

/// What is permanently lost: what did not come back, and what the server lists and does not return.
fn lost(case: &CaseContext<'_>) -> Vec<LostBody> {
    let missing = fetched(case).map(|(_, export)| export.attachments.missing.as_slice()).unwrap_or_default();
    let mut lost: Vec<LostBody> = still_left_out(case).into_iter().map(lost_line).collect();
    for body in missing {
        let path = body_name(&body.path).to_owned();
        if lost.iter().all(|known| known.path != path) {
            lost.push(LostBody { path, owner: body.owner.clone() });
        }
    }
    lost
}
