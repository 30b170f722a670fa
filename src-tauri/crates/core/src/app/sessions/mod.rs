//! Sessions: signing in, coming back, switching and signing out, and how servers are reached.

mod connection;
mod pending;
mod rate_limiters;
mod sign_in;
mod sign_out;
mod token_persistence;

use std::sync::{Arc, PoisonError, RwLock};

pub use connection::{ConnectionForm, HeaderForm};
pub use sign_in::{ActiveProfile, SignInForm, SignInResult};
pub use sign_out::SignedOut;

use crate::Result;
use crate::clock::Clock;
use crate::error::AccountDetail;
use crate::ledger::{Ledger, Sighting};
use crate::progress::{Progress, Silent};
use crate::secrets::SecretStore;
use crate::server::Timeouts;

/// Who is signed in, and how servers are reached.
pub struct Sessions {
    ledger: Arc<Ledger>,
    secrets: Arc<dyn SecretStore>,
    clock: Arc<dyn Clock>,
    current: RwLock<Option<Arc<ActiveProfile>>>,
    pending: pending::Pending,
    timeouts: RwLock<Timeouts>,
    waits: RwLock<Arc<dyn Progress>>,
    rate_limiters: rate_limiters::RateLimiters,
    /// Called when another profile becomes the current one, or none.
    on_change: Box<dyn Fn() + Send + Sync>,
}

impl Sessions {
    pub(super) fn new(
        ledger: Arc<Ledger>,
        secrets: Arc<dyn SecretStore>,
        clock: Arc<dyn Clock>,
        on_change: Box<dyn Fn() + Send + Sync>,
    ) -> Self {
        Self {
            ledger,
            secrets,
            clock,
            current: RwLock::new(None),
            pending: pending::Pending::default(),
            timeouts: RwLock::default(),
            waits: RwLock::new(Arc::new(Silent)),
            rate_limiters: rate_limiters::RateLimiters::default(),
            on_change,
        }
    }

    /// Forgets the hash that the session derived, and a sign-in that waits for its second step.
    pub(super) fn lock(&self) {
        self.pending.clear();
        if let Some(signed) = self.signed() {
            signed.session.lock();
        }
    }

    /// The same after `idle` time without use.
    pub(super) fn lock_after(&self, idle: std::time::Duration) {
        self.pending.expire(self.clock.now());
        if let Some(signed) = self.signed() {
            signed.session.lock_after(idle);
        }
    }

    /// The server's settings could be read for this profile just now.
    ///
    /// # Errors
    /// `LedgerFailed`.
    pub(super) fn note_readable(&self, profile_id: &str) -> Result<()> {
        self.ledger.note_sighting(profile_id, Sighting::SettingsReadable, self.clock.now())
    }

    /// Keeps the generation that a call has shown, as long as the profile is there.
    pub(super) fn note_generation(&self, signed: &ActiveProfile) {
        let shown = signed.session.generation();
        if shown.is_some()
            && shown != signed.profile.generation
            && let Err(error) = self.ledger.note_generation(&signed.profile.id, shown)
        {
            tracing::warn!(code = %error.code(), "the server's generation could not be kept");
        }
    }

    /// Reports to `progress` from now on when a server asks to wait at sign-in, which is no job.
    pub fn report_waits_to(&self, progress: Arc<dyn Progress>) {
        *self.waits.write().unwrap_or_else(PoisonError::into_inner) = progress;
    }

    /// How long servers are waited for, from the next sign-in on.
    pub fn set_timeouts(&self, timeouts: Timeouts) {
        *self.timeouts.write().unwrap_or_else(PoisonError::into_inner) = timeouts;
    }

    fn timeouts(&self) -> Timeouts {
        *self.timeouts.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Who is signed in.
    pub fn signed(&self) -> Option<Arc<ActiveProfile>> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Who is signed in, or an error that asks to sign in.
    ///
    /// # Errors
    /// `SessionEnded`.
    pub fn needs_signed(&self) -> Result<Arc<ActiveProfile>> {
        self.signed().ok_or_else(|| AccountDetail::NotSignedIn.error())
    }

    pub(in crate::app) fn set_current(&self, signed: Option<Arc<ActiveProfile>>) {
        (self.on_change)();
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = signed;
    }
}
