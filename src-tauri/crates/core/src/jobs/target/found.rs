//! What looking at a target's folder showed.

use serde::{Deserialize, Serialize};

use crate::Error;
use crate::archive::{Kind, NameHash};
use crate::checks::IntegrityLevel;
use crate::targets::IndexState;

/// Losses of one backup that are listed one by one; their number and owners are always whole.
pub const MOST_LISTED: usize = 200;

/// What a target's folder holds, and what a restore from it would lose.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct DoctorResult {
    /// The place, without any login.
    pub place: String,
    /// Each backup, the newest name first.
    pub backups: Vec<BackupLosses>,
    /// Every body that some backup needs and that is not there as it should be.
    pub lost: Vec<WouldLose>,
    /// The attachment index.
    pub index: IndexReport,
    /// Bodies that no backup names. They are only reported: a backup elsewhere may need them.
    pub orphans: Vec<TargetBody>,
    /// How many bodies are there.
    pub bodies: u64,
    /// Folders that could not be listed.
    pub unread: Vec<UnreadFolder>,
}

impl DoctorResult {
    /// Something is damaged: a backup, or the index cannot be read.
    pub fn is_damaged(&self) -> bool {
        self.backups.iter().any(|backup| backup.error.is_some() || backup.is_useless())
            || matches!(self.index.state, IndexState::Unreadable | IndexState::Foreign)
    }

    /// Something is missing: attachments, now or after the next run of the server, or every backup.
    pub fn is_missing_something(&self) -> bool {
        self.backups.is_empty() || self.is_missing_attachments()
    }

    fn is_missing_attachments(&self) -> bool {
        !self.lost.is_empty() || self.index.state == IndexState::Stale
    }

    /// Everything was checked, and nothing is wrong.
    pub fn is_good(&self) -> bool {
        !self.backups.is_empty() && self.is_ready()
    }

    /// The same, but for a backup that is still to be made.
    pub fn is_ready(&self) -> bool {
        let is_sure = self.unread.is_empty() && self.index.state != IndexState::NotRead;
        is_sure && !self.is_damaged() && !self.is_missing_attachments()
    }
}

/// One backup, and what a restore of it would lose today.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct BackupLosses {
    /// Its name.
    pub name: String,
    /// Its size, where the target reports it.
    pub bytes: Option<u64>,
    /// What reading it in full showed.
    pub level: IntegrityLevel,
    /// The server's words, when it would refuse to restore it.
    pub refusal: Option<String>,
    /// How many attachments it lists whose bodies have to be on the target.
    pub listed: u64,
    /// How many of them a restore would lose.
    pub would_lose_count: u64,
    /// The first of them.
    pub would_lose: Vec<WouldLose>,
    /// Whose they are.
    pub owners: Vec<OwnerLosses>,
    /// Why it could not be read.
    pub error: Option<Error>,
}

impl BackupLosses {
    /// Its content is damaged or not what its name says.
    pub fn is_damaged(&self) -> bool {
        matches!(self.level, IntegrityLevel::Damaged | IntegrityLevel::Mismatch)
    }

    /// It is damaged, or the server would refuse it: it restores nothing that can be relied on.
    pub fn is_useless(&self) -> bool {
        self.is_damaged() || self.refusal.is_some()
    }
}

/// How much of one person's would be lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct OwnerLosses {
    /// Their email address.
    pub owner: Option<String>,
    /// Attachments.
    pub attachments: u64,
    /// Their sizes added up.
    pub bytes: u64,
}

/// An attachment that a restore would lose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct WouldLose {
    /// "cipherId/attachmentId".
    pub path: String,
    /// The size that the backup names.
    pub size_bytes: u64,
    /// Whose it is.
    pub owner: Option<String>,
    /// Why.
    pub cause: LossCause,
}

/// Why an attachment would be lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum LossCause {
    /// Its body is not there.
    Missing,
    /// Its body has another size.
    SizeDiffers,
    /// Its name leads elsewhere: no server takes it.
    UnsafeName,
}

/// A body on a target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct TargetBody {
    /// "cipherId/attachmentId".
    pub path: String,
    /// Its size, where the target reports it.
    pub size_bytes: Option<u64>,
}

/// A body that has another size than the index says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct IndexedSize {
    /// "cipherId/attachmentId".
    pub path: String,
    /// The size that the index says.
    pub listed_bytes: u64,
    /// The size that it has.
    pub found_bytes: u64,
}

/// The attachment index against the bodies.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct IndexReport {
    /// What it is.
    pub state: IndexState,
    /// Why the target did not return it.
    pub error: Option<Error>,
    /// How many bodies it lists.
    pub entries: u64,
    /// Bodies that it lists and that are not there: the server never uploads them again.
    pub listed_but_missing: Vec<TargetBody>,
    /// Bodies that are there and that it does not list: the server uploads them again.
    pub present_but_unlisted: Vec<TargetBody>,
    /// Bodies of another size than it says.
    pub size_differs: Vec<IndexedSize>,
}

/// A folder that could not be listed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct UnreadFolder {
    /// Its path below the target's root.
    pub path: String,
    /// Why.
    pub error: Error,
}

