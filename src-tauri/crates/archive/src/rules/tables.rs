//! The eight tables of `db.json`.

use serde::{Deserialize, Serialize};

/// A table that a backup carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename = "BackupTable", rename_all = "snake_case")]
pub enum Table {
    /// Settings of the instance: key, value.
    Config,
    /// Accounts.
    Users,
    /// When each account last changed.
    UserRevisions,
    /// Equivalent domains of each account.
    DomainSettings,
    /// Folders.
    Folders,
    /// Vault items.
    Ciphers,
    /// Attachments of vault items.
    Attachments,
    /// Passkeys of accounts.
    WebauthnCredentials,
}

/// All of them, in the order in which the server looks whether they are there.
pub const TABLES: [Table; 8] = [
    Table::Config,
    Table::Users,
    Table::UserRevisions,
    Table::DomainSettings,
    Table::Folders,
    Table::Ciphers,
    Table::Attachments,
    Table::WebauthnCredentials,
];

impl Table {
    /// Its name in `db.json` and in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Config => "config",
            Self::Users => "users",
            Self::UserRevisions => "user_revisions",
            Self::DomainSettings => "domain_settings",
            Self::Folders => "folders",
            Self::Ciphers => "ciphers",
            Self::Attachments => "attachments",
            Self::WebauthnCredentials => "webauthn_credentials",
        }
    }

    /// The table of this name.
    pub fn named(name: &str) -> Option<Self> {
        TABLES.into_iter().find(|table| table.name() == name)
    }

    /// Older servers did not export it, so it may be missing.
    pub(crate) fn may_be_missing(self) -> bool {
        matches!(self, Self::DomainSettings | Self::WebauthnCredentials)
    }

    /// The tables whose rows its rows point to.
    pub(crate) fn points_to(self) -> &'static [Self] {
        match self {
            Self::Config | Self::Users => &[],
            Self::UserRevisions | Self::DomainSettings | Self::Folders | Self::WebauthnCredentials => {
                &[Self::Users]
            }
            Self::Ciphers => &[Self::Users, Self::Folders],
            Self::Attachments => &[Self::Ciphers],
        }
    }
}
