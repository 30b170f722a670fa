//! The bytes of a JSON text as they come, and the passing over of its values.

use std::io::Read;

use super::utf8::Utf8Check;
use super::{LONGEST_PIECE, WalkError};

const BUFFER_BYTES: usize = 128 * 1024;
const MOST_GROWTH: usize = 4 * 1024 * 1024;
/// Deeper than any text that fits the server's limits can go.
const DEEPEST: usize = LONGEST_PIECE;

/// A window over the text. Marked bytes stay in it until they are unmarked.
pub(super) struct Input<R> {
    source: R,
    buffer: Vec<u8>,
    from: usize,
    to: usize,
    /// Where the marked piece begins in the buffer.
    mark: Option<usize>,
    /// Bytes of the text before the buffer.
    before: u64,
    utf8: Utf8Check,
    nesting: Nesting,
}

impl<R: Read> Input<R> {
    pub(super) fn new(source: R) -> Self {
        Self {
            source,
            buffer: vec![0; BUFFER_BYTES],
            from: 0,
            to: 0,
            mark: None,
            before: 0,
            utf8: Utf8Check::default(),
            nesting: Nesting::default(),
        }
    }

    /// The text was UTF-8 so far; true for the whole text at its end.
    pub(super) fn is_utf8(&self) -> bool {
        self.utf8.holds()
    }

    /// Not JSON at the byte that comes next.
    pub(super) fn not_json(&self) -> WalkError {
        WalkError::NotJson(self.before + self.from as u64)
    }

    /// Keeps what follows, until [`Self::unmark`].
    pub(super) fn mark(&mut self) {
        self.mark = Some(self.from);
    }

    /// Lets the marked piece go.
    pub(super) fn unmark(&mut self) {
        self.mark = None;
    }

    /// The marked piece up to here; `None` when it grew too long.
    pub(super) fn marked(&self) -> Option<&[u8]> {
        self.mark.map(|mark| &self.buffer[mark..self.from])
    }

    /// How far into the marked piece this is.
    pub(super) fn since_mark(&self) -> usize {
        self.mark.map_or(0, |mark| self.from - mark)
    }

