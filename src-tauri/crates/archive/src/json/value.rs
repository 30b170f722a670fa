//! One JSON value in a row, and what JavaScript makes of it: the server's rules
//! are written with `String(value || '').trim()`, so these must be too.

use std::borrow::Cow;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use serde_json::Value as Json;

/// The largest whole number that JavaScript can distinguish from its neighbours: 2^53 - 1.
pub const LARGEST_SIZE: u64 = (1 << 53) - 1;
/// No column holds a longer text.
const LONGEST_JOINED: usize = 1024 * 1024;

/// A value, still as the bytes it was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value<'a> {
    /// No such member.
    Missing,
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number's digits.
    Number(&'a [u8]),
    /// What stands between the quotes.
    Text(&'a [u8]),
    /// An object or an array.
    Nested(&'a [u8]),
}

impl<'a> Value<'a> {
    /// Takes the bytes of one valid JSON value.
    pub fn new(raw: &'a [u8]) -> Self {
        match raw.first() {
            Some(b'"') => Self::Text(raw.get(1..raw.len() - 1).unwrap_or_default()),
            Some(b'{' | b'[') => Self::Nested(raw),
            Some(b't') => Self::Bool(true),
            Some(b'f') => Self::Bool(false),
            Some(b'n') => Self::Null,
            Some(_) => Self::Number(raw),
            None => Self::Missing,
        }
    }

    /// The text, when it is one.
    pub fn text(self) -> Option<Cow<'a, str>> {
        match self {
            Self::Text(raw) => Some(unescape(raw)),
            _ => None,
        }
    }

    /// The number, when it is one.
    pub fn number(self) -> Option<f64> {
        match self {
            Self::Number(digits) => std::str::from_utf8(digits).ok()?.parse().ok(),
            _ => None,
        }
    }

    /// A whole number from 0 up, when it is one.
    pub fn count(self) -> Option<u64> {
        match self {
            Self::Number(digits) => {
                let count: u64 = std::str::from_utf8(digits).ok()?.parse().ok()?;
                Some(count.min(LARGEST_SIZE))
            }
            _ => None,
        }
    }

    /// `Number(value || 0) || 0`, as a size in bytes.
    pub fn size(self) -> u64 {
        let number = match self {
            Self::Text(raw) => {
                let text = unescape(raw);
                let text = js_trim(&text);
                if text.is_empty() { 0.0 } else { text.parse().unwrap_or(0.0) }
            }
            Self::Bool(true) => 1.0,
            other => other.number().unwrap_or(0.0),
        };
        // A float cast saturates, and NaN becomes 0, as wanted here.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let size = number as u64;
        size.min(LARGEST_SIZE)
    }

    /// Missing, `null`, `false`, 0 and the empty text are falsy.
    pub fn truthy(self) -> bool {
        match self {
            Self::Missing | Self::Null | Self::Bool(false) => false,
            Self::Text(raw) => !raw.is_empty(),
            Self::Number(_) => self.number().is_some_and(|number| number != 0.0),
            Self::Bool(true) | Self::Nested(_) => true,
        }
    }

    /// Missing or `null`.
    pub fn is_nothing(self) -> bool {
        matches!(self, Self::Missing | Self::Null)
    }

    /// `String(value || '').trim()`.
    pub fn trimmed(self) -> Cow<'a, str> {
        if !self.truthy() {
            return Cow::Borrowed("");
        }
        match self.as_js_string() {
            Cow::Borrowed(text) => Cow::Borrowed(js_trim(text)),
            Cow::Owned(text) => Cow::Owned(js_trim(&text).to_owned()),
        }
    }

    /// `String(value)`.
    pub fn as_js_string(self) -> Cow<'a, str> {
        match self {
            Self::Missing => Cow::Borrowed("undefined"),
            Self::Null => Cow::Borrowed("null"),
            Self::Bool(value) => Cow::Borrowed(if value { "true" } else { "false" }),
            Self::Text(raw) => unescape(raw),
            Self::Number(digits) => number_as_js_string(digits),
            Self::Nested(raw) => nested_as_js_string(raw),
        }
    }

    /// The value as `serde_json` holds it.
    pub fn to_json(self) -> Json {
        match self {
            Self::Missing | Self::Null => Json::Null,
            Self::Bool(value) => Json::Bool(value),
            Self::Text(raw) => Json::String(unescape(raw).into_owned()),
            Self::Number(raw) | Self::Nested(raw) => parse(raw),
        }
    }
}

