//! The entries as the server finds them. Its reader believes the central
//! directory, takes what is past the end for zeros, and checks neither
//! checksums nor at flags; to predict its response, this one must do the same.

use std::collections::HashMap;
use std::io;

use super::super::inflate::{DEFLATED, STORED};
use super::super::source::Source;
use super::{MAX_DB_JSON_BYTES, MAX_ENTRIES, MAX_UNPACKED_BYTES, Refusal, names};

const END_BYTES: u64 = 22;
const END_SIGNATURE: u64 = 0x0605_4b50;
const ZIP64_END_SIGNATURE: u64 = 0x0606_4b50;
/// The farthest from the file's end that the end record is looked for.
const FARTHEST_END: u64 = 65_559;
const UTF8_FLAG: u64 = 1 << 11;
/// How much of the central directory is read at once.
const DIRECTORY_WINDOW: usize = 64 * 1024;
/// How much is read at a local header, of which only the lengths matter.
const HEADER_WINDOW: usize = 16;
/// Packed bytes that the server cannot work through: entries that lie over one
/// another can come to far more than the file has.
const MOST_PACKED: u64 = 2 << 30;
const U32_MAX: u64 = 0xffff_ffff;
const U16_MAX: u64 = 0xffff;

/// An entry that passed the server's filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ServerEntry {
    /// Its name.
    pub name: String,
    /// Stored or deflated.
    pub method: u16,
    /// Where its packed bytes begin.
    pub from: u64,
    /// How many there are, cut at the end of the file.
    pub packed: u64,
    /// Its size as listed in the central directory.
    pub size: u64,
}

/// What the server finds before it stops.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    /// The entries that passed, in the order of the central directory.
    pub entries: Vec<ServerEntry>,
    /// Why it stopped before the end. An entry above that cannot be unpacked
    /// stops it even earlier.
    pub refusal: Option<Refusal>,
}

impl Listing {
    /// Of entries with one name the last counts, at the place of the first.
    pub(crate) fn files(&self) -> Vec<&ServerEntry> {
        let mut places = HashMap::new();
        let mut files: Vec<&ServerEntry> = Vec::new();
        for entry in &self.entries {
            match places.get(&entry.name) {
                Some(&place) => files[place] = entry,
                None => {
                    places.insert(&entry.name, files.len());
                    files.push(entry);
                }
            }
        }
        files
    }
}

/// Lists the entries of `source`, up to the first that the server refuses.
pub(crate) fn list<S: Source + ?Sized>(source: &S) -> io::Result<Listing> {
    let mut bytes = Bytes::new(source, DIRECTORY_WINDOW);
    let mut headers = Bytes::new(source, HEADER_WINDOW);
    let mut listing = Listing::default();
    let Some(end) = find_end(&mut bytes)? else {
        listing.refusal = Some(Refusal::unreadable());
        return Ok(listing);
    };
    let mut count = bytes.u16(end + 8)?;
    let mut at = bytes.u32(end + 16)?;
    let mut zip64 = count != 0 && (at == U32_MAX || count == U16_MAX);
    if zip64 {
        let record = bytes.u32(end.wrapping_sub(12))?;
        zip64 = bytes.u32(record)? == ZIP64_END_SIGNATURE;
        if zip64 {
            count = bytes.u32(record + 32)?;
            at = bytes.u32(record + 48)?;
        }
    }
    let (mut packed, mut unpacked) = (0_u64, 0_u64);
    for index in 0..count {
        let Some((entry, next)) = read_entry(&mut bytes, &mut headers, at, zip64)? else {
            listing.refusal = Some(Refusal::unreadable());
            break;
        };
        unpacked = unpacked.saturating_add(entry.size);
        if let Err(refusal) = filter(&entry, index, unpacked) {
            listing.refusal = Some(refusal);
            break;
        }
        packed = packed.saturating_add(entry.packed);
        if packed > MOST_PACKED {
            return Ok(Listing { entries: Vec::new(), refusal: Some(Refusal::exhausted()) });
        }
        listing.entries.push(entry);
        at = next;
    }
    Ok(listing)
}

/// What the server checks before it unpacks an entry.
fn filter(entry: &ServerEntry, index: u64, unpacked: u64) -> Result<(), Refusal> {
    if index >= MAX_ENTRIES {
        return Err(Refusal::because("Backup archive contains too many files"));
    }
    names::check(&entry.name)?;
    if entry.name == "db.json" && entry.size > MAX_DB_JSON_BYTES {
        return Err(Refusal::because("Backup archive database payload is too large"));
    }
    if unpacked > MAX_UNPACKED_BYTES {
        return Err(Refusal::because("Backup archive expands beyond the current restore limit"));
    }
    if entry.method != STORED && entry.method != DEFLATED {
        return Err(Refusal::unreadable());
    }
    Ok(())
}

