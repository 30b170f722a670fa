//! Desk targets, how their runs went, and the backups that were made there.

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row, named_params, params};

use super::words::{Json, json};
use super::{Ledger, time};
use crate::desk_targets::{DeskBackupKept, DeskTarget, DeskTargetRuns, Past};
use crate::error::TargetDetail;
use crate::{Error, Result};

impl Ledger {
    /// Every desk target, by name.
    pub fn desk_targets(&self) -> Result<Vec<DeskTarget>> {
        self.read(|connection| {
            connection
                .prepare("SELECT * FROM desk_targets ORDER BY name COLLATE NOCASE, id")?
                .query_map([], target)?
                .collect()
        })
    }

    /// The desk target with this id or this name.
    ///
    /// # Errors
    /// `TargetNotFound`, `LedgerFailed`.
    pub fn desk_target(&self, id_or_name: &str) -> Result<DeskTarget> {
        let found = self.read(|connection| {
            connection
                .query_row(
                    "SELECT * FROM desk_targets WHERE id = ?1 OR name = ?1 ORDER BY id = ?1 DESC LIMIT 1",
                    [id_or_name],
                    target,
                )
                .optional()
        })?;
        found.ok_or_else(|| TargetDetail::DeskTargetUnknown { name: id_or_name.to_owned() }.error())
    }

