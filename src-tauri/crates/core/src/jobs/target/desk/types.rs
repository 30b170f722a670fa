//! What a backup to a desk target did.

use serde::{Deserialize, Serialize};

use crate::Error;
use crate::checks::CheckedHere;
use crate::jobs::MissingBody;

/// What a backup to a desk target did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct DeskBackupResult {
    /// The desk target's id.
    pub desk_target_id: String,
    /// Its name.
    pub desk_target_name: String,
    /// Where it is, without a login.
    pub place: String,
    /// The backup; none when it was not written.
    pub file_name: Option<String>,
    /// Its size.
    pub bytes: u64,
    /// What reading it back in full showed.
    pub check: Option<CheckedHere>,
    /// It was read back, it is intact, and every attachment that it lists is there.
    pub is_whole: bool,
    /// Its attachments.
    pub attachments: DeskAttachments,
    /// Files that had other content than they should have, under the names that they have now.
    pub kept_beside: Vec<String>,
    /// The attachment index was written.
    pub index_written: bool,
    /// Backups that retention deleted.
    pub removed: Vec<RemovedDeskBackup>,
    /// Backups beyond the number that stays, which stay because no newer one is as good.
    pub spared: Vec<String>,
    /// Why retention did not come to its end.
    pub retention_error: Option<Error>,
    /// Why the backup was not finished. What was written stays; the next one continues.
    pub error: Option<Error>,
}

/// The attachments of a backup to a desk target, in numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct DeskAttachments {
    /// How many the backup lists.
    pub listed: u64,
    /// How many bodies were there already, with the right content.
    pub already_there: u64,
    /// How many of those were read in full again.
    pub read_again: u64,
    /// How many were written now.
    pub uploaded: u64,
    /// Their sizes added up.
    pub uploaded_bytes: u64,
    /// Those that could not be had.
    pub missing: Vec<MissingBody>,
}

/// A backup that retention deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct RemovedDeskBackup {
    /// Its name.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// When it was made, RFC 3339.
    pub made_at: String,
}
