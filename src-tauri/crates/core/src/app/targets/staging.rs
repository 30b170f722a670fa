//! Backups that are staged on a target: which server target the opened settings name, and what
//! was staged and not removed yet.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::TargetAccess;
use crate::app::ActiveProfile;
use crate::error::{CommandDetail, EnvelopeDetail, JobDetail, TargetDetail};
use crate::jobs::{self, Outcome, RemovalPlan, StagedZip, StagingTarget, Watch};
use crate::places::FolderKey;
use crate::server::{BackupSettings, Destination};
use crate::{Error, Result};

/// A target of opened settings, and whether a backup can be staged on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct StagingChoice {
    /// Its id in the opened settings.
    pub destination_id: String,
    /// Its name.
    pub name: String,
    /// Where it is, without a login.
    pub place: String,
    /// The id of the server's target that it is; none when the server has no such target.
    pub target_id: Option<String>,
}

impl TargetAccess {
    /// The targets of opened settings, and which of the server's targets each of them is.
    ///
    /// # Errors
    /// `PasswordNeeded` when the settings are closed, and what asking the server may fail with.
    pub async fn staging_choices(&self, handle: &str) -> Result<Vec<StagingChoice>> {
        let signed = self.sessions.needs_signed()?;
        let settings = BackupSettings::from_wire(&*self.opened.held_settings(handle)?)?;
        let server = signed.session.settings().await?.destinations;
        let choices = settings.destinations.iter().map(|one| StagingChoice {
            destination_id: one.id.clone(),
            name: one.name.clone(),
            place: one.location.place(),
            target_id: matching(one, &server).map(|target| target.id.clone()),
        });
        Ok(choices.collect())
    }

    pub(in crate::app) async fn staging_target(
        &self,
        signed: &ActiveProfile,
        handle: &str,
        destination_id: &str,
        http_accepted: bool,
    ) -> Result<StagingTarget> {
        let folder = self.opened.reach(handle, destination_id, http_accepted)?;
        let settings = BackupSettings::from_wire(&*self.opened.held_settings(handle)?)?;
        let here = settings.destinations.into_iter().find(|one| one.id == destination_id);
        let here = here.ok_or_else(no_such_target)?;
        let server = signed.session.settings().await?.destinations;
        let target = matching(&here, &server).ok_or_else(|| not_on_server(&here.name))?;
        Ok(StagingTarget {
            target_id: target.id.clone(),
            target_name: target.name.clone(),
            folder,
            place: here.location.place(),
        })
    }

    /// What was staged and not removed, as far as this computer knows.
    pub fn staged_zips(&self) -> Vec<StagedZip> {
        jobs::staged_zips(&self.staging_folder())
    }

    /// What was staged of this ZIP at this place and not removed.
    ///
    /// # Errors
    /// `InvalidRequest` when nothing of it is on record, with another detail when a record is
    /// damaged: it may have been that one.
    pub fn staged_zip(&self, place: &str, file_name: &str) -> Result<StagedZip> {
        let is_it = |staged: &StagedZip| staged.place == place && staged.file_name == file_name;
        self.staged_zips().into_iter().find(is_it).ok_or_else(|| {
            match jobs::damaged_journals(&self.staging_folder()) {
                0 => CommandDetail::NothingStagedHere.error(),
                _ => JobDetail::StagingRecordDamaged {
                    folder: self.staging_folder().to_string_lossy().into_owned(),
                }
                .error(),
            }
        })
    }

    /// Says what removing a staged ZIP would delete from its target.
    ///
    /// # Errors
    /// `PasswordNeeded` when the settings are closed, `AddressInsecure`, and as
    /// [`jobs::plan_removal`].
    pub async fn plan_staged_removal(
        &self,
        id: &str,
        handle: &str,
        destination_id: &str,
        http_accepted: bool,
        watch: &Watch,
    ) -> Result<Outcome<RemovalPlan>> {
        let folder = self.opened.reach(handle, destination_id, http_accepted)?;
        self.is_its_place(id, handle, destination_id)?;
        jobs::plan_removal(&self.staging_folder(), id, &folder, watch).await
    }

    /// Deletes what the plan names, as far as it still holds.
    ///
    /// # Errors
    /// As [`TargetAccess::plan_staged_removal`].
    pub async fn remove_staged(
        &self,
        plan: &RemovalPlan,
        handle: &str,
        destination_id: &str,
        http_accepted: bool,
        watch: &Watch,
    ) -> Result<Outcome<RemovalPlan>> {
        let folder = self.opened.reach(handle, destination_id, http_accepted)?;
        self.is_its_place(&plan.id, handle, destination_id)?;
        jobs::remove_staged(&self.staging_folder(), plan, &folder, watch).await
    }

    /// The target is where the ZIP was staged: nothing is ever removed from another one.
    fn is_its_place(&self, id: &str, handle: &str, destination_id: &str) -> Result<()> {
        let settings = BackupSettings::from_wire(&*self.opened.held_settings(handle)?)?;
        let here = settings.destinations.into_iter().find(|one| one.id == destination_id);
        let place = here.ok_or_else(no_such_target)?.location.place();
        match self.staged_zips().into_iter().find(|staged| staged.id == id) {
            Some(staged) if staged.place != place => {
                Err(JobDetail::StagedElsewhere { place: staged.place }.error())
            }
            _ => Ok(()),
        }
    }

    fn staging_folder(&self) -> PathBuf {
        jobs::journals_folder(self.files.folder())
    }
}

/// The server's target that a target of opened settings is: the one with its id, or else the
/// one in the same folder.
fn matching<'a>(here: &Destination, server: &'a [Destination]) -> Option<&'a Destination> {
    let by_id = server.iter().find(|target| target.id == here.id);
    by_id.or_else(|| {
        let key = FolderKey::of(&here.location)?;
        server.iter().find(|target| FolderKey::of(&target.location).as_ref() == Some(&key))
    })
}

fn no_such_target() -> Error {
    EnvelopeDetail::SettingsTargetNotFound.error()
}

fn not_on_server(name: &str) -> Error {
    TargetDetail::TargetNotOnServer { name: name.to_owned() }.error()
}
