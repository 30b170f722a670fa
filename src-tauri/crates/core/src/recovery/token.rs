//! What an access token says of itself, and what becomes of it tells of JWT_SECRET.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::TokenSeen;

/// What an access token says of itself. Nobody has checked its signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessToken {
    /// The account's user id.
    pub user_id: Option<String>,
    /// When the server gave it.
    pub issued_at: Option<Timestamp>,
    /// When its time is up.
    pub expires_at: Option<Timestamp>,
    /// What changes when the account is restored, given another password, or the device
    /// signs in anew: the account's stamp, the device, the device's stamp.
    stamps: [Option<String>; 3],
}

impl AccessToken {
    /// Reads a token's claims; `None` when it is no such token.
    pub fn read(token: &SecretString) -> Option<Self> {
        #[derive(Deserialize)]
        struct Claims {
            sub: Option<String>,
            iat: Option<i64>,
            exp: Option<i64>,
            sstamp: Option<String>,
            did: Option<String>,
            dstamp: Option<String>,
        }
        let claims = token.expose_secret().trim().split('.').nth(1)?;
        let claims: Claims = serde_json::from_slice(&BASE64URL.decode(claims).ok()?).ok()?;
        let time = |second: Option<i64>| second.and_then(|second| Timestamp::from_second(second).ok());
        Some(Self {
            user_id: claims.sub,
            issued_at: time(claims.iat),
            expires_at: time(claims.exp),
            stamps: [claims.sstamp, claims.did, claims.dstamp],
        })
    }

    /// What it tells that this token was `taken` or not at `at`. `of_now` is the token
    /// that the session holds and the server takes, if there is one.
    ///
    /// A token is a witness of the secret that the settings were sealed under only if
    /// it was given before they were last seen readable; and its refusal accuses the
    /// secret only if nothing else that ends tokens has happened to the account.
    pub fn tells(
        &self,
        taken: bool,
        at: Timestamp,
        of_now: Option<&Self>,
        last_readable_at: Option<&str>,
    ) -> TokenSeen {
        let readable = last_readable_at.and_then(|at| at.parse::<Timestamp>().ok());
        // Tokens tell the second that they were given in, and no more: one of the very
        // second may be of before or of after. That it is refused tells all the same.
        let is_of_before = match (self.issued_at, readable) {
            (Some(given), Some(read)) if taken => given.as_second() < read.as_second(),
            (Some(given), Some(read)) => given <= read,
            _ => false,
        };
        match of_now {
            _ if !is_of_before => TokenSeen::GivenSince,
            _ if taken => TokenSeen::Accepted,
            Some(now) if now.user_id != self.user_id || now.stamps != self.stamps => {
                TokenSeen::EndedOtherwise
            }
            _ => TokenSeen::RefusedEarly(at),
        }
    }
}
