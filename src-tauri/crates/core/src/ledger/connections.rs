//! How a profile's server is reached, and whether the keyring holds anything of it.

use rusqlite::OptionalExtension as _;

use super::Ledger;
use crate::Result;
use crate::server::Connection;

impl Ledger {
    /// How a profile's server is reached; the usual way for an unknown profile.
    ///
    /// # Errors
    /// `LedgerFailed`.
    pub fn connection(&self, profile_id: &str) -> Result<Connection> {
        let kept: Option<Option<String>> = self.read(|connection| {
            connection
                .query_row("SELECT connection FROM profiles WHERE id = ?1", [profile_id], |row| row.get(0))
                .optional()
        })?;
        Ok(kept.flatten().and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
    }

    /// Keeps how a profile's server is reached.
    ///
    /// # Errors
    /// `LedgerFailed`.
    pub fn save_connection(&self, profile_id: &str, connection: &Connection) -> Result<()> {
        let usual = *connection == Connection::default();
        let text = if usual { None } else { serde_json::to_string(connection).ok() };
        self.write(|transaction| {
            transaction.execute(
                "UPDATE profiles SET connection = ?2 WHERE id = ?1",
                rusqlite::params![profile_id, text],
            )
        })
        .map(drop)
    }

    /// Whether the keyring may hold something of a profile.
    ///
    /// # Errors
    /// `LedgerFailed`.
    pub fn has_secrets(&self, profile_id: &str) -> Result<bool> {
        let kept = self.read(|connection| {
            connection
                .query_row("SELECT has_secrets FROM profiles WHERE id = ?1", [profile_id], |row| row.get(0))
                .optional()
        })?;
        Ok(kept.unwrap_or(false))
    }

    /// Notes whether the keyring may hold something of a profile: said before it
    /// does, and unsaid only after nothing is left there.
    ///
    /// # Errors
    /// `LedgerFailed`.
    pub fn note_secrets(&self, profile_id: &str, has_secrets: bool) -> Result<()> {
        self.write(|transaction| {
            transaction.execute(
                "UPDATE profiles SET has_secrets = ?2 WHERE id = ?1",
                rusqlite::params![profile_id, has_secrets],
            )
        })
        .map(drop)
    }
}
