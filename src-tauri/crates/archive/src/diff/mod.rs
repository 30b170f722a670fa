//! What changed from one backup to another: who and what came, went or is not
//! the same. Values are compared by hash and never shown.

mod compare;
mod side;
mod types;

use std::collections::hash_map::RandomState;
use std::path::Path;

use tokio_util::sync::CancellationToken;

use self::compare::{administrators, changes, settings};
use self::side::Side;
pub use self::types::{Change, ChangeKind, Changes, Diff, DiffSide, SettingsChange};
use super::rules::Table;
use desk_base::Result;
use desk_base::{Outcome, done_or_return};

/// Compares two backups. Blocks; a cancel stops it.
///
/// # Errors
/// `NotAnArchive` when the rows of one cannot be read.
pub fn diff(before: &Path, after: &Path, cancel: &CancellationToken) -> Result<Outcome<Diff>> {
    let hashes = RandomState::new();
    let before = done_or_return!(Side::read(before, &hashes, cancel)?);
    let after = done_or_return!(Side::read(after, &hashes, cancel)?);
    let compare = |table| changes(&before, &after, table);
    Ok(Outcome::Done(Diff {
        users: compare(Table::Users),
        administrators: administrators(&before, &after),
        ciphers: compare(Table::Ciphers),
        folders: compare(Table::Folders),
        attachments: compare(Table::Attachments),
        settings: settings(&before, &after),
        before: before.told,
        after: after.told,
    }))
}
