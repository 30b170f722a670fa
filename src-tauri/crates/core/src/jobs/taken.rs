//! Names of files that are taken already: what to do about them, and which are free.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::PartFile;
use crate::error::TargetDetail;
use crate::file_names::safe_name;
use crate::{Code, Error, Result};

/// What a download does when another file has its name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum IfThere {
    /// Refuses with `FileExists`.
    #[default]
    Refuse,
    /// Replaces the file, once the download is whole and undamaged.
    Overwrite,
    /// Saves under the same name with a number: `name (1).zip`.
    KeepBoth,
}

/// A name in a folder that something has already, and one that is free.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct TakenName {
    /// The name that is taken.
    pub name: String,
    /// The same with a number, which is free.
    pub free: String,
}

/// Which of these names something in a folder has already.
pub fn taken_names(folder: &Path, names: &[String]) -> Vec<TakenName> {
    let mut given: BTreeSet<String> = names.iter().cloned().collect();
    let mut found = Vec::new();
    for name in names.iter().filter(|name| file_name(name).is_ok()) {
        let safe = safe_name(name);
        if !is_taken(&folder.join(&safe)) {
            continue;
        }
        if let Some(free) = free_name(folder, &safe, &given) {
            given.insert(free.clone());
            found.push(TakenName { name: name.clone(), free });
        }
    }
    found
}

fn is_taken(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

/// The first name with a number that is neither in the folder nor among `given`.
fn free_name(folder: &Path, name: &str, given: &BTreeSet<String>) -> Option<String> {
    let (stem, end) = name.rsplit_once('.').unwrap_or((name, "zip"));
    (1_u32..)
        .map(|number| format!("{stem} ({number}).{end}"))
        .find(|free| !is_taken(&folder.join(free)) && !given.contains(free))
}

/// The error for a download whose name another file has.
pub(super) fn taken(path: &Path) -> Error {
    Error::file(path, &std::io::ErrorKind::AlreadyExists.into())
        .hint("Overwrite it, keep both, or choose another folder.")
}

/// Gives a file the next free name beside `path`. Something may take that name at the
/// same moment: then it gets the one after it.
pub(super) fn finish_beside(mut file: PartFile, path: &Path) -> Result<PathBuf> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let folder = path.parent().unwrap_or(path);
    file.flush()?;
    while let Some(free) = free_name(folder, &name, &BTreeSet::new()) {
        match file.try_finish_as(&folder.join(free)) {
            Err(error) if error.code() == Code::FileExists => {}
            done => return done,
        }
    }
    Err(taken(path))
}

/// The file name at the end of a target's path. On this computer the file has the
/// [`safe_name`] of it.
pub(super) fn file_name(path: &str) -> Result<&str> {
    let name = path.rsplit('/').next().unwrap_or_default();
    if name.to_ascii_lowercase().ends_with(".zip") {
        return Ok(name);
    }
    Err(TargetDetail::NotABackupName { path: path.to_owned() }.error())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_name_gets_a_number_that_is_free() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["a.zip", "a (1).zip"] {
            std::fs::write(folder.path().join(name), b"mine").expect("written");
        }
        let names = ["a.zip".to_owned(), "b.zip".to_owned(), "a (2).zip".to_owned()];
        let found = taken_names(folder.path(), &names);
        assert_eq!(found, [TakenName { name: "a.zip".into(), free: "a (3).zip".into() }]);
        assert!(taken_names(&folder.path().join("not there"), &names).is_empty());
    }

    #[test]
    fn a_file_put_beside_another_replaces_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.zip");
        for name in ["a.zip", "a (1).zip"] {
            std::fs::write(folder.path().join(name), name).expect("written");
        }
        for _ in 0..2 {
            let file = PartFile::beside(&path).expect("started");
            assert!(finish_beside(file, &path).is_ok());
        }
        let read = |name: &str| std::fs::read(folder.path().join(name)).expect("there");
        assert_eq!((read("a.zip"), read("a (1).zip")), (b"a.zip".to_vec(), b"a (1).zip".to_vec()));
        assert_eq!((read("a (2).zip"), read("a (3).zip")), (vec![], vec![]));
    }
}
