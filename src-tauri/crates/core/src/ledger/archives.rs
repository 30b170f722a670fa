//! Known backups, where they are, and how sure we are of them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row, named_params, params};

use super::words::{Json, Word, json, word};
use super::{Ledger, time};
use crate::Result;
use crate::archive::{Kind, NameHash};
use crate::checks::{AttachmentsOnTarget, IntegrityLevel, ListedFile};
use crate::health::{BackupFacts, BackupState, ChangedContent};
use crate::view::LocalBackup;

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
    /// How the target listed the file right before it was read.
    pub listed: Option<ListedFile>,
    /// Its attachments on the target, when they were looked up.
    pub attachments: Option<AttachmentsOnTarget>,
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
    /// How the target listed the file last.
    pub listed: ListedFile,
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
    /// Its attachments on the target, when they were looked up.
    pub attachments: Option<AttachmentsOnTarget>,
    /// How the content under this name changed since it was verified, if it did.
    pub changed: Option<ChangedContent>,
}

impl Check {
    /// It can be the file of this size and time that was checked.
    pub fn is_of(&self, bytes: Option<u64>, modified_at: Option<&str>) -> bool {
        agree(self.bytes, bytes) && agree(self.modified_at.as_deref(), modified_at)
    }

    /// The state of the file that is listed there with this size and time.
    pub fn state(&self, listed: &ListedFile) -> BackupState {
        BackupState::of(BackupFacts {
            level: Some(self.level),
            is_refused: self.refusal.is_some(),
            is_stale: !self.is_of(listed.bytes, listed.modified_at.as_deref()),
            is_changed: self.changed.is_some(),
            missing_attachments: self.attachments.as_ref().map_or(0, AttachmentsOnTarget::lost),
            unknown_attachments: self.attachments.as_ref().map_or(0, |found| found.unknown),
        })
    }

