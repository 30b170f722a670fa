//! A drill: a backup is restored into a temporary server on this computer, which shows that
//! the file can be restored, how long that takes and what would be left out. It proves the
//! file; it proves nothing about the account of the person's own server.

pub(super) mod result;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use desk_base::done_or_return;
use secrecy::SecretString;
use serde::Deserialize;

use super::export::{decrypt, is_encrypted};
use super::receive::inspect;
use super::restore::{counts, missing_rows};
use super::{
    DrillResult, DrillServer, Job, JobKind, JobServices, Outcome, Prepared, Rehearsal, Rehearsed, Watch,
};
use crate::archive::{InspectOptions, Skipped, Storage};
use crate::error::JobDetail;
use crate::granted::{FileGrants, FileToRead, Folder};
use crate::progress::Stage;
use crate::server::{Answer, ImportAnswer};
use crate::{Error, Result};

/// What is drilled, and how.
#[derive(Debug, Clone, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct DrillRequest {
    /// The backup; an encrypted export needs its passphrase.
    pub file: FileToRead,
    /// What the temporary server keeps attachments in.
    pub storage: Storage,
    /// The folder of a target that has the attachments, for a backup that only lists them.
    pub folder: Option<Folder>,
    /// Opens an encrypted export.
    #[specta(type = Option<String>)]
    pub passphrase: Option<SecretString>,
}

/// A drill that was not refused.
pub struct ReadyDrill {
    file: PathBuf,
    storage: Storage,
    folder: Option<PathBuf>,
    passphrase: Option<SecretString>,
    server: Arc<dyn DrillServer>,
}

impl Job for DrillRequest {
    const KIND: JobKind = JobKind::Drill;
    type Result = DrillResult;
    type Ready = ReadyDrill;

    fn needs_session(&self) -> bool {
        false
    }

    async fn prepare(
        self,
        services: &dyn JobServices,
        files: &dyn FileGrants,
    ) -> Result<Prepared<ReadyDrill>> {
        let file = self.file.path(files)?;
        let subject = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let ready = ReadyDrill {
            file,
            storage: self.storage,
            folder: self.folder.map(|folder| folder.to_read(files)).transpose()?,
            passphrase: self.passphrase,
            server: services.drill_server()?,
        };
        Ok(Prepared::new(subject, ready))
    }

    async fn run(
        ready: ReadyDrill,
        services: &dyn JobServices,
        watch: &Watch,
    ) -> Result<Outcome<DrillResult>> {
        let outcome = drill(&ready, watch).await?;
        if let Outcome::Done(result) = &outcome {
            services.keep_drill(result)?;
        }
        Ok(outcome)
    }

    fn needs_attention(result: &DrillResult) -> bool {
        !result.ok
    }
}

/// Restores a backup into a temporary server.
///
/// # Errors
/// `InvalidRequest` without the passphrase of an encrypted export or when the folder has no
/// attachments, `WrongSecret`, `NotAnArchive`, `PracticeFailed`, `DiskFull`, and file errors.
async fn drill(request: &ReadyDrill, watch: &Watch) -> Result<Outcome<DrillResult>> {
    watch.stage(Stage::CheckingHere);
    // Everything the drill writes is in here, and goes with it however it ends.
    let scratch = watch.room.private_folder()?;
    let attachments = request.folder.as_deref().map(attachments_in).transpose()?;
    let file = match readable(request, scratch.path(), watch).await? {
        Outcome::Done(file) => file,
        Outcome::Stopped | Outcome::Unknown(_) => return Ok(Outcome::Stopped),
    };
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let size = std::fs::metadata(&file).map_err(|error| Error::file(&file, &error))?.len();
    // The rows and bodies of the ZIP are written once more.
    watch.room.gauge(&scratch.path().join("instance")).before(Some(size.saturating_mul(2)))?;
    let options = InspectOptions { storage: request.storage, ..InspectOptions::default() };
    let inspection = done_or_return!(inspect(&file, options, watch).await?);

    watch.stage(Stage::StartingDrill);
    let rehearsed = Rehearsed {
        folder: scratch.path().join("instance"),
        file,
        name,
        storage: request.storage,
        attachments,
    };
    let began = Instant::now();
    let rehearsal = done_or_return!(request.server.restore(&rehearsed, watch).await?);
    let seconds = began.elapsed().as_secs_f64();

    let mut result = DrillResult {
        file_name: rehearsed.name,
        file: request.file.display().to_string(),
        sha256: inspection.file.sha256.clone(),
        storage: request.storage,
        folder: request.folder.as_ref().map(|folder| folder.display().to_string()),
        ok: false,
        intact: inspection.intact,
        accepted: false,
        error: None,
        needs_folder: false,
        imported: None,
        skipped: Skipped::default(),
        missing: Vec::new(),
        seconds,
    };
    match rehearsal {
        Rehearsal::Restored(answer) => {
            let Answer { value: ImportAnswer { imported, skipped }, raw } = *answer;
            result.accepted = true;
            result.missing = missing_rows(&counts(&inspection.tables, &raw, &skipped));
            (result.imported, result.skipped) = (Some(imported), skipped);
        }
        Rehearsal::Refused(words) => {
            let attachments = &inspection.attachments;
            result.needs_folder =
                request.folder.is_none() && inspection.intact && attachments.present < attachments.rows;
            result.error = Some(words);
        }
    }
    result.ok = result.intact && result.accepted && result.skipped_count() == 0 && result.missing.is_empty();
    Ok(Outcome::Done(result))
}

/// The backup as it can be read: an encrypted export is decrypted below `scratch`.
async fn readable(request: &ReadyDrill, scratch: &Path, watch: &Watch) -> Result<Outcome<PathBuf>> {
    let (file, passphrase) = (request.file.clone(), request.passphrase.clone());
    let (to, cancel) = (scratch.join("decrypted"), watch.cancel.clone());
    let reading = tokio::task::spawn_blocking(move || {
        if !is_encrypted(&file) {
            return Ok(Outcome::Done(file));
        }
        let passphrase = passphrase.ok_or_else(|| JobDetail::FileIsEncrypted.error())?;
        decrypt(&file, &passphrase, &to, &cancel)
    });
    reading.await.unwrap_or_else(|_| Ok(Outcome::Stopped))
}

/// The attachments in a folder with the layout of a target's.
fn attachments_in(folder: &Path) -> Result<PathBuf> {
    let full = std::path::absolute(folder).map_err(|error| Error::file(folder, &error))?;
    let attachments = full.join("attachments");
    if attachments.is_dir() {
        return Ok(attachments);
    }
    Err(JobDetail::NoAttachmentsFolder { path: folder.display().to_string() }.error())
}
