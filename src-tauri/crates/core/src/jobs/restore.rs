//! Restores: planned first, then done as planned (PROTOCOL section 2, "What a
//! replacing restore does").

mod accounting;
mod export;
mod job;
mod lockout;
mod origin;
mod planning;
mod safety;
mod skipped;
mod staging;
mod trace;

use std::path::Path;
use std::sync::Arc;

pub(in crate::jobs) use accounting::{counts, missing_rows};
pub(crate) use export::rows_on_server;
pub use job::{MissingRows, RestoreResult, RestoredCount, SkipCause, SkippedAttachment};
pub use planning::{PlannedRestore, complete_restore_plan, plan_restore};
pub use staging::*;
pub(super) use trace::Seen;

use super::checkpoint::{BeforeRestore, Checkpoint, JobNote};
use super::outcome_recovery::DeliveryTracker;
use super::receive::inspect;
use super::{OVERRIDE_PHRASE, Outcome, RestorePlan, RestoreSource, SafetyCopyChoice, Watch};
use crate::Result;
use crate::archive::{InspectOptions, Inspection};
use crate::error::{JobDetail, LostBecause};
use crate::progress::{Progress, Stage};
use crate::server::{Answer, ImportAnswer, Session, leaves_open};
use desk_base::done_or_return;

/// Restores as planned. What was found out here holds, whatever the plan says that came back;
/// only its choices count. The export that completed the plan becomes the safety copy while it is
/// recent; else the server is asked for one.
///
/// # Errors
/// `InvalidRequest` when a confirmation that the plan asks for is missing or the file
/// is no longer the one that was checked; else what the server refuses with.
async fn restore(
    session: &Session,
    asked: &RestorePlan,
    kept: Option<PlannedRestore>,
    safety_folder: &Path,
    watch: &Watch,
) -> Result<Outcome<RestoreResult>> {
    let planned = match kept {
        Some(kept) => kept,
        // It is not kept any more, such as after a lock.
        None => done_or_return!(planned_again(session, asked, watch).await?),
    };
    if planned.plan.source != asked.source {
        return Err(JobDetail::BackupChanged.error());
    }
    same_content(&planned.plan.inspection, &asked.sha256)?;
    let plan = &RestorePlan { choices: asked.choices.clone(), ..planned.plan.clone() };
    confirmed(plan)?;
    if let RestoreSource::Local { path } = &plan.source {
        done_or_return!(still_the_same(Path::new(path), plan, watch).await?);
    }
    let export = planned.recent_export();
    let safety =
        done_or_return!(safety::keep(session, plan.choices.safety_copy, export, safety_folder, watch).await?);
    watch.note(&JobNote::SafetyCopy(safety.clone()));
    let safety_copy = safety.path;
    // The backup and the export hold secrets: they are not kept longer than needed.
    drop(planned);
    let looking = async { Ok(BeforeRestore::look(session).await) };
    let before = done_or_return!(watch.until_stopped(looking).await?);
    watch.note(&JobNote::Checkpoint(Checkpoint::Restore(before.clone())));
    let sent = match &plan.source {
        // A server that never had the whole file has restored nothing.
        RestoreSource::Local { .. } => DeliveryTracker::file(&watch.progress),
        RestoreSource::Remote { .. } => DeliveryTracker::request(&watch.progress),
    };
    match watch.until_stopped(ask(session, plan, &sent, watch)).await {
        Ok(Outcome::Done(answer)) => Ok(Outcome::Done(result(plan, answer, safety_copy))),
        Ok(_) if !sent.may_act() => Ok(Outcome::Stopped),
        Ok(_) => before.find_out(session, LostBecause::Stopped, None, watch).await,
        Err(error) if leaves_open(&error) && sent.may_act() => {
            before.find_out(session, LostBecause::Lost, Some(&error), watch).await
        }
        Err(error) => Err(error),
    }
}