/// What `serde_json` cannot hold (endless numbers, nesting by the thousand) the
/// server could not store either.
fn parse(raw: &[u8]) -> Json {
    serde_json::from_slice(raw)
        .or_else(|_| serde_json::from_str(&String::from_utf8_lossy(raw)))
        .unwrap_or(Json::Null)
}

fn number_as_js_string(digits: &[u8]) -> Cow<'_, str> {
    let text = std::str::from_utf8(digits).unwrap_or_default();
    let plain = digits.len() <= 15 && digits.iter().all(u8::is_ascii_digit);
    if plain {
        return Cow::Borrowed(text);
    }
    let number: f64 = text.parse().unwrap_or(f64::NAN);
    let size = number.abs();
    Cow::Owned(if number.is_infinite() {
        if number > 0.0 { "Infinity" } else { "-Infinity" }.to_owned()
    } else if number == 0.0 {
        "0".to_owned()
    } else if (1e-6..1e21).contains(&size) {
        number.to_string()
    } else {
        let text = format!("{number:e}");
        if text.contains("e-") { text } else { text.replace('e', "e+") }
    })
}

/// `String(value)` of an object or an array: arrays are joined with commas,
/// however deep they lie in each other. What comes to more than any column
/// holds is truncated, and identified by its hash.
fn nested_as_js_string(raw: &[u8]) -> Cow<'_, str> {
    const OBJECT: &str = "[object Object]";
    let mut text = String::new();
    let mut rest = raw;
    while let Some(&first) = rest.first() {
        if text.len() > LONGEST_JOINED {
            let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one(raw);
            return Cow::Owned(format!("{text}…{hash:016x}"));
        }
        let length = match first {
            b'[' | b']' | b' ' | b'\n' | b'\r' | b'\t' => 1,
            b',' => {
                text.push(',');
                1
            }
            b'{' => {
                text.push_str(OBJECT);
                object_length(rest)
            }
            b'"' => {
                let length = string_length(rest);
                text.push_str(&unescape(rest.get(1..length - 1).unwrap_or_default()));
                length
            }
            _ => {
                let is_end = |byte: &u8| matches!(byte, b',' | b']' | b' ' | b'\n' | b'\r' | b'\t');
                let length = rest.iter().position(is_end).unwrap_or(rest.len());
                match &rest[..length] {
                    b"null" => {}
                    word @ (b"true" | b"false") => text.push_str(&String::from_utf8_lossy(word)),
                    digits => text.push_str(&number_as_js_string(digits)),
                }
                length
            }
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    Cow::Owned(text)
}

/// The length of the string at the beginning of a valid JSON text.
fn string_length(raw: &[u8]) -> usize {
    let mut at = 1;
    loop {
        match raw.get(at) {
            Some(b'"') => return at + 1,
            Some(b'\\') => at += 2,
            Some(_) => at += 1,
            None => return raw.len(),
        }
    }
}

/// The length of the object at the beginning of a valid JSON text.
fn object_length(raw: &[u8]) -> usize {
    let (mut at, mut depth) = (0, 0_usize);
    while let Some(byte) = raw.get(at) {
        match byte {
            b'"' => {
                at += string_length(&raw[at..]);
                continue;
            }
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        at += 1;
        if depth == 0 {
            break;
        }
    }
    at
}

/// What JavaScript's `trim` takes away; Rust's differs in two characters.
pub fn js_trim(text: &str) -> &str {
    text.trim_matches(|c: char| c == '\u{feff}' || (c.is_whitespace() && c != '\u{85}'))
}

/// A JSON string's content. Bytes that are not UTF-8 and halves of surrogate
/// pairs become U+FFFD, as they do on their way into the server's database.
pub fn unescape(raw: &[u8]) -> Cow<'_, str> {
    if !raw.contains(&b'\\') {
        return String::from_utf8_lossy(raw);
    }
    let mut bytes = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.iter().position(|&byte| byte == b'\\') {
        bytes.extend_from_slice(&rest[..at]);
        let (character, length) = escape(&rest[at..]);
        bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        rest = rest.get(at + length..).unwrap_or_default();
    }
    bytes.extend_from_slice(rest);
    Cow::Owned(match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    })
}

