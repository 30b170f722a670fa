//! A plain folder with the layout of a target: a mounted share, a synced folder, an external
//! disk. Links and special files in it are never followed.

use std::collections::BTreeMap;
use std::fs::{self, File, Metadata};
use std::io;
use std::path::{Component, Path, PathBuf};

use futures_util::{StreamExt as _, TryStreamExt as _};
use tokio_util::io::ReaderStream;

use super::names::is_body_name;
use crate::error::FileDetail;
use crate::part_file::PartFile;
use crate::server::{Incoming, RemoteItem};
use crate::{Error, Result};

/// How much is read at a time.
const PIECE: usize = 1 << 20;

/// A folder on this computer.
#[derive(Debug, Clone)]
pub(super) struct LocalFolder {
    root: PathBuf,
}

impl LocalFolder {
    /// Takes a folder that is there.
    pub fn new(root: &Path) -> Result<Self> {
        let root = std::path::absolute(root).map_err(|error| Error::file(root, &error))?;
        fs::read_dir(&root).map_err(|error| Error::file(&root, &error))?;
        Ok(Self { root })
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where a path below the folder is; refused when it leads elsewhere.
    pub fn path(&self, below: &str) -> Result<PathBuf> {
        let relative = Path::new(below.trim_matches('/'));
        let mut path = self.root.clone();
        for component in relative.components() {
            let Component::Normal(name) = component else { return Err(not_below(&path)) };
            path.push(name);
            // Only the folders above matter: the file itself is checked when it is opened.
            match path.symlink_metadata() {
                Ok(facts) if facts.is_symlink() => return Err(not_below(&path)),
                _ => {}
            }
        }
        Ok(path)
    }

    /// A file's facts; `None` where there is no regular file.
    pub fn facts(&self, below: &str) -> Result<Option<Metadata>> {
        let path = self.path(below)?;
        match path.symlink_metadata() {
            Ok(facts) => Ok(Some(facts).filter(Metadata::is_file)),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                Ok(None)
            }
            Err(error) => Err(Error::file(&path, &error)),
        }
    }

    pub fn list(&self, below: &str) -> Result<Vec<RemoteItem>> {
        let path = self.path(below)?;
        let prefix = below.trim_matches('/');
        let Some(entries) = entries(&path)? else { return Ok(Vec::new()) };
        let items = entries.into_iter().map(|(name, facts)| RemoteItem {
            path: if prefix.is_empty() { name.clone() } else { format!("{prefix}/{name}") },
            is_directory: facts.is_dir(),
            size: facts.is_file().then_some(facts.len()),
            modified_at: facts
                .modified()
                .ok()
                .and_then(|at| jiff::Timestamp::try_from(at).ok())
                .map(|at| at.to_string()),
            name,
        });
        Ok(items.collect())
    }

    /// Every body below `attachments`, name → size, and the folders that could not be listed.
    pub fn bodies(&self) -> Result<(BTreeMap<String, u64>, BTreeMap<String, Error>)> {
        let (mut bodies, mut unread) = (BTreeMap::new(), BTreeMap::new());
        let Some(folders) = entries(&self.path("attachments")?)? else { return Ok((bodies, unread)) };
        for (folder, _) in folders.into_iter().filter(|(_, facts)| facts.is_dir()) {
            match self.path(&format!("attachments/{folder}")).and_then(|path| entries(&path)) {
                Ok(files) => {
                    for (name, facts) in files.into_iter().flatten().filter(|(_, facts)| facts.is_file()) {
                        let name = format!("{folder}/{name}");
                        if is_body_name(&name) {
                            bodies.insert(name, facts.len());
                        }
                    }
                }
                Err(error) => {
                    unread.insert(folder, error);
                }
            }
        }
        Ok((bodies, unread))
    }

    pub async fn read(&self, below: &str) -> Result<Option<Incoming>> {
        let Some(facts) = self.facts(below)? else { return Ok(None) };
        let path = self.path(below)?;
        let file = File::open(&path).map_err(|error| Error::file(&path, &error))?;
        let stream = ReaderStream::with_capacity(tokio::fs::File::from_std(file), PIECE);
        Ok(Some(Incoming {
            file_name: path.file_name().map(|name| name.to_string_lossy().into_owned()),
            host: self.root.display().to_string(),
            length: Some(facts.len()),
            body: stream.map_err(move |error| Error::file(&path, &error)).boxed(),
        }))
    }

    /// A file for writing, which gets its name when it is whole.
    pub fn write(&self, below: &str) -> Result<PartFile> {
        let path = self.path(below)?;
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(|error| Error::file(folder, &error))?;
        }
        PartFile::replacing(&path)
    }

    pub fn rename(&self, from: &str, to: &str) -> Result<()> {
        let (from, to) = (self.path(from)?, self.path(to)?);
        if to.symlink_metadata().is_ok() {
            return Err(Error::file(&to, &io::ErrorKind::AlreadyExists.into()));
        }
        fs::rename(&from, &to).map_err(|error| Error::file(&from, &error))
    }
}

/// The regular files and folders in a folder; `None` where it is not there.
fn entries(path: &Path) -> Result<Option<Vec<(String, Metadata)>>> {
    let failed = |error: &io::Error| Error::file(path, error);
    let listed = match fs::read_dir(path) {
        Ok(listed) => listed,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) => return Err(failed(&error)),
    };
    let mut entries = Vec::new();
    for entry in listed {
        let entry = entry.map_err(|error| failed(&error))?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        // What is gone again was not there.
        let Ok(facts) = entry.path().symlink_metadata() else { continue };
        if facts.is_file() || facts.is_dir() {
            entries.push((name, facts));
        }
    }
    Ok(Some(entries))
}

fn not_below(path: &Path) -> Error {
    FileDetail::OutsideFolder { path: path.display().to_string() }.error()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn links_and_special_files_are_not_followed() {
        let (folder, outside) =
            (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        fs::create_dir_all(outside.path().join("c1")).expect("made");
        fs::write(outside.path().join("c1/a1"), b"secret").expect("written");
        let attachments = folder.path().join("attachments");
        fs::create_dir_all(attachments.join("c2")).expect("made");
        std::os::unix::fs::symlink(outside.path().join("c1"), attachments.join("c1")).expect("linked");
        std::os::unix::fs::symlink(outside.path().join("c1/a1"), attachments.join("c2/a1")).expect("linked");
        fs::write(attachments.join("c2/a2"), b"body").expect("written");
        let local = LocalFolder::new(folder.path()).expect("there");
        assert_eq!(local.bodies().expect("listed").0, BTreeMap::from([("c2/a2".to_owned(), 4)]));
        assert!(local.facts("attachments/c1/a1").is_err());
        assert!(local.path("../x").is_err() && local.facts("attachments/c2/a1").is_err());
        assert!(local.write("attachments/c1/a9").is_err(), "not written through a link");
        assert!(!outside.path().join("c1/a9").exists());
    }
}
