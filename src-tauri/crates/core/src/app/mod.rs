//! The application service: the services that the window and the command line call, each with
//! the ledger, the sessions and the clock that it needs.

mod archives;
mod board;
mod desk_targets;
mod exports;
mod files;
mod findings;
mod histories;
mod jobs;
mod lock;
mod names;
mod opened;
mod page;
mod profiles;
mod recovery;
mod restores;
mod sessions;
mod settings;
mod targets;
mod tasks;
mod watch;

use std::path::Path;
use std::sync::{Arc, RwLock};

pub use archives::{Archives, attachments, clean, compare, first_facts, salvage};
pub use board::Board;
pub use desk_targets::DeskTargets;
pub use exports::Exports;
pub use files::Files;
pub use histories::{Histories, PastEvents, PastRecovery};
pub use jobs::{Jobs, TargetTest, TargetVerdict};
pub use opened::{OpenedSettings, OpenedSource, SettingsVault};
pub use page::{Page, Section, Table, save_inspection, save_page, save_table};
pub use profiles::Profiles;
pub use recovery::{KnownSource, Recovery};
pub use restores::{KeptSafetyCopy, Restores};
pub use sessions::{
    ActiveProfile, ConnectionForm, HeaderForm, Sessions, SignInForm, SignInResult, SignedOut,
};
pub use settings::{NextRuns, Settings, SettingsReview};
pub use targets::{StagingChoice, TargetAccess};
pub use tasks::unless_stopped;
pub use watch::{ServerWatch, WatchNotice, WatchSettings, WatchedAlert, WatchedServer, certificate_ends};

use crate::Result;
use crate::clock::Clock;
use crate::ledger::Ledger;
use crate::runner::Runner;
use crate::secrets::SecretStore;

/// What every service of the app works with.
struct Parts {
    ledger: Arc<Ledger>,
    sessions: Arc<Sessions>,
    clock: Arc<dyn Clock>,
    files: Arc<Files>,
}

/// The services that the window and the command line call.
pub struct Desk {
    ledger: Arc<Ledger>,
    sessions: Arc<Sessions>,
    clock: Arc<dyn Clock>,
    files: Arc<Files>,
    runner: Arc<Runner>,
    lock: lock::Lock,
    settings: Arc<Settings>,
    board: Arc<Board>,
    archives: Arc<Archives>,
    recovery: Arc<Recovery>,
    opened: Arc<SettingsVault>,
    targets: Arc<TargetAccess>,
    desk_targets: Arc<DeskTargets>,
    exports: Arc<Exports>,
    restores: Arc<Restores>,
    jobs: Arc<Jobs>,
    profiles: Profiles,
    watch: ServerWatch,
    histories: Histories,
}

impl Desk {
    /// Opens the app whose ledger is in `folder`.
    ///
    /// # Errors
    /// `LedgerFailed` when the ledger is damaged or of a newer version; it is left as it is.
    pub fn open(folder: &Path, secrets: Arc<dyn SecretStore>, clock: Arc<dyn Clock>) -> Result<Arc<Self>> {
        let ledger = Arc::new(Ledger::open(folder, clock.as_ref())?);
        let desk = Self::with(folder, ledger, secrets, clock);
        crate::jobs::remove_leftovers(&desk.files.safety_folder());
        crate::jobs::remove_old_readings(folder);
        Ok(desk)
    }

    /// An app that leaves no record: its ledger is in memory. Files that jobs keep
    /// on purpose, such as safety copies, go below `folder`.
    ///
    /// # Errors
    /// `LedgerFailed`.
    pub fn unrecorded(
        folder: &Path,
        secrets: Arc<dyn SecretStore>,
        clock: Arc<dyn Clock>,
    ) -> Result<Arc<Self>> {
        Ok(Self::with(folder, Arc::new(Ledger::in_memory()?), secrets, clock))
    }

