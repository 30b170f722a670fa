//! What is known of targets and backups: the server's facts and the ledger's
//! memory, put together.

use super::names::made_at;
use super::{Desk, Signed};
use crate::jobs::{self, BackupRow, DeletePlan, IntegrityLevel, Overview, TargetCard};
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
        self.rows(&signed, &target, items)
    }

    fn rows(&self, signed: &Signed, target: &Target, items: Vec<RemoteItem>) -> Result<Vec<BackupRow>> {
        let standings = self.ledger.standings(&signed.profile.id, &target.id)?;
        let mut rows = Vec::with_capacity(items.len());
        for item in items {
            let named = made_at(&item.name, &target.schedule.timezone);
            if let (Some(at), Some(bytes), false) = (named, item.size, item.is_directory) {
                self.ledger.remember_backup(&signed.profile.id, &target.id, &item.name, at, bytes)?;
            }
            // A file of another size than the one that was checked is another file.
            let known = standings
                .get(&item.path)
                .filter(|check| check.bytes.is_none() || item.size.is_none() || check.bytes == item.size);
            rows.push(BackupRow {
                made_at: named.map(|at| at.to_string()).or(item.modified_at),
                kind: known.and_then(|check| check.kind),
                integrity: known.map_or(IntegrityLevel::NotChecked, |check| check.level),
                checked_at: known.map(|check| check.at.clone()),
                repairable_by: known.and_then(|check| check.repairable_by.clone()),
                path: item.path,
                name: item.name,
                is_directory: item.is_directory,
                size: item.size,
            });
        }
        Ok(rows)
    }

    /// What deleting backups from a target would mean. All must be in one folder.
    ///
    /// # Errors
    /// As [`Desk::list_backups`].
    pub async fn plan_delete(&self, target_id: &str, paths: &[String]) -> Result<DeletePlan> {
        let signed = self.needs_signed()?;
        let target = target(&signed, target_id).await?;
        let folder = paths.first().and_then(|path| path.rsplit_once('/')).map_or("", |(folder, _)| folder);
        let items = signed.session.list(Some(&target.id), folder).await?.value;
        Ok(jobs::plan_delete(&target, &self.rows(&signed, &target, items)?, paths))
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
