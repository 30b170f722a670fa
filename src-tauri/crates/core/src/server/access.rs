//! The tokens of a session: held, renewed, kept safe, and given up.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use secrecy::{ExposeSecret, SecretString};

use super::failure;
use super::token::TokenKeeper;
use super::transport::Server;
use super::wire::TokenAnswer;
use crate::clock::Clock;
use crate::error::ServerDetail;
use crate::{Code, Result};

/// How long to wait for the server to receive a sign-out.
const SIGNING_OUT: Duration = Duration::from_secs(10);

/// How often a busy server is notified of a sign-out.
const TELLINGS: u32 = 3;

/// What gives access to a server.
pub(super) struct Access {
    server: Server,
    tokens: Mutex<Tokens>,
    refreshing: tokio::sync::Mutex<()>,
    clock: Mutex<Arc<dyn Clock>>,
    keeper: Mutex<Option<Arc<dyn TokenKeeper>>>,
    signed_out: AtomicBool,
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

impl Access {
    pub fn new(
        server: Server,
        refresh: SecretString,
        clock: Arc<dyn Clock>,
        keeper: Option<Arc<dyn TokenKeeper>>,
    ) -> Arc<Self> {
        Arc::new(Self {
            server,
            tokens: Mutex::new(Tokens {
                access: None,
                expires_at: Timestamp::UNIX_EPOCH,
                refresh,
                sealed_keys: None,
                refused_early: None,
            }),
            refreshing: tokio::sync::Mutex::new(()),
            clock: Mutex::new(clock),
            keeper: Mutex::new(keeper),
            signed_out: AtomicBool::new(false),
        })
    }

    pub fn by_clock(&self, clock: Arc<dyn Clock>) {
        *lock(&self.clock) = clock;
    }

    pub fn kept_by(&self, keeper: Arc<dyn TokenKeeper>) {
        *lock(&self.keeper) = Some(keeper);
    }

    pub fn refresh_token(&self) -> SecretString {
        lock(&self.tokens).refresh.clone()
    }

    /// The access token that is held, and until when; nothing is asked.
    pub fn held(&self) -> Option<(SecretString, Timestamp)> {
        let tokens = lock(&self.tokens);
        Some((tokens.access.clone()?, tokens.expires_at))
    }

    pub fn refused_early(&self) -> Option<(SecretString, Timestamp)> {
        lock(&self.tokens).refused_early.clone()
    }

    pub fn is_signed_out(&self) -> bool {
        self.signed_out.load(Ordering::Relaxed)
    }

    /// This access token is not taken any more: the next call renews it, unless a
    /// call beside it did so already. Refused before its time, that is noted, since
    /// it points to a changed JWT_SECRET.
    pub fn refused(&self, token: &SecretString) {
        let now = self.now();
        let mut tokens = lock(&self.tokens);
        let held = tokens.access.as_ref().is_some_and(|held| held.expose_secret() == token.expose_secret());
        if !held {
            return;
        }
        tokens.access = None;
        if tokens.expires_at > now {
            tokens.refused_early = Some((token.clone(), now));
        }
    }

    /// The account's sealed keys, as far as they are held; nothing is asked.
    pub fn held_keys(&self) -> Option<(String, String)> {
        lock(&self.tokens).sealed_keys.clone()
    }

    /// The account's sealed keys, as the server gave them with the last token.
    pub async fn sealed_keys(self: &Arc<Self>) -> Result<Option<(String, String)>> {
        if lock(&self.tokens).sealed_keys.is_none() {
            self.by_itself(|access| async move { access.refresh().await }).await?;
        }
        Ok(lock(&self.tokens).sealed_keys.clone())
    }

    /// The access token, renewed when it is about to end.
    pub async fn token(self: &Arc<Self>) -> Result<SecretString> {
        if let Some(token) = self.fresh() {
            return Ok(token);
        }
        self.by_itself(|access| async move {
            if let Some(token) = access.fresh() {
                return Ok(token);
            }
            access.refresh().await?;
            let token = lock(&access.tokens).access.clone();
            token.ok_or_else(failure::session_ended)
        })
        .await
    }

    fn fresh(&self) -> Option<SecretString> {
        let soon = self.now() + Duration::from_secs(60);
        let tokens = lock(&self.tokens);
        tokens.access.clone().filter(|_| tokens.expires_at > soon)
    }

