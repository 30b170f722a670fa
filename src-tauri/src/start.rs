//! Opening the app's data. When that fails the window opens anyway, says why and
//! offers what helps.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use desk_core::Error;
use desk_core::error::LedgerDetail;
use tauri::{AppHandle, Manager};

use crate::state::Shell;

/// The data that could not be opened.
#[derive(Debug, Clone)]
pub struct Start {
    /// Why it could not be opened.
    pub error: Error,
    /// The data folder; empty when there is none.
    pub folder: PathBuf,
}

impl Start {
    /// It is the ledger's file itself that cannot be used, not its folder or the disk.
    pub fn is_about_the_file(&self) -> bool {
        self.error.is(LedgerDetail::LedgerDamaged) || self.error.is(LedgerDetail::LedgerNewer)
    }
}

/// The last failed attempt to open the app's data.
#[derive(Default)]
pub struct Failed(Mutex<Option<Start>>);

/// The data folder where it always is, or why there is none.
pub fn usual_folder() -> Result<PathBuf, Start> {
    desk_core::ledger::default_folder().map_err(|error| Start { error, folder: PathBuf::new() })
}

/// Opens the data in a folder and starts everything that needs it.
///
/// # Errors
/// Why it could not be opened; that is remembered for the window.
pub fn open(app: &AppHandle, folder: PathBuf) -> Result<(), Start> {
    let opened = match Shell::open(&folder) {
        Ok(shell) => {
            remember(app, None);
            crate::begin(app, shell);
            Ok(())
        }
        Err(error) => Err(Start { error, folder }),
    };
    opened.inspect_err(|failed| remember(app, Some(failed.clone())))
}

/// Remembers that the data could not be opened.
pub fn remember(app: &AppHandle, failed: Option<Start>) {
    if let Some(place) = app.try_state::<Failed>() {
        *place.0.lock().unwrap_or_else(PoisonError::into_inner) = failed;
    }
}

/// Why the app's data is not open; `None` when it is.
pub fn failure(app: &AppHandle) -> Option<Start> {
    let place = app.try_state::<Failed>()?;
    place.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
}
