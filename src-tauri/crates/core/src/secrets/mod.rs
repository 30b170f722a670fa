//! What has to be kept and must not be read by others: tokens, in the operating
//! system's keyring. The master password is never kept anywhere.

mod field;
mod in_memory;
mod keyring;
mod zeroizing_json;

use std::fmt;

use secrecy::SecretString;

pub use field::SecretField;
pub use in_memory::InMemory;
pub use keyring::{Keyring, KeyringState};
pub use zeroizing_json::ZeroizingJson;

use crate::Result;

/// The kinds of secret kept for a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SecretKind {
    /// Gives new access tokens without the password, for 30 days after its last use.
    RefreshToken,
    /// An access token, expired or not: a JWT_SECRET candidate is tested against it.
    AccessToken,
    /// Stands in for the two-step code on this device.
    RememberedDevice,
    /// Values of extra request headers and the proxy's login.
    Connection,
    /// Logins of targets that a person keeps, with their places.
    TargetLogins,
    /// The password or secret key of a desk target, kept under the target's id.
    DeskTarget,
}

impl SecretKind {
    /// Every kind: what goes when a profile goes.
    pub const ALL: [Self; 6] = [
        Self::RefreshToken,
        Self::AccessToken,
        Self::RememberedDevice,
        Self::Connection,
        Self::TargetLogins,
        Self::DeskTarget,
    ];
}

impl fmt::Display for SecretKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::RefreshToken => "refresh-token",
            Self::AccessToken => "access-token",
            Self::RememberedDevice => "remembered-device",
            Self::Connection => "connection",
            Self::TargetLogins => "target-logins",
            Self::DeskTarget => "desk-target",
        })
    }
}

/// Where secrets are kept. Calls may block on the operating system, and may even
/// wait for a person to unlock the keyring: call them where blocking is allowed.
pub trait SecretStore: Send + Sync {
    /// The secret, or `None` when none is kept.
    fn get(&self, profile_id: &str, kind: SecretKind) -> Result<Option<SecretString>>;

    /// Keeps a secret, in place of the one kept before.
    fn set(&self, profile_id: &str, kind: SecretKind, secret: &SecretString) -> Result<()>;

    /// Forgets a secret. Nothing kept is fine.
    fn delete(&self, profile_id: &str, kind: SecretKind) -> Result<()>;

    /// Forgets all of a profile's secrets.
    fn delete_all(&self, profile_id: &str) -> Result<()> {
        SecretKind::ALL.into_iter().try_for_each(|kind| self.delete(profile_id, kind))
    }
}

/// What every store must do, run against each of them.
#[cfg(test)]
fn behaves_like_a_store(store: &dyn SecretStore) {
    use secrecy::ExposeSecret;

    let profile = uuid::Uuid::new_v4().to_string();
    let other = uuid::Uuid::new_v4().to_string();
    let get = |profile: &str, kind| {
        let secret = store.get(profile, kind).expect("a store that works");
        secret.map(|secret| secret.expose_secret().to_owned())
    };
    let set = |kind, secret: &str| store.set(&profile, kind, &secret.into()).expect("a store that works");

    assert_eq!(get(&profile, SecretKind::RefreshToken), None, "nothing kept yet");
    store.delete(&profile, SecretKind::RefreshToken).expect("deleting nothing is fine");

    set(SecretKind::RefreshToken, "first");
    set(SecretKind::RefreshToken, "second, with pässword 密码");
    set(SecretKind::AccessToken, &"long ".repeat(200));
    assert_eq!(get(&profile, SecretKind::RefreshToken).as_deref(), Some("second, with pässword 密码"));
    assert_eq!(get(&profile, SecretKind::AccessToken), Some("long ".repeat(200)), "kinds are kept apart");
    assert_eq!(get(&other, SecretKind::RefreshToken), None, "profiles are kept apart");

    store.delete(&profile, SecretKind::RefreshToken).expect("a store that works");
    assert_eq!(get(&profile, SecretKind::RefreshToken), None, "deleted");
    assert!(get(&profile, SecretKind::AccessToken).is_some(), "the other kind stays");

    store.delete_all(&profile).expect("a store that works");
    for kind in SecretKind::ALL {
        assert_eq!(get(&profile, kind), None, "all gone");
    }
}