    /// Renews as its own task, one at a time: a refresh token that the server
    /// has just replaced must not be lost because whoever asked stops waiting.
    async fn by_itself<T, F>(
        self: &Arc<Self>,
        renew: impl FnOnce(Arc<Self>) -> F + Send + 'static,
    ) -> Result<T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T>> + Send,
    {
        let access = Arc::clone(self);
        let renewing = tokio::spawn(async move {
            let guard = Arc::clone(&access);
            let _one_at_a_time = guard.refreshing.lock().await;
            renew(access).await
        });
        renewing.await.unwrap_or_else(|_| Err(ServerDetail::RenewingStopped.error()))
    }

    /// A new access token for the refresh token (PROTOCOL section 1).
    async fn refresh(&self) -> Result<()> {
        let refresh = self.refresh_token();
        if self.is_signed_out() {
            return Err(failure::session_ended());
        }
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh.expose_secret()),
            ("client_id", "desktop"),
        ];
        let request = self.server.request(Method::POST, "/identity/connect/token").form(&form);
        let answer = self.server.send(request, self.server.timeouts().ordinary).await?;
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
        let answer: TokenAnswer = self.server.json_before_sign_in(answer).await?;
        self.take(&answer);
        Ok(())
    }

    /// Takes over the tokens of a response.
    pub fn take(&self, answer: &TokenAnswer) {
        let lifetime = answer.expires_in.unwrap_or(3600).clamp(0, 7 * 24 * 3600);
        let expires_at = self.now() + SignedDuration::from_secs(lifetime);
        let mut tokens = lock(&self.tokens);
        // Renewed while someone signed out: no one is to come back with it.
        if self.is_signed_out() {
            return;
        }
        tokens.access = Some(answer.access_token.clone());
        tokens.expires_at = expires_at;
        if let (Some(key), Some(private)) = (&answer.key, &answer.private_key) {
            tokens.sealed_keys = Some((key.clone(), private.clone()));
        }
        // A server that names none keeps the one it has.
        let Some(refresh) = &answer.refresh_token else { return };
        let changed = tokens.refresh.expose_secret() != refresh.expose_secret();
        tokens.refresh = refresh.clone();
        let keeper = lock(&self.keeper).clone();
        if let (true, Some(keeper)) = (changed, keeper) {
            keeper.keep_refresh_token(&tokens.refresh);
        }
    }

    /// Forgets the tokens here and ends the session on the server (PROTOCOL section
    /// 1, revocation), asking a busy server again.
    pub async fn sign_out(&self) -> Result<()> {
        let refresh = {
            let mut tokens = lock(&self.tokens);
            self.signed_out.store(true, Ordering::Relaxed);
            tokens.access = None;
            tokens.expires_at = Timestamp::UNIX_EPOCH;
            tokens.sealed_keys = None;
            std::mem::replace(&mut tokens.refresh, SecretString::from(""))
        };
        if refresh.expose_secret().is_empty() {
            return Ok(());
        }
        let telling = async {
            let mut told = 1;
            loop {
                let error = match self.revoke(&refresh).await {
                    Ok(()) => return Ok(()),
                    Err(error) => error,
                };
                let busy = error.body().retry_after_seconds.is_some();
                if !(busy || failure::is_passing(&error)) || told >= TELLINGS {
                    return Err(error);
                }
                told += 1;
                let seconds = error.body().retry_after_seconds.unwrap_or(1);
                tokio::time::sleep(Duration::from_secs(u64::from(seconds))).await;
            }
        };
        let in_time = tokio::time::timeout(SIGNING_OUT, telling).await;
        in_time.unwrap_or_else(|_| Err(failure::timed_out(&self.server.address().host())))
    }

    async fn revoke(&self, refresh: &SecretString) -> Result<()> {
        let form = [("token", refresh.expose_secret())];
        let request = self.server.request(Method::POST, "/identity/connect/revocation").form(&form);
        let answer = self.server.send(request, self.server.timeouts().ordinary).await?;
        self.server.expect_success(answer).await.map(drop)
    }

    fn now(&self) -> Timestamp {
        lock(&self.clock).now()
    }
}

/// A poisoned lock only means that another thread panicked while it held plain data.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
