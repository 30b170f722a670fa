//! One sealed part: AES-256-GCM with a 12-byte IV, the tag appended.

use std::fmt;

use aes_gcm::Aes256Gcm;
use aes_gcm::aead::{Aead, KeyInit};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use hkdf::Hkdf;
use rand::CryptoRng;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::damaged;
use crate::Result;

pub(super) type Key = Zeroizing<[u8; 32]>;

const IV: usize = 12;
const TAG: usize = 16;

/// A sealed part as the row spells it, base64. Both fields are empty where the
/// part was left out.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed {
    #[serde(default)]
    iv: String,
    #[serde(default)]
    ciphertext: String,
}

impl Sealed {
    /// Encrypts `settings` under `key`.
    pub(super) fn seal(settings: &SecretString, key: &Key, random: &mut impl CryptoRng) -> Self {
        let mut iv = [0; IV];
        random.fill_bytes(&mut iv);
        let ciphertext = cipher(key)
            .encrypt(&iv.into(), settings.expose_secret().as_bytes())
            .expect("settings are far shorter than what AES-GCM can take");
        Self { iv: BASE64.encode(iv), ciphertext: BASE64.encode(ciphertext) }
    }

    /// It was left out.
    pub fn is_absent(&self) -> bool {
        self.ciphertext.is_empty()
    }

    /// The settings, or `None` when `key` is not the one they were sealed under.
    pub(super) fn open(&self, key: &Key) -> Result<Option<SecretString>> {
        let (iv, ciphertext) = self.bytes()?;
        let Ok(plaintext) = cipher(key).decrypt(&iv.into(), ciphertext.as_slice()) else {
            return Ok(None);
        };
        let plaintext = Zeroizing::new(plaintext);
        let text = std::str::from_utf8(&plaintext).map_err(|_| damaged("what is inside is not text"))?;
        if serde_json::from_str::<serde::de::IgnoredAny>(text).is_err() {
            return Err(damaged("what is inside is not JSON"));
        }
        Ok(Some(text.into()))
    }

    /// Its bytes, if they could be a sealed part at all.
    pub(super) fn bytes(&self) -> Result<([u8; IV], Vec<u8>)> {
        let iv = BASE64.decode(&self.iv).ok().and_then(|iv| iv.try_into().ok());
        let iv = iv.ok_or_else(|| damaged("an IV cannot be read"))?;
        let ciphertext =
            BASE64.decode(&self.ciphertext).map_err(|_| damaged("a ciphertext cannot be read"))?;
        if ciphertext.len() < TAG {
            return Err(damaged("a ciphertext is cut off"));
        }
        Ok((iv, ciphertext))
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({} characters)", self.ciphertext.len())
    }
}

fn cipher(key: &Key) -> Aes256Gcm {
    Aes256Gcm::new_from_slice(key.as_ref()).expect("the key has 32 bytes")
}

/// The key of the runtime part.
pub(super) fn runtime_key(jwt_secret: &SecretString) -> Key {
    let mut key = Zeroizing::new([0; 32]);
    Hkdf::<Sha256>::new(
        Some(b"nodewarden.backup-settings.runtime.v2"),
        jwt_secret.expose_secret().as_bytes(),
    )
    .expand(b"runtime", key.as_mut())
    .expect("32 bytes are within what HKDF can give");
    key
}
