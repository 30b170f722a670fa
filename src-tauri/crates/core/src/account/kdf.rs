//! From the master password to the master key, under the settings that the
//! server (or a backup's user row) names.

use std::fmt;
use std::num::NonZeroU32;

use argon2::{Algorithm, Argon2, Params, Version};
use aws_lc_rs::pbkdf2::{PBKDF2_HMAC_SHA256, derive};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use hkdf::Hkdf;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::SymmetricKey;
use crate::error::AccountDetail;
use crate::{Error, Result};

/// How an account's master key is derived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Kdf {
    /// PBKDF2 with HMAC-SHA256.
    Pbkdf2 {
        /// Rounds.
        iterations: u32,
    },
    /// Argon2id, version 1.3.
    Argon2id {
        /// Passes over the memory.
        iterations: u32,
        /// Memory in MiB.
        memory_mib: u32,
        /// Lanes.
        parallelism: u32,
    },
}

/// What Bitwarden clients let a person choose, and with that what a server may
/// ask for: less would hand it a hash that is cheap to guess from, more would
/// let it keep this computer busy for hours or ask for all its memory.
mod bounds {
    use std::ops::RangeInclusive;

    pub const PBKDF2_ITERATIONS: RangeInclusive<u32> = 5_000..=2_000_000;
    pub const ARGON2_ITERATIONS: RangeInclusive<u32> = 2..=10;
    pub const ARGON2_MEMORY_MIB: RangeInclusive<u32> = 15..=1_024;
    pub const ARGON2_PARALLELISM: RangeInclusive<u32> = 1..=16;
}

impl Kdf {
    /// Reads the settings as the server's responses and a backup's user rows carry
    /// them: 0 is PBKDF2, 1 is Argon2id.
    pub fn from_wire(
        kind: i64,
        iterations: i64,
        memory: Option<i64>,
        parallelism: Option<i64>,
    ) -> Result<Self> {
        let number = |name, value: Option<i64>| {
            let value = value.unwrap_or_default();
            u32::try_from(value).map_err(|_| out_of_bounds(name, value))
        };
        let iterations = number("iterations", Some(iterations))?;
        let kdf = match kind {
            0 => Self::Pbkdf2 { iterations },
            1 => Self::Argon2id {
                iterations,
                memory_mib: number("memory", memory)?,
                parallelism: number("parallelism", parallelism)?,
            },
            other => {
                return Err(AccountDetail::KdfUnknown { number: other }.error());
            }
        };
        kdf.check()?;
        Ok(kdf)
    }

    /// Refuses settings that no Bitwarden client would let a person choose.
    pub fn check(&self) -> Result<()> {
        let wanted: &[(&str, u32, _)] = match *self {
            Self::Pbkdf2 { iterations } => &[("iterations", iterations, bounds::PBKDF2_ITERATIONS)],
            Self::Argon2id { iterations, memory_mib, parallelism } => &[
                ("iterations", iterations, bounds::ARGON2_ITERATIONS),
                ("memory", memory_mib, bounds::ARGON2_MEMORY_MIB),
                ("parallelism", parallelism, bounds::ARGON2_PARALLELISM),
            ],
        };
        match wanted.iter().find(|(_, value, range)| !range.contains(value)) {
            Some((name, value, _)) => Err(out_of_bounds(name, i64::from(*value))),
            None => Ok(()),
        }
    }
}

fn pbkdf2(secret: &[u8], salt: &[u8], iterations: u32, key: &mut [u8]) {
    let iterations = NonZeroU32::new(iterations).unwrap_or(NonZeroU32::MIN);
    derive(PBKDF2_HMAC_SHA256, iterations, salt, secret, key);
}

fn out_of_bounds(name: &str, value: i64) -> Error {
    AccountDetail::KdfOutOfBounds { setting: name.to_owned(), value }.error()
}

/// The master key: 32 bytes, wiped when it goes out of use.
pub struct MasterKey(Zeroizing<[u8; 32]>);

impl MasterKey {
    /// Derives it from the master password. Takes a good part of a second, so
    /// call it where blocking is allowed.
    pub fn derive(password: &SecretString, email: &str, kdf: &Kdf) -> Result<Self> {
        kdf.check()?;
        let password = password.expose_secret().as_bytes();
        let email = email.trim().to_lowercase();
        let mut key = Zeroizing::new([0; 32]);
        match *kdf {
            Kdf::Pbkdf2 { iterations } => {
                pbkdf2(password, email.as_bytes(), iterations, key.as_mut());
            }
            Kdf::Argon2id { iterations, memory_mib, parallelism } => {
                let salt = Sha256::digest(email.as_bytes());
                Params::new(memory_mib * 1024, iterations, parallelism, Some(32))
                    .and_then(|params| {
                        Argon2::new(Algorithm::Argon2id, Version::V0x13, params).hash_password_into(
                            password,
                            &salt,
                            key.as_mut(),
                        )
                    })
                    .map_err(|error| {
                        AccountDetail::KdfMemory { memory: memory_mib }.error().original(error.to_string())
                    })?;
            }
        }
        Ok(Self(key))
    }

