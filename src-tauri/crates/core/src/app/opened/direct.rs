//! Targets reached from this computer with opened settings: their server is not needed,
//! and no sign-in is needed.

use super::{SettingsVault, no_such_target};
use crate::Result;
use crate::server::{BackupSettings, RemoteItem};
use crate::targets::TargetFolder;

impl SettingsVault {
    /// One folder of a target, reached from this computer with opened settings.
    ///
    /// # Errors
    /// `PasswordNeeded` when the settings are closed, `AddressInsecure` for plain http that was
    /// not accepted, and as [`TargetFolder::list`].
    pub async fn list_directly(
        &self,
        handle: &str,
        destination_id: &str,
        path: &str,
        http_accepted: bool,
    ) -> Result<Vec<RemoteItem>> {
        self.reach(handle, destination_id, http_accepted)?.list(path).await
    }

    pub(in crate::app) fn reach(
        &self,
        handle: &str,
        destination_id: &str,
        http_accepted: bool,
    ) -> Result<TargetFolder> {
        let settings = BackupSettings::from_wire(&*self.held_settings(handle)?)?;
        let destination = settings.destinations.into_iter().find(|one| one.id == destination_id);
        let location = destination.ok_or_else(no_such_target)?.location;
        let http_accepted = self.accepts_http(handle, destination_id, http_accepted);
        TargetFolder::open(&location, &self.reveal_secret(handle, destination_id)?, http_accepted)
    }
}
