//! What the window's commands share.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use desk_core::app::Desk;
use desk_core::clock::SystemClock;
use desk_core::secrets::Keyring;
use desk_practice::{Practice, PracticeDrills};
use tauri::Url;

use crate::cancel_registry::{Call, CancelRegistry};
use crate::grants::Grants;

/// What the window's commands share.
pub struct Shell {
    /// The desk.
    pub desk: Arc<Desk>,
    /// The practice instance, while it runs.
    pub practice: tokio::sync::Mutex<Option<Practice>>,
    /// The files that are being read outside of jobs.
    pub readings: CancelRegistry<PathBuf>,
    /// The calls to servers that the window waits for.
    pub calls: CancelRegistry<Call>,
    /// The files and pages that the window may name.
    pub grants: Grants,
    opened_files: Mutex<Vec<PathBuf>>,
    held: AtomicBool,
}

impl Shell {
    /// Opens the desk whose data is in `folder`.
    ///
    /// # Errors
    /// `LedgerFailed` when the ledger is damaged, of a newer version or in use for too
    /// long, `DiskFull`, `PermissionDenied`, and other file errors.
    pub fn open(folder: &Path) -> desk_core::Result<Self> {
        let desk = Desk::open(folder, Arc::new(Keyring), Arc::new(SystemClock))?;
        desk.jobs().set_drill_server(Arc::new(PracticeDrills));
        Ok(Self {
            desk,
            practice: tokio::sync::Mutex::new(None),
            readings: CancelRegistry::default(),
            calls: CancelRegistry::default(),
            grants: Grants::default(),
            opened_files: Mutex::default(),
            held: AtomicBool::default(),
        })
    }

    /// The window says whether it holds something that is not saved.
    pub fn hold(&self, held: bool) {
        self.held.store(held, Ordering::Relaxed);
    }

    /// Closing the window would lose or stop something: it asks first.
    pub fn must_ask(&self) -> bool {
        self.held.load(Ordering::Relaxed) || !self.desk.runner().running().is_empty()
    }

    /// Keeps files that the app was opened with, until the window asks for them.
    pub fn opened_with(&self, files: Vec<PathBuf>) {
        self.grants.add_to_read(files.clone());
        self.files().extend(files);
    }

    /// The files that the app was opened with and that were not asked for yet.
    pub fn take_opened_files(&self) -> Vec<PathBuf> {
        std::mem::take(&mut *self.files())
    }

    /// The app knows this file: a backup on this computer, a safety copy, or a server's
    /// certificates.
    ///
    /// # Errors
    /// `LedgerFailed`.
    pub fn knows_file(&self, file: &Path) -> desk_core::Result<bool> {
        if file.parent() == Some(&self.desk.files().safety_folder()) && file.file_name().is_some() {
            return Ok(true);
        }
        let ledger = self.desk.ledger();
        if ledger.local_backups()?.iter().any(|backup| Path::new(&backup.path) == file) {
            return Ok(true);
        }
        for profile in ledger.profiles()? {
            if ledger.connection(&profile.id)?.ca_file.is_some_and(|known| Path::new(&known) == file) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn files(&self) -> MutexGuard<'_, Vec<PathBuf>> {
        self.opened_files.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The files among a command line's arguments, as full paths. One that is not there or
/// is no ZIP is among them: inspecting it says what is wrong with it.
pub fn files_among<Argument: Into<PathBuf>>(
    arguments: impl IntoIterator<Item = Argument>,
    folder: &Path,
) -> Vec<PathBuf> {
    // What ends in .zip is a file even if it starts as an option does.
    let is_option = |path: &Path| {
        let is_zip = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("zip"));
        path.as_os_str().as_encoded_bytes().starts_with(b"-") && !is_zip
    };
    let arguments = arguments.into_iter().skip(1).map(Into::into);
    arguments
        .filter(|path: &PathBuf| !path.as_os_str().is_empty() && !is_option(path))
        .map(|path| folder.join(from_address(&path).unwrap_or(path)))
        .collect()
}

/// The path in a `file://` address: some file managers pass one.
fn from_address(argument: &Path) -> Option<PathBuf> {
    let address = Url::parse(argument.to_str()?).ok()?;
    (address.scheme() == "file").then(|| address.to_file_path().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_missing_or_no_zip_is_not_dropped() {
        let folder = tempfile::tempdir().expect("a folder");
        let whole: Vec<String> = (1..=5).map(|nth| format!("{nth}.zip")).collect();
        for name in &whole {
            std::fs::write(folder.path().join(name), b"PK").expect("written");
        }
        std::fs::write(folder.path().join("notes.txt"), b"text").expect("written");
        let mut given = vec!["nodewarden-desk".to_owned(), "--flag".to_owned(), String::new()];
        given.extend(whole.iter().cloned());
        given.extend(["gone.zip".to_owned(), "notes.txt".to_owned()]);
        let wanted: Vec<PathBuf> = given[3..].iter().map(|name| folder.path().join(name)).collect();
        assert_eq!(files_among(given, folder.path()), wanted);
        let elsewhere = files_among(["app", "/backups/a.zip"], folder.path());
        assert_eq!(elsewhere, [PathBuf::from("/backups/a.zip")]);
    }

    #[cfg(unix)]
    #[test]
    fn addresses_of_files_and_names_with_a_hyphen_are_files() {
        let given = ["app", "--tray", "file:///backups/a%20b.zip", "-b.zip", "https://a.test/c.zip"];
        let found = files_among(given, Path::new("/home"));
        let wanted = ["/backups/a b.zip", "/home/-b.zip", "/home/https://a.test/c.zip"];
        assert_eq!(found, wanted.map(PathBuf::from));
    }

    #[test]
    fn files_opened_at_start_are_readable_and_passed_on_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let shell = Shell::open(folder.path()).expect("a desk");
        let gone = folder.path().join("gone.zip");
        shell.opened_with(files_among(["app".into(), gone.clone()], folder.path()));
        assert!(crate::granted_paths::may_read(&shell, &gone).is_ok());
        assert_eq!(shell.take_opened_files(), [gone]);
        assert!(shell.take_opened_files().is_empty());
    }
}
