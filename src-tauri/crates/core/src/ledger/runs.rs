//! What a server's log says of its runs, the schedules that they followed, and the alerts of the
//! watch: what is shown of the past without asking the server.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row, Transaction, params};
use serde::Serialize;

use super::words::{Json, json};
use super::{Ledger, time};
use crate::monitor::Alert;
use crate::server::{AuditKind, AuditPage, Schedule, Target};
use crate::{Error, Result};

/// A run in a server's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogRun {
    /// When it ended.
    pub at: Timestamp,
    /// The server started it.
    pub scheduled: bool,
    /// It failed.
    pub failed: bool,
    /// The backup that it made, when the log names it.
    pub file_name: Option<String>,
    /// What it failed with.
    pub error: Option<Error>,
}

/// An alert of the watch, from when it appeared until it ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct PastAlert {
    /// Its number in the ledger.
    pub id: i64,
    /// The profile of the server.
    pub profile_id: String,
    /// What was wrong.
    pub alert: Alert,
    /// When it appeared, RFC 3339.
    pub since: String,
    /// When it ended, RFC 3339; none while it lasts.
    pub until: Option<String>,
}

impl Ledger {
    /// Keeps what the newest page of a server's log, read at `now`, says of its runs.
    pub fn note_log(&self, profile_id: &str, page: &AuditPage, now: Timestamp) -> Result<()> {
        let at = |text: &str| text.parse::<Timestamp>().ok();
        let oldest = page.events.iter().filter_map(|event| at(&event.at)).min();
        let runs = page.events.iter().filter(|event| event.kind == AuditKind::Run);
        self.write(|transaction| {
            for run in runs {
                let (Some(at), Some(target)) = (at(&run.at), &run.target_id) else { continue };
                transaction.execute(
                    "INSERT OR IGNORE INTO server_runs VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    params![
                        profile_id,
                        run.id,
                        target,
                        time(at),
                        run.scheduled,
                        run.failed,
                        run.file_name,
                        run.error.as_ref().map(Json),
                    ],
                )?;
            }
            note_read(transaction, profile_id, oldest.unwrap_or(now), now)
        })
    }

    /// The runs of a target in its server's log, as far as it was read, the oldest first.
    pub fn log_runs(&self, profile_id: &str, target_id: &str) -> Result<Vec<LogRun>> {
        let rows: Vec<(String, LogRun)> = self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT * FROM server_runs WHERE profile_id = ? AND target_id = ? ORDER BY at, event_id",
                )?
                .query_map([profile_id, target_id], |row| Ok((row.get("at")?, log_run(row)?)))?
                .collect()
        })?;
        let read = |(at, run): (String, LogRun)| Some(LogRun { at: at.parse().ok()?, ..run });
        Ok(rows.into_iter().filter_map(read).collect())
    }

    /// The time for which a server's log was read without a gap.
    pub fn log_read(&self, profile_id: &str) -> Result<Option<(Timestamp, Timestamp)>> {
        let read = self.read(|connection| {
            connection
                .query_row("SELECT since, until FROM log_reads WHERE profile_id = ?", [profile_id], |row| {
                    Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
                })
                .optional()
        })?;
        Ok(read.and_then(|(since, until)| Some((since.parse().ok()?, until.parse().ok()?))))
    }

    /// The schedules of a target, each with the time since when it is known, the oldest first.
    pub fn schedules(&self, profile_id: &str, target_id: &str) -> Result<Vec<(Timestamp, Schedule)>> {
        let rows: Vec<(String, Json<Schedule>)> = self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT since, schedule FROM target_schedules
                     WHERE profile_id = ? AND target_id = ? ORDER BY since",
                )?
                .query_map([profile_id, target_id], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect()
        })?;
        Ok(rows.into_iter().filter_map(|(at, Json(schedule))| Some((at.parse().ok()?, schedule))).collect())
    }

    /// Keeps which alerts of a server are true at `now`, each with the time since when.
    pub fn note_alerts(
        &self,
        profile_id: &str,
        now_true: &[(Alert, Timestamp)],
        now: Timestamp,
    ) -> Result<()> {
        self.write(|transaction| {
            let open: BTreeMap<String, i64> = transaction
                .prepare_cached(
                    "SELECT alert_id, id FROM past_alerts WHERE profile_id = ? AND until IS NULL",
                )?
                .query_map([profile_id], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect::<rusqlite::Result<_>>()?;
            for (alert, since) in now_true.iter().filter(|(alert, _)| !open.contains_key(&alert.id)) {
                // One that comes back soon is the same one: it never ended.
                let known = transaction.execute(
                    "UPDATE past_alerts SET until = NULL WHERE profile_id = ? AND alert_id = ? AND since = ?",
                    params![profile_id, alert.id, time(*since)],
                )?;
                if known == 0 {
                    transaction.execute(
                        "INSERT INTO past_alerts (profile_id, alert, alert_id, since) VALUES (?, ?, ?, ?)",
                        params![profile_id, Json(alert), alert.id, time(*since)],
                    )?;
                }
            }
            let is_true = |id: &str| now_true.iter().any(|(alert, _)| alert.id == id);
            for (_, id) in open.iter().filter(|(alert_id, _)| !is_true(alert_id)) {
                transaction
                    .execute("UPDATE past_alerts SET until = ? WHERE id = ?", params![time(now), id])?;
            }
            Ok(())
        })
    }

    /// Every alert that the watch ever had, the newest first.
    pub fn past_alerts(&self) -> Result<Vec<PastAlert>> {
        self.read(|connection| {
            connection
                .prepare("SELECT * FROM past_alerts ORDER BY since DESC, id DESC")?
                .query_map([], |row| {
                    let Json(alert) = row.get("alert")?;
                    Ok(PastAlert {
                        id: row.get("id")?,
                        profile_id: row.get("profile_id")?,
                        alert,
                        since: row.get("since")?,
                        until: row.get("until")?,
                    })
                })?
                .collect()
        })
    }
}

