//! A sign-in that waits for its second step: what was derived for the first one
//! serves again, so that signing in costs one key derivation.

use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::account::Kdf;

/// How long it waits.
const PATIENCE: SignedDuration = SignedDuration::from_mins(5);

/// At most one sign-in that waits.
#[derive(Default)]
pub(super) struct Pending(Mutex<Option<Waiting>>);

struct Waiting {
    salt: [u8; 32],
    /// Of server, email address and password: the password itself is not kept.
    digest: [u8; 32],
    hash: SecretString,
    /// What the hash was derived with.
    kdf: Kdf,
    until: Timestamp,
}

impl Pending {
    /// What was derived for the same server, email address and password a moment ago.
    pub fn hash(
        &self,
        server: &str,
        email: &str,
        password: &SecretString,
        now: Timestamp,
    ) -> Option<(SecretString, Kdf)> {
        self.expire(now);
        let slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = slot.as_ref()?;
        let same = digest(&waiting.salt, server, email, password).ct_eq(&waiting.digest);
        bool::from(same).then(|| (waiting.hash.clone(), waiting.kdf))
    }

    /// Keeps it until the second step comes.
    pub fn keep(
        &self,
        server: &str,
        email: &str,
        password: &SecretString,
        hash: &SecretString,
        kdf: Kdf,
        now: Timestamp,
    ) {
        let salt: [u8; 32] = rand::random();
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Waiting {
            digest: digest(&salt, server, email, password),
            salt,
            hash: hash.clone(),
            kdf,
            until: now + PATIENCE,
        });
    }

    /// Forgets what waited too long.
    pub fn expire(&self, now: Timestamp) {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A clock that was set back must not prolong it.
        slot.take_if(|waiting| waiting.until <= now || waiting.until > now + PATIENCE);
    }

    /// Nothing waits any more.
    pub fn clear(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

fn digest(salt: &[u8; 32], server: &str, email: &str, password: &SecretString) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(salt);
    for part in [server, email, password.expose_secret()] {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    hasher.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KDF: Kdf = Kdf::Pbkdf2 { iterations: 600_000 };

    #[test]
    fn only_an_immediate_repeat_of_a_sign_in_skips_the_kdf() {
        let (pending, now) = (Pending::default(), Timestamp::UNIX_EPOCH);
        let (right, wrong) = (SecretString::from("right"), SecretString::from("wrong"));
        pending.keep("https://a", "me@a", &right, &"hash".into(), KDF, now);
        let found = |server, email, password, at| pending.hash(server, email, password, at).is_some();
        assert!(found("https://a", "me@a", &right, now + SignedDuration::from_mins(4)));
        assert!(!found("https://a", "me@a", &wrong, now));
        assert!(!found("https://b", "me@a", &right, now));
        assert!(!found("https://a", "you@a", &right, now));
        assert!(!found("https://a", "me@a", &right, now + PATIENCE), "too late");
        assert!(!found("https://a", "me@a", &right, now), "and gone for good");
        pending.keep("https://a", "me@a", &right, &"hash".into(), KDF, now + SignedDuration::from_mins(1));
        assert!(!found("https://a", "me@a", &right, now), "the clock was set back");
    }
}
