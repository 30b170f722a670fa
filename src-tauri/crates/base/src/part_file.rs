//! Files appear under their final name only when whole: they are written beside
//! it, flushed to the disk, and then moved there.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::{Error, Result};

/// A file on its way to its final name. Dropped before that, it is deleted.
#[derive(Debug)]
pub struct PartFile {
    file: Option<File>,
    part: PathBuf,
    path: PathBuf,
    replaces: bool,
}

impl PartFile {
    /// Begins a file that will be at `path`. Only its owner may read it.
    ///
    /// # Errors
    /// `FileExists` when something is at `path` already, or what the file system says.
    pub fn create(path: &Path) -> Result<Self> {
        Self::begin(path, false)
    }

    /// Begins a file that takes the place of one that may be at `path`, because a person
    /// said so. Until it is whole, the one there stays as it is.
    ///
    /// # Errors
    /// `FileExists` when something is there that is no regular file, or what the file
    /// system says.
    pub fn replacing(path: &Path) -> Result<Self> {
        Self::begin(path, true)
    }

    /// Begins a file for a name that may be taken: what happens then is decided when the
    /// file is whole. [`Self::finish`] replaces nothing.
    ///
    /// # Errors
    /// What the file system says.
    pub fn beside(path: &Path) -> Result<Self> {
        Self::begin_at(&absolute(path)?, false)
    }

    fn begin(path: &Path, replaces: bool) -> Result<Self> {
        let path = absolute(path)?;
        may_be_put(&path, replaces).map_err(|error| Error::file(&path, &error))?;
        Self::begin_at(&path, replaces)
    }

    fn begin_at(path: &Path, replaces: bool) -> Result<Self> {
        if let Some(folder) = path.parent() {
            remove_leftovers(folder);
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let part = path.with_file_name(format!(".{name}.{:08x}.part", rand::random::<u32>()));
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&part).map_err(|error| Error::file(path, &error))?;
        Ok(Self { file: Some(file), part, path: path.to_owned(), replaces })
    }

    /// Where the bytes are until the file is whole.
    pub fn part_path(&self) -> &Path {
        &self.part
    }

    /// The file, for those who do not write it from the front to the end.
    ///
    /// # Errors
    /// None before it is finished.
    pub fn file(&self) -> io::Result<&File> {
        self.file.as_ref().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    /// Gives the file another name than the one it was created for.
    ///
    /// # Errors
    /// As [`Self::finish`].
    pub fn finish_as(mut self, path: &Path) -> Result<PathBuf> {
        path.clone_into(&mut self.path);
        self.finish()
    }

    /// Gives the file another name than the one it was created for, replacing nothing. Where it
    /// fails, the file waits for another try.
    ///
    /// # Errors
    /// As [`Self::finish`].
    pub fn try_finish_as(&mut self, path: &Path) -> Result<PathBuf> {
        self.flush()?;
        move_without_replacing(&self.part, path).map_err(|error| Error::file(path, &error))?;
        keep_name(path);
        Ok(path.to_owned())
    }

    /// Gives the file its final name, in the place of a regular file that has it.
    ///
    /// # Errors
    /// As [`Self::finish`].
    pub fn finish_replacing(mut self) -> Result<PathBuf> {
        self.replaces = true;
        self.finish()
    }

    /// Appends bytes.
    ///
    /// # Errors
    /// `DiskFull` and what else the file system says.
    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        match &mut self.file {
            Some(file) => file.write_all(bytes).map_err(|error| Error::file(&self.path, &error)),
            None => Ok(()),
        }
    }

    /// Makes sure that all bytes are on the disk, before they are checked.
    ///
    /// # Errors
    /// `DiskFull` and what else the file system says.
    pub fn flush(&mut self) -> Result<()> {
        match &self.file {
            Some(file) => file.sync_all().map_err(|error| Error::file(&self.path, &error)),
            None => Ok(()),
        }
    }

    /// Gives the file its final name.
    ///
    /// # Errors
    /// `FileExists` when something is there by now, or what the file system says.
    pub fn finish(mut self) -> Result<PathBuf> {
        self.flush()?;
        self.file = None;
        let moved = if self.replaces { move_replacing } else { move_without_replacing };
        moved(&self.part, &self.path).map_err(|error| Error::file(&self.path, &error))?;
        keep_name(&self.path);
        Ok(self.path.clone())
    }
}

