//! A text that is read within bounds: no more of it than a file of this size can
//! hold in earnest, and nothing once somebody stops the reading.

use std::io::{self, Read};

use tokio_util::sync::CancellationToken;

/// Beyond this many times the file's size, and a gibibyte, unpacking stops: what
/// holds more was made to be endless.
const MOST_EXPANSION: u64 = 64;
const ALWAYS_UNPACKED: u64 = 1 << 30;

/// How much is unpacked of a file of this size, in all.
pub(crate) fn most_unpacked(file_size: u64) -> u64 {
    file_size.saturating_mul(MOST_EXPANSION).saturating_add(ALWAYS_UNPACKED)
}

/// A reader that ends at its bound and fails once it is stopped.
pub(crate) struct Bounded<'a, R> {
    text: R,
    left: u64,
    cancel: &'a CancellationToken,
}

impl<'a, R: Read> Bounded<'a, R> {
    /// At most `most` bytes of `text`.
    pub(crate) fn new(text: R, most: u64, cancel: &'a CancellationToken) -> Self {
        Self { text, left: most, cancel }
    }
}

impl<R: Read> Read for Bounded<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.cancel.is_cancelled() {
            return Err(stopped());
        }
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        let read = self.text.read(&mut buffer[..most])?;
        self.left -= read as u64;
        Ok(read)
    }
}

/// What a reader fails with that was stopped; whoever stopped it knows.
pub(crate) fn stopped() -> io::Error {
    io::Error::other("stopped")
}