    /// What the server knows the password by (`masterPasswordHash`).
    pub fn password_hash(&self, password: &SecretString) -> SecretString {
        let mut hash = Zeroizing::new([0; 32]);
        pbkdf2(self.0.as_ref(), password.expose_secret().as_bytes(), 1, hash.as_mut());
        BASE64.encode(&hash[..]).into()
    }

    /// The key that the account's user key is encrypted under.
    pub fn stretch(&self) -> SymmetricKey {
        let expand =
            Hkdf::<Sha256>::from_prk(self.0.as_ref()).expect("32 bytes are as long as a SHA-256 output");
        let mut stretched = Zeroizing::new([0; 64]);
        for (info, half) in [b"enc", b"mac"].into_iter().zip(stretched.chunks_exact_mut(32)) {
            expand.expand(info, half).expect("32 bytes are within what HKDF can give");
        }
        SymmetricKey::from_bytes(&stretched)
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Code;

    fn hash(password: &str, email: &str, kdf: &Kdf) -> String {
        let password = SecretString::from(password);
        let key = MasterKey::derive(&password, email, kdf).expect("valid settings");
        key.password_hash(&password).expose_secret().to_owned()
    }

    #[test]
    fn a_pbkdf2_password_hash_equals_the_recorded_one() {
        assert_eq!(
            hash("correct horse battery staple", "admin@example.org", &Kdf::Pbkdf2 { iterations: 600_000 }),
            "cApxDvkNdqiTlelmGhwCtD/PAJQdbAEupVsy/eKfPgc="
        );
    }

    #[test]
    fn an_argon2id_password_hash_ignores_the_case_of_the_email() {
        let kdf = Kdf::Argon2id { iterations: 3, memory_mib: 32, parallelism: 2 };
        for email in ["Member@Example.org", " member@example.org\t"] {
            assert_eq!(
                hash("argon member pässword 密码", email, &kdf),
                "B/d84r8ad+kFYKC8xoR9Q1n8I3X8HlkpAAOc+/F7znE="
            );
        }
    }

    #[test]
    fn kdf_settings_that_would_exhaust_memory_are_refused() {
        for (kind, iterations, memory, parallelism) in [
            (0, i64::MAX, None, None),
            (0, 2_000_001, None, None),
            (0, -1, None, None),
            (1, 3, Some(1 << 30), Some(1)),
            (1, 3, Some(1_025), Some(1)),
            (1, 11, Some(64), Some(1)),
            (1, 3, Some(64), Some(17)),
        ] {
            let error = Kdf::from_wire(kind, iterations, memory, parallelism).expect_err("out of bounds");
            assert_eq!(error.code(), Code::AccountKeysUnreadable, "{error}");
        }
    }

    #[test]
    fn kdf_settings_that_are_too_weak_are_refused() {
        for (kind, iterations, memory, parallelism) in
            [(0, 1, None, None), (0, 4_999, None, None), (1, 1, Some(64), Some(1)), (1, 3, None, None)]
        {
            Kdf::from_wire(kind, iterations, memory, parallelism).expect_err("too weak");
        }
        let error =
            MasterKey::derive(&"x".into(), "a@b", &Kdf::Pbkdf2 { iterations: 1 }).expect_err("too weak");
        assert!(error.to_string().contains("iterations is 1"), "{error}");
    }

    #[test]
    fn kdf_settings_that_bitwarden_allows_are_accepted() {
        assert_eq!(Kdf::from_wire(0, 600_000, None, None), Ok(Kdf::Pbkdf2 { iterations: 600_000 }));
        assert_eq!(
            Kdf::from_wire(1, 10, Some(1024), Some(16)),
            Ok(Kdf::Argon2id { iterations: 10, memory_mib: 1024, parallelism: 16 })
        );
    }

    #[test]
    fn an_unknown_kdf_has_its_own_message() {
        let error = Kdf::from_wire(7, 600_000, None, None).expect_err("unknown");
        assert!(error.to_string().contains("number 7"), "{error}");
    }

    #[test]
    fn debug_shows_no_key() {
        let key = MasterKey::derive(&"x".into(), "a@b", &Kdf::Pbkdf2 { iterations: 5_000 }).expect("valid");
        assert_eq!(format!("{key:?} {:?}", key.stretch()), "MasterKey(…) SymmetricKey(…)");
    }
}
