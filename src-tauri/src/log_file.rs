//! The file of the app's log: only its owner may read it, also after it was rotated.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// The folder of the log, once the app knows it. Lines before that are not kept.
static FOLDER: OnceLock<PathBuf> = OnceLock::new();

const NAME: &str = "nodewarden-desk.log";
/// The log before this one.
const BEFORE: &str = "nodewarden-desk.1.log";

/// From now on the log is kept in this folder.
pub fn keep_in(folder: PathBuf) {
    // The app has one log; a second folder would be a second app.
    let _ = FOLDER.set(folder);
}

/// A log that begins again at a size, and keeps the one before it.
pub struct LogFile {
    folder: Option<PathBuf>,
    most: u64,
    file: Option<(File, u64)>,
}

impl LogFile {
    /// The app's log, of at most `most` bytes.
    pub fn of_app(most: u64) -> Self {
        Self { folder: None, most, file: None }
    }

    /// A log in this folder.
    #[cfg(test)]
    fn in_folder(folder: &Path, most: u64) -> Self {
        Self { folder: Some(folder.to_owned()), most, file: None }
    }
}

impl Write for LogFile {
    /// Each line comes whole.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let Some(folder) = self.folder.as_deref().or(FOLDER.get().map(PathBuf::as_path)) else {
            return Ok(line.len());
        };
        let (file, size) = match &mut self.file {
            Some(open) => open,
            closed => closed.insert(open(folder)?),
        };
        if *size > 0 && *size + line.len() as u64 > self.most {
            // On Windows a file that is open cannot be renamed.
            self.file = None;
            std::fs::rename(folder.join(NAME), folder.join(BEFORE))?;
            let (file, size) = self.file.insert(open(folder)?);
            file.write_all(line)?;
            *size += line.len() as u64;
            return Ok(line.len());
        }
        file.write_all(line)?;
        *size += line.len() as u64;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_mut().map_or(Ok(()), |(file, _)| file.flush())
    }
}

/// Opens the log and says how long it is.
fn open(folder: &Path) -> io::Result<(File, u64)> {
    std::fs::create_dir_all(folder)?;
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(folder.join(NAME))?;
    let size = file.metadata()?.len();
    Ok((file, size))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_is_rotated_at_its_size_limit_and_the_previous_one_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut log = LogFile::in_folder(folder.path(), 10);
        for line in ["first\n", "second\n", "third\n"] {
            log.write_all(line.as_bytes()).expect("written");
        }
        let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).expect("there");
        assert_eq!((read(NAME), read(BEFORE)), ("third\n".to_owned(), "second\n".to_owned()));
        let mut again = LogFile::in_folder(folder.path(), 100);
        again.write_all(b"next start\n").expect("written");
        assert_eq!(read(NAME), "third\nnext start\n");
    }

    #[cfg(unix)]
    #[test]
    fn a_rotated_log_is_readable_by_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().expect("a folder");
        let mut log = LogFile::in_folder(folder.path(), 10);
        for _ in 0..4 {
            log.write_all(b"0123456\n").expect("written");
            for entry in std::fs::read_dir(folder.path()).expect("readable") {
                let mode = entry.expect("an entry").metadata().expect("there").permissions().mode();
                assert_eq!(mode & 0o777, 0o600);
            }
        }
    }
}
