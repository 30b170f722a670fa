//! Looking into a file on this computer, without account or network.

use std::path::{Path, PathBuf};

use secrecy::SecretString;
use tokio_util::sync::CancellationToken;

use super::Desk;
use super::tasks::blocking;
use crate::Result;
use crate::archive::{
    self, Attachment, Cleaned, Diff, FirstFacts, InspectOptions, Inspection, Salvaged, Storage,
};
use crate::checks::CheckedHere;
use crate::error::JobDetail;
use crate::jobs::{self, Outcome, Watch};

/// The first facts of a file, at once: manifest, kind, counts.
///
/// # Errors
/// A file error.
pub async fn first_facts(path: PathBuf) -> Result<FirstFacts> {
    blocking(move || archive::first_facts(&path)).await
}

/// Every attachment of a backup, each with its owner.
///
/// # Errors
/// A file error, `NotAnArchive` when the rows cannot be read, `Stopped`.
pub async fn attachments(path: PathBuf, cancel: CancellationToken) -> Result<Vec<Attachment>> {
    blocking(move || archive::attachments(&path, &cancel).and_then(not_stopped)).await
}

/// What changed from one backup to another.
///
/// # Errors
/// As [`archive::diff`], and `Stopped`.
pub async fn compare(before: PathBuf, after: PathBuf, cancel: CancellationToken) -> Result<Diff> {
    blocking(move || archive::diff(&before, &after, &cancel).and_then(not_stopped)).await
}

/// A copy of a backup without what does not belong in it, and without the password that it
/// may need; the original stays.
///
/// # Errors
/// As [`archive::clean`], and `Stopped`.
pub async fn clean(
    input: PathBuf,
    output: PathBuf,
    password: Option<SecretString>,
    cancel: CancellationToken,
) -> Result<Cleaned> {
    blocking(move || archive::clean(&input, &output, password.as_ref(), &cancel).and_then(not_stopped)).await
}

/// What can still be read of a damaged backup, as a new archive; the original stays.
///
/// # Errors
/// As [`archive::salvage`], and `Stopped`.
pub async fn salvage(input: PathBuf, output: PathBuf, cancel: CancellationToken) -> Result<Salvaged> {
    blocking(move || archive::salvage(&input, &output, &cancel).and_then(not_stopped)).await
}

/// What was read, where nobody waits for a record of the stop.
fn not_stopped<T>(outcome: Outcome<T>) -> Result<T> {
    match outcome {
        Outcome::Done(read) => Ok(read),
        Outcome::Stopped | Outcome::Unknown(_) => Err(JobDetail::Stopped.error()),
    }
}

impl Desk {
    /// Everything about a file; what it shows of the file's integrity is noted.
    ///
    /// # Errors
    /// A file error, `LedgerFailed`, `Stopped`.
    pub async fn inspect(&self, path: &Path, storage: Storage, watch: &Watch) -> Result<Inspection> {
        let options = InspectOptions {
            storage,
            all_storages: true,
            acting_user_email: self.sessions.signed().map(|signed| signed.profile.email.clone()),
            ..InspectOptions::default()
        };
        let inspection = not_stopped(jobs::inspect(path, options, watch).await?)?;
        let here = CheckedHere::from(&inspection);
        self.note_local(path, &jobs::local_check(&inspection.file.name, here))?;
        Ok(inspection)
    }
}
