//! What is known of targets and backups: the server's facts and the ledger's
//! memory, put together.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::names::made_at;
use super::{Desk, Signed};
use crate::jobs::{self, BackupRow, DeletePlan, IntegrityLevel, Overview, TargetCard};
use crate::ledger::{Check, Listed};
use crate::server::{RemoteItem, Target};
use crate::{Code, Error, Result};

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
        let cards =
            answer.value.into_iter().map(|target| self.card(&signed, target)).collect::<Result<_>>()?;
        Ok(Overview { settings_need_repair: false, targets: cards })
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
        Ok(TargetCard {
            last_error: failed_last.then(|| Error::from_target(words)),
            last_verified_at,
            last_verified_file_name,
            trend: self.ledger.trend(profile, &target.id)?,
            target,
        })
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
        self.rows(&signed, &target, items).await
    }

    async fn rows(&self, signed: &Signed, target: &Target, items: Vec<RemoteItem>) -> Result<Vec<BackupRow>> {
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
        Ok(jobs::plan_delete(&target, &self.rows(signed, &target, items).await?, paths))
    }
}

/// A line of a folder, with what is known of it.
fn row(item: RemoteItem, zone: &str, standings: &BTreeMap<String, Check>) -> BackupRow {
    let known = standings.get(&item.path).filter(|check| check.is_of(item.size, item.modified_at.as_deref()));
    BackupRow {
        made_at: made_at(&item.name, zone).map(|at| at.to_string()).or(item.modified_at),
        kind: known.and_then(|check| check.kind),
        integrity: known.map_or(IntegrityLevel::NotChecked, |check| check.level),
        checked_at: known.map(|check| check.at.clone()),
        repairable_by: known.and_then(|check| check.repairable_by.clone()),
        refused: known.is_some_and(|check| check.refusal.is_some()),
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
