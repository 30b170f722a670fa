//! What an inspection says, in the shape that `nwdesk inspect --json`, the
//! window and the ledger share.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::details::{DamageDetail, WarningDetail, known};
use super::name::server_finds_mismatch;
use super::rules::{Mode, Refusal};
use crate::DamageCode;
use crate::WarningCode;

/// Where a NodeWarden instance keeps attachment bodies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "lowercase")]
pub enum Storage {
    /// Cloudflare R2: no limit that an import could reach.
    R2,
    /// Cloudflare KV: no body over 26,214,400 bytes.
    Kv,
    /// No attachment storage bound.
    None,
}

impl Storage {
    /// The storage that a manifest names; one that it does not name is none.
    #[must_use]
    pub fn named(kind: Option<&str>) -> Self {
        match kind {
            Some("r2") => Self::R2,
            Some("kv") => Self::Kv,
            _ => Self::None,
        }
    }
}

/// The file name's hash against the content's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "lowercase")]
pub enum NameHash {
    /// The name ends in the first five hex digits of the SHA-256.
    Match,
    /// The name ends in five hex digits of another content.
    Mismatch,
    /// The name carries no hash: nothing can be said from it.
    Absent,
}

/// What a backup holds of the attachments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Every attachment row has its body inside.
    Complete,
    /// Rows are inside, bodies are elsewhere.
    IndexOnly,
    /// The rows were left out.
    NoAttachments,
}

/// Everything known about a backup ZIP.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Inspection {
    /// The file itself.
    pub file: FileFacts,
    /// The name's hash against the content's.
    pub name_hash: NameHash,
    /// What it holds of the attachments; `None` when that is unknown.
    pub kind: Option<Kind>,
    /// No damage was found anywhere.
    pub intact: bool,
    /// Every damage found, each with the entry it concerns.
    pub damage: Vec<Damage>,
    /// What the server would return.
    pub server: ServerVerdicts,
    /// The same for the other storages that a server may have, where that was
    /// asked for.
    pub elsewhere: Vec<Elsewhere>,
    /// What a server that holds data would return when nothing was to be replaced.
    pub without_replacing: WithoutReplacing,
    /// What the server does not warn of.
    pub warnings: Vec<Warning>,
    /// Rows in each table.
    pub tables: BTreeMap<String, u64>,
    /// The attachments, summed up.
    pub attachments: AttachmentFacts,
    /// Active administrators who could repair the backup settings from this file.
    pub repairable_by: Vec<Person>,
    /// The manifest, as far as it could be read.
    pub manifest: Option<ManifestFacts>,
    /// Everyone in the backup.
    pub people: Vec<PersonFacts>,
    /// The last known result of each target, unencrypted in every backup.
    pub targets: Vec<TargetMemory>,
    /// Kinds of secret that anyone with this file can read, and how many.
    pub exposes: Vec<Exposure>,
}

/// The file itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct FileFacts {
    /// Its name, without the folder.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// SHA-256 of the whole file, 64 lower-case hex digits.
    pub sha256: String,
}

/// What can be said at once, while the hash and the checks still run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct FirstFacts {
    /// Its name, without the folder.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// What it holds of the attachments, by the manifest and the entries' names.
    pub kind: Option<Kind>,
    /// The manifest, as far as it could be read.
    pub manifest: Option<ManifestFacts>,
    /// Rows in each table, as the manifest counts them.
    pub tables: BTreeMap<String, u64>,
    /// Entries in the ZIP.
    pub entries: u64,
    /// Attachment bodies inside.
    pub bodies: u64,
}

/// One damage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Damage {
    /// The entry it concerns; `None` for the file as a whole.
    pub entry: Option<String>,
    /// A stable word for it, such as `crc-mismatch`.
    pub code: DamageCode,
    /// The sentence for the person, in English.
    pub message: String,
    /// What it is exactly, with the values in the sentence. None when another version of
    /// the app wrote this.
    #[serde(default, deserialize_with = "known")]
    #[specta(type = Option<DamageDetail>)]
    pub detail: Option<DamageDetail>,
}

impl Inspection {
    /// What the server returns, before it checks anything else, when the name's
    /// hash is of another content and that is not accepted: the same words for every
    /// screen. `None` when it finds no other hash.
    pub fn mismatch_answer(&self, from_target: bool) -> Option<String> {
        let mode = if from_target { Mode::RemoteRestore } else { Mode::LocalImport };
        server_finds_mismatch(&self.file.name, &self.file.sha256).then(|| Refusal::checksum(mode).message)
    }
}

/// The server's predicted responses (PROTOCOL section 3), evaluated with
/// replaceExisting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct ServerVerdicts {
    /// Uploaded as a local import.
    pub import: ServerVerdict,
    /// Restored from the target's folder.
    pub remote_restore: ServerVerdict,
}