    /// Keeps a desk target: a new one, or in place of the one with its id. A schedule that changed
    /// counts from `now`.
    ///
    /// # Errors
    /// `InvalidRequest` when another one has its name, `LedgerFailed`.
    pub fn save_desk_target(&self, target: &DeskTarget, now: Timestamp) -> Result<()> {
        let saved = self.write(|transaction| {
            let is_taken: bool = transaction.query_row(
                "SELECT EXISTS (SELECT 1 FROM desk_targets WHERE (name = ?1 OR id = ?1) AND id <> ?2)",
                [&target.name, &target.id],
                |row| row.get(0),
            )?;
            if is_taken {
                return Ok(false);
            }
            transaction.execute(
                "INSERT INTO desk_targets (id, profile_id, name, place, attachments, schedule, retention,
                    http_accepted, ca_file, planned_from)
                 VALUES (:id, :profile_id, :name, :place, :attachments, :schedule, :retention,
                    :http_accepted, :ca_file, :now)
                 ON CONFLICT (id) DO UPDATE SET
                    profile_id = excluded.profile_id, name = excluded.name, place = excluded.place,
                    attachments = excluded.attachments, retention = excluded.retention,
                    http_accepted = excluded.http_accepted, ca_file = excluded.ca_file,
                    planned_from = iif(schedule = excluded.schedule, planned_from, excluded.planned_from),
                    failures = 0, last_error = NULL, schedule = excluded.schedule",
                named_params! {
                    ":id": target.id,
                    ":profile_id": target.profile_id,
                    ":name": target.name,
                    ":place": Json(&target.place),
                    ":attachments": target.attachments,
                    ":schedule": Json(&target.schedule),
                    ":retention": target.retention,
                    ":http_accepted": target.http_accepted,
                    ":ca_file": target.ca_file,
                    ":now": time(now),
                },
            )?;
            Ok(true)
        })?;
        if saved {
            Ok(())
        } else {
            Err(TargetDetail::DeskTargetNameTaken { name: target.name.clone() }.error())
        }
    }

    /// Forgets a desk target and which backups were made there. The backups stay where they are.
    pub fn forget_desk_target(&self, id: &str) -> Result<()> {
        self.write(|transaction| {
            transaction.execute("DELETE FROM desk_backups WHERE desk_target_id = ?", [id])?;
            transaction.execute("DELETE FROM desk_targets WHERE id = ?", [id])
        })
        .map(drop)
    }

    /// How the runs of a desk target went.
    ///
    /// # Errors
    /// `TargetNotFound`, `LedgerFailed`.
    pub fn desk_target_runs(&self, id: &str) -> Result<DeskTargetRuns> {
        let found = self.read(|connection| {
            connection.query_row("SELECT * FROM desk_targets WHERE id = ?", [id], runs).optional()
        })?;
        found.ok_or_else(|| TargetDetail::DeskTargetUnknown { name: id.to_owned() }.error())
    }

    /// A backup to a desk target begins.
    pub fn desk_backup_began(&self, id: &str, at: Timestamp) -> Result<()> {
        self.write(|transaction| {
            transaction.execute("UPDATE desk_targets SET last_attempt_at = ?2 WHERE id = ?1", [id, &time(at)])
        })
        .map(drop)
    }

    /// A backup to a desk target ended: well, or with an error, or it was stopped.
    pub fn desk_backup_ended(
        &self,
        id: &str,
        error: Option<&Error>,
        is_good: bool,
        at: Timestamp,
    ) -> Result<()> {
        self.write(|transaction| {
            transaction.execute(
                "UPDATE desk_targets SET last_ended_at = ?2, last_error = ?3,
                    last_success_at = iif(?4, ?2, last_success_at),
                    failures = iif(?3 IS NULL, 0, failures + 1)
                 WHERE id = ?1",
                params![id, time(at), error.map(Json), is_good],
            )
        })
        .map(drop)
    }

    /// Times that lie ahead of a clock that was set back are noted as they count from now on.
    pub fn note_desk_target_past(&self, id: &str, past: &Past) -> Result<()> {
        self.write(|transaction| {
            transaction.execute(
                "UPDATE desk_targets SET planned_from = ?2, last_attempt_at = ?3, last_ended_at = ?4
                 WHERE id = ?1",
                params![id, time(past.planned_from), past.last_attempt.map(time), past.last_ended.map(time)],
            )
        })
        .map(drop)
    }

    /// The backups that this computer made for a desk target at a place, the newest first.
    pub fn desk_backups(&self, id: &str, place: &str) -> Result<Vec<DeskBackupKept>> {
        self.read(|connection| {
            connection
                .prepare(
                    "SELECT * FROM desk_backups WHERE desk_target_id = ? AND place = ?
                     ORDER BY made_at DESC, name DESC",
                )?
                .query_map([id, place], backup)?
                .collect()
        })
    }

    /// Remembers a backup that this computer made.
    pub fn keep_desk_backup(&self, id: &str, place: &str, made: &DeskBackupKept) -> Result<()> {
        self.write(|transaction| {
            transaction.execute(
                "INSERT OR REPLACE INTO desk_backups (desk_target_id, place, name, bytes, sha256, made_at,
                    attachments, missing, verified)
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                params![
                    id,
                    place,
                    made.name,
                    made.bytes,
                    made.sha256,
                    made.made_at,
                    made.attachments,
                    made.missing,
                    made.verified
                ],
            )
        })
        .map(drop)
    }

    /// Forgets a backup that is not there any more.
    pub fn forget_desk_backup(&self, id: &str, place: &str, name: &str) -> Result<()> {
        self.write(|transaction| {
            transaction.execute(
                "DELETE FROM desk_backups WHERE desk_target_id = ? AND place = ? AND name = ?",
                [id, place, name],
            )
        })
        .map(drop)
    }
}

fn target(row: &Row<'_>) -> rusqlite::Result<DeskTarget> {
    let Json(place) = row.get("place")?;
    let Json(schedule) = row.get("schedule")?;
    Ok(DeskTarget {
        id: row.get("id")?,
        name: row.get("name")?,
        profile_id: row.get("profile_id")?,
        place,
        attachments: row.get("attachments")?,
        schedule,
        retention: row.get("retention")?,
        http_accepted: row.get("http_accepted")?,
        ca_file: row.get("ca_file")?,
    })
}

fn runs(row: &Row<'_>) -> rusqlite::Result<DeskTargetRuns> {
    let at = |column: &str| -> rusqlite::Result<Option<Timestamp>> {
        Ok(row.get::<_, Option<String>>(column)?.and_then(|at| at.parse().ok()))
    };
    let last_error: Option<Error> = json(row, "last_error")?;
    Ok(DeskTargetRuns {
        past: Past {
            planned_from: at("planned_from")?.unwrap_or(Timestamp::UNIX_EPOCH),
            last_attempt: at("last_attempt_at")?,
            last_ended: at("last_ended_at")?,
            failures: row.get("failures")?,
            lacked_person: last_error.as_ref().is_some_and(crate::desk_targets::lacks_person),
        },
        last_success: at("last_success_at")?,
        last_error,
    })
}

