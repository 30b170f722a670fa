//! A refusal, with the server's own words.

use std::fmt;

/// A refusal that names something longer than this is cut.
const LONGEST_MESSAGE: usize = 2000;

/// What the server returns when it refuses a backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// The server's text.
    pub message: String,
}

impl Refusal {
    /// The file is no ZIP that the server can unpack.
    pub(crate) fn unreadable() -> Self {
        Self { status: 400, message: "Invalid backup archive".into() }
    }

    /// The name's hash is of another content.
    pub(crate) fn checksum(mode: super::Mode) -> Self {
        let message = match mode {
            super::Mode::LocalImport => "Backup file checksum does not match its filename",
            super::Mode::RemoteRestore => "Remote backup file checksum does not match its filename",
        };
        Self { status: 400, message: message.into() }
    }

    /// The file is over the limit.
    pub(crate) fn too_large(mode: super::Mode) -> Self {
        match mode {
            super::Mode::LocalImport => {
                Self { status: 413, message: "Backup file too large. Maximum size is 64MB".into() }
            }
            super::Mode::RemoteRestore => {
                Self::because("Backup archive is too large. The current restore limit is 64 MiB")
            }
        }
    }

    /// The instance holds data and replacing it was not asked for.
    pub(crate) fn not_fresh() -> Self {
        let message = "Backup import requires a fresh instance with no vault or send data";
        Self { status: 409, message: message.into() }
    }

    /// Unpacking takes more than the host lets the server use: Cloudflare ends it.
    pub(crate) fn exhausted() -> Self {
        Self { status: 503, message: "Worker exceeded resource limits".into() }
    }

    /// Any other reason: the server's code fails with it.
    pub(crate) fn because(message: impl Into<String>) -> Self {
        let mut message = message.into();
        if let Some((at, _)) = message.char_indices().nth(LONGEST_MESSAGE) {
            message.truncate(at);
            message.push('…');
        }
        Self { status: 500, message }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Refusal {}
