//! One server over HTTP: sending, waiting no longer than is right, and turning
//! what goes wrong into an error for a person.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::StreamExt;
use jiff::Timestamp;
use reqwest::header::{CONNECTION, CONTENT_TYPE, DATE, HeaderMap};
use reqwest::{Client, ClientBuilder, Method, RequestBuilder, Response};
use serde::de::DeserializeOwned;
use url::Url;

use super::address::ServerAddress;
use super::bounded::{Plain, holds_too_many_values};
use super::connection::{Connection, ConnectionSecrets};
use super::failure;
use super::timeouts::Timeouts;
use super::waits::{WaitReports, wait_as_asked};
use super::wire::{Bootstrap, Config};
use crate::error::ServerDetail;
use crate::progress::{Progress, Silent};
use crate::{Code, Error, Result};

/// The largest JSON response that is read, in bytes: far above any real one.
const LARGEST_JSON: usize = 4 << 20;

/// The same for responses that come before anyone is signed in, and for refusals.
const LARGEST_BEFORE_SIGN_IN: usize = 256 << 10;

/// How many of its stall times a JSON body may take in all.
const STALLS_A_BODY: u32 = 4;

/// A NodeWarden server that no one is signed in to.
#[derive(Debug, Clone)]
pub struct Server {
    address: ServerAddress,
    http: Client,
    /// Never reuses a connection: for calls whose refusal may leave a connection
    /// unusable, and for those that got no response on an open one.
    fresh: Client,
    /// Receives the waits that the server asks for at sign-in.
    waits: WaitReports,
    /// For the hub: a WebSocket is an upgrade of HTTP/1.1.
    upgrading: Client,
    timeouts: Timeouts,
    /// The proxy of the connection settings, without any login.
    proxy: Option<String>,
    /// What the server's clock showed with its last response.
    told_time: Arc<Mutex<Option<Timestamp>>>,
}

/// Why a JWT_SECRET is unsafe, as `GET /api/web-bootstrap` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JwtUnsafe {
    /// Not set.
    Missing,
    /// Under 32 characters.
    TooShort,
}

impl JwtUnsafe {
    /// The error for a person.
    pub fn error(self) -> Error {
        match self {
            Self::Missing => ServerDetail::JwtSecretMissing.error(),
            Self::TooShort => ServerDetail::JwtSecretTooShort.error(),
        }
    }
}

impl Server {
    /// A server at this address. No connection is made yet.
    ///
    /// # Errors
    /// `TlsFailed` when this computer's certificates cannot be loaded.
    pub fn new(address: ServerAddress) -> Result<Self> {
        Self::reached(address, &Connection::default(), &ConnectionSecrets::default(), Timeouts::default())
    }

    /// The same, reached in its own way.
    ///
    /// # Errors
    /// As [`Connection::check`], and `TlsFailed`.
    pub fn reached(
        address: ServerAddress,
        connection: &Connection,
        secrets: &ConnectionSecrets,
        timeouts: Timeouts,
    ) -> Result<Self> {
        let client = || -> Result<ClientBuilder> {
            let client = Client::builder()
                .user_agent(concat!("NodeWarden-Desk/", env!("CARGO_PKG_VERSION")))
                .connect_timeout(timeouts.connecting)
                .redirect(reqwest::redirect::Policy::none());
            // The system's proxy is not the way to this computer.
            let direct = connection.proxy.is_none() && address.is_loopback();
            let client = if direct { client.no_proxy() } else { client };
            connection.apply(client, secrets)
        };
        let built = |client: ClientBuilder| {
            client.build().map_err(|error| failure::network(error, &address.host(), None))
        };
        let (http, upgrading) = (built(client()?)?, built(client()?.http1_only())?);
        let fresh = built(client()?.pool_max_idle_per_host(0))?;
        let proxy = connection.proxy.as_deref().and_then(|proxy| Url::parse(proxy).ok());
        let proxy = proxy.as_ref().and_then(host_of);
        Ok(Self {
            address,
            http,
            fresh,
            upgrading,
            waits: WaitReports(Arc::new(Silent)),
            timeouts,
            proxy,
            told_time: Arc::default(),
        })
    }

    /// The same server, reporting to `progress` when a call that is no job's has to wait.
    #[must_use]
    pub fn reporting_waits_to(mut self, progress: Arc<dyn Progress>) -> Self {
        self.waits = WaitReports(progress);
        self
    }

    /// Where a call's waits are reported: where its progress is, or where those of all calls are
    /// that report none.
    pub(super) fn waits_of<'a>(&'a self, progress: &'a dyn Progress) -> &'a dyn Progress {
        if progress.is_heard() { progress } else { self.waits.0.as_ref() }
    }