/// The character of the escape at the beginning of `raw`, and its length.
fn escape(raw: &[u8]) -> (char, usize) {
    let simple = match raw.get(1) {
        Some(b'n') => '\n',
        Some(b't') => '\t',
        Some(b'r') => '\r',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'u') => return unicode_escape(raw),
        Some(&other) => char::from(other),
        None => char::REPLACEMENT_CHARACTER,
    };
    (simple, 2)
}

fn unicode_escape(raw: &[u8]) -> (char, usize) {
    let unit = |from: usize| -> Option<u32> {
        let digits = std::str::from_utf8(raw.get(from..from + 4)?).ok()?;
        u32::from_str_radix(digits, 16).ok()
    };
    let Some(first) = unit(2) else { return (char::REPLACEMENT_CHARACTER, 6) };
    if let Some(character) = char::from_u32(first) {
        return (character, 6);
    }
    let pair = (first < 0xdc00 && raw.get(6..8) == Some(b"\\u")).then(|| unit(8)).flatten();
    match pair {
        Some(second @ 0xdc00..=0xdfff) => {
            let code = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
            (char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), 12)
        }
        _ => (char::REPLACEMENT_CHARACTER, 6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trimmed(json: &str) -> String {
        Value::new(json.as_bytes()).trimmed().into_owned()
    }

    #[test]
    fn falsy_values_become_empty_text() {
        for json in ["", "null", "false", "0", "-0", "0.0", "\"\"", "\" \\t \""] {
            assert_eq!(trimmed(json), "", "{json}");
        }
    }

    #[test]
    fn other_values_are_formatted_as_in_javascript() {
        for (json, expected) in [
            ("\" a b \"", "a b"),
            ("true", "true"),
            ("12", "12"),
            ("12.50", "12.5"),
            ("-3", "-3"),
            ("1e3", "1000"),
            ("1e21", "1e+21"),
            ("1e-7", "1e-7"),
            ("1e999", "Infinity"),
            ("{}", "[object Object]"),
            ("[1,null,\"x\",[2]]", "1,,x,2"),
            (
                "[ [ ] , [1e3 , true], {\"a\":\"}\\\"]\"} , \"a,\\u0041]\" ]",
                ",1000,true,[object Object],a,A]",
            ),
            ("\"\\ufeffid\\u00a0\"", "id"),
            ("\"\\u0085\"", "\u{85}"),
        ] {
            assert_eq!(trimmed(json), expected, "{json}");
        }
    }

    #[test]
    fn lists_of_any_length_are_compared_in_little_memory() {
        let list = |last: &str| format!("[{}{last}]", "0,".repeat(2 << 20));
        let (one, other) = (trimmed(&list("1")), trimmed(&list("2")));
        assert!(one != other && one.len() < 2 * LONGEST_JOINED);
        assert_eq!(one, trimmed(&list("1")));
        let deep = format!("{}{}", "[".repeat(1 << 20), "]".repeat(1 << 20));
        assert_eq!(trimmed(&deep), "");
    }

    #[test]
    fn escapes_are_decoded_and_lone_surrogates_replaced() {
        for (raw, expected) in [
            (r#"a\"b\\c\/d"#, "a\"b\\c/d"),
            (r"\n\r\t\b\f", "\n\r\t\u{8}\u{c}"),
            (r"\u00e4\ud83d\ude00", "ä😀"),
            (r"x\ud83dy", "x\u{fffd}y"),
            (r"\ude00\ud83d\u0041", "\u{fffd}\u{fffd}A"),
        ] {
            assert_eq!(unescape(raw.as_bytes()), expected, "{raw}");
        }
        assert_eq!(unescape(b"a\xffb"), "a\u{fffd}b");
        assert_eq!(unescape(b"\\n\xff"), "\n\u{fffd}");
    }
}
