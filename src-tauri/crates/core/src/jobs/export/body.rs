//! One body on its way into the part file: never past its own place, hashed as it comes.

use std::fs::File;
use std::io::{self, Write};
use std::sync::Arc;

use aws_lc_rs::digest::{Context, SHA256};

use super::SourceKind;
use super::bytes::{hex, write_at};
use super::journal::Line;

/// Writes one body at its place.
pub(super) struct BodyWriter {
    file: Arc<File>,
    at: u64,
    size: u64,
    done: u64,
    sha256: Context,
    crc: crc32fast::Hasher,
}

impl BodyWriter {
    pub fn new(file: Arc<File>, at: u64, size: u64) -> Self {
        Self { file, at, size, done: 0, sha256: Context::new(&SHA256), crc: crc32fast::Hasher::new() }
    }

    /// How much was written.
    pub fn done(&self) -> u64 {
        self.done
    }

    /// The body is longer than its place.
    pub fn would_overflow(&self, more: usize) -> bool {
        self.done.saturating_add(more as u64) > self.size
    }

    /// The journal's line, when the body is whole.
    pub fn finish(self, name: &str, source: SourceKind) -> Option<Line> {
        (self.done == self.size).then(|| Line {
            name: name.to_owned(),
            bytes: self.size,
            sha256: hex(self.sha256.finish().as_ref()),
            crc32: self.crc.finalize(),
            at: self.at,
            source,
        })
    }
}

impl Write for BodyWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.would_overflow(bytes.len()) {
            return Err(io::ErrorKind::InvalidData.into());
        }
        write_at(&self.file, bytes, self.at + self.done)?;
        self.sha256.update(bytes);
        self.crc.update(bytes);
        self.done += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
