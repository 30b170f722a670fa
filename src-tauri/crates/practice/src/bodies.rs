//! The attachment bodies that an instance keeps, one file each.

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};

use desk_archive::Storage;
use desk_archive::rules::MAX_KV_BODY_BYTES;

use crate::private;

/// Where bodies are kept.
#[derive(Debug)]
pub(crate) struct Bodies {
    folder: PathBuf,
    storage: Storage,
}

impl Bodies {
    pub fn new(folder: PathBuf, storage: Storage) -> io::Result<Self> {
        private::folder(&folder)?;
        Ok(Self { folder, storage })
    }

    /// Where they are.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    pub fn storage(&self) -> Storage {
        self.storage
    }

    /// The file of a body; `None` for a name that could lead elsewhere.
    pub fn path(&self, blob_name: &str) -> Option<PathBuf> {
        let (cipher, attachment) = blob_name.split_once('/')?;
        (is_safe(cipher) && is_safe(attachment)).then(|| self.folder.join(cipher).join(attachment))
    }

    pub fn write(&self, blob_name: &str, bytes: &[u8]) -> io::Result<()> {
        let path = self.path(blob_name).ok_or(io::ErrorKind::InvalidInput)?;
        private::folder(path.parent().unwrap_or(&self.folder))?;
        private::write(&path, bytes)
    }

    pub fn read(&self, blob_name: &str) -> io::Result<Vec<u8>> {
        std::fs::read(self.path(blob_name).ok_or(io::ErrorKind::InvalidInput)?)
    }

    /// Whether the storage takes a body of this size.
    pub fn takes(&self, size: u64) -> bool {
        match self.storage {
            Storage::R2 => true,
            Storage::Kv => size <= MAX_KV_BODY_BYTES,
            Storage::None => false,
        }
    }

    /// The names of all bodies.
    pub fn names(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for cipher in folders(&self.folder)? {
            for attachment in std::fs::read_dir(&cipher)? {
                let attachment = attachment?.file_name();
                let cipher = cipher.file_name().unwrap_or_default();
                names.push(format!("{}/{}", cipher.to_string_lossy(), attachment.to_string_lossy()));
            }
        }
        names.sort();
        Ok(names)
    }

    /// Deletes every body that `keep` does not name.
    pub fn retain(&self, keep: &HashSet<String>) -> io::Result<()> {
        for name in self.names()?.into_iter().filter(|name| !keep.contains(name)) {
            if let Some(path) = self.path(&name) {
                std::fs::remove_file(path)?;
            }
        }
        Ok(())
    }
}

/// A path segment that cannot lead out of its folder.
pub(crate) fn is_safe(segment: &str) -> bool {
    !segment.is_empty()
        && segment.len() <= 128
        && segment != "."
        && segment != ".."
        && segment.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))
}

fn folders(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut folders = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            folders.push(entry.path());
        }
    }
    Ok(folders)
}
