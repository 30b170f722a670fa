//! What a backup made by this computer uses of the app, and starting one that is due.

use std::sync::Arc;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use jiff::Timestamp;

use super::Jobs;
use super::services::ServicesOfJob;
use crate::app::desk_targets::open_tried;
use crate::app::targets::SeenAt;
use crate::checks::SeenFiles;
use crate::desk_targets::{DeskBackupKept, DeskTarget};
use crate::error::{AccountDetail, TargetDetail};
use crate::granted::AllGranted;
use crate::jobs::{DeskBackupJob, DeskTargetStore, JobKind};
use crate::targets::TargetFolder;
use crate::{Error, Result};

impl Jobs {
    /// Starts the backup to a desk target that is due, unless one runs or a restore is at work;
    /// called every few seconds. Returns its number.
    ///
    /// # Errors
    /// `LedgerFailed`.
    pub async fn start_due_desk_backup(self: &Arc<Self>) -> Result<Option<i64>> {
        // A restore replaces what would be exported; one backup at a time is enough for any server.
        let in_the_way = |kind| matches!(kind, JobKind::DeskBackup | JobKind::Restore | JobKind::Repair);
        if self.runner.running().iter().any(|job| in_the_way(job.kind)) {
            return Ok(None);
        }
        match self.services.desk_targets.due()? {
            Some(desk_target) => {
                let work = DeskBackupJob { desk_target, by_schedule: true };
                self.start(work, &AllGranted).await.map(Some)
            }
            None => Ok(None),
        }
    }
}

impl DeskTargetStore for ServicesOfJob {
    fn desk_target(&self, id_or_name: &str) -> Result<DeskTarget> {
        self.app.ledger.desk_target(id_or_name)
    }

    fn is_of_session(&self, target: &DeskTarget) -> Result<()> {
        let signed = self.signed.as_ref().ok_or_else(|| AccountDetail::NotSignedIn.error())?;
        if signed.profile.id == target.profile_id {
            return Ok(());
        }
        let server = self.app.ledger.profile(&target.profile_id)?.name;
        Err(TargetDetail::DeskTargetOtherServer { name: target.name.clone(), server }.error())
    }

    fn open<'a>(&'a self, target: &'a DeskTarget) -> BoxFuture<'a, Result<TargetFolder>> {
        open_tried(target, &self.app.desk_targets).boxed()
    }

    fn seen(&self, place: &str) -> Box<dyn SeenFiles + '_> {
        Box::new(SeenAt { ledger: Arc::clone(&self.app.ledger), place: place.to_owned() })
    }

    fn backups(&self, id: &str, place: &str) -> Result<Vec<DeskBackupKept>> {
        self.app.ledger.desk_backups(id, place)
    }

    fn keep(&self, id: &str, place: &str, made: &DeskBackupKept) -> Result<()> {
        self.app.ledger.keep_desk_backup(id, place, made)
    }

    fn forget(&self, id: &str, place: &str, name: &str) -> Result<()> {
        self.app.ledger.forget_desk_backup(id, place, name)
    }

    fn began(&self, id: &str) -> Result<()> {
        self.app.ledger.desk_backup_began(id, self.app.clock.now())
    }

    fn ended(&self, id: &str, error: Option<&Error>, is_good: bool) -> Result<()> {
        self.app.ledger.desk_backup_ended(id, error, is_good, self.app.clock.now())
    }

    fn now(&self) -> Timestamp {
        self.app.clock.now()
    }
}
