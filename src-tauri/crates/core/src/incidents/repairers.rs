//! Who could repair the backup settings today.

use serde::{Deserialize, Serialize};

use super::{BackupTells, PortableSeen};
use crate::server::ServerUser;

/// Who could repair the backup settings, should they need it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Repairers {
    /// The administrators of the server.
    pub administrators: Vec<Repairer>,
    /// How many active ones could repair; `None` when that is not known.
    pub wrapped: Option<u32>,
    /// Where that is known from.
    pub known_from: Option<KnownFrom>,
    /// Whether an access token is kept for a later secret check.
    pub test_value: TestValue,
}

/// An administrator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Repairer {
    /// The user id.
    pub user_id: String,
    /// The email address.
    pub email: String,
    /// It is the account signed in.
    pub is_me: bool,
    /// Can sign in.
    pub active: bool,
    /// The portable part is wrapped for them, when that is known.
    pub has_wrap: Option<bool>,
}

/// Where the wraps are known from. A server shows them only while its settings
/// need repair; else the newest backup that was read in full shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum KnownFrom {
    /// The server itself.
    Server,
    /// A backup.
    Backup {
        /// Its name.
        name: String,
        /// When it was exported, RFC 3339.
        exported_at: Option<String>,
    },
}

/// Whether an access token is kept for a later secret check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum TestValue {
    /// One is.
    Kept,
    /// One can be.
    Offered,
    /// There is no keyring to keep it in.
    NotPossible,
}

impl Repairers {
    /// Combines the data of the server and a backup.
    pub fn new(
        users: &[ServerUser],
        my_email: &str,
        portable: Option<&PortableSeen>,
        backup: Option<&BackupTells>,
        test_value: TestValue,
    ) -> Self {
        // `None` where nothing mentions wraps.
        let is_wrapped = |user: &ServerUser| match (portable, backup) {
            (Some(PortableSeen::Absent), _) => Some(false),
            (Some(PortableSeen::WrappedFor(ids)), _) => Some(ids.contains(&user.id)),
            (None, Some(backup)) => {
                Some(backup.repairable_by.iter().any(|email| email.eq_ignore_ascii_case(&user.email)))
            }
            (None, None) => None,
        };
        let known_from = match (portable, backup) {
            (Some(_), _) => Some(KnownFrom::Server),
            (None, Some(backup)) => {
                Some(KnownFrom::Backup { name: backup.name.clone(), exported_at: backup.exported_at.clone() })
            }
            (None, None) => None,
        };
        let administrators: Vec<Repairer> = users
            .iter()
            .filter(|user| user.role == "admin")
            .map(|user| Repairer {
                user_id: user.id.clone(),
                email: user.email.clone(),
                is_me: user.email.eq_ignore_ascii_case(my_email),
                active: user.status == "active",
                has_wrap: is_wrapped(user),
            })
            .collect();
        let able = administrators.iter().filter(|one| one.active && one.has_wrap == Some(true)).count();
        Self {
            wrapped: known_from.as_ref().map(|_| u32::try_from(able).unwrap_or(u32::MAX)),
            known_from,
            test_value,
            administrators,
        }
    }
}
