//! Looking into a file on this computer, without account or network.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use secrecy::SecretString;
use tokio_util::sync::CancellationToken;

use super::tasks::blocking;
use super::{Parts, Sessions};
use crate::archive::{
    self, Attachment, Cleaned, Diff, FirstFacts, InspectOptions, Inspection, Salvaged, Storage,
};
use crate::checks::CheckedHere;
use crate::clock::Clock;
use crate::error::JobDetail;
use crate::jobs::{self, IntegrityResult, Outcome, Watch};
use crate::ledger::{KnownArchive, Ledger, NewCheck, Place};
use crate::{Error, Result};

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

/// What was read, where no one waits for a record of the stop.
fn not_stopped<T>(outcome: Outcome<T>) -> Result<T> {
    match outcome {
        Outcome::Done(read) => Ok(read),
        Outcome::Stopped | Outcome::Unknown(_) => Err(JobDetail::Stopped.error()),
    }
}

/// Backups on this computer.
pub struct Archives {
    ledger: Arc<Ledger>,
    sessions: Arc<Sessions>,
    clock: Arc<dyn Clock>,
}

impl Archives {
    pub(super) fn new(parts: &Parts) -> Self {
        Self {
            ledger: Arc::clone(&parts.ledger),
            sessions: Arc::clone(&parts.sessions),
            clock: Arc::clone(&parts.clock),
        }
    }

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

    /// Notes what looking at a file on this computer showed.
    ///
    /// # Errors
    /// `LedgerFailed`.
    pub fn note_local(&self, path: &Path, check: &IntegrityResult) -> Result<()> {
        let full = std::path::absolute(path).map_err(|error| Error::file(path, &error))?;
        self.note(&Place::Local { path: full.to_string_lossy().into_owned() }, check)
    }

    pub(super) fn note(&self, place: &Place, check: &IntegrityResult) -> Result<()> {
        let now = self.clock.now();
        if let Some(here) = &check.here {
            self.ledger.record_archive(&known_archive(&check.file_name, here), now)?;
        }
        let new = NewCheck {
            level: check.level,
            sha256: check.here.as_ref().map(|here| here.sha256.clone()),
            bytes: check.here.as_ref().map(|here| here.bytes),
            name_hash: check.here.as_ref().map(|here| here.name_hash),
            refusal: check.here.as_ref().and_then(|here| here.refusal.clone()),
            listed: check.listed.clone(),
            attachments: check.attachments.clone(),
        };
        self.ledger.record_check(place, &new, now)
    }
}

fn known_archive(name: &str, here: &CheckedHere) -> KnownArchive {
    KnownArchive {
        sha256: here.sha256.clone(),
        name: name.to_owned(),
        bytes: here.bytes,
        kind: here.kind,
        app_version: here.app_version.clone(),
        exported_at: here.exported_at.clone(),
        repairable_by: here.repairable_by.clone(),
    }
}
