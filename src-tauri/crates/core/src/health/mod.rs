//! How backups and targets stand. Every screen and the terminal show what is decided
//! here; nothing else judges.

mod backup;
mod origin;
mod stopped;
mod target;

pub use backup::{BackupFacts, BackupState, ChangedContent};
pub use origin::BackupOrigin;
pub(crate) use stopped::TargetLooks;
pub use stopped::{StopCause, StorageService, TargetFix, TargetReach};
pub use target::{EvidenceSource, LastBackup, TargetHealth};
pub(crate) use target::{TargetFacts, newest, retention_deletes_last_good};
