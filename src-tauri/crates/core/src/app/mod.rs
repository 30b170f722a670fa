//! The desk: everything the window and the terminal work with, in one place — the
//! ledger, the keyring, who is signed in, and the jobs that run.

mod afterwards;
mod board;
mod desk_targets;
mod export;
mod findings;
mod lock;
mod look;
mod names;
mod page;
mod profiles;
mod recheck;
mod recovery;
mod restoring;
mod safety;
mod services;
mod sessions;
mod sharing;
mod staging;
mod target_work;
mod targets;
mod tasks;
mod work;

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

pub use look::{attachments, clean, compare, first_facts, salvage};
pub use page::{Page, Section, Table, save_inspection, save_page, save_table};
pub use recovery::{KnownSource, OpenedSettings, OpenedSource};
pub use safety::KeptSafetyCopy;
pub use sessions::{
    ActiveProfile, ConnectionForm, HeaderForm, Sessions, SignInForm, SignInResult, SignedOut,
};
pub use staging::StagingChoice;
pub use target_work::{HealFrom, TargetChoice};
pub use targets::{NextRuns, SettingsReview, TargetTest, TargetVerdict};
pub use tasks::unless_stopped;

use crate::Result;
use crate::clock::Clock;
use crate::jobs::{DiskSpace, DrillServer, FreeSpace, Room};
use crate::ledger::Ledger;
use crate::runner::Runner;
use crate::secrets::SecretStore;

/// Everything the window and the terminal work with.
pub struct Desk {
    folder: PathBuf,
    ledger: Arc<Ledger>,
    sessions: Sessions,
    clock: Arc<dyn Clock>,
    runner: Arc<Runner>,
    lock: lock::Lock,
    opened: recovery::Opened,
    planned: Arc<restoring::Planned>,
    space: RwLock<Arc<dyn FreeSpace>>,
    drills: RwLock<Option<Arc<dyn DrillServer>>>,
}

impl Desk {
    /// Opens the desk whose ledger is in `folder`.
    ///
    /// # Errors
    /// `LedgerFailed` when the ledger is damaged or of a newer version; it is left as it is.
    pub fn open(folder: &Path, secrets: Arc<dyn SecretStore>, clock: Arc<dyn Clock>) -> Result<Arc<Self>> {
        let ledger = Arc::new(Ledger::open(folder, clock.as_ref())?);
        let desk = Self::with(folder.to_owned(), ledger, secrets, clock);
        crate::jobs::remove_leftovers(&desk.safety_folder());
        crate::jobs::remove_old_readings(&desk.folder);
        Ok(desk)
    }

    /// A desk that leaves no record: its ledger is in memory. Files that jobs keep
    /// on purpose, such as safety copies, go below `folder`.
    ///
    /// # Errors
    /// `LedgerFailed`.
    pub fn unrecorded(
        folder: &Path,
        secrets: Arc<dyn SecretStore>,
        clock: Arc<dyn Clock>,
    ) -> Result<Arc<Self>> {
        Ok(Self::with(folder.to_owned(), Arc::new(Ledger::in_memory()?), secrets, clock))
    }

    fn with(
        folder: PathBuf,
        ledger: Arc<Ledger>,
        secrets: Arc<dyn SecretStore>,
        clock: Arc<dyn Clock>,
    ) -> Arc<Self> {
        let runner = Runner::new(Arc::clone(&ledger), Arc::clone(&clock));
        let planned = Arc::new(restoring::Planned::default());
        let other_profile = Arc::clone(&planned);
        let sessions = Sessions::new(
            Arc::clone(&ledger),
            secrets,
            Arc::clone(&clock),
            Box::new(move || other_profile.clear()),
        );
        Arc::new(Self {
            folder,
            ledger,
            sessions,
            clock,
            runner,
            lock: lock::Lock::new(),
            opened: recovery::Opened::default(),
            planned,
            space: RwLock::new(Arc::new(DiskSpace)),
            drills: RwLock::new(None),
        })
    }

    /// Where the ledger is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where safety copies are kept before a restore replaces anything.
    pub fn safety_folder(&self) -> PathBuf {
        self.folder.join("safety-copies")
    }

    /// Asks `space` from now on how much space there is.
    pub fn set_free_space(&self, space: Arc<dyn FreeSpace>) {
        *self.space.write().unwrap_or_else(PoisonError::into_inner) = space;
    }

    /// Drills are made in servers that `drills` starts from now on.
    pub fn set_drill_server(&self, drills: Arc<dyn DrillServer>) {
        *self.drills.write().unwrap_or_else(PoisonError::into_inner) = Some(drills);
    }

    fn drill_server(&self) -> Option<Arc<dyn DrillServer>> {
        self.drills.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Where jobs may put files, and how much space there is. What they read once goes into
    /// the data folder: it is on a disk, which the system's temporary folder may not be.
    fn room(&self) -> Room {
        let space = Arc::clone(&self.space.read().unwrap_or_else(PoisonError::into_inner));
        Room { scratch: Some(self.folder.clone()), space }
    }

    /// The ledger.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Who is signed in, and how servers are reached.
    pub fn sessions(&self) -> &Sessions {
        &self.sessions
    }

    /// The jobs.
    pub fn runner(&self) -> &Arc<Runner> {
        &self.runner
    }
}
