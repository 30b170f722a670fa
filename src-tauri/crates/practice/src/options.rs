//! What a practice instance is started with.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use desk_archive::Storage;
use desk_core::account::Kdf;
use desk_core::clock::{Clock, SystemClock};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

/// What a practice instance is started with. The default is a small instance in
/// a temporary folder, with a fresh administrator password on free ports.
#[derive(Clone)]
pub struct PracticeOptions {
    /// Where the database, the attachment bodies and the target live. `None`: a
    /// temporary folder that goes when the instance ends. A folder that already
    /// holds an instance is opened as it is; `contents`, `admin_email`,
    /// `admin_password` and `jwt_secret` then have no effect.
    pub data_folder: Option<PathBuf>,
    /// What the instance holds at first.
    pub contents: Contents,
    /// Where it keeps attachment bodies, as far as it matters to a restore.
    pub storage: Storage,
    /// The API generation it speaks.
    pub generation: Generation,
    /// The server's port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// The WebDAV target's port on 127.0.0.1; 0 takes a free one.
    pub target_port: u16,
    /// JWT_SECRET at first; `None` makes one.
    pub jwt_secret: Option<SecretString>,
    /// The first administrator.
    pub admin_email: String,
    /// Their master password; `None` makes one.
    pub admin_password: Option<SecretString>,
    /// How their master key is derived.
    pub kdf: Kdf,
    /// The folder that the WebDAV target serves, when it is not this instance's
    /// own: another instance's [`crate::Practice::target_folder`].
    pub shared_target: Option<PathBuf>,
    /// A folder that the WebDAV target shows as its `attachments` folder, read-only.
    pub attachments_from: Option<PathBuf>,
    /// Whether the WebDAV target is already in the backup settings.
    pub configure_target: bool,
    /// Calls allowed per user.
    pub rate_limit: RateLimit,
    /// Host names that targets may use besides `dav.practice.test`, and where
    /// they lead. A port in a target's address goes before the one named here.
    pub host_aliases: Vec<(String, SocketAddr)>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

impl Default for PracticeOptions {
    fn default() -> Self {
        Self {
            data_folder: None,
            contents: Contents::Sample(Sample::default()),
            storage: Storage::R2,
            generation: Generation::Current,
            port: 0,
            target_port: 0,
            jwt_secret: None,
            admin_email: "admin@practice.test".to_owned(),
            admin_password: None,
            kdf: Kdf::Pbkdf2 { iterations: 600_000 },
            shared_target: None,
            attachments_from: None,
            configure_target: true,
            rate_limit: RateLimit::default(),
            host_aliases: Vec::new(),
            clock: Arc::new(SystemClock),
        }
    }
}

impl PracticeOptions {
    /// For tests: the same, with a key derivation that takes no time.
    pub fn quick() -> Self {
        Self { kdf: Kdf::Pbkdf2 { iterations: 5_000 }, ..Self::default() }
    }

    /// The same with other contents.
    #[must_use]
    pub fn contents(mut self, contents: Contents) -> Self {
        self.contents = contents;
        self
    }

    /// The same with a sample.
    #[must_use]
    pub fn sample(self, sample: Sample) -> Self {
        self.contents(Contents::Sample(sample))
    }

    /// The same with another attachment storage.
    #[must_use]
    pub fn storage(mut self, storage: Storage) -> Self {
        self.storage = storage;
        self
    }

    /// The same with another API generation.
    #[must_use]
    pub fn generation(mut self, generation: Generation) -> Self {
        self.generation = generation;
        self
    }
}

impl fmt::Debug for PracticeOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PracticeOptions")
            .field("data_folder", &self.data_folder)
            .field("contents", &self.contents)
            .field("storage", &self.storage)
            .field("generation", &self.generation)
            .field("admin_email", &self.admin_email)
            .finish_non_exhaustive()
    }
}

/// What a practice instance holds at first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Contents {
    /// No one has registered yet: the first to do so becomes the administrator.
    Unregistered,
    /// The first administrator and nothing else: what a restore requires.
    Administrator,
    /// The first administrator, members and a vault.
    Sample(Sample),
}

/// How much sample data, and which: the same numbers make the same ids, names
/// and attachment bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Sample {
    /// Vault items, spread over all accounts.
    pub ciphers: u32,
    /// Folders, spread over all accounts.
    pub folders: u32,
    /// Attachments, on the first vault items.
    pub attachments: u32,
    /// The largest attachment in bytes; all others are of ordinary sizes, a few
    /// bytes to 64 KiB, and never larger than this one.
    pub largest_attachment: u32,
    /// Every attachment has the size of the largest one.
    pub all_largest: bool,
    /// Members besides the administrator; the first derives with Argon2id.
    pub members: u32,
    /// What the data is grown from.
    pub seed: u64,
}

impl Default for Sample {
    fn default() -> Self {
        Self {
            ciphers: 24,
            folders: 4,
            attachments: 6,
            largest_attachment: 65_536,
            all_largest: false,
            members: 1,
            seed: 1,
        }
    }
}

/// An API generation of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum Generation {
    /// As 1.8.0: POST with the password for everything that reveals or destroys.
    Current,
    /// As 1.5.1: no password, secrets not redacted, GET for download, integrity and blob.
    V1_5,
}

/// How many authenticated calls one user may make in a window of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    /// Calls in a window.
    pub calls: u32,
    /// The window's length.
    pub window: Duration,
}

impl Default for RateLimit {
    fn default() -> Self {
        Self { calls: 200, window: Duration::from_secs(60) }
    }
}
