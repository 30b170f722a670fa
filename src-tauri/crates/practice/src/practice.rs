//! A running practice instance.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;

use desk_core::Result;
use secrecy::{ExposeSecret, SecretString};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::control::PracticeState;
use crate::failed::broken;
use crate::faults::Fault;
use crate::keepsake::Keepsake;
use crate::options::PracticeOptions;
use crate::share;
use crate::start::Started;
use crate::state::Instance;

/// A running practice instance. It ends with [`Practice::stop`] or when dropped.
pub struct Practice {
    instance: Arc<Instance>,
    keepsake: Keepsake,
    /// Its threads end when this is cancelled.
    stop: CancellationToken,
    thread: Option<JoinHandle<()>>,
    /// Keeps the folder from other instances.
    _lock: std::fs::File,
    /// Removed at the very end.
    _temporary: Option<TempDir>,
}

impl Practice {
    /// Starts an instance. It runs on its own threads.
    pub async fn start(options: PracticeOptions) -> Result<Self> {
        let started = tokio::task::spawn_blocking(move || Self::start_blocking(&options)).await;
        started.unwrap_or_else(|error| Err(broken("A thread of the practice instance ended.", &error)))
    }

    /// The same for callers without a runtime; takes as long as key derivation
    /// and the sample do.
    pub fn start_blocking(options: &PracticeOptions) -> Result<Self> {
        let Started { instance, keepsake, lock, temporary, stop, thread } = Started::with(options)?;
        Ok(Self { instance, keepsake, stop, thread: Some(thread), _lock: lock, _temporary: temporary })
    }

    /// The server's address, `http://127.0.0.1:PORT`.
    pub fn server_url(&self) -> &str {
        &self.instance.server_url
    }

    /// The first administrator's email address.
    pub fn admin_email(&self) -> &str {
        &self.keepsake.admin_email
    }

    /// The first administrator's master password.
    pub fn admin_password(&self) -> SecretString {
        self.keepsake.admin_password.clone().into()
    }

    /// JWT_SECRET as it is set now, good enough or not; `None` when it is not set.
    pub fn jwt_secret(&self) -> Option<SecretString> {
        self.instance.set_secret()
    }

    /// The JWT_SECRET that the instance began with: [`Fault::RestoreNormal`] puts it
    /// back.
    pub fn first_jwt_secret(&self) -> SecretString {
        self.instance.first_jwt_secret()
    }

    /// The folder that the WebDAV target serves. Backups are in `nodewarden/`
    /// inside it ([`Practice::backups_folder`]).
    pub fn target_folder(&self) -> &Path {
        &self.instance.target_folder
    }

    /// The folder inside the target where the backups are.
    pub fn backups_folder(&self) -> PathBuf {
        self.instance.backups_folder()
    }

    /// Where the server itself keeps attachment bodies: `<cipherId>/<attachmentId>` inside it.
    pub fn bodies_folder(&self) -> &Path {
        self.instance.bodies.folder()
    }

    /// The target's address as this computer reaches it, for a client of one's own.
    pub fn webdav_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.keepsake.target_port)
    }

    /// The target's address as the practice server knows it: servers refuse
    /// loopback addresses.
    pub fn webdav_url_for_server(&self) -> String {
        share::url_for_server(self.keepsake.target_port)
    }

    /// User and password of the WebDAV target.
    pub fn webdav_credentials(&self) -> (&'static str, SecretString) {
        (share::USER, self.keepsake.share_password.clone().into())
    }

    /// Where the switches are: `POST fault` and `GET state` below this
    /// address, which carries the token that opens them.
    pub fn control_url(&self) -> String {
        let mut url = Url::parse(&format!("{}/practice/", self.instance.server_url))
            .expect("a loopback address and a path are a URL");
        let token = self.instance.control_token.expose_secret();
        if url.set_username("practice").is_err() || url.set_password(Some(token)).is_err() {
            unreachable!("an http URL takes a user and a password");
        }
        url.into()
    }

    /// Makes something go wrong, or puts it right.
    pub fn inject(&self, fault: &Fault) -> Result<()> {
        self.instance.inject(fault)
    }

    /// Backs up to the first target as the server does by its schedule. A run that fails is noted
    /// in the log.
    ///
    /// # Errors
    /// When the backup settings cannot be opened: no run begins then.
    pub async fn run_schedule(&self) -> std::result::Result<(), String> {
        crate::backup::run_schedule(&self.instance).await
    }

    /// Notes a scheduled run that failed in the log, and nowhere else: a worker that is stopped
    /// comes no further.
    pub fn log_failed_run(&self, target_id: &str, target_name: &str, words: &str) {
        let facts = serde_json::json!({
            "destinationId": target_id,
            "destinationName": target_name,
            "error": words,
            "trigger": "scheduled",
        });
        self.instance.log_own("admin.backup.remote.scheduled.failed", "error", facts);
    }

    /// How things stand.
    pub fn state(&self) -> Result<PracticeState> {
        self.instance.state()
    }

    /// Ends the instance; a temporary folder goes with it.
    pub async fn stop(mut self) {
        self.stop.cancel();
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has ended too.
            let _ = tokio::task::spawn_blocking(move || thread.join()).await;
        }
    }
}

impl Drop for Practice {
    fn drop(&mut self) {
        self.stop.cancel();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl std::fmt::Debug for Practice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Practice").field("server_url", &self.server_url()).finish_non_exhaustive()
    }
}
