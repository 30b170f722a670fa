//! Backup archives of NodeWarden (PROTOCOL section 3): what a ZIP holds, what is damaged, and
//! what a server would do with it. Also compares two backups, writes a cleaned copy, and saves
//! what can be read of a damaged one.
//!
//! Needs no network and no async runtime, so other programs can use it. All functions block.
//!
//! ```
//! use desk_archive::{InspectOptions, Writer, inspect_bytes};
//!
//! let mut zip = Writer::new(std::io::Cursor::new(Vec::new()));
//! zip.add("db.json", 2, b"{}".as_slice())?;
//! let bytes = zip.finish()?.into_inner();
//!
//! let inspection = inspect_bytes("nodewarden_backup.zip", &bytes, &InspectOptions::default());
//! // A backup needs a manifest and the tables of the server.
//! assert!(!inspection.server.import.accepts);
//! println!("{:?}", inspection.server.import.error);
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! [`inspect`] does the same for a file, of any size and in constant memory, with progress and
//! a [cancellation token](tokio_util::sync::CancellationToken).

mod agreement;
mod attachments;
mod bodies;
mod bounded;
mod clean;
mod codes;
mod content;
mod copy;
mod damage;
mod details;
mod diff;
mod export_index;
mod extras;
mod first;
mod folder;
mod hash;
mod index;
mod index_only;
mod inflate;
mod inspect;
mod json;
mod keys;
mod left_out;
mod name;
mod opened;
mod options;
mod people;
mod predict;
mod repack;
mod report;
pub mod rules;
mod salvage;
mod sizes;
mod source;
mod sums;
mod texts;
mod unpack;
mod unread;
mod warnings;
mod write;
mod zip;

pub use attachments::{Attachment, KV_LARGEST_BODY, attachments};
pub use bodies::{Copied, ZipBodies};
pub use clean::{Cleaned, clean};
pub use codes::{DamageCode, WarningCode};
pub use details::{DamageDetail, DamageKind, HeaderField, TableChange, WarningDetail, WarningKind};
pub use diff::{Change, ChangeKind, Changes, Diff, DiffSide, SettingsChange, diff};
pub use export_index::{ExportIndex, Layout, TEXTS, body_entry, over_limits};
pub use first::first_facts;
pub use index_only::write_index_only;
pub use inspect::{inspect, inspect_bytes, inspect_with_attachments};
pub use json::{Member, Row, Value, Visitor};
pub use keys::{StoredKeys, stored_keys};
pub use left_out::{manifest_noting, rows_without};
pub use name::{hash_in_name, name_hash};
pub use opened::{Opened, Reach};
pub use options::{InspectOptions, InstanceNow};
pub use report::*;
pub use salvage::{Loss, LossKind, Salvaged, salvage};
pub use sizes::import_sizes;
pub use write::{Packed, Writer, Written};
