//! Where a backup comes from.

use serde::{Deserialize, Serialize};

/// The server that made a backup, as far as that was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum BackupOrigin {
    /// The server that lists it.
    ThisServer,
    /// Another server that this app knows.
    OtherServer {
        /// What it is called here.
        name: String,
    },
    /// Unknown.
    NotKnown,
}
