//! What is kept of every job, for good: what it was, how it ended, and all that
//! it found.

use serde::{Deserialize, Serialize};

use super::{DrillResult, ExportResult, SafetyCopy};
use crate::Error;
use crate::checks::{AttachmentsOnTarget, CheckedHere, IntegrityLevel, ListedFile};
use crate::health::{BackupState, ChangedContent};
use crate::places::Provider;
use crate::progress::Update;
use crate::server::{Imported, ServerIntegrity};

/// The kinds of job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum JobKind {
    /// A manual backup run on the server, read back and verified here.
    Backup,
    /// A backup ZIP from a target to this computer.
    Download,
    /// A check of a backup on a target.
    Integrity,
    /// A restore, from a local ZIP or from a target.
    Restore,
    /// Backups deleted from a target.
    Delete,
    /// Backup settings repaired, and a backup to each target to prove it.
    Repair,
    /// A complete ZIP, of what the server holds or of a ZIP without bodies.
    Export,
    /// A rehearsal of a restore, in a throw-away server on this computer.
    Drill,
}

/// How a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum JobState {
    /// Under way.
    Running,
    /// Done, and nothing was left out.
    Succeeded,
    /// Done, but with something left out or found wrong: look at the result.
    Attention,
    /// Failed; the error says why.
    Failed,
    /// Stopped because someone asked for it.
    Cancelled,
    /// The connection died and what the server did could not be found out.
    Unknown,
    /// The app ended while the job ran.
    Interrupted,
}

/// One job, as the ledger keeps it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct JobRecord {
    /// Its number in the ledger.
    pub id: i64,
    /// What it was.
    pub kind: JobKind,
    /// How it stands.
    pub state: JobState,
    /// The profile it ran for.
    pub profile_id: Option<String>,
    /// What it worked on: a file name or a target's name.
    pub subject: String,
    /// When it began, RFC 3339.
    pub started_at: String,
    /// When it ended, RFC 3339.
    pub ended_at: Option<String>,
    /// Why it failed.
    pub error: Option<Error>,
    /// What it found.
    pub result: Option<JobResult>,
    /// Where what was on the server before a restore is kept on this computer,
    /// whatever came of the restore.
    #[serde(default)]
    pub safety_copy: Option<String>,
    /// The safety copy of a restore: what was chosen, and whether it is whole.
    #[serde(default)]
    pub safety: Option<SafetyCopy>,
    /// What the server did was not found out, and it can be looked at again.
    #[serde(default)]
    pub can_recheck: bool,
}

/// What a job found or made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum JobResult {
    /// Of a backup.
    Backup(BackupResult),
    /// Of a download.
    Download(DownloadResult),
    /// Of a check.
    Integrity(IntegrityResult),
    /// Of a restore.
    Restore(RestoreResult),
    /// Of a deletion.
    Delete(DeleteResult),
    /// Of a repair.
    Repair(RepairResult),
    /// Of an export.
    Export(ExportResult),
    /// Of a drill.
    Drill(DrillResult),
}

/// A manual backup.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct BackupResult {
    /// The target's id.
    pub target_id: String,
    /// The target's name.
    pub target_name: String,
    /// "webdav" or "s3".
    pub provider: String,
    /// The new file.
    pub file_name: String,
    /// Its size in bytes, as the server says.
    pub file_size: u64,
    /// Where it is on the target.
    pub remote_path: String,
    /// What reading it back showed; `None` when that was not asked for or not reached.
    pub check: Option<IntegrityResult>,
    /// Why reading it back failed, when it did: the backup itself was made.
    pub check_error: Option<Error>,
    /// The server's own answer, for scripts; secrets are never in it.
    #[serde(default)]
    pub answer: serde_json::Value,
}

/// A downloaded backup.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct DownloadResult {
    /// Where the file is now.
    pub saved_to: String,
    /// The same bytes were there under this name already: nothing was written.
    #[serde(default)]
    pub already_here: bool,
    /// What checking it while it came in showed.
    pub check: IntegrityResult,
}

