//! Every job, how it ended and what it found; skipped lists line by line.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, named_params, params};

use super::restores::{insert_copies, join_copies};
use super::words::{Json, Word, json, word};
use super::{Ledger, time};
use crate::error::JobDetail;
use crate::jobs::{
    Checkpoint, JobKind, JobNote, JobRecord, JobResult, JobState, RestoreResult, SkippedAttachment,
};
use crate::{Error, Result};

/// Which jobs are requested.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JobQuery {
    /// Of this profile only.
    pub profile_id: Option<String>,
    /// Of this kind only.
    pub kind: Option<JobKind>,
    /// Older than this job: the next page.
    pub before: Option<i64>,
    /// At most so many; `None` for all.
    pub limit: Option<u32>,
}

/// One line of a skipped list, with the restore it is from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkippedLine {
    /// The restore.
    pub job_id: i64,
    /// When the restore began, RFC 3339.
    pub restored_at: String,
    /// The attachment.
    pub attachment: SkippedAttachment,
}

impl Ledger {
    /// Notes that a job begins.
    pub fn begin_job(
        &self,
        kind: JobKind,
        profile_id: Option<&str>,
        subject: &str,
        at: Timestamp,
    ) -> Result<JobRecord> {
        self.write(|transaction| {
            transaction.execute(
                "INSERT INTO jobs (kind, state, profile_id, subject, started_at, process) VALUES (?, ?, ?, ?, ?, ?)",
                params![
                    Word(kind),
                    Word(JobState::Running),
                    profile_id,
                    subject,
                    time(at),
                    self.process.token
                ],
            )?;
            let id = transaction.last_insert_rowid();
            transaction.query_row("SELECT * FROM jobs WHERE id = ?", [id], job)
        })
    }

    /// Notes how a job of this process ended and what it found. Returns the
    /// whole record.
    pub fn end_job(
        &self,
        id: i64,
        state: JobState,
        error: Option<&Error>,
        result: Option<&JobResult>,
        at: Timestamp,
    ) -> Result<JobRecord> {
        let (kept, skipped) = split(result);
        let ended = self.write(|transaction| {
            let changed = transaction.execute(
                "UPDATE jobs SET state = :state, ended_at = :at, error = :error, result = :result,
                    before = CASE :state WHEN 'unknown' THEN before END
                 WHERE id = :id AND state = 'running' AND process = :process",
                named_params! {
                    ":id": id,
                    ":state": Word(state),
                    ":at": time(at),
                    ":error": error.map(Json),
                    ":result": kept.as_ref().map(Json),
                    ":process": self.process.token,
                },
            )?;
            if changed == 0 {
                return Ok(None);
            }
            insert_skipped(transaction, id, skipped)?;
            find(transaction, id)
        })?;
        ended.ok_or_else(|| JobDetail::JobNotRunning { job: id }.error())
    }

    /// Keeps what must be known of a running job however it ends.
    pub fn keep_memo(&self, id: i64, memo: &JobNote) -> Result<()> {
        self.write(|transaction| match memo {
            JobNote::SafetyCopy(safety) => transaction.execute(
                "UPDATE jobs SET safety_copy = ?2, safety = ?3 WHERE id = ?1",
                params![id, safety.path, Json(safety)],
            ),
            JobNote::Subject(subject) => {
                transaction.execute("UPDATE jobs SET subject = ?2 WHERE id = ?1", params![id, subject])
            }
            JobNote::Checkpoint(before) => {
                transaction.execute("UPDATE jobs SET before = ?2 WHERE id = ?1", params![id, Json(before)])
            }
        })
        .map(drop)
    }

    /// What was true before the call of a job that is over, as long as it is not
    /// clear how it ended.
    pub fn before_job(&self, id: i64) -> Result<Option<Checkpoint>> {
        self.read(|connection| {
            let before: Option<Option<Json<Checkpoint>>> = connection
                .query_row(
                    "SELECT before FROM jobs WHERE id = ? AND state IN ('unknown', 'interrupted')",
                    [id],
                    |row| row.get(0),
                )
                .optional()?;
            Ok(before.flatten().map(|Json(before)| before))
        })
    }

    /// Notes what was found out of a job after its end; settled, there is nothing
    /// more to be found. Returns the whole record.
    pub fn amend_job(
        &self,
        id: i64,
        state: JobState,
        error: Option<&Error>,
        result: Option<&JobResult>,
        settled: bool,
    ) -> Result<JobRecord> {
        let amended = self.write(|transaction| {
            let changed = transaction.execute(
                "UPDATE jobs SET state = :state, error = :error, result = :result,
                    before = CASE :settled WHEN TRUE THEN NULL ELSE before END
                 WHERE id = :id AND state IN ('unknown', 'interrupted')",
                named_params! {
                    ":id": id,
                    ":state": Word(state),
                    ":error": error.map(Json),
                    ":result": result.map(Json),
                    ":settled": settled,
                },
            )?;
            if changed == 0 { Ok(None) } else { find(transaction, id) }
        })?;
        amended.ok_or_else(|| JobDetail::NothingToFindOut.error())
    }