fn find_end<S: Source + ?Sized>(bytes: &mut Bytes<'_, S>) -> io::Result<Option<u64>> {
    let size = bytes.source.size();
    let Some(last) = size.checked_sub(END_BYTES) else { return Ok(None) };
    let first = size.saturating_sub(FARTHEST_END);
    for at in (first..=last).rev() {
        if bytes.u32(at)? == END_SIGNATURE {
            return Ok(Some(at));
        }
    }
    Ok(None)
}

/// The entry whose central header is at `at`, and where the next one is; none
/// when the server's reader would never come back from it.
fn read_entry<S: Source + ?Sized>(
    bytes: &mut Bytes<'_, S>,
    headers: &mut Bytes<'_, S>,
    at: u64,
    zip64: bool,
) -> io::Result<Option<(ServerEntry, u64)>> {
    let name_length = bytes.u16(at + 28)?;
    let extra = at + 46 + name_length;
    let is_utf8 = bytes.u16(at + 8)? & UTF8_FLAG != 0;
    let name = decode(&bytes.slice(at + 46, name_length)?, is_utf8);
    let method = u16::try_from(bytes.u16(at + 10)?).unwrap_or(u16::MAX);
    let (mut packed, mut size, mut header) = (bytes.u32(at + 20)?, bytes.u32(at + 24)?, bytes.u32(at + 42)?);
    if zip64 && packed == U32_MAX {
        let mut field = extra;
        while bytes.u16(field)? != 1 {
            field += 4 + bytes.u16(field + 2)?;
            if field >= bytes.source.size() {
                return Ok(None);
            }
        }
        size = bytes.u64(field + 4)?;
        packed = bytes.u64(field + 12)?;
        header = bytes.u64(field + 20)?;
    }
    let next = extra + bytes.u16(at + 30)? + bytes.u16(at + 32)?;
    let from = header
        .saturating_add(30)
        .saturating_add(headers.u16(header.saturating_add(26))?)
        .saturating_add(headers.u16(header.saturating_add(28))?);
    let left = bytes.source.size().saturating_sub(from);
    Ok(Some((ServerEntry { name, method, from, packed: packed.min(left), size }, next)))
}

fn decode(name: &[u8], is_utf8: bool) -> String {
    if is_utf8 {
        let name = name.strip_prefix(b"\xef\xbb\xbf").unwrap_or(name);
        String::from_utf8_lossy(name).into_owned()
    } else {
        name.iter().map(|&byte| char::from(byte)).collect()
    }
}

/// Little-endian numbers at any offset; zeros past the end.
struct Bytes<'a, S: Source + ?Sized> {
    source: &'a S,
    window: Vec<u8>,
    from: u64,
    filled: usize,
}

impl<'a, S: Source + ?Sized> Bytes<'a, S> {
    fn new(source: &'a S, window: usize) -> Self {
        Self { source, window: vec![0; window], from: 0, filled: 0 }
    }

    fn number(&mut self, at: u64, length: usize) -> io::Result<u64> {
        let end = at.saturating_add(length as u64);
        if at < self.from || end > self.from + self.filled as u64 {
            // Far enough back that a search towards the front stays in the window.
            let from = if at < self.from { end.saturating_sub(self.window.len() as u64) } else { at };
            if at >= self.source.size() {
                return Ok(0);
            }
            self.filled = self.source.fill_at(from, &mut self.window)?;
            self.from = from;
        }
        let place = usize::try_from(at - self.from).unwrap_or(usize::MAX);
        let known = &self.window[..self.filled];
        let byte = |index: usize| known.get(place.saturating_add(index)).copied().unwrap_or(0);
        Ok((0..length).rev().fold(0, |number, index| number << 8 | u64::from(byte(index))))
    }

    fn u16(&mut self, at: u64) -> io::Result<u64> {
        self.number(at, 2)
    }

    fn u32(&mut self, at: u64) -> io::Result<u64> {
        self.number(at, 4)
    }

    fn u64(&mut self, at: u64) -> io::Result<u64> {
        self.number(at, 8)
    }

    fn slice(&mut self, from: u64, length: u64) -> io::Result<Vec<u8>> {
        let length = length.min(self.source.size().saturating_sub(from));
        let mut slice = vec![0; usize::try_from(length).unwrap_or(0)];
        let filled = self.source.fill_at(from, &mut slice)?;
        slice.truncate(filled);
        Ok(slice)
    }
}
