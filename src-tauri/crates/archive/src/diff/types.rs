//! What a comparison of two backups shows.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Kind, ManifestFacts};

/// What changed from one backup to another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Diff {
    /// The backup that is compared with.
    pub before: DiffSide,
    /// The backup that is checked.
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
    /// Whose it is, by email address; for an account its own.
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
    /// The settings are not the same; they are encrypted again whenever they are
    /// saved, so this only says that they were.
    pub saved_anew: bool,
    /// Targets that the later backup remembers and the earlier does not, by id.
    pub targets_added: Vec<String>,
    /// Targets that the earlier backup remembers and the later does not, by id.
    pub targets_removed: Vec<String>,
    /// Who can repair the settings from the later backup and not from the earlier, by email address.
    pub repairers_added: Vec<String>,
    /// Who can repair the settings from the earlier backup and not from the later, by email address.
    pub repairers_removed: Vec<String>,
}
