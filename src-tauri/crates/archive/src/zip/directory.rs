//! The central directory: one header for each entry.

use crate::DamageDetail;
use std::io::{self, BufReader, Read};

use super::end::End;
use super::entry::{Entry, MOST_ENTRIES, MOST_NAME_BYTES, decode};
use super::local;
use super::number::{u16_at, u32_at, widen};
use crate::damage::Damages;
use crate::source::{Source, Stretch};

const SIGNATURE: u32 = 0x0201_4b50;
const HEADER_BYTES: usize = 46;

/// The entries, and where the directory really begins.
#[derive(Debug, Default)]
pub(super) struct Directory {
    pub entries: Vec<Entry>,
    pub from: u64,
}

/// Reads the central directory that `end` refers to.
pub(super) fn read<S: Source + ?Sized>(
    source: &S,
    end: &End,
    damages: &mut Damages,
) -> io::Result<Directory> {
    let Some((from, shift)) = place(source, end)? else {
        if end.entries > 0 || end.directory_bytes > 0 {
            damages.file(DamageDetail::DirectoryMissing);
        }
        return Ok(Directory { entries: Vec::new(), from: end.at });
    };
    if from.saturating_add(end.directory_bytes) != end.at || end.directory_at.saturating_add(shift) != from {
        damages.file(DamageDetail::DirectoryPlace);
    }
    let mut bytes =
        BufReader::with_capacity(64 * 1024, Stretch::new(source, from, end.at.saturating_sub(from)));
    let mut directory = Directory { entries: Vec::new(), from };
    let (mut taken, mut name_bytes) = (0, 0);
    let mut is_whole = true;
    while let Some(read) = read_header(&mut bytes)? {
        let Header { entry, disk, length } = match read {
            Ok(header) => header,
            Err(Unreadable) => {
                is_whole = false;
                break;
            }
        };
        name_bytes += entry.name.len();
        if directory.entries.len() == MOST_ENTRIES || name_bytes > MOST_NAME_BYTES {
            damages.file(DamageDetail::TooManyEntries { count: directory.entries.len() as u64 });
            return Ok(directory);
        }
        taken += length;
        if disk != 0 {
            damages.entry(&entry.name, DamageDetail::OtherDisk);
        }
        directory.entries.push(entry);
    }
    if shift > 0 && is_shifted(source, &directory.entries, shift)? {
        for entry in &mut directory.entries {
            entry.header_at = entry.header_at.saturating_add(shift);
        }
    } else if shift > 0 {
        damages.file(DamageDetail::DirectoryPlace);
    }
    let found = directory.entries.len() as u64;
    if !is_whole || from + taken != end.at {
        damages.file(DamageDetail::DirectoryCut { count: found });
    } else if found != end.entries {
        damages.file(DamageDetail::DirectoryCount { count: end.entries, found });
    }
    Ok(directory)
}

/// Where the directory begins, and how far everything is shifted by bytes put
/// before the ZIP.
fn place<S: Source + ?Sized>(source: &S, end: &End) -> io::Result<Option<(u64, u64)>> {
    let nearest = end.at.checked_sub(end.directory_bytes);
    for from in [Some(end.directory_at), nearest].into_iter().flatten() {
        let mut signature = [0; 4];
        source.fill_at(from, &mut signature)?;
        if u32_at(&signature, 0) == SIGNATURE {
            return Ok(Some((from, from.saturating_sub(end.directory_at))));
        }
    }
    Ok(None)
}

/// Whether the first entry is where it would be behind bytes put before the ZIP,
/// and not where it is declared to be.
fn is_shifted<S: Source + ?Sized>(source: &S, entries: &[Entry], shift: u64) -> io::Result<bool> {
    let Some(first) = entries.first() else { return Ok(true) };
    Ok(local::read(source, first.header_at)?.is_none()
        && local::read(source, first.header_at.saturating_add(shift))?.is_some())
}

struct Unreadable;

struct Header {
    entry: Entry,
    disk: u16,
    length: u64,
}

fn read_header(bytes: &mut impl Read) -> io::Result<Option<Result<Header, Unreadable>>> {
    let mut fixed = [0; HEADER_BYTES];
    match fill(bytes, &mut fixed)? {
        0 => return Ok(None),
        HEADER_BYTES if u32_at(&fixed, 0) == SIGNATURE => {}
        _ => return Ok(Some(Err(Unreadable))),
    }
    let [name, extra, comment] = [28, 30, 32].map(|at| usize::from(u16_at(&fixed, at)));
    let mut variable = vec![0; name + extra + comment];
    if fill(bytes, &mut variable)? < variable.len() {
        return Ok(Some(Err(Unreadable)));
    }
    let flags = u16_at(&fixed, 8);
    let [mut packed, mut size, mut header_at] = [20, 24, 42].map(|at| u64::from(u32_at(&fixed, at)));
    if !widen(&variable[name..name + extra], &mut [&mut size, &mut packed, &mut header_at]) {
        return Ok(Some(Err(Unreadable)));
    }
    let (name, raw_name) = decode(&variable[..name], flags);
    let entry = Entry {
        name,
        raw_name,
        needed: u16_at(&fixed, 6),
        flags,
        method: u16_at(&fixed, 10),
        time: u16_at(&fixed, 12),
        date: u16_at(&fixed, 14),
        crc: u32_at(&fixed, 16),
        packed,
        size,
        header_at,
        data_at: None,
        overlaps: false,
    };
    let length = (HEADER_BYTES + variable.len()) as u64;
    Ok(Some(Ok(Header { entry, disk: u16_at(&fixed, 34), length })))
}

fn fill(bytes: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match bytes.read(&mut buffer[filled..])? {
            0 => break,
            read => filled += read,
        }
    }
    Ok(filled)
}
