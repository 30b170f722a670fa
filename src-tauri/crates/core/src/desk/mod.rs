//! The desk: everything the window and the terminal work with, in one place — the
//! ledger, the keyring, who is signed in, and the jobs that run.

mod board;
mod connection;
mod export;
mod findings;
mod lock;
mod look;
mod names;
mod page;
mod pending;
mod profile;
mod rate_limiters;
mod recheck;
mod recovery;
mod restoring;
mod sharing;
mod sign_out;
mod target_work;
mod targets;
mod token_persistence;
mod work;

use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

pub use connection::{ConnectionForm, HeaderForm};
pub use export::{ExportRequest, SourceChoice};
pub use look::{attachments, clean, compare, first_facts, salvage};
pub use page::{Page, Section, Table, save_inspection, save_page, save_table};
pub use profile::{ActiveProfile, SignInForm, SignInResult};
pub use recovery::{KnownSource, OpenedSettings, OpenedSource};
pub use sign_out::SignedOut;
pub use target_work::{HealFrom, TargetChoice};
pub use targets::{NextRuns, SettingsReview, TargetTest, TargetVerdict};
pub use work::JobRequest;

use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::jobs::{DiskSpace, FreeSpace, Room};
use crate::ledger::Ledger;
use crate::progress::{Progress, Silent};
use crate::runner::Runner;
use crate::secrets::SecretStore;
use crate::server::Timeouts;
use crate::{Code, Error, Result};

/// Waits for what only reads, until it is stopped: what is waited for is dropped then.
///
/// # Errors
/// `Stopped`, and what `work` fails with.
pub async fn unless_stopped<T>(
    cancel: &CancellationToken,
    work: impl Future<Output = Result<T>>,
) -> Result<T> {
    tokio::select! {
        biased;
        () = cancel.cancelled() => {
            Err(Error::new(Code::Stopped, "This was stopped.", "Nothing was changed. Try again when you are ready."))
        }
        answer = work => answer,
    }
}

/// Everything the window and the terminal work with.
pub struct Desk {
    folder: PathBuf,
    ledger: Arc<Ledger>,
    secrets: Arc<dyn SecretStore>,
    clock: Arc<dyn Clock>,
    runner: Arc<Runner>,
    current: RwLock<Option<Arc<ActiveProfile>>>,
    lock: lock::Lock,
    pending: pending::Pending,
    opened: recovery::Opened,
    planned: restoring::Planned,
    timeouts: RwLock<Timeouts>,
    waits: RwLock<Arc<dyn Progress>>,
    rate_limiters: rate_limiters::RateLimiters,
    space: RwLock<Arc<dyn FreeSpace>>,
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
        Arc::new(Self {
            folder,
            ledger,
            secrets,
            clock,
            runner,
            current: RwLock::new(None),
            lock: lock::Lock::new(),
            pending: pending::Pending::default(),
            opened: recovery::Opened::default(),
            planned: restoring::Planned::default(),
            timeouts: RwLock::default(),
            waits: RwLock::new(Arc::new(Silent)),
            rate_limiters: rate_limiters::RateLimiters::default(),
            space: RwLock::new(Arc::new(DiskSpace)),
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

    /// The jobs.
    pub fn runner(&self) -> &Arc<Runner> {
        &self.runner
    }

    /// Reports to `progress` from now on when a server asks to wait at sign-in, which is no job.
    pub fn report_waits_to(&self, progress: Arc<dyn Progress>) {
        *self.waits.write().unwrap_or_else(PoisonError::into_inner) = progress;
    }

    /// How long servers are waited for, from the next sign-in on.
    pub fn set_timeouts(&self, timeouts: Timeouts) {
        *self.timeouts.write().unwrap_or_else(PoisonError::into_inner) = timeouts;
    }

    fn timeouts(&self) -> Timeouts {
        *self.timeouts.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Who is signed in.
    pub fn signed(&self) -> Option<Arc<ActiveProfile>> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Who is signed in, or an error that asks to sign in.
    ///
    /// # Errors
    /// `SessionEnded`.
    pub fn needs_signed(&self) -> Result<Arc<ActiveProfile>> {
        self.signed().ok_or_else(|| {
            Error::new(Code::SessionEnded, "Nobody is signed in.", "Connect to a server first.")
        })
    }

    fn set_current(&self, signed: Option<Arc<ActiveProfile>>) {
        self.planned.clear();
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = signed;
    }

    /// Runs something that may block off the async threads: the keyring may wait for a person.
    async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
        tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| {
            Err(Error::new(
                Code::InternalFault,
                "A step ended through a fault of this app.",
                "Try again. If it happens again, please report it.",
            ))
        })
    }
}
