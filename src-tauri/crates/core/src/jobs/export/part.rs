//! The unfinished file of an export. Every body has its place from the beginning, so bodies
//! are written in any order; the journal beside it says which are whole.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;

use super::body::BodyWriter;
use super::bytes::{BodyBytes, hash_of, write_at};
use super::journal::{Header, Journal, Line, peek};
use super::{KeptSources, UnfinishedExport};
use crate::archive::{ExportIndex, Layout, TEXTS, body_entry};
use crate::jobs::{Outcome, PartFile, Watch};
use crate::progress::Update;
use crate::{Error, Result};

/// An unfinished file that this process works on.
pub(super) struct Part {
    pub path: PathBuf,
    pub header: Header,
    file: Arc<File>,
    journal: Mutex<Journal>,
    lines: Mutex<HashMap<String, Line>>,
}

impl Part {
    /// Begins one in `folder`; `index` is moved beside it, when there is one.
    pub fn begin(folder: &Path, header: Header, index: Option<PartFile>) -> Result<Self> {
        let folder = std::path::absolute(folder).map_err(|error| Error::file(folder, &error))?;
        let path = folder.join(format!(".{}.zip.{:08x}.part", header.base, rand::random::<u32>()));
        let file = private(OpenOptions::new().read(true).write(true).create_new(true), &path)?;
        if let Some(index) = index {
            index.finish_as(&index_of(&path))?;
        }
        // Only with its journal is it something to continue with.
        let journal = Journal::begin(&journal_of(&path), &header)?;
        Ok(Self { path, header, file: Arc::new(file), journal: Mutex::new(journal), lines: Mutex::default() })
    }

    /// Resumes one.
    ///
    /// # Errors
    /// `Busy` when another process works on it, a file error.
    pub fn resume(path: &Path) -> Result<Self> {
        let (journal, header, lines) = Journal::resume(&journal_of(path))?;
        let file = private(OpenOptions::new().read(true).write(true), path)?;
        Ok(Self {
            path: path.to_owned(),
            header,
            file: Arc::new(file),
            journal: Mutex::new(journal),
            lines: Mutex::new(lines),
        })
    }

    /// Where its index is.
    pub fn index(&self) -> PathBuf {
        self.header.zip.clone().unwrap_or_else(|| index_of(&self.path))
    }

    /// Bodies that are whole, by name.
    pub fn lines(&self) -> MutexGuard<'_, HashMap<String, Line>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A writer for the body at `at`.
    pub fn body(&self, at: u64, size: u64) -> BodyWriter {
        BodyWriter::new(Arc::clone(&self.file), at, size)
    }

    /// A body is whole.
    pub fn note(&self, line: Line) -> Result<()> {
        self.journal.lock().unwrap_or_else(PoisonError::into_inner).note(&line)?;
        self.lines().insert(line.name.clone(), line);
        Ok(())
    }

    /// Forgets bodies that are not what the journal says: a computer that lost its power may
    /// have kept the journal and not the bodies. Blocks.
    pub fn verify(&self, index: &ExportIndex, layout: &Layout, watch: &Watch) -> Result<Outcome<()>> {
        let mut good = HashMap::new();
        let mut known = std::mem::take(&mut *self.lines());
        let total: u64 = known.values().map(|line| line.bytes).sum();
        let mut done = 0;
        for (attachment, entry) in index.placed().zip(layout.entries.iter().skip(TEXTS.len())) {
            let Some(line) = known.remove(&attachment.blob_name()) else { continue };
            if watch.cancel.is_cancelled() {
                return Ok(Outcome::Stopped);
            }
            let (at, size) = (entry.data_at(), entry.content.size);
            if (line.at, line.bytes) == (at, size) && self.holds(&line, &watch.cancel) {
                good.insert(line.name.clone(), line);
            }
            done += size;
            watch.progress.report(Update::Bytes { done, total: Some(total) });
        }
        *self.lines() = good;
        Ok(Outcome::Done(()))
    }

    fn holds(&self, line: &Line, cancel: &CancellationToken) -> bool {
        hash_of(&self.file, line.at, line.bytes, cancel).is_ok_and(|sha256| sha256 == line.sha256)
    }

    /// The bytes of a body that is whole.
    pub fn read(&self, line: &Line) -> io::Result<BodyBytes> {
        Ok(BodyBytes::new(Arc::clone(&self.file), line.at, line.bytes))
    }

