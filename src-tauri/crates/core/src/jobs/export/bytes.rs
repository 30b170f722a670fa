//! Bytes of a file at a place: written, read, hashed. And what blocks, off the async threads.

use std::fs::File;
use std::io::{self, Read};
use std::sync::Arc;

use aws_lc_rs::digest::{Context, SHA256};
use tokio_util::sync::CancellationToken;

use crate::Result;
use crate::error::JobDetail;

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
fn read_at(file: &File, piece: &mut [u8], at: u64) -> io::Result<usize> {
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

/// Writes bytes at a place of a file.
pub(super) fn write_at(file: &File, bytes: &[u8], at: u64) -> io::Result<()> {
    #[cfg(unix)]
    return std::os::unix::fs::FileExt::write_all_at(file, bytes, at);
    #[cfg(windows)]
    {
        let (mut bytes, mut at) = (bytes, at);
        while !bytes.is_empty() {
            let written = std::os::windows::fs::FileExt::seek_write(file, bytes, at)?;
            if written == 0 {
                return Err(io::ErrorKind::WriteZero.into());
            }
            bytes = &bytes[written..];
            at += written as u64;
        }
        Ok(())
    }
}

/// Reads the bytes of a body out of the part file.
pub(super) struct BodyBytes {
    file: Arc<File>,
    at: u64,
    left: u64,
}

impl BodyBytes {
    pub fn new(file: Arc<File>, at: u64, left: u64) -> Self {
        Self { file, at, left }
    }
}

impl Read for BodyBytes {
    fn read(&mut self, piece: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(piece.len());
        let read = read_at(&self.file, &mut piece[..most], self.at)?;
        self.at += read as u64;
        self.left -= read as u64;
        Ok(read)
    }
}

/// Runs what blocks off the async threads.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| Err(JobDetail::ExportStopped.error()))
}
