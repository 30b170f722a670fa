//! The limits of the server's import (PROTOCOL section 3) that an archive can exceed.

use serde::{Deserialize, Serialize};

use crate::text::{Noun, count, verb};

/// A limit of the server's import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum ImportLimit {
    /// Bytes of the ZIP.
    ArchiveBytes,
    /// Bytes of all entries when unpacked.
    UnpackedBytes,
    /// Number of entries.
    Entries,
    /// Bytes of `db.json`.
    RowsBytes,
    /// Attachments over 25 MiB, which a server on KV cannot store.
    KvBodies,
}

/// What an archive comes to against one limit of the server's import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct ImportSize {
    /// The limit.
    pub limit: ImportLimit,
    /// What the archive comes to, in the unit of the limit.
    pub found: u64,
    /// The most that the server accepts.
    pub most: u64,
}

/// A limit of the server's import that an archive exceeds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct OverLimit {
    /// The limit.
    pub limit: ImportLimit,
    /// What the archive comes to, in the unit of the limit.
    pub found: u64,
    /// The most that the server accepts.
    pub most: u64,
}

impl OverLimit {
    /// In an English sentence.
    pub fn sentence(&self) -> String {
        let Self { limit, found, most } = self;
        match limit {
            ImportLimit::ArchiveBytes => {
                format!("The file has {}, the server imports at most {most}.", count(*found, Noun::Byte))
            }
            ImportLimit::UnpackedBytes => {
                format!("It unpacks to {}, the server takes at most {most}.", count(*found, Noun::Byte))
            }
            ImportLimit::Entries => {
                format!("It has {}, the server takes at most {most}.", count(*found, Noun::Entry))
            }
            ImportLimit::RowsBytes => {
                format!("Its db.json has {}, the server takes at most {most}.", count(*found, Noun::Byte))
            }
            ImportLimit::KvBodies => format!(
                "{} {} over 25 MiB, which a server on KV cannot store.",
                count(*found, Noun::Attachment),
                verb(*found, "is", "are")
            ),
        }
    }
}
