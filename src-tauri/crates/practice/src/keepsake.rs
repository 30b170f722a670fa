//! What an instance in its own folder needs to be opened again. It is a
//! practice instance: its passwords guard nothing but practice data, so they lie
//! beside it unencrypted.

use std::path::Path;

use desk_core::error::PracticeDetail;
use desk_core::{Error, Result};
use rand::RngExt;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::private;

pub(crate) const FILE: &str = "practice.json";

/// The secrets and the target's port of one instance.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Keepsake {
    pub admin_email: String,
    pub admin_password: String,
    pub jwt_secret: String,
    pub share_password: String,
    pub target_port: u16,
}

impl Keepsake {
    /// The one in `folder`, if an instance was there before.
    pub fn read(folder: &Path) -> Result<Option<Self>> {
        let path = folder.join(FILE);
        match std::fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(|error| {
                PracticeDetail::NotAPracticeFolder { path: path.display().to_string() }
                    .error()
                    .caused_by(error)
            }),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::file(&path, &error)),
        }
    }

    /// Keeps it in `folder`.
    pub fn write(&self, folder: &Path) -> Result<()> {
        let path = folder.join(FILE);
        let text = serde_json::to_vec_pretty(self).expect("strings and a number always serialise");
        private::write(&path, &text).map_err(|error| Error::file(&path, &error))
    }
}

/// The secret given, or a fresh one: 32 letters and digits.
pub(crate) fn given_or_fresh(secret: Option<&SecretString>) -> String {
    secret.map_or_else(fresh, |given| given.expose_secret().to_owned())
}

/// 32 letters and digits from the system's randomness.
pub(crate) fn fresh() -> String {
    const LETTERS: &[u8] = b"abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    let mut random = rand::rng();
    (0..32).map(|_| char::from(LETTERS[random.random_range(0..LETTERS.len())])).collect()
}
