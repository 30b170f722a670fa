//! The safety copies on this computer: they are kept until a person removes them.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Restores;
use crate::error::JobDetail;
use crate::incidents::CaseSubject;
use crate::jobs::{JobKind, JobRecord, SafetyCopyChoice};
use crate::ledger::{JobQuery, Place};
use crate::{Error, Result};

/// A safety copy on this computer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct KeptSafetyCopy {
    /// Its file name, by which it is removed.
    pub name: String,
    /// Its full path.
    pub path: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// When it was made, RFC 3339.
    pub made_at: Option<String>,
    /// What it holds; `None` when no restore on record made it.
    pub choice: Option<SafetyCopyChoice>,
    /// It was read in full when it was made, and is whole.
    pub is_verified: bool,
    /// Attachment bodies that the server had lost when it was made.
    pub missing_bodies: u64,
    /// The restore that it was made for.
    pub job_id: Option<i64>,
    /// The server that the restore replaced the data of, as it is called here.
    pub server_name: Option<String>,
}

impl Restores {
    /// The safety copies on this computer, the newest first.
    ///
    /// # Errors
    /// `LedgerFailed`, and what reading the folder fails with.
    pub fn safety_copies(&self) -> Result<Vec<KeptSafetyCopy>> {
        let query = JobQuery { kind: Some(JobKind::Restore), ..JobQuery::default() };
        let jobs = self.ledger.jobs(&query)?;
        let mut copies: Vec<_> =
            files(&self.files.safety_folder())?.into_iter().map(|file| self.described(file, &jobs)).collect();
        copies.sort_by(|a, b| b.made_at.cmp(&a.made_at).then_with(|| a.name.cmp(&b.name)));
        Ok(copies)
    }

    /// Removes the safety copy with this file name.
    ///
    /// # Errors
    /// `InvalidRequest` when there is none or while a recovery of what a restore left out is open, and
    /// what removing it fails with.
    pub fn remove_safety_copy(&self, name: &str) -> Result<()> {
        let folder = self.files.safety_folder();
        let file = files(&folder)?
            .into_iter()
            .find(|file| file.name == name)
            .ok_or_else(|| JobDetail::SafetyCopyNotFound { name: name.to_owned() }.error())?;
        // It may have the last copy of what a restore left out.
        for profile in self.ledger.profiles()? {
            if let Some((case, _)) = self.ledger.open_case(&profile.id)?
                && case.branch.freezes()
                && matches!(case.subject, CaseSubject::Restore { .. })
            {
                return Err(JobDetail::SafetyCopyFrozen { name: file.name }.error());
            }
        }
        std::fs::remove_file(&file.path).map_err(|error| Error::file(&file.path, &error))?;
        self.ledger.forget_place(&Place::Local { path: file.path.to_string_lossy().into_owned() })
    }

    fn described(&self, file: Found, jobs: &[JobRecord]) -> KeptSafetyCopy {
        let is_of = |job: &&JobRecord| {
            let kept = job.safety_copy.as_deref().map(Path::new);
            kept.and_then(Path::file_name).is_some_and(|kept| kept.to_string_lossy() == file.name)
        };
        let job = jobs.iter().find(is_of);
        let safety = job.and_then(|job| job.safety.as_ref());
        let profile = job.and_then(|job| job.profile_id.as_deref());
        KeptSafetyCopy {
            path: file.path.to_string_lossy().into_owned(),
            name: file.name,
            bytes: file.bytes,
            made_at: file.made_at.and_then(|at| Timestamp::try_from(at).ok()).map(|at| at.to_string()),
            choice: safety.map(|safety| safety.choice),
            is_verified: safety.is_some_and(|safety| safety.is_verified),
            missing_bodies: safety.map_or(0, |safety| safety.missing_bodies),
            job_id: job.map(|job| job.id),
            server_name: profile.and_then(|id| self.ledger.profile(id).ok()).map(|profile| profile.name),
        }
    }
}

struct Found {
    name: String,
    path: PathBuf,
    bytes: u64,
    made_at: Option<SystemTime>,
}

/// The ZIPs in the folder of safety copies; none when there is no folder yet.
fn files(folder: &Path) -> Result<Vec<Found>> {
    let failed = |error: std::io::Error| Error::file(folder, &error);
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failed(error)),
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        // What is hidden is still being written.
        let Ok(facts) = entry.metadata() else { continue };
        if facts.is_file() && name.ends_with(".zip") && !name.starts_with('.') {
            let made_at = facts.modified().ok();
            found.push(Found { name, path: entry.path(), bytes: facts.len(), made_at });
        }
    }
    Ok(found)
}
