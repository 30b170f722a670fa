//! The request for an export, and what it found.

use crate::limits::OverLimit;
use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use crate::checks::CheckedHere;
use crate::server::Session;
use crate::targets::TargetFolder;

/// What an export is made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExportFrom {
    /// What the server holds now.
    Server {
        /// With the attachments, their rows and bodies.
        attachments: bool,
    },
    /// A ZIP on this computer that lists attachments without holding their bodies.
    Zip(PathBuf),
    /// Such a ZIP on a target of the server: it is downloaded first.
    Remote {
        /// The target's id.
        target_id: String,
        /// The path below the target's root.
        path: String,
    },
}

/// What becomes of the export when bodies are missing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum Missing {
    /// No file: what is there already is kept, so that the export can continue later.
    #[default]
    Fail,
    /// An incomplete file, which the server does not import.
    Keep,
    /// A file without these attachments, which the server imports.
    LeaveOut,
}

/// Which unfinished export to continue with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Resume {
    /// None: a new one.
    #[default]
    New,
    /// The newest that fits, or a new one when there is none.
    Latest,
    /// This part file.
    Part(PathBuf),
}

/// An export to be made.
pub struct ExportOrder<'a> {
    /// What it is made from.
    pub from: ExportFrom,
    /// The folder that the file goes to.
    pub folder: PathBuf,
    /// The folder that the unfinished file is in until then; `folder` itself when none.
    pub work: Option<PathBuf>,
    /// Where bodies come from, in this order, after those that the ZIP holds itself.
    pub sources: Vec<BodySource<'a>>,
    /// What is kept of them beside the part file.
    pub kept_sources: KeptSources,
    /// Which content bodies are known to have.
    pub known_bodies: Option<&'a dyn KnownBodies>,
    /// The server, when the export is made from it.
    pub session: Option<&'a Session>,
    /// What becomes of it when bodies are missing.
    pub missing: Missing,
    /// How many bodies are fetched at a time.
    pub parallel: usize,
    /// The file is encrypted with this.
    pub passphrase: Option<SecretString>,
    /// Which unfinished export to continue with.
    pub resume: Resume,
    /// End before the first body when the server would not import the result.
    pub ask_over_limits: bool,
}

/// How many bodies are fetched at a time, unless something else is requested.
pub const PARALLEL: usize = 12;

/// Where bodies come from.
pub enum BodySource<'a> {
    /// The server's own storage.
    Server(&'a Session),
    /// A target reached from this computer.
    Target(Arc<TargetFolder>),
    /// A folder with the layout of a target.
    Folder(PathBuf),
    /// Another ZIP on this computer.
    Zip(PathBuf),
}

/// Knows the content of bodies that were seen before.
pub trait KnownBodies: Send + Sync {
    /// SHA-256 of each of `names` ("cipherId/attachmentId") that is known with its size.
    fn hashes(&self, bodies: &[(String, u64)]) -> HashMap<String, String>;
}

/// Where an export takes bodies from, as it is kept beside its part file so that it can go
/// on with the same sources. A login is never kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase", default)]
pub struct KeptSources {
    /// The server's own storage.
    pub server: bool,
    /// Other ZIPs on this computer.
    pub zips: Vec<String>,
    /// Folders with the layout of a target's.
    pub folders: Vec<String>,
    /// Targets reached from this computer.
    pub targets: Vec<KeptTarget>,
}

/// A target that an export takes bodies from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct KeptTarget {
    /// Its id in the settings that were opened.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The backup that its settings were opened from, when it was one on this computer.
    pub opened_from: Option<String>,
}

/// A kind of source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum SourceKind {
    /// The ZIP that is made complete held it.
    Itself,
    /// Another ZIP.
    Zip,
    /// A folder.
    Folder,
    /// A target.
    Target,
    /// The server.
    Server,
}

/// Why a body is not in the export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum MissingCause {
    /// No source has it.
    NotFound,
    /// What came has another size than its row says.
    SizeDiffers,
    /// What came is damaged: its checksum is wrong.
    Damaged,
    /// The source failed.
    SourceFailed,
    /// The source did not respond in time.
    TimedOut,
    /// The connection was lost each time.
    ConnectionLost,
    /// Its id is not one that a file can have, so the server would refuse it.
    UnsafeName,
}

/// A body that is not in the export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct MissingBody {
    /// `attachments/<cipherId>/<attachmentId>.bin`.
    pub path: String,
    /// The vault item.
    pub cipher_id: String,
    /// The attachment.
    pub attachment_id: String,
    /// The size that its row names.
    pub size_bytes: u64,
    /// Whose it is.
    pub owner: Option<String>,
    /// Why it is missing.
    pub cause: MissingCause,
    /// How often it was tried.
    pub tries: u32,
    /// The words of the source that failed.
    #[serde(default)]
    pub original: Option<String>,
}

/// Where a body in the export came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct BodyOrigin {
    /// `attachments/<cipherId>/<attachmentId>.bin`.
    pub path: String,
    /// The kind of source.
    pub source: SourceKind,
    /// Its size.
    #[serde(default)]
    pub bytes: u64,
    /// SHA-256 of it, 64 lower-case hex digits.
    #[serde(default)]
    pub sha256: String,
}

/// The attachments of an export, in numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct ExportedAttachments {
    /// How many there are.
    pub listed: u64,
    /// How many bodies were written.
    pub written: u64,
    /// Those that are missing.
    pub missing: Vec<MissingBody>,
}

/// An export, finished or not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct ExportResult {
    /// The file; none when bodies are missing and nothing was to be kept.
    pub file: Option<String>,
    /// Its size.
    pub bytes: u64,
    /// SHA-256 of the ZIP, 64 lower-case hex digits.
    pub sha256: String,
    /// The attachments.
    pub attachments: ExportedAttachments,
    /// How many bodies came from each kind of source.
    pub sources: BTreeMap<SourceKind, u64>,
    /// Where each body came from.
    pub origins: Vec<BodyOrigin>,
    /// The server would import it whole.
    pub importable: bool,
    /// What stands against that.
    pub reason: Option<String>,
    /// The limits of the import that it exceeds.
    pub over_limits: Vec<OverLimit>,
    /// What was to become of missing bodies.
    pub policy: Missing,
    /// It is encrypted with a passphrase.
    pub encrypted: bool,
    /// What reading the finished file in full showed.
    pub check: Option<CheckedHere>,
    /// The part file that it can continue with, when there is no file yet.
    pub unfinished: Option<String>,
}

/// An export that was not finished.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct UnfinishedExport {
    /// The part file.
    pub part: String,
    /// The server it is made from; none when a ZIP is made complete.
    pub server: Option<String>,
    /// The ZIP that is made complete.
    pub zip: Option<String>,
    /// The ZIP on a target that is made complete.
    pub remote: Option<RemoteZip>,
    /// Where its bodies come from.
    pub sources: KeptSources,
    /// The finished file is to be encrypted: continuing needs a passphrase.
    pub encrypted: bool,
    /// Bodies that are written.
    pub written: u64,
    /// Their bytes.
    pub bytes: u64,
    /// When it was last written to, RFC 3339.
    pub written_at: Option<String>,
}

/// A ZIP on a target of a server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct RemoteZip {
    /// The target's id.
    pub target_id: String,
    /// The path below the target's root.
    pub path: String,
}