    /// Repeats a call before or at sign-in that the server rejected with a rate limit,
    /// after the time that it asks for. Such a call had no effect.
    pub(super) async fn waiting<T, F: Future<Output = Result<T>>>(
        &self,
        attempt: impl Fn() -> F,
    ) -> Result<T> {
        let mut waited = Duration::ZERO;
        loop {
            match attempt().await {
                Err(error) if error.code() == Code::RateLimited => {
                    wait_as_asked(&error, &mut waited, &self.timeouts, self.waits.0.as_ref()).await?;
                }
                answer => return answer,
            }
        }
    }

    /// Its address.
    pub fn address(&self) -> &ServerAddress {
        &self.address
    }

    /// How long it is waited for, and how often it is asked.
    pub fn timeouts(&self) -> &Timeouts {
        &self.timeouts
    }

    /// What the server's clock showed with its last response, to the second: what it
    /// does later has a later time, whatever this computer's clock shows.
    pub fn told_time(&self) -> Option<Timestamp> {
        *self.told_time.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes sure that a NodeWarden responds, and that it can work: its JWT_SECRET
    /// is set and long enough (PROTOCOL section 1, `web-bootstrap`).
    ///
    /// # Errors
    /// `NotNodeWarden`, `JwtSecretMissing`, `JwtSecretTooShort`, or a network error.
    pub async fn probe(&self) -> Result<()> {
        match self.jwt_unsafe().await? {
            None => Ok(()),
            Some(reason) => Err(reason.error()),
        }
    }

    /// What the server says of its JWT_SECRET.
    ///
    /// # Errors
    /// `NotNodeWarden` or a network error.
    pub async fn jwt_unsafe(&self) -> Result<Option<JwtUnsafe>> {
        self.waiting(|| self.ask_bootstrap()).await.map_err(|error| match error.code() {
            // No one has to sign in for this: whoever asks for that is something else,
            // such as a gateway or a WebDAV share.
            Code::SessionEnded | Code::NotAdministrator | Code::AnswerUnreadable => {
                let words = error.body().original.clone().unwrap_or_default();
                failure::not_nodewarden(&self.address.host()).original(words)
            }
            _ => error,
        })
    }

    /// The version of Bitwarden's API that the server says it has; it changes with the server's
    /// own version, though not with every one (PROTOCOL section 1). None when it does not say.
    ///
    /// # Errors
    /// `NotNodeWarden` or a network error.
    pub async fn api_version(&self) -> Result<Option<String>> {
        let answer = self.send(self.request(Method::GET, "/api/config"), self.timeouts.ordinary).await?;
        let config: Config = self.json_before_sign_in(self.expect_success(answer).await?).await?;
        Ok(config.version.as_str().map(str::to_owned))
    }

    async fn ask_bootstrap(&self) -> Result<Option<JwtUnsafe>> {
        let answer =
            self.send(self.request(Method::GET, "/api/web-bootstrap"), self.timeouts.ordinary).await?;
        if answer.status().as_u16() == 404 {
            // Servers before this call existed can still be recognised.
            let request = self.request(Method::GET, "/api/config");
            let answer = self.expect_success(self.send(request, self.timeouts.ordinary).await?).await?;
            let config: Config = self.json_before_sign_in(answer).await?;
            return match config.git_hash.as_str() {
                Some("nodewarden") => Ok(None),
                _ => Err(failure::not_nodewarden(&self.address.host())),
            };
        }
        let bootstrap: Bootstrap = self.json_before_sign_in(self.expect_success(answer).await?).await?;
        match bootstrap.jwt_unsafe_reason {
            Some(Plain::Null) => Ok(None),
            Some(reason) if reason.as_str() == Some("missing") => Ok(Some(JwtUnsafe::Missing)),
            Some(_) => Ok(Some(JwtUnsafe::TooShort)),
            None => Err(failure::not_nodewarden(&self.address.host())),
        }
    }

    pub(super) fn upgrade(&self, url: Url) -> RequestBuilder {
        self.upgrading.get(url)
    }

    pub(super) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, self.address.join(path))
    }

    /// A request on its own connection, which is closed afterwards.
    pub(super) fn fresh_request(&self, method: Method, path: &str) -> RequestBuilder {
        self.fresh.request(method, self.address.join(path)).header(CONNECTION, "close")
    }

    /// Sends, and waits for the response to begin.
    pub(super) async fn send(&self, request: RequestBuilder, patience: Duration) -> Result<Response> {
        let host = self.address.host();
        match tokio::time::timeout(patience, request.send()).await {
            Ok(Ok(response)) => {
                if let Some(time) = date(response.headers()) {
                    *self.told_time.lock().unwrap_or_else(PoisonError::into_inner) = Some(time);
                }
                Ok(response)
            }
            Ok(Err(error)) => Err(self.lost(error)),
            Err(_) => Err(failure::timed_out(&host)),
        }
    }

    /// Why a request got no whole response.
    pub(super) fn lost(&self, error: reqwest::Error) -> Error {
        failure::network(error, &self.address.host(), self.proxy.as_deref())
    }

    /// The response, if it is a success; else what the server refused it with.
    pub(super) async fn expect_success(&self, response: Response) -> Result<Response> {
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let host = self.address.host();
        if status.is_redirection() {
            return Err(failure::redirected(status, response.headers(), &self.address));
        }
        let headers = response.headers().clone();
        // A refusal whose text is lost on the way is still a refusal.
        let body = self.refusal_body(response).await.unwrap_or_default();
        Err(self.told(failure::refusal(status, &headers, &body, &host)).await)
    }

    /// Makes a refusal over JWT_SECRET exact: the server says "not set or too
    /// weak", its bootstrap says which.
    pub(super) async fn told(&self, error: Error) -> Error {
        if error.code() != Code::JwtSecretMissing {
            return error;
        }
        let words = error.body().original.clone().unwrap_or_default();
        match Box::pin(self.jwt_unsafe()).await {
            Ok(Some(reason)) => reason.error().original(words),
            _ => error,
        }
    }

    /// A JSON response.
    pub(super) async fn json<T: DeserializeOwned>(&self, response: Response) -> Result<T> {
        self.json_up_to(response, LARGEST_JSON).await
    }

    /// A JSON response to a call that anyone may make: such responses are short.
    pub(super) async fn json_before_sign_in<T: DeserializeOwned>(&self, response: Response) -> Result<T> {
        self.json_up_to(response, LARGEST_BEFORE_SIGN_IN).await
    }

    /// The body of a refusal.
    pub(super) async fn refusal_body(&self, response: Response) -> Result<Vec<u8>> {
        self.body(response, LARGEST_BEFORE_SIGN_IN).await
    }

    async fn json_up_to<T: DeserializeOwned>(&self, response: Response, largest: usize) -> Result<T> {
        let host = self.address.host();
        if is_page(&response) {
            return Err(failure::not_nodewarden(&host));
        }
        let body = self.body(response, largest).await?;
        if holds_too_many_values(&body) {
            return Err(failure::unreadable(&host, "the answer holds too many values"));
        }
        serde_json::from_slice(&body).map_err(|error| {
            // serde_json's message can quote what it read; line and column are enough.
            failure::unreadable(&host, format_args!("{:?} at line {}", error.classify(), error.line()))
        })
    }

    /// The whole body, up to `largest` bytes and within a total time.
    pub(super) async fn body(&self, response: Response, largest: usize) -> Result<Vec<u8>> {
        let whole =
            tokio::time::timeout(self.timeouts.stalled * STALLS_A_BODY, self.read_body(response, largest));
        whole.await.unwrap_or_else(|_| Err(failure::timed_out(&self.address.host())))
    }

    async fn read_body(&self, response: Response, largest: usize) -> Result<Vec<u8>> {
        let mut stream = self.stream(response);
        let mut body = Vec::new();
        while let Some(chunk) = stream.next().await {
            let chunk = chunk?;
            if body.len() + chunk.len() > largest {
                return Err(failure::unreadable(&self.address.host(), "the answer is too long"));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    /// The body as it comes in; a body that stands still or ends early is an error.
    pub(super) fn stream(
        &self,
        response: Response,
    ) -> futures_util::stream::BoxStream<'static, Result<bytes::Bytes>> {
        let host = self.address.host();
        let stream = Box::pin(response.bytes_stream());
        let stalled = self.timeouts.stalled;
        futures_util::stream::unfold((stream, host, false), move |(mut stream, host, ended)| async move {
            if ended {
                return None;
            }
            match tokio::time::timeout(stalled, stream.next()).await {
                Ok(None) => None,
                Ok(Some(Ok(chunk))) => Some((Ok(chunk), (stream, host, false))),
                Ok(Some(Err(error))) => {
                    let error = failure::connection_lost(&host).original(error.without_url().to_string());
                    Some((Err(error), (stream, host, true)))
                }
                Err(_) => Some((Err(failure::timed_out(&host)), (stream, host, true))),
            }
        })
        .boxed()
    }
}

/// The response is a web page.
pub(super) fn is_page(response: &Response) -> bool {
    let kind = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    kind.is_some_and(|kind| kind.trim_start().to_ascii_lowercase().starts_with("text/html"))
}

/// The host and the port that a URL names.
fn host_of(url: &Url) -> Option<String> {
    let host = url.host_str()?;
    Some(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}

/// When a response was made, by the clock of whoever made it.
fn date(headers: &HeaderMap) -> Option<Timestamp> {
    let text = headers.get(DATE)?.to_str().ok()?;
    Some(jiff::fmt::rfc2822::parse(text).ok()?.timestamp())
}
