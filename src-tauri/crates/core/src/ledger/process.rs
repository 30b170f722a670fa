//! Who is running a job, and whether they still are.
//!
//! Every open ledger holds a lock on its own file for as long as it lives.
//! The operating system lets go of it however the process ends, so a file whose
//! lock is free belongs to no one, and jobs it was running were interrupted. A
//! number that another process could be given again later is not involved.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::{Connection, TransactionBehavior, params};
use uuid::Uuid;

use super::failure::OrFailed as _;
use super::time;
use crate::{Error, Result};

/// This process, as the jobs it runs name it.
pub(super) struct Process {
    pub token: String,
    /// The lock, let go of when this drops.
    held: Option<(File, PathBuf)>,
}

impl Process {
    /// This ledger has no file.
    pub(super) fn unshared() -> Self {
        Self { token: Uuid::new_v4().to_string(), held: None }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Some((file, path)) = self.held.take() {
            drop(file);
            // Whoever opens the ledger next removes what is left here.
            let _ = fs::remove_file(path);
        }
    }
}

/// Takes this process' lock, and marks the jobs of those who are gone. Done under
/// the ledger's write lock, so that no one checks a file that was made but not
/// locked yet.
pub(super) fn begin(connection: &mut Connection, folder: &Path, now: Timestamp) -> Result<Process> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).or_failed()?;
    let locks = folder.join("running");
    super::folder::create_private(&locks)?;

    let running: Vec<String> = transaction
        .prepare("SELECT DISTINCT process FROM jobs WHERE state = 'running'")
        .and_then(|mut query| query.query_map([], |row| row.get(0))?.collect())
        .or_failed()?;
    for token in running.iter().filter(|token| is_gone(&locks.join(token))) {
        transaction
            .execute(
                "UPDATE jobs SET state = 'interrupted', ended_at = ?2 WHERE state = 'running' AND process = ?1",
                params![token, time(now)],
            )
            .or_failed()?;
    }
    for entry in fs::read_dir(&locks).map_err(|error| Error::file(&locks, &error))?.flatten() {
        if is_gone(&entry.path()) {
            let _ = fs::remove_file(entry.path());
        }
    }

    let token = Uuid::new_v4().to_string();
    let path = locks.join(&token);
    let file = File::create_new(&path)
        .and_then(|file| file.try_lock().map(|()| file).map_err(Into::into))
        .map_err(|error| Error::file(&path, &error))?;
    transaction.commit().or_failed()?;
    Ok(Process { token, held: Some((file, path)) })
}

/// Whether no one holds the lock. Where that is unknown, somebody does: a job
/// is better left running than ended under someone's hands.
fn is_gone(path: &Path) -> bool {
    match File::open(path) {
        Ok(file) => !matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock | TryLockError::Error(_))),
        Err(error) => error.kind() == std::io::ErrorKind::NotFound,
    }
}
