//! What jobs use of the app.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use jiff::Timestamp;

use crate::app::archives::Archives;
use crate::app::board::Board;
use crate::app::desk_targets::DeskTargets;
use crate::app::exports::{Exports, seen_bodies};
use crate::app::names::made_at;
use crate::app::opened::SettingsVault;
use crate::app::recovery::Recovery;
use crate::app::restores::Restores;
use crate::app::targets::TargetAccess;
use crate::app::{ActiveProfile, Files, Sessions};
use crate::checks::SeenFiles;
use crate::clock::Clock;
use crate::error::{AccountDetail, PracticeDetail};
use crate::jobs::{
    BackupResult, BodyOrigin, DeletePlan, DeskTargetStore, DrillResult, DrillServer, IntegrityResult,
    JobServices, KeptTarget, KnownBodies, PlannedRestore, RestoreResult, StagingTarget, UnfinishedExport,
    Watch,
};
use crate::ledger::{Ledger, Place};
use crate::secrets::ZeroizingJson;
use crate::server::Session;
use crate::targets::TargetFolder;
use crate::{Error, Result};

/// The services of the app that jobs use.
pub(in crate::app) struct Services {
    pub(in crate::app) ledger: Arc<Ledger>,
    pub(in crate::app) sessions: Arc<Sessions>,
    pub(in crate::app) clock: Arc<dyn Clock>,
    pub(in crate::app) files: Arc<Files>,
    pub(in crate::app) archives: Arc<Archives>,
    pub(in crate::app) board: Arc<Board>,
    pub(in crate::app) desk_targets: Arc<DeskTargets>,
    pub(in crate::app) exports: Arc<Exports>,
    pub(in crate::app) opened: Arc<SettingsVault>,
    pub(in crate::app) recovery: Arc<Recovery>,
    pub(in crate::app) restores: Arc<Restores>,
    pub(in crate::app) targets: Arc<TargetAccess>,
    pub(in crate::app) drills: RwLock<Option<Arc<dyn DrillServer>>>,
}

/// The same for one job, with the session that was current when the job started.
pub(super) struct ServicesOfJob {
    pub(super) app: Arc<Services>,
    pub(super) signed: Option<Arc<ActiveProfile>>,
    in_background: bool,
}

impl ServicesOfJob {
    pub fn new(app: Arc<Services>, signed: Option<Arc<ActiveProfile>>, in_background: bool) -> Self {
        Self { app, signed, in_background }
    }

    fn signed(&self) -> Result<&ActiveProfile> {
        self.signed.as_deref().ok_or_else(|| AccountDetail::NotSignedIn.error())
    }

    fn profile_id(&self) -> Result<&str> {
        Ok(&self.signed()?.profile.id)
    }

    fn remote(&self, target_id: &str, path: &str) -> Result<Place> {
        let (profile_id, target_id) = (self.profile_id()?.to_owned(), target_id.to_owned());
        Ok(Place::Remote { profile_id, target_id, path: path.to_owned() })
    }
}

impl JobServices for ServicesOfJob {
    fn session(&self) -> Result<&Session> {
        Ok(&self.signed()?.session)
    }

    fn needs_session(&self) -> Result<()> {
        if self.signed()?.session.can_confirm() {
            return Ok(());
        }
        Err(AccountDetail::PasswordNeeded.error())
    }

    fn profile_name(&self) -> String {
        let Some(signed) = &self.signed else { return String::new() };
        // It may have another name since it signed in.
        let known = self.app.ledger.profile(&signed.profile.id);
        known.map_or_else(|_| signed.profile.name.clone(), |known| known.name)
    }

    fn known_target_name(&self, target_id: Option<&str>) -> Result<String> {
        let Some(id) = target_id else { return Ok(String::new()) };
        let known = self.app.ledger.remembered_targets(self.profile_id()?)?.into_iter();
        let name = known.map(|(target, _)| target).find(|target| target.id == id).map(|target| target.name);
        Ok(name.unwrap_or_else(|| id.to_owned()))
    }

    fn opened_settings(&self, handle: &str) -> Result<Arc<ZeroizingJson>> {
        self.app.opened.held_settings(handle)
    }

    fn target_directly(
        &self,
        handle: &str,
        destination_id: &str,
        http_accepted: bool,
    ) -> Result<TargetFolder> {
        self.app.opened.reach(handle, destination_id, http_accepted)
    }

    fn take_planned(&self, handle: &str) -> Option<PlannedRestore> {
        self.app.restores.take_planned(handle, self.profile_id().ok()?)
    }

