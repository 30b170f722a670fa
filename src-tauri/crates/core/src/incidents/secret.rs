//! Candidates for JWT_SECRET: tested here, offline, against something that the
//! previous secret signed or sealed. Never sent anywhere, never kept.

use rand::{CryptoRng, RngExt as _};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::found::token_in;
use crate::envelope::{Envelope, Evidence, Stored, Verdict, secret_check};
use crate::error::EnvelopeDetail;
use crate::{Error, Result};

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
    /// A previous access token.
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
    /// Why the verdict is what it is.
    pub reason: CandidateReason,
    /// It has under 32 characters: the server would not take it.
    pub too_short: bool,
    /// Of a wrong one: what would make it right.
    pub nearly: Option<NearMiss>,
}

/// What a candidate has too much or too little, as it comes from files and clipboards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum NearMiss {
    /// It is right without the blanks or line ends around it.
    WithoutBlanks,
    /// It is right without the invisible characters in it, such as a byte order mark.
    WithoutInvisible,
    /// It is right without the quotes around it.
    WithoutQuotes,
    /// It is right without the name before it, as a deploy file has it.
    WithoutName,
    /// It is right with a line end after it, as `echo` adds one.
    WithLineEnd,
}

/// Why a candidate is right, wrong, or unknown.
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
    /// The settings are unencrypted: no secret sealed them.
    SettingsInTheClear,
}

impl Against {
    /// Reads what a person has: an access token or a response with one, or stored
    /// settings in any of their forms.
    ///
    /// # Errors
    /// `InvalidRequest` with the value `reason` = "no-evidence" when it is neither,
    /// `EnvelopeDamaged`, `EnvelopeVersionUnknown`.
    pub fn find_in(text: &SecretString) -> Result<Self> {
        let shown = text.expose_secret();
        if let Some(token) = token_in(shown) {
            return Ok(Self::Token(token));
        }
        match Envelope::find_in(shown)? {
            Some(Stored::Envelope(envelope)) => Ok(Self::Envelope(Box::new(envelope))),
            Some(Stored::Plain(_)) => Ok(Self::Plain),
            None => Err(no_evidence()),
        }
    }
}

/// Tests a candidate.
pub fn check(against: &Against, candidate: &SecretString) -> CandidateAnswer {
    use CandidateReason::{
        DidNotSignThisToken, DoesNotOpenTheseSettings, NoRuntimePart, NoSignedToken, OpensTheseSettings,
        SettingsInTheClear, SignedThisToken,
    };
    let verdict = verdict(against, candidate);
    let reason = match (verdict, against) {
        (Verdict::Right, Against::Token(_)) => SignedThisToken,
        (Verdict::Wrong, Against::Token(_)) => DidNotSignThisToken,
        (Verdict::Unknown, Against::Token(_)) => NoSignedToken,
        (Verdict::Right, Against::Envelope(_)) => OpensTheseSettings,
        (Verdict::Wrong, Against::Envelope(_)) => DoesNotOpenTheseSettings,
        (Verdict::Unknown, Against::Envelope(_)) => NoRuntimePart,
        (_, Against::Plain) => SettingsInTheClear,
    };
    let nearly = if verdict == Verdict::Wrong { near_miss(against, candidate) } else { None };
    let too_short = candidate.expose_secret().chars().count() < SHORTEST;
    CandidateAnswer { verdict, reason, too_short, nearly }
}

fn verdict(against: &Against, candidate: &SecretString) -> Verdict {
    match against {
        Against::Token(token) => secret_check(candidate, Evidence::AccessToken(token)),
        Against::Envelope(envelope) => secret_check(candidate, Evidence::Envelope(envelope)),
        Against::Plain => Verdict::Unknown,
    }
}

/// What stands between a wrong candidate and the right one.
fn near_miss(against: &Against, candidate: &SecretString) -> Option<NearMiss> {
    let whole = candidate.expose_secret();
    let is_right = |text: &str| text != whole && verdict(against, &text.into()) == Verdict::Right;
    let bare = whole.trim();
    if is_right(bare) {
        return Some(NearMiss::WithoutBlanks);
    }
    // What no secret holds on purpose is not checked again below.
    let seen: Zeroizing<String> = Zeroizing::new(whole.chars().filter(|c| !is_invisible(*c)).collect());
    if seen.as_str() != whole {
        let bare = seen.trim();
        let value = without_name(bare).unwrap_or(bare);
        if [bare, unquoted(bare), value, unquoted(value)].into_iter().any(is_right) {
            return Some(NearMiss::WithoutInvisible);
        }
    }
    if is_right(unquoted(bare)) {
        return Some(NearMiss::WithoutQuotes);
    }
    if let Some(value) = without_name(bare)
        && (is_right(value) || is_right(unquoted(value)))
    {
        return Some(NearMiss::WithoutName);
    }
    let ended = ["\n", "\r\n"].map(|end| Zeroizing::new(format!("{bare}{end}")));
    ended.iter().any(|text| is_right(text)).then_some(NearMiss::WithLineEnd)
}

/// Characters that no one sees: controls, the byte order mark, joiners and marks of
/// direction, fillers, soft hyphens, selectors, tags.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// The text between its quotes, if it has some.
fn unquoted(text: &str) -> &str {
    let between = |quote: char| text.strip_prefix(quote)?.strip_suffix(quote);
    ['"', '\'', '`'].into_iter().find_map(between).unwrap_or(text)
}

/// The value in `JWT_SECRET=value`, `export JWT_SECRET=value`, `"JWT_SECRET": "value",`.
fn without_name(text: &str) -> Option<&str> {
    let (before, after) = text.split_once("JWT_SECRET")?;
    let is_name = before.trim_matches(['"', '\'', '$', '{', ' ']).is_empty()
        || ["export", "set", "-", "- name:"].contains(&before.trim());
    let value = after.trim_start_matches(['"', '\'']).trim_start().strip_prefix(['=', ':'])?;
    is_name.then(|| value.trim().trim_end_matches([',', ';']).trim_end())
}

fn no_evidence() -> Error {
    EnvelopeDetail::NoEvidence.error()
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
