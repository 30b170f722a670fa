//! Codes of an authenticator app.

use aws_lc_rs::hmac;
use jiff::Timestamp;
use rand::RngExt;

use crate::state::Instance;

const STEP: i64 = 30;
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Whether `code` belongs to `secret` (base32) now, or one step to either side.
pub(crate) fn is_current(secret: &str, code: &str, now: Timestamp) -> bool {
    let Some(key) = decode(secret) else { return false };
    let step = now.as_second() / STEP;
    (step - 1..=step + 1).any(|step| code_at(&key, step) == code.trim())
}

fn code_at(key: &[u8], step: i64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, key);
    let digest = hmac::sign(&key, &step.to_be_bytes());
    let digest = digest.as_ref();
    let offset = usize::from(digest[19] & 0x0f);
    let word = [digest[offset] & 0x7f, digest[offset + 1], digest[offset + 2], digest[offset + 3]];
    format!("{:06}", u32::from_be_bytes(word) % 1_000_000)
}

fn decode(secret: &str) -> Option<Vec<u8>> {
    let (mut bytes, mut buffer, mut bits) = (Vec::new(), 0u32, 0);
    for letter in secret.bytes().filter(|letter| !matches!(letter, b' ' | b'=' | b'-')) {
        let value = BASE32.iter().position(|known| *known == letter.to_ascii_uppercase())?;
        buffer = (buffer << 5) | u32::try_from(value).ok()?;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from((buffer >> bits) & 0xff).ok()?);
        }
    }
    (!bytes.is_empty()).then_some(bytes)
}

/// A recovery code: eight groups of four letters.
pub(crate) fn recovery_code() -> String {
    let mut random = Instance::random();
    let groups =
        (0..8).map(|_| (0..4).map(|_| char::from(BASE32[random.random_range(0..32)])).collect::<String>());
    groups.collect::<Vec<_>>().join(" ")
}

/// Whether two recovery codes are the same, however they are spaced.
pub(crate) fn is_same_recovery_code(stored: &str, given: &str) -> bool {
    let plain = |code: &str| code.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase();
    plain(stored) == plain(given)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_time_codes_match_the_standard() {
        // RFC 6238, appendix B, SHA-1, the last six digits.
        let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
        for (second, code) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            let now = Timestamp::from_second(second).expect("a time in range");
            assert!(is_current(secret, code, now), "{second}");
        }
        assert!(!is_current(secret, "287082", Timestamp::from_second(59 + 90).expect("a time in range")));
    }
}