/// The time of a run is read apart: a text that is no time leaves the run out.
fn log_run(row: &Row<'_>) -> rusqlite::Result<LogRun> {
    Ok(LogRun {
        at: Timestamp::UNIX_EPOCH,
        scheduled: row.get("scheduled")?,
        failed: row.get("failed")?,
        file_name: row.get("file_name")?,
        error: json(row, "error")?,
    })
}

/// A page that reaches back to the last reading leaves no gap.
fn note_read(
    transaction: &Transaction<'_>,
    profile_id: &str,
    oldest: Timestamp,
    now: Timestamp,
) -> rusqlite::Result<()> {
    transaction
        .execute(
            "INSERT INTO log_reads VALUES (?1, ?2, ?3) ON CONFLICT (profile_id) DO UPDATE SET
                since = CASE WHEN excluded.since <= until THEN min(since, excluded.since) ELSE excluded.since END,
                until = excluded.until",
            params![profile_id, time(oldest), time(now)],
        )
        .map(drop)
}

/// Keeps a schedule when it is another one than the last.
pub(super) fn keep_schedule(
    transaction: &Transaction<'_>,
    profile_id: &str,
    target: &Target,
    at: Timestamp,
) -> rusqlite::Result<()> {
    let last: Option<Json<Schedule>> = transaction
        .prepare_cached(
            "SELECT schedule FROM target_schedules WHERE profile_id = ? AND target_id = ?
             ORDER BY since DESC LIMIT 1",
        )?
        .query_row([profile_id, &target.id], |row| row.get(0))
        .optional()?;
    // How many backups are kept changes no run.
    let times = |schedule: &Schedule| Schedule { retention_count: None, ..schedule.clone() };
    if last.is_none_or(|Json(last)| times(&last) != times(&target.schedule)) {
        transaction.execute(
            "INSERT OR REPLACE INTO target_schedules VALUES (?, ?, ?, ?)",
            params![profile_id, target.id, time(at), Json(&target.schedule)],
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::AlertKind;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    fn page(times: &[&str]) -> AuditPage {
        let events = times.iter().map(|at| {
            serde_json::json!({"id": at, "at": at, "kind": "run", "action": "x", "failed": true,
                "scheduled": true, "actorEmail": null, "targetId": "nas", "targetName": null,
                "provider": null, "fileName": null, "bytes": null, "skippedAttachments": null, "error": null})
        });
        let page = serde_json::json!({"events": events.collect::<Vec<_>>(), "total": 9, "hasMore": true});
        serde_json::from_value(page).expect("a page")
    }

    #[test]
    fn a_log_read_again_adds_its_new_runs_and_notices_gaps() {
        let ledger = Ledger::in_memory().expect("a ledger");
        let (first, second) = ("2026-03-01T03:00:00Z", "2026-03-02T03:00:00Z");
        ledger.note_log("p", &page(&[second, first]), at("2026-03-02T12:00:00Z")).expect("kept");
        ledger
            .note_log("p", &page(&["2026-03-03T03:00:00Z", second]), at("2026-03-03T12:00:00Z"))
            .expect("kept");
        assert_eq!(ledger.log_runs("p", "nas").expect("read").len(), 3);
        let read = ledger.log_read("p").expect("read");
        assert_eq!(read, Some((at(first), at("2026-03-03T12:00:00Z"))), "without a gap");
        let late = "2026-04-01T03:00:00Z";
        ledger.note_log("p", &page(&[late]), at("2026-04-01T12:00:00Z")).expect("kept");
        let read = ledger.log_read("p").expect("read");
        assert_eq!(read, Some((at(late), at("2026-04-01T12:00:00Z"))), "what is between was not read");
    }

    #[test]
    fn an_alert_that_returns_soon_continues() {
        let ledger = Ledger::in_memory().expect("a ledger");
        let alert = Alert {
            id: "backup-failed:nas".into(),
            kind: AlertKind::BackupFailed,
            target_id: Some("nas".into()),
            target_name: Some("NAS".into()),
            cause: None,
        };
        let (began, later) = (at("2026-03-01T03:00:00Z"), at("2026-03-01T05:00:00Z"));
        ledger.note_alerts("p", &[(alert.clone(), began)], began).expect("kept");
        ledger.note_alerts("p", &[(alert.clone(), began)], later).expect("kept");
        let known = ledger.past_alerts().expect("read");
        assert_eq!((known.len(), known[0].until.as_deref()), (1, None));
        ledger.note_alerts("p", &[], later).expect("kept");
        assert!(
            ledger.past_alerts().expect("read")[0]
                .until
                .as_deref()
                .is_some_and(|at| at.starts_with("2026-03-01T05"))
        );
        ledger.note_alerts("p", &[(alert.clone(), began)], later).expect("kept");
        assert_eq!(ledger.past_alerts().expect("read")[0].until, None, "it never ended");
        ledger.note_alerts("p", &[], later).expect("kept");
        ledger
            .note_alerts("p", &[(alert, at("2026-03-09T03:00:00Z"))], at("2026-03-09T03:00:00Z"))
            .expect("kept");
        assert_eq!(ledger.past_alerts().expect("read").len(), 2, "another one");
    }
}
