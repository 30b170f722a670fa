//! The long operations, their outcomes and their records.

mod again;
mod backup;
mod bodies;
mod delete;
mod download;
mod lost;
mod outcome;
mod plan;
mod receive;
mod record;
mod repair;
mod restore;
mod runner;
mod save;
mod taken;
mod view;
mod watch;

pub use again::{Again, look_again};
pub use backup::backup;
pub use delete::{delete, plan_delete};
pub(crate) use download::local_check;
pub use download::{download, download_as, download_directly, integrity};
pub use lost::{Before, Memo};
pub(crate) use outcome::done_or_return;
pub use outcome::*;
pub use plan::*;
pub(crate) use receive::inspect;
pub use record::*;
pub use repair::repair;
pub use restore::{PlannedRestore, complete_restore_plan, plan_restore, restore};
pub use runner::{Listener, NewJob, Runner};
pub use save::PartFile;
pub(crate) use save::remove_leftovers;
pub use taken::{IfThere, TakenName, taken_names};
pub use view::*;
pub use watch::Watch;
