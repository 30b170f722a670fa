//! Bytes at any offset, of a file or of memory: one reader serves both, and
//! two threads can read the same source without sharing a position.

use std::fs::File;
use std::io::{self, Read};

/// Something that can be read at any offset.
pub(crate) trait Source: Sync {
    /// How many bytes there are.
    fn size(&self) -> u64;

    /// Reads some bytes at `offset`; none past the end.
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize>;

    /// Fills `buffer` from `offset` as far as the source reaches and says how far.
    fn fill_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let mut filled = 0;
        while filled < buffer.len() {
            match self.read_at(offset + filled as u64, &mut buffer[filled..]) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(filled)
    }
}

impl Source for [u8] {
    fn size(&self) -> u64 {
        self.len() as u64
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let from = usize::try_from(offset).unwrap_or(usize::MAX).min(self.len());
        let count = buffer.len().min(self.len() - from);
        buffer[..count].copy_from_slice(&self[from..from + count]);
        Ok(count)
    }
}

/// An open file, with the size it had when it was opened.
pub(crate) struct FileSource {
    file: File,
    size: u64,
}

impl FileSource {
    /// Takes an open file.
    pub(crate) fn new(file: File) -> io::Result<Self> {
        let size = file.metadata()?.len();
        Ok(Self { file, size })
    }
}

impl Source for FileSource {
    fn size(&self) -> u64 {
        self.size
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        // A hostile header may point anywhere; the system refuses to read from
        // places that no file can have.
        if offset >= self.size {
            return Ok(0);
        }
        #[cfg(unix)]
        let read = std::os::unix::fs::FileExt::read_at(&self.file, buffer, offset);
        #[cfg(windows)]
        let read = std::os::windows::fs::FileExt::seek_read(&self.file, buffer, offset);
        read
    }
}

/// A stretch of a source, read from its beginning to its end.
pub(crate) struct Stretch<'a, S: Source + ?Sized> {
    source: &'a S,
    at: u64,
    end: u64,
}

impl<'a, S: Source + ?Sized> Stretch<'a, S> {
    /// `length` bytes from `from`, cut at the end of the source.
    pub(crate) fn new(source: &'a S, from: u64, length: u64) -> Self {
        let size = source.size();
        Self { source, at: from.min(size), end: from.saturating_add(length).min(size) }
    }
}

impl<S: Source + ?Sized> Read for Stretch<'_, S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end - self.at).unwrap_or(usize::MAX);
        let count = buffer.len().min(left);
        let read = self.source.read_at(self.at, &mut buffer[..count])?;
        self.at += read as u64;
        Ok(read)
    }
}
