//! Unpacks every entry once, in the order in which they lie in the file, and
//! compares checksum and size.

use crate::{DamageCode, DamageDetail};
use std::io::{self, Read};

use tokio_util::sync::CancellationToken;

use super::bounded::{Bounded, most_unpacked, stopped};
use super::content::{Contents, Outcome, Packing, Unpacked, read_manifest, read_rows};
use super::damage::Damages;
use super::inflate::{DEFLATED, End, STORED};
use super::source::Source;
use super::sums::Stretches;
use super::zip::{Entry, Structure};

const PIECE_BYTES: usize = 128 * 1024;

/// What is to be done with each entry.
pub(crate) struct Plan<'a> {
    steps: Vec<Step<'a>>,
    file_size: u64,
}

struct Step<'a> {
    entry: &'a Entry,
    from: u64,
    what: What,
    found: Option<Found>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Manifest,
    Rows,
    /// A body stored as it is: only its checksum is wanted.
    Plain,
    Deflated,
}

/// What unpacking an entry came to.
struct Found {
    count: u64,
    taken: u64,
    end: End,
    crc: u32,
}

impl<'a> Plan<'a> {
    /// Plans the reading of all entries that can be read.
    pub(crate) fn new<S: Source + ?Sized>(source: &S, structure: &'a Structure) -> Self {
        let texts =
            ["manifest.json", "db.json"].map(|name| structure.find(name).map(|entry| entry.header_at));
        let what = |entry: &Entry| match entry.method {
            STORED | DEFLATED if texts[0] == Some(entry.header_at) => Some(What::Manifest),
            STORED | DEFLATED if texts[1] == Some(entry.header_at) => Some(What::Rows),
            STORED => Some(What::Plain),
            DEFLATED => Some(What::Deflated),
            _ => None,
        };
        let readable = structure.entries.iter().filter(|entry| !entry.overlaps);
        let step =
            |entry: &'a Entry| Some(Step { entry, from: entry.data_at?, what: what(entry)?, found: None });
        let mut steps: Vec<Step<'a>> = readable.filter_map(step).collect();
        steps.sort_by_key(|step| step.entry.header_at);
        Self { steps, file_size: source.size() }
    }

    /// Where the plain bodies lie.
    pub(crate) fn plain(&self) -> Stretches {
        let plain = self.steps.iter().filter(|step| step.what == What::Plain);
        let packings = plain.map(|step| step.packing(self.file_size));
        Stretches::new(packings.map(|packing| packing.from..packing.from + packing.packed).collect())
    }

    /// Takes the checksums of the plain bodies from the one who read them.
    pub(crate) fn take_plain(&mut self, sums: &[u32]) {
        let plain = self.steps.iter_mut().filter(|step| step.what == What::Plain);
        for (step, &crc) in plain.zip(sums) {
            let count = step.packing(self.file_size).packed;
            step.found = Some(Found { count, taken: count, end: End::Whole, crc });
        }
    }

    /// Reads the texts and what is deflated, and plain bodies too if asked.
    pub(crate) fn read<S: Source + ?Sized>(
        &mut self,
        source: &S,
        and_plain: bool,
        cancel: &CancellationToken,
    ) -> io::Result<Contents> {
        let mut contents = Contents::default();
        let mut piece = vec![0; PIECE_BYTES];
        let file_size = self.file_size;
        let mut left = most_unpacked(file_size);
        for step in self.steps.iter_mut().filter(|step| and_plain || step.what != What::Plain) {
            if left == 0 {
                break;
            }
            let packing = step.packing(file_size);
            let content = packing.open(source);
            let mut reading =
                Reading { content, crc: crc32fast::Hasher::new(), count: 0, most: left, cancel };
            match step.what {
                What::Manifest => contents.manifest = Some((packing, read_manifest(&mut reading)?)),
                What::Rows => {
                    let again = || Bounded::new(packing.open(source), left, cancel);
                    contents.rows = Some((packing, read_rows(&mut reading, again)?));
                }
                What::Plain | What::Deflated => {}
            }
            let found = reading.finish(packing, &mut piece)?;
            left -= found.count.min(left);
            contents.outcomes.insert(packing, found.outcome());
            step.found = Some(found);
        }
        Ok(contents)
    }

