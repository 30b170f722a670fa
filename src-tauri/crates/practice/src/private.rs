//! The folder of an instance: only the owner may look into it, one instance at a time
//! uses it, and nothing else is in it.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;

use desk_core::error::PracticeDetail;
use desk_core::ledger::tighten;
use desk_core::{Error, Result};

/// Locked as long as the instance runs.
const LOCK: &str = "practice.lock";

/// Makes a folder that only its owner may enter, also one that is there already.
pub(crate) fn folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Opens a file for writing that only its owner may read.
pub(crate) fn file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Writes a whole file that only its owner may read.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = file(path)?;
    file.set_len(0)?;
    io::Write::write_all(&mut file, bytes)
}

/// Takes an instance's folder, which is new, empty, or an instance's already. It is
/// given back when the response is dropped.
///
/// # Errors
/// `PracticeFailed` when another instance uses it or when something else is in it.
pub(crate) fn take(folder: &Path, keepsake: &str) -> Result<File> {
    let failed = |error: io::Error| Error::file(folder, &error);
    self::folder(folder).map_err(failed)?;
    let is_ours = folder.join(LOCK).exists() || folder.join(keepsake).exists();
    if !is_ours && fs::read_dir(folder).map_err(failed)?.next().is_some() {
        return Err(PracticeDetail::PracticeForeignFiles { path: folder.display().to_string() }.error());
    }
    let lock = file(&folder.join(LOCK)).map_err(failed)?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            return Err(PracticeDetail::PracticeInUse { path: folder.display().to_string() }.error());
        }
        // A file system without locks: the ports still keep two instances apart.
        Err(TryLockError::Error(error)) => tracing::warn!(%error, "the practice folder cannot be locked"),
    }
    tighten(folder, 0o700)?;
    Ok(lock)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_used_once_and_never_with_foreign_files() {
        let parent = tempfile::tempdir().expect("a folder");
        let ours = parent.path().join("practice");
        let reason = |taken: Result<File>| taken.expect_err("refused").kind();

        let lock = take(&ours, "practice.json").expect("new");
        assert_eq!(reason(take(&ours, "practice.json")), "practice-in-use");
        drop(lock);
        take(&ours, "practice.json").expect("free again");

        let foreign = parent.path().join("documents");
        fs::create_dir(&foreign).expect("made");
        fs::write(foreign.join("letter.txt"), "mine").expect("written");
        assert_eq!(reason(take(&foreign, "practice.json")), "practice-foreign-files");
        assert_eq!(fs::read_dir(&foreign).expect("readable").count(), 1, "nothing was added");
    }
}
