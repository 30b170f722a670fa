//! What is known of targets and backups: the server's facts and the ledger's
//! memory, put together.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::names::made_at;
use super::{Desk, Signed};
use crate::health::{BackupState, EvidenceSource, LastBackup, TargetFacts, TargetHealth, newest};
use crate::jobs::{self, BackupRow, DeletePlan, IntegrityLevel, ListedFile, Overview, TargetCard};
use crate::ledger::{Check, Listed};
use crate::server::{RemoteItem, Target};
use crate::{Code, Error, Result};

/// How long a target of which nothing is known may take to be listed for the overview.
const LOOKING: Duration = Duration::from_secs(10);

impl Desk {
    /// The health board of the current server.
    ///
    /// # Errors
    /// `SessionEnded` when nobody is signed in, and what every call may fail with.
    pub async fn overview(&self) -> Result<Overview> {
        let signed = self.needs_signed()?;
        let answer = match signed.session.targets().await {
            Ok(answer) => answer,
            Err(error) if error.code() == Code::SettingsNeedRepair => {
                return Ok(Overview { settings_need_repair: true, targets: Vec::new() });
            }
            Err(error) => return Err(error),
        };
        self.remember_settings(&signed, &answer)?;
        self.look_where_nothing_is_known(&signed, &answer.value).await?;
        let cards =
            answer.value.into_iter().map(|target| self.card(&signed, target)).collect::<Result<_>>()?;
        Ok(Overview { settings_need_repair: false, targets: cards })
    }

    /// Lists targets of which neither the server nor this computer knows a backup: after
    /// a repair the server has forgotten what its targets hold (PROTOCOL section 7).
    async fn look_where_nothing_is_known(&self, signed: &Signed, targets: &[Target]) -> Result<()> {
        let mut unknown = Vec::new();
        for target in targets.iter().filter(|target| target.runtime.last_success_at.is_none()) {
            if self.ledger.newest_listed(&signed.profile.id, &target.id)?.is_none() {
                unknown.push(target);
            }
        }
        let looks = unknown.into_iter().map(|target| async move {
            let listing = signed.session.list(Some(&target.id), "");
            // A target that cannot be listed in time is shown with what is known.
            match tokio::time::timeout(LOOKING, listing).await {
                Ok(Ok(listing)) => self.rows(signed, target, "", listing.value).await.map(drop),
                Ok(Err(_)) | Err(_) => Ok(()),
            }
        });
        futures_util::future::try_join_all(looks).await.map(drop)
    }

    fn card(&self, signed: &Signed, target: Target) -> Result<TargetCard> {
        let profile = &signed.profile.id;
        let verified = self.ledger.last_verified(profile, &target.id)?;
        let (last_verified_file_name, last_verified_at) = match verified {
            Some((path, check)) => (Some(path), Some(check.at)),
            None => (None, None),
        };
        let runtime = &target.runtime;
        let failed_last = match (&runtime.last_error_at, &runtime.last_success_at) {
            (Some(error), Some(success)) => error > success,
            (Some(_), None) => true,
            (None, _) => false,
        };
        let words = runtime.last_error_message.as_deref().unwrap_or_default();
        let last_backup = self.last_backup(profile, &target)?;
        let facts = TargetFacts {
            schedule: &target.schedule,
            failed_last,
            last_backup: last_backup.as_ref(),
            last_verified_at: last_verified_at.as_deref(),
        };
        Ok(TargetCard {
            health: TargetHealth::of(&facts, self.clock.now()),
            last_backup,
            last_error: failed_last.then(|| Error::from_target(words)),
            last_verified_at,
            last_verified_file_name,
            trend: self.ledger.trend(profile, &target.id)?,
            target,
        })
    }

    /// The newest backup of a target, from the server's record and from what was listed.
    fn last_backup(&self, profile: &str, target: &Target) -> Result<Option<LastBackup>> {
        let standings = self.ledger.standings(profile, &target.id)?;
        let found = |at: String, file_name: Option<String>, source| {
            let check = file_name.as_ref().and_then(|name| standings.get(name));
            LastBackup {
                at,
                source,
                state: check.map_or(BackupState::NotChecked, Check::last_state),
                changed: check.and_then(|check| check.changed.clone()),
                attachments: check.and_then(|check| check.attachments.clone()),
                file_name,
            }
        };
        let runtime = &target.runtime;
        let by_server = runtime.last_success_at.clone();
        let by_server =
            by_server.map(|at| found(at, runtime.last_uploaded_file_name.clone(), EvidenceSource::Server));
        let listed = self.ledger.newest_listed(profile, &target.id)?;
        let listed = listed.map(|(name, at)| found(at, Some(name), EvidenceSource::Listing));
        Ok(newest(by_server.into_iter().chain(listed)))
    }

