//! What a manual backup came to.

use serde::{Deserialize, Serialize};

use crate::Error;
use crate::jobs::checked::IntegrityResult;

/// A manual backup.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct BackupResult {
    /// The target's id.
    pub target_id: String,
    /// The target's name.
    pub target_name: String,
    /// "webdav" or "s3".
    pub provider: String,
    /// The new file.
    pub file_name: String,
    /// Its size in bytes, as the server says.
    pub file_size: u64,
    /// Where it is on the target.
    pub remote_path: String,
    /// What reading it back showed; `None` when that was not asked for or not reached.
    pub check: Option<IntegrityResult>,
    /// Why reading it back failed, when it did: the backup itself was made.
    pub check_error: Option<Error>,
    /// The server's own response, for scripts; secrets are never in it.
    #[serde(default)]
    pub answer: serde_json::Value,
}
