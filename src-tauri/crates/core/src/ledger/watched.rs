//! What the watch knows of each server, and the settings of the app that the core needs.

use rusqlite::{OptionalExtension as _, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Ledger;
use super::words::Json;
use crate::Result;
use crate::monitor::{AlertMemory, ServerFacts};

impl Ledger {
    /// What was seen of a profile's server so far.
    pub fn watch_facts(&self, profile_id: &str) -> Result<ServerFacts> {
        self.column("facts", profile_id)
    }

    /// Keeps what was seen of a profile's server.
    pub fn keep_watch_facts(&self, profile_id: &str, facts: &ServerFacts) -> Result<()> {
        self.keep_column("facts", profile_id, facts)
    }

    /// The alerts of a profile's server, and which were notified.
    pub fn alert_memory(&self, profile_id: &str) -> Result<AlertMemory> {
        self.column("memory", profile_id)
    }

    /// Keeps the alerts of a profile's server.
    pub fn keep_alert_memory(&self, profile_id: &str, memory: &AlertMemory) -> Result<()> {
        self.keep_column("memory", profile_id, memory)
    }

    /// A setting of the app; its default when it was never set.
    pub fn preference<T: DeserializeOwned + Default>(&self, name: &str) -> Result<T> {
        self.read(|connection| {
            let kept: Option<Json<T>> = connection
                .query_row("SELECT value FROM preferences WHERE name = ?", [name], |row| row.get(0))
                .optional()?;
            Ok(kept.map(|Json(value)| value).unwrap_or_default())
        })
    }

    /// Keeps a setting of the app.
    pub fn set_preference<T: Serialize>(&self, name: &str, value: &T) -> Result<()> {
        self.write(|transaction| {
            transaction.execute(
                "INSERT INTO preferences (name, value) VALUES (?1, ?2)
                 ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                params![name, Json(value)],
            )
        })
        .map(drop)
    }

    fn column<T: DeserializeOwned + Default>(&self, column: &str, profile_id: &str) -> Result<T> {
        self.read(|connection| {
            let kept: Option<Option<Json<T>>> = connection
                .query_row(
                    &format!("SELECT {column} FROM watched WHERE profile_id = ?"),
                    [profile_id],
                    |row| row.get(0),
                )
                .optional()?;
            Ok(kept.flatten().map(|Json(value)| value).unwrap_or_default())
        })
    }

    fn keep_column<T: Serialize>(&self, column: &str, profile_id: &str, value: &T) -> Result<()> {
        self.write(|transaction| {
            // A profile that was removed meanwhile stays forgotten.
            transaction.execute(
                &format!(
                    "INSERT INTO watched (profile_id, {column}) SELECT id, ?2 FROM profiles WHERE id = ?1
                     ON CONFLICT (profile_id) DO UPDATE SET {column} = excluded.{column}"
                ),
                params![profile_id, Json(value)],
            )
        })
        .map(drop)
    }
}
