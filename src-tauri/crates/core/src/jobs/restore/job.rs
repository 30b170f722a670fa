//! What a restore found, and the restore as a job.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::restore;
use crate::Result;
use crate::granted::FileGrants;
use crate::jobs::{
    BodyCopy, Job, JobKind, JobServices, Outcome, Prepared, RestorePlan, RestoreSource, Watch,
};
use crate::server::Imported;

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
    /// Every table: what the restore should have left on the server, and what the server says.
    #[serde(default)]
    pub counts: Vec<RestoredCount>,
    /// Where the backup was restored from.
    #[serde(default)]
    pub source: Option<RestoreSource>,
    /// SHA-256 of the backup.
    #[serde(default)]
    pub sha256: String,
    /// When the backup was made, RFC 3339.
    #[serde(default)]
    pub backup_made_at: Option<String>,
    /// The safety copy made before, when there was one.
    pub safety_copy: Option<String>,
    /// The server's own response, for scripts; secrets are never in it.
    #[serde(default)]
    pub answer: serde_json::Value,
}

/// One table of a restore: what was to be expected, and what the server says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct RestoredCount {
    /// The table of `db.json`, or "attachment_bodies".
    pub table: String,
    /// How many the archive holds, less those that the server skipped.
    pub expected: u64,
    /// How many the server skipped.
    pub skipped: u64,
    /// How many the server says it restored; `None` where an older server does not say.
    pub imported: Option<u64>,
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
    /// Where other copies of its body are, as far as that was looked for.
    #[serde(default)]
    pub copies: Vec<BodyCopy>,
}

impl SkippedAttachment {
    /// "cipherId/attachmentId", as the manifest and the target name the body.
    pub fn blob_name(&self) -> Option<String> {
        let name = self.path.strip_prefix("attachments/").unwrap_or(&self.path);
        let name = name.strip_suffix(".bin").unwrap_or(name);
        name.contains('/').then(|| name.to_owned())
    }
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
    /// The server gave no specific reason.
    NotTold,
}

impl Job for RestorePlan {
    const KIND: JobKind = JobKind::Restore;
    const CAN_RECHECK: bool = true;
    type Result = RestoreResult;
    type Ready = Self;

    async fn prepare(self, _services: &dyn JobServices, files: &dyn FileGrants) -> Result<Prepared<Self>> {
        if let RestoreSource::Local { path } = &self.source {
            files.may_read(Path::new(path))?;
        }
        Ok(Prepared::new(self.file_name.clone(), self))
    }

    async fn run(ready: Self, services: &dyn JobServices, watch: &Watch) -> Result<Outcome<RestoreResult>> {
        let kept = services.take_planned(&ready.handle);
        let session = services.session()?;
        let mut outcome = restore(session, &ready, kept, &services.safety_folder(), watch).await?;
        if let Outcome::Done(restored) = &mut outcome {
            services.note_copies(restored, watch).await;
        }
        Ok(outcome)
    }

    fn needs_attention(result: &RestoreResult) -> bool {
        !result.skipped.is_empty() || result.skipped_count > 0 || !result.missing.is_empty()
    }
}