    /// One folder of a target of the current server, with what is known of each
    /// backup in it.
    ///
    /// # Errors
    /// `TargetNotFound`, `TargetFailed`, and what every call may fail with.
    pub async fn list_backups(&self, target_id: &str, path: &str) -> Result<Vec<BackupRow>> {
        let signed = self.needs_signed()?;
        let target = target(&signed, target_id).await?;
        let items = signed.session.list(Some(&target.id), path).await?.value;
        self.rows(&signed, &target, path, items).await
    }

    async fn rows(
        &self,
        signed: &Signed,
        target: &Target,
        folder: &str,
        items: Vec<RemoteItem>,
    ) -> Result<Vec<BackupRow>> {
        let (is_root, now) = (folder.trim_matches('/').is_empty(), self.clock.now());
        let (ledger, profile_id) = (Arc::clone(&self.ledger), signed.profile.id.clone());
        let (target_id, zone) = (target.id.clone(), target.schedule.timezone.clone());
        // Thousands of lines, and a disk that makes sure: off the async threads.
        Self::blocking(move || {
            let listed: Vec<Listed> = items
                .iter()
                .filter(|item| !item.is_directory)
                .map(|item| Listed {
                    path: item.path.clone(),
                    name: item.name.clone(),
                    bytes: item.size,
                    modified_at: item.modified_at.clone(),
                    made_at: made_at(&item.name, &zone),
                })
                .collect();
            let standings = ledger.note_listing(&profile_id, &target_id, &listed)?;
            if is_root {
                let names: Vec<String> = listed.into_iter().map(|file| file.name).collect();
                ledger.note_root(&profile_id, &target_id, &names, now)?;
            }
            Ok(items.into_iter().map(|item| row(item, &zone, &standings)).collect())
        })
        .await
    }

    /// What deleting backups from a target would mean. All must be in one folder.
    ///
    /// # Errors
    /// As [`Desk::list_backups`].
    pub async fn plan_delete(&self, target_id: &str, paths: &[String]) -> Result<DeletePlan> {
        let signed = self.needs_signed()?;
        self.plan_delete_at(&signed, target_id, paths).await
    }

    /// The same on the server of a session.
    pub(super) async fn plan_delete_at(
        &self,
        signed: &Signed,
        target_id: &str,
        paths: &[String],
    ) -> Result<DeletePlan> {
        let target = target(signed, target_id).await?;
        let folder = paths.first().and_then(|path| path.rsplit_once('/')).map_or("", |(folder, _)| folder);
        let items = signed.session.list(Some(&target.id), folder).await?.value;
        Ok(jobs::plan_delete(&target, &self.rows(signed, &target, folder, items).await?, paths))
    }
}

/// A line of a folder, with what is known of it.
fn row(item: RemoteItem, zone: &str, standings: &BTreeMap<String, Check>) -> BackupRow {
    let known = standings.get(&item.path);
    let listed = ListedFile { bytes: item.size, modified_at: item.modified_at.clone() };
    // What was read of other bytes says nothing of these.
    let current = known.filter(|check| check.is_of(listed.bytes, listed.modified_at.as_deref()));
    BackupRow {
        made_at: made_at(&item.name, zone).map(|at| at.to_string()).or(item.modified_at),
        kind: current.and_then(|check| check.kind),
        integrity: current.map_or(IntegrityLevel::NotChecked, |check| check.level),
        state: known.map_or(BackupState::NotChecked, |check| check.state(&listed)),
        changed: known.and_then(|check| check.changed.clone()),
        attachments: current.and_then(|check| check.attachments.clone()),
        checked_at: known.map(|check| check.at.clone()),
        repairable_by: current.and_then(|check| check.repairable_by.clone()),
        refused: current.is_some_and(|check| check.refusal.is_some()),
        path: item.path,
        name: item.name,
        is_directory: item.is_directory,
        size: item.size,
    }
}

/// A target of the current server.
pub(super) async fn target(signed: &Signed, target_id: &str) -> Result<Target> {
    let targets = signed.session.targets().await?.value;
    targets.into_iter().find(|target| target.id == target_id).ok_or_else(|| {
        Error::new(
            Code::TargetNotFound,
            "The server has no such target.",
            "Reload the list of targets; it may have been changed elsewhere.",
        )
    })
}
