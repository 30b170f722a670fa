//! Known backups, where they are, and how sure we are of them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row, named_params, params};

use super::words::{Json, Word, json, word};
use super::{Ledger, time};
use crate::Result;
use crate::archive::{Kind, NameHash};
use crate::jobs::{IntegrityLevel, LocalBackup};

/// A backup, by its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownArchive {
    /// SHA-256 of the whole file, 64 lower-case hex digits.
    pub sha256: String,
    /// The name under which it was first seen.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// What it holds of the attachments.
    pub kind: Option<Kind>,
    /// The NodeWarden that made it.
    pub app_version: Option<String>,
    /// When it was exported, RFC 3339.
    pub exported_at: Option<String>,
    /// E-mails of the active administrators who could repair from it; `None` when
    /// it was never read in full here.
    pub repairable_by: Option<Vec<String>>,
}

/// Where a backup is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Place {
    /// On a target of a server.
    Remote {
        /// The profile.
        profile_id: String,
        /// The target's id.
        target_id: String,
        /// The path below the target's root.
        path: String,
    },
    /// On this computer.
    Local {
        /// The full path.
        path: String,
    },
}

/// A check to be noted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCheck {
    /// How sure it makes us.
    pub level: IntegrityLevel,
    /// SHA-256 of the whole file, when it was read here.
    pub sha256: Option<String>,
    /// Its size, when known.
    pub bytes: Option<u64>,
    /// The name's hash against the content's, when it was read here.
    pub name_hash: Option<NameHash>,
    /// Why the server would refuse to restore it, when it was read here and it would.
    pub refusal: Option<String>,
}

/// What is known of a place by looking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// How sure we are.
    pub level: IntegrityLevel,
    /// When that was found, RFC 3339.
    pub at: String,
    /// SHA-256 of the whole file, when it was read here.
    pub sha256: Option<String>,
    /// Its size then. A file of another size is another file: not checked.
    pub bytes: Option<u64>,
    /// When it had last been changed then. A file of another time is another file.
    pub modified_at: Option<String>,
    /// When the file that is listed there now was last changed.
    pub listed_at: Option<String>,
    /// The name's hash against the content's, when it was read here.
    pub name_hash: Option<NameHash>,
    /// What it holds of the attachments, when it was read here.
    pub kind: Option<Kind>,
    /// When it was exported, RFC 3339, when it was read here.
    pub exported_at: Option<String>,
    /// E-mails of the active administrators who could repair from it, when it was
    /// read in full here.
    pub repairable_by: Option<Vec<String>>,
    /// Why the server would refuse to restore it, when it was read here and it would.
    pub refusal: Option<String>,
}

impl Check {
    /// It can be the file of this size and time that was looked at.
    pub fn is_of(&self, bytes: Option<u64>, modified_at: Option<&str>) -> bool {
        agree(self.bytes, bytes) && agree(self.modified_at.as_deref(), modified_at)
    }

    /// It was read in full here and is good, and the server would take it.
    fn is_of_use(&self) -> bool {
        self.level == IntegrityLevel::Verified && self.refusal.is_none()
    }
}

/// The same, as far as both are known.
fn agree<T: PartialEq + Copy>(one: Option<T>, other: Option<T>) -> bool {
    one.is_none() || other.is_none() || one == other
}

impl Ledger {
    /// Notes a backup. One already known keeps its first name and time.
    pub fn record_archive(&self, archive: &KnownArchive, at: Timestamp) -> Result<()> {
        self.write(|transaction| {
            transaction.execute(
                "INSERT INTO archives (sha256, name, bytes, first_seen_at, kind, app_version, exported_at, repairable_by)
                 VALUES (:sha256, :name, :bytes, :at, :kind, :app_version, :exported_at, :repairable_by)
                 ON CONFLICT (sha256) DO UPDATE SET
                    kind = coalesce(excluded.kind, kind),
                    app_version = coalesce(excluded.app_version, app_version),
                    exported_at = coalesce(excluded.exported_at, exported_at),
                    repairable_by = coalesce(excluded.repairable_by, repairable_by)",
                named_params! {
                    ":sha256": archive.sha256,
                    ":name": archive.name,
                    ":bytes": archive.bytes,
                    ":at": time(at),
                    ":kind": Word(archive.kind),
                    ":app_version": archive.app_version,
                    ":exported_at": archive.exported_at,
                    ":repairable_by": archive.repairable_by.as_ref().map(Json),
                },
            )
        })
        .map(drop)
    }