    /// One job.
    pub fn job(&self, id: i64) -> Result<Option<JobRecord>> {
        self.read(|connection| find(connection, id))
    }

    /// Jobs, the newest first.
    pub fn jobs(&self, query: &JobQuery) -> Result<Vec<JobRecord>> {
        self.read(|connection| {
            let mut jobs = connection
                .prepare(
                    "SELECT * FROM jobs
                     WHERE (:profile IS NULL OR profile_id = :profile)
                       AND (:kind IS NULL OR kind = :kind)
                       AND (:before IS NULL OR id < :before)
                     ORDER BY id DESC LIMIT :limit",
                )?
                .query_map(
                    named_params! {
                        ":profile": query.profile_id,
                        ":kind": Word(query.kind),
                        ":before": query.before,
                        ":limit": query.limit.map_or(-1, i64::from),
                    },
                    job,
                )?
                .collect::<rusqlite::Result<Vec<_>>>()?;
            for job in &mut jobs {
                join(connection, job)?;
            }
            Ok(jobs)
        })
    }

    /// Every attachment that a restore of this profile ever left out, the latest
    /// restore first.
    pub fn skipped_lines(&self, profile_id: &str) -> Result<Vec<SkippedLine>> {
        self.read(|connection| {
            connection
                .prepare(
                    "SELECT skipped_attachments.*, jobs.started_at FROM skipped_attachments
                     JOIN jobs ON jobs.id = job_id WHERE profile_id = ? ORDER BY job_id DESC, line",
                )?
                .query_map([profile_id], |row| {
                    Ok(SkippedLine {
                        job_id: row.get("job_id")?,
                        restored_at: row.get("started_at")?,
                        attachment: attachment(row)?,
                    })
                })?
                .collect()
        })
    }
}

/// A result without its skipped lines, and those.
fn split(result: Option<&JobResult>) -> (Option<JobResult>, &[SkippedAttachment]) {
    match result {
        Some(JobResult::Restore(restore)) => {
            let kept = RestoreResult { skipped: Vec::new(), ..restore.clone() };
            (Some(JobResult::Restore(kept)), &restore.skipped)
        }
        other => (other.cloned(), &[]),
    }
}

fn insert_skipped(
    transaction: &Transaction<'_>,
    job_id: i64,
    skipped: &[SkippedAttachment],
) -> rusqlite::Result<()> {
    let mut insert = transaction.prepare("INSERT INTO skipped_attachments VALUES (?, ?, ?, ?, ?, ?, ?)")?;
    for (line, one) in skipped.iter().enumerate() {
        insert.execute(params![
            job_id,
            line,
            one.path,
            one.size_bytes,
            Word(one.cause),
            one.cipher_id,
            one.owner_email
        ])?;
        insert_copies(transaction, job_id, &one.path, &one.copies)?;
    }
    Ok(())
}

fn find(connection: &Connection, id: i64) -> rusqlite::Result<Option<JobRecord>> {
    let mut found = connection.query_row("SELECT * FROM jobs WHERE id = ?", [id], job).optional()?;
    if let Some(job) = &mut found {
        join(connection, job)?;
    }
    Ok(found)
}

/// Puts a restore's skipped lines back into its result.
fn join(connection: &Connection, job: &mut JobRecord) -> rusqlite::Result<()> {
    if let Some(JobResult::Restore(restore)) = &mut job.result {
        restore.skipped = connection
            .prepare_cached("SELECT * FROM skipped_attachments WHERE job_id = ? ORDER BY line")?
            .query_map([job.id], attachment)?
            .collect::<rusqlite::Result<_>>()?;
        join_copies(connection, job.id, &mut restore.skipped)?;
    }
    Ok(())
}

fn attachment(row: &Row<'_>) -> rusqlite::Result<SkippedAttachment> {
    Ok(SkippedAttachment {
        path: row.get("path")?,
        size_bytes: row.get("size_bytes")?,
        cause: word(row, "cause")?,
        cipher_id: row.get("cipher_id")?,
        owner_email: row.get("owner_email")?,
        copies: Vec::new(),
    })
}

fn job(row: &Row<'_>) -> rusqlite::Result<JobRecord> {
    Ok(JobRecord {
        id: row.get("id")?,
        kind: word(row, "kind")?,
        state: word(row, "state")?,
        profile_id: row.get("profile_id")?,
        subject: row.get("subject")?,
        started_at: row.get("started_at")?,
        ended_at: row.get("ended_at")?,
        error: json(row, "error")?,
        result: json(row, "result")?,
        safety_copy: row.get("safety_copy")?,
        safety: json(row, "safety")?,
        can_recheck: can_recheck(row)?,
    })
}

/// The outcome is not clear, and what was true before is known.
fn can_recheck(row: &Row<'_>) -> rusqlite::Result<bool> {
    let state: JobState = word(row, "state")?;
    let kind: JobKind = word(row, "kind")?;
    let before: Option<String> = row.get("before")?;
    let open = matches!(state, JobState::Unknown | JobState::Interrupted);
    Ok(open && kind.can_recheck() && before.is_some())
}