/// Gives a whole file that is on the disk its final name; nothing is replaced.
///
/// # Errors
/// `FileExists`, or what the file system says.
pub fn put_in_place(from: &Path, to: &Path) -> Result<()> {
    move_without_replacing(from, to).map_err(|error| Error::file(to, &error))?;
    keep_name(to);
    Ok(())
}

/// The name itself should survive a power cut too; where a file system cannot promise
/// that, the file is still whole.
fn keep_name(path: &Path) {
    #[cfg(unix)]
    if let Some(folder) = path.parent().and_then(|folder| File::open(folder).ok()) {
        let _ = folder.sync_all();
    }
    #[cfg(not(unix))]
    let _ = path;
}

/// The folder that the process runs in may be another one when the path is used again.
fn absolute(path: &Path) -> Result<PathBuf> {
    std::path::absolute(path).map_err(|error| Error::file(path, &error))
}

/// How old an unfinished file is before it counts as left behind.
const LEFT_BEHIND: Duration = Duration::from_secs(24 * 60 * 60);

/// Deletes the unfinished files in `folder` that a killed process left behind more than
/// a day ago, unless a journal beside one (`.journal`) says that it will continue.
pub fn remove_leftovers(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        // What is beside the part file of an export goes with it.
        let part = [".index", ".sources", ".journal"].iter().find_map(|ending| name.strip_suffix(ending));
        let part = part.unwrap_or(&name);
        if !is_part_name(part) {
            continue;
        }
        let path = entry.path();
        let is_journal = name.ends_with(".journal");
        let journal =
            path.with_file_name(if is_journal { part.to_owned() } else { format!("{part}.journal") });
        let is_old = entry.metadata().is_ok_and(|meta| {
            let age = meta.modified().ok().and_then(|at| at.elapsed().ok());
            meta.is_file() && age.is_some_and(|age| age > LEFT_BEHIND)
        });
        if is_old && !journal.exists() {
            // What cannot be deleted now is met again next time.
            let _ = fs::remove_file(path);
        }
    }
}

/// The name of an unfinished file of this app: `.NAME.xxxxxxxx.part`.
fn is_part_name(name: &str) -> bool {
    let inner = name.strip_prefix('.').and_then(|name| name.strip_suffix(".part"));
    inner.and_then(|inner| inner.rsplit_once('.')).is_some_and(|(name, random)| {
        let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        !name.is_empty() && random.len() == 8 && random.bytes().all(is_hex)
    })
}

impl Drop for PartFile {
    fn drop(&mut self) {
        self.file = None;
        // Gone already after `finish`.
        let _ = fs::remove_file(&self.part);
    }
}

/// A hard link refuses to replace anything; a rename would. File systems without
/// hard links get the rename, after one more look.
fn move_without_replacing(from: &Path, to: &Path) -> io::Result<()> {
    match fs::hard_link(from, to) {
        Ok(()) => fs::remove_file(from),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
        Err(_) => may_be_put(to, false).and_then(|()| fs::rename(from, to)),
    }
}

fn move_replacing(from: &Path, to: &Path) -> io::Result<()> {
    may_be_put(to, true).and_then(|()| fs::rename(from, to))
}

