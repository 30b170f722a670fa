//! One body on its way into the part file: never past its own place, hashed as it comes.

use std::fs::File;
use std::io::{self, Write};
use std::sync::Arc;

use aws_lc_rs::digest::{Context, SHA256};
use tokio_util::sync::CancellationToken;

use super::SourceKind;
use super::journal::Line;
use super::part::write_at;

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

/// SHA-256 of a stretch of a file.
pub(super) fn hash_of(file: &File, at: u64, size: u64, cancel: &CancellationToken) -> io::Result<String> {
    let mut hash = Context::new(&SHA256);
    let mut piece = vec![0; 256 * 1024];
    let mut done = 0;
    while done < size {
        if cancel.is_cancelled() {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let most = usize::try_from(size - done).unwrap_or(usize::MAX).min(piece.len());
        let read = read_at(file, &mut piece[..most], at + done)?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        hash.update(&piece[..read]);
        done += read as u64;
    }
    Ok(hex(hash.finish().as_ref()))
}

/// Reads some bytes at a place of a file.
pub(super) fn read_at(file: &File, piece: &mut [u8], at: u64) -> io::Result<usize> {
    #[cfg(unix)]
    return std::os::unix::fs::FileExt::read_at(file, piece, at);
    #[cfg(windows)]
    return std::os::windows::fs::FileExt::seek_read(file, piece, at);
}

/// Lower-case hex digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
