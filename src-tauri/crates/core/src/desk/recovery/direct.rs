//! Targets reached from this computer with opened settings: their server is not needed,
//! and nobody has to be signed in.

use std::path::Path;
use std::sync::Arc;

use super::super::Desk;
use super::super::work::map;
use super::opened::no_such_target;
use crate::Result;
use crate::jobs::{self, JobKind, JobResult, Outcome};
use crate::runner::NewJob;
use crate::server::{BackupSettings, RemoteItem};
use crate::targets::TargetFolder;

impl Desk {
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

    /// Downloads a backup from a target without its server, as a job; answers its
    /// number. It needs nobody signed in.
    ///
    /// # Errors
    /// `PasswordNeeded` when the settings are closed, `AddressInsecure` for plain http that was
    /// not accepted, `LedgerFailed`. What the job
    /// itself fails with is in its record.
    pub fn start_direct_download(
        self: &Arc<Self>,
        handle: &str,
        destination_id: &str,
        path: &str,
        folder: &Path,
        http_accepted: bool,
    ) -> Result<i64> {
        let target = self.reach(handle, destination_id, http_accepted)?;
        let (desk, path, folder) = (Arc::clone(self), path.to_owned(), folder.to_owned());
        let subject = path.rsplit('/').next().unwrap_or_default().to_owned();
        let job = NewJob { kind: JobKind::Download, profile_id: None, subject };
        self.runner.start(&job, move |watch| async move {
            let watch = watch.within(desk.room());
            let outcome = jobs::download_directly(&target, &path, &folder, &watch).await?;
            if let Outcome::Done(download) = &outcome {
                desk.note_local(Path::new(&download.saved_to), &download.check)?;
            }
            Ok(map(outcome, JobResult::Download))
        })
    }

    pub(in crate::desk) fn reach(
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
