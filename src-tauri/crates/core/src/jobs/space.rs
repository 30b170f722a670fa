//! Space on this computer: asked before a file comes in and while it does, so that a
//! download never fills the disk.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::error::FileDetail;
use crate::{Error, Result};

/// What stays free on the disk, in bytes: the system and the ledger need room.
pub const RESERVE: u64 = 128 << 20;

/// How much comes in between two looks, in bytes.
const STEP: u64 = 16 << 20;

/// Says how much space is free.
pub trait FreeSpace: Send + Sync {
    /// Bytes that are free in a folder; `None` where that cannot be found out.
    fn free(&self, folder: &Path) -> Option<u64>;
}

/// The space on this computer's disks.
#[derive(Debug, Clone, Copy, Default)]
pub struct DiskSpace;

impl FreeSpace for DiskSpace {
    fn free(&self, folder: &Path) -> Option<u64> {
        fs4::available_space(folder).ok()
    }
}

/// Where a job may put what it only reads once, and how much space there is.
#[derive(Clone)]
pub struct Room {
    /// Files that are read and deleted again are put below it; the system's folder for
    /// temporary files where there is none.
    pub scratch: Option<PathBuf>,
    /// Says how much space is free.
    pub space: Arc<dyn FreeSpace>,
}

impl Default for Room {
    fn default() -> Self {
        Self { scratch: None, space: Arc::new(DiskSpace) }
    }
}

/// How the folders begin that hold files for one reading.
const PREFIX: &str = "reading-";
/// The file in such a folder that stays locked while it is in use.
const IN_USE: &str = ".in-use";

/// A folder for files of one reading. It goes with everything in it when this is dropped; when
/// the process is killed, the next start removes it.
#[derive(Debug)]
pub(crate) struct PrivateFolder {
    /// Closed before the folder is deleted.
    _in_use: std::fs::File,
    folder: tempfile::TempDir,
}

impl PrivateFolder {
    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

impl Room {
    /// A folder that only its owner may enter, deleted with what is in it.
    ///
    /// # Errors
    /// What the file system says.
    pub(crate) fn private_folder(&self) -> Result<PrivateFolder> {
        let below = self.scratch.clone().unwrap_or_else(std::env::temp_dir);
        let mut builder = tempfile::Builder::new();
        let builder = builder.prefix(if self.scratch.is_some() { PREFIX } else { "nodewarden-desk-" });
        let making = || {
            std::fs::create_dir_all(&below)?;
            let folder = builder.tempdir_in(&below)?;
            let in_use = std::fs::File::create(folder.path().join(IN_USE))?;
            if let Err(std::fs::TryLockError::Error(error)) = in_use.try_lock() {
                tracing::warn!(%error, "a private folder cannot be locked; it is kept for a day if the app is killed");
            }
            Ok(PrivateFolder { _in_use: in_use, folder })
        };
        making().map_err(|error: std::io::Error| Error::file(&below, &error))
    }

    /// Watches over a file that comes into `file`'s folder.
    pub(super) fn gauge(&self, file: &Path) -> Gauge<'_> {
        Gauge { room: self, folder: file.parent().unwrap_or(file).to_owned(), since_look: 0 }
    }
}

