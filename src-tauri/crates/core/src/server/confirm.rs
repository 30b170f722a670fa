//! The derived hash that confirms what reveals or destroys: in memory only, and
//! forgotten after idle time or on request.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;

use crate::clock::Clock;
use crate::{Code, Error, Result};

/// Keeps the derived hash while it may be used.
pub(super) struct Confirming {
    held: Mutex<Option<Held>>,
    clock: Arc<dyn Clock>,
    jobs: AtomicUsize,
}

struct Held {
    hash: SecretString,
    last_used: Timestamp,
}

/// A job at work: as long as it lives, idle time does not count.
pub struct AtWork<'a>(&'a Confirming);

impl Confirming {
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { held: Mutex::new(None), clock, jobs: AtomicUsize::new(0) }
    }

    pub fn open(&self, hash: SecretString) {
        *self.lock_held() = Some(Held { hash, last_used: self.clock.now() });
    }

    pub fn is_open(&self) -> bool {
        self.lock_held().is_some()
    }

    pub fn lock(&self) {
        *self.lock_held() = None;
    }

    /// Forgets the hash when it was not used for this long and no job is at work.
    pub fn lock_after(&self, idle: SignedDuration) -> bool {
        let mut held = self.lock_held();
        let now = self.clock.now();
        let is_idle = held.as_ref().is_some_and(|held| now.duration_since(held.last_used) >= idle);
        if is_idle && self.jobs.load(Ordering::Relaxed) == 0 {
            *held = None;
            return true;
        }
        false
    }

    /// The hash, for one call.
    pub fn hash(&self) -> Result<SecretString> {
        let mut held = self.lock_held();
        let held = held.as_mut().ok_or_else(|| {
            Error::new(
                Code::PasswordNeeded,
                "The master password is needed to confirm this.",
                "Enter the master password and try again.",
            )
        })?;
        held.last_used = self.clock.now();
        Ok(held.hash.clone())
    }

    pub fn at_work(&self) -> AtWork<'_> {
        self.jobs.fetch_add(1, Ordering::Relaxed);
        AtWork(self)
    }

    fn lock_held(&self) -> MutexGuard<'_, Option<Held>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for AtWork<'_> {
    fn drop(&mut self) {
        self.0.jobs.fetch_sub(1, Ordering::Relaxed);
        if let Some(held) = self.0.lock_held().as_mut() {
            held.last_used = self.0.clock.now();
        }
    }
}
