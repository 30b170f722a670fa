//! Candidates for JWT_SECRET: tested here, offline, against something that the
//! secret of before signed or sealed. Never sent anywhere, never kept.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL};
use jiff::Timestamp;
use rand::{CryptoRng, RngExt as _};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::Result;
use crate::envelope::{Envelope, Evidence, Stored, Verdict, secret_check};

/// The server takes no shorter JWT_SECRET.
const SHORTEST: usize = 32;
/// How long a made one is.
const MADE: usize = 64;

/// What candidates are tested against, as the person names it.
#[derive(Debug, Clone, Deserialize, specta::Type)]
#[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum SecretEvidence {
    /// The access token that is kept for a profile.
    KeptToken {
        /// The profile.
        profile_id: String,
    },
    /// An access token or the row `backup.settings.v1`, pasted.
    Pasted {
        /// What was pasted.
        #[specta(type = String)]
        text: SecretString,
    },
    /// A file with either: a token, the row, an exported database.
    File {
        /// Its full path.
        path: String,
    },
}

/// Evidence that is known without asking the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum KnownEvidence {
    /// An access token is kept for the profile.
    KeptToken {
        /// The profile.
        profile_id: String,
        /// When the server gave it, RFC 3339.
        issued_at: Option<String>,
        /// When its time is up, RFC 3339; that does not matter here.
        expires_at: Option<String>,
    },
}

/// What candidates are tested against.
pub enum Against {
    /// An access token of before.
    Token(SecretString),
    /// Stored settings.
    Envelope(Box<Envelope>),
    /// Settings that no secret ever sealed.
    Plain,
}

/// What testing one candidate showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct CandidateAnswer {
    /// In a word.
    pub verdict: Verdict,
    /// Why.
    pub reason: CandidateReason,
    /// It has under 32 characters: the server would not take it.
    pub too_short: bool,
}

/// Why a candidate is right, wrong, or cannot be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum CandidateReason {
    /// It signed this access token.
    SignedThisToken,
    /// It did not.
    DidNotSignThisToken,
    /// It opens the runtime part of these settings.
    OpensTheseSettings,
    /// It does not.
    DoesNotOpenTheseSettings,
    /// There is no access token signed with HS256.
    NoSignedToken,
    /// The settings have no runtime part, as in every backup, or it is damaged.
    NoRuntimePart,
    /// The settings are in the clear: no secret sealed them.
    SettingsInTheClear,
}

impl Against {
    /// Reads what a person has: an access token, or stored settings in any of
    /// their forms.
    ///
    /// # Errors
    /// `EnvelopeDamaged`, `EnvelopeVersionUnknown`.
    pub fn find_in(text: &SecretString) -> Result<Self> {
        let shown = text.expose_secret().trim().trim_start_matches('\u{feff}');
        let token = shown.strip_prefix("Bearer ").unwrap_or(shown).trim().trim_matches('"');
        let is_token = token.split('.').count() == 3 && !token.contains(char::is_whitespace);
        if is_token && !token.contains('{') {
            return Ok(Self::Token(token.into()));
        }
        Ok(match Envelope::find_in(shown)? {
            Stored::Envelope(envelope) => Self::Envelope(Box::new(envelope)),
            Stored::Plain(_) => Self::Plain,
        })
    }
}

/// Tests a candidate.
pub fn check(against: &Against, candidate: &SecretString) -> CandidateAnswer {
    use CandidateReason::{
        DidNotSignThisToken, DoesNotOpenTheseSettings, NoRuntimePart, NoSignedToken, OpensTheseSettings,
        SettingsInTheClear, SignedThisToken,
    };
    let verdict = match against {
        Against::Token(token) => secret_check(candidate, Evidence::AccessToken(token)),
        Against::Envelope(envelope) => secret_check(candidate, Evidence::Envelope(envelope)),
        Against::Plain => Verdict::Unknown,
    };
    let reason = match (verdict, against) {
        (Verdict::Right, Against::Token(_)) => SignedThisToken,
        (Verdict::Wrong, Against::Token(_)) => DidNotSignThisToken,
        (Verdict::Unknown, Against::Token(_)) => NoSignedToken,
        (Verdict::Right, Against::Envelope(_)) => OpensTheseSettings,
        (Verdict::Wrong, Against::Envelope(_)) => DoesNotOpenTheseSettings,
        (Verdict::Unknown, Against::Envelope(_)) => NoRuntimePart,
        (_, Against::Plain) => SettingsInTheClear,
    };
    CandidateAnswer { verdict, reason, too_short: candidate.expose_secret().chars().count() < SHORTEST }
}

/// A strong new JWT_SECRET: 64 random characters that need no quoting anywhere.
pub fn make_secret(random: &mut impl CryptoRng) -> SecretString {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut secret = String::with_capacity(MADE);
    for place in 0..MADE {
        // No dash at either end: a command line would take it for an option.
        let choices = if place == 0 || place + 1 == MADE { 62 } else { LETTERS.len() };
        secret.push(char::from(LETTERS[random.random_range(0..choices)]));
    }
    secret.into()
}

/// What an access token says of itself. Nobody has checked its signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessToken {
    /// The account's user id.
    pub user_id: Option<String>,
    /// When the server gave it.
    pub issued_at: Option<Timestamp>,
    /// When its time is up.
    pub expires_at: Option<Timestamp>,
}

impl AccessToken {
    /// Reads a token's claims; `None` when it is no such token.
    pub fn read(token: &SecretString) -> Option<Self> {
        #[derive(Deserialize)]
        struct Claims {
            sub: Option<String>,
            iat: Option<i64>,
            exp: Option<i64>,
        }
        let claims = token.expose_secret().trim().split('.').nth(1)?;
        let claims: Claims = serde_json::from_slice(&BASE64URL.decode(claims).ok()?).ok()?;
        let time = |second: Option<i64>| second.and_then(|second| Timestamp::from_second(second).ok());
        Some(Self { user_id: claims.sub, issued_at: time(claims.iat), expires_at: time(claims.exp) })
    }
}
