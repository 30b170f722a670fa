//! Logins of targets that a person keeps in the keyring, so that a target is checked without the
//! master password. Each is kept together with its place: a server that names another place later
//! does not get the login sent there.

use secrecy::{ExposeSecret as _, SecretString};

use super::TargetAccess;
use crate::Result;
use crate::app::opened::{OpenedSettings, OpenedSource, wire_destination};
use crate::secrets::{SecretKind, ZeroizingJson};

impl TargetAccess {
    /// Keeps the login of a target of opened settings in the keyring, with its place.
    ///
    /// # Errors
    /// `PasswordNeeded` when the settings are closed, `TargetNotFound`, `KeyringUnavailable`.
    pub async fn keep_login(&self, handle: &str, destination_id: &str) -> Result<()> {
        let settings = self.opened.held_settings(handle)?;
        let one = ZeroizingJson::new(wire_destination(&settings, destination_id)?.clone());
        let mut all = self.kept_logins().await?;
        all.retain(|kept| kept["id"] != destination_id);
        all.push(one);
        self.write_logins(all).await
    }

    /// Opens the kept login of a target; `None` when none is kept.
    ///
    /// # Errors
    /// `SessionEnded`, `KeyringUnavailable`.
    pub async fn open_kept_login(&self, destination_id: &str) -> Result<Option<OpenedSettings>> {
        let mut all = self.kept_logins().await?;
        all.retain(|kept| kept["id"] == destination_id);
        if all.is_empty() {
            return Ok(None);
        }
        let settings = ZeroizingJson::list(all).named("destinations");
        self.opened.hold_value(settings, OpenedSource::Typed, "").map(Some)
    }

    /// Forgets the kept login of a target.
    ///
    /// # Errors
    /// `SessionEnded`, `KeyringUnavailable`.
    pub async fn forget_login(&self, destination_id: &str) -> Result<()> {
        let mut all = self.kept_logins().await?;
        all.retain(|kept| kept["id"] != destination_id);
        self.write_logins(all).await
    }

    async fn kept_logins(&self) -> Result<Vec<ZeroizingJson>> {
        let id = self.sessions.needs_signed()?.profile.id.clone();
        let kept = self.sessions.ask_keyring(move |keyring| keyring.get(&id, SecretKind::TargetLogins));
        let Some(kept) = kept.await? else { return Ok(Vec::new()) };
        // What cannot be read is as good as lost.
        Ok(serde_json::from_str(kept.expose_secret()).unwrap_or_default())
    }

    async fn write_logins(&self, all: Vec<ZeroizingJson>) -> Result<()> {
        let id = self.sessions.needs_signed()?.profile.id.clone();
        let text = (!all.is_empty()).then(|| {
            let bytes = ZeroizingJson::list(all).to_bytes();
            SecretString::from(&*String::from_utf8_lossy(&bytes))
        });
        let write = move |keyring: &dyn crate::secrets::SecretStore| match &text {
            Some(text) => keyring.set(&id, SecretKind::TargetLogins, text),
            None => keyring.delete(&id, SecretKind::TargetLogins),
        };
        self.sessions.ask_keyring(write).await
    }
}
