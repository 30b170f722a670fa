//! Checks a target from both sides: what the server gets there, and what this computer gets. Nothing
//! is changed.

use std::time::Duration;

use desk_base::done_or_return;
use serde::{Deserialize, Serialize};

use super::choice::{OpenTarget, TargetChoice};
use super::index;
use super::on_server::attachments_on_server;
use crate::error::TargetDetail;
use crate::granted::FileGrants;
use crate::health::{StopCause, StorageService, TargetFix, TargetLooks, TargetReach};
use crate::jobs::{Job, JobKind, JobServices, Outcome, Prepared, Watch};
use crate::progress::Stage;
use crate::server::{Destination, RemoteItem, Session, Target, error_from_target};
use crate::targets::{TargetFolder, is_backup_name};
use crate::{Code, Error, Result};

/// How long a target may take to be listed.
const LOOKING: Duration = Duration::from_secs(40);

/// Finds out from where a target can be reached, and why it does not work.
#[derive(Debug, Clone, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct LookAtTargetJob {
    /// The server's target.
    pub target_id: String,
    /// How this computer reaches it; without, only the server looks.
    pub here: Option<TargetChoice>,
    /// The attachments that the next run has to upload are counted as well. Needs a way from here.
    pub bodies: bool,
}

/// What looking at a target from both sides showed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct TargetLook {
    /// The target's id.
    pub target_id: String,
    /// Its name.
    pub target_name: String,
    /// Where it is, without a login; empty when the server does not report it.
    pub place: String,
    /// The service there.
    pub service: StorageService,
    /// What the server got.
    pub from_server: TargetSight,
    /// What this computer got; none when it did not look.
    pub from_here: Option<TargetSight>,
    /// What the last run failed with, if it failed.
    pub last_run: Option<Error>,
    /// From where it can be reached.
    pub reach: TargetReach,
    /// Why it does not work; none when nothing is wrong with it.
    pub cause: Option<StopCause>,
    /// What to do about it, the likeliest first.
    pub fixes: Vec<TargetFix>,
    /// The attachments of the next run, when they were counted.
    pub bodies: Option<BodiesAhead>,
}

/// What one side got.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct TargetSight {
    /// How many backups it listed.
    pub backups: u64,
    /// Why it could not list them.
    pub error: Option<Error>,
}

/// What the next run of the server has to upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct BodiesAhead {
    /// How many attachments the server has.
    pub on_server: u64,
    /// How many of them the target's index does not list.
    pub to_upload: u64,
    /// Their sizes added up.
    pub to_upload_bytes: u64,
}

/// A look that was not refused.
pub struct ReadyLook {
    target_id: String,
    here: Option<OpenTarget>,
    bodies: bool,
}

impl Job for LookAtTargetJob {
    const KIND: JobKind = JobKind::LookAtTarget;
    type Result = TargetLook;
    type Ready = ReadyLook;

    /// Only counting asks the server for what it confirms with the password.
    fn needs_session(&self) -> bool {
        self.bodies
    }

    async fn prepare(
        self,
        services: &dyn JobServices,
        files: &dyn FileGrants,
    ) -> Result<Prepared<Self::Ready>> {
        services.session()?;
        let here = self.here.map(|here| here.open(services, files, false)).transpose()?;
        let subject = services.known_target_name(Some(&self.target_id))?;
        let ready = ReadyLook { target_id: self.target_id, here, bodies: self.bodies };
        Ok(Prepared::new(subject, ready).with_session(true))
    }

    async fn run(ready: ReadyLook, services: &dyn JobServices, watch: &Watch) -> Result<Outcome<TargetLook>> {
        look(services.session()?, ready, watch).await
    }

    fn needs_attention(result: &TargetLook) -> bool {
        result.cause.is_some()
    }
}