    /// Reads more behind what is there; false at the end of the text.
    fn more(&mut self) -> Result<bool, WalkError> {
        if self.mark.is_some_and(|mark| self.to - mark > LONGEST_PIECE) {
            self.mark = None;
        }
        let keep = self.mark.unwrap_or(self.from);
        if keep > 0 {
            self.buffer.copy_within(keep..self.to, 0);
            self.before += keep as u64;
            self.from -= keep;
            self.to -= keep;
            self.mark = self.mark.map(|_| 0);
        }
        if self.to == self.buffer.len() {
            // Doubled while small; a piece of many megabytes need not take twice its size.
            self.buffer.resize(self.to + self.to.min(MOST_GROWTH), 0);
        }
        loop {
            match self.source.read(&mut self.buffer[self.to..]) {
                Ok(0) => {
                    self.utf8.finish();
                    return Ok(false);
                }
                Ok(read) => {
                    self.utf8.feed(&self.buffer[self.to..self.to + read]);
                    self.to += read;
                    return Ok(true);
                }
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// The next byte, if there is one.
    pub(super) fn peek(&mut self) -> Result<Option<u8>, WalkError> {
        while self.from == self.to {
            if !self.more()? {
                return Ok(None);
            }
        }
        Ok(Some(self.buffer[self.from]))
    }

    fn next(&mut self) -> Result<u8, WalkError> {
        match self.peek()? {
            Some(byte) => {
                self.from += 1;
                Ok(byte)
            }
            None => Err(self.not_json()),
        }
    }

    /// Takes `byte` or fails.
    pub(super) fn expect(&mut self, byte: u8) -> Result<(), WalkError> {
        if self.take_if(byte)? { Ok(()) } else { Err(self.not_json()) }
    }

    /// Takes `byte` if it comes next.
    pub(super) fn take_if(&mut self, byte: u8) -> Result<bool, WalkError> {
        let found = self.peek()? == Some(byte);
        self.from += usize::from(found);
        Ok(found)
    }

    /// Takes the byte order mark that the server's decoder takes away.
    pub(super) fn skip_bom(&mut self) -> Result<bool, WalkError> {
        while self.to - self.from < 3 && self.more()? {}
        let found = self.buffer[self.from..self.to].starts_with(b"\xef\xbb\xbf");
        self.from += if found { 3 } else { 0 };
        Ok(found)
    }

    pub(super) fn skip_space(&mut self) -> Result<(), WalkError> {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek()? {
            self.from += 1;
        }
        Ok(())
    }

    /// Passes over a string, from quote to quote. True when it has escapes.
    pub(super) fn skip_string(&mut self) -> Result<bool, WalkError> {
        self.expect(b'"')?;
        let mut has_escapes = false;
        loop {
            let window = &self.buffer[self.from..self.to];
            let plain = plain_bytes(window);
            match (window.get(plain), window.get(plain + 1)) {
                (Some(b'"'), _) => {
                    self.from += plain + 1;
                    return Ok(has_escapes);
                }
                (Some(b'\\'), Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't')) => {
                    has_escapes = true;
                    self.from += plain + 2;
                }
                (Some(b'\\'), _) => {
                    has_escapes = true;
                    self.from += plain + 1;
                    self.skip_escape()?;
                }
                (Some(_), _) => {
                    self.from += plain;
                    return Err(self.not_json());
                }
                (None, _) => {
                    self.from = self.to;
                    if !self.more()? {
                        return Err(self.not_json());
                    }
                }
            }
        }
    }

    fn skip_escape(&mut self) -> Result<(), WalkError> {
        match self.next()? {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Ok(()),
            b'u' => {
                for _ in 0..4 {
                    if !self.next()?.is_ascii_hexdigit() {
                        return Err(self.not_json());
                    }
                }
                Ok(())
            }
            _ => Err(self.not_json()),
        }
    }

    fn skip_word(&mut self, word: &[u8]) -> Result<(), WalkError> {
        word.iter().try_for_each(|&byte| self.expect(byte))
    }

    fn skip_digits(&mut self) -> Result<(), WalkError> {
        if !self.next()?.is_ascii_digit() {
            return Err(self.not_json());
        }
        while self.peek()?.is_some_and(|byte| byte.is_ascii_digit()) {
            self.from += 1;
        }
        Ok(())
    }

    fn skip_number(&mut self) -> Result<(), WalkError> {
        self.take_if(b'-')?;
        if !self.take_if(b'0')? {
            self.skip_digits()?;
        }
        if self.take_if(b'.')? {
            self.skip_digits()?;
        }
        if self.take_if(b'e')? || self.take_if(b'E')? {
            let _ = self.take_if(b'+')? || self.take_if(b'-')?;
            self.skip_digits()?;
        }
        Ok(())
    }

    /// Passes over any value. Nesting costs a bit a level, never the stack.
    pub(super) fn skip_value(&mut self) -> Result<(), WalkError> {
        let outside = self.nesting.depth;
        loop {
            match self.peek()? {
                Some(open @ (b'{' | b'[')) => {
                    self.from += 1;
                    if !self.nesting.enter(open == b'{') {
                        return Err(self.not_json());
                    }
                    self.skip_space()?;
                    if !self.take_if(if open == b'{' { b'}' } else { b']' })? {
                        if open == b'{' {
                            self.skip_key()?;
                        }
                        continue;
                    }
                    self.nesting.leave();
                }
                Some(b'"') => drop(self.skip_string()?),
                Some(b't') => self.skip_word(b"true")?,
                Some(b'f') => self.skip_word(b"false")?,
                Some(b'n') => self.skip_word(b"null")?,
                _ => self.skip_number()?,
            }
            if !self.skip_to_next_value(outside)? {
                return Ok(());
            }
        }
    }

    /// After a value: closes what ends here. True when another value follows.
    fn skip_to_next_value(&mut self, outside: usize) -> Result<bool, WalkError> {
        while self.nesting.depth > outside {
            self.skip_space()?;
            let in_object = self.nesting.in_object();
            if self.take_if(b',')? {
                self.skip_space()?;
                if in_object {
                    self.skip_key()?;
                }
                return Ok(true);
            }
            self.expect(if in_object { b'}' } else { b']' })?;
            self.nesting.leave();
        }
        Ok(false)
    }

    fn skip_key(&mut self) -> Result<(), WalkError> {
        self.skip_string()?;
        self.skip_space()?;
        self.expect(b':')?;
        self.skip_space()
    }
}

/// How many of `bytes`, from the first on, stand for themselves in a string:
/// eight are checked together.
fn plain_bytes(bytes: &[u8]) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = ONES << 7;
    // The high bit of each byte below a bound; above the first one found, bits
    // may be wrong, but only the first is requested.
    let below = |word: u64, bound: u8| word.wrapping_sub(ONES * u64::from(bound)) & !word & HIGHS;
    let is = |word: u64, byte: u8| below(word ^ (ONES * u64::from(byte)), 1);
    let (words, rest) = bytes.as_chunks::<8>();
    for (nth, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let special = is(word, b'"') | is(word, b'\\') | below(word, b' ');
        if special != 0 {
            return nth * 8 + special.trailing_zeros() as usize / 8;
        }
    }
    let is_special = |byte: &u8| *byte == b'"' || *byte == b'\\' || *byte < b' ';
    bytes.len() - rest.len() + rest.iter().position(is_special).unwrap_or(rest.len())
}

/// What the walk is inside of: one bit a level, set for objects.
#[derive(Default)]
struct Nesting {
    levels: Vec<u64>,
    depth: usize,
}

impl Nesting {
    fn enter(&mut self, object: bool) -> bool {
        let (word, bit) = (self.depth / 64, 1 << (self.depth % 64));
        if word == self.levels.len() {
            self.levels.push(0);
        }
        if object {
            self.levels[word] |= bit;
        } else {
            self.levels[word] &= !bit;
        }
        self.depth += 1;
        self.depth < DEEPEST
    }

    fn leave(&mut self) {
        self.depth -= 1;
    }

    fn in_object(&self) -> bool {
        let level = self.depth - 1;
        self.levels[level / 64] >> (level % 64) & 1 == 1
    }
}
