//! Where the ledger lives.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::error::FileDetail;
use crate::{Error, Result};

/// The variable that moves this app's data to another folder.
const OVERRIDE: &str = "NWDESK_HOME";

/// This app's data folder: the window and `nwdesk` share it. `NWDESK_HOME` moves
/// it; else it is where the operating system needs such data.
pub fn default_folder() -> Result<PathBuf> {
    if let Some(folder) = variable(OVERRIDE) {
        // What is stored of paths inside holds from every folder.
        return std::path::absolute(&folder).map_err(|error| Error::file(&folder, &error));
    }
    let base = if cfg!(windows) {
        variable("APPDATA")
    } else if cfg!(target_os = "macos") {
        env::home_dir().map(|home| home.join("Library/Application Support"))
    } else {
        variable("XDG_DATA_HOME").or_else(|| env::home_dir().map(|home| home.join(".local/share")))
    };
    base.map(|base| base.join("nodewarden-desk"))
        .ok_or_else(|| FileDetail::NoHomeFolder { variable: OVERRIDE.to_owned() }.error())
}

fn variable(name: &str) -> Option<PathBuf> {
    env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

/// Makes the folder, readable only by the owner: the ledger knows servers, email addresses
/// and what was in backups.
pub(super) fn create_private(folder: &Path) -> Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|error| Error::file(folder, &error))?;
    tighten_or_note(folder, 0o700);
    Ok(())
}

/// Takes from others what they may do with a file or folder of this app: an earlier
/// version or a copy may have left it open.
///
/// # Errors
/// `PermissionDenied` when it belongs to somebody else.
pub fn tighten(path: &Path, mode: u32) -> Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let failed = |error: std::io::Error| Error::file(path, &error);
        let now = fs::metadata(path).map_err(failed)?.permissions().mode() & 0o777;
        if now & !mode != 0 {
            fs::set_permissions(path, fs::Permissions::from_mode(now & mode)).map_err(failed)?;
        }
    }
    #[cfg(not(unix))]
    let _ = (path, mode);
    Ok(())
}

/// Makes an empty file that only the owner may read, unless it is there. SQLite gives
/// the files beside it the same permissions.
pub(super) fn create_private_file(path: &Path) -> Result<()> {
    let mut options = fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop).map_err(|error| Error::file(path, &error))?;
    tighten_or_note(path, 0o600);
    Ok(())
}

/// Some file systems know no permissions: the ledger is of use there anyway.
fn tighten_or_note(path: &Path, mode: u32) {
    if let Err(error) = tighten(path, mode) {
        tracing::warn!(code = %error.code(), "the permissions of the data folder could not be tightened");
    }
}
