//! The kinds of target by name.

use serde::{Deserialize, Serialize};

/// How a target is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "lowercase")]
pub enum Provider {
    /// A WebDAV folder.
    Webdav,
    /// An S3 bucket. Older settings call it "e3".
    #[serde(alias = "e3")]
    S3,
    /// A kind that this version does not know.
    Other,
}

impl Provider {
    /// The server's name for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Webdav => "webdav",
            Self::S3 => "s3",
            Self::Other => "other",
        }
    }
}