/// Nothing is at `path`, or else a regular file that may be replaced: a link, a device or
/// a folder never is.
fn may_be_put(path: &Path, replaces: bool) -> io::Result<()> {
    match path.symlink_metadata() {
        Ok(there) if !(replaces && there.is_file()) => Err(io::ErrorKind::AlreadyExists.into()),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Code;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("a folder");
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn a_file_gets_its_final_name_only_when_complete() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("backup.zip");
        let mut file = PartFile::create(&path).expect("created");
        file.write(b"half").expect("written");
        assert!(!path.exists());
        file.write(b" whole").expect("written");
        file.finish().expect("finished");
        assert_eq!(fs::read(&path).expect("readable"), b"half whole");
        assert_eq!(names(folder.path()), ["backup.zip"]);
    }

    #[test]
    fn an_abandoned_file_is_removed() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut file = PartFile::create(&folder.path().join("backup.zip")).expect("created");
        file.write(b"half").expect("written");
        drop(file);
        assert!(names(folder.path()).is_empty());
    }

    #[test]
    fn an_existing_file_is_never_replaced() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("backup.zip");
        let late = PartFile::create(&path).expect("created");
        fs::write(&path, b"mine").expect("written");
        assert_eq!(PartFile::create(&path).expect_err("refused").code(), Code::FileExists);
        assert_eq!(late.finish().expect_err("refused").code(), Code::FileExists);
        assert_eq!(fs::read(&path).expect("readable"), b"mine");
        assert_eq!(names(folder.path()), ["backup.zip"]);
    }

    #[test]
    fn a_file_is_replaced_on_request_and_only_by_a_complete_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("sheet.html");
        fs::write(&path, b"old").expect("written");
        let mut given_up = PartFile::replacing(&path).expect("created");
        given_up.write(b"half").expect("written");
        drop(given_up);
        assert_eq!(fs::read(&path).expect("readable"), b"old");
        let mut file = PartFile::replacing(&path).expect("created");
        file.write(b"new").expect("written");
        assert_eq!(fs::read(&path).expect("readable"), b"old");
        file.finish().expect("finished");
        assert_eq!(fs::read(&path).expect("readable"), b"new");
        assert_eq!(names(folder.path()), ["sheet.html"]);
    }

    #[cfg(unix)]
    #[test]
    fn only_regular_files_are_replaced() {
        let folder = tempfile::tempdir().expect("a folder");
        let (kept, link, inner) =
            (folder.path().join("kept"), folder.path().join("link"), folder.path().join("inner"));
        fs::write(&kept, b"mine").expect("written");
        std::os::unix::fs::symlink(&kept, &link).expect("linked");
        fs::create_dir(&inner).expect("made");
        for path in [&link, &inner] {
            assert_eq!(PartFile::replacing(path).expect_err("refused").code(), Code::FileExists);
        }
        // Nor when it came there while the file was written.
        let late = PartFile::replacing(&folder.path().join("late")).expect("created");
        std::os::unix::fs::symlink(&kept, folder.path().join("late")).expect("linked");
        assert_eq!(late.finish().expect_err("refused").code(), Code::FileExists);
        assert_eq!(fs::read(&kept).expect("readable"), b"mine");
        assert!(link.is_symlink() && inner.is_dir());
    }

    #[test]
    fn a_saved_file_is_reported_with_its_absolute_path() {
        let file = PartFile::create(Path::new("relative.zip")).expect("created");
        assert!(file.part_path().is_absolute() && file.path.is_absolute());
    }

    #[test]
    fn old_partial_files_are_removed_unless_they_have_a_journal() {
        let folder = tempfile::tempdir().expect("a folder");
        let old = std::time::SystemTime::now() - LEFT_BEHIND - Duration::from_secs(60);
        let put = |name: &str, is_old: bool| {
            let file = File::create(folder.path().join(name)).expect("created");
            if is_old {
                file.set_modified(old).expect("its time is set");
            }
        };
        put(".backup.zip.0123abcd.part", true);
        put(".resumed.zip.0123abcd.part", true);
        put(".resumed.zip.0123abcd.part.journal", true);
        put(".running.zip.0123abcd.part", false);
        for foreign in ["mine.part", ".mine.part", ".mine.zip.0123ABCD.part", ".0123abcd.part", "a.zip"] {
            put(foreign, true);
        }
        let made = PartFile::create(&folder.path().join("new.zip")).expect("created");
        drop(made);
        let mut left: Vec<_> = fs::read_dir(folder.path())
            .expect("readable")
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        left.sort();
        let mut wanted = vec![
            ".0123abcd.part",
            ".mine.part",
            ".mine.zip.0123ABCD.part",
            ".resumed.zip.0123abcd.part",
            ".resumed.zip.0123abcd.part.journal",
            ".running.zip.0123abcd.part",
            "a.zip",
            "mine.part",
        ];
        wanted.sort_unstable();
        assert_eq!(left, wanted);
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let file = PartFile::create(&folder.path().join("backup.zip")).expect("created");
        let path = file.finish().expect("finished");
        assert_eq!(fs::metadata(path).expect("there").permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_full_disk_is_reported() {
        let full = Path::new("/dev/full");
        if full.exists() {
            let mut file = PartFile {
                file: Some(OpenOptions::new().write(true).open(full).expect("opens")),
                part: std::env::temp_dir().join("never-there.part"),
                path: PathBuf::from("backup.zip"),
                replaces: false,
            };
            assert_eq!(file.write(&[0; 4096]).expect_err("full").code(), Code::DiskFull);
        }
    }
}
