//! A backup opened for reading its texts: the one way to them for everyone who
//! needs rows and no report.

use std::path::{Path, PathBuf};

use tokio_util::sync::CancellationToken;

use super::bounded::{Bounded, most_unpacked};
use super::content::{Packing, Unpacked};
use super::damage::{Damages, shown};
use super::inflate::{DEFLATED, STORED};
use super::json::{Visitor, WalkError, walk};
use super::source::{FileSource, Source};
use super::zip::{Entry, Structure};
use super::{folder, inspect, zip};
use desk_base::error::ArchiveDetail;
use desk_base::{Error, Result};

/// A backup ZIP, however damaged, with the names of its entries as they should be.
pub struct Opened {
    path: PathBuf,
    source: FileSource,
    /// Its entries.
    pub(crate) structure: Structure,
}

/// How far a text could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// To its end.
    Whole,
    /// To a place where it stops or is no JSON any more.
    Broken,
}

impl Opened {
    /// Opens a backup. Blocks.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn new(path: &Path) -> Result<Self> {
        let source = inspect::open(path)?;
        let mut structure = zip::read(&source, &mut Damages::default(), &CancellationToken::new())
            .map_err(|error| Error::file(path, &error))?;
        folder::put_right(&mut structure);
        Ok(Self { path: path.to_owned(), source, structure })
    }

    /// The file.
    pub(crate) fn source(&self) -> &FileSource {
        &self.source
    }

    /// Where a text is, if it can be read.
    pub(crate) fn find(&self, name: &str) -> Option<Packing> {
        let packing = Packing::of(self.structure.find(name)?, self.source.size())?;
        matches!(packing.method, STORED | DEFLATED).then_some(packing)
    }

    /// Where the rows are.
    ///
    /// # Errors
    /// `NotAnArchive` with the reason when they cannot be read.
    pub(crate) fn rows(&self) -> Result<Packing> {
        self.find("db.json").ok_or_else(|| self.unreadable())
    }

    /// Reads a text.
    pub(crate) fn read<'a>(
        &'a self,
        packing: Packing,
        cancel: &'a CancellationToken,
    ) -> Bounded<'a, Unpacked<'a, FileSource>> {
        Bounded::new(packing.open(&self.source), most_unpacked(self.source.size()), cancel)
    }

    /// Passes `visitor` the rows one by one, in bounded memory. What comes before a
    /// damage is reported too.
    ///
    /// # Errors
    /// `NotAnArchive` when there are none, a file error.
    pub fn walk_rows(&self, visitor: &mut impl Visitor) -> Result<Reach> {
        let packing = self.rows()?;
        match walk(self.read(packing, &CancellationToken::new()), visitor) {
            Ok(walked) if walked.is_object => Ok(Reach::Whole),
            Ok(_) => Err(self.unreadable()),
            // Encrypted bytes are no JSON from the first one on.
            Err(WalkError::NotJson(_)) if self.is_protected() => Err(self.unreadable()),
            Err(WalkError::NotJson(_)) => Ok(Reach::Broken),
            Err(WalkError::Io(error)) => Err(Error::file(&self.path, &error)),
        }
    }

    /// The rows are marked as encrypted.
    pub fn is_protected(&self) -> bool {
        self.structure.find("db.json").is_some_and(Entry::is_marked_encrypted)
    }

    /// Why the rows cannot be read.
    pub fn unreadable(&self) -> Error {
        let name = shown(&inspect::name_of(&self.path));
        let other = self.structure.find("db.json").and_then(Entry::other_method);
        let detail = match other {
            _ if self.is_protected() => ArchiveDetail::RowsProtected { name },
            Some(method) => ArchiveDetail::RowsPacking { name, method: method.to_owned() },
            None => ArchiveDetail::RowsUnreadable { name },
        };
        detail.error()
    }
}