/// What a check showed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct IntegrityResult {
    /// The file's name.
    pub file_name: String,
    /// How sure we are now.
    pub level: IntegrityLevel,
    /// When it was looked at, RFC 3339.
    pub checked_at: String,
    /// The server's comparison, when it was asked.
    pub server: Option<ServerIntegrity>,
    /// What reading it in full here showed, when that was done.
    pub here: Option<CheckedHere>,
    /// The state of the backup, from all of this.
    #[serde(default)]
    pub state: BackupState,
    /// How its content changed since it was verified, if it did.
    #[serde(default)]
    pub changed: Option<ChangedContent>,
    /// Its attachments on the target, when they were looked up.
    #[serde(default)]
    pub attachments: Option<AttachmentsOnTarget>,
    /// How the target listed the file right before it was read.
    #[serde(default)]
    pub listed: Option<ListedFile>,
    /// The server's own answer, for scripts; secrets are never in it.
    #[serde(default)]
    pub answer: serde_json::Value,
}

/// A restore.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct RestoreResult {
    /// The backup that was restored.
    pub file_name: String,
    /// The id of the target it came from; `None` for a local file.
    pub target_id: Option<String>,
    /// What the server says it imported.
    pub imported: Imported,
    /// The server's reason for the whole skipped list.
    pub skipped_reason: Option<String>,
    /// The skipped list, a cause for every line.
    pub skipped: Vec<SkippedAttachment>,
    /// How many attachments the server says it left out; it may not list them.
    #[serde(default)]
    pub skipped_count: u64,
    /// Rows of the archive that the server neither restored nor named as skipped.
    #[serde(default)]
    pub missing: Vec<MissingRows>,
    /// The safety copy made before, when there was one.
    pub safety_copy: Option<String>,
    /// The server's own answer, for scripts; secrets are never in it.
    #[serde(default)]
    pub answer: serde_json::Value,
}

/// Rows of an archive that a restore did not account for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct MissingRows {
    /// The table of `db.json`, or "attachment_bodies".
    pub table: String,
    /// How many the archive holds, less those that the server skipped.
    pub expected: u64,
    /// How many the server says it restored.
    pub imported: u64,
}

/// One skipped attachment. Its rows are gone from the restored instance: this
/// line is the only record of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct SkippedAttachment {
    /// As the server names it.
    pub path: String,
    /// Its size in bytes.
    pub size_bytes: u64,
    /// Why it was skipped.
    pub cause: SkipCause,
    /// The vault item it belonged to.
    pub cipher_id: Option<String>,
    /// Whose it was.
    pub owner_email: Option<String>,
}

/// Why an attachment was left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum SkipCause {
    /// Over 26,214,400 bytes, on an instance that keeps bodies in KV.
    TooLargeForKv,
    /// The instance has no attachment storage.
    NoStorage,
    /// The body was not on the target.
    MissingOnTarget,
    /// The body was there, but writing or reading it failed.
    TransferFailed,
    /// The server gave no reason that tells.
    NotTold,
}

/// Deleted backups.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct DeleteResult {
    /// The target's id.
    pub target_id: String,
    /// The target's name.
    pub target_name: String,
    /// What was deleted.
    pub deleted: Vec<String>,
    /// What was to be deleted and was not, because the job was stopped or failed.
    #[serde(default)]
    pub left: Vec<String>,
    /// What it failed with.
    #[serde(default)]
    pub error: Option<Error>,
    /// The server's own answer, for scripts; secrets are never in it.
    #[serde(default)]
    pub answer: serde_json::Value,
}

/// Repaired backup settings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct RepairResult {
    /// The targets that the server has again.
    pub targets: Vec<RepairedTarget>,
    /// The server can open its settings again: they were read anew. `None` when it could
    /// not be asked.
    pub readable_again: Option<bool>,
}

/// A target that the server has again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct RepairedTarget {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// How it is reached.
    pub kind: Provider,
    /// The host it is at.
    pub host: String,
    /// A backup to it was asked for.
    pub tested: bool,
    /// That backup, when it was made.
    pub backup: Option<BackupResult>,
    /// What that backup failed with.
    pub error: Option<Error>,
}

/// What the window hears of running jobs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum JobEvent {
    /// A job began.
    Started {
        /// As the ledger has it.
        job: JobRecord,
    },
    /// A job reported.
    Progress {
        /// The number of the job in the ledger.
        job_id: i64,
        /// The report.
        update: Update,
    },
    /// A job ended.
    Ended {
        /// As the ledger has it now.
        job: JobRecord,
    },
}