/// What reading a target showed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct VerifyResult {
    /// The place, without any login.
    pub place: String,
    /// Each backup, the newest name first.
    pub archives: Vec<VerifiedArchive>,
    /// The bodies that the backups need.
    pub attachments: AttachmentCounts,
    /// The bodies that are not as they should be.
    pub problems: Vec<BodyProblem>,
    /// How much of the bodies was ever read.
    pub coverage: Coverage,
    /// How many reads failed and were right the second time.
    pub passing_errors: u64,
    /// Folders that could not be listed.
    pub unread: Vec<UnreadFolder>,
}

impl VerifyResult {
    /// Something is not what it was or should be.
    pub fn is_damaged(&self) -> bool {
        self.archives.iter().any(VerifiedArchive::is_damaged)
            || self.attachments.size_differs + self.attachments.changed > 0
    }

    /// Bodies are missing, or every backup.
    pub fn is_missing_something(&self) -> bool {
        self.archives.is_empty() || self.attachments.missing > 0
    }

    /// Something could not be read, so that nothing is known of it.
    pub fn is_unsure(&self) -> bool {
        self.attachments.unreadable > 0
            || !self.unread.is_empty()
            || self.archives.iter().any(|archive| archive.error.is_some())
    }
}

/// One backup, read in full.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct VerifiedArchive {
    /// Its name.
    pub name: String,
    /// Its size.
    pub bytes: Option<u64>,
    /// Nothing in it is damaged.
    pub intact: bool,
    /// The name's hash against its content.
    pub name_hash: Option<NameHash>,
    /// What it holds of the attachments.
    pub kind: Option<Kind>,
    /// The server's words, when it would refuse to restore it.
    pub refusal: Option<String>,
    /// How sure we are of it.
    pub level: IntegrityLevel,
    /// SHA-256 of it.
    pub sha256: Option<String>,
    /// Its content is another one than when it was first read.
    pub changed: bool,
    /// How many attachments it lists whose bodies have to be on the target.
    #[serde(default)]
    pub listed: u64,
    /// How many of them are missing there or have another size.
    #[serde(default)]
    pub lost: u64,
    /// Why it could not be read.
    pub error: Option<Error>,
}

impl VerifiedArchive {
    /// It was read, and is not what it should be.
    pub fn is_damaged(&self) -> bool {
        self.changed || matches!(self.level, IntegrityLevel::Damaged | IntegrityLevel::Mismatch)
    }
}

/// How the bodies stand that the backups need.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct AttachmentCounts {
    /// How many there are in all backups.
    pub listed: u64,
    /// How many are there with the right size.
    pub present: u64,
    /// How many are not there.
    pub missing: u64,
    /// How many have another size.
    pub size_differs: u64,
    /// How many could not be looked up or read.
    pub unreadable: u64,
    /// How many have another content than when they were first read.
    pub changed: u64,
    /// How many were read in full this time.
    pub read: u64,
}

/// A body that is not as it should be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct BodyProblem {
    /// "cipherId/attachmentId".
    pub path: String,
    /// The size that the backup names.
    pub size_bytes: u64,
    /// Whose it is.
    pub owner: Option<String>,
    /// What is wrong.
    pub trouble: BodyTrouble,
}

/// What is wrong with a body.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum BodyTrouble {
    /// It is not there.
    Missing,
    /// It has another size.
    SizeDiffers,
    /// Its content is another one than when it was first read.
    Changed,
    /// Two reads gave two contents.
    Unstable,
    /// It could not be read, twice.
    Unreadable {
        /// Why.
        error: Error,
    },
}

/// How much of a target's bodies was ever read in full and found right.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Coverage {
    /// How many were.
    pub checked: u64,
    /// Of how many.
    pub of: u64,
    /// When the one was read that was not read for the longest time, RFC 3339.
    pub oldest_check: Option<String>,
    /// How many are read a day, when the check rotates.
    pub per_day: Option<u64>,
}

/// What healing a target did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct HealResult {
    /// The place, without any login.
    pub place: String,
    /// How many attachments the server had, when all of those were to be there.
    #[serde(default)]
    pub on_server: Option<u64>,
    /// The bodies that were put back.
    pub uploaded: Vec<UploadedBody>,
    /// The bodies that backups still lack.
    pub still_missing: Vec<StillMissing>,
    /// The index now lists what is there.
    pub index_written: bool,
    /// Where the index is kept that was there before.
    pub index_kept_as: Option<String>,
    /// Bodies of a wrong size that were given another name.
    pub kept_beside: Vec<String>,
    /// Why it ended before its end. What was done stays; starting again continues.
    pub error: Option<Error>,
    /// The target as it is afterwards; `None` when it could not be checked.
    pub after: Option<Box<DoctorResult>>,
}

/// A body that was put back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct UploadedBody {
    /// "cipherId/attachmentId".
    pub path: String,
    /// Its size.
    pub size_bytes: u64,
    /// Where it came from.
    pub source: super::HealSourceKind,
}

/// A body that a backup still lacks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct StillMissing {
    /// "cipherId/attachmentId".
    pub path: String,
    /// The size that the backup names.
    pub size_bytes: u64,
    /// Whose it is.
    pub owner: Option<String>,
    /// Why.
    pub why: StillMissingCause,
    /// What the last source failed with.
    pub error: Option<Error>,
}

/// Why a body is still missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum StillMissingCause {
    /// No source has it.
    NoSource,
    /// A source has something else under its name.
    DoesNotFit,
    /// A source failed.
    SourceFailed,
    /// The target did not take it.
    NotTaken,
    /// The job ended before its turn came.
    NotReached,
}
