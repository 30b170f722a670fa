//! The operating system's keyring: Secret Service, Keychain or Credential Manager.

use keyring::{Entry, Error as Failure};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use super::{SecretKind, SecretStore};
use crate::error::{AccountDetail, Cause};
use crate::{Error, Result};

/// What the entries are called in the keyring's own window.
const SERVICE: &str = "NodeWarden Desk";

/// The keyring of the person who is signed in to this computer.
#[derive(Debug, Default, Clone, Copy)]
pub struct Keyring;

/// What is known of a keyring without asking a person to unlock it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum KeyringState {
    /// It can be used.
    Open,
    /// It is there, and asks for its password when it is used.
    Locked,
    /// There is none, or it does not respond.
    Missing,
}

impl Keyring {
    /// Whether the keyring can be reached at all, before anything depends on it.
    ///
    /// # Errors
    /// `KeyringUnavailable`.
    pub fn check(&self) -> Result<()> {
        self.get("no profile", SecretKind::RefreshToken).map(drop)
    }

    /// What is known of it without a prompt. Blocks.
    pub fn state(&self) -> KeyringState {
        match self.check() {
            Err(_) => KeyringState::Missing,
            Ok(()) if is_locked() => KeyringState::Locked,
            Ok(()) => KeyringState::Open,
        }
    }
}

/// Looking for what is not there needs no password, so that alone is inconclusive.
#[cfg(target_os = "linux")]
fn is_locked() -> bool {
    use secret_service::EncryptionType;
    use secret_service::blocking::SecretService;

    let Ok(service) = SecretService::connect(EncryptionType::Plain) else { return false };
    // Without a collection yet, the first secret makes one.
    service.get_default_collection().and_then(|collection| collection.is_locked()).unwrap_or(false)
}

/// Elsewhere it opens with the person's own sign-in to the computer.
#[cfg(not(target_os = "linux"))]
fn is_locked() -> bool {
    false
}

fn entry(profile_id: &str, kind: SecretKind) -> Result<Entry> {
    Entry::new(SERVICE, &format!("{profile_id}/{kind}")).map_err(|error| unavailable(&error))
}

impl SecretStore for Keyring {
    fn get(&self, profile_id: &str, kind: SecretKind) -> Result<Option<SecretString>> {
        match entry(profile_id, kind)?.get_password() {
            Ok(secret) => Ok(Some(secret.into())),
            Err(Failure::NoEntry) => Ok(None),
            Err(error) => Err(unavailable(&error)),
        }
    }

    fn set(&self, profile_id: &str, kind: SecretKind, secret: &SecretString) -> Result<()> {
        entry(profile_id, kind)?.set_password(secret.expose_secret()).map_err(|error| unavailable(&error))
    }

    fn delete(&self, profile_id: &str, kind: SecretKind) -> Result<()> {
        match entry(profile_id, kind)?.delete_credential() {
            Ok(()) | Err(Failure::NoEntry) => Ok(()),
            Err(error) => Err(unavailable(&error)),
        }
    }
}

fn unavailable(error: &Failure) -> Error {
    // "No default store" hides why; the first attempt to reach one knows.
    let original = match (error, Entry::store_status()) {
        (Failure::NoDefaultStore, Err(reason)) => reason.to_string(),
        _ => error.to_string(),
    };
    let detail = match error {
        Failure::NoDefaultStore if cfg!(target_os = "linux") => AccountDetail::KeyringMissing,
        Failure::NoStorageAccess(_) => AccountDetail::KeyringLocked,
        _ => AccountDetail::KeyringUnavailable,
    };
    detail.error().original(original).caused_by(Cause::of(error))
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use super::*;
    use crate::Code;

    /// Inside a runtime, because the jobs that ask for secrets run in one.
    #[tokio::test]
    #[cfg_attr(not(target_os = "linux"), ignore = "needs a keyring that belongs to the tests alone")]
    async fn the_real_keyring_keeps_and_forgets_secrets() {
        let is_own = std::env::var_os("DESK_SECRET_SERVICE").is_some_and(|value| value == "1");
        assert!(is_own, "run the tests through scripts/with-secret-service");
        Keyring.check().expect("DESK_SECRET_SERVICE=1 stands for a keyring");
        crate::secrets::behaves_like_a_store(&Keyring);
    }

    #[test]
    fn a_locked_keyring_is_an_error_with_a_hint_and_the_system_message() {
        let error = unavailable(&Failure::NoStorageAccess("the prompt was dismissed".into()));
        assert_eq!(error.code(), Code::KeyringUnavailable);
        assert!(error.body().original.as_deref().is_some_and(|words| words.contains("dismissed")));
        assert!(error.body().hint.starts_with("Unlock it"));
        assert_eq!(error.kind(), "keyring-locked");
        let of_keyring = error.source().expect("the error of the keyring");
        let of_system = of_keyring.source().expect("what the system said");
        assert_eq!(of_system.to_string(), "the prompt was dismissed");
    }

    #[test]
    fn a_non_text_secret_is_not_in_the_keyring_error() {
        let error = unavailable(&Failure::BadEncoding(b"hush-\xff".to_vec()));
        assert!(error.source().is_some());
        assert!(!format!("{error:?} {:?}", error.source()).contains("104"), "the bytes of it: {error:?}");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_desktop_without_a_secret_service_gets_a_hint_to_install_one() {
        let error = unavailable(&Failure::NoDefaultStore);
        assert_eq!(error.kind(), "keyring-missing");
        assert!(error.body().hint.contains("install gnome-keyring or KWallet"));
    }
}