    fn with(
        folder: &Path,
        ledger: Arc<Ledger>,
        secrets: Arc<dyn SecretStore>,
        clock: Arc<dyn Clock>,
    ) -> Arc<Self> {
        let runner = Runner::new(Arc::clone(&ledger), Arc::clone(&clock));
        let planned = Arc::new(restores::Planned::default());
        let other_profile = Arc::clone(&planned);
        let sessions = Arc::new(Sessions::new(
            Arc::clone(&ledger),
            secrets,
            Arc::clone(&clock),
            Box::new(move || other_profile.clear()),
        ));
        let files = Arc::new(Files::new(folder.to_owned()));
        let parts = Parts { ledger, sessions, clock, files };
        let settings = Arc::new(Settings::new(&parts));
        let board = Arc::new(Board::new(&parts, Arc::clone(&settings)));
        let archives = Arc::new(Archives::new(&parts));
        let recovery = Arc::new(Recovery::new(&parts));
        let opened = Arc::new(SettingsVault::new(&parts, Arc::clone(&recovery)));
        let targets = Arc::new(TargetAccess::new(&parts, Arc::clone(&opened)));
        let desk_targets = Arc::new(DeskTargets::new(&parts, Arc::clone(&runner)));
        let exports = Arc::new(Exports::new(&parts, Arc::clone(&opened)));
        let restores = Arc::new(Restores::new(
            &parts,
            Arc::clone(&opened),
            Arc::clone(&settings),
            Arc::clone(&recovery),
            planned,
        ));
        let services = jobs::Services {
            ledger: Arc::clone(&parts.ledger),
            sessions: Arc::clone(&parts.sessions),
            clock: Arc::clone(&parts.clock),
            files: Arc::clone(&parts.files),
            archives: Arc::clone(&archives),
            board: Arc::clone(&board),
            desk_targets: Arc::clone(&desk_targets),
            exports: Arc::clone(&exports),
            opened: Arc::clone(&opened),
            recovery: Arc::clone(&recovery),
            restores: Arc::clone(&restores),
            targets: Arc::clone(&targets),
            drills: RwLock::new(None),
        };
        let jobs = Arc::new(Jobs::new(&parts, Arc::clone(&runner), services));
        let profiles = Profiles::new(&parts, Arc::clone(&runner), Arc::clone(&desk_targets));
        let watch =
            ServerWatch::new(&parts, Arc::clone(&board), Arc::clone(&recovery), Arc::clone(&settings));
        let histories = Histories::new(&parts);
        let Parts { ledger, sessions, clock, files } = parts;
        Arc::new(Self {
            ledger,
            sessions,
            clock,
            files,
            runner,
            lock: lock::Lock::new(),
            settings,
            board,
            archives,
            recovery,
            opened,
            targets,
            desk_targets,
            exports,
            restores,
            jobs,
            profiles,
            watch,
            histories,
        })
    }

    /// The ledger.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Who is signed in, and how servers are reached.
    pub fn sessions(&self) -> &Sessions {
        &self.sessions
    }

    /// The data folder.
    pub fn files(&self) -> &Files {
        &self.files
    }

    /// The records of jobs, and those that run.
    pub fn runner(&self) -> &Arc<Runner> {
        &self.runner
    }

    /// The current server's backup settings.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The health of targets and backups.
    pub fn board(&self) -> &Board {
        &self.board
    }

    /// Backups on this computer.
    pub fn archives(&self) -> &Archives {
        &self.archives
    }

    /// Diagnosis and recoveries.
    pub fn recovery(&self) -> &Recovery {
        &self.recovery
    }

    /// Backup settings that are open.
    pub fn opened(&self) -> &SettingsVault {
        &self.opened
    }

    /// Targets reached from this computer.
    pub fn target_access(&self) -> &TargetAccess {
        &self.targets
    }

    /// Places that this computer backs up to.
    pub fn desk_targets(&self) -> &DeskTargets {
        &self.desk_targets
    }

    /// Unfinished exports.
    pub fn exports(&self) -> &Exports {
        &self.exports
    }

    /// Planning restores, and what is done after them.
    pub fn restores(&self) -> &Restores {
        &self.restores
    }

    /// Starting jobs.
    pub fn jobs(&self) -> &Arc<Jobs> {
        &self.jobs
    }

    /// Removing and merging profiles.
    pub fn profiles(&self) -> &Profiles {
        &self.profiles
    }

    /// The past of targets, and what happened besides jobs.
    pub fn histories(&self) -> &Histories {
        &self.histories
    }

    /// Watching servers in the background.
    pub fn watch(&self) -> &ServerWatch {
        &self.watch
    }
}
