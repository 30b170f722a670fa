//! Looking into a file on this computer, without account or network.

use std::path::{Path, PathBuf};

use super::Desk;
use crate::archive::{self, Attachment, Cleaned, Diff, FirstFacts, InspectOptions, Inspection, Storage};
use crate::jobs::{self, CheckedHere, Outcome, Watch};
use crate::{Code, Error, Result};

/// The first facts of a file, at once: manifest, kind, counts.
///
/// # Errors
/// A file error.
pub async fn first_facts(path: PathBuf) -> Result<FirstFacts> {
    Desk::blocking(move || archive::first_facts(&path)).await
}

/// Every attachment of a backup, each with its owner.
///
/// # Errors
/// A file error, `NotAnArchive` when the rows cannot be read.
pub async fn attachments(path: PathBuf) -> Result<Vec<Attachment>> {
    Desk::blocking(move || archive::attachments(&path)).await
}

/// What changed from one backup to another.
///
/// # Errors
/// As [`archive::diff`].
pub async fn compare(before: PathBuf, after: PathBuf) -> Result<Diff> {
    Desk::blocking(move || archive::diff(&before, &after)).await
}

/// A copy of a backup without what does not belong in it; the original stays.
///
/// # Errors
/// As [`archive::clean`].
pub async fn clean(input: PathBuf, output: PathBuf) -> Result<Cleaned> {
    Desk::blocking(move || archive::clean(&input, &output)).await
}

impl Desk {
    /// Everything about a file; what it shows of the file's integrity is noted.
    ///
    /// # Errors
    /// A file error, `LedgerFailed`.
    pub async fn inspect(&self, path: &Path, storage: Storage, watch: &Watch) -> Result<Inspection> {
        let options = InspectOptions {
            storage,
            acting_user_email: self.signed().map(|signed| signed.profile.email.clone()),
            ..InspectOptions::default()
        };
        let Outcome::Done(inspection) = jobs::inspect(path, options, watch).await? else {
            return Err(Error::new(
                Code::InvalidRequest,
                "The inspection was stopped.",
                "Inspect the file again.",
            ));
        };
        let here = CheckedHere::from(&inspection);
        self.note_local(path, &jobs::integrity_result(&inspection.file.name, None, Some(here)))?;
        Ok(inspection)
    }
}
