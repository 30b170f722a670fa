//! What the server knows, in this app's words. The server's own shapes are in
//! `wire` and are turned into these before anything else sees them.

use serde::{Deserialize, Serialize};

use crate::places::Provider;

pub use crate::archive::TargetRuntime;

/// A target: where the server puts its backups.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Target {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// How it is reached.
    pub provider: Provider,
    /// Where it is, without any secret: an address and a folder.
    pub location: String,
    /// Attachment bodies are backed up too.
    pub includes_attachments: bool,
    /// When the server backs up automatically.
    pub schedule: Schedule,
    /// The last known results.
    pub runtime: TargetRuntime,
}

/// When the server backs up automatically.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Schedule {
    /// It does at all.
    pub enabled: bool,
    /// Every so many hours.
    pub interval_hours: u32,
    /// Counted from this time of day, "HH:mm".
    pub start_time: String,
    /// In this IANA time zone.
    pub timezone: String,
    /// How many backups are kept; `None` keeps all.
    pub retention_count: Option<u32>,
}

/// One entry of a target's folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct RemoteItem {
    /// Its path below the target's root.
    pub path: String,
    /// Its name.
    pub name: String,
    /// It is a folder.
    pub is_directory: bool,
    /// Its size in bytes; folders and some targets have none.
    pub size: Option<u64>,
    /// When it was last changed, RFC 3339.
    pub modified_at: Option<String>,
}

/// An account of the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct ServerUser {
    /// The user id.
    pub id: String,
    /// The email address.
    pub email: String,
    /// "admin" or "user".
    pub role: String,
    /// "active" or what else the server says.
    pub status: String,
}

/// A two-step method (PROTOCOL section 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum TwoStepMethod {
    /// A six-digit code of an authenticator app.
    Authenticator,
    /// A YubiKey's one-time password.
    Yubikey,
    /// A remembered device; never asked of a person.
    Remembered,
    /// A passkey or security key: needs a browser.
    Webauthn,
    /// The recovery code, which turns two-step off.
    RecoveryCode,
}

/// A server and an account that this app knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Profile {
    /// Its id in the ledger and the keyring.
    pub id: String,
    /// What the person calls it; the server's host unless changed.
    pub name: String,
    /// The server's address.
    pub server_url: String,
    /// The account.
    pub email: String,
    /// The account's id on the server, once known.
    pub user_id: Option<String>,
    /// The generation of the server's backup API, once known.
    pub generation: Option<Generation>,
    /// The device identifier that this installation uses with the server: a UUID.
    pub device_identifier: String,
    /// When it was last used, RFC 3339.
    pub last_used_at: Option<String>,
}

/// A generation of the server's backup API (PROTOCOL section 2, "Generations").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum Generation {
    /// 1.7.3 and later: POST with the password for everything.
    Current,
    /// 1.7.1 and 1.7.2: downloads by POST with the password, integrity and blob by
    /// GET without it.
    Mixed,
    /// Before: integrity, download or blob by GET, without a password.
    Get,
}

/// The server's own comparison (PROTOCOL section 2, `remote/integrity`). Read
/// [`crate::checks::IntegrityLevel`] rather than `matches`, which is true for names without a hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct ServerIntegrity {
    /// The name carries a hash.
    pub has_checksum_prefix: bool,
    /// The name's hash.
    pub expected_prefix: Option<String>,
    /// The content's.
    pub actual_prefix: Option<String>,
    /// The server's response.
    pub matches: bool,
}

/// What was restored, in numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase", default)]
pub struct Imported {
    /// Configuration rows.
    pub config: u64,
    /// Accounts.
    pub users: u64,
    /// Domain settings.
    pub domain_settings: u64,
    /// Account revisions.
    pub user_revisions: u64,
    /// Passkeys.
    pub webauthn_credentials: u64,
    /// Folders.
    pub folders: u64,
    /// Vault items.
    pub ciphers: u64,
    /// Attachment rows.
    pub attachments: u64,
    /// Attachment bodies.
    pub attachment_files: u64,
}
