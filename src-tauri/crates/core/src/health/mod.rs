//! How backups and targets stand. Every screen and the terminal show what is decided
//! here; nothing else judges.

mod backup;
mod fixes;
mod origin;
mod runs;
mod service;
mod stopped;
mod target;

pub use backup::{BackupFacts, BackupState, ChangedContent};
pub use fixes::TargetFix;
pub use origin::BackupOrigin;
pub(crate) use runs::{Failed, Made, RunFacts, Span, last_runs};
pub use runs::{Run, RunOutcome};
pub use service::StorageService;
pub(crate) use stopped::TargetLooks;
pub use stopped::{StopCause, TargetReach};
pub use target::{EvidenceSource, LastBackup, TargetHealth};
pub(crate) use target::{TargetFacts, VERIFICATION_HOLDS, newest, retention_deletes_last_good};
