//! What SQLite's failures mean to a person.

use rusqlite::ErrorCode;

use crate::{Code, Error, Result};

pub(super) trait OrFailed<T> {
    /// SQLite's failure as this crate's error.
    fn or_failed(self) -> Result<T>;
}

impl<T> OrFailed<T> for rusqlite::Result<T> {
    fn or_failed(self) -> Result<T> {
        self.map_err(|error| failed(&error))
    }
}

fn failed(error: &rusqlite::Error) -> Error {
    let (code, message, hint) = match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
            return damaged().original(error.to_string());
        }
        Some(ErrorCode::DiskFull) => (
            Code::DiskFull,
            "There is no space left to write this app's ledger.",
            "Free some space, then try again.",
        ),
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => (
            Code::PermissionDenied,
            "This computer does not allow writing this app's ledger.",
            "Check who may write in the app's data folder.",
        ),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => (
            Code::LedgerFailed,
            "Another program has been writing to this app's ledger for too long.",
            "Close other copies of this app, then try again.",
        ),
        _ => (
            Code::LedgerFailed,
            "This app's ledger could not be read or written.",
            "Try again; restart the app if it happens again.",
        ),
    };
    Error::new(code, message, hint).original(error.to_string())
}

pub(super) fn damaged() -> Error {
    Error::new(
        Code::LedgerFailed,
        "This app's ledger is damaged.",
        "Nothing was deleted. Put it back from a backup of this computer, or have it moved aside to begin a new one.",
    )
    .value("reason", "damaged")
}
