//! What a target's folder listed: sizes over time, and whether what was checked is
//! still the same file.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Transaction, params};

use super::archives::{Place, keep_listed, standings_in};
use super::{Check, Ledger, time};
use crate::Result;
use crate::checks::ListedFile;

/// A backup as a target's folder lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The path below the target's root.
    pub path: String,
    /// Its name.
    pub name: String,
    /// Its size, when the target reports it.
    pub bytes: Option<u64>,
    /// When it was last changed, in the target's words.
    pub modified_at: Option<String>,
    /// When it was made, when its name contains it.
    pub made_at: Option<Timestamp>,
}

impl Ledger {
    /// Keeps what a folder of a target lists, all of it at once, and returns how sure
    /// we are of everything on the target that was ever checked, by path.
    pub fn note_listing(
        &self,
        profile_id: &str,
        target_id: &str,
        listed: &[Listed],
    ) -> Result<BTreeMap<String, Check>> {
        self.write(|transaction| {
            let mut standings = standings_in(transaction, profile_id, target_id, None)?;
            for one in listed {
                if let (Some(at), Some(bytes)) = (one.made_at, one.bytes) {
                    keep_size(transaction, profile_id, target_id, &one.name, at, bytes)?;
                }
                let Some(check) = standings.get_mut(&one.path) else { continue };
                let now = ListedFile { bytes: one.bytes, modified_at: one.modified_at.clone() };
                let place = Place::Remote {
                    profile_id: profile_id.to_owned(),
                    target_id: target_id.to_owned(),
                    path: one.path.clone(),
                };
                if check.listed != now {
                    keep_listed(transaction, &place, &now)?;
                }
                if check.modified_at.is_none()
                    && let Some(modified_at) = &now.modified_at
                {
                    keep_time(transaction, profile_id, target_id, &one.path, modified_at)?;
                    check.modified_at = Some(modified_at.clone());
                }
                check.listed = now;
            }
            Ok(standings)
        })
    }

    /// Keeps which backups the root folder of a target holds: what is not listed any
    /// more is gone, though its size stays part of the trend.
    pub fn note_root(
        &self,
        profile_id: &str,
        target_id: &str,
        names: &[String],
        at: Timestamp,
    ) -> Result<()> {
        self.write(|transaction| {
            let known: Vec<(String, bool)> = transaction
                .prepare_cached(
                    "SELECT file_name, gone_at IS NULL FROM target_backups WHERE profile_id = ? AND target_id = ?",
                )?
                .query_map([profile_id, target_id], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect::<rusqlite::Result<_>>()?;
            let there: BTreeSet<&str> = names.iter().map(String::as_str).collect();
            let mut update = transaction.prepare_cached(
                "UPDATE target_backups SET gone_at = ?4 WHERE profile_id = ?1 AND target_id = ?2 AND file_name = ?3",
            )?;
            for (name, is_there) in known {
                if there.contains(name.as_str()) != is_there {
                    let gone_at = is_there.then(|| time(at));
                    update.execute(params![profile_id, target_id, name, gone_at])?;
                }
            }
            transaction.execute(
                "UPDATE targets SET listed_at = ?3 WHERE profile_id = ?1 AND target_id = ?2",
                params![profile_id, target_id, time(at)],
            )?;
            Ok(())
        })
    }

    /// Names of backups that a target listed once and does not list any more.
    pub fn no_longer_listed(&self, profile_id: &str, target_id: &str) -> Result<BTreeSet<String>> {
        self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT file_name FROM target_backups
                     WHERE profile_id = ? AND target_id = ? AND gone_at IS NOT NULL",
                )?
                .query_map([profile_id, target_id], |row| row.get(0))?
                .collect()
        })
    }

    /// The backups that a target listed and that are not known to be gone, the newest
    /// first: their names and when they were made, RFC 3339.
    pub fn last_listed(&self, profile_id: &str, target_id: &str) -> Result<Vec<(String, String)>> {
        self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT file_name, made_at FROM target_backups
                     WHERE profile_id = ? AND target_id = ? AND gone_at IS NULL
                     ORDER BY made_at DESC, file_name DESC",
                )?
                .query_map([profile_id, target_id], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect()
        })
    }
}

impl Ledger {
    /// When the root folder of a target was last listed.
    pub fn listed_at(&self, profile_id: &str, target_id: &str) -> Result<Option<Timestamp>> {
        self.read(|connection| {
            let at: Option<Option<String>> = connection
                .query_row(
                    "SELECT listed_at FROM targets WHERE profile_id = ? AND target_id = ?",
                    [profile_id, target_id],
                    |row| row.get(0),
                )
                .optional()?;
            Ok(at.flatten().and_then(|at| at.parse().ok()))
        })
    }

    /// Every backup that was ever seen on a target, the oldest first: name, time and size.
    pub fn seen_backups(&self, profile_id: &str, target_id: &str) -> Result<Vec<(String, Timestamp, u64)>> {
        let rows: Vec<(String, String, u64)> = self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT file_name, made_at, bytes FROM target_backups
                     WHERE profile_id = ? AND target_id = ? ORDER BY made_at, file_name",
                )?
                .query_map([profile_id, target_id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
                .collect()
        })?;
        let read = |(name, at, bytes): (String, String, u64)| Some((name, at.parse().ok()?, bytes));
        Ok(rows.into_iter().filter_map(read).collect())
    }
}

/// Keeps the size of a backup seen on a target, unless it is known already.
pub(super) fn keep_size(
    transaction: &Transaction<'_>,
    profile_id: &str,
    target_id: &str,
    file_name: &str,
    made_at: Timestamp,
    bytes: u64,
) -> rusqlite::Result<usize> {
    transaction
        .prepare_cached(
            "INSERT INTO target_backups (profile_id, target_id, file_name, made_at, bytes) VALUES (?, ?, ?, ?, ?)
             ON CONFLICT (profile_id, target_id, file_name)
             DO UPDATE SET made_at = excluded.made_at, bytes = excluded.bytes, gone_at = NULL
             WHERE made_at <> excluded.made_at OR bytes <> excluded.bytes OR gone_at IS NOT NULL",
        )?
        .execute(params![profile_id, target_id, file_name, time(made_at), bytes])
}

/// Gives the checks of a file that were made without a listing the file's current time.
fn keep_time(
    transaction: &Transaction<'_>,
    profile_id: &str,
    target_id: &str,
    path: &str,
    modified_at: &str,
) -> rusqlite::Result<usize> {
    transaction
        .prepare_cached(
            "UPDATE checks SET modified_at = ?4 WHERE modified_at IS NULL AND place_id =
                (SELECT id FROM places WHERE profile_id = ?1 AND target_id = ?2 AND path = ?3)",
        )?
        .execute(params![profile_id, target_id, path, modified_at])
}
