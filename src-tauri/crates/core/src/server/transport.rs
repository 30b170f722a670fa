//! One server over HTTP: sending, waiting no longer than is right, and turning
//! what goes wrong into an error for a person.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::StreamExt;
use jiff::Timestamp;
use reqwest::header::{CONTENT_TYPE, DATE, HeaderMap};
use reqwest::{Client, ClientBuilder, Method, RequestBuilder, Response};
use serde::de::DeserializeOwned;
use url::Url;

use super::address::ServerAddress;
use super::connection::{Connection, ConnectionSecrets};
use super::failure;
use super::pace::Pace;
use crate::{Code, Error, Result};

/// The largest JSON answer that is read: far above any real one.
const LARGEST_JSON: usize = 64 << 20;

/// A NodeWarden server that nobody is signed in to.
#[derive(Debug, Clone)]
pub struct Server {
    address: ServerAddress,
    http: Client,
    /// For the hub: a WebSocket is an upgrade of HTTP/1.1.
    upgrading: Client,
    pace: Pace,
    /// The proxy of the connection settings, without any login.
    proxy: Option<String>,
    /// What the server's clock showed with its last answer.
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
        let hint = "Set a strong JWT_SECRET of 32 characters or more as a secret of the worker: wrangler secret put JWT_SECRET.";
        match self {
            Self::Missing => Error::new(
                Code::JwtSecretMissing,
                "JWT_SECRET is not set on the server: nobody can sign in.",
                hint,
            ),
            Self::TooShort => Error::new(
                Code::JwtSecretTooShort,
                "JWT_SECRET on the server is shorter than 32 characters: nobody can sign in.",
                hint,
            ),
        }
    }
}

impl Server {
    /// A server at this address. No connection is made yet.
    ///
    /// # Errors
    /// `TlsFailed` when this computer's certificates cannot be loaded.
    pub fn new(address: ServerAddress) -> Result<Self> {
        Self::reached(address, &Connection::default(), &ConnectionSecrets::default(), Pace::default())
    }

    /// The same, reached in a way of its own.
    ///
    /// # Errors
    /// As [`Connection::check`], and `TlsFailed`.
    pub fn reached(
        address: ServerAddress,
        connection: &Connection,
        secrets: &ConnectionSecrets,
        pace: Pace,
    ) -> Result<Self> {
        let client = || -> Result<ClientBuilder> {
            let client = Client::builder()
                .user_agent(concat!("NodeWarden-Desk/", env!("CARGO_PKG_VERSION")))
                .connect_timeout(pace.connecting)
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
        let proxy = connection.proxy.as_deref().and_then(|proxy| Url::parse(proxy).ok());
        let proxy = proxy.as_ref().and_then(host_of);
        Ok(Self { address, http, upgrading, pace, proxy, told_time: Arc::default() })
    }

    /// Its address.
    pub fn address(&self) -> &ServerAddress {
        &self.address
    }

    /// How long it is waited for, and how often it is asked.
    pub fn pace(&self) -> &Pace {
        &self.pace
    }

    /// What the server's clock showed with its last answer, to the second: what it
    /// does later has a later time, whatever this computer's clock shows.
    pub fn told_time(&self) -> Option<Timestamp> {
        *self.told_time.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes sure that a NodeWarden answers, and that it can work: its JWT_SECRET
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
        self.ask_bootstrap().await.map_err(|error| match error.code() {
            // Nobody has to sign in for this: whoever asks for that is something else,
            // such as a gateway or a WebDAV share.
            Code::SessionEnded | Code::NotAdministrator | Code::AnswerUnreadable => {
                let words = error.body().original.clone().unwrap_or_default();
                failure::not_nodewarden(&self.address.host()).original(words)
            }
            _ => error,
        })
    }

    async fn ask_bootstrap(&self) -> Result<Option<JwtUnsafe>> {
        let answer = self.send(self.request(Method::GET, "/api/web-bootstrap"), self.pace.ordinary).await?;
        if answer.status().as_u16() == 404 {
            // Servers before this call existed still tell who they are.
            let config: serde_json::Value = self
                .json(
                    self.expect_success(
                        self.send(self.request(Method::GET, "/api/config"), self.pace.ordinary).await?,
                    )
                    .await?,
                )
                .await?;
            return match config.get("gitHash").and_then(|hash| hash.as_str()) {
                Some("nodewarden") => Ok(None),
                _ => Err(failure::not_nodewarden(&self.address.host())),
            };
        }
        let bootstrap: serde_json::Value = self.json(self.expect_success(answer).await?).await?;
        match bootstrap.get("jwtUnsafeReason") {
            Some(serde_json::Value::Null) => Ok(None),
            Some(reason) if reason == "missing" => Ok(Some(JwtUnsafe::Missing)),
            Some(reason) if reason == "too_short" => Ok(Some(JwtUnsafe::TooShort)),
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

    /// Sends, and waits for the answer to begin.
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

    /// Why a request got no whole answer.
    pub(super) fn lost(&self, error: reqwest::Error) -> Error {
        failure::network(error, &self.address.host(), self.proxy.as_deref())
    }

    /// The answer, if it is a success; else what the server refused it with.
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
        let body = self.body(response, 1 << 20).await.unwrap_or_default();
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

    /// A JSON answer.
    pub(super) async fn json<T: DeserializeOwned>(&self, response: Response) -> Result<T> {
        let host = self.address.host();
        let is_page = response
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|kind| kind.starts_with("text/html"));
        if is_page {
            return Err(failure::not_nodewarden(&host));
        }
        let body = self.body(response, LARGEST_JSON).await?;
        serde_json::from_slice(&body).map_err(|error| {
            // serde_json's message can quote what it read; line and column are enough.
            failure::unreadable(&host, format_args!("{:?} at line {}", error.classify(), error.line()))
        })
    }

    /// The whole body, up to `largest` bytes.
    pub(super) async fn body(&self, response: Response, largest: usize) -> Result<Vec<u8>> {
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
        let stalled = self.pace.stalled;
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

/// The host and the port that a URL names.
fn host_of(url: &Url) -> Option<String> {
    let host = url.host_str()?;
    Some(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}

/// When an answer was made, by the clock of whoever made it.
fn date(headers: &HeaderMap) -> Option<Timestamp> {
    let text = headers.get(DATE)?.to_str().ok()?;
    Some(jiff::fmt::rfc2822::parse(text).ok()?.timestamp())
}
