//! The keyring beside the desk: asked off the async threads, waited for no longer
//! than a person needs to unlock it, and never a reason to end a session.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use secrecy::SecretString;

use super::Sessions;
use crate::Result;
use crate::error::AccountDetail;
use crate::secrets::{SecretKind, SecretStore};
use crate::server::{Session, TokenKeeper};

impl Sessions {
    /// Asks the keyring, which may wait for a person to unlock it.
    ///
    /// # Errors
    /// `KeyringUnavailable`; with the value `cause` = "silent" when it did not respond in
    /// time. What was asked may still be done then.
    pub(in crate::app) async fn ask_keyring<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&dyn SecretStore) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let secrets = Arc::clone(&self.secrets);
        let asked = super::super::tasks::blocking(move || ask(secrets.as_ref()));
        tokio::time::timeout(self.timeouts().keyring, asked)
            .await
            .unwrap_or_else(|_| Err(AccountDetail::KeyringSilent.error()))
    }

    /// Puts a session's tokens into the keyring, now and whenever they change.
    pub(super) async fn keep(
        &self,
        mut session: Session,
        profile_id: &str,
        remembered: Option<SecretString>,
    ) -> (Session, Arc<TokenPersistence>) {
        let had = self.ledger.has_secrets(profile_id).unwrap_or(true);
        // Said before it is so: what may be there is cleaned up later.
        if let Err(error) = self.ledger.note_secrets(profile_id, true) {
            tracing::warn!(code = %error.code(), "it could not be noted that the keyring holds a session");
        }
        let keeping = TokenPersistence::of(Arc::clone(&self.secrets), profile_id, false);
        let (first, refresh) = (Arc::clone(&keeping), session.refresh_token());
        let kept = self.ask_keyring(move |secrets| {
            first.put(refresh)?;
            match &remembered {
                Some(token) => secrets.set(&first.profile_id, SecretKind::RememberedDevice, token),
                None => Ok(()),
            }
        });
        match kept.await {
            Ok(()) => session.kept_by(Arc::clone(&keeping) as Arc<dyn TokenKeeper>),
            Err(error) => {
                tracing::warn!(code = %error.code(), "the session could not be put into the keyring");
                if error.is(AccountDetail::KeyringLocked) || error.is(AccountDetail::KeyringSilent) {
                    // It may be unlocked yet.
                    session.kept_by(Arc::clone(&keeping) as Arc<dyn TokenKeeper>);
                } else if !had && let Err(error) = self.ledger.note_secrets(profile_id, false) {
                    tracing::warn!(code = %error.code(), "it could not be noted that the keyring holds nothing");
                }
            }
        }
        (session, keeping)
    }
}

/// Keeps a profile's refresh token in the keyring, and knows whether it is there.
pub(super) struct TokenPersistence {
    secrets: Arc<dyn SecretStore>,
    profile_id: String,
    is_kept: AtomicBool,
    /// The newest token; held while it is put into the keyring, so that an older one
    /// never comes after it.
    newest: Mutex<Option<SecretString>>,
    writing: Mutex<()>,
}

impl TokenPersistence {
    pub fn of(secrets: Arc<dyn SecretStore>, profile_id: &str, is_kept: bool) -> Arc<Self> {
        Arc::new(Self {
            secrets,
            profile_id: profile_id.to_owned(),
            is_kept: AtomicBool::new(is_kept),
            newest: Mutex::default(),
            writing: Mutex::default(),
        })
    }

    /// The keyring has what is needed to come back after the app ends.
    pub fn is_kept(&self) -> bool {
        self.is_kept.load(Ordering::Relaxed)
    }

    fn put(&self, token: SecretString) -> Result<()> {
        *self.newest.lock().unwrap_or_else(PoisonError::into_inner) = Some(token);
        self.write()
    }

    /// Writes the newest token, one write at a time.
    fn write(&self) -> Result<()> {
        let _one_at_a_time = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner).take();
        // A write that came later has taken it along.
        let Some(newest) = newest else { return Ok(()) };
        let kept = self.secrets.set(&self.profile_id, SecretKind::RefreshToken, &newest);
        // Say it once: it will fail again each time.
        if let (Err(error), true) = (&kept, self.is_kept.swap(kept.is_ok(), Ordering::Relaxed)) {
            tracing::warn!(code = %error.code(), "the renewed session could not be put into the keyring");
        }
        kept
    }
}

impl TokenKeeper for TokenPersistence {
    fn keep_refresh_token(self: Arc<Self>, token: &SecretString) {
        *self.newest.lock().unwrap_or_else(PoisonError::into_inner) = Some(token.clone());
        tokio::task::spawn_blocking(move || self.write());
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;
    use crate::secrets::InMemory;

    /// A keyring that can be lost and comes back.
    #[derive(Default)]
    struct Fickle {
        inside: InMemory,
        is_lost: AtomicBool,
    }

    impl Fickle {
        fn reach(&self) -> Result<&InMemory> {
            if self.is_lost.load(Ordering::Relaxed) {
                return Err(AccountDetail::KeyringUnavailable.error());
            }
            Ok(&self.inside)
        }
    }

    impl SecretStore for Fickle {
        fn get(&self, profile_id: &str, kind: SecretKind) -> Result<Option<SecretString>> {
            self.reach()?.get(profile_id, kind)
        }

        fn set(&self, profile_id: &str, kind: SecretKind, secret: &SecretString) -> Result<()> {
            self.reach()?.set(profile_id, kind, secret)
        }

        fn delete(&self, profile_id: &str, kind: SecretKind) -> Result<()> {
            self.reach()?.delete(profile_id, kind)
        }
    }

    #[test]
    fn loss_and_return_of_the_keyring_are_detected() {
        let keyring = Arc::new(Fickle::default());
        let keeping = TokenPersistence::of(Arc::clone(&keyring) as Arc<dyn SecretStore>, "p", false);
        keeping.put("first".into()).expect("there");
        assert!(keeping.is_kept());
        keyring.is_lost.store(true, Ordering::Relaxed);
        assert!(keeping.put("second".into()).is_err() && !keeping.is_kept());
        keyring.is_lost.store(false, Ordering::Relaxed);
        keeping.put("third".into()).expect("back");
        assert!(keeping.is_kept());
        let kept = keyring.get("p", SecretKind::RefreshToken).expect("there").expect("kept");
        assert_eq!(kept.expose_secret(), "third");
    }
}
