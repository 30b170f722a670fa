//! An entry of a ZIP, and its name as the server reads it.

use crate::inflate::{DEFLATED, STORED};
use crate::write::Packed;

/// More entries than this are not checked; the server stops at 10,000.
pub(super) const MOST_ENTRIES: usize = 131_072;
/// Names of more bytes than this in all are not kept.
pub(super) const MOST_NAME_BYTES: usize = 12 * 1024 * 1024;

/// The entry is encrypted.
pub(super) const FLAG_ENCRYPTED: u16 = 1;
/// Checksum and sizes stand behind the content.
pub(super) const FLAG_DESCRIPTOR: u16 = 1 << 3;
/// The name is UTF-8.
pub(super) const FLAG_UTF8: u16 = 1 << 11;

/// An entry as listed in the central directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Its name, as the server reads it.
    pub name: Box<str>,
    /// How it is packed.
    pub method: u16,
    /// CRC-32 of its content.
    pub crc: u32,
    /// Bytes in the file.
    pub packed: u64,
    /// Bytes of the content.
    pub size: u64,
    /// Where its local header is.
    pub header_at: u64,
    /// Where its content begins; `None` when its local header is not there.
    pub data_at: Option<u64>,
    /// It is over an earlier entry, so it is not read again.
    pub overlaps: bool,
    /// The name's bytes, where they are not those of `name`.
    pub(super) raw_name: Option<Box<[u8]>>,
    pub(super) needed: u16,
    pub(super) flags: u16,
    pub(super) time: u16,
    pub(super) date: u16,
}

impl Entry {
    /// Its content as it is packed.
    pub(crate) fn as_packed(&self) -> Packed {
        let Self { method, crc, packed, size, time, date, .. } = *self;
        Packed { method, crc, packed, size, time, date }
    }

    /// It is marked as encrypted. Whether it is shows only when it is read.
    pub(crate) fn is_marked_encrypted(&self) -> bool {
        self.flags & FLAG_ENCRYPTED != 0
    }

    /// The known way it is packed in that neither the server nor this reader
    /// unpacks.
    pub(crate) fn other_method(&self) -> Option<&'static str> {
        match self.method {
            STORED | DEFLATED => None,
            method => method_name(method),
        }
    }

    pub(super) fn raw_name(&self) -> &[u8] {
        self.raw_name.as_deref().unwrap_or(self.name.as_bytes())
    }
}

/// All that could be found.
#[derive(Debug, Default)]
pub(crate) struct Structure {
    /// The entries, in the order of the central directory.
    pub entries: Vec<Entry>,
    /// It is a ZIP, however damaged.
    pub is_zip: bool,
    /// The folder that all of it was packed in, where names are reported without it.
    pub folder: Option<Box<str>>,
    /// Entries whose names had a backslash in place of the slash.
    pub backslashes: u64,
}

impl Structure {
    /// The entry of this name; the last of several, as on the server.
    pub(crate) fn find(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().rev().find(|entry| *entry.name == *name)
    }
}

/// The method that marks AES encryption; the real one stands in an extra field.
pub(crate) const AES: u16 = 99;

/// What other programs call a way of packing.
fn method_name(method: u16) -> Option<&'static str> {
    Some(match method {
        9 => "Deflate64",
        12 => "bzip2",
        14 => "LZMA",
        93 => "Zstandard",
        95 => "XZ",
        98 => "PPMd",
        AES => "AES encryption",
        _ => return None,
    })
}

/// The text of a name as the server reads it, and the bytes when they are others.
pub(super) fn decode(raw: &[u8], flags: u16) -> (Box<str>, Option<Box<[u8]>>) {
    let name = if flags & FLAG_UTF8 == 0 {
        raw.iter().map(|&byte| char::from(byte)).collect()
    } else {
        String::from_utf8_lossy(raw.strip_prefix(b"\xef\xbb\xbf").unwrap_or(raw)).into_owned()
    };
    let differs = name.as_bytes() != raw;
    (name.into(), differs.then(|| raw.into()))
}