/// Deletes what readings of a process that was killed left behind in `folder`: at once when
/// no one has its lock, after a day when there is no lock to ask.
pub(crate) fn remove_old_readings(folder: &Path) {
    const OLD: std::time::Duration = std::time::Duration::from_secs(24 * 60 * 60);
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten().filter(|entry| entry.file_name().to_string_lossy().starts_with(PREFIX)) {
        let Some(about) = entry.metadata().ok().filter(std::fs::Metadata::is_dir) else { continue };
        let is_over = match std::fs::File::open(entry.path().join(IN_USE)) {
            Ok(in_use) => match in_use.try_lock() {
                Ok(()) => true,
                Err(std::fs::TryLockError::WouldBlock) => continue,
                Err(std::fs::TryLockError::Error(_)) => false,
            },
            Err(_) => false,
        };
        let age = about.modified().ok().and_then(|at| at.elapsed().ok());
        if is_over || age.is_some_and(|age| age > OLD) {
            // What cannot be deleted now is met again next time.
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

/// Checks the space of a folder while a file comes in.
pub(super) struct Gauge<'a> {
    room: &'a Room,
    folder: PathBuf,
    since_look: u64,
}

impl Gauge<'_> {
    /// There is space for a file of `size`, or for the first bytes of one whose size is unknown.
    ///
    /// # Errors
    /// `DiskFull`.
    pub fn before(&self, size: Option<u64>) -> Result<()> {
        self.look(size.unwrap_or(0))
    }

    /// So many bytes came in; `left` are still to come, where that is known.
    ///
    /// # Errors
    /// `DiskFull`.
    pub fn came(&mut self, bytes: u64, left: Option<u64>) -> Result<()> {
        self.since_look += bytes;
        if self.since_look < STEP {
            return Ok(());
        }
        self.since_look = 0;
        self.look(left.unwrap_or(0))
    }

    fn look(&self, needed: u64) -> Result<()> {
        let wanted = needed.saturating_add(RESERVE);
        match self.room.space.free(&self.folder) {
            Some(free) if free < wanted => Err(FileDetail::SpaceNeeded {
                path: self.folder.display().to_string(),
                free: mib(free),
                needed: mib(wanted),
            }
            .error()),
            // Where it cannot be found out, the disk itself says when it is full.
            Some(_) | None => Ok(()),
        }
    }
}

fn mib(bytes: u64) -> String {
    format!("{} MiB", bytes >> 20)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Code;

    struct Fixed(Option<u64>);

    impl FreeSpace for Fixed {
        fn free(&self, _: &Path) -> Option<u64> {
            self.0
        }
    }

    fn room(free: Option<u64>) -> Room {
        Room { scratch: None, space: Arc::new(Fixed(free)) }
    }

    #[test]
    fn a_file_needs_its_size_and_a_reserve() {
        let fits = |free, size| room(free).gauge(Path::new("/x/a.zip")).before(size).is_ok();
        assert!(fits(Some(RESERVE + 10), Some(10)));
        assert!(!fits(Some(RESERVE + 9), Some(10)));
        assert!(fits(Some(RESERVE), None) && !fits(Some(RESERVE - 1), None), "of unknown size");
        assert!(fits(None, Some(u64::MAX)), "nobody knows how much is free");
    }

    #[test]
    fn the_space_is_checked_again_while_a_file_arrives() {
        let room = room(Some(RESERVE - 1));
        let mut gauge = room.gauge(Path::new("/x/a.zip"));
        gauge.came(STEP - 1, None).expect("not looked at yet");
        let error = gauge.came(1, None).expect_err("looked at");
        assert_eq!((error.code(), error.to_string().contains(" in /x:")), (Code::DiskFull, true));
    }

    #[test]
    fn the_free_disk_space_is_known() {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(DiskSpace.free(folder.path()).is_some_and(|free| free > 0));
    }

    #[test]
    fn temporary_files_are_in_the_given_folder_and_are_removed() {
        let folder = tempfile::tempdir().expect("a folder");
        let room = Room { scratch: Some(folder.path().join("data")), ..Room::default() };
        let made = room.private_folder().expect("made");
        assert!(made.path().starts_with(folder.path().join("data")));
        drop(made);
        assert_eq!(std::fs::read_dir(folder.path().join("data")).expect("there").count(), 0);
    }

    #[test]
    fn files_of_killed_processes_are_removed_and_files_in_use_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let room = Room { scratch: Some(folder.path().to_owned()), ..Room::default() };
        let used = room.private_folder().expect("made");
        let left = folder.path().join("reading-left");
        std::fs::create_dir(&left).expect("made");
        std::fs::write(left.join(IN_USE), b"").expect("written");
        std::fs::write(left.join("backup.zip"), b"PK").expect("written");
        let starting = folder.path().join("reading-that-starts");
        std::fs::create_dir(&starting).expect("made");
        remove_old_readings(folder.path());
        assert_eq!((used.path().exists(), left.exists(), starting.exists()), (true, false, true));
    }
}
