//! An entry's content, unpacked as it is read. Unlike the usual decoders this
//! one says how the packed stream ended, and never outputs more than the expected size.

use std::io::{self, Read};

use flate2::{Decompress, FlushDecompress, Status};

use super::source::{Source, Stretch};

const INPUT_BYTES: usize = 64 * 1024;

/// How an entry is packed, as far as the server reads it.
pub(crate) const STORED: u16 = 0;
/// The other way the server reads.
pub(crate) const DEFLATED: u16 = 8;

/// How a packed stream ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// Not read to its end yet.
    Open,
    /// At its own end mark.
    Whole,
    /// The packed bytes stopped before the end mark.
    Cut,
    /// The packed bytes are not a deflate stream.
    Broken,
    /// It holds more than was requested.
    TooLong,
}

/// The unpacked bytes of one entry, at most `limit` of them.
pub(crate) struct Inflate<'a, S: Source + ?Sized> {
    input: Stretch<'a, S>,
    buffer: Vec<u8>,
    from: usize,
    to: usize,
    stream: Decompress,
    left: u64,
    end: End,
}

impl<'a, S: Source + ?Sized> Inflate<'a, S> {
    /// Unpacks `input`.
    pub(crate) fn new(input: Stretch<'a, S>, limit: u64) -> Self {
        Self {
            input,
            buffer: vec![0; INPUT_BYTES],
            from: 0,
            to: 0,
            stream: Decompress::new(false),
            left: limit,
            end: End::Open,
        }
    }

    /// How the stream ended.
    pub(crate) fn end(&self) -> End {
        self.end
    }

    /// Packed bytes that the stream itself took; what follows is not part of it.
    pub(crate) fn taken(&self) -> u64 {
        self.stream.total_in()
    }

    fn step(&mut self, output: &mut [u8]) -> io::Result<usize> {
        if self.from == self.to {
            self.from = 0;
            self.to = self.input.read(&mut self.buffer)?;
        }
        let at_end = self.from == self.to;
        let (taken, given) = (self.stream.total_in(), self.stream.total_out());
        let status = self.stream.decompress(&self.buffer[self.from..self.to], output, FlushDecompress::None);
        self.from += usize::try_from(self.stream.total_in() - taken).unwrap_or(0);
        let produced = usize::try_from(self.stream.total_out() - given).unwrap_or(0);
        match status {
            Err(_) => self.end = End::Broken,
            Ok(Status::StreamEnd) => self.end = End::Whole,
            Ok(_) if at_end && produced == 0 => self.end = End::Cut,
            Ok(_) => {}
        }
        Ok(produced)
    }
}

impl<S: Source + ?Sized> Read for Inflate<'_, S> {
    fn read(&mut self, output: &mut [u8]) -> io::Result<usize> {
        if output.is_empty() {
            return Ok(0);
        }
        let mut probe = [0];
        while self.end == End::Open {
            if self.left == 0 {
                // Only the end mark may follow; one more byte is one too many.
                if self.step(&mut probe)? > 0 {
                    self.end = End::TooLong;
                }
                continue;
            }
            let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(output.len());
            let produced = self.step(&mut output[..most])?;
            self.left -= produced as u64;
            if produced > 0 {
                return Ok(produced);
            }
        }
        Ok(0)
    }
}
