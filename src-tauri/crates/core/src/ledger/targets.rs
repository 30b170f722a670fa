//! What targets looked like over time, without any secret.

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, params};

use super::listings::keep_size;
use super::moved;
use super::runs::keep_schedule;
use super::words::Json;
use super::{Ledger, time};
use crate::Result;
use crate::server::{BackupSettings, Destination, Target, TargetRuntime};
use crate::view::TrendPoint;

impl Ledger {
    /// Keeps a profile's targets as the server has them now. Targets that are gone
    /// stay remembered: they may have to be entered again one day.
    pub fn remember_targets(&self, profile_id: &str, targets: &[Target], at: Timestamp) -> Result<()> {
        self.write(|transaction| {
            transaction.execute("UPDATE targets SET is_gone = 1 WHERE profile_id = ?", [profile_id])?;
            let mut upsert = transaction.prepare(
                "INSERT INTO targets (profile_id, target_id, seen_at, target) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (profile_id, target_id)
                 DO UPDATE SET seen_at = excluded.seen_at, target = excluded.target, is_gone = 0",
            )?;
            for target in targets {
                upsert.execute(params![profile_id, target.id, time(at), Json(target)])?;
                keep_schedule(transaction, profile_id, target, at)?;
            }
            Ok(())
        })
    }

    /// Keeps everything that can be set of targets already remembered, so that they
    /// can be entered again one day. Secrets never come along. What was seen at the old place
    /// of a target that moved stays with that place.
    pub fn remember_settings(&self, profile_id: &str, settings: &BackupSettings) -> Result<()> {
        self.write(|transaction| {
            for destination in &settings.destinations {
                moved::follow(transaction, profile_id, destination)?;
            }
            let mut update = transaction
                .prepare("UPDATE targets SET settings = ?3 WHERE profile_id = ?1 AND target_id = ?2")?;
            for destination in &settings.destinations {
                update.execute(params![profile_id, destination.id, Json(destination)])?;
            }
            Ok(())
        })
    }

    /// What the server said of a target's runs when its place changed: it is about the old
    /// place. `None` where the place never changed.
    pub fn runtime_before_move(&self, profile_id: &str, target_id: &str) -> Result<Option<TargetRuntime>> {
        self.read(|connection| {
            let runtime: Option<Option<Json<TargetRuntime>>> = connection
                .query_row(
                    "SELECT runtime_before FROM targets WHERE profile_id = ? AND target_id = ?",
                    [profile_id, target_id],
                    |row| row.get(0),
                )
                .optional()?;
            Ok(runtime.flatten().map(|Json(runtime)| runtime))
        })
    }

    /// The settings of the targets that a profile's server was last seen with, without secrets.
    pub fn current_settings(&self, profile_id: &str) -> Result<Vec<Destination>> {
        self.read(|connection| {
            connection
                .prepare(
                    "SELECT settings FROM targets
                     WHERE profile_id = ? AND NOT is_gone AND settings IS NOT NULL ORDER BY target_id",
                )?
                .query_map([profile_id], |row| row.get(0).map(|Json(destination)| destination))?
                .collect()
        })
    }

    /// A target's settings as they were last seen on any server, without secrets.
    pub fn remembered_settings(&self, target_id: &str) -> Result<Option<Destination>> {
        self.read(|connection| {
            let settings: Option<Json<Destination>> = connection
                .query_row(
                    "SELECT settings FROM targets WHERE target_id = ? AND settings IS NOT NULL
                     ORDER BY seen_at DESC LIMIT 1",
                    [target_id],
                    |row| row.get(0),
                )
                .optional()?;
            Ok(settings.map(|Json(destination)| destination))
        })
    }

    /// A target as it was last seen on any server.
    pub fn remembered_target(&self, target_id: &str) -> Result<Option<Target>> {
        self.read(|connection| {
            let target: Option<Json<Target>> = connection
                .query_row(
                    "SELECT target FROM targets WHERE target_id = ? ORDER BY seen_at DESC LIMIT 1",
                    [target_id],
                    |row| row.get(0),
                )
                .optional()?;
            Ok(target.map(|Json(target)| target))
        })
    }

    /// The targets that a profile's server was last seen with, by name.
    pub fn current_targets(&self, profile_id: &str) -> Result<Vec<Target>> {
        let mut targets: Vec<Target> = self.read(|connection| {
            connection
                .prepare("SELECT target FROM targets WHERE profile_id = ? AND NOT is_gone")?
                .query_map([profile_id], |row| row.get(0).map(|Json(target)| target))?
                .collect()
        })?;
        targets.sort_by(|one, other| (&one.name, &one.id).cmp(&(&other.name, &other.id)));
        Ok(targets)
    }

    /// A profile's targets as they were last seen, with when, the latest first.
    pub fn remembered_targets(&self, profile_id: &str) -> Result<Vec<(Target, String)>> {
        self.read(|connection| {
            connection
                .prepare("SELECT target, seen_at FROM targets WHERE profile_id = ? ORDER BY seen_at DESC, target_id")?
                .query_map([profile_id], |row| {
                    let Json(target) = row.get("target")?;
                    Ok((target, row.get("seen_at")?))
                })?
                .collect()
        })
    }

    /// Keeps the size of a backup seen on a target.
    pub fn remember_backup(
        &self,
        profile_id: &str,
        target_id: &str,
        file_name: &str,
        made_at: Timestamp,
        bytes: u64,
    ) -> Result<()> {
        self.write(|transaction| keep_size(transaction, profile_id, target_id, file_name, made_at, bytes))
            .map(drop)
    }

    /// Sizes of a target's backups over time, the oldest first, also of those that
    /// are no longer there.
    pub fn trend(&self, profile_id: &str, target_id: &str) -> Result<Vec<TrendPoint>> {
        self.read(|connection| {
            connection
                .prepare(
                    "SELECT made_at, bytes FROM target_backups WHERE profile_id = ? AND target_id = ?
                     ORDER BY made_at, file_name",
                )?
                .query_map([profile_id, target_id], |row| {
                    Ok(TrendPoint { at: row.get("made_at")?, bytes: row.get("bytes")? })
                })?
                .collect()
        })
    }
}
