//! Small text inputs: passwords and candidates on standard input, files of headers
//! and certificates. UTF-8 with or without a byte order mark and UTF-16 are read; an
//! input without end is not read to its end. The bytes are wiped afterwards.

use std::io::{ErrorKind, Read};

use zeroize::{Zeroize as _, Zeroizing};

use crate::error::FileDetail;
use crate::{Error, Result};

/// Reads all of a text of at most `most` bytes. `what` names it at the start of a
/// sentence.
///
/// # Errors
/// `InvalidRequest` with the value `reason` = "too-long" or "not-text", `FileFailed`.
pub fn read_text(from: impl Read, most: usize, what: &str) -> Result<Zeroizing<String>> {
    let bytes = bytes(from, most, what, |_| None)?;
    decode(&bytes).ok_or_else(|| not_text(what))
}

/// Reads all of an input of at most `most` bytes, whatever is in it.
///
/// # Errors
/// `InvalidRequest` with the value `reason` = "too-long", `FileFailed`.
pub fn read_bytes(from: impl Read, most: usize, what: &str) -> Result<Zeroizing<Vec<u8>>> {
    bytes(from, most, what, |_| None)
}

/// Reads the first line of a text, without its end and nothing behind it that is not
/// already there. `None` at the end of the input.
///
/// # Errors
/// As [`read_text`].
pub fn read_line(from: impl Read, most: usize, what: &str) -> Result<Option<Zeroizing<String>>> {
    let mut bytes = bytes(from, most, what, line_end)?;
    if bytes.is_empty() {
        return Ok(None);
    }
    if let Some(end) = line_end(&bytes) {
        bytes[end..].zeroize();
        bytes.truncate(end);
    }
    let mut text = decode(&bytes).ok_or_else(|| not_text(what))?;
    let length = text.trim_end_matches(['\r', '\n']).len();
    text.truncate(length);
    Ok(Some(text))
}

/// Text in UTF-8 or UTF-16, without its byte order mark; `None` when it is no text.
pub fn decode(bytes: &[u8]) -> Option<Zeroizing<String>> {
    let text = match encoding(bytes) {
        Encoding::Utf8 => {
            let text = std::str::from_utf8(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)).ok()?;
            Zeroizing::new(text.to_owned())
        }
        Encoding::Little => wide(bytes, u16::from_le_bytes)?,
        Encoding::Big => wide(bytes, u16::from_be_bytes)?,
    };
    (!text.contains('\0')).then_some(text)
}

#[derive(Clone, Copy)]
enum Encoding {
    Utf8,
    Little,
    Big,
}

/// What the first two bytes say. Text has no NUL: one there is half of a wide letter.
fn encoding(bytes: &[u8]) -> Encoding {
    match bytes {
        [0xff, 0xfe, ..] => Encoding::Little,
        [0xfe, 0xff, ..] => Encoding::Big,
        [first, 0, ..] if *first != 0 => Encoding::Little,
        [0, second, ..] if *second != 0 => Encoding::Big,
        _ => Encoding::Utf8,
    }
}

fn wide(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<Zeroizing<String>> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    let units = pairs.iter().map(|pair| unit(*pair));
    // Three bytes are the most that a unit becomes: the text never moves and leaves no copy.
    let mut text = Zeroizing::new(String::with_capacity(pairs.len() * 3));
    for (index, letter) in char::decode_utf16(units).enumerate() {
        match letter.ok()? {
            '\u{feff}' if index == 0 => {}
            letter => text.push(letter),
        }
    }
    Some(text)
}

/// Where the first line ends.
fn line_end(bytes: &[u8]) -> Option<usize> {
    let wide = |end: [u8; 2]| bytes.as_chunks::<2>().0.iter().position(|pair| *pair == end).map(|at| at * 2);
    match encoding(bytes) {
        Encoding::Utf8 => bytes.iter().position(|byte| *byte == b'\n'),
        Encoding::Little => wide([b'\n', 0]),
        Encoding::Big => wide([0, b'\n']),
    }
}

/// Reads until `enough` finds an end, or to the end of the input.
fn bytes(
    mut from: impl Read,
    most: usize,
    what: &str,
    enough: fn(&[u8]) -> Option<usize>,
) -> Result<Zeroizing<Vec<u8>>> {
    // It never grows, so nothing is copied and left behind.
    let mut buffer = Zeroizing::new(vec![0; most + 1]);
    let mut length = 0;
    while length < buffer.len() && enough(&buffer[..length]).is_none() {
        match from.read(&mut buffer[length..]) {
            Ok(0) => break,
            Ok(read) => length += read,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => {
                return Err(FileDetail::InputFailed { input: what.to_owned() }.error().caused_by(error));
            }
        }
    }
    if length > most && enough(&buffer[..length]).is_none() {
        return Err(FileDetail::InputTooLong { input: what.to_owned(), limit: most as u64 }.into());
    }
    buffer[length..].zeroize();
    buffer.truncate(length);
    Ok(buffer)
}

fn not_text(what: &str) -> Error {
    FileDetail::NotText { input: what.to_owned() }.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(unit).collect()
    }

    #[test]
    fn a_line_reads_the_same_in_every_encoding() {
        for text in ["pass wörd 中\n", "pass wörd 中\r\nmore\n", "pass wörd 中"] {
            let marked = format!("\u{feff}{text}");
            for bytes in [
                text.as_bytes().to_vec(),
                marked.as_bytes().to_vec(),
                utf16(&marked, u16::to_le_bytes),
                utf16(&marked, u16::to_be_bytes),
                utf16(text, u16::to_le_bytes),
                utf16(text, u16::to_be_bytes),
            ] {
                let line = read_line(bytes.as_slice(), 200, "It").expect("read").expect("a line");
                assert_eq!(line.as_str(), "pass wörd 中", "{bytes:?}");
            }
        }
        assert!(read_line(&b""[..], 20, "It").expect("read").is_none());
    }

    #[test]
    fn a_line_feed_byte_inside_a_wide_letter_ends_no_line() {
        let bytes = utf16("\u{feff}Ċਊx\n", u16::to_le_bytes);
        assert_eq!(read_line(bytes.as_slice(), 200, "It").expect("read").expect("a line").as_str(), "Ċਊx");
    }

    #[test]
    fn an_endless_input_is_refused() {
        for byte in [0, b'x', 0xff] {
            let error = read_line(std::io::repeat(byte), 1000, "Standard input").expect_err("refused");
            assert!(
                matches!(error.detail(), Some(crate::error::Detail::File(FileDetail::InputTooLong { .. }))),
                "{error:?}"
            );
            let error = read_text(std::io::repeat(byte), 1000, "Standard input").expect_err("refused");
            assert!(error.to_string().starts_with("Standard input is longer"), "{error}");
        }
    }

    #[test]
    fn input_that_is_not_text_is_rejected() {
        for bytes in [&b"\xff\xfe\x00\xd8x\0"[..], b"a\0b\0c", b"\xc3\x28", b"ab\0c", &[0, 0, 0]] {
            let error = read_text(bytes, 100, "The file").expect_err("refused");
            assert!(error.is(FileDetail::NotText { input: "The file".to_owned() }), "{bytes:?}");
        }
    }
}
