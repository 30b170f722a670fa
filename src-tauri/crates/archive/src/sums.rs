//! The checksums of stored bodies, from the pieces that the hashing thread has
//! read anyway: the file is read once, and both cores have work.

use std::cell::Cell;
use std::ops::Range;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};

/// Pieces on their way; enough that neither side waits for the other.
const PIECES_UNDERWAY: usize = 8;

/// A stretch of the file as it was read.
pub(crate) struct Piece {
    /// Where it is.
    pub at: u64,
    /// The buffer it was read into.
    pub buffer: Vec<u8>,
    /// How much of the buffer it fills.
    pub length: usize,
}

/// The hashing thread's end: gives pieces, takes their buffers back.
pub(crate) struct Giver {
    full: SyncSender<Piece>,
    empty: Receiver<Vec<u8>>,
    /// Buffers that may still be made; making one costs more than waiting.
    to_make: Cell<usize>,
}

/// The other end.
pub(crate) struct Taker {
    full: Receiver<Piece>,
    empty: Sender<Vec<u8>>,
}

/// A way for pieces.
pub(crate) fn way() -> (Giver, Taker) {
    let (full, taken) = sync_channel(PIECES_UNDERWAY);
    let (empty, back) = channel();
    let to_make = Cell::new(PIECES_UNDERWAY);
    (Giver { full, empty: back, to_make }, Taker { full: taken, empty })
}

impl Giver {
    /// Gives a piece and takes an empty buffer of the same size.
    pub(crate) fn give(&self, piece: Piece) -> Vec<u8> {
        let size = piece.buffer.len();
        match self.full.send(piece) {
            Ok(()) => self.empty_buffer().unwrap_or_else(|| vec![0; size]),
            // No receiver (any more): the buffer stays here.
            Err(refused) => refused.0.buffer,
        }
    }

    fn empty_buffer(&self) -> Option<Vec<u8>> {
        if let Ok(buffer) = self.empty.try_recv() {
            return Some(buffer);
        }
        match self.to_make.get() {
            0 => self.empty.recv().ok(),
            left => {
                self.to_make.set(left - 1);
                None
            }
        }
    }
}

/// Stretches of a file, in their order and apart from each other.
pub(crate) struct Stretches(Vec<Range<u64>>);

impl Stretches {
    /// Takes them in their order.
    pub(crate) fn new(stretches: Vec<Range<u64>>) -> Self {
        Self(stretches)
    }

    /// The CRC-32 of each, from the pieces of the file as they come.
    pub(crate) fn sums(&self, taker: &Taker) -> Vec<u32> {
        let mut sums = Vec::with_capacity(self.0.len());
        let mut crc = crc32fast::Hasher::new();
        while let Ok(Piece { at, buffer, length }) = taker.full.recv() {
            let end = at + length as u64;
            while let Some(stretch) = self.0.get(sums.len()) {
                if stretch.start >= end && stretch.end > end {
                    break;
                }
                let within = |place: u64| usize::try_from(place.clamp(at, end) - at).unwrap_or(length);
                crc.update(&buffer[within(stretch.start)..within(stretch.end)]);
                if stretch.end > end {
                    break;
                }
                sums.push(std::mem::take(&mut crc).finalize());
            }
            // The giver may have gone already.
            let _ = taker.empty.send(buffer);
        }
        // What is past the end of the file has nothing to add up.
        while sums.len() < self.0.len() {
            sums.push(std::mem::take(&mut crc).finalize());
        }
        sums
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_do_not_depend_on_chunk_boundaries() {
        let file: Vec<u8> = (0..200_u8).collect();
        let stretches = [0..0, 0..7, 7..7, 9..50, 50..51, 60..200, 200..200, 300..300];
        let expected: Vec<u32> = stretches
            .iter()
            .map(|stretch| crc32fast::hash(file.get(stretch.clone()).unwrap_or_default()))
            .collect();
        for size in [1, 3, 7, 64, 500] {
            let (giver, taker) = way();
            let ranges = stretches.iter().map(|range| range.start as u64..range.end as u64).collect();
            let sums = std::thread::scope(|scope| {
                let sums = scope.spawn(move || Stretches::new(ranges).sums(&taker));
                for (nth, chunk) in file.chunks(size).enumerate() {
                    let mut buffer = chunk.to_vec();
                    buffer.resize(size, 0xee);
                    giver.give(Piece { at: (nth * size) as u64, buffer, length: chunk.len() });
                }
                drop(giver);
                sums.join().expect("it ends")
            });
            assert_eq!(sums, expected, "in pieces of {size}");
        }
    }
}
