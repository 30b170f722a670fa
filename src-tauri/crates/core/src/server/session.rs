//! A session: who is signed in, its tokens, and every authenticated call.

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use reqwest::{Method, RequestBuilder, Response};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::confirm::{AtWork, Confirming};
use super::failure;
use super::model::Generation;
use super::pace::{Budget, Pace};
use super::transport::Server;
use super::wire::TokenAnswer;
use crate::clock::{Clock, SystemClock};
use crate::progress::{Progress, Update};
use crate::{Code, Error, Result};

/// Told when the tokens of a session change, to keep them safe.
pub trait TokenKeeper: Send + Sync {
    /// The refresh token is now this one.
    fn keep_refresh_token(self: Arc<Self>, token: &SecretString);
}

/// Who a session belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The e-mail, as the server knows it.
    pub email: String,
    /// The UUID that this installation uses with the server.
    pub device_identifier: String,
}

/// Someone signed in to a server.
pub struct Session {
    pub(super) server: Server,
    account: Account,
    tokens: Mutex<Tokens>,
    refreshing: tokio::sync::Mutex<()>,
    confirming: Confirming,
    generation: Mutex<Option<Generation>>,
    budget: Budget,
    clock: Arc<dyn Clock>,
    keeper: Option<Arc<dyn TokenKeeper>>,
}

struct Tokens {
    access: Option<SecretString>,
    expires_at: Timestamp,
    refresh: SecretString,
    /// `Key` and `PrivateKey`, sealed under what only the master password opens.
    sealed_keys: Option<(String, String)>,
    /// The access token that was last refused before its time was up, and when.
    refused_early: Option<(SecretString, Timestamp)>,
}

/// One authenticated call.
pub(super) struct Call<'a> {
    pub method: Method,
    pub path: &'a str,
    pub query: Vec<(&'static str, String)>,
    pub body: Option<Value>,
    /// How long the answer may take to begin.
    pub patience: Patience,
    /// Sending it twice does no harm.
    pub repeatable: bool,
}

/// How long an answer may take to begin.
#[derive(Debug, Clone, Copy)]
pub(super) enum Patience {
    Ordinary,
    /// The server answers at the end of long work.
    Long,
}

impl Patience {
    pub fn of(self, pace: &Pace) -> Duration {
        match self {
            Self::Ordinary => pace.ordinary,
            Self::Long => pace.long,
        }
    }
}

impl<'a> Call<'a> {
    pub fn get(path: &'a str) -> Self {
        Self {
            method: Method::GET,
            path,
            query: Vec::new(),
            body: None,
            patience: Patience::Ordinary,
            repeatable: true,
        }
    }

    pub fn post(path: &'a str, body: Value) -> Self {
        Self { method: Method::POST, body: Some(body), repeatable: false, ..Self::get(path) }
    }

    pub fn put(path: &'a str, body: Value) -> Self {
        Self { method: Method::PUT, ..Self::post(path, body) }
    }

    pub fn query(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.query.push((name, value.into()));
        self
    }

    pub fn long(mut self) -> Self {
        self.patience = Patience::Long;
        self
    }

    pub fn repeatable(mut self) -> Self {
        self.repeatable = true;
        self
    }
}

