//! What the acceptance or refusal of an access token says about JWT_SECRET.

use jiff::Timestamp;

use super::TokenSeen;
use crate::server::AccessToken;

impl TokenSeen {
    /// What follows from a token that was `taken` or not at `at`. `of_now` is the token
    /// that the session holds and the server takes, if there is one.
    ///
    /// A token is a witness of the secret that the settings were sealed under only if
    /// it was given before they were last seen readable; and its refusal accuses the
    /// secret only if nothing else that ends tokens has happened to the account.
    pub fn of(
        token: &AccessToken,
        taken: bool,
        at: Timestamp,
        of_now: Option<&AccessToken>,
        last_readable_at: Option<&str>,
    ) -> Self {
        let readable = last_readable_at.and_then(|at| at.parse::<Timestamp>().ok());
        // A token names the second that it was issued in, and no more: one of the same second
        // may be from before or after. A refusal still proves that the secret changed.
        let is_of_before = match (token.issued_at, readable) {
            (Some(given), Some(read)) if taken => given.as_second() < read.as_second(),
            (Some(given), Some(read)) => given <= read,
            _ => false,
        };
        match of_now {
            _ if !is_of_before => Self::GivenSince,
            _ if taken => Self::Accepted,
            Some(now) if !now.has_stamps_of(token) => Self::EndedOtherwise,
            _ => Self::RefusedEarly(at),
        }
    }
}
