//! Secrets kept for as long as the process lives: for tests, for the practice
//! instance, and where there is no keyring.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use secrecy::SecretString;

use super::{SecretKind, SecretStore};
use crate::Result;

/// A store that forgets everything when it goes.
#[derive(Default)]
pub struct InMemory(Mutex<HashMap<(String, SecretKind), SecretString>>);

impl InMemory {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<(String, SecretKind), SecretString>> {
        // A map is whole even if someone panicked while holding it.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SecretStore for InMemory {
    fn get(&self, profile_id: &str, kind: SecretKind) -> Result<Option<SecretString>> {
        Ok(self.lock().get(&(profile_id.to_owned(), kind)).cloned())
    }

    fn set(&self, profile_id: &str, kind: SecretKind, secret: &SecretString) -> Result<()> {
        self.lock().insert((profile_id.to_owned(), kind), secret.clone());
        Ok(())
    }

    fn delete(&self, profile_id: &str, kind: SecretKind) -> Result<()> {
        self.lock().remove(&(profile_id.to_owned(), kind));
        Ok(())
    }
}

impl fmt::Debug for InMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "InMemory({} secrets)", self.lock().len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_keeps_and_forgets_secrets() {
        crate::secrets::behaves_like_a_store(&InMemory::new());
    }

    #[test]
    fn debug_shows_no_secret() {
        let store = InMemory::new();
        store.set("p", SecretKind::AccessToken, &"a token".into()).expect("memory");
        assert_eq!(format!("{store:?}"), "InMemory(1 secrets)");
    }
}
