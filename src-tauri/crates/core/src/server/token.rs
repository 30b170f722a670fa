//! The claims of an access token, and who keeps the tokens of a session.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

/// What an access token says of itself. No one has checked its signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessToken {
    /// The account's user id.
    pub user_id: Option<String>,
    /// When the server gave it.
    pub issued_at: Option<Timestamp>,
    /// When its time is up.
    pub expires_at: Option<Timestamp>,
    /// What changes when the account is restored, given another password, or the device
    /// signs in again: the account's stamp, the device, the device's stamp.
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

    /// The account, its stamps and the device are the same in both.
    pub(crate) fn has_stamps_of(&self, other: &Self) -> bool {
        self.user_id == other.user_id && self.stamps == other.stamps
    }
}

/// Keeps the tokens of a session when they change.
pub trait TokenKeeper: Send + Sync {
    /// The refresh token is now this one.
    fn keep_refresh_token(self: Arc<Self>, token: &SecretString);
}
