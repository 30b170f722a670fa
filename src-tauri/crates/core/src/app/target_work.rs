//! Targets checked, healed and copied from this computer: with the server's own settings, or with
//! a folder or an address that a person names.

use std::sync::Arc;

use secrecy::SecretString;

use super::services::Services;
use super::{Desk, OpenedSettings};
use crate::Result;
use crate::checks::{SeenFile, SeenFiles};
use crate::envelope;
use crate::error::EnvelopeDetail;
use crate::granted::{AllGranted, FileGrants};
use crate::jobs::{self, HealFrom, HealPlan, OpenSources, Outcome, TargetChoice, Watch};
use crate::ledger::Ledger;
use crate::progress::Silent;
use crate::targets::{Spooled, TargetFolder};

impl Desk {
    /// Opens the settings of the server that somebody is signed in to, with their secrets: from its
    /// portable part, or from the copy of it in an export, which has only rows. The master password
    /// confirms the session as well.
    ///
    /// # Errors
    /// `WrongPassword`, `NoWrapForAccount`, `EnvelopeDamaged`, and what every call may fail with.
    pub async fn open_server_settings(&self, password: &SecretString) -> Result<OpenedSettings> {
        match self.open_portable(password).await {
            Err(error) if error.is(EnvelopeDetail::RepairNotNeeded) => {}
            opened => return opened,
        }
        let signed = self.sessions.needs_signed()?;
        if !signed.session.can_confirm() {
            self.sessions.confirm(password).await?;
        }
        let scratch = self.room().private_folder()?;
        let incoming = signed.session.export(false, &Silent).await?;
        let mut content = Spooled::take(incoming, None, scratch.path(), |_| ()).await?;
        let path = scratch.path().join("settings.zip");
        content.save(&path)?;
        let (file, email, password) = (path, signed.profile.email.clone(), password.clone());
        let text =
            super::tasks::blocking(move || envelope::settings_in_backup(&file, &email, &password)).await?;
        self.hold_server_settings(&text, &signed.profile.server_url, &signed.profile.email)
    }

    /// Prepares to reach a target. Nothing is asked of it yet.
    ///
    /// # Errors
    /// As [`TargetChoice::open`].
    pub fn target_folder(self: &Arc<Self>, target: TargetChoice) -> Result<TargetFolder> {
        let services = Services::new(Arc::clone(self), None, false);
        Ok(target.open(&services, &AllGranted, false)?.folder)
    }

    /// Plans what healing a target would do. Only reads. `files` says which files and folders the
    /// request may name.
    ///
    /// # Errors
    /// As [`TargetChoice::open`] and [`jobs::plan_heal`].
    pub async fn plan_heal(
        self: &Arc<Self>,
        target: TargetChoice,
        sources: Vec<HealFrom>,
        files: &dyn FileGrants,
        watch: &Watch,
    ) -> Result<Outcome<HealPlan>> {
        let services = Services::new(Arc::clone(self), self.sessions.signed(), false);
        let target = target.open(&services, files, true)?;
        let sources = OpenSources::open(sources, &services, files)?;
        jobs::plan_heal(&target.folder, &sources.sources(&services)?, &watch.within(self.room())).await
    }

    /// What is remembered of the files of a target's folder.
    pub(super) fn seen_at(&self, place: &str) -> SeenAt {
        SeenAt { ledger: Arc::clone(&self.ledger), place: place.to_owned() }
    }
}

/// The files of one place, in the ledger.
pub(super) struct SeenAt {
    ledger: Arc<Ledger>,
    place: String,
}

impl SeenFiles for SeenAt {
    fn known(&self) -> Result<std::collections::BTreeMap<String, SeenFile>> {
        self.ledger.seen_files(&self.place)
    }

    fn keep(&self, files: &[SeenFile]) -> Result<()> {
        self.ledger.keep_seen_files(&self.place, files)
    }
}