    /// Notes what looking at a place showed.
    pub fn record_check(&self, place: &Place, check: &NewCheck, at: Timestamp) -> Result<()> {
        let (profile_id, target_id, path) = columns(place);
        self.write(|transaction| {
            transaction.execute(
                "INSERT INTO places (profile_id, target_id, path) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                [profile_id, target_id, path],
            )?;
            transaction.execute(
                "INSERT INTO checks (place_id, level, at, sha256, bytes, name_hash, refusal, modified_at)
                 SELECT id, :level, :at, :sha256, :bytes, :name_hash, :refusal, modified_at FROM places
                 WHERE profile_id = :profile AND target_id = :target AND path = :path",
                named_params! {
                    ":level": Word(check.level),
                    ":at": time(at),
                    ":sha256": check.sha256,
                    ":bytes": check.bytes,
                    ":name_hash": Word(check.name_hash),
                    ":refusal": check.refusal,
                    ":profile": profile_id,
                    ":target": target_id,
                    ":path": path,
                },
            )
        })
        .map(drop)
    }

    /// How sure we are of what is at a place; `None` when nobody ever looked.
    pub fn standing(&self, place: &Place) -> Result<Option<Check>> {
        let (profile_id, target_id, path) = columns(place);
        Ok(self.standings_where(profile_id, target_id, Some(path))?.remove(path))
    }

    /// How sure we are of everything on a target that was ever looked at, by path.
    pub fn standings(&self, profile_id: &str, target_id: &str) -> Result<BTreeMap<String, Check>> {
        self.standings_where(profile_id, target_id, None)
    }

    /// Every backup on this computer that was ever looked at, the newest export first.
    pub fn local_backups(&self) -> Result<Vec<LocalBackup>> {
        let mut backups: Vec<LocalBackup> =
            self.standings_where("", "", None)?.into_iter().filter_map(local_backup).collect();
        backups.sort_by(|a, b| b.exported_at.cmp(&a.exported_at).then_with(|| a.path.cmp(&b.path)));
        Ok(backups)
    }

    /// The newest backup on a target that was read in full, is good, and would be
    /// taken by the server, by path.
    pub fn last_verified(&self, profile_id: &str, target_id: &str) -> Result<Option<(String, Check)>> {
        let good = self.standings(profile_id, target_id)?.into_iter();
        Ok(good
            .filter(|(_, check)| check.is_of_use())
            .max_by(|(_, a), (_, b)| (&a.exported_at, &a.at).cmp(&(&b.exported_at, &b.at))))
    }

    /// The newest backup of a profile's server that was read in full here and tells
    /// who could repair from it.
    pub fn newest_that_tells(&self, profile_id: &str) -> Result<Option<KnownArchive>> {
        self.read(|connection| {
            connection
                .query_row(
                    "SELECT DISTINCT archives.* FROM archives
                     JOIN checks ON checks.sha256 = archives.sha256 JOIN places ON places.id = place_id
                     WHERE profile_id = ? AND repairable_by IS NOT NULL AND level = 'verified'
                     ORDER BY exported_at DESC, first_seen_at DESC LIMIT 1",
                    [profile_id],
                    |row| {
                        Ok(KnownArchive {
                            sha256: row.get("sha256")?,
                            name: row.get("name")?,
                            bytes: row.get("bytes")?,
                            kind: word(row, "kind")?,
                            app_version: row.get("app_version")?,
                            exported_at: row.get("exported_at")?,
                            repairable_by: json(row, "repairable_by")?,
                        })
                    },
                )
                .optional()
        })
    }

    /// Notes that a backup is no longer there. The backup itself stays known.
    pub fn forget_place(&self, place: &Place) -> Result<()> {
        let (profile_id, target_id, path) = columns(place);
        self.write(|transaction| {
            transaction.execute(
                "DELETE FROM places WHERE profile_id = ? AND target_id = ? AND path = ?",
                [profile_id, target_id, path],
            )
        })
        .map(drop)
    }

