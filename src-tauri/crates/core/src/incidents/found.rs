//! Evidence as people have it: in files of any encoding, and tokens inside of what a
//! browser, a terminal or a mail made of them.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL};
use secrecy::SecretString;
use serde_json::Value;
use zeroize::Zeroizing;

use crate::secrets::ZeroizingJson;

/// Reads a file's text: UTF-8, or UTF-16 as PowerShell writes it.
pub fn evidence_text(bytes: &[u8]) -> SecretString {
    let wide = |bytes: &[u8], read: fn([u8; 2]) -> u16| {
        let units: Zeroizing<Vec<u16>> =
            Zeroizing::new(bytes.chunks_exact(2).map(|pair| read([pair[0], pair[1]])).collect());
        String::from_utf16_lossy(&units).into()
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned().into(),
        _ => String::from_utf8_lossy(bytes).into_owned().into(),
    }
}

/// The access token in a text: alone, after `Bearer`, wrapped over lines, or in the
/// response to a sign-in.
pub(super) fn token_in(text: &str) -> Option<SecretString> {
    let text = text.trim().trim_start_matches('\u{feff}').trim();
    if text.starts_with(['{', '[']) {
        let value = ZeroizingJson::new(serde_json::from_str(text).ok()?);
        return token_in_answer(&value);
    }
    let bearer = text.to_ascii_lowercase().find("bearer ").map(|at| at + "bearer ".len());
    let text = bearer.and_then(|at| text.get(at..)).unwrap_or(text);
    let joined: Zeroizing<String> = Zeroizing::new(text.split_whitespace().collect());
    let token = joined.trim_matches(['"', '\'', ',', ';']);
    is_token(token).then(|| token.into())
}

fn token_in_answer(value: &Value) -> Option<SecretString> {
    const NAMES: [&str; 3] = ["access_token", "accessToken", "token"];
    match value {
        Value::Object(fields) => {
            let named = NAMES.iter().filter_map(|name| fields.get(*name)?.as_str());
            let token = named.map(str::trim).find(|text| is_token(text));
            token.map(SecretString::from).or_else(|| fields.values().find_map(token_in_answer))
        }
        Value::Array(items) => items.iter().find_map(token_in_answer),
        _ => None,
    }
}

/// Three parts of base64url, the first of which is a header.
fn is_token(text: &str) -> bool {
    let mut parts = text.split('.');
    let header = parts.next().and_then(|part| BASE64URL.decode(part).ok());
    let header = header.and_then(|header| serde_json::from_slice::<Value>(&header).ok());
    let is_part = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    header.is_some_and(|header| header.is_object()) && parts.clone().count() == 2 && parts.all(is_part)
}
