//! What was put on a target for a restore. Each file is noted before it is uploaded: only what
//! is noted here was not there before, and only that is ever removed.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use crate::error::JobDetail;
use crate::{Error, Result};

/// A line longer than this is none of ours, in bytes.
const LONGEST_LINE: u64 = 64 * 1024;

/// The first line: which ZIP was staged, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Header {
    /// The form of the journal.
    pub nodewarden_staging: u32,
    /// SHA-256 of the complete ZIP.
    pub sha256: String,
    /// Its name.
    pub file_name: String,
    /// The id of the server's target.
    pub target_id: String,
    /// Its name.
    pub target_name: String,
    /// Where it is, without a login.
    pub place: String,
    /// The index-only ZIP, below the target's root.
    pub zip: String,
}

impl Header {
    pub const VERSION: u32 = 1;
}

/// A file that was put on a target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct StagedFile {
    /// Its path below the target's root.
    pub path: String,
    /// Its size.
    pub bytes: u64,
    /// It was uploaded to its end.
    pub whole: bool,
}

/// A ZIP that was staged, or partly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct StagedZip {
    /// What it is asked for by.
    pub id: String,
    /// The complete ZIP's name.
    pub file_name: String,
    /// SHA-256 of it.
    pub sha256: String,
    /// The id of the target.
    pub target_id: String,
    /// The target's name.
    pub target_name: String,
    /// Where the target is, without a login.
    pub place: String,
    /// The index-only ZIP, below the target's root.
    pub zip: String,
    /// The files that were uploaded.
    pub files: Vec<StagedFile>,
}

/// An open journal.
pub(super) struct Journal {
    path: PathBuf,
    id: String,
    inner: Mutex<Inner>,
}

struct Inner {
    file: File,
    files: BTreeMap<String, StagedFile>,
}

impl Journal {
    /// Opens the journal of this ZIP on this target, or begins it.
    pub fn open(folder: &Path, header: &Header) -> Result<Self> {
        fs::create_dir_all(folder).map_err(|error| Error::file(folder, &error))?;
        crate::ledger::tighten(folder, 0o700)?;
        let place = super::sha256_of(format!("{}\n{}", header.target_id, header.place).as_bytes());
        let id = format!("{}-{}", header.sha256.get(..16).unwrap_or_default(), &place[..16]);
        let path = folder.join(format!("{id}.journal"));
        let known = read(&path).filter(|(known, _)| known == header);
        let failed = |error: std::io::Error| Error::file(&path, &error);
        let mut options = OpenOptions::new();
        options.create(true).append(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path).map_err(failed)?;
        if matches!(file.try_lock(), Err(fs::TryLockError::WouldBlock)) {
            return Err(JobDetail::StagingInUse.error());
        }
        let files = match known {
            Some((_, files)) => files,
            None => {
                file.set_len(0).map_err(failed)?;
                BTreeMap::new()
            }
        };
        let is_new = file.metadata().map_err(failed)?.len() == 0;
        let journal = Self { path: path.clone(), id, inner: Mutex::new(Inner { file, files }) };
        if is_new {
            journal.put(&header)?;
        } else {
            // A line that was cut off ends here.
            journal.inner().file.write_all(b"\n").map_err(failed)?;
        }
        Ok(journal)
    }

    pub fn id(&self) -> &str {
        &self.id
    }

    /// What is known of the file at `path`; `None` when it was not uploaded from here.
    pub fn file(&self, path: &str) -> Option<StagedFile> {
        self.inner().files.get(path).cloned()
    }

    /// A file is about to be uploaded, or is there whole. It is on this disk afterwards.
    pub fn note(&self, path: &str, bytes: u64, whole: bool) -> Result<()> {
        let file = StagedFile { path: path.to_owned(), bytes, whole };
        self.put(&file)?;
        self.inner().files.insert(path.to_owned(), file);
        Ok(())
    }