    /// The entries whose content is all there, with the right checksum.
    pub(crate) fn sound(&self) -> impl Iterator<Item = &'a Entry> + '_ {
        let sound = self.steps.iter().filter(|step| {
            let packing = step.packing(self.file_size);
            step.found.as_ref().is_some_and(|found| found.is_as_listed(step.entry, packing))
        });
        sound.map(|step| step.entry)
    }

    /// Names every entry that is not what it should be. Returns the entries whose
    /// content is protected with a password: they are marked so, and what is there
    /// is not what was packed.
    pub(crate) fn judge(&self, damages: &mut Damages) -> Vec<Packing> {
        let mut protected = Vec::new();
        for step in &self.steps {
            let packing = step.packing(self.file_size);
            match &step.found {
                Some(found)
                    if step.entry.is_marked_encrypted() && !found.is_as_listed(step.entry, packing) =>
                {
                    damages.withdraw(&step.entry.name, DamageCode::EncryptedFlag);
                    protected.push(packing);
                }
                Some(found) => found.judge(step.entry, packing, damages),
                None => {}
            }
        }
        if self.steps.iter().any(|step| step.found.is_none()) {
            damages.file(DamageDetail::BombFile);
        }
        protected
    }
}

impl Step<'_> {
    fn packing(&self, file_size: u64) -> Packing {
        let Entry { method, packed, size, .. } = *self.entry;
        Packing { method, from: self.from, packed: packed.min(file_size.saturating_sub(self.from)), size }
    }
}

impl Found {
    fn outcome(&self) -> Outcome {
        match self.end {
            End::Broken | End::Cut => Outcome::Fails,
            End::Whole | End::TooLong | End::Open => Outcome::Bytes(self.count),
        }
    }

    fn is_as_listed(&self, entry: &Entry, packing: Packing) -> bool {
        self.end == End::Whole
            && packing.packed == entry.packed
            && self.taken == packing.packed
            && (self.count, self.crc) == (entry.size, entry.crc)
    }

    fn judge(&self, entry: &Entry, packing: Packing, damages: &mut Damages) {
        let name = &entry.name;
        let is_cut = packing.packed < entry.packed;
        if is_cut {
            damages.entry(name, DamageDetail::EntryCut);
        }
        match self.end {
            End::Whole if self.taken < packing.packed => {
                damages.entry(name, DamageDetail::BytesBehind { count: packing.packed - self.taken });
            }
            End::Broken => damages.entry(name, DamageDetail::EntryBroken),
            End::Cut if !is_cut => damages.entry(name, DamageDetail::EntryEndsEarly),
            End::TooLong => damages.entry(name, DamageDetail::SizeExceeds { count: entry.size }),
            End::Open => damages.entry(name, DamageDetail::Bomb),
            End::Whole | End::Cut => {}
        }
        if self.end == End::Whole && !is_cut {
            if self.count != entry.size {
                let (count, expected) = (self.count, entry.size);
                damages.entry(name, DamageDetail::SizeDiffers { count, expected });
            }
            if self.crc != entry.crc {
                let [expected, found] = [entry.crc, self.crc].map(|crc| format!("{crc:08x}"));
                damages.entry(name, DamageDetail::CrcMismatch { expected, found });
            }
        }
    }
}

/// Reads an entry's content and adds up its checksum on the way.
struct Reading<'a, S: Source + ?Sized> {
    content: Unpacked<'a, S>,
    crc: crc32fast::Hasher,
    count: u64,
    most: u64,
    cancel: &'a CancellationToken,
}

impl<S: Source + ?Sized> Read for Reading<'_, S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.cancel.is_cancelled() {
            return Err(stopped());
        }
        let most = usize::try_from(self.most - self.count).unwrap_or(usize::MAX).min(buffer.len());
        let read = self.content.read(&mut buffer[..most])?;
        self.crc.update(&buffer[..read]);
        self.count += read as u64;
        Ok(read)
    }
}

impl<S: Source + ?Sized> Reading<'_, S> {
    /// Reads what is left.
    fn finish(mut self, packing: Packing, piece: &mut [u8]) -> io::Result<Found> {
        while self.read(piece)? > 0 {}
        let (end, taken) = match &self.content {
            Unpacked::Stored(_) => (End::Whole, packing.packed),
            Unpacked::Deflated(inflate) => (inflate.end(), inflate.taken()),
        };
        Ok(Found { count: self.count, taken, end, crc: self.crc.finalize() })
    }
}
