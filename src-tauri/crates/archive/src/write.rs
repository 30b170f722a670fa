//! Writes a backup ZIP the way the server does: stored entries one after the
//! other, nothing before, between or behind them.

use std::io::{self, Read, Seek, SeekFrom, Write};

const FLAG_UTF8: u16 = 1 << 11;
const VERSION: u16 = 20;
const VERSION_ZIP64: u16 = 45;
const CRC_PLACE: i64 = 14;
const NARROW: u64 = u32::MAX as u64;
const FIRST_DAY: u16 = 0x21;

/// Writes the entries of a ZIP in order, and its end with [`Writer::finish`].
#[derive(Debug)]
pub struct Writer<W> {
    out: W,
    at: u64,
    entries: Vec<Written>,
}

/// An entry's content as it is already packed, taken over as it is.
#[derive(Debug, Clone, Copy)]
pub struct Packed {
    /// The ZIP method: 0 stored, 8 deflated.
    pub method: u16,
    /// CRC-32 of the unpacked bytes.
    pub crc: u32,
    /// Packed size in bytes.
    pub packed: u64,
    /// Unpacked size in bytes.
    pub size: u64,
    /// Modification time in MS-DOS format.
    pub time: u16,
    /// Modification date in MS-DOS format.
    pub date: u16,
}

/// An entry and where it is in the file.
#[derive(Debug, Clone)]
pub struct Written {
    /// The name of the entry.
    pub name: String,
    /// What is stored for it.
    pub content: Packed,
    /// Where its local header starts, in bytes from the start of the file.
    pub header_at: u64,
}

impl Written {
    /// The bytes before its content.
    pub fn header(&self) -> Vec<u8> {
        let content = &self.content;
        let mut extra = Vec::new();
        if content.size >= NARROW || content.packed >= NARROW {
            extra = zip64_field(&[content.size, content.packed]);
        }
        let mut record = b"PK\x03\x04".to_vec();
        put_common(&mut record, &self.name, content, &extra);
        record.extend_from_slice(self.name.as_bytes());
        record.extend_from_slice(&extra);
        record
    }

    /// Where its content begins.
    pub fn data_at(&self) -> u64 {
        self.header_at + self.header().len() as u64
    }

    /// Where the next entry begins.
    pub(crate) fn end_at(&self) -> u64 {
        self.data_at() + self.content.packed
    }
}

/// The list of entries and the end of a ZIP whose entries reach up to `at`.
pub(crate) fn directory(entries: &[Written], at: u64) -> Vec<u8> {
    let mut bytes: Vec<u8> = entries.iter().flat_map(listed).collect();
    bytes.extend(end(entries.len() as u64, at, at + bytes.len() as u64));
    bytes
}

impl Packed {
    /// Stored as it is, without a time.
    pub(crate) fn stored(size: u64, crc: u32) -> Self {
        Self { method: 0, crc, packed: size, size, time: 0, date: FIRST_DAY }
    }
}

impl<W: Write + Seek> Writer<W> {
    /// Begins a ZIP at the beginning of `out`.
    pub fn new(out: W) -> Self {
        Self { out, at: 0, entries: Vec::new() }
    }

