//! The attachment index of a target. The server trusts it: a body that it lists is not uploaded
//! again, whether it is there or not.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The version that servers write.
const VERSION: u64 = 1;

/// The index as the server writes it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachmentIndex {
    version: u64,
    /// The bodies, by name.
    pub blobs: BTreeMap<String, IndexedBody>,
}

/// What the index says of a body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IndexedBody {
    /// Its size.
    pub size_bytes: u64,
    /// When it was uploaded, RFC 3339.
    #[serde(default)]
    pub updated_at: String,
}

/// What an index file turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum IndexState {
    /// There is none: the next run uploads every body.
    Absent,
    /// It can be read, and says of every body what is there.
    Good,
    /// It can be read, and does not fit what is there.
    Stale,
    /// It is no index at all: damaged, or a page in its place.
    Unreadable,
    /// The target did not return it: nothing is known of it.
    NotRead,
    /// It is of a version or a shape that this app does not know.
    Foreign,
}

impl AttachmentIndex {
    /// An index of these bodies.
    pub fn of(blobs: BTreeMap<String, IndexedBody>) -> Self {
        Self { version: VERSION, blobs }
    }

    /// Reads an index file.
    ///
    /// # Errors
    /// `Unreadable` or `Foreign`.
    pub fn read(bytes: &[u8]) -> Result<Self, IndexState> {
        let value: serde_json::Value = serde_json::from_slice(bytes).map_err(|_| IndexState::Unreadable)?;
        if value["version"].as_u64() != Some(VERSION) {
            return Err(IndexState::Foreign);
        }
        serde_json::from_value(value).map_err(|_| IndexState::Foreign)
    }

    /// The file.
    pub fn to_bytes(&self) -> Vec<u8> {
        // Texts and numbers always become JSON.
        serde_json::to_vec(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_index_in_the_servers_format_is_read() {
        let text = br#"{"version":1,"blobs":{"c/a":{"sizeBytes":3,"updatedAt":"2026-01-01T00:00:00Z"}}}"#;
        let index = AttachmentIndex::read(text).expect("an index");
        assert_eq!(index.blobs["c/a"].size_bytes, 3);
        assert_eq!(AttachmentIndex::read(&index.to_bytes()), Ok(index));
        for (text, state) in [
            (&b"<html>"[..], IndexState::Unreadable),
            (b"", IndexState::Unreadable),
            (br#"{"version":2,"blobs":{}}"#, IndexState::Foreign),
            (br#"{"version":1,"blobs":[]}"#, IndexState::Foreign),
            (b"[]", IndexState::Foreign),
        ] {
            assert_eq!(AttachmentIndex::read(text), Err(state));
        }
    }
}
