//! The content of the entries, and what is read in the two texts.

use std::collections::HashMap;
use std::io::{self, Read};

use tokio_util::sync::CancellationToken;

use super::bounded::Bounded;
use super::inflate::{End, Inflate, STORED};
use super::json::{WalkError, Walked, walk};
use super::people::People;
use super::rules::{self, Judge, ManifestReader};
use super::source::{Source, Stretch};
use super::zip::Entry;

/// How an entry's bytes lie in the file; what unpacks alike is alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Packing {
    /// Stored or deflated.
    pub method: u16,
    /// Where the packed bytes begin.
    pub from: u64,
    /// How many there are.
    pub packed: u64,
    /// How many the headers say they unpack to.
    pub size: u64,
}

impl Packing {
    /// Of an entry whose header was found.
    pub(crate) fn of(entry: &Entry, file_size: u64) -> Option<Self> {
        let from = entry.data_at?;
        let packed = entry.packed.min(file_size.saturating_sub(from));
        Some(Self { method: entry.method, from, packed, size: entry.size })
    }

    /// Unpacks without looking at the content.
    pub(crate) fn measure<S: Source + ?Sized>(
        self,
        source: &S,
        cancel: &CancellationToken,
    ) -> io::Result<Outcome> {
        let mut content = self.open(source);
        let bytes = io::copy(&mut Bounded::new(&mut content, u64::MAX, cancel), &mut io::sink())?;
        let fails = matches!(&content, Unpacked::Deflated(inflate) if matches!(inflate.end(), End::Broken | End::Cut));
        Ok(if fails { Outcome::Fails } else { Outcome::Bytes(bytes) })
    }

    /// Reads the content.
    pub(crate) fn open<S: Source + ?Sized>(self, source: &S) -> Unpacked<'_, S> {
        let input = Stretch::new(source, self.from, self.packed);
        if self.method == STORED {
            Unpacked::Stored(input)
        } else {
            Unpacked::Deflated(Box::new(Inflate::new(input, self.size)))
        }
    }
}

/// The content of one entry.
pub(crate) enum Unpacked<'a, S: Source + ?Sized> {
    /// As it is.
    Stored(Stretch<'a, S>),
    /// Deflated.
    Deflated(Box<Inflate<'a, S>>),
}

impl<S: Source + ?Sized> Read for Unpacked<'_, S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Stored(bytes) => bytes.read(buffer),
            Self::Deflated(bytes) => bytes.read(buffer),
        }
    }
}

/// What unpacking came to, in the server's eyes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// So many bytes.
    Bytes(u64),
    /// The server's unpacker fails.
    Fails,
}

/// The manifest, or why it could not be read.
pub(crate) type ManifestText = Result<(Walked, ManifestReader), u64>;
/// The rows, or why they could not be read to the end.
pub(crate) type RowsText = Result<(Walked, Judge, People), Box<BrokenRows>>;

/// Rows that end in something else than JSON.
#[derive(Debug)]
pub(crate) struct BrokenRows {
    /// Where the text is no JSON any more.
    pub at: u64,
    /// What was read before that.
    pub judge: Judge,
    /// Who was in it.
    pub people: People,
}

/// What all entries came to.
#[derive(Debug, Default)]
pub(crate) struct Contents {
    /// For each way of packing that was read.
    pub outcomes: HashMap<Packing, Outcome>,
    /// `manifest.json`, if there is one.
    pub manifest: Option<(Packing, ManifestText)>,
    /// `db.json`, if there is one.
    pub rows: Option<(Packing, RowsText)>,
}

impl Contents {
    /// The manifest, if it could be read.
    pub(crate) fn manifest(&self) -> Option<&ManifestReader> {
        self.manifest
            .as_ref()?
            .1
            .as_ref()
            .ok()
            .filter(|(walked, _)| walked.is_object)
            .map(|(_, manifest)| manifest)
    }

    /// The rows, if they could be read.
    pub(crate) fn rows(&self) -> Option<(&Judge, &People)> {
        let (walked, judge, people) = self.rows.as_ref()?.1.as_ref().ok()?;
        walked.is_object.then_some((judge, people))
    }

    /// The rows as far as they could be read.
    pub(crate) fn rows_so_far(&self) -> Option<(&Judge, &People)> {
        match &self.rows.as_ref()?.1 {
            Ok(_) => self.rows(),
            Err(broken) => Some((&broken.judge, &broken.people)),
        }
    }

    /// Forgets what was read where `packings` are: it was not what was packed.
    pub(crate) fn forget(&mut self, packings: &[Packing]) {
        self.manifest = self.manifest.take().filter(|(packing, _)| !packings.contains(packing));
        self.rows = self.rows.take().filter(|(packing, _)| !packings.contains(packing));
    }
}

/// Reads a manifest.
pub(crate) fn read_manifest(text: impl Read) -> io::Result<ManifestText> {
    let mut manifest = ManifestReader::default();
    or_not_json(walk(text, &mut manifest)).map(|walked| walked.map(|walked| (walked, manifest)))
}

/// Reads the rows; where a table comes before one that it points to, once more
/// from `again`.
pub(crate) fn read_rows<R: Read>(text: impl Read, again: impl Fn() -> R) -> io::Result<RowsText> {
    let (walked, judge, mut people) = rules::judge(text, again, People::default);
    people.settle(judge.belongings());
    Ok(match or_not_json(walked)? {
        Ok(walked) => Ok((walked, judge, people)),
        Err(at) => Err(Box::new(BrokenRows { at, judge, people })),
    })
}

fn or_not_json<T>(walked: Result<T, WalkError>) -> io::Result<Result<T, u64>> {
    match walked {
        Ok(value) => Ok(Ok(value)),
        Err(WalkError::NotJson(at)) => Ok(Err(at)),
        Err(WalkError::Io(error)) => Err(error),
    }
}
