//! Authenticated calls: how each is made, waited for and repeated.

use std::future::Future;
use std::time::Duration;

use reqwest::header::{ACCEPT_ENCODING, CONTENT_TYPE};
use reqwest::{Method, RequestBuilder, Response};
use secrecy::ExposeSecret;

use super::failure;
use super::session::Session;
use super::timeouts::Timeouts;
use super::waits::{a_little, wait_as_asked};
use crate::progress::Progress;
use crate::secrets::ZeroizingJson;
use crate::{Code, Error, Result};

/// How often a call that may be repeated is made again after a failure.
const AGAIN: u32 = 2;

/// One authenticated call.
pub(super) struct Call<'a> {
    pub method: Method,
    pub path: &'a str,
    pub query: Vec<(&'static str, String)>,
    pub body: Option<ZeroizingJson>,
    /// How long the response may take to begin.
    pub patience: Patience,
    /// Sending it twice does no harm.
    pub repeatable: bool,
    /// It goes over its own connection, which is closed afterwards.
    pub fresh: bool,
    /// A file is returned, not JSON.
    pub is_file: bool,
}

/// How long a response may take to begin.
#[derive(Debug, Clone, Copy)]
pub(super) enum Patience {
    Ordinary,
    /// The server asks a target first.
    Slow,
    /// The server responds at the end of long work.
    Long,
}

impl Patience {
    pub fn of(self, timeouts: &Timeouts) -> Duration {
        match self {
            Self::Ordinary => timeouts.ordinary,
            Self::Slow => timeouts.slow,
            Self::Long => timeouts.long,
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
            fresh: false,
            is_file: false,
        }
    }

    pub fn post(path: &'a str, body: ZeroizingJson) -> Self {
        Self { method: Method::POST, body: Some(body), repeatable: false, ..Self::get(path) }
    }

    pub fn put(path: &'a str, body: ZeroizingJson) -> Self {
        Self { method: Method::PUT, ..Self::post(path, body) }
    }

    pub fn query(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.query.push((name, value.into()));
        self
    }

    pub fn slow(mut self) -> Self {
        self.patience = Patience::Slow;
        self
    }

    pub fn long(mut self) -> Self {
        self.patience = Patience::Long;
        self
    }

    /// The response is a file.
    pub fn file(mut self) -> Self {
        self.is_file = true;
        self
    }

    pub fn repeatable(mut self) -> Self {
        self.repeatable = true;
        self
    }
}

impl Session {
    /// Makes an authenticated call. Renews the access token once when the server
    /// does not know it, waits when the server asks to, and repeats a call that
    /// may be repeated when the network fails.
    pub(super) async fn call(&self, call: &Call<'_>, progress: &dyn Progress) -> Result<Response> {
        self.persist(call.repeatable, progress, |fresh| self.attempt(call, fresh, progress)).await
    }

    /// Attempts something until it works or there is no sense in continuing. An
    /// attempt that was refused for the token or for the rate never took effect,
    /// so it may always be made again; one that was lost only when `repeatable`.
    /// `attempt` has to use a new connection once a response was lost.
    pub(super) async fn persist<T, F: Future<Output = Result<T>>>(
        &self,
        repeatable: bool,
        progress: &dyn Progress,
        attempt: impl Fn(bool) -> F,
    ) -> Result<T> {
        let mut renewed = false;
        let mut waited = Duration::ZERO;
        let mut failures = 0_u32;
        loop {
            let error = match attempt(failures > 0).await {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            // What never left this computer can be sent for the first time again.
            let harmless = repeatable || failure::was_never_sent(&error);
            match error.code() {
                Code::SessionEnded if !renewed && !failure::was_never_sent(&error) => renewed = true,
                Code::RateLimited => self.wait_as_asked(&error, &mut waited, progress).await?,
                Code::ServerFailed if harmless && error.body().retry_after_seconds.is_some() => {
                    self.wait_as_asked(&error, &mut waited, progress).await?;
                }
                _ if harmless && failures < AGAIN && failure::is_passing(&error) => {
                    failures += 1;
                    tokio::time::sleep(pause(failures)).await;
                }
                Code::WrongPassword => {
                    // What was entered is of no use: whoever continues is asked again.
                    self.lock();
                    return Err(error);
                }
                _ => return Err(error),
            }
        }
    }

    /// Waits as long as a response asks to; gives up with it when that is too long.
    async fn wait_as_asked(
        &self,
        error: &Error,
        waited: &mut Duration,
        progress: &dyn Progress,
    ) -> Result<()> {
        progress.at_server(false);
        wait_as_asked(error, waited, self.server().timeouts(), self.server().waits_of(progress)).await
    }

    /// Makes a call once; on its own connection when `fresh` or when the call asks for it.
    pub(super) async fn attempt(
        &self,
        call: &Call<'_>,
        fresh: bool,
        progress: &dyn Progress,
    ) -> Result<Response> {
        let server = self.server();
        let request = if fresh || call.fresh {
            server.fresh_request(call.method.clone(), call.path)
        } else {
            server.request(call.method.clone(), call.path)
        };
        // A file comes as it is: its length is known then, and nothing small unpacks
        // into something huge.
        let request = if call.is_file { request.header(ACCEPT_ENCODING, "identity") } else { request };
        let request = if call.query.is_empty() { request } else { request.query(&call.query) };
        let request = match &call.body {
            Some(body) => request.header(CONTENT_TYPE, "application/json").body(body.to_bytes()),
            None => request,
        };
        self.send(request, call.is_file, call.patience.of(self.server().timeouts()), progress).await
    }

    /// Sends a request with the session's token, inside the budget of calls. What
    /// fails before it is sent says so.
    pub(super) async fn send(
        &self,
        request: RequestBuilder,
        is_file: bool,
        patience: Duration,
        progress: &dyn Progress,
    ) -> Result<Response> {
        let token = self.access_token().await.map_err(failure::never_sent)?;
        let waits = self.server().waits_of(progress);
        self.rate_limiter().take(self.server().timeouts(), is_file, waits).await;
        progress.at_server(true);
        let response = self.server().send(request.bearer_auth(token.expose_secret()), patience).await?;
        let answer = self.server().expect_success(response).await;
        if let Err(error) = &answer
            && error.code() == Code::SessionEnded
        {
            self.token_refused(&token);
            progress.at_server(false);
        }
        answer
    }
}

/// Half a second, then a second and so on, with some of it left to chance so that
/// several clients do not come back together.
fn pause(failures: u32) -> Duration {
    let base = Duration::from_millis(250 << failures.min(5));
    base + a_little(base * 5)
}
