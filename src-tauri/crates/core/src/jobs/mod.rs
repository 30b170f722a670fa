//! The long operations, their outcomes and their records.

mod backup;
mod bodies;
mod checkpoint;
mod delete;
mod download;
mod export;
pub(crate) mod outcome_recovery;
mod plan;
mod receive;
mod recheck;
mod record;
mod repair;
mod restore;
mod space;
mod taken;
mod target;
mod watch;

pub(crate) use crate::part_file::remove_leftovers;
pub use backup::backup;
pub use checkpoint::{Checkpoint, JobNote};
pub use delete::{delete, plan_delete};
pub use desk_base::{Outcome, PartFile};
pub(crate) use download::local_check;
pub use download::{download, download_as, download_directly, integrity};
pub use export::*;
pub use plan::*;
pub(crate) use receive::inspect;
pub use recheck::{Recheck, recheck_outcome};
pub use record::*;
pub use repair::repair;
pub use restore::{PlannedRestore, complete_restore_plan, plan_restore, restore};
pub(crate) use space::remove_old_readings;
pub use space::{DiskSpace, FreeSpace, RESERVE, Room};
pub use taken::{IfThere, TakenName, taken_names};
pub use target::*;
pub use watch::{JobNotes, Watch};