fn backup(row: &Row<'_>) -> rusqlite::Result<DeskBackupKept> {
    Ok(DeskBackupKept {
        name: row.get("name")?,
        bytes: row.get("bytes")?,
        sha256: row.get("sha256")?,
        made_at: row.get("made_at")?,
        attachments: row.get("attachments")?,
        missing: row.get("missing")?,
        verified: row.get("verified")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk_targets::{DeskPlace, DeskSchedule};
    use crate::error::AccountDetail;
    use crate::places::WebdavPlace;
    use crate::secrets::SecretField;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    fn sample(id: &str, name: &str) -> DeskTarget {
        DeskTarget {
            id: id.into(),
            name: name.into(),
            profile_id: "p".into(),
            place: DeskPlace::Webdav(WebdavPlace {
                base_url: "http://nas.lan/dav".into(),
                username: "me".into(),
                password: SecretField::new("hush"),
                remote_path: "backups".into(),
            }),
            attachments: true,
            schedule: DeskSchedule::Every { hours: 6 },
            retention: Some(7),
            http_accepted: true,
            ca_file: None,
        }
    }

    #[test]
    fn desk_targets_are_kept_without_their_secret() {
        let ledger = Ledger::in_memory().expect("a ledger");
        let target = sample("t-1", "NAS");
        ledger.save_desk_target(&target, at("2026-11-28T12:00:00Z")).expect("kept");
        let kept = ledger.desk_target("NAS").expect("there");
        let DeskPlace::Webdav(place) = &kept.place else { panic!("{kept:?}") };
        assert!(matches!(place.password, SecretField::Kept));
        assert_eq!(kept.schedule, target.schedule);
        let taken = ledger.save_desk_target(&sample("t-2", "NAS"), at("2026-11-28T12:00:00Z"));
        assert_eq!(taken.expect_err("one name, one target").kind(), "desk-target-name-taken");
        ledger.forget_desk_target("t-1").expect("forgotten");
        assert_eq!(ledger.desk_target("t-1").expect_err("gone").kind(), "desk-target-unknown");
    }

    #[test]
    fn failures_are_counted_until_a_backup_does_not_fail() {
        let ledger = Ledger::in_memory().expect("a ledger");
        ledger.save_desk_target(&sample("t", "NAS"), at("2026-11-28T12:00:00Z")).expect("kept");
        let error = AccountDetail::PasswordNeeded.error();
        for minute in [10, 20] {
            let now = at(&format!("2026-11-28T12:{minute}:00Z"));
            ledger.desk_backup_began("t", now).expect("noted");
            ledger.desk_backup_ended("t", Some(&error), false, now).expect("noted");
        }
        let runs = ledger.desk_target_runs("t").expect("there");
        assert_eq!((runs.past.failures, runs.past.lacked_person, runs.last_success), (2, true, None));
        ledger.desk_backup_ended("t", None, true, at("2026-11-28T12:30:00Z")).expect("noted");
        let runs = ledger.desk_target_runs("t").expect("there");
        assert_eq!((runs.past.failures, runs.past.lacked_person, runs.last_error), (0, false, None));
        assert_eq!(runs.last_success, Some(at("2026-11-28T12:30:00Z")));
    }

    #[test]
    fn a_changed_schedule_counts_from_its_change() {
        let ledger = Ledger::in_memory().expect("a ledger");
        let mut target = sample("t", "NAS");
        ledger.save_desk_target(&target, at("2026-11-28T12:00:00Z")).expect("kept");
        target.name = "Shed".into();
        ledger.save_desk_target(&target, at("2026-11-29T12:00:00Z")).expect("kept");
        let from = |ledger: &Ledger| ledger.desk_target_runs("t").expect("there").past.planned_from;
        assert_eq!(from(&ledger), at("2026-11-28T12:00:00Z"));
        target.schedule = DeskSchedule::Every { hours: 7 };
        ledger.save_desk_target(&target, at("2026-11-30T12:00:00Z")).expect("kept");
        assert_eq!(from(&ledger), at("2026-11-30T12:00:00Z"));
    }
}
