//! What the writing of a copy needs, whether it is cleaned or salvaged.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use tokio_util::sync::CancellationToken;

use super::bounded::stopped;
use super::source::FileSource;
use super::{InspectOptions, Inspection, hash, hash_in_name, inspect};
use desk_base::progress::Silent;
use desk_base::{Outcome, PartFile};

/// SHA-256 and size of the copy.
pub(crate) fn hash_of(part: &PartFile, cancel: &CancellationToken) -> io::Result<(String, u64)> {
    let source = FileSource::new(File::open(part.part_path())?)?;
    hash::sha256(&source, None, &Silent, cancel)?.ok_or_else(stopped)
}

/// What an inspection says of the copy under its later name; `None` when stopped.
pub(crate) fn inspected(
    part: &PartFile,
    path: &Path,
    cancel: &CancellationToken,
) -> io::Result<Option<Inspection>> {
    let source = FileSource::new(File::open(part.part_path())?)?;
    let name = inspect::name_of(path);
    Ok(match inspect::look(&source, name, &InspectOptions::default(), &Silent, cancel)? {
        Outcome::Done(report) => Some(report),
        Outcome::Stopped | Outcome::Unknown(_) => None,
    })
}

/// `path` with the copy's own hash in place of another one in its name.
pub(crate) fn with_own_hash(path: &Path, sha256: &str) -> PathBuf {
    let name = inspect::name_of(path);
    match hash_in_name(&name) {
        Some(hash) if !sha256.starts_with(&hash) => {
            let end = name.trim_end().len() - "hhhhh.zip".len();
            let own = sha256.get(..hash.len()).unwrap_or_default();
            path.with_file_name(format!("{}{own}{}", &name[..end], &name[end + hash.len()..]))
        }
        _ => path.to_owned(),
    }
}
