//! What the parts of one practice server share. Nothing here knows the parts.

mod hub;
mod limits;
mod lock;

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use desk_archive::Storage;
use desk_core::clock::Clock;
use jiff::Timestamp;
use rand::SeedableRng;
use rand::rngs::StdRng;
use secrecy::{ExposeSecret, SecretString};
use tokio_util::sync::CancellationToken;

pub(crate) use hub::{END, Frame, Hub};
pub(crate) use limits::Limits;
pub(crate) use lock::{Busy, Held, Lock};

use crate::bodies::Bodies;
use crate::database::Database;
use crate::faults::Faults;
use crate::options::Generation;

/// One practice server, shared by all its requests.
pub(crate) struct Instance {
    pub database: Database,
    pub bodies: Bodies,
    pub generation: Generation,
    pub faults: Faults,
    pub hub: Hub,
    pub limits: Limits,
    /// Held by a run or a restore.
    pub lock: Lock,
    /// Reaches targets; it knows the aliases of their hosts.
    pub client: reqwest::Client,
    pub clock: Arc<dyn Clock>,
    /// The folder that the WebDAV target serves.
    pub target_folder: PathBuf,
    /// The server's own address, without a slash at the end.
    pub server_url: String,
    /// Opens the switches.
    pub control_token: SecretString,
    /// Ends the threads that serve it.
    pub stop: CancellationToken,
    jwt_secret: RwLock<Option<SecretString>>,
    first_jwt_secret: SecretString,
}

/// The part of an [`Instance`] that comes from outside, by name.
pub(crate) struct Parts {
    pub database: Database,
    pub bodies: Bodies,
    pub generation: Generation,
    pub limits: Limits,
    pub client: reqwest::Client,
    pub clock: Arc<dyn Clock>,
    pub target_folder: PathBuf,
    pub server_url: String,
    pub control_token: SecretString,
    pub jwt_secret: SecretString,
    pub stop: CancellationToken,
}

/// Why JWT_SECRET is not good enough, in the server's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unsafe {
    Missing,
    TooShort,
}

impl Unsafe {
    pub fn reason(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::TooShort => "too_short",
        }
    }
}

/// The least length of JWT_SECRET.
pub(crate) const SECRET_MIN: usize = 32;

impl Instance {
    pub fn new(parts: Parts) -> Self {
        Self {
            database: parts.database,
            bodies: parts.bodies,
            generation: parts.generation,
            faults: Faults::new(),
            hub: Hub::default(),
            limits: parts.limits,
            lock: Lock::default(),
            client: parts.client,
            clock: parts.clock,
            target_folder: parts.target_folder,
            server_url: parts.server_url,
            control_token: parts.control_token,
            stop: parts.stop,
            jwt_secret: RwLock::new(Some(parts.jwt_secret.clone())),
            first_jwt_secret: parts.jwt_secret,
        }
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Now, as the server writes it.
    pub fn now_text(&self) -> String {
        iso(self.now())
    }

    pub fn is_legacy(&self) -> bool {
        self.generation == Generation::V1_5
    }

    pub fn storage(&self) -> Storage {
        self.bodies.storage()
    }

    /// JWT_SECRET, when it is good enough to work with.
    pub fn jwt_secret(&self) -> Result<SecretString, Unsafe> {
        let secret = self.jwt_secret.read().unwrap_or_else(PoisonError::into_inner);
        match &*secret {
            None => Err(Unsafe::Missing),
            Some(secret) if secret.expose_secret().chars().count() < SECRET_MIN => Err(Unsafe::TooShort),
            Some(secret) => Ok(secret.clone()),
        }
    }

    /// JWT_SECRET as it is set, good enough or not.
    pub fn set_secret(&self) -> Option<SecretString> {
        self.jwt_secret.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn set_jwt_secret(&self, secret: Option<SecretString>) {
        *self.jwt_secret.write().unwrap_or_else(PoisonError::into_inner) = secret;
    }

    pub fn first_jwt_secret(&self) -> SecretString {
        self.first_jwt_secret.clone()
    }

    /// Fresh randomness for keys and tokens.
    pub fn random() -> StdRng {
        StdRng::from_rng(&mut rand::rng())
    }
}

/// A time as the server writes it: UTC with milliseconds.
pub(crate) fn iso(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}
