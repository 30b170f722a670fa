//! Targets checked, healed and copied from this computer: with the server's own settings, or with
//! a folder or an address that a person names.

mod kept_logins;
mod staging;

use std::sync::Arc;

pub use staging::StagingChoice;

use secrecy::SecretString;

use super::opened::{OpenedSettings, SettingsVault};
use super::{Files, Parts, Sessions};
use crate::Result;
use crate::checks::{SeenFile, SeenFiles};
use crate::envelope;
use crate::error::EnvelopeDetail;
use crate::ledger::Ledger;
use crate::progress::Silent;
use crate::targets::Spooled;

/// Targets reached from this computer.
pub struct TargetAccess {
    ledger: Arc<Ledger>,
    sessions: Arc<Sessions>,
    files: Arc<Files>,
    opened: Arc<SettingsVault>,
}

impl TargetAccess {
    pub(super) fn new(parts: &Parts, opened: Arc<SettingsVault>) -> Self {
        Self {
            ledger: Arc::clone(&parts.ledger),
            sessions: Arc::clone(&parts.sessions),
            files: Arc::clone(&parts.files),
            opened,
        }
    }

    /// Opens the settings of the server that somebody is signed in to, with their secrets: from its
    /// portable part, or from the copy of it in an export, which has only rows. The master password
    /// confirms the session as well.
    ///
    /// # Errors
    /// `WrongPassword`, `NoWrapForAccount`, `EnvelopeDamaged`, and what every call may fail with.
    pub async fn open_server_settings(&self, password: &SecretString) -> Result<OpenedSettings> {
        match self.opened.open_portable(password).await {
            Err(error) if error.is(EnvelopeDetail::RepairNotNeeded) => {}
            opened => return opened,
        }
        let signed = self.sessions.needs_signed()?;
        if !signed.session.can_confirm() {
            self.sessions.confirm(password).await?;
        }
        let scratch = self.files.room().private_folder()?;
        let incoming = signed.session.export(false, &Silent).await?;
        let mut content = Spooled::take(incoming, None, scratch.path(), |_| ()).await?;
        let path = scratch.path().join("settings.zip");
        content.save(&path)?;
        let (file, email, password) = (path, signed.profile.email.clone(), password.clone());
        let text =
            super::tasks::blocking(move || envelope::settings_in_backup(&file, &email, &password)).await?;
        self.opened.hold_server_settings(&text, &signed.profile.server_url, &signed.profile.email)
    }

    /// What is remembered of the files of a target's folder.
    pub(super) fn seen_at(&self, place: &str) -> SeenAt {
        SeenAt { ledger: Arc::clone(&self.ledger), place: place.to_owned() }
    }
}

/// The files of one place, in the ledger.
pub(super) struct SeenAt {
    pub ledger: Arc<Ledger>,
    pub place: String,
}

impl SeenFiles for SeenAt {
    fn known(&self) -> Result<std::collections::BTreeMap<String, SeenFile>> {
        self.ledger.seen_files(&self.place)
    }

    fn keep(&self, files: &[SeenFile]) -> Result<()> {
        self.ledger.keep_seen_files(&self.place, files)
    }
}
