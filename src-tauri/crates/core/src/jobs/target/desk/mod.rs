//! A backup made by this computer: the server's export and its bodies, written to a desk target in
//! the server's own layout. The ZIP comes last, so that no backup is ever there without its bodies.

mod bodies;
mod store;
mod types;
mod write;

use std::path::Path;

use serde::Deserialize;

pub use store::DeskTargetStore;
pub use types::{DeskAttachments, DeskBackupResult, RemovedDeskBackup};

use crate::desk_targets::DeskTarget;
use crate::error::TargetDetail;
use crate::granted::FileGrants;
use crate::jobs::{Job, JobKind, JobServices, JobState, Outcome, Prepared, Watch};
use crate::{Error, Result};

/// A backup to a desk target, as requested.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct DeskBackupJob {
    /// The desk target's id or name.
    pub desk_target: String,
    /// No one asked for it now: what it lacks is said in its record.
    #[serde(skip)]
    pub by_schedule: bool,
}

impl DeskBackupJob {
    /// One that somebody asks for.
    pub fn to(id_or_name: impl Into<String>) -> Self {
        Self { desk_target: id_or_name.into(), by_schedule: false }
    }
}

impl Job for DeskBackupJob {
    const KIND: JobKind = JobKind::DeskBackup;
    type Result = DeskBackupResult;
    type Ready = DeskTarget;

    /// A backup by schedule has no one to notify: what is missing is said in its record.
    fn needs_session(&self) -> bool {
        !self.by_schedule
    }

    async fn prepare(
        self,
        services: &dyn JobServices,
        _files: &dyn FileGrants,
    ) -> Result<Prepared<DeskTarget>> {
        let target = services.desk_targets().desk_target(&self.desk_target)?;
        if !self.by_schedule {
            services.desk_targets().is_of_session(&target)?;
        }
        let with_session = services.desk_targets().has_session(&target);
        Ok(Prepared::new(target.name.clone(), target).with_session(with_session))
    }

    async fn run(
        target: DeskTarget,
        services: &dyn JobServices,
        watch: &Watch,
    ) -> Result<Outcome<DeskBackupResult>> {
        let _alone = Alone::with(services.data_folder(), &target)?;
        let store = services.desk_targets();
        store.began(&target.id)?;
        let outcome = write::back_up(&target, services, watch).await;
        let (error, is_good) = match &outcome {
            Ok(Outcome::Done(made)) => (made.error.as_ref(), made.error.is_none()),
            Ok(Outcome::Stopped | Outcome::Unknown(_)) => (None, false),
            // After a stop an error is only the way it stopped.
            Err(_) if watch.cancel.is_cancelled() => (None, false),
            Err(error) => (Some(error), false),
        };
        store.ended(&target.id, error, is_good)?;
        outcome
    }

    fn needs_attention(result: &DeskBackupResult) -> bool {
        !result.is_whole || result.retention_error.is_some()
    }

    fn end(result: &DeskBackupResult, _was_stopped: bool) -> (JobState, Option<Error>) {
        match &result.error {
            Some(error) => (JobState::Failed, Some(error.clone())),
            None if Self::needs_attention(result) => (JobState::Attention, None),
            None => (JobState::Succeeded, None),
        }
    }
}

/// No one else backs up to the desk target, in this process or another one, until it is dropped.
struct Alone(Option<std::fs::File>);

impl Alone {
    fn with(data_folder: &Path, target: &DeskTarget) -> Result<Self> {
        let locks = data_folder.join("desk-targets");
        std::fs::create_dir_all(&locks).map_err(|error| Error::file(&locks, &error))?;
        let path = locks.join(format!("{}.lock", target.id));
        let file = std::fs::File::create(&path).map_err(|error| Error::file(&path, &error))?;
        match file.try_lock() {
            Ok(()) => Ok(Self(Some(file))),
            Err(std::fs::TryLockError::WouldBlock) => {
                Err(TargetDetail::DeskTargetBusy { name: target.name.clone() }.error())
            }
            // Where files cannot be locked, no one else is likely to be at work.
            Err(std::fs::TryLockError::Error(_)) => Ok(Self(None)),
        }
    }
}

impl Drop for Alone {
    fn drop(&mut self) {
        if let Some(file) = self.0.take() {
            // Closing it would do the same.
            let _ = file.unlock();
        }
    }
}