    /// Writes all that is no body, and makes sure that everything is on the disk. Blocks.
    pub fn complete(&self, index: &ExportIndex, layout: &mut Layout) -> Result<()> {
        let failed = |error: io::Error| Error::file(&self.path, &error);
        {
            let lines = self.lines();
            for (attachment, entry) in index.placed().zip(layout.entries.iter_mut().skip(TEXTS.len())) {
                if let Some(line) = lines.get(&attachment.blob_name()) {
                    entry.content.crc = line.crc32;
                }
            }
        }
        for entry in &layout.entries {
            write_at(&self.file, &entry.header(), entry.header_at).map_err(failed)?;
        }
        for (name, entry) in TEXTS.into_iter().zip(&layout.entries) {
            let (_, mut text) = index.packed_text(name)?;
            let mut at = entry.data_at();
            let mut piece = vec![0; 256 * 1024];
            loop {
                let read = io::Read::read(&mut text, &mut piece).map_err(|error| index.failed(&error))?;
                if read == 0 {
                    break;
                }
                write_at(&self.file, &piece[..read], at).map_err(failed)?;
                at += read as u64;
            }
        }
        let directory = layout.directory();
        write_at(&self.file, &directory, layout.end_at).map_err(failed)?;
        self.file.set_len(layout.end_at + directory.len() as u64).map_err(failed)?;
        self.file.sync_all().map_err(failed)
    }

    /// Keeps where its bodies come from, for those who continue with it.
    pub fn keep_sources(&self, sources: &KeptSources) -> Result<()> {
        let path = sources_of(&self.path);
        let text = serde_json::to_vec(sources).map_err(|error| Error::file(&path, &error.into()))?;
        let mut file = PartFile::replacing(&path)?;
        file.write(&text)?;
        file.finish().map(drop)
    }

    /// Removes it, with its journal and its index.
    pub fn discard(self) {
        let path = self.path.clone();
        drop(self);
        remove_all(&path);
    }
}

/// The entry's name and the place of each body that is whole.
pub(super) fn whole_bodies(part: &Part, index: &ExportIndex) -> Vec<(String, Line)> {
    let lines = part.lines();
    let whole = index.placed().filter_map(|attachment| {
        let name = attachment.blob_name();
        Some((body_entry(&name), lines.get(&name)?.clone()))
    });
    whole.collect()
}

/// The exports in `folder` that were not finished and no one works on, the newest first.
pub fn unfinished_exports(folder: &Path) -> Vec<UnfinishedExport> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let Some(part) = path.to_str().and_then(|path| path.strip_suffix(".journal")) else { continue };
        if !part.ends_with(".part") || !Path::new(part).is_file() {
            continue;
        }
        let Some((header, lines)) = peek(&path) else { continue };
        let modified = entry.metadata().and_then(|facts| facts.modified()).ok();
        let written_at = modified.and_then(|at| jiff::Timestamp::try_from(at).ok());
        found.push(UnfinishedExport {
            part: part.to_owned(),
            server: header.server,
            encrypted: header.encrypted,
            zip: header.zip.map(|zip| zip.to_string_lossy().into_owned()),
            remote: header.remote,
            sources: kept_sources(Path::new(part)),
            written: lines.len() as u64,
            bytes: lines.values().map(|line| line.bytes).sum(),
            written_at: written_at.map(|at| at.to_string()),
        });
    }
    found.sort_by(|one, other| other.written_at.cmp(&one.written_at));
    found
}

/// Removes an unfinished export.
///
/// # Errors
/// `Busy` when a process works on it, a file error.
pub fn discard_export(part: &Path) -> Result<()> {
    Part::resume(part)?.discard();
    Ok(())
}

/// The header of the journal beside `part`.
pub(super) fn header_of(part: &Path) -> Option<Header> {
    peek(&journal_of(part)).map(|(header, _)| header)
}

fn remove_all(part: &Path) {
    // The journal goes last: what is left with it is found again.
    for path in [part.to_owned(), index_of(part), sources_of(part), journal_of(part)] {
        let _ = fs::remove_file(path);
    }
}

fn journal_of(part: &Path) -> PathBuf {
    beside(part, ".journal")
}

fn index_of(part: &Path) -> PathBuf {
    beside(part, ".index")
}

fn sources_of(part: &Path) -> PathBuf {
    beside(part, ".sources")
}

/// What is kept of the sources of an export.
pub(super) fn kept_sources(part: &Path) -> KeptSources {
    let text = fs::read(sources_of(part)).unwrap_or_default();
    serde_json::from_slice(&text).unwrap_or_default()
}

fn beside(part: &Path, ending: &str) -> PathBuf {
    let mut name: OsString = part.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

fn private(options: &mut OpenOptions, path: &Path) -> Result<File> {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options.open(path).map_err(|error| Error::file(path, &error))
}
