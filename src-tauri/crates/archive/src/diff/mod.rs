//! What changed from one backup to another: who and what came, went or is not
//! the same. Values are compared by hash and never shown.

mod compare;
mod side;

use std::collections::BTreeMap;
use std::collections::hash_map::RandomState;
use std::path::Path;

use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use self::compare::{administrators, changes, settings};
use self::side::Side;
use super::rules::Table;
use super::{Kind, ManifestFacts};
use desk_base::Result;
use desk_base::{Outcome, done_or_return};

/// What changed from one backup to another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Diff {
    /// The backup that is compared with.
    pub before: DiffSide,
    /// The backup that is looked at.
    pub after: DiffSide,
    /// Accounts.
    pub users: Changes,
    /// Active administrators.
    pub administrators: Changes,
    /// Vault items.
    pub ciphers: Changes,
    /// Folders.
    pub folders: Changes,
    /// Attachments.
    pub attachments: Changes,
    /// The backup settings.
    pub settings: SettingsChange,
}

/// One of the two.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct DiffSide {
    /// Its file name.
    pub name: String,
    /// Its kind.
    pub kind: Option<Kind>,
    /// Its manifest.
    pub manifest: Option<ManifestFacts>,
    /// Rows in each table.
    pub tables: BTreeMap<String, u64>,
    /// How many damages an inspection finds in it: what seems removed or added may
    /// only be unreadable there.
    pub damage: u64,
    /// Its rows end before their end: only those before the damage are compared.
    pub is_partial: bool,
}

impl Diff {
    /// One side is damaged, so the comparison may name what never changed.
    pub fn is_doubtful(&self) -> bool {
        [&self.before, &self.after].iter().any(|side| side.damage > 0 || side.is_partial)
    }
}

/// What came, went and changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Changes {
    /// How many came.
    pub added: u64,
    /// How many went.
    pub removed: u64,
    /// How many are not the same.
    pub changed: u64,
    /// How many are the same.
    pub unchanged: u64,
    /// Each of them, at most 10,000.
    pub items: Vec<Change>,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// What happened.
    pub what: ChangeKind,
    /// The id.
    pub id: String,
    /// Whose it is, by e-mail; for an account its own.
    pub email: Option<String>,
    /// The columns that differ; never their values.
    pub columns: Vec<String>,
}

/// What happened to a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeKind {
    /// It came.
    Added,
    /// It went.
    Removed,
    /// It is not the same.
    Changed,
}

/// How the backup settings changed, as far as that shows without a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct SettingsChange {
    /// The settings are not the same; they are encrypted anew whenever they are
    /// saved, so this only says that they were.
    pub saved_anew: bool,
    /// Targets that the later backup remembers and the earlier does not, by id.
    pub targets_added: Vec<String>,
    /// Targets that the earlier backup remembers and the later does not, by id.
    pub targets_removed: Vec<String>,
    /// Who can repair the settings from the later backup and not from the earlier, by e-mail.
    pub repairers_added: Vec<String>,
    /// Who can repair the settings from the earlier backup and not from the later, by e-mail.
    pub repairers_removed: Vec<String>,
}

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