    /// Adds an entry of `size` bytes.
    ///
    /// # Errors
    /// `UnexpectedEof` when `content` has fewer bytes, `InvalidData` when it has
    /// more; the ZIP cannot be used then.
    pub fn add(&mut self, name: &str, size: u64, mut content: impl Read) -> io::Result<()> {
        self.header(name, Packed::stored(size, 0))?;
        let mut counted = Counted { out: &mut self.out, crc: crc32fast::Hasher::new() };
        let written = io::copy(&mut content.by_ref().take(size), &mut counted)?;
        if written < size {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if content.read(&mut [0])? > 0 {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let crc = counted.crc.finalize();
        self.at += size;
        if let Some(entry) = self.entries.last_mut() {
            entry.content.crc = crc;
            self.out.seek(SeekFrom::Start(entry.header_at))?;
            self.out.seek(SeekFrom::Current(CRC_PLACE))?;
            self.out.write_all(&crc.to_le_bytes())?;
            self.out.seek(SeekFrom::Start(self.at))?;
        }
        Ok(())
    }

    /// Adds an entry whose content is packed already.
    pub fn add_packed(&mut self, name: &str, content: Packed, bytes: impl Read) -> io::Result<()> {
        self.header(name, content)?;
        let written = io::copy(&mut bytes.take(content.packed), &mut self.out)?;
        self.at += written;
        if written < content.packed { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(()) }
    }

    /// Writes the list of entries and the end; gives back what was written to.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(mut self) -> io::Result<W> {
        let end = directory(&self.entries, self.at);
        self.put(&end)?;
        self.out.flush()?;
        Ok(self.out)
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.out.write_all(bytes)?;
        self.at += bytes.len() as u64;
        Ok(())
    }

    fn header(&mut self, name: &str, content: Packed) -> io::Result<()> {
        let entry = Written { name: name.to_owned(), content, header_at: self.at };
        let record = entry.header();
        self.entries.push(entry);
        self.put(&record)
    }
}

struct Counted<'a, W> {
    out: &'a mut W,
    crc: crc32fast::Hasher,
}

impl<W: Write> Write for Counted<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.crc.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// What fits 32 bits, or the mark that it stands elsewhere.
fn narrow(value: u64) -> [u8; 4] {
    u32::try_from(value).unwrap_or(u32::MAX).to_le_bytes()
}

fn short(value: usize) -> [u8; 2] {
    u16::try_from(value).unwrap_or(u16::MAX).to_le_bytes()
}

fn zip64_field(values: &[u64]) -> Vec<u8> {
    let mut field = vec![1, 0];
    field.extend(short(values.len() * 8));
    field.extend(values.iter().flat_map(|value| value.to_le_bytes()));
    field
}

/// The part that local headers and the list have in common.
fn put_common(record: &mut Vec<u8>, name: &str, content: &Packed, extra: &[u8]) {
    let is_wide = content.size >= NARROW || content.packed >= NARROW;
    let flags = if name.is_ascii() { 0 } else { FLAG_UTF8 };
    record.extend((if is_wide { VERSION_ZIP64 } else { VERSION }).to_le_bytes());
    record.extend(flags.to_le_bytes());
    record.extend(content.method.to_le_bytes());
    record.extend(content.time.to_le_bytes());
    record.extend(content.date.to_le_bytes());
    record.extend(content.crc.to_le_bytes());
    let (packed, size) = if is_wide { (u64::MAX, u64::MAX) } else { (content.packed, content.size) };
    record.extend(narrow(packed));
    record.extend(narrow(size));
    record.extend(short(name.len()));
    record.extend(short(extra.len()));
}

fn listed(entry: &Written) -> Vec<u8> {
    let content = &entry.content;
    let mut wide = Vec::new();
    if content.size >= NARROW || content.packed >= NARROW {
        wide.extend([content.size, content.packed]);
    }
    if entry.header_at >= NARROW {
        wide.push(entry.header_at);
    }
    let extra = if wide.is_empty() { Vec::new() } else { zip64_field(&wide) };
    let mut record = b"PK\x01\x02".to_vec();
    record.extend(VERSION.to_le_bytes());
    put_common(&mut record, &entry.name, content, &extra);
    // No comment, first disk, no attributes.
    record.extend([0; 10]);
    record.extend(narrow(entry.header_at));
    record.extend_from_slice(entry.name.as_bytes());
    record.extend_from_slice(&extra);
    record
}

