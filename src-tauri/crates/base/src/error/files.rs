//! Failures of the file system.

use std::io::{self, ErrorKind};
use std::path::Path;

use super::{Error, FileDetail};

impl Error {
    /// A file operation that failed: says which file, and distinguishes a full disk, a
    /// missing permission and a missing file apart.
    pub fn file(path: &Path, error: &io::Error) -> Self {
        let path = path.display().to_string();
        let detail = match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => FileDetail::DiskFull { path },
            ErrorKind::FileTooLarge => FileDetail::FileTooLarge { path },
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
                FileDetail::PermissionDenied { path }
            }
            ErrorKind::NotFound => FileDetail::FileNotFound { path },
            ErrorKind::AlreadyExists => FileDetail::FileExists { path },
            _ => FileDetail::FileFailed { path },
        };
        Self::of(detail).original(error.to_string()).caused_by(same(error))
    }
}

/// The same error once more: the standard library's cannot be cloned.
fn same(error: &io::Error) -> io::Error {
    match error.raw_os_error() {
        Some(number) => io::Error::from_raw_os_error(number),
        None => io::Error::new(error.kind(), error.to_string()),
    }
}
