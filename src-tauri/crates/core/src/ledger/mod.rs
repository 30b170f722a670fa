//! What this app remembers, in one SQLite file: profiles, known backups with
//! their full hashes, every job and its findings, the skipped lists, and what
//! each target looked like over time. Never a secret: those are in the keyring.
//!
//! Several processes may use the ledger at once (the window and `nwdesk`).

mod archives;
mod bodies;
mod connections;
mod desk_targets;
mod drills;
mod failure;
mod folder;
mod jobs;
mod listings;
mod moved;
mod origins;
mod process;
mod profiles;
mod recoveries;
mod restores;
mod runs;
mod schema;
mod seen;
mod targets;
mod watched;
mod words;

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, Transaction, TransactionBehavior};

pub use archives::{Check, KnownArchive, NewCheck, Place};
pub use bodies::SeenBody;
pub use folder::{default_folder, tighten};
pub use jobs::{JobQuery, SkippedLine};
pub use listings::Listed;
pub use recoveries::Sighting;
pub use runs::{LogRun, PastAlert};

use crate::clock::Clock;
use crate::{Error, Result};
use failure::OrFailed as _;
use process::Process;

/// The ledger's file inside its folder.
pub const FILE_NAME: &str = "ledger.sqlite3";

/// How long to wait for another process that is writing.
const PATIENCE: Duration = Duration::from_secs(5);

/// The open ledger.
pub struct Ledger {
    connection: Mutex<Connection>,
    process: Process,
}

impl Ledger {
    /// Opens the ledger in `folder`, making both where they are missing. Jobs of
    /// processes that are gone become `interrupted`, ended now.
    ///
    /// A ledger that is damaged or was written by a newer version is an error and
    /// is left as it is; see [`Ledger::move_aside`].
    pub fn open(folder: &Path, clock: &dyn Clock) -> Result<Self> {
        folder::create_private(folder)?;
        let path = folder.join(FILE_NAME);
        folder::create_private_file(&path)?;
        let mut connection = Connection::open(&path).or_failed()?;
        connection.busy_timeout(PATIENCE).or_failed()?;
        schema::check(&connection)?;
        connection.pragma_update(None, "journal_mode", "wal").or_failed()?;
        // The skipped lists are the only record of what a restore lost: a power
        // cut must not take them.
        connection.pragma_update(None, "synchronous", "full").or_failed()?;
        connection.pragma_update(None, "foreign_keys", true).or_failed()?;
        schema::migrate(&mut connection)?;
        let process = process::begin(&mut connection, folder, clock.now())?;
        Ok(Self { connection: Mutex::new(connection), process })
    }

    /// A ledger that is gone when the process ends: for tests and for commands
    /// that are to leave nothing behind.
    pub fn in_memory() -> Result<Self> {
        let mut connection = Connection::open_in_memory().or_failed()?;
        connection.pragma_update(None, "foreign_keys", true).or_failed()?;
        schema::migrate(&mut connection)?;
        Ok(Self { connection: Mutex::new(connection), process: Process::unshared() })
    }

    /// Renames a ledger that cannot be opened, so that a new one can begin.
    /// Nothing is deleted. Returns where the old one is now. Only ever done
    /// because a person asked for it.
    pub fn move_aside(folder: &Path, clock: &dyn Clock) -> Result<PathBuf> {
        let stamp = clock.now().strftime("%Y%m%d-%H%M%S").to_string();
        let aside = |suffix: &str| folder.join(format!("ledger-{stamp}.sqlite3{suffix}"));
        if aside("").exists() {
            return Err(Error::file(&aside(""), &std::io::ErrorKind::AlreadyExists.into()));
        }
        for suffix in ["-wal", "-shm", ""] {
            let from = folder.join(format!("{FILE_NAME}{suffix}"));
            match fs::rename(&from, aside(suffix)) {
                Err(error) if suffix.is_empty() || error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(Error::file(&from, &error));
                }
                _ => {}
            }
        }
        Ok(aside(""))
    }

    /// Reads.
    fn read<T>(&self, query: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T> {
        query(&self.lock()).or_failed()
    }

    /// Writes: all of it or nothing.
    fn write<T>(&self, change: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>) -> Result<T> {
        let mut connection = self.lock();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).or_failed()?;
        let value = change(&transaction).or_failed()?;
        transaction.commit().or_failed()?;
        Ok(value)
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        // A transaction that a panic interrupted was rolled back when it dropped.
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ledger(…)")
    }
}

/// A time as the ledger spells it: it sorts as text.
fn time(at: Timestamp) -> String {
    format!("{at:.3}")
}

#[cfg(test)]
mod tests;
