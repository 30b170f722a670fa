//! Signing out.

use serde::{Deserialize, Serialize};

use super::Sessions;
use crate::secrets::SecretKind;
use crate::server::{Account, Profile, Session};
use crate::{Error, Result};

/// The outcome of a sign-out on the server; here it has taken place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct SignedOut {
    /// The server knows that the session has ended.
    pub revoked: bool,
    /// Why the server could not be notified; the session then ends automatically after 30
    /// days without use.
    pub error: Option<Error>,
}

impl SignedOut {
    pub(in crate::app) fn of(answer: Result<()>) -> Self {
        if let Err(error) = &answer {
            tracing::warn!(code = %error.code(), "the server could not be told of the sign-out");
        }
        Self { revoked: answer.is_ok(), error: answer.err() }
    }
}

impl Sessions {
    /// Signs the current profile out: on the server, and in the keyring. What is kept for
    /// a later secret check stays: it opens nothing, and goes with the profile.
    ///
    /// # Errors
    /// `KeyringUnavailable` when the token could not be forgotten here: all else is
    /// done then. A server that cannot be reached is no error: the result says so.
    pub async fn sign_out(&self) -> Result<SignedOut> {
        let Some(signed) = self.signed() else { return Ok(SignedOut::of(Ok(()))) };
        self.set_current(None);
        let signed_out = SignedOut::of(signed.session.sign_out().await);
        if self.ledger.has_secrets(&signed.profile.id)? {
            let id = signed.profile.id.clone();
            self.ask_keyring(move |secrets| secrets.delete(&id, SecretKind::RefreshToken)).await?;
        }
        Ok(signed_out)
    }

    /// Ends the session that the keyring keeps for a profile that is not the current one.
    pub(in crate::app) async fn revoke_kept(&self, profile: &Profile) -> Result<()> {
        let id = profile.id.clone();
        let token = self.ask_keyring(move |secrets| secrets.get(&id, SecretKind::RefreshToken)).await?;
        let Some(token) = token else { return Ok(()) };
        let server = self.server(&profile.server_url, &self.way(profile).await?)?;
        let account =
            Account { email: profile.email.clone(), device_identifier: profile.device_identifier.clone() };
        Session::resume(server, account, token, None, None).sign_out().await
    }

    /// Ends the session of this profile on the server, when it is the current one.
    pub(in crate::app) async fn end(&self, profile_id: &str) -> Option<Result<()>> {
        let signed = self.signed().filter(|signed| signed.profile.id == profile_id)?;
        self.set_current(None);
        Some(signed.session.sign_out().await)
    }
}