/// Plans the same restore once more, as far as `asked` says that it was planned.
async fn planned_again(
    session: &Session,
    asked: &RestorePlan,
    watch: &Watch,
) -> Result<Outcome<PlannedRestore>> {
    let mut planned = done_or_return!(plan_restore(session, &asked.source, watch).await?);
    if asked.completed {
        done_or_return!(complete_restore_plan(session, &mut planned, watch).await?);
    }
    Ok(Outcome::Done(planned))
}

async fn ask(
    session: &Session,
    plan: &RestorePlan,
    sent: &Arc<DeliveryTracker>,
    watch: &Watch,
) -> Result<Answer<ImportAnswer>> {
    let (replace, accept) = (plan.choices.replace_existing, plan.choices.accept_mismatch);
    match &plan.source {
        RestoreSource::Local { path } => {
            watch.stage(Stage::Uploading);
            let progress: Arc<dyn Progress> = Arc::clone(sent) as Arc<dyn Progress>;
            session.import(Path::new(path), &plan.file_name, replace, accept, &progress).await
        }
        RestoreSource::Remote { target_id, path } => {
            session.restore_remote(target_id, path, replace, accept, sent.as_ref()).await
        }
    }
}

fn result(plan: &RestorePlan, answer: Answer<ImportAnswer>, safety_copy: Option<String>) -> RestoreResult {
    let ImportAnswer { imported, skipped } = answer.value;
    let counts = counts(&plan.inspection.tables, &answer.raw, &skipped);
    RestoreResult {
        missing: missing_rows(&counts),
        counts,
        source: Some(plan.source.clone()),
        sha256: plan.sha256.clone(),
        backup_made_at: plan.inspection.manifest.as_ref().and_then(|manifest| manifest.exported_at.clone()),
        skipped_count: accounting::skipped_count(&skipped),
        file_name: plan.file_name.clone(),
        target_id: match &plan.source {
            RestoreSource::Local { .. } => None,
            RestoreSource::Remote { target_id, .. } => Some(target_id.clone()),
        },
        imported,
        skipped: skipped::with_causes(plan, &skipped),
        skipped_reason: skipped.reason,
        safety_copy,
        answer: answer.raw,
    }
}

/// What the plan asks the person for was given.
fn confirmed(plan: &RestorePlan) -> Result<()> {
    match (&plan.blocked, plan.lockout) {
        (Some(error), None) => return Err(error.clone()),
        (_, Some(lockout)) if plan.choices.typed_override.trim() != OVERRIDE_PHRASE => {
            return Err(lockout::refusal(lockout));
        }
        _ => {}
    }
    if !plan.completed {
        return Err(JobDetail::PlanIncomplete.error());
    }
    let choices = &plan.choices;
    if plan.needs_mismatch_accepted && !choices.accept_mismatch {
        return Err(JobDetail::MismatchNotAccepted.error());
    }
    // A complete safety copy has them: they are deleted, but not lost.
    let are_lost = plan.lost_attachments > 0 && choices.safety_copy != SafetyCopyChoice::Complete;
    if are_lost && choices.replace_existing && !choices.accept_lost_attachments {
        return Err(JobDetail::AttachmentsWouldBeLost { count: plan.lost_attachments }.error());
    }
    match &plan.confirm_with {
        Some(words) if choices.typed_confirmation.trim() != words => {
            Err(JobDetail::RestoreNotConfirmed { words: words.clone() }.error())
        }
        _ => Ok(()),
    }
}

async fn still_the_same(path: &Path, plan: &RestorePlan, watch: &Watch) -> Result<Outcome<()>> {
    let options = InspectOptions { name: Some(plan.file_name.clone()), ..InspectOptions::default() };
    let inspection = done_or_return!(inspect(path, options, watch).await?);
    same_content(&inspection, &plan.sha256).map(Outcome::Done)
}

/// The backup is the one that a plan was made for.
pub(crate) fn same_content(inspection: &Inspection, sha256: &str) -> Result<()> {
    if inspection.file.sha256 == sha256 {
        return Ok(());
    }
    Err(JobDetail::BackupChanged.error())
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

fn last_part(path: &str) -> String {
    path.rsplit(['/', std::path::MAIN_SEPARATOR]).next().unwrap_or_default().to_owned()
}