async fn look(session: &Session, ready: ReadyLook, watch: &Watch) -> Result<Outcome<TargetLook>> {
    watch.stage(Stage::Listing);
    let (target, destination) = done_or_return!(watch.until_stopped(known(session, &ready.target_id)).await?);
    let here = async {
        match &ready.here {
            Some(here) => Ok(Some(from_here(&here.folder).await)),
            None => Ok(None),
        }
    };
    let both = async { tokio::try_join!(from_server(session, &target.id), here) };
    let (from_server, from_here) = done_or_return!(watch.until_stopped(both).await?);
    let bodies = match &ready.here {
        Some(here) if ready.bodies && from_here.as_ref().is_some_and(|sight| sight.error.is_none()) => {
            Some(done_or_return!(count(session, &here.folder, watch).await?))
        }
        _ => None,
    };
    let location = destination.as_ref().map(|one| &one.location);
    let service = location.map_or(StorageService::Other, StorageService::of);
    let last_run = last_failure(&target);
    let looks = TargetLooks {
        server: from_server.error.as_ref(),
        here: from_here.as_ref().map(|sight| sight.error.as_ref()),
        last_run: last_run.as_ref(),
        is_private: location.is_some_and(crate::places::Location::is_private),
        service,
    };
    let (reach, cause) = (TargetReach::of(&looks), StopCause::of(&looks));
    Ok(Outcome::Done(TargetLook {
        target_id: target.id,
        target_name: target.name,
        place: location.map(crate::places::Location::place).unwrap_or_default(),
        service,
        reach,
        cause,
        fixes: cause.map(|cause| cause.fixes(service, reach)).unwrap_or_default(),
        from_server,
        from_here,
        last_run,
        bodies,
    }))
}

/// The target as the server has it now, and its settings.
async fn known(session: &Session, target_id: &str) -> Result<(Target, Option<Destination>)> {
    let targets = session.targets().await?.value;
    let target = targets.into_iter().find(|target| target.id == target_id);
    let target = target.ok_or_else(|| TargetDetail::TargetNotFound.error())?;
    let settings = session.settings().await?;
    Ok((target, settings.destinations.into_iter().find(|one| one.id == target_id)))
}

/// Why the last run failed, if it did.
fn last_failure(target: &Target) -> Option<Error> {
    let runtime = &target.runtime;
    let failed_last = match (&runtime.last_error_at, &runtime.last_success_at) {
        (Some(error), Some(success)) => error > success,
        (error, _) => error.is_some(),
    };
    failed_last.then(|| error_from_target(runtime.last_error_message.as_deref().unwrap_or_default()))
}

/// Lets the server list the target. That the server itself could not be asked is no sight.
async fn from_server(session: &Session, target_id: &str) -> Result<TargetSight> {
    let listed = tokio::time::timeout(LOOKING, session.list(Some(target_id), "")).await;
    match listed {
        Ok(Ok(answer)) => Ok(sight(&answer.value)),
        Ok(Err(error)) if is_about_server(&error) => Err(error),
        Ok(Err(error)) => Ok(TargetSight { backups: 0, error: Some(error) }),
        Err(_) => Ok(TargetSight { backups: 0, error: Some(TargetDetail::StorageTimedOut.error()) }),
    }
}

fn is_about_server(error: &Error) -> bool {
    matches!(
        error.code(),
        Code::SessionEnded
            | Code::PasswordNeeded
            | Code::NotAdministrator
            | Code::HostUnreachable
            | Code::TlsFailed
            | Code::RateLimited
            | Code::SettingsNeedRepair
            | Code::Stopped
    )
}

async fn from_here(folder: &TargetFolder) -> TargetSight {
    match tokio::time::timeout(LOOKING, folder.list("")).await {
        Ok(Ok(items)) => sight(&items),
        Ok(Err(error)) => TargetSight { backups: 0, error: Some(error) },
        Err(_) => TargetSight { backups: 0, error: Some(TargetDetail::StorageTimedOut.error()) },
    }
}

fn sight(items: &[RemoteItem]) -> TargetSight {
    let backups = items.iter().filter(|item| !item.is_directory && is_backup_name(&item.name));
    TargetSight { backups: backups.count() as u64, error: None }
}

/// Counts what the index does not list: the server uploads each of these in its next run.
async fn count(session: &Session, folder: &TargetFolder, watch: &Watch) -> Result<Outcome<BodiesAhead>> {
    let attachments = done_or_return!(attachments_on_server(session, watch).await?);
    let index = done_or_return!(watch.until_stopped(index::read(folder)).await?);
    let listed = |name: &str, size: u64| {
        let index = index.as_ref().ok();
        index.and_then(|index| index.blobs.get(name)).is_some_and(|body| body.size_bytes == size)
    };
    let ahead: Vec<u64> = attachments
        .iter()
        .filter(|one| !listed(&one.blob_name(), one.size_bytes))
        .map(|one| one.size_bytes)
        .collect();
    Ok(Outcome::Done(BodiesAhead {
        on_server: attachments.len() as u64,
        to_upload: ahead.len() as u64,
        to_upload_bytes: ahead.iter().sum(),
    }))
}
