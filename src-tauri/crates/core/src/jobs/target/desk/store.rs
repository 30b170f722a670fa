//! What a backup to a desk target uses of the app.

use futures_util::future::BoxFuture;

use crate::checks::SeenFiles;
use crate::desk_targets::{DeskBackupKept, DeskTarget};
use crate::targets::TargetFolder;
use crate::{Error, Result};

/// What a backup uses of the app's desk targets.
pub trait DeskTargetStore: Send + Sync {
    /// The desk target with this id or this name.
    ///
    /// # Errors
    /// `TargetNotFound`, `LedgerFailed`.
    fn desk_target(&self, id_or_name: &str) -> Result<DeskTarget>;

    /// Refuses a desk target of another server than the one of the session.
    ///
    /// # Errors
    /// `SessionEnded`.
    fn is_of_session(&self, target: &DeskTarget) -> Result<()>;

    /// The profile of the session is the desk target's.
    fn has_session(&self, target: &DeskTarget) -> bool {
        self.is_of_session(target).is_ok()
    }

    /// Reaches it, with its secret from the keyring.
    ///
    /// # Errors
    /// `FileNotFound` for a folder that is not there or is another one, `KeyringUnavailable`.
    fn open<'a>(&'a self, target: &'a DeskTarget) -> BoxFuture<'a, Result<TargetFolder>>;

    /// Files of a place that were read and found right.
    fn seen(&self, place: &str) -> Box<dyn SeenFiles + '_>;

    /// Backups that this computer made there, the newest first.
    ///
    /// # Errors
    /// `LedgerFailed`.
    fn backups(&self, id: &str, place: &str) -> Result<Vec<DeskBackupKept>>;

    /// Remembers one.
    ///
    /// # Errors
    /// `LedgerFailed`.
    fn keep(&self, id: &str, place: &str, made: &DeskBackupKept) -> Result<()>;

    /// Forgets one that is not there any more.
    ///
    /// # Errors
    /// `LedgerFailed`.
    fn forget(&self, id: &str, place: &str, name: &str) -> Result<()>;

    /// A backup begins.
    ///
    /// # Errors
    /// `LedgerFailed`.
    fn began(&self, id: &str) -> Result<()>;

    /// It ended.
    ///
    /// # Errors
    /// `LedgerFailed`.
    fn ended(&self, id: &str, error: Option<&Error>, is_good: bool) -> Result<()>;

    /// Now.
    fn now(&self) -> jiff::Timestamp;
}
