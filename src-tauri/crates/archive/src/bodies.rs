//! The attachment bodies inside a ZIP, found by name and read with their checksums.

use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::path::Path;

use tokio_util::sync::CancellationToken;

use super::content::Packing;
use super::inflate::{DEFLATED, STORED};
use super::opened::Opened;
use super::rules;
use super::source::Source;
use desk_base::Result;

/// The bodies of one ZIP.
pub struct ZipBodies {
    opened: Opened,
    /// Where each is in the list of entries; of two with one name, the last.
    places: HashMap<Box<str>, usize>,
}

/// The outcome of copying a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Copied {
    /// It is not inside, or has another size.
    Absent,
    /// It is inside, and its content is not what was packed.
    Damaged,
    /// It was copied, and its checksum is right.
    Whole,
}

impl ZipBodies {
    /// Opens a ZIP. Blocks.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn open(path: &Path) -> Result<Self> {
        Opened::new(path).map(Self::of)
    }

    /// Those of a ZIP that is open.
    pub fn of(opened: Opened) -> Self {
        let entries = opened.structure.entries.iter().enumerate();
        let readable = entries.filter(|(_, entry)| {
            rules::is_body_name(&entry.name) && matches!(entry.method, STORED | DEFLATED)
        });
        let places = readable.map(|(place, entry)| (entry.name.clone(), place)).collect();
        Self { opened, places }
    }

    /// The ZIP itself.
    pub fn opened(&self) -> &Opened {
        &self.opened
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// There are none.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The size of the body of the entry `name`; `None` when it is not inside.
    pub fn size_of(&self, name: &str) -> Option<u64> {
        self.places.get(name).map(|&place| self.opened.structure.entries[place].size)
    }

    /// Copies the body of the entry `name`, which must have `size`. Blocks.
    ///
    /// # Errors
    /// What reading or writing fails with.
    pub fn copy(
        &self,
        name: &str,
        size: u64,
        cancel: &CancellationToken,
        to: &mut impl Write,
    ) -> io::Result<Copied> {
        let Some(entry) = self.places.get(name).map(|&place| &self.opened.structure.entries[place]) else {
            return Ok(Copied::Absent);
        };
        let packing = Packing::of(entry, self.opened.source().size());
        let Some(packing) = packing.filter(|_| entry.size == size) else { return Ok(Copied::Absent) };
        let mut content = self.opened.read(packing, cancel).take(size.saturating_add(1));
        let mut crc = crc32fast::Hasher::new();
        let (mut copied, mut piece) = (0_u64, vec![0; 256 * 1024]);
        loop {
            let read = content.read(&mut piece)?;
            if read == 0 {
                break;
            }
            copied += read as u64;
            if copied > size {
                return Ok(Copied::Damaged);
            }
            crc.update(&piece[..read]);
            to.write_all(&piece[..read])?;
        }
        Ok(if copied == size && crc.finalize() == entry.crc { Copied::Whole } else { Copied::Damaged })
    }
}
