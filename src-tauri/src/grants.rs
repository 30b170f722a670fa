//! What the person chose outside of the page since the app started. A page that shows what others wrote must not
//! decide alone which files of this computer are read or written: it names only what the
//! person chose in a dialog of the system, dropped, or opened the app with, and what the
//! ledger knows.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tauri::Url;

/// The Cloudflare dashboard, where the Worker's secrets are.
const DASHBOARD: &str = "https://dash.cloudflare.com";

/// What the person chose outside of the page since the app started.
#[derive(Debug, Default)]
pub struct Grants(Mutex<Chosen>);

#[derive(Debug, Default)]
struct Chosen {
    to_read: HashSet<PathBuf>,
    to_write: HashSet<PathBuf>,
    /// Files that were to be written once, and were: they may be shown.
    written: HashSet<PathBuf>,
    folders: HashSet<PathBuf>,
    /// Origins of servers that a sign-in was tried at.
    servers: HashSet<String>,
}

impl Grants {
    /// Files that a dialog returned, or that were dropped or opened from outside.
    pub fn add_to_read(&self, files: impl IntoIterator<Item = PathBuf>) {
        self.chosen().to_read.extend(files);
    }

    /// A file that a dialog for saving returned: it may be written once.
    pub fn add_to_write(&self, file: PathBuf) {
        self.chosen().to_write.insert(file);
    }

    /// A folder that a dialog returned: files may be downloaded to it.
    pub fn add_folder(&self, folder: PathBuf) {
        self.chosen().folders.insert(folder);
    }

    /// A server that a sign-in is tried at: its page may be opened in the browser.
    pub fn add_server(&self, address: &str) {
        let origin = origin(address).or_else(|| origin(&format!("https://{address}")));
        self.chosen().servers.extend(origin);
    }

    /// A page that the app opens in the browser: the dashboard, or a server's own page.
    pub fn may_open(&self, url: &str) -> bool {
        url == DASHBOARD || origin(url).is_some_and(|origin| self.chosen().servers.contains(&origin))
    }

    pub(crate) fn may_read(&self, file: &Path) -> bool {
        self.chosen().to_read.contains(file)
    }

    pub(crate) fn take_to_write(&self, file: &Path) -> bool {
        let mut chosen = self.chosen();
        let granted = chosen.to_write.remove(file);
        if granted {
            chosen.written.insert(file.to_owned());
        }
        granted
    }

    pub(crate) fn has_written(&self, file: &Path) -> bool {
        self.chosen().written.contains(file)
    }

    pub(crate) fn has_folder(&self, folder: &Path) -> bool {
        self.chosen().folders.contains(folder)
    }

    fn chosen(&self) -> MutexGuard<'_, Chosen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Scheme, host and port of a web page without a login in its address.
fn origin(url: &str) -> Option<String> {
    let url: Url = url.parse().ok()?;
    let is_web = matches!(url.scheme(), "https" | "http");
    let has_login = !url.username().is_empty() || url.password().is_some();
    (is_web && !has_login).then(|| url.origin().ascii_serialization())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_dashboard_and_servers_of_a_sign_in_are_opened() {
        let grants = Grants::default();
        grants.add_server("vault.example.org");
        for url in
            ["https://dash.cloudflare.com", "https://vault.example.org", "https://vault.example.org/#/login"]
        {
            assert!(grants.may_open(url), "{url}");
        }
        for url in [
            "https://dash.cloudflare.com.example.org",
            "https://elsewhere.example.org",
            "http://vault.example.org",
            "https://vault.example.org:8443",
            "https://user@vault.example.org",
            "file:///etc/passwd",
            "smb://vault.example.org/share",
        ] {
            assert!(!grants.may_open(url), "{url}");
        }
    }
}
