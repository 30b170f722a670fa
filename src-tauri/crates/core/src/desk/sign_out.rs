//! Signing out, and removing profiles with everything that belongs to them.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{ActiveProfile, Desk};
use crate::error::AccountDetail;
use crate::secrets::SecretKind;
use crate::server::{Account, Profile, Session};
use crate::{Error, Result};

/// How long a removed profile's jobs get to stop cleanly.
const STOPPING: Duration = Duration::from_secs(10);

/// How long an address that is given up is waited for.
const REVOKING: Duration = Duration::from_secs(5);

/// What came of a sign-out on the server; here it has taken place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct SignedOut {
    /// The server knows that the session has ended.
    pub revoked: bool,
    /// Why the server could not be told; the session then ends by itself after 30
    /// days without use.
    pub error: Option<Error>,
}

impl SignedOut {
    fn of(answer: Result<()>) -> Self {
        if let Err(error) = &answer {
            tracing::warn!(code = %error.code(), "the server could not be told of the sign-out");
        }
        Self { revoked: answer.is_ok(), error: answer.err() }
    }
}

impl Desk {
    /// Signs the current profile out: on the server, and in the keyring. What is kept for
    /// a later secret check stays: it opens nothing, and goes with the profile.
    ///
    /// # Errors
    /// `KeyringUnavailable` when the token could not be forgotten here: all else is
    /// done then. A server that cannot be reached is no error: the answer tells.
    pub async fn sign_out(&self) -> Result<SignedOut> {
        let Some(signed) = self.signed() else { return Ok(SignedOut::of(Ok(()))) };
        self.set_current(None);
        let told = SignedOut::of(signed.session.sign_out().await);
        if self.ledger.has_secrets(&signed.profile.id)? {
            let id = signed.profile.id.clone();
            self.ask_keyring(move |secrets| secrets.delete(&id, SecretKind::RefreshToken)).await?;
        }
        Ok(told)
    }

    /// Removes a profile: its jobs are stopped, its session is ended on the server,
    /// its secrets go. Its jobs' records and skipped lists stay. With `anyway`, a
    /// keyring that is gone for good does not keep the profile.
    ///
    /// # Errors
    /// `ProfileNotFound`, `KeyringUnavailable`, `LedgerFailed`.
    pub async fn remove_profile(&self, profile_id: &str, anyway: bool) -> Result<SignedOut> {
        let profile = self.ledger.profile(profile_id)?;
        self.runner.stop_of(&profile.id, STOPPING).await;
        let kept = self.ledger.has_secrets(&profile.id)?;
        let told = match self.signed().filter(|signed| signed.profile.id == profile.id) {
            Some(signed) => {
                self.set_current(None);
                signed.session.sign_out().await
            }
            None if kept => self.revoke_kept(&profile).await,
            None => Ok(()),
        };
        // Where there never was a keyring, a profile can go all the same.
        if kept {
            let id = profile.id.clone();
            let forgotten = self.ask_keyring(move |secrets| secrets.delete_all(&id)).await;
            if !anyway {
                forgotten?;
            }
        }
        self.ledger.forget_profile(&profile.id)?;
        Ok(SignedOut::of(told))
    }

    /// The current profile is for an account that is known under an old address too: makes one
    /// profile of both. The old one's name and history stay; its address and its session go.
    ///
    /// # Errors
    /// `SessionEnded`, `ProfileNotFound`, `InvalidRequest` when they are different accounts,
    /// `LedgerFailed`.
    pub async fn change_address(&self, old_id: &str) -> Result<Profile> {
        let signed = self.needs_signed()?;
        let old = self.ledger.profile(old_id)?;
        if self.ledger.same_account(&signed.profile.id)?.is_none_or(|same| same.id != old.id) {
            return Err(AccountDetail::NotTheAccount { name: old.name.clone() }.error());
        }
        self.runner.stop_of(&old.id, STOPPING).await;
        if self.ledger.has_secrets(&old.id)? {
            // The old address may lead nowhere any more: its session ends by itself then.
            if tokio::time::timeout(REVOKING, self.revoke_kept(&old)).await.is_err() {
                tracing::warn!("the old address did not answer to the sign-out in time");
            }
            let id = old.id.clone();
            if let Err(error) = self.ask_keyring(move |secrets| secrets.delete_all(&id)).await {
                tracing::warn!(code = %error.code(), "the old address's session could not be forgotten");
            }
        }
        self.ledger.take_over(&signed.profile.id, &old.id)
    }

    /// Ends the session that the keyring keeps for a profile that is not the current one.
    async fn revoke_kept(&self, profile: &Profile) -> Result<()> {
        let id = profile.id.clone();
        let token = self.ask_keyring(move |secrets| secrets.get(&id, SecretKind::RefreshToken)).await?;
        let Some(token) = token else { return Ok(()) };
        let server = self.server(&profile.server_url, &self.way(profile).await?)?;
        let account =
            Account { email: profile.email.clone(), device_identifier: profile.device_identifier.clone() };
        Session::resume(server, account, token, None, None).sign_out().await
    }

    /// Removes every profile of a server that will not be there any more.
    ///
    /// # Errors
    /// As [`Desk::remove_profile`].
    pub async fn forget_server(&self, server_url: &str) -> Result<()> {
        for profile in self.ledger.profiles()? {
            if profile.server_url == server_url {
                self.remove_profile(&profile.id, true).await?;
            }
        }
        Ok(())
    }

    /// Keeps the generation that a call has shown, as long as the profile is there.
    pub(super) fn note_generation(&self, signed: &ActiveProfile) {
        let shown = signed.session.generation();
        if shown.is_some()
            && shown != signed.profile.generation
            && let Err(error) = self.ledger.note_generation(&signed.profile.id, shown)
        {
            tracing::warn!(code = %error.code(), "the server's generation could not be kept");
        }
    }
}
