//! Looks for secrets where none may be, in every spelling that a careless line of
//! code would give them.

use std::fmt::Write as _;
use std::path::Path;

use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// A secret and how it may be spelt.
pub struct Secret {
    name: String,
    spellings: Vec<String>,
}

impl Secret {
    /// A secret text.
    pub fn text(name: &str, value: &str) -> Self {
        assert!(value.len() >= 8, "{name} is too short to be told from chance");
        Self::bytes(name, value.as_bytes())
    }

    /// A secret key.
    pub fn bytes(name: &str, value: &[u8]) -> Self {
        let mut spellings = vec![as_text(value), hex(value), hex(value).to_uppercase(), listed(value)];
        for start in 0..3 {
            spellings.push(base64(&STANDARD_NO_PAD, value, start));
            spellings.push(base64(&URL_SAFE_NO_PAD, value, start));
        }
        if let Ok(text) = std::str::from_utf8(value) {
            let json = serde_json::to_string(text).unwrap_or_default();
            spellings.push(as_text(json.trim_matches('"').as_bytes()));
            spellings.push(url::form_urlencoded::byte_serialize(value).collect());
        }
        spellings.sort_unstable();
        spellings.dedup();
        Self { name: name.to_owned(), spellings }
    }

    /// Whether it is in there.
    pub fn is_in(&self, bytes: &[u8]) -> bool {
        let text = as_text(bytes);
        self.spellings.iter().any(|spelling| text.contains(spelling))
    }
}

/// Every secret that is in one of the places, as "what is in where".
pub fn leaks(places: &[(String, Vec<u8>)], secrets: &[Secret]) -> Vec<String> {
    let mut found = Vec::new();
    for (place, bytes) in places {
        let text = as_text(bytes);
        let here = secrets.iter().filter(|secret| secret.spellings.iter().any(|one| text.contains(one)));
        found.extend(here.map(|secret| format!("{} is in {place}", secret.name)));
    }
    found
}

/// Every file below a folder with its content, but for the folders named in `except`.
///
/// # Panics
/// When it cannot be read.
pub fn files(folder: &Path, except: &[&str], found: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if !path.is_dir() {
            found.push((name, std::fs::read(&path).expect("readable")));
        } else if !except.contains(&name.as_str()) {
            files(&path, except, found);
        }
    }
}

/// A character for each byte, so that bytes of any kind can be searched as text.
fn as_text(bytes: &[u8]) -> String {
    bytes.iter().map(|&byte| char::from(byte)).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// As a derived `Debug` and JSON without care write bytes.
fn listed(bytes: &[u8]) -> String {
    let numbers: Vec<String> = bytes.iter().map(u8::to_string).collect();
    numbers.join(", ")
}

/// Base64 of something that has the value at any place of which the rest by three
/// is `start`, without the characters that its neighbours share.
fn base64(engine: &impl base64::Engine, value: &[u8], start: usize) -> String {
    let padded: Vec<u8> = std::iter::repeat_n(0, start).chain(value.iter().copied()).collect();
    let text = engine.encode(&padded);
    let shared = usize::from(!padded.len().is_multiple_of(3));
    text[[0, 2, 3][start]..text.len() - shared].to_owned()
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    #[test]
    fn a_secret_is_found_in_every_spelling_and_place() {
        let value = "pässword \"of\" länge+1";
        let secret = Secret::text("it", value);
        let bytes = value.as_bytes();
        for before in ["", "a", "ab", "abc"] {
            let within = format!("{before}{value} and more");
            for spelt in [
                within.clone(),
                STANDARD.encode(&within),
                hex(within.as_bytes()).to_uppercase(),
                format!("{:?}", within.as_bytes()),
                serde_json::to_string(&within).expect("JSON"),
                url::form_urlencoded::byte_serialize(within.as_bytes()).collect(),
            ] {
                assert!(secret.is_in(spelt.as_bytes()), "{spelt}");
            }
        }
        assert!(secret.is_in(&[&[0xff, 0, 0xfe], bytes, &[0xff]].concat()), "among bytes of any kind");
        assert!(!secret.is_in(b"nothing of the kind"));
        assert_eq!(leaks(&[("the log".into(), bytes.to_vec())], &[secret]), ["it is in the log"]);
    }
}
