//! How a long job shows where it is. A job reports; the window, the terminal or
//! a test listens. Reporting never fails and never blocks the job.

use serde::{Deserialize, Serialize};

use crate::limits::OverLimit;

/// What a job is doing. The server's own steps (PROTOCOL section 2, "Progress")
/// and this app's steps share one list, so one place words them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Reaching the server.
    Connecting,
    /// The server prepares a run.
    RunPrepare,
    /// The server collects its rows.
    RunCollectData,
    /// The server packs the archive.
    RunPackageArchive,
    /// The server uploads attachment bodies that the target's index does not list.
    RunSyncAttachments,
    /// The server uploads the archive.
    RunUploadArchive,
    /// The server compares what it uploaded.
    RunVerifyArchive,
    /// The server applies retention.
    RunCleanup,
    /// The server collects rows for an export.
    ExportCollectData,
    /// The server packs an export.
    ExportPackageArchive,
    /// The file goes to the server.
    Uploading,
    /// The server has received the file.
    RestoreReceived,
    /// The server fetches the archive from the target.
    RestoreFetchArchive,
    /// The server prepares shadow tables.
    RestoreCreateShadow,
    /// The server imports rows.
    RestoreImportData,
    /// The server restores attachment bodies.
    RestoreFiles,
    /// The server switches to the restored data.
    RestoreFinalize,
    /// A file comes from the server or the target.
    Downloading,
    /// The server checks the file's hash.
    CheckingOnServer,
    /// This computer checks the file in full.
    CheckingHere,
    /// A folder is being listed.
    Listing,
    /// Files are being deleted.
    Deleting,
    /// Sending repaired backup settings and reading them again.
    RepairingSettings,
    /// Attachment bodies come in and are written.
    FetchingAttachments,
    /// Attachment bodies are uploaded to a target, for a restore from there.
    StagingAttachments,
    /// The complete file is written.
    WritingArchive,
    /// The file is encrypted and read back.
    Encrypting,
    /// A temporary server starts on this computer.
    StartingDrill,
    /// The connection died; finding out what the server did.
    FindingOut,
}

/// One report of a job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Update {
    /// The job entered a stage.
    Stage {
        /// Which one.
        stage: Stage,
    },
    /// The server named a step this app does not know; shown as it came.
    UnknownStep {
        /// The server's name for it.
        step: String,
    },
    /// Bytes moved or read in this stage so far.
    Bytes {
        /// So far.
        done: u64,
        /// In all, when known.
        total: Option<u64>,
    },
    /// Files dealt with in this stage so far.
    Files {
        /// So far.
        done: u64,
        /// In all.
        total: u64,
    },
    /// Attachment bodies dealt with so far, and their bytes.
    Attachments {
        /// So far.
        done: u64,
        /// In all.
        total: u64,
        /// Bytes so far.
        bytes: u64,
        /// Bytes in all.
        total_bytes: u64,
    },
    /// What the job makes would be over limits of the server's import.
    OverLimits {
        /// Every limit that is exceeded.
        limits: Vec<OverLimit>,
    },
    /// The job waits automatically, so that it stays under the server's limit of calls.
    KeepingLimit {
        /// Seconds from now.
        seconds: u32,
    },
    /// The job waits before it continues, as the server asked.
    Waiting {
        /// Seconds from now.
        seconds: u32,
    },
}

/// Where a job reports to.
pub trait Progress: Send + Sync {
    /// Takes one report. Must return at once.
    fn report(&self, update: Update);

    /// The server may have the request now and act on it, also when its response is
    /// lost; or it refused the request as it came, and has not.
    fn at_server(&self, _it_is: bool) {}

    /// Someone follows the reports.
    fn is_heard(&self) -> bool {
        true
    }

    /// Says that the job entered `stage`.
    fn stage(&self, stage: Stage) {
        self.report(Update::Stage { stage });
    }
}

/// No listener.
#[derive(Debug, Default, Clone, Copy)]
pub struct Silent;

impl Progress for Silent {
    fn report(&self, _update: Update) {}

    fn is_heard(&self) -> bool {
        false
    }
}

impl<F: Fn(Update) + Send + Sync> Progress for F {
    fn report(&self, update: Update) {
        self(update);
    }
}
