//! What could not be saved from a damaged backup.

use serde::{Deserialize, Serialize};

/// Something that could not be saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Loss {
    /// The entry; `None` for what has no name any more.
    pub entry: Option<String>,
    /// What is lost of it.
    pub what: LossKind,
    /// Rows, where rows are lost and their number is known.
    pub count: Option<u64>,
}

/// What is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum LossKind {
    /// The content of an entry.
    Content,
    /// Rows behind the damage.
    Rows,
    /// Nothing for certain, but the checksum is wrong: values may be wrong.
    Doubtful,
    /// An attachment's row, because its body is lost.
    AttachmentRow,
    /// The manifest; a new one was written.
    Manifest,
    /// The end of the file: there may have been more.
    End,
}
