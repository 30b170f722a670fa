//! What checks of a backup showed: the vocabulary of the jobs that check, the ledger that
//! remembers, and the health that is concluded from it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Result;
use crate::archive::{Damage, Kind, NameHash, Storage};

/// How sure we are of a backup, from best to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum IntegrityLevel {
    /// Read in full here: structure and every checksum are right.
    Verified,
    /// The server compared the name's hash with the content.
    NameHashMatches,
    /// The name has no hash: the server cannot verify it.
    Unverifiable,
    /// The name's hash and the content differ.
    Mismatch,
    /// Read in full here, and damaged.
    Damaged,
    /// Not checked yet.
    NotChecked,
}

/// How a target lists a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct ListedFile {
    /// Its size in bytes, when the target has one.
    pub bytes: Option<u64>,
    /// When it was last changed, in the target's own format.
    pub modified_at: Option<String>,
}

/// The attachments that a backup lists, looked up on its target.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct AttachmentsOnTarget {
    /// How many the backup lists.
    pub listed: u64,
    /// How many of them the target does not have.
    pub missing: u64,
    /// How many could not be looked up.
    #[serde(default)]
    pub unknown: u64,
    /// How many are there with another size than the backup lists.
    #[serde(default)]
    pub wrong_size: u64,
    /// Those that are missing or of another size, as "cipherId/attachmentId"; empty where
    /// only the numbers are kept.
    #[serde(default)]
    pub paths: Vec<String>,
}

impl AttachmentsOnTarget {
    /// How many a restore would not bring back as they were.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.missing + self.wrong_size
    }
}

/// What reading a backup in full on this computer showed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct CheckedHere {
    /// Its size.
    pub bytes: u64,
    /// SHA-256 of the whole file.
    pub sha256: String,
    /// The name's hash against it.
    pub name_hash: NameHash,
    /// What it holds of the attachments.
    pub kind: Option<Kind>,
    /// The NodeWarden that made it.
    pub app_version: Option<String>,
    /// When it was exported, RFC 3339.
    pub exported_at: Option<String>,
    /// Where the server that made it kept attachment bodies, as its manifest says.
    #[serde(default)]
    pub storage: Option<Storage>,
    /// What is damaged.
    pub damage: Vec<Damage>,
    /// The server's refusal, if it would refuse to restore it.
    pub refusal: Option<String>,
    /// E-mails of the active administrators who could repair the settings from it;
    /// `None` when that could not be read.
    #[serde(default)]
    pub repairable_by: Option<Vec<String>>,
}

/// A file of a target that was read in full from this computer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenFile {
    /// Its path below the target's root.
    pub path: String,
    /// Its size.
    pub bytes: u64,
    /// SHA-256 of it, in lower-case hex digits.
    pub sha256: String,
    /// When it was last read and found right, RFC 3339.
    pub checked_at: String,
}

/// What is remembered of a place's files. A hash that changed under an unchanged name is an alarm.
pub trait SeenFiles: Send + Sync {
    /// Every file that was ever read there, by its path below the target's root.
    ///
    /// # Errors
    /// `LedgerFailed`.
    fn known(&self) -> Result<BTreeMap<String, SeenFile>>;

    /// Remembers files that were read and found right.
    ///
    /// # Errors
    /// `LedgerFailed`.
    fn keep(&self, files: &[SeenFile]) -> Result<()>;
}

/// Nothing is remembered.
#[derive(Debug, Clone, Copy, Default)]
pub struct Forgetful;

impl SeenFiles for Forgetful {
    fn known(&self) -> Result<BTreeMap<String, SeenFile>> {
        Ok(BTreeMap::new())
    }

    fn keep(&self, _files: &[SeenFile]) -> Result<()> {
        Ok(())
    }
}