    fn put(&self, value: &impl Serialize) -> Result<()> {
        let failed = |error: std::io::Error| Error::file(&self.path, &error);
        let mut line = serde_json::to_vec(value).map_err(|error| failed(error.into()))?;
        line.push(b'\n');
        let mut inner = self.inner();
        inner.file.write_all(&line).and_then(|()| inner.file.sync_data()).map_err(failed)
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The header and the files of a journal, without the lines that were cut off.
fn read(path: &Path) -> Option<(Header, BTreeMap<String, StagedFile>)> {
    let mut reader = BufReader::new(File::open(path).ok()?);
    let (mut header, mut files, mut line) = (None, BTreeMap::new(), Vec::new());
    loop {
        line.clear();
        let read = reader.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line).ok()?;
        if read == 0 {
            break;
        }
        match &header {
            None => header = Some(serde_json::from_slice::<Header>(&line).ok()?),
            Some(header) => {
                if let Ok(file) = serde_json::from_slice::<StagedFile>(&line)
                    && is_ours(&file.path, header)
                {
                    files.insert(file.path.clone(), file);
                }
            }
        }
    }
    header.filter(|header| header.nodewarden_staging == Header::VERSION).map(|header| (header, files))
}

/// Staging puts nothing anywhere else: a damaged journal names no other file of the target.
fn is_ours(path: &str, header: &Header) -> bool {
    path == header.zip && is_file_name(path)
        || path.strip_prefix("attachments/").is_some_and(|name| {
            name.split_once('/').is_some_and(|(cipher, id)| is_file_name(cipher) && is_file_name(id))
        })
}

fn is_file_name(name: &str) -> bool {
    !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\'])
}

/// How many journals in `folder` cannot be read: what they noted is not known any more.
pub fn damaged_journals(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).filter(|path| is_journal(path) && read(path).is_none()).count()
}

fn is_journal(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "journal")
}

/// What was staged and not removed, from the journals in `folder`.
pub fn staged_zips(folder: &Path) -> Vec<StagedZip> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let Some(id) = path.file_name().and_then(|name| name.to_str()?.strip_suffix(".journal")) else {
            continue;
        };
        let Some((header, files)) = read(&path) else { continue };
        found.push(StagedZip {
            id: id.to_owned(),
            file_name: header.file_name,
            sha256: header.sha256,
            target_id: header.target_id,
            target_name: header.target_name,
            place: header.place,
            zip: header.zip,
            files: files.into_values().collect(),
        });
    }
    found.sort_by(|one, other| one.id.cmp(&other.id));
    found
}

/// The journal of `id` is not needed any more.
pub(super) fn forget(folder: &Path, id: &str) -> Result<()> {
    let path = folder.join(format!("{id}.journal"));
    fs::remove_file(&path).map_err(|error| Error::file(&path, &error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Code;

    fn header() -> Header {
        Header {
            nodewarden_staging: Header::VERSION,
            sha256: "ab".repeat(32),
            file_name: "nodewarden_backup_1.zip".into(),
            target_id: "t1".into(),
            target_name: "NAS".into(),
            place: "https://nas.example.org/dav".into(),
            zip: "nodewarden_backup_1_abcde.zip".into(),
        }
    }

    #[test]
    fn a_started_upload_is_known_after_a_kill_at_any_byte() {
        let folder = tempfile::tempdir().expect("a folder");
        let journal = Journal::open(folder.path(), &header()).expect("begun");
        journal.note("attachments/c/1", 3, false).expect("noted");
        journal.note("attachments/c/1", 3, true).expect("noted");
        journal.note("attachments/c/2", 5, false).expect("noted");
        let path = folder.path().join(format!("{}.journal", journal.id()));
        drop(journal);
        let whole = fs::read(&path).expect("readable");
        let last = whole[..whole.len() - 1].iter().rposition(|byte| *byte == b'\n').expect("lines") + 1;
        for cut in last..whole.len() {
            fs::write(&path, &whole[..cut]).expect("written");
            let journal = Journal::open(folder.path(), &header()).expect("opened");
            assert!(journal.file("attachments/c/1").is_some_and(|file| file.whole), "{cut}");
            assert_eq!(journal.file("attachments/c/9"), None);
            journal.note("attachments/c/2", 5, true).expect("noted");
            drop(journal);
            assert_eq!(staged_zips(folder.path())[0].files.len(), 2, "{cut}");
        }
    }

    #[test]
    fn two_processes_never_stage_the_same_zip() {
        let folder = tempfile::tempdir().expect("a folder");
        let journal = Journal::open(folder.path(), &header()).expect("begun");
        let Err(error) = Journal::open(folder.path(), &header()) else { panic!("opened twice") };
        assert_eq!(error.code(), Code::Busy);
        drop(journal);
        assert!(Journal::open(folder.path(), &header()).is_ok());
    }
}
