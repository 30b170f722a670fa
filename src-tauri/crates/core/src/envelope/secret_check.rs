//! Is this the previous JWT_SECRET? Decided here, offline, from something that
//! the secret once signed or sealed.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use super::{Envelope, sealed::runtime_key};

/// Something that only the right secret fits.
#[derive(Clone, Copy)]
pub enum Evidence<'a> {
    /// A previous access token; it may have expired.
    AccessToken(&'a SecretString),
    /// Stored settings with their runtime part.
    Envelope(&'a Envelope),
}

/// Whether a candidate is the secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It is: this is proven.
    Right,
    /// It is not.
    Wrong,
    /// The evidence is inconclusive.
    Unknown,
}

/// Tests a candidate. The candidate leaves no trace: not in the response, not in a
/// log, nowhere on disk.
pub fn secret_check(candidate: &SecretString, evidence: Evidence<'_>) -> Verdict {
    // HMAC pads short keys with NUL, so a secret with NULs appended would sign the
    // same. No environment variable holds a NUL: such a candidate is never it.
    let cannot_be = candidate.expose_secret().is_empty() || candidate.expose_secret().contains('\0');
    match (evidence_says(candidate, evidence), cannot_be) {
        (Verdict::Right, true) => Verdict::Wrong,
        (verdict, _) => verdict,
    }
}

fn evidence_says(candidate: &SecretString, evidence: Evidence<'_>) -> Verdict {
    let fits = match evidence {
        Evidence::AccessToken(token) => signed_by(candidate, token.expose_secret().trim()),
        Evidence::Envelope(envelope) => sealed_under(candidate, envelope),
    };
    match fits {
        Some(true) => Verdict::Right,
        Some(false) => Verdict::Wrong,
        None => Verdict::Unknown,
    }
}

/// Whether the token's HS256 signature is the candidate's; `None` when it has none.
fn signed_by(candidate: &SecretString, token: &str) -> Option<bool> {
    #[derive(Deserialize)]
    struct Header {
        alg: String,
    }

    let (signed, signature) = token.rsplit_once('.')?;
    let (header, payload) = signed.split_once('.')?;
    let header: Header = serde_json::from_slice(&BASE64URL.decode(header).ok()?).ok()?;
    if header.alg != "HS256" {
        return None;
    }
    serde_json::from_slice::<serde::de::IgnoredAny>(&BASE64URL.decode(payload).ok()?).ok()?;
    let signature: [u8; 32] = BASE64URL.decode(signature).ok()?.try_into().ok()?;

    let mut mac = Hmac::<Sha256>::new_from_slice(candidate.expose_secret().as_bytes())
        .expect("HMAC takes a key of any length");
    mac.update(signed.as_bytes());
    Some(mac.verify_slice(&signature).is_ok())
}

/// Whether the runtime part opens under the candidate; `None` when there is none
/// or it is damaged.
fn sealed_under(candidate: &SecretString, envelope: &Envelope) -> Option<bool> {
    let opened = envelope.runtime()?.open(&runtime_key(candidate));
    // What opens is authenticated: the secret fits even if the content is no JSON.
    match opened {
        Ok(settings) => Some(settings.is_some()),
        Err(_) => envelope.runtime()?.bytes().is_ok().then_some(true),
    }
}