fn end(entries: u64, directory_at: u64, end_at: u64) -> Vec<u8> {
    let bytes = end_at - directory_at;
    let mut record = Vec::new();
    if entries >= 0xffff || directory_at >= NARROW || bytes >= NARROW {
        record.extend(b"PK\x06\x06");
        record.extend(44_u64.to_le_bytes());
        record.extend(VERSION_ZIP64.to_le_bytes());
        record.extend(VERSION_ZIP64.to_le_bytes());
        record.extend([0; 8]);
        for value in [entries, entries, bytes, directory_at] {
            record.extend(value.to_le_bytes());
        }
        record.extend(b"PK\x06\x07");
        record.extend([0; 4]);
        record.extend(end_at.to_le_bytes());
        record.extend(1_u32.to_le_bytes());
    }
    let count = u16::try_from(entries).unwrap_or(u16::MAX).to_le_bytes();
    record.extend(b"PK\x05\x06");
    record.extend([0; 4]);
    record.extend(count);
    record.extend(count);
    record.extend(narrow(bytes));
    record.extend(narrow(directory_at));
    record.extend([0; 2]);
    record
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::super::damage::Damages;
    use super::super::zip;
    use super::*;

    fn written(names: &[&str]) -> Vec<u8> {
        let mut writer = Writer::new(Cursor::new(Vec::new()));
        for name in names {
            writer.add(name, name.len() as u64, name.as_bytes()).expect("it is written");
        }
        writer.finish().expect("it is finished").into_inner()
    }

    #[test]
    fn written_archives_are_read_without_damage() {
        let bytes = written(&["manifest.json", "db.json", "attachments/ä/b.bin"]);
        let mut damages = Damages::default();
        let structure = zip::read(&bytes[..], &mut damages, &tokio_util::sync::CancellationToken::new())
            .expect("it is read");
        assert_eq!(damages.into_list(), []);
        let names: Vec<&str> = structure.entries.iter().map(|entry| &*entry.name).collect();
        assert_eq!(names, ["manifest.json", "db.json", "attachments/ä/b.bin"]);
    }

    #[test]
    fn more_than_65535_entries_are_written_and_read() {
        let names: Vec<String> = (0..70_000).map(|n| format!("attachments/{n}/b.bin")).collect();
        let bytes = written(&names.iter().map(|name| &**name).collect::<Vec<_>>());
        let mut damages = Damages::default();
        let structure = zip::read(&bytes[..], &mut damages, &tokio_util::sync::CancellationToken::new())
            .expect("it is read");
        assert_eq!(damages.into_list(), []);
        assert_eq!(structure.entries.len(), 70_000);
    }

    #[test]
    fn entries_beyond_and_over_4_gib_are_written_and_read() {
        use std::io::Seek as _;

        // Zeros that no disk holds: only headers and the list are written.
        let mut file = tempfile::tempfile().expect("a file");
        let (mut entries, mut at) = (Vec::new(), 0);
        for (name, size) in
            [("manifest.json", 2), ("attachments/a/wide.bin", 5 << 30), ("attachments/b/c.bin", 3)]
        {
            let entry = Written { name: name.to_owned(), content: Packed::stored(size, 0), header_at: at };
            file.seek(SeekFrom::Start(at)).expect("a place");
            file.write_all(&entry.header()).expect("written");
            at = entry.end_at();
            entries.push(entry);
        }
        file.seek(SeekFrom::Start(at)).expect("a place");
        file.write_all(&directory(&entries, at)).expect("written");

        let mut damages = Damages::default();
        let source = super::super::source::FileSource::new(file).expect("a size");
        let never = tokio_util::sync::CancellationToken::new();
        let structure = zip::read(&source, &mut damages, &never).expect("it is read");
        assert_eq!(damages.into_list(), []);
        let read: Vec<(&str, u64)> =
            structure.entries.iter().map(|entry| (&*entry.name, entry.size)).collect();
        let wide = ("attachments/a/wide.bin", 5 << 30);
        assert_eq!(read, [("manifest.json", 2), wide, ("attachments/b/c.bin", 3)]);
    }

    #[test]
    fn content_of_an_unexpected_size_is_an_error() {
        let mut writer = Writer::new(Cursor::new(Vec::new()));
        let short = writer.add("db.json", 3, &b"ab"[..]).expect_err("too short");
        assert_eq!(short.kind(), io::ErrorKind::UnexpectedEof);
        let long = writer.add("db.json", 1, &b"ab"[..]).expect_err("too long");
        assert_eq!(long.kind(), io::ErrorKind::InvalidData);
    }
}
