//! Whether a text that comes in pieces is UTF-8 throughout.

/// Remembers the beginning of a character that a piece was cut in.
#[derive(Debug, Default)]
pub(super) struct Utf8Check {
    cut: Vec<u8>,
    broken: bool,
}

impl Utf8Check {
    /// No fault so far.
    pub(super) fn holds(&self) -> bool {
        !self.broken
    }

    /// Takes the next piece.
    pub(super) fn feed(&mut self, mut piece: &[u8]) {
        while !self.cut.is_empty() && !self.broken {
            let Some((&byte, rest)) = piece.split_first() else { return };
            self.cut.push(byte);
            piece = rest;
            match std::str::from_utf8(&self.cut) {
                Ok(_) => self.cut.clear(),
                Err(error) => self.broken = error.error_len().is_some(),
            }
        }
        if self.broken {
            return;
        }
        if let Err(error) = std::str::from_utf8(piece) {
            self.broken = error.error_len().is_some();
            self.cut = piece[error.valid_up_to()..].to_vec();
        }
    }

    /// No piece follows.
    pub(super) fn finish(&mut self) {
        self.broken |= !self.cut.is_empty();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_split_anywhere_parses_like_the_whole() {
        for text in [
            &b"a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80z"[..],
            b"a\xc3(",
            b"\xf0\x9f\x98",
            b"\xff",
            b"\xed\xa0\x80",
        ] {
            let whole = std::str::from_utf8(text).is_ok();
            for cut in 0..=text.len() {
                for second in cut..=text.len() {
                    let mut check = Utf8Check::default();
                    check.feed(&text[..cut]);
                    check.feed(&text[cut..second]);
                    check.feed(&text[second..]);
                    check.finish();
                    assert_eq!(check.holds(), whole, "{text:?} cut at {cut} and {second}");
                }
            }
        }
    }
}
