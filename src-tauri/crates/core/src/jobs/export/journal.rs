//! The journal of an export: what is in its part file already. One line for each body,
//! written when the body is whole; a line that was cut off counts for nothing.

use std::collections::HashMap;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{RemoteZip, SourceKind};
use crate::error::JobDetail;
use crate::{Error, Result};

/// More lines than an export has bodies.
const MOST_LINES: usize = 400_000;
/// A line longer than this is none of ours, in bytes.
const LONGEST_LINE: u64 = 64 * 1024;
/// The form of journal that this version writes.
const VERSION: u32 = 1;

/// The first line: which export this is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Header {
    /// The form of the journal.
    pub nodewarden_export: u32,
    /// The server that the index is from; none when a ZIP is made complete.
    pub server: Option<String>,
    /// The account that exports.
    pub account: Option<String>,
    /// The export is with attachments.
    pub attachments: bool,
    /// The finished file is to be encrypted.
    pub encrypted: bool,
    /// The ZIP that is made complete.
    pub zip: Option<PathBuf>,
    /// The ZIP on a target that is made complete.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remote: Option<RemoteZip>,
    /// SHA-256 of the index.
    pub index_sha256: String,
    /// The beginning of the final name, without a hash.
    pub base: String,
}

impl Header {
    pub const VERSION: u32 = VERSION;
}

/// A body that is whole in the part file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Line {
    /// "cipherId/attachmentId".
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// SHA-256 of it.
    pub sha256: String,
    /// CRC-32 of it.
    pub crc32: u32,
    /// Where its content begins in the part file.
    pub at: u64,
    /// Where it came from.
    pub source: SourceKind,
}

/// A journal, open for writing by this process alone.
pub(super) struct Journal {
    file: File,
    path: PathBuf,
}

impl Journal {
    /// Begins the journal at `path`; it is on the disk afterwards.
    pub fn begin(path: &Path, header: &Header) -> Result<Self> {
        let mut options = OpenOptions::new();
        options.read(true).append(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path).map_err(|error| Error::file(path, &error))?;
        let mut journal = Self { file, path: path.to_owned() };
        journal.lock()?;
        journal.put(header)?;
        journal.file.sync_all().map_err(|error| journal.failed(&error))?;
        Ok(journal)
    }

    /// Opens a journal to continue with it: its header and what it says is written.
    ///
    /// # Errors
    /// `Busy` when another process continues with it, `FileFailed` when it is none.
    pub fn resume(path: &Path) -> Result<(Self, Header, HashMap<String, Line>)> {
        let opened = OpenOptions::new().read(true).append(true).open(path);
        let file = opened.map_err(|error| Error::file(path, &error))?;
        let mut journal = Self { file, path: path.to_owned() };
        journal.lock()?;
        let (header, lines, whole) = read(&mut journal.file).map_err(|error| journal.failed(&error))?;
        // The line that was cut off would spoil the next one.
        journal.file.set_len(whole).map_err(|error| journal.failed(&error))?;
        let header = header.ok_or_else(|| journal.failed(&io::ErrorKind::InvalidData.into()))?;
        Ok((journal, header, lines))
    }

    fn lock(&self) -> Result<()> {
        match self.file.try_lock() {
            Ok(()) => Ok(()),
            Err(TryLockError::WouldBlock) => {
                Err(JobDetail::ExportInUse { path: self.path.display().to_string() }.error())
            }
            // Where files cannot be locked, no one else is likely to be at work.
            Err(TryLockError::Error(_)) => Ok(()),
        }
    }

    /// Notes that a body is whole.
    pub fn note(&mut self, line: &Line) -> Result<()> {
        self.put(line)
    }

    fn put(&mut self, value: &impl Serialize) -> Result<()> {
        let mut line = serde_json::to_vec(value).map_err(|error| self.failed(&error.into()))?;
        line.push(b'\n');
        // In one call, so that a kill cuts it off at most once.
        self.file.write_all(&line).map_err(|error| self.failed(&error))
    }

    fn failed(&self, error: &io::Error) -> Error {
        Error::file(&self.path, error)
    }
}

/// The header of the journal at `path` and what it says is written, without taking it;
/// `None` when it is none or a process works on it.
pub(super) fn peek(path: &Path) -> Option<(Header, HashMap<String, Line>)> {
    let mut file = File::open(path).ok()?;
    if matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)) {
        return None;
    }
    let (header, lines, _) = read(&mut file).ok()?;
    Some((header?, lines))
}

/// Header, bodies, and how far the journal is whole.
fn read(file: &mut File) -> io::Result<(Option<Header>, HashMap<String, Line>, u64)> {
    file.seek(SeekFrom::Start(0))?;
    let mut reader = BufReader::new(file);
    let (mut header, mut lines, mut whole) = (None, HashMap::new(), 0_u64);
    let mut line = Vec::new();
    for number in 0..MOST_LINES {
        line.clear();
        let read = reader.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line)?;
        if line.last() != Some(&b'\n') {
            break;
        }
        if number == 0 {
            header = serde_json::from_slice::<Header>(&line)
                .ok()
                .filter(|header| header.nodewarden_export == VERSION);
            if header.is_none() {
                break;
            }
        } else {
            // A line that is not ours ends what can be relied on.
            let Ok(noted) = serde_json::from_slice::<Line>(&line) else { break };
            lines.insert(noted.name.clone(), noted);
        }
        whole += read as u64;
    }
    Ok((header, lines, whole))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Code;

    fn header() -> Header {
        Header {
            nodewarden_export: VERSION,
            server: Some("https://vault.example.org".into()),
            account: None,
            attachments: true,
            encrypted: false,
            zip: None,
            remote: None,
            index_sha256: "00".into(),
            base: "nodewarden_backup_20261122_191500".into(),
        }
    }

    fn line(name: &str) -> Line {
        Line {
            name: name.into(),
            bytes: 3,
            sha256: "ab".into(),
            crc32: 7,
            at: 100,
            source: SourceKind::Server,
        }
    }

    #[test]
    fn a_truncated_journal_is_valid_up_to_its_last_line() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.journal");
        let mut journal = Journal::begin(&path, &header()).expect("started");
        journal.note(&line("c/1")).expect("noted");
        journal.note(&line("c/2")).expect("noted");
        drop(journal);
        let whole = std::fs::read(&path).expect("readable");
        for cut in 1..line_length(&whole) {
            std::fs::write(&path, &whole[..whole.len() - cut]).expect("written");
            let (mut journal, read, lines) = Journal::resume(&path).expect("resumed");
            assert_eq!(read, header());
            assert_eq!(lines.keys().collect::<Vec<_>>(), ["c/1"], "{cut}");
            journal.note(&line("c/3")).expect("noted");
            drop(journal);
            let (_, lines) = peek(&path).expect("a journal");
            assert_eq!(lines.len(), 2, "{cut}");
        }
    }

    fn line_length(whole: &[u8]) -> usize {
        let before = whole[..whole.len() - 1].iter().rposition(|byte| *byte == b'\n').expect("lines");
        whole.len() - 1 - before
    }

    #[test]
    fn two_processes_never_resume_the_same_export() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.journal");
        let journal = Journal::begin(&path, &header()).expect("started");
        assert!(peek(&path).is_none(), "it is being worked on");
        let Err(error) = Journal::resume(&path) else { panic!("it was resumed twice") };
        assert_eq!(error.code(), Code::Busy);
        drop(journal);
        assert!(Journal::resume(&path).is_ok());
        std::fs::write(&path, b"{\"nodewardenExport\":2}\n").expect("written");
        assert!(Journal::resume(&path).is_err(), "a form that this version does not know");
    }
}