    /// The state of the file as it was listed last.
    pub fn last_state(&self) -> BackupState {
        self.state(&self.listed)
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
            let listed = check.listed.as_ref();
            if let Some(listed) = listed {
                keep_listed(transaction, place, listed)?;
            }
            transaction.execute(
                "INSERT INTO checks (place_id, level, at, sha256, bytes, name_hash, refusal, modified_at,
                    attachments_listed, attachments_missing, attachments_unknown, attachments_wrong_size)
                 SELECT id, :level, :at, :sha256, :bytes, :name_hash, :refusal, :modified_at,
                    :attachments_listed, :attachments_missing, :attachments_unknown, :attachments_wrong_size FROM places
                 WHERE profile_id = :profile AND target_id = :target AND path = :path",
                named_params! {
                    ":level": Word(check.level),
                    ":at": time(at),
                    ":sha256": check.sha256,
                    ":bytes": check.bytes.or_else(|| listed.and_then(|listed| listed.bytes)),
                    ":name_hash": Word(check.name_hash),
                    ":refusal": check.refusal,
                    ":modified_at": listed.and_then(|listed| listed.modified_at.as_ref()),
                    ":attachments_listed": check.attachments.as_ref().map(|found| found.listed),
                    ":attachments_missing": check.attachments.as_ref().map(|found| found.missing),
                    ":attachments_unknown": check.attachments.as_ref().map(|found| found.unknown),
                    ":attachments_wrong_size": check.attachments.as_ref().map(|found| found.wrong_size),
                    ":profile": profile_id,
                    ":target": target_id,
                    ":path": path,
                },
            )
        })
        .map(drop)
    }

    /// How sure we are of what is at a place; `None` when it was never checked.
    pub fn standing(&self, place: &Place) -> Result<Option<Check>> {
        let (profile_id, target_id, path) = columns(place);
        Ok(self.standings_where(profile_id, target_id, Some(path))?.remove(path))
    }

    /// How sure we are of everything on a target that was ever checked, by path.
    pub fn standings(&self, profile_id: &str, target_id: &str) -> Result<BTreeMap<String, Check>> {
        self.standings_where(profile_id, target_id, None)
    }

    /// Every backup on this computer that was ever checked, the newest export first.
    pub fn local_backups(&self) -> Result<Vec<LocalBackup>> {
        let mut backups: Vec<LocalBackup> =
            self.standings_where("", "", None)?.into_iter().filter_map(local_backup).collect();
        let drills = self.last_drills()?;
        for backup in &mut backups {
            backup.last_drill = drills.get(&backup.sha256).cloned();
        }
        backups.sort_by(|a, b| b.exported_at.cmp(&a.exported_at).then_with(|| a.path.cmp(&b.path)));
        Ok(backups)
    }

    /// The newest backup on a target that was read in full, is whole, and that the
    /// server would restore, by path. One that is still there goes before one that is
    /// no longer listed.
    pub fn last_verified(&self, profile_id: &str, target_id: &str) -> Result<Option<(String, Check)>> {
        let gone = self.no_longer_listed(profile_id, target_id)?;
        let (gone, there) =
            self.standings(profile_id, target_id)?.into_iter().partition(|(path, _)| gone.contains(path));
        Ok(newest_verified(there).or_else(|| newest_verified(gone)))
    }

    /// The newest verified backup of a profile's server from which it is known who could
    /// repair the settings. One that is damaged, changed or refused proves nothing.
    pub fn newest_with_repairers(&self, profile_id: &str) -> Result<Option<KnownArchive>> {
        let targets: Vec<String> = self.read(|connection| {
            connection
                .prepare("SELECT DISTINCT target_id FROM places WHERE profile_id = ?")?
                .query_map([profile_id], |row| row.get(0))?
                .collect()
        })?;
        let mut known = BTreeMap::new();
        for target in targets {
            let standings = self.standings(profile_id, &target)?.into_iter();
            known.extend(standings.map(|(path, check)| (format!("{target}/{path}"), check)));
        }
        known.retain(|_, check| check.repairable_by.is_some());
        match newest_verified(known).and_then(|(_, check)| check.sha256) {
            Some(sha256) => self.archive(&sha256),
            None => Ok(None),
        }
    }

    /// A backup by its content.
    fn archive(&self, sha256: &str) -> Result<Option<KnownArchive>> {
        self.read(|connection| {
            connection
                .query_row("SELECT * FROM archives WHERE sha256 = ?", [sha256], |row| {
                    Ok(KnownArchive {
                        sha256: row.get("sha256")?,
                        name: row.get("name")?,
                        bytes: row.get("bytes")?,
                        kind: word(row, "kind")?,
                        app_version: row.get("app_version")?,
                        exported_at: row.get("exported_at")?,
                        repairable_by: json(row, "repairable_by")?,
                    })
                })
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

/// The verified backup with the newest export.
fn newest_verified(standings: BTreeMap<String, Check>) -> Option<(String, Check)> {
    standings
        .into_iter()
        .filter(|(_, check)| check.last_state().is_verified())
        .max_by(|(_, a), (_, b)| (&a.exported_at, &a.at).cmp(&(&b.exported_at, &b.at)))
}

/// Keeps how a target lists a file.
pub(super) fn keep_listed(
    connection: &Connection,
    place: &Place,
    listed: &ListedFile,
) -> rusqlite::Result<usize> {
    let (profile_id, target_id, path) = columns(place);
    connection
        .prepare_cached(
            "UPDATE places SET modified_at = ?4, listed_bytes = ?5
             WHERE profile_id = ?1 AND target_id = ?2 AND path = ?3",
        )?
        .execute(params![profile_id, target_id, path, listed.modified_at, listed.bytes])
}

/// How sure we are of the places of a target, or of one of them, by path.
pub(super) fn standings_in(
    connection: &Connection,
    profile_id: &str,
    target_id: &str,
    path: Option<&str>,
) -> rusqlite::Result<BTreeMap<String, Check>> {
    let mut standings: BTreeMap<String, Check> = BTreeMap::new();
    // What was last verified in full under each name: SHA-256 and when.
    let mut verified: BTreeMap<String, (String, String)> = BTreeMap::new();
    for (path, mut check) in checks(connection, profile_id, target_id, path)? {
        let before = standings.get(&path);
        check.changed = before.and_then(|before| before.changed.clone());
        if let Some(sha256) = &check.sha256 {
            check.changed = match verified.get(&path) {
                // A name on this computer that has no hash may be used again.
                Some(_) if profile_id.is_empty() && check.name_hash == Some(NameHash::Absent) => None,
                Some((was, at)) if was != sha256 => Some(ChangedContent {
                    verified_sha256: was.clone(),
                    verified_at: at.clone(),
                    found_sha256: sha256.clone(),
                    found_at: check.at.clone(),
                }),
                _ => None,
            };
            if check.level == IntegrityLevel::Verified {
                verified.entry(path.clone()).or_insert_with(|| (sha256.clone(), check.at.clone()));
            }
        }
        if let Some(before) = before.filter(|before| before.sha256 == check.sha256) {
            // What could not be looked up this time is known from before.
            let complete = check.attachments.take_if(|found| found.unknown == 0);
            check.attachments = complete.or_else(|| before.attachments.clone()).or(check.attachments);
        }
        if before.is_none_or(|before| adds_to(before, &check)) {
            standings.insert(path, check);
        }
    }
    Ok(standings)
}

/// Whether a later check says more than an earlier one. A server that compares
/// five hex digits does not override that the whole file was read here and found
/// good, as long as it can be the same file; nor damage that was found here, unless
/// it is certainly another file.
fn adds_to(before: &Check, after: &Check) -> bool {
    use IntegrityLevel::{Damaged, NameHashMatches, NotChecked, Unverifiable, Verified};
    match (before.level, after.level) {
        (_, NotChecked) => false,
        (Verified, NameHashMatches | Unverifiable) => {
            !before.is_of(after.bytes, after.modified_at.as_deref())
        }
        (Damaged, NameHashMatches | Unverifiable) => !agree(before.bytes, after.bytes),
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
                refusal, checks.modified_at, places.modified_at AS listed_at, listed_bytes,
                attachments_listed, attachments_missing, attachments_unknown, attachments_wrong_size
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
        listed: ListedFile { bytes: row.get("listed_bytes")?, modified_at: row.get("listed_at")? },
        attachments: match (row.get("attachments_listed")?, row.get("attachments_missing")?) {
            (Some(listed), Some(missing)) => {
                let unknown = row.get::<_, Option<u64>>("attachments_unknown")?.unwrap_or(0);
                let wrong_size = row.get::<_, Option<u64>>("attachments_wrong_size")?.unwrap_or(0);
                Some(AttachmentsOnTarget { listed, missing, unknown, wrong_size, paths: Vec::new() })
            }
            _ => None,
        },
        changed: None,
    })
}

/// A local file whose content was read; one that was not is nothing to list.
fn local_backup((path, check): (String, Check)) -> Option<LocalBackup> {
    let name = std::path::Path::new(&path).file_name()?.to_string_lossy().into_owned();
    Some(LocalBackup {
        state: check.last_state(),
        changed: check.changed,
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
        last_drill: None,
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