    fn note_copies<'a>(&'a self, restored: &'a mut RestoreResult, watch: &'a Watch) -> BoxFuture<'a, ()> {
        self.app.restores.note_copies(restored, watch).boxed()
    }

    fn plan_delete<'a>(
        &'a self,
        target_id: &'a str,
        paths: &'a [String],
    ) -> BoxFuture<'a, Result<DeletePlan>> {
        async move { self.app.board.plan_delete_at(self.signed()?, target_id, paths).await }.boxed()
    }

    fn data_folder(&self) -> &Path {
        self.app.files.folder()
    }

    fn safety_folder(&self) -> PathBuf {
        self.app.files.safety_folder()
    }

    fn unfinished_export<'a>(&'a self, part: &'a str) -> BoxFuture<'a, Result<UnfinishedExport>> {
        self.app.exports.known_unfinished(part).boxed()
    }

    fn kept_target(&self, handle: &str, destination_id: &str) -> Result<KeptTarget> {
        self.app.exports.kept_target(handle, destination_id)
    }

    fn known_bodies(&self) -> &dyn KnownBodies {
        self.app.ledger.as_ref()
    }

    fn keep_bodies(&self, bodies: &[BodyOrigin]) -> Result<()> {
        self.app.ledger.remember_bodies(&seen_bodies(bodies))
    }

    fn staging_target<'a>(
        &'a self,
        handle: &'a str,
        destination_id: &'a str,
        http_accepted: bool,
    ) -> BoxFuture<'a, Result<StagingTarget>> {
        async move { self.app.targets.staging_target(self.signed()?, handle, destination_id, http_accepted).await }
            .boxed()
    }

    fn private_exports_folder(&self) -> Result<PathBuf> {
        let folder = self.app.exports.exports_folder();
        std::fs::create_dir_all(&folder).map_err(|error| Error::file(&folder, &error))?;
        crate::ledger::tighten(&folder, 0o700)?;
        Ok(folder)
    }

    fn remember_export_folder(&self, folder: &Path) {
        // Whoever waits for a job to end names its folder again.
        if self.in_background {
            self.app.exports.remember_export_folder(folder);
        }
    }

    fn keep_backup(&self, backup: &mut BackupResult) -> Result<()> {
        let profile = self.profile_id()?;
        self.app.ledger.note_origins(profile, [backup.file_name.as_str()])?;
        let Some(check) = &mut backup.check else { return Ok(()) };
        if let Some(storage) = check.here.as_ref().and_then(|here| here.storage) {
            self.app.ledger.note_storage(profile, storage, self.app.clock.now())?;
        }
        // Runs write into the target's root, so the name is the path there.
        self.keep_remote_check(&backup.target_id, &backup.file_name, check)
    }

    fn keep_remote_check(&self, target_id: &str, path: &str, check: &mut IntegrityResult) -> Result<()> {
        let (ledger, profile) = (&self.app.ledger, self.profile_id()?);
        let place = self.remote(target_id, path)?;
        self.app.archives.note(&place, check)?;
        if let Some(known) = ledger.standing(&place)? {
            check.state = check.state.max(known.last_state());
            check.changed = known.changed;
        }
        let zone = ledger.remembered_targets(profile)?.into_iter().find(|(target, _)| target.id == target_id);
        let zone = zone.map_or_else(|| "UTC".to_owned(), |(target, _)| target.schedule.timezone);
        match (&check.here, made_at(&check.file_name, &zone)) {
            (Some(here), Some(at)) => {
                ledger.remember_backup(profile, target_id, &check.file_name, at, here.bytes)
            }
            _ => Ok(()),
        }
    }

    fn keep_local_check(&self, path: &Path, check: &IntegrityResult) -> Result<()> {
        self.app.archives.note_local(path, check)
    }

    fn forget_backups(&self, target_id: &str, paths: &[String]) -> Result<()> {
        for path in paths {
            self.app.ledger.forget_place(&self.remote(target_id, path)?)?;
        }
        Ok(())
    }

    fn drill_server(&self) -> Result<Arc<dyn DrillServer>> {
        self.app
            .drills
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
            .ok_or_else(|| PracticeDetail::NoDrillServer.error())
    }

    fn now(&self) -> Timestamp {
        self.app.clock.now()
    }

    fn seen_files(&self, place: &str) -> Box<dyn SeenFiles> {
        Box::new(self.app.targets.seen_at(place))
    }

    fn keep_drill(&self, drill: &DrillResult) -> Result<()> {
        let now = self.app.clock.now();
        self.app.ledger.record_drill(&drill.sha256, drill.storage, drill.ok, drill.seconds, now)
    }

    fn desk_targets(&self) -> &dyn DeskTargetStore {
        self
    }

    fn keep_readable(&self) -> BoxFuture<'_, Result<()>> {
        async move {
            let signed = self.signed()?;
            self.app.sessions.note_readable(&signed.profile.id)?;
            self.app.recovery.renew_after_repair(signed).await;
            Ok(())
        }
        .boxed()
    }
}
