//! The data folder, and how much space there is.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use crate::jobs::{DiskSpace, FreeSpace, Room};

/// Where the app keeps its files.
pub struct Files {
    folder: PathBuf,
    space: RwLock<Arc<dyn FreeSpace>>,
}

impl Files {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self { folder, space: RwLock::new(Arc::new(DiskSpace)) }
    }

    /// Where the ledger is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where safety copies are kept before a restore replaces anything.
    pub fn safety_folder(&self) -> PathBuf {
        self.folder.join("safety-copies")
    }

    /// Asks `space` from now on how much space there is.
    pub fn set_free_space(&self, space: Arc<dyn FreeSpace>) {
        *self.space.write().unwrap_or_else(PoisonError::into_inner) = space;
    }

    /// Where jobs may put files, and how much space there is. What they read once goes into
    /// the data folder: it is on a disk, which the system's temporary folder may not be.
    pub(super) fn room(&self) -> Room {
        let space = Arc::clone(&self.space.read().unwrap_or_else(PoisonError::into_inner));
        Room { scratch: Some(self.folder.clone()), space }
    }
}
