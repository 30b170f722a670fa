//! What a restore means for the people who administer the server, and the copy of what it
//! replaces.

use serde::{Deserialize, Serialize};

/// What an expert types to restore although no one could administer the server afterwards.
pub const OVERRIDE_PHRASE: &str = "restore and lock everyone out";

/// Why no one could administer the server after a restore.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum Lockout {
    /// The backup has no account at all.
    NoAccount,
    /// No account in the backup is an active administrator.
    NoActiveAdministrator,
    /// The stored keys of every active administrator are damaged: none can sign in.
    DamagedKeys,
    /// No active administrator can open the backup settings.
    NobodyCanRepair,
}

/// What the account that restores can do afterwards.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum ActingAfter {
    /// Sign in and repair the backup settings.
    CanRepair,
    /// Sign in as an administrator; the settings open for others only, or there are none.
    CanSignIn,
    /// Sign in, but not administer the server.
    NotAdministrator,
    /// It is in the backup, but not active.
    Inactive,
    /// It is in the backup, but its keys are damaged.
    DamagedKeys,
    /// It is not in the backup.
    Missing,
    /// That is not known.
    #[default]
    Unknown,
}

/// The account that restores, and what happens to it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct ActingAccount {
    /// Its email address.
    pub email: String,
    /// What it can do afterwards.
    pub after: ActingAfter,
    /// It has the same keys in the backup as now; other keys mean another master password.
    /// `None` before the plan is completed, and when that is unknown.
    pub same_keys: Option<bool>,
}

/// What is kept on this computer of what a restore replaces.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum SafetyCopyChoice {
    /// Nothing: it was declined.
    #[default]
    None,
    /// Rows and a list of attachments, without their bodies.
    IndexOnly,
    /// Everything, with every attachment body.
    Complete,
}

/// The safety copy of a restore, as its record keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct SafetyCopy {
    /// What was chosen. A copy that was declined is recorded, too.
    pub choice: SafetyCopyChoice,
    /// Where it is; none when it was declined or not made yet.
    pub path: Option<String>,
    /// Its size in bytes.
    pub bytes: u64,
    /// SHA-256 of it.
    pub sha256: Option<String>,
    /// It was read in full afterwards, and is whole.
    pub is_verified: bool,
    /// Attachment bodies that a complete copy does not have: the server has lost them.
    pub missing_bodies: u64,
}

impl SafetyCopy {
    /// None is kept.
    pub const fn declined() -> Self {
        Self {
            choice: SafetyCopyChoice::None,
            path: None,
            bytes: 0,
            sha256: None,
            is_verified: false,
            missing_bodies: 0,
        }
    }
}
