//! The temporary server of a drill, and what a drill showed.

use std::path::PathBuf;

use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};

use crate::Result;
use crate::archive::{Skipped, Storage};
use crate::jobs::{MissingRows, Outcome, Watch};
use crate::server::{Answer, ImportAnswer, Imported};

/// What a temporary server restores.
#[derive(Debug, Clone)]
pub struct Rehearsed {
    /// The backup, decrypted.
    pub file: PathBuf,
    /// Its name, which the server compares with its content.
    pub name: String,
    /// What the server keeps attachments in.
    pub storage: Storage,
    /// The folder with attachments; the server then restores from a target that has them.
    pub attachments: Option<PathBuf>,
    /// An empty folder for everything that the server writes. The caller deletes it.
    pub folder: PathBuf,
}

/// What a temporary server did with a backup.
#[derive(Debug, Clone)]
pub enum Rehearsal {
    /// It restored it.
    Restored(Box<Answer<ImportAnswer>>),
    /// It refused it, with these words.
    Refused(String),
}

/// Starts temporary servers. They listen on this computer only, with credentials of their own,
/// and are gone when they have responded.
pub trait DrillServer: Send + Sync {
    /// Restores a backup into a new server and ends that server, also when it is stopped.
    fn restore<'a>(
        &'a self,
        rehearsed: &'a Rehearsed,
        watch: &'a Watch,
    ) -> BoxFuture<'a, Result<Outcome<Rehearsal>>>;
}

/// How a drill ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct DrillResult {
    /// The backup's name.
    pub file_name: String,
    /// Where it is on this computer.
    pub file: String,
    /// SHA-256 of the ZIP; of an encrypted export, that of the ZIP inside.
    pub sha256: String,
    /// What the temporary server kept attachments in.
    pub storage: Storage,
    /// The folder that the attachments came from.
    pub folder: Option<String>,
    /// The file is undamaged, and everything in it was restored.
    pub ok: bool,
    /// The file is undamaged.
    pub intact: bool,
    /// The server restored it.
    pub accepted: bool,
    /// The server's words when it refused.
    pub error: Option<String>,
    /// It was refused because it lists attachments that are neither inside nor in a folder.
    pub needs_folder: bool,
    /// What the server says it imported; none when it refused.
    pub imported: Option<Imported>,
    /// What it left out.
    pub skipped: Skipped,
    /// Rows of the backup that the server neither imported nor named as skipped.
    pub missing: Vec<MissingRows>,
    /// How long the restore took.
    pub seconds: f64,
}

impl DrillResult {
    /// How many attachments were left out.
    #[must_use]
    pub fn skipped_count(&self) -> u64 {
        self.skipped.attachments.max(self.skipped.items.len() as u64)
    }
}
