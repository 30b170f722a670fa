//! What SQLite's failures mean to a person.

use rusqlite::ErrorCode;

use crate::error::LedgerDetail;
use crate::{Error, Result};

pub(super) trait OrFailed<T> {
    /// SQLite's failure as this crate's error.
    fn or_failed(self) -> Result<T>;
}

impl<T> OrFailed<T> for rusqlite::Result<T> {
    fn or_failed(self) -> Result<T> {
        self.map_err(failed)
    }
}

fn failed(error: rusqlite::Error) -> Error {
    let detail = match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => LedgerDetail::LedgerDamaged,
        Some(ErrorCode::DiskFull) => LedgerDetail::LedgerDiskFull,
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            LedgerDetail::LedgerNotWritable
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => LedgerDetail::LedgerLocked,
        _ => LedgerDetail::LedgerFailed,
    };
    detail.error().caused_by(error)
}

pub(super) fn damaged() -> Error {
    LedgerDetail::LedgerDamaged.error()
}
