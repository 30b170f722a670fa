//! The SHA-256 of a whole file, on its own thread beside the checks.

use std::io;

use aws_lc_rs::digest::{Context, SHA256};
use tokio_util::sync::CancellationToken;

use super::source::Source;
use super::sums::{Giver, Piece};
use desk_base::progress::{Progress, Update};

const PIECE_BYTES: usize = 256 * 1024;
/// How often the listener is called.
const TOLD_EVERY: u64 = 8 * 1024 * 1024;

/// The hash in hex and the number of bytes; `None` when it was stopped. Every
/// piece is passed on to `giver` once it is hashed.
pub(crate) fn sha256<S: Source + ?Sized>(
    source: &S,
    giver: Option<&Giver>,
    progress: &dyn Progress,
    cancel: &CancellationToken,
) -> io::Result<Option<(String, u64)>> {
    let mut digest = Context::new(&SHA256);
    let mut piece = vec![0; PIECE_BYTES];
    let (mut done, mut told) = (0_u64, 0);
    let total = Some(source.size());
    loop {
        if cancel.is_cancelled() {
            return Ok(None);
        }
        let read = source.fill_at(done, &mut piece)?;
        digest.update(&piece[..read]);
        let is_last = read < piece.len();
        if let Some(giver) = giver {
            piece = giver.give(Piece { at: done, buffer: piece, length: read });
        }
        done += read as u64;
        if is_last {
            break;
        }
        if done - told >= TOLD_EVERY {
            told = done;
            progress.report(Update::Bytes { done, total });
        }
    }
    progress.report(Update::Bytes { done, total });
    Ok(Some((hex(digest.finish().as_ref()), done)))
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
