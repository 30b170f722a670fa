//! What is known of restores beside their results: other copies of what they left out, and the
//! steps afterwards.

use rusqlite::{Connection, Transaction, params};

use super::Ledger;
use super::words::{Json, Word, json};
use crate::Result;
use crate::jobs::{BodyCopy, ChecklistItem, Copies, RestoreStep, SkippedAttachment};

impl Ledger {
    /// Keeps where copies of skipped bodies were found; what was found before is replaced.
    pub fn keep_copies(&self, job_id: i64, copies: &Copies) -> Result<()> {
        self.write(|transaction| {
            transaction.execute("DELETE FROM skipped_copies WHERE job_id = ?", [job_id])?;
            for (path, copies) in copies {
                insert_copies(transaction, job_id, path, copies)?;
            }
            Ok(())
        })
    }

    /// Keeps what was seen of a step after a restore.
    pub fn keep_step(&self, job_id: i64, item: &ChecklistItem) -> Result<()> {
        self.write(|transaction| {
            transaction.execute(
                "INSERT INTO restore_steps (job_id, step, item) VALUES (?1, ?2, ?3)
                 ON CONFLICT (job_id, step) DO UPDATE SET item = ?3",
                params![job_id, Word(item.step), Json(item)],
            )
        })
        .map(drop)
    }

    /// The steps after a restore, in their order, each as it was last seen.
    pub fn steps(&self, job_id: i64) -> Result<Vec<ChecklistItem>> {
        let seen: Vec<ChecklistItem> = self.read(|connection| {
            let seen = connection
                .prepare("SELECT item FROM restore_steps WHERE job_id = ?")?
                .query_map([job_id], |row| json::<ChecklistItem>(row, "item"))?
                .collect::<rusqlite::Result<Vec<_>>>()?;
            Ok(seen.into_iter().flatten().collect())
        })?;
        let of = |step: RestoreStep| seen.iter().find(|item| item.step == step).cloned();
        Ok(RestoreStep::ALL.into_iter().map(|step| of(step).unwrap_or(ChecklistItem::open(step))).collect())
    }
}

pub(super) fn insert_copies(
    transaction: &Transaction<'_>,
    job_id: i64,
    path: &str,
    copies: &[BodyCopy],
) -> rusqlite::Result<()> {
    let mut insert = transaction
        .prepare_cached("INSERT OR IGNORE INTO skipped_copies (job_id, path, copy) VALUES (?, ?, ?)")?;
    for copy in copies {
        insert.execute(params![job_id, path, Json(copy)])?;
    }
    Ok(())
}

/// Puts the copies into the skipped lines of a restore.
pub(super) fn join_copies(
    connection: &Connection,
    job_id: i64,
    skipped: &mut [SkippedAttachment],
) -> rusqlite::Result<()> {
    let mut copies = Copies::new();
    let mut statement = connection
        .prepare_cached("SELECT path, copy FROM skipped_copies WHERE job_id = ? ORDER BY path, copy")?;
    let mut rows = statement.query([job_id])?;
    while let Some(row) = rows.next()? {
        let path: String = row.get("path")?;
        copies.entry(path).or_default().extend(json::<BodyCopy>(row, "copy")?);
    }
    for line in skipped {
        line.copies = copies.get(&line.path).cloned().unwrap_or_default();
    }
    Ok(())
}