impl Session {
    pub(super) fn signed_in(
        server: Server,
        account: Account,
        answer: &TokenAnswer,
        hash: SecretString,
    ) -> Self {
        let session = Self::resume(server, account, answer.refresh_token.clone(), None, None);
        session.take(answer);
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
        Self {
            server,
            account,
            tokens: Mutex::new(Tokens {
                access: None,
                expires_at: Timestamp::UNIX_EPOCH,
                refresh: refresh_token,
                sealed_keys: None,
                refused_early: None,
            }),
            refreshing: tokio::sync::Mutex::new(()),
            confirming: Confirming::new(Arc::new(SystemClock)),
            generation: Mutex::new(generation),
            budget: Budget::default(),
            clock: Arc::new(SystemClock),
            keeper,
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
        self.clock = clock;
        self
    }

    /// Hands tokens to a keeper when they change from now on.
    pub fn kept_by(&mut self, keeper: Arc<dyn TokenKeeper>) {
        self.keeper = Some(keeper);
    }

    /// The refresh token, to be kept safe.
    pub fn refresh_token(&self) -> SecretString {
        lock(&self.tokens).refresh.clone()
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
        *lock(&self.generation)
    }

    pub(super) fn learned(&self, generation: Option<Generation>) {
        *lock(&self.generation) = generation;
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
    /// at work; answers whether it did.
    pub fn lock_after(&self, idle: SignedDuration) -> bool {
        self.confirming.lock_after(idle)
    }

    /// A job begins: until what is answered is dropped, idle time does not count.
    pub fn at_work(&self) -> AtWork<'_> {
        self.confirming.at_work()
    }

    /// The derived hash for a confirming call.
    pub(super) fn password_hash(&self) -> Result<SecretString> {
        self.confirming.hash()
    }

    /// The access token that is held, and until when; nothing is asked.
    pub(crate) fn held_token(&self) -> Option<(SecretString, Timestamp)> {
        let tokens = lock(&self.tokens);
        Some((tokens.access.clone()?, tokens.expires_at))
    }

    /// The access token that was last refused before its time was up, and when.
    pub fn refused_early(&self) -> Option<(SecretString, Timestamp)> {
        lock(&self.tokens).refused_early.clone()
    }

    /// The access token is not taken any more: the next call renews it. Refused
    /// before its time, that is noted, since it tells of a changed JWT_SECRET.
    pub(super) fn token_refused(&self) {
        let now = self.clock.now();
        let mut tokens = lock(&self.tokens);
        let refused = tokens.access.take().filter(|_| tokens.expires_at > now);
        if let Some(token) = refused {
            tokens.refused_early = Some((token, now));
        }
    }

    /// The account's sealed keys, as the server gave them with the last token.
    pub(super) async fn sealed_keys(&self) -> Result<Option<(String, String)>> {
        if lock(&self.tokens).sealed_keys.is_none() {
            let _one_at_a_time = self.refreshing.lock().await;
            self.refresh().await?;
        }
        Ok(lock(&self.tokens).sealed_keys.clone())
    }

    /// The access token, renewed when it is about to end.
    pub(super) async fn access_token(&self) -> Result<SecretString> {
        let soon = self.clock.now() + Duration::from_secs(60);
        let fresh = |tokens: &Tokens| tokens.access.clone().filter(|_| tokens.expires_at > soon);
        if let Some(token) = fresh(&lock(&self.tokens)) {
            return Ok(token);
        }
        let _one_at_a_time = self.refreshing.lock().await;
        if let Some(token) = fresh(&lock(&self.tokens)) {
            return Ok(token);
        }
        self.refresh().await?;
        lock(&self.tokens).access.clone().ok_or_else(failure::session_ended)
    }

    /// A new access token for the refresh token (PROTOCOL section 1).
    async fn refresh(&self) -> Result<()> {
        let refresh = lock(&self.tokens).refresh.clone();
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh.expose_secret()),
            ("client_id", "desktop"),
        ];
        let request = self.server.request(Method::POST, "/identity/connect/token").form(&form);
        let answer = self.server.send(request, self.server.pace().ordinary).await?;
        let answer = self.server.expect_success(answer).await.map_err(|error| match error.code() {
            // Not a logout: the server is busy and says when to come back.
            Code::AccountLocked => failure::busy_for_now(&error),
            // Whatever the words, the token is not taken any more.
            Code::ServerRefused | Code::WrongPassword => {
                let words = error.body().original.clone().unwrap_or_default();
                failure::session_ended().original(words)
            }
            _ => error,
        })?;
        let answer: TokenAnswer = self.server.json(answer).await?;
        self.take(&answer);
        Ok(())
    }

    fn take(&self, answer: &TokenAnswer) {
        let lifetime = answer.expires_in.unwrap_or(3600).clamp(0, 7 * 24 * 3600);
        let mut tokens = lock(&self.tokens);
        tokens.access = Some(answer.access_token.clone());
        if let (Some(key), Some(private)) = (&answer.key, &answer.private_key) {
            tokens.sealed_keys = Some((key.clone(), private.clone()));
        }
        tokens.expires_at = self.clock.now() + SignedDuration::from_secs(lifetime);
        let changed = tokens.refresh.expose_secret() != answer.refresh_token.expose_secret();
        tokens.refresh = answer.refresh_token.clone();
        if let (true, Some(keeper)) = (changed, &self.keeper) {
            Arc::clone(keeper).keep_refresh_token(&tokens.refresh);
        }
    }

    /// Makes an authenticated call. Renews the access token once when the server
    /// does not know it, waits when the server asks to, and repeats a call that
    /// may be repeated when the network fails.
    pub(super) async fn call(&self, call: &Call<'_>, progress: &dyn Progress) -> Result<Response> {
        self.persist(call.repeatable, progress, || self.attempt(call)).await
    }

    /// Attempts something until it works or there is no sense in going on. An
    /// attempt that was refused for the token or for the rate never took effect,
    /// so it may always be made again; one that was lost only when `repeatable`.
    pub(super) async fn persist<T, F: Future<Output = Result<T>>>(
        &self,
        repeatable: bool,
        progress: &dyn Progress,
        attempt: impl Fn() -> F,
    ) -> Result<T> {
        let mut renewed = false;
        let mut waited = Duration::ZERO;
        let mut failures = 0_u32;
        loop {
            let error = match attempt().await {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            match error.code() {
                Code::SessionEnded if !renewed => {
                    renewed = true;
                    self.token_refused();
                }
                Code::RateLimited => self.wait_as_asked(&error, &mut waited, progress).await?,
                Code::ServerFailed if repeatable && error.body().retry_after_seconds.is_some() => {
                    self.wait_as_asked(&error, &mut waited, progress).await?;
                }
                Code::ConnectionLost | Code::HostUnreachable | Code::TimedOut
                    if repeatable && failures < 2 =>
                {
                    failures += 1;
                    tokio::time::sleep(pause(failures)).await;
                }
                _ => return Err(error),
            }
        }
    }

    /// Waits as long as an answer asks to; gives up with it when that is too long.
    async fn wait_as_asked(
        &self,
        error: &Error,
        waited: &mut Duration,
        progress: &dyn Progress,
    ) -> Result<()> {
        let seconds = error.body().retry_after_seconds.unwrap_or(10).max(1);
        let wait = Duration::from_secs(u64::from(seconds));
        *waited += wait;
        if *waited > self.server.pace().longest_wait {
            return Err(error.clone());
        }
        progress.report(Update::Waiting { seconds });
        tokio::time::sleep(wait).await;
        Ok(())
    }

    pub(super) async fn attempt(&self, call: &Call<'_>) -> Result<Response> {
        let request = self.request(call.method.clone(), call.path).await?;
        let request = if call.query.is_empty() { request } else { request.query(&call.query) };
        let request = match &call.body {
            Some(body) => request.json(body),
            None => request,
        };
        let response = self.server.send(request, call.patience.of(self.server.pace())).await?;
        self.server.expect_success(response).await
    }

    /// A request with the session's token, inside the budget of calls.
    pub(super) async fn request(&self, method: Method, path: &str) -> Result<RequestBuilder> {
        let token = self.access_token().await?;
        self.budget.take(self.server.pace()).await;
        Ok(self.server.request(method, path).bearer_auth(token.expose_secret()))
    }

    /// Ends the session on the server (PROTOCOL section 1, revocation) and forgets
    /// its secrets here, whether or not the server could be reached.
    ///
    /// # Errors
    /// A network error: the session then ends by itself after 30 days without use.
    pub async fn sign_out(&self) -> Result<()> {
        self.lock();
        let refresh = {
            let mut tokens = lock(&self.tokens);
            tokens.access = None;
            tokens.expires_at = Timestamp::UNIX_EPOCH;
            std::mem::replace(&mut tokens.refresh, SecretString::from(""))
        };
        let form = [("token", refresh.expose_secret())];
        let request = self.server.request(Method::POST, "/identity/connect/revocation").form(&form);
        let answer = self.server.send(request, Duration::from_secs(10)).await?;
        self.server.expect_success(answer).await?;
        Ok(())
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

/// Half a second, then a second and so on, with some of it left to chance so that
/// several clients do not come back together.
fn pause(failures: u32) -> Duration {
    let base = 250_u64 << failures.min(5);
    Duration::from_millis(base + rand::random_range(0..=base / 2))
}

/// A poisoned lock only means that another thread panicked while it held plain data.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