/// The predicted responses of a server with another storage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Elsewhere {
    /// Where that server keeps attachment bodies.
    pub storage: Storage,
    /// What it would return.
    pub server: ServerVerdicts,
    /// What it would not warn of.
    pub warnings: Vec<Warning>,
}

/// The predicted responses of a server that holds data, when replacing it was not
/// asked for: it always refuses.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct WithoutReplacing {
    /// Its own text to an upload.
    pub import: Option<String>,
    /// Its own text to a restore from the target's folder.
    pub remote_restore: Option<String>,
}

/// One predicted response.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct ServerVerdict {
    /// It would be taken.
    pub accepts: bool,
    /// The server's own text when it would be refused.
    pub error: Option<String>,
    /// What the server would leave out.
    pub skipped: Skipped,
}

/// The server's skipped list, as it words it (PROTOCOL section 2, "Import result").
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Skipped {
    /// One reason for the whole list.
    #[serde(default)]
    pub reason: Option<String>,
    /// How many attachments.
    #[serde(default)]
    pub attachments: u64,
    /// Each of them.
    #[serde(default)]
    pub items: Vec<SkippedItem>,
}

/// One line of a skipped list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct SkippedItem {
    /// Always "attachment" so far.
    pub kind: String,
    /// `attachments/<cipherId>/<attachmentId>`, with `.bin` after a local import.
    pub path: String,
    /// The size that the rows name.
    #[serde(default)]
    pub size_bytes: u64,
}

/// Something the server would not warn of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Warning {
    /// A stable word for it, such as `no-active-administrator`.
    pub code: WarningCode,
    /// How serious it is.
    pub severity: Severity,
    /// The sentence for the person, in English.
    pub message: String,
    /// What to do about it, in English.
    pub hint: String,
    /// What it is exactly, with the values in the sentence. None when another version of
    /// the app wrote this.
    #[serde(default, deserialize_with = "known")]
    #[specta(type = Option<WarningDetail>)]
    pub detail: Option<WarningDetail>,
}

/// How serious a warning is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Good to know.
    Note,
    /// Something would be lost or has to be done afterwards.
    Caution,
    /// Restoring this would lock people out or lose what cannot be had again.
    Danger,
}

/// The attachments, summed up.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct AttachmentFacts {
    /// Rows in the attachments table.
    pub rows: u64,
    /// Rows whose body is inside.
    pub present: u64,
    /// Rows whose body is not inside.
    pub missing: u64,
    /// Bytes of the bodies inside.
    pub bytes: u64,
}

/// Someone, by id and email address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Person {
    /// The user id.
    pub user_id: String,
    /// The email address.
    pub email: String,
}

/// Someone in the backup, with what belongs to them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct PersonFacts {
    /// The user id.
    pub user_id: String,
    /// The email address.
    pub email: String,
    /// "admin" or "user".
    pub role: String,
    /// "active" or what else the row says.
    pub status: String,
    /// Two-step by authenticator is on.
    pub two_step: bool,
    /// The settings' portable part has a wrap for them.
    pub has_wrap: bool,
    /// Vault items.
    pub ciphers: u64,
    /// Folders.
    pub folders: u64,
    /// Attachments.
    pub attachments: u64,
}

/// The manifest's facts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct ManifestFacts {
    /// The format, 1 so far.
    pub format_version: Option<i64>,
    /// When it was exported, RFC 3339, as written.
    pub exported_at: Option<String>,
    /// NodeWarden's own version.
    pub app_version: Option<String>,
    /// Where the exporting instance kept bodies: "r2", "kv" or none.
    pub storage_kind: Option<String>,
    /// The manifest says that attachment rows are included.
    pub includes_attachments: bool,
    /// Bodies that the manifest lists.
    pub attachment_blobs: u64,
    /// Bytes of the bodies that the manifest lists.
    pub total_bytes: u64,
}

/// What a backup remembers of a target (`backup.runtime.v1`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct TargetMemory {
    /// The target's id.
    pub id: String,
    /// The last known results.
    #[serde(flatten)]
    pub runtime: TargetRuntime,
}

/// The last known results of a target, as reported by servers and backups. Times are RFC 3339.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase", default)]
pub struct TargetRuntime {
    /// The last try.
    pub last_attempt_at: Option<String>,
    /// The last that went well.
    pub last_success_at: Option<String>,
    /// The last that failed.
    pub last_error_at: Option<String>,
    /// What it failed with, in the server's words.
    pub last_error_message: Option<String>,
    /// The last file uploaded.
    pub last_uploaded_file_name: Option<String>,
    /// Its size in bytes.
    pub last_uploaded_size_bytes: Option<u64>,
}

/// A kind of secret that the file exposes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Exposure {
    /// `totp-secret`, `recovery-code`, `password-hint`, `password-verifier`.
    pub kind: String,
    /// How many.
    pub count: u64,
}
