//! Recoveries that can be left and resumed, and what was last seen of a server.

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row, named_params, params};

use super::words::{Json, Word, word};
use super::{Ledger, time};
use crate::Result;
use crate::error::EnvelopeDetail;
use crate::incidents::{CaseSubject, CompletedStep, Diagnosis, PlaybookPath, RecoveryCase, Step};

/// Something that may have been seen of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sighting {
    /// It could open its backup settings.
    SettingsReadable,
    /// It refused an access token before its time while the session went on.
    TokenRefusedEarly,
}

impl Sighting {
    fn word(self) -> &'static str {
        match self {
            Self::SettingsReadable => "settings-readable",
            Self::TokenRefusedEarly => "token-refused-early",
        }
    }
}

impl Ledger {
    /// Begins a recovery. One that is open for the profile is abandoned.
    pub fn begin_case(
        &self,
        profile_id: &str,
        branch: PlaybookPath,
        subject: &CaseSubject,
        diagnosis: &Diagnosis,
        at: Timestamp,
    ) -> Result<RecoveryCase> {
        let (case, _) = self.write(|transaction| {
            transaction.execute(
                "UPDATE recovery_cases SET ended_at = ?2, abandoned = 1
                 WHERE profile_id = ?1 AND ended_at IS NULL",
                params![profile_id, time(at)],
            )?;
            transaction.execute(
                "INSERT INTO recovery_cases (profile_id, branch, subject, began_at, diagnosis, steps, marks)
                 VALUES (?, ?, ?, ?, ?, '[]', '[]')",
                params![profile_id, Word(branch), Json(subject), time(at), Json(diagnosis)],
            )?;
            let id = transaction.last_insert_rowid();
            transaction.query_row("SELECT * FROM recovery_cases WHERE id = ?", [id], case)
        })?;
        Ok(case)
    }

    /// The open recovery of a profile.
    pub fn open_case(&self, profile_id: &str) -> Result<Option<(RecoveryCase, Vec<CompletedStep>)>> {
        self.read(|connection| {
            connection
                .query_row(
                    "SELECT * FROM recovery_cases WHERE profile_id = ? AND ended_at IS NULL",
                    [profile_id],
                    case,
                )
                .optional()
        })
    }

    /// A recovery, open or ended, with what showed itself done.
    pub fn case(&self, id: i64) -> Result<(RecoveryCase, Vec<CompletedStep>)> {
        let found = self.read(|connection| {
            connection.query_row("SELECT * FROM recovery_cases WHERE id = ?", [id], case).optional()
        })?;
        found.ok_or_else(|| EnvelopeDetail::RecoveryNotFound.error())
    }

    /// Every recovery of a profile, the newest first.
    pub fn cases(&self, profile_id: &str) -> Result<Vec<RecoveryCase>> {
        self.read(|connection| {
            connection
                .prepare("SELECT * FROM recovery_cases WHERE profile_id = ? ORDER BY id DESC")?
                .query_map([profile_id], |row| case(row).map(|(case, _)| case))?
                .collect()
        })
    }

    /// Keeps how a recovery stands. One that has ended stays as it is.
    pub fn keep_case(&self, id: i64, steps: &[Step], marks: &[CompletedStep]) -> Result<()> {
        self.write(|transaction| {
            transaction.execute(
                "UPDATE recovery_cases SET steps = :steps, marks = :marks WHERE id = :id AND ended_at IS NULL",
                named_params! { ":id": id, ":steps": Json(steps), ":marks": Json(marks) },
            )
        })
        .map(drop)
    }

    /// Keeps that a step was done, with its proof; a newer proof takes the place of the older one.
    pub fn keep_mark(&self, id: i64, mark: &CompletedStep) -> Result<()> {
        let (case, mut marks) = self.case(id)?;
        marks.retain(|known| known.kind != mark.kind);
        marks.push(mark.clone());
        self.keep_case(id, &case.steps, &marks)
    }

    /// Ends a recovery.
    pub fn end_case(&self, id: i64, abandoned: bool, at: Timestamp) -> Result<()> {
        self.write(|transaction| {
            transaction.execute(
                "UPDATE recovery_cases SET ended_at = ?2, abandoned = ?3 WHERE id = ?1 AND ended_at IS NULL",
                params![id, time(at), abandoned],
            )
        })
        .map(drop)
    }

    /// Notes that something was seen of a server.
    pub fn note_sighting(&self, profile_id: &str, what: Sighting, at: Timestamp) -> Result<()> {
        self.write(|transaction| {
            transaction.execute(
                "INSERT INTO sightings VALUES (?1, ?2, ?3)
                 ON CONFLICT (profile_id, what) DO UPDATE SET at = excluded.at",
                params![profile_id, what.word(), time(at)],
            )
        })
        .map(drop)
    }

    /// When something was last seen of a server, RFC 3339.
    pub fn sighting(&self, profile_id: &str, what: Sighting) -> Result<Option<String>> {
        self.read(|connection| {
            connection
                .query_row(
                    "SELECT at FROM sightings WHERE profile_id = ? AND what = ?",
                    [profile_id, what.word()],
                    |row| row.get(0),
                )
                .optional()
        })
    }
}

fn case(row: &Row<'_>) -> rusqlite::Result<(RecoveryCase, Vec<CompletedStep>)> {
    let Json::<Diagnosis>(diagnosis) = row.get("diagnosis")?;
    let Json(steps) = row.get("steps")?;
    let Json(marks) = row.get("marks")?;
    let Json(subject) = row.get("subject")?;
    let branch: PlaybookPath = word(row, "branch")?;
    let case = RecoveryCase {
        id: row.get("id")?,
        profile_id: row.get("profile_id")?,
        branch,
        playbook: branch.playbook(),
        subject,
        began_at: row.get("began_at")?,
        ended_at: row.get("ended_at")?,
        abandoned: row.get("abandoned")?,
        steps,
        checked: diagnosis.checked.clone(),
        diagnosis,
    };
    Ok((case, marks))
}
