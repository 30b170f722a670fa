//! The portable part: settings under a random key, and that key wrapped for each
//! administrator. It is what makes settings recoverable from a backup alone.

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use rand::CryptoRng;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::damaged;
use super::sealed::{Key, Sealed};
use crate::Result;
use crate::account::{PrivateKey, wrap_for};
use crate::error::EnvelopeDetail;

/// The portable part, as the row and `settings/repair` spell it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Portable {
    #[serde(flatten)]
    sealed: Sealed,
    /// The key, wrapped for each administrator.
    #[serde(default)]
    pub wraps: Vec<Wrap>,
}

/// The portable part's key, wrapped for one administrator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Wrap {
    /// The administrator's user id.
    pub user_id: String,
    /// RSA-OAEP of the key, base64.
    pub wrapped_key: String,
}

impl Portable {
    /// Seals settings under a new key, wrapped for each administrator.
    pub(super) fn seal(
        settings: &SecretString,
        administrators: &[(&str, &[u8])],
        random: &mut impl CryptoRng,
    ) -> Result<Self> {
        let mut key: Key = Zeroizing::new([0; 32]);
        random.fill_bytes(key.as_mut());
        let wraps = administrators
            .iter()
            .map(|(user_id, public_key)| {
                Ok(Wrap {
                    user_id: (*user_id).to_owned(),
                    wrapped_key: BASE64.encode(wrap_for(public_key, key.as_ref())?),
                })
            })
            .collect::<Result<_>>()?;
        Ok(Self { sealed: Sealed::seal(settings, &key, random), wraps })
    }

    /// Reads it as `settings/repair` hands it out.
    ///
    /// # Errors
    /// `EnvelopeDamaged`.
    pub fn from_wire(value: &serde_json::Value) -> Result<Self> {
        Self::deserialize(value).map_err(|_| damaged("its portable part is not such a part"))
    }

    /// It was left out.
    pub fn is_absent(&self) -> bool {
        self.sealed.is_absent()
    }

    /// The wrap for this account.
    ///
    /// # Errors
    /// `NoWrapForAccount`; its value `wrapped` shows an absent part, a part wrapped
    /// for no one and a part wrapped for others apart.
    pub fn wrap_for(&self, user_id: &str) -> Result<&Wrap> {
        if self.is_absent() {
            return Err(EnvelopeDetail::PortableAbsent.into());
        }
        if self.wraps.is_empty() {
            return Err(EnvelopeDetail::PortableNobody.into());
        }
        self.wraps
            .iter()
            .find(|wrap| wrap.user_id == user_id)
            .ok_or_else(|| EnvelopeDetail::PortableOthers.error())
    }

    /// Opens it with an administrator's private key: the settings as JSON text.
    pub fn open(&self, user_id: &str, key: &PrivateKey) -> Result<SecretString> {
        let wrap = self.wrap_for(user_id)?;
        let wrapped =
            BASE64.decode(&wrap.wrapped_key).map_err(|_| damaged("this account's wrap cannot be read"))?;
        let unwrapped = key.unwrap(&wrapped)?;
        let content: &[u8; 32] = unwrapped
            .as_slice()
            .try_into()
            .map_err(|_| damaged("this account's wrap holds no key of 32 bytes"))?;
        self.sealed
            .open(&Zeroizing::new(*content))?
            .ok_or_else(|| damaged("the portable part does not open with its own key"))
    }
}
