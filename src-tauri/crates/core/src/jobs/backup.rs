//! A manual backup: run by the server, then read back and verified here.

pub(super) mod result;
mod trace;

pub(super) use trace::Seen;

use serde::Deserialize;

use super::checked::integrity_result;
use super::checkpoint::{BeforeBackup, Checkpoint, JobNote};
use super::download::{Source, read_back};
use super::outcome_recovery::DeliveryTracker;
use super::{BackupResult, IntegrityResult, Job, JobKind, JobServices, Outcome, Prepared, Watch};
use crate::error::{LostBecause, TargetDetail};
use crate::granted::FileGrants;
use crate::health::BackupState;
use crate::progress::Stage;
use crate::server::{Answer, Run, Session, Target, leaves_open};
use crate::{Error, Result};
use desk_base::done_or_return;

/// A manual backup, as requested.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct BackupJob {
    /// The target's id; the server's first one when none.
    pub target_id: Option<String>,
}

impl Job for BackupJob {
    const KIND: JobKind = JobKind::Backup;
    const CAN_RECHECK: bool = true;
    type Result = BackupResult;
    type Ready = Self;

    async fn prepare(self, services: &dyn JobServices, _files: &dyn FileGrants) -> Result<Prepared<Self>> {
        let subject = services.known_target_name(self.target_id.as_deref())?;
        Ok(Prepared::new(subject, self))
    }

    async fn run(ready: Self, services: &dyn JobServices, watch: &Watch) -> Result<Outcome<BackupResult>> {
        let mut outcome = backup(services.session()?, ready.target_id.as_deref(), watch).await?;
        if let Outcome::Done(made) = &mut outcome {
            services.keep_backup(made)?;
        }
        Ok(outcome)
    }

    fn needs_attention(result: &BackupResult) -> bool {
        result.check.as_ref().is_none_or(|check| check.state != BackupState::Verified)
    }
}

/// Backs up to a target now (the first one when `target_id` is none), then reads
/// the new backup back and verifies it in full.
///
/// When the response is lost, or the person stops waiting, the server continues: what
/// came of it is then found out.
///
/// # Errors
/// `TargetNotFound`, `TargetFailed`, `Busy`, `SettingsNeedRepair`, and what every call may fail with.
pub(super) async fn backup(
    session: &Session,
    target_id: Option<&str>,
    watch: &Watch,
) -> Result<Outcome<BackupResult>> {
    watch.stage(Stage::Connecting);
    let asked = watch.until_stopped(session.targets()).await.map_err(not_made)?;
    let targets = done_or_return!(asked).value;
    let target = choose(&targets, target_id)?;
    watch.note(&JobNote::Subject(target.name.clone()));
    let before = BeforeBackup::now(target, session);
    watch.note(&JobNote::Checkpoint(Checkpoint::Backup(Box::new(before.clone()))));
    let sent = DeliveryTracker::request(&watch.progress);
    let run = session.run(Some(&target.id), sent.as_ref());
    let answer = match watch.until_stopped(run).await {
        Ok(Outcome::Done(answer)) => answer,
        Ok(_) if !sent.may_act() => return Ok(Outcome::Stopped),
        Ok(_) => done_or_return!(before.find_out(session, LostBecause::Stopped, None, watch).await?),
        Err(error) if leaves_open(&error) => {
            done_or_return!(before.find_out(session, LostBecause::Lost, Some(&error), watch).await?)
        }
        Err(error) => return Err(error),
    };
    // Runs write into the target's root, so the name is the path there.
    let name = answer.value.file_name.clone();
    let (check, check_error) =
        match read_back(Source::Server { session, target_id: &target.id }, &name, None, watch).await {
            Ok(Outcome::Done(here)) => (Some(integrity_result(&name, None, Some(here))), None),
            // The backup is made; only the reading back was stopped.
            Ok(_) => (None, None),
            Err(error) => (None, Some(error)),
        };
    Ok(Outcome::Done(result(target, answer, check, check_error)))
}

/// The server was not asked for a backup when this happened.
fn not_made(error: Error) -> Error {
    error.with(|context| context.backup_not_made = true)
}

fn result(
    target: &Target,
    Answer { value: run, raw }: Answer<Run>,
    check: Option<IntegrityResult>,
    check_error: Option<Error>,
) -> BackupResult {
    BackupResult {
        target_id: target.id.clone(),
        target_name: target.name.clone(),
        provider: run.provider,
        file_name: run.file_name,
        file_size: run.file_size,
        remote_path: run.remote_path,
        check,
        check_error,
        answer: raw,
    }
}

fn choose<'a>(targets: &'a [Target], id: Option<&str>) -> Result<&'a Target> {
    let found = match id {
        Some(id) => targets.iter().find(|target| target.id == id),
        None => targets.first(),
    };
    found.ok_or_else(|| TargetDetail::TargetNotFound.error())
}
