//! A session: who is signed in to which server.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use secrecy::SecretString;

use super::access::Access;
use super::confirm::{AtWork, Confirming};
use super::model::Generation;
use super::timeouts::RateLimiter;
use super::token::TokenKeeper;
use super::transport::Server;
use super::wire::TokenAnswer;
use crate::Result;
use crate::account::KdfGuard;
use crate::clock::{Clock, SystemClock};

/// Who a session belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The email address, as the server knows it.
    pub email: String,
    /// The UUID that this installation uses with the server.
    pub device_identifier: String,
}

/// Someone signed in to a server.
pub struct Session {
    pub(super) server: Server,
    account: Account,
    access: Arc<Access>,
    confirming: Confirming,
    generation: Mutex<Option<Generation>>,
    rate_limiter: Arc<RateLimiter>,
    kdf: Arc<KdfGuard>,
}

impl Session {
    pub(super) fn signed_in(
        server: Server,
        account: Account,
        answer: &TokenAnswer,
        hash: SecretString,
    ) -> Self {
        // A server that names no refresh token ends the session with the access token.
        let refresh = answer.refresh_token.clone().unwrap_or_else(|| SecretString::from(""));
        let session = Self::resume(server, account, refresh, None, None);
        session.access.take(answer);
        session.confirming.open(hash);
        session
    }

    /// A session from a refresh token that was kept. No call is made yet; the
    /// first one fetches an access token.
    pub fn resume(
        server: Server,
        account: Account,
        refresh_token: SecretString,
        generation: Option<Generation>,
        keeper: Option<Arc<dyn TokenKeeper>>,
    ) -> Self {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        Self {
            access: Access::new(server.clone(), refresh_token, Arc::clone(&clock), keeper),
            server,
            account,
            confirming: Confirming::new(clock),
            generation: Mutex::new(generation),
            rate_limiter: Arc::default(),
            kdf: Arc::default(),
        }
    }

    /// The same session by another clock.
    #[must_use]
    pub fn by_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        let confirming = Confirming::new(Arc::clone(&clock));
        if let Ok(hash) = self.confirming.hash() {
            confirming.open(hash);
        }
        self.confirming = confirming;
        self.access.by_clock(clock);
        self
    }

    /// The same session with a server whose generation is known already.
    #[must_use]
    pub fn of_generation(self, generation: Option<Generation>) -> Self {
        self.learned(generation);
        self
    }

    /// The same session with what is known of the account's key derivation.
    #[must_use]
    pub fn guarded_by(mut self, guard: Arc<KdfGuard>) -> Self {
        self.kdf = guard;
        self
    }

    /// What is known of the account's key derivation.
    pub fn kdf_guard(&self) -> &KdfGuard {
        &self.kdf
    }

    /// The same session within a budget that others of the same account share.
    #[must_use]
    pub fn within(mut self, rate_limiter: Arc<RateLimiter>) -> Self {
        self.rate_limiter = rate_limiter;
        self
    }

    /// Hands tokens to a keeper when they change from now on.
    pub fn kept_by(&mut self, keeper: Arc<dyn TokenKeeper>) {
        self.access.kept_by(keeper);
    }

    /// The refresh token, to be kept safe.
    pub fn refresh_token(&self) -> SecretString {
        self.access.refresh_token()
    }

    /// Makes sure that the server still knows the session.
    ///
    /// # Errors
    /// `SessionEnded`, or a network error.
    pub async fn renew(&self) -> Result<()> {
        self.access_token().await.map(drop)
    }

    /// The server.
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// Who is signed in.
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// The generation of the server's backup API, once a call has shown it.
    pub fn generation(&self) -> Option<Generation> {
        *self.generation.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn learned(&self, generation: Option<Generation>) {
        *self.generation.lock().unwrap_or_else(PoisonError::into_inner) = generation;
    }

    pub(super) fn rate_limiter(&self) -> &RateLimiter {
        &self.rate_limiter
    }

    /// The master password was entered, so that calls which need it can be made.
    pub fn can_confirm(&self) -> bool {
        self.confirming.is_open()
    }

    /// Takes the derived hash for calls that need the master password.
    pub(super) fn confirm_with(&self, hash: SecretString) {
        self.confirming.open(hash);
    }

    /// Forgets the derived hash: calls that need the master password ask again.
    pub fn lock(&self) {
        self.confirming.lock();
    }

    /// Forgets the derived hash when it was not used for this long and no job is
    /// at work.
    pub fn lock_after(&self, idle: Duration) {
        self.confirming.lock_after(idle);
    }

    /// A job begins: until what is returned is dropped, idle time does not count.
    pub fn at_work(&self) -> AtWork<'_> {
        self.confirming.at_work()
    }

    /// The derived hash for a confirming call.
    pub(super) fn password_hash(&self) -> Result<SecretString> {
        self.confirming.hash()
    }

    /// The access token that is held, and until when; nothing is asked.
    pub(crate) fn held_token(&self) -> Option<(SecretString, Timestamp)> {
        self.access.held()
    }

    /// The access token that was last refused before its time was up, and when.
    pub fn refused_early(&self) -> Option<(SecretString, Timestamp)> {
        self.access.refused_early()
    }

    /// This access token is not taken any more: the next call renews it.
    pub(super) fn token_refused(&self, token: &SecretString) {
        self.access.refused(token);
    }

    /// The account's sealed keys, as the server gave them with the last token.
    pub(super) async fn sealed_keys(&self) -> Result<Option<(String, String)>> {
        self.access.sealed_keys().await
    }

    /// The same, as far as they are held; nothing is asked.
    pub(super) fn held_keys(&self) -> Option<(String, String)> {
        self.access.held_keys()
    }

    /// The access token, renewed when it is about to end.
    pub(super) async fn access_token(&self) -> Result<SecretString> {
        self.access.token().await
    }

    /// Someone signed out here: that the server knows the session no more says
    /// nothing about the server.
    pub fn is_signed_out(&self) -> bool {
        self.access.is_signed_out()
    }

    /// Ends the session on the server and forgets its secrets here, whether or not
    /// the server could be reached.
    ///
    /// # Errors
    /// A network error: the session then ends automatically after 30 days without use.
    pub async fn sign_out(&self) -> Result<()> {
        self.lock();
        self.access.sign_out().await
    }
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session")
            .field("server", &self.server)
            .field("account", &self.account)
            .finish_non_exhaustive()
    }
}