    /// Every place where this content is known to be.
    pub fn places_of(&self, sha256: &str) -> Result<Vec<Place>> {
        self.read(|connection| {
            connection
                .prepare(
                    "SELECT DISTINCT profile_id, target_id, path FROM places JOIN checks ON place_id = places.id
                     WHERE sha256 = ? ORDER BY 1, 2, 3",
                )?
                .query_map([sha256], |row| Ok(place(row.get(0)?, row.get(1)?, row.get(2)?)))?
                .collect()
        })
    }

    fn standings_where(
        &self,
        profile_id: &str,
        target_id: &str,
        path: Option<&str>,
    ) -> Result<BTreeMap<String, Check>> {
        self.read(|connection| standings_in(connection, profile_id, target_id, path))
    }
}

/// How sure we are of the places of a target, or of one of them, by path.
pub(super) fn standings_in(
    connection: &Connection,
    profile_id: &str,
    target_id: &str,
    path: Option<&str>,
) -> rusqlite::Result<BTreeMap<String, Check>> {
    let mut standings: BTreeMap<String, Check> = BTreeMap::new();
    for (path, check) in checks(connection, profile_id, target_id, path)? {
        match standings.get_mut(&path) {
            Some(before) if !adds_to(before, &check) => {}
            Some(before) => *before = check,
            None => drop(standings.insert(path, check)),
        }
    }
    Ok(standings)
}

/// Whether a later check says more than an earlier one. A server that compares
/// five hex digits does not unsay that the whole file was read here and found
/// good or damaged, as long as it can be the same file.
fn adds_to(before: &Check, after: &Check) -> bool {
    use IntegrityLevel::{Damaged, NameHashMatches, NotChecked, Unverifiable, Verified};
    let same_file = before.is_of(after.bytes, after.modified_at.as_deref());
    match (before.level, after.level) {
        (_, NotChecked) => false,
        (Verified | Damaged, NameHashMatches | Unverifiable) => !same_file,
        _ => true,
    }
}

/// All checks, the oldest first.
fn checks(
    connection: &Connection,
    profile_id: &str,
    target_id: &str,
    path: Option<&str>,
) -> rusqlite::Result<Vec<(String, Check)>> {
    connection
        .prepare_cached(
            "SELECT path, level, at, checks.sha256, checks.bytes, name_hash, kind, exported_at, repairable_by,
                refusal, checks.modified_at, places.modified_at AS listed_at
             FROM checks JOIN places ON places.id = place_id LEFT JOIN archives ON archives.sha256 = checks.sha256
             WHERE profile_id = ?1 AND target_id = ?2 AND (?3 IS NULL OR path = ?3) ORDER BY checks.id",
        )?
        .query_map(params![profile_id, target_id, path], |row| Ok((row.get("path")?, check(row)?)))?
        .collect()
}

fn check(row: &Row<'_>) -> rusqlite::Result<Check> {
    Ok(Check {
        level: word(row, "level")?,
        at: row.get("at")?,
        sha256: row.get("sha256")?,
        bytes: row.get("bytes")?,
        name_hash: word(row, "name_hash")?,
        kind: word(row, "kind")?,
        exported_at: row.get("exported_at")?,
        repairable_by: json(row, "repairable_by")?,
        refusal: row.get("refusal")?,
        modified_at: row.get("modified_at")?,
        listed_at: row.get("listed_at")?,
    })
}

/// A local file whose content was read; one that was not is nothing to list.
fn local_backup((path, check): (String, Check)) -> Option<LocalBackup> {
    let name = std::path::Path::new(&path).file_name()?.to_string_lossy().into_owned();
    Some(LocalBackup {
        name,
        bytes: check.bytes?,
        sha256: check.sha256?,
        name_hash: check.name_hash?,
        kind: check.kind,
        integrity: check.level,
        exported_at: check.exported_at,
        checked_at: Some(check.at),
        repairable_by: check.repairable_by,
        refused: check.refusal.is_some(),
        path,
    })
}

fn columns(place: &Place) -> (&str, &str, &str) {
    match place {
        Place::Remote { profile_id, target_id, path } => (profile_id, target_id, path),
        Place::Local { path } => ("", "", path),
    }
}

fn place(profile_id: String, target_id: String, path: String) -> Place {
    if profile_id.is_empty() { Place::Local { path } } else { Place::Remote { profile_id, target_id, path } }
}
