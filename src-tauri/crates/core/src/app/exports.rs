//! The unfinished exports that this computer has.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::opened::{OpenedSource, SettingsVault};
use super::{Files, Parts};
use crate::error::JobDetail;
use crate::jobs::{self, BodyOrigin, KeptTarget, KnownBodies, PartFile, SourceKind, UnfinishedExport};
use crate::ledger::{Ledger, SeenBody};
use crate::{Error, Result};

/// Folders of exports that are remembered.
const MOST_FOLDERS: usize = 20;
/// The file that remembers them.
const FOLDERS_FILE: &str = "export-folders.json";

/// Exports that were not finished, and where exports are made.
pub struct Exports {
    files: Arc<Files>,
    opened: Arc<SettingsVault>,
}

impl Exports {
    pub(super) fn new(parts: &Parts, opened: Arc<SettingsVault>) -> Self {
        Self { files: Arc::clone(&parts.files), opened }
    }

    /// Exports that were not finished, in the folders where exports were made.
    pub async fn unfinished_exports(&self) -> Result<Vec<UnfinishedExport>> {
        let mut folders = self.export_folders();
        folders.push(self.exports_folder());
        super::tasks::blocking(move || {
            Ok(folders.iter().flat_map(|folder| jobs::unfinished_exports(folder)).collect())
        })
        .await
    }

    /// Removes an unfinished export that [`Exports::unfinished_exports`] lists.
    ///
    /// # Errors
    /// `InvalidRequest` for another file, `Busy` when a process works on it.
    pub async fn discard_export(&self, part: &str) -> Result<()> {
        self.known_unfinished(part).await?;
        let part = PathBuf::from(part);
        super::tasks::blocking(move || jobs::discard_export(&part)).await
    }

    /// The unfinished export with this part file, among those that are known.
    ///
    /// # Errors
    /// `InvalidRequest` when it is none of them.
    pub async fn known_unfinished(&self, part: &str) -> Result<UnfinishedExport> {
        let found = self.unfinished_exports().await?.into_iter().find(|one| one.part == part);
        found.ok_or_else(|| JobDetail::NoUnfinishedExport.error())
    }

    /// Where exports are until they are encrypted: the unencrypted bytes never reach the folder
    /// that the person chose.
    pub(super) fn exports_folder(&self) -> PathBuf {
        self.files.folder().join("exports")
    }

    /// What is kept of a target that bodies come from.
    pub(super) fn kept_target(&self, handle: &str, destination_id: &str) -> Result<KeptTarget> {
        let opened = self.opened.opened_settings(handle)?;
        let mut all = opened.settings.destinations.into_iter();
        let name = all.find(|one| one.id == destination_id).map(|one| one.name).unwrap_or_default();
        let opened_from = match opened.source {
            OpenedSource::Backup { path } => Some(path),
            OpenedSource::Server { .. } | OpenedSource::Typed => None,
        };
        Ok(KeptTarget { id: destination_id.to_owned(), name, opened_from })
    }

    fn export_folders(&self) -> Vec<PathBuf> {
        let text = std::fs::read_to_string(self.files.folder().join(FOLDERS_FILE)).unwrap_or_default();
        serde_json::from_str(&text).unwrap_or_default()
    }

    pub(super) fn remember_export_folder(&self, folder: &Path) {
        let Ok(folder) = std::path::absolute(folder) else { return };
        let mut folders = self.export_folders();
        folders.retain(|known| *known != folder);
        folders.insert(0, folder);
        folders.truncate(MOST_FOLDERS);
        // Without it, an unfinished export is found by choosing its folder again.
        let written =
            serde_json::to_vec(&folders).map_err(|error| Error::file(Path::new(FOLDERS_FILE), &error.into()));
        let written = written.and_then(|text| {
            let mut file = PartFile::replacing(&self.files.folder().join(FOLDERS_FILE))?;
            file.write(&text)?;
            file.finish()
        });
        if let Err(error) = written {
            tracing::warn!(code = %error.code(), "the folder of an export could not be remembered");
        }
    }
}

impl KnownBodies for Ledger {
    fn hashes(&self, bodies: &[(String, u64)]) -> HashMap<String, String> {
        // An export continues without: sizes and checksums are compared anyway.
        self.known_bodies(bodies).unwrap_or_else(|error| {
            tracing::warn!(code = %error.code(), "what is known of attachment bodies could not be read");
            HashMap::new()
        })
    }
}

/// The bodies whose content is certain: the server gave them, or a ZIP with a checksum of each.
pub(super) fn seen_bodies(origins: &[BodyOrigin]) -> Vec<SeenBody> {
    let certain = |origin: &&BodyOrigin| {
        matches!(origin.source, SourceKind::Server | SourceKind::Zip | SourceKind::Itself)
            && !origin.sha256.is_empty()
    };
    let seen = origins.iter().filter(certain).filter_map(|origin| {
        let name = origin.path.strip_prefix("attachments/")?.strip_suffix(".bin")?;
        Some(SeenBody { name: name.to_owned(), bytes: origin.bytes, sha256: origin.sha256.clone() })
    });
    seen.collect()
}
