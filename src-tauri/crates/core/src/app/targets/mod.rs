//! Targets checked, healed and copied from this computer: with the server's own settings, or with
//! a folder or an address that a person names.

mod staging;

use std::path::PathBuf;
use std::sync::Arc;

pub use staging::StagingChoice;

use secrecy::SecretString;

use super::opened::{OpenedSettings, SettingsVault};
use super::{Files, Parts, Sessions};
use crate::Result;
use crate::checks::{SeenFile, SeenFiles};
use crate::clock::Clock;
use crate::envelope;
use crate::error::{AccountDetail, EnvelopeDetail};
use crate::jobs::{
    self, CopyResult, Depth, DoctorResult, HealPlan, HealResult, HealSource, Outcome, VerifyResult, Watch,
};
use crate::ledger::Ledger;
use crate::places::Location;
use crate::progress::Silent;
use crate::targets::{Reach, Spooled, TargetFolder};

/// A target to work on.
#[derive(Debug, Clone)]
pub enum TargetChoice {
    /// A target of opened settings.
    Opened {
        /// The handle of the settings.
        handle: String,
        /// The target's id.
        destination_id: String,
        /// Plain http to it is accepted: the network sees its login and the backups.
        http_accepted: bool,
    },
    /// A folder of this computer.
    Folder(PathBuf),
    /// A target that was typed.
    Typed {
        /// Where it is.
        location: Box<Location>,
        /// Its password or secret key.
        secret: SecretString,
        /// How it may be reached.
        reach: Reach,
    },
}

/// A source of bodies for healing, as it is asked for.
#[derive(Debug, Clone)]
pub enum HealFrom {
    /// The server that somebody is signed in to.
    Server,
    /// Another target.
    Target(TargetChoice),
    /// A folder with the layout of a target, or an unpacked backup.
    Folder(PathBuf),
    /// A complete backup.
    Zip(PathBuf),
}

/// Targets reached from this computer.
pub struct TargetAccess {
    ledger: Arc<Ledger>,
    sessions: Arc<Sessions>,
    clock: Arc<dyn Clock>,
    files: Arc<Files>,
    opened: Arc<SettingsVault>,
}

impl TargetAccess {
    pub(super) fn new(parts: &Parts, opened: Arc<SettingsVault>) -> Self {
        Self {
            ledger: Arc::clone(&parts.ledger),
            sessions: Arc::clone(&parts.sessions),
            clock: Arc::clone(&parts.clock),
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

    /// Prepares to reach a target. Nothing is asked of it yet.
    ///
    /// # Errors
    /// `PasswordNeeded` when the settings are closed, `AddressInsecure` for plain http that was not
    /// accepted, and a file error for a folder that is not there.
    pub fn target_folder(&self, target: &TargetChoice) -> Result<TargetFolder> {
        match target {
            TargetChoice::Opened { handle, destination_id, http_accepted } => {
                self.opened.reach(handle, destination_id, *http_accepted)
            }
            TargetChoice::Folder(path) => TargetFolder::local(path),
            TargetChoice::Typed { location, secret, reach } => {
                TargetFolder::open_with(location, secret, reach)
            }
        }
    }

    /// Compares a target's backups, index and bodies. Only reads.
    ///
    /// # Errors
    /// As [`TargetAccess::target_folder`] and [`jobs::doctor`].
    pub async fn examine_target(
        &self,
        target: &TargetChoice,
        watch: &Watch,
    ) -> Result<Outcome<DoctorResult>> {
        jobs::doctor(&self.target_folder(target)?, &watch.within(self.files.room())).await
    }

    /// Reads a target's backups, and its bodies as deep as is asked. What was right is remembered.
    ///
    /// # Errors
    /// As [`TargetAccess::target_folder`] and [`jobs::verify`].
    pub async fn verify_target(
        &self,
        target: &TargetChoice,
        depth: Depth,
        watch: &Watch,
    ) -> Result<Outcome<VerifyResult>> {
        let folder = self.target_folder(target)?;
        let now = self.clock.now();
        jobs::verify(&folder, depth, &self.seen_at(&folder), now, &watch.within(self.files.room())).await
    }

    /// Plans what [`TargetAccess::heal_target`] would do. Only reads.
    ///
    /// # Errors
    /// As [`TargetAccess::target_folder`] and [`jobs::plan_heal`].
    pub async fn plan_heal(
        &self,
        target: &TargetChoice,
        sources: &[HealFrom],
        watch: &Watch,
    ) -> Result<Outcome<HealPlan>> {
        let folder = self.target_folder(target)?;
        let opened = self.open_sources(sources)?;
        jobs::plan_heal(&folder, &opened.sources(), &watch.within(self.files.room())).await
    }

    /// Puts back what a target lacks, and lets its index list what is there.
    ///
    /// # Errors
    /// As [`TargetAccess::target_folder`] and [`jobs::heal`].
    pub async fn heal_target(
        &self,
        target: &TargetChoice,
        sources: &[HealFrom],
        watch: &Watch,
    ) -> Result<Outcome<HealResult>> {
        let folder = self.target_folder(target)?;
        let opened = self.open_sources(sources)?;
        // While a job runs, idle time does not lock what it needs.
        let _at_work = opened.signed.as_ref().map(|signed| signed.session.at_work());
        let now = self.clock.now();
        let seen = self.seen_at(&folder);
        jobs::heal(&folder, &opened.sources(), &seen, now, &watch.within(self.files.room())).await
    }

    /// Copies what a second place lacks.
    ///
    /// # Errors
    /// As [`TargetAccess::target_folder`] and [`jobs::copy_target`].
    pub async fn copy_target(
        &self,
        from: &TargetChoice,
        to: &TargetChoice,
        watch: &Watch,
    ) -> Result<Outcome<CopyResult>> {
        let (from, to) = (self.target_folder(from)?, self.target_folder(to)?);
        jobs::copy_target(&from, &to, self.clock.now(), &watch.within(self.files.room())).await
    }

    fn seen_at(&self, folder: &TargetFolder) -> SeenAt {
        SeenAt { ledger: Arc::clone(&self.ledger), place: folder.place().to_owned() }
    }

    fn open_sources(&self, sources: &[HealFrom]) -> Result<Sources> {
        let mut opened = Sources { signed: None, all: Vec::new() };
        for source in sources {
            opened.all.push(match source {
                HealFrom::Server => {
                    let signed = self.sessions.needs_signed()?;
                    if !signed.session.can_confirm() {
                        return Err(AccountDetail::PasswordNeeded.error());
                    }
                    opened.signed = Some(signed);
                    Source::Server
                }
                HealFrom::Target(target) => Source::Target(self.target_folder(target)?),
                HealFrom::Folder(path) => Source::Folder(path.clone()),
                HealFrom::Zip(path) => Source::Zip(path.clone()),
            });
        }
        Ok(opened)
    }
}

struct Sources {
    signed: Option<Arc<super::ActiveProfile>>,
    all: Vec<Source>,
}

#[allow(clippy::large_enum_variant, reason = "few exist, each for one job")]
enum Source {
    Server,
    Target(TargetFolder),
    Folder(PathBuf),
    Zip(PathBuf),
}

impl Sources {
    fn sources(&self) -> Vec<HealSource<'_>> {
        let sources = self.all.iter().filter_map(|source| {
            Some(match source {
                Source::Server => HealSource::Server(&self.signed.as_ref()?.session),
                Source::Target(folder) => HealSource::Target(folder),
                Source::Folder(path) => HealSource::Folder(path.clone()),
                Source::Zip(path) => HealSource::Zip(path.clone()),
            })
        });
        sources.collect()
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
