//! Removing profiles with everything that belongs to them.

use std::sync::Arc;
use std::time::Duration;

use super::{DeskTargets, Parts, Sessions, SignedOut};
use crate::Result;
use crate::error::AccountDetail;
use crate::ledger::Ledger;
use crate::runner::Runner;
use crate::server::Profile;

/// How long a removed profile's jobs get to stop cleanly.
const STOPPING: Duration = Duration::from_secs(10);

/// How long an address that is given up is waited for.
const REVOKING: Duration = Duration::from_secs(5);

/// The servers and accounts that the app knows.
pub struct Profiles {
    ledger: Arc<Ledger>,
    sessions: Arc<Sessions>,
    runner: Arc<Runner>,
    desk_targets: Arc<DeskTargets>,
}

impl Profiles {
    pub(super) fn new(parts: &Parts, runner: Arc<Runner>, desk_targets: Arc<DeskTargets>) -> Self {
        let (ledger, sessions) = (Arc::clone(&parts.ledger), Arc::clone(&parts.sessions));
        Self { ledger, sessions, runner, desk_targets }
    }

    /// Removes a profile: its jobs are stopped, its session is ended on the server,
    /// its secrets go. Its jobs' records and skipped lists stay. With `anyway`, a
    /// keyring that is permanently lost does not keep the profile.
    ///
    /// # Errors
    /// `ProfileNotFound`, `KeyringUnavailable`, `LedgerFailed`.
    pub async fn remove_profile(&self, profile_id: &str, anyway: bool) -> Result<SignedOut> {
        let profile = self.ledger.profile(profile_id)?;
        self.runner.stop_of(&profile.id, STOPPING).await;
        let kept = self.ledger.has_secrets(&profile.id)?;
        let signed_out = match self.sessions.end(&profile.id).await {
            Some(signed_out) => signed_out,
            None if kept => self.sessions.revoke_kept(&profile).await,
            None => Ok(()),
        };
        // Where there never was a keyring, a profile can go anyway.
        if kept {
            let id = profile.id.clone();
            let forgotten = self.sessions.ask_keyring(move |secrets| secrets.delete_all(&id)).await;
            if !anyway {
                forgotten?;
            }
        }
        self.desk_targets.forget_of(&profile.id).await?;
        self.ledger.forget_profile(&profile.id)?;
        Ok(SignedOut::of(signed_out))
    }

    /// The current profile is for an account that is known under an old address too: makes one
    /// profile of both. The old one's name and history stay; its address and its session go.
    ///
    /// # Errors
    /// `SessionEnded`, `ProfileNotFound`, `InvalidRequest` when they are different accounts,
    /// `LedgerFailed`.
    pub async fn change_address(&self, old_id: &str) -> Result<Profile> {
        let signed = self.sessions.needs_signed()?;
        let old = self.ledger.profile(old_id)?;
        if self.ledger.same_account(&signed.profile.id)?.is_none_or(|same| same.id != old.id) {
            return Err(AccountDetail::NotTheAccount { name: old.name.clone() }.error());
        }
        self.runner.stop_of(&old.id, STOPPING).await;
        if self.ledger.has_secrets(&old.id)? {
            // The old address may lead nowhere any more: its session ends automatically then.
            if tokio::time::timeout(REVOKING, self.sessions.revoke_kept(&old)).await.is_err() {
                tracing::warn!("the old address did not answer to the sign-out in time");
            }
            let id = old.id.clone();
            if let Err(error) = self.sessions.ask_keyring(move |secrets| secrets.delete_all(&id)).await {
                tracing::warn!(code = %error.code(), "the old address's session could not be forgotten");
            }
        }
        self.ledger.take_over(&signed.profile.id, &old.id)
    }

    /// Removes every profile of a server that will not be there any more.
    ///
    /// # Errors
    /// As [`Profiles::remove_profile`].
    pub async fn forget_server(&self, server_url: &str) -> Result<()> {
        for profile in self.ledger.profiles()? {
            if profile.server_url == server_url {
                self.remove_profile(&profile.id, true).await?;
            }
        }
        Ok(())
    }
}
