//! The long operations, their outcomes and their records.

#[macro_use]
mod registry;

mod backup;
mod bodies;
mod checkpoint;
mod delete;
mod download;
mod export;
mod integrity;
mod job;
pub(crate) mod outcome_recovery;
mod plan;
mod receive;
mod recheck;
mod record;
mod repair;
mod restore;
mod space;
mod taken;
mod watch;

pub(crate) use crate::part_file::remove_leftovers;
use backup::backup;
pub use backup::{BackupJob, BackupResult};
pub use checkpoint::{Checkpoint, JobNote};
pub use delete::{DeleteResult, plan_delete};
pub use desk_base::{Outcome, PartFile};
pub use download::{DownloadFrom, DownloadJob, DownloadResult, DownloadTo};
pub use export::*;
pub(crate) use integrity::local_check;
pub use integrity::{IntegrityJob, IntegrityResult};
pub use job::{Job, JobServices, Prepared, ReadyJob};
pub use plan::*;
pub(crate) use receive::inspect;
pub use recheck::{Recheck, recheck_outcome};
pub use record::*;
pub use repair::{RepairJob, RepairResult, RepairedTarget};
pub use restore::{
    KeptFile, KeptReason, MissingRows, PlannedRestore, RemovalPlan, RestoreResult, SkipCause,
    SkippedAttachment, StagedFile, StagedZip, StagingJob, StagingResult, StagingTarget,
    complete_restore_plan, journals_folder, plan_removal, plan_restore, remove_staged, staged_zips,
};
pub(crate) use space::remove_old_readings;
pub use space::{DiskSpace, FreeSpace, RESERVE, Room};
pub use taken::{IfThere, TakenName, taken_names};
pub use watch::{JobNotes, Watch};

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::granted::FileGrants;
use crate::{Error, Result};

jobs! {
    /// A manual backup run on the server, read back and verified here.
    Backup: BackupJob => BackupResult;
    /// A backup ZIP from a target to this computer.
    Download: DownloadJob => DownloadResult;
    /// A check of a backup on a target.
    Integrity: IntegrityJob => IntegrityResult;
    /// A restore, from a local ZIP or from a target.
    Restore: RestorePlan => RestoreResult;
    /// Backups deleted from a target.
    Delete: DeletePlan => DeleteResult;
    /// Backup settings repaired, and a backup to each target to prove it.
    Repair: RepairJob => RepairResult;
    /// A complete ZIP, of what the server holds or of a ZIP without bodies.
    Export: ExportRequest => ExportResult;
    /// A complete ZIP that is over the limits of the import, put on a target to be restored from
    /// there.
    Staging: StagingJob => StagingResult;
}
