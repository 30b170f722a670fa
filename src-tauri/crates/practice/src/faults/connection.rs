//! What is switched on to go wrong between a client and one of the two sides.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, Response, StatusCode, header};
use bytes::Bytes;
use futures_util::{Stream, StreamExt, TryStreamExt};
use http_body_util::BodyExt;
use hyper::body::Body as _;
use hyper_util::service::TowerToHyperService;
use serde::Serialize;
use tokio::sync::watch;

use super::{PartialResult, Side};

/// How the target misbehaves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub(crate) enum TargetFault {
    /// It does not.
    #[default]
    None,
    /// It responds to everything with this status.
    Status { status: u16 },
    /// It never responds.
    Hangs,
    /// It serves so many requests, and then is unreachable.
    FailsAfter { requests: u32 },
    /// It takes nothing more.
    Full,
}

/// Everything that is switched on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Switches {
    pub target: TargetFault,
    pub target_latency: Duration,
    pub server_latency: Duration,
    pub target_drops: bool,
    pub server_drops: bool,
    /// The server cannot reach its target.
    pub target_blocks_server: bool,
    /// A run can upload so many bodies.
    pub subrequest_limit: Option<u32>,
    /// The rounds of PBKDF2 that the server asks everyone for.
    pub derivation_rounds: Option<u32>,
    pub restore_answer: Option<PartialResult>,
    /// The server stops in the next restore: once it has switched to the restored data, or before.
    pub stops_once_restored: Option<bool>,
}

/// The switches of one instance; clones share them.
#[derive(Debug, Clone)]
pub(crate) struct Faults(watch::Sender<Switches>);

/// The connection is to be closed without a (whole) response.
#[derive(Debug)]
pub(crate) struct Dropped;

impl std::fmt::Display for Dropped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the practice instance drops this connection")
    }
}

impl std::error::Error for Dropped {}

impl Faults {
    pub fn new() -> Self {
        Self(watch::Sender::new(Switches::default()))
    }

    pub fn change(&self, change: impl FnOnce(&mut Switches)) {
        self.0.send_modify(change);
    }

    pub fn now(&self) -> Switches {
        self.0.borrow().clone()
    }

    /// Passes a request on to `router`, unless something is switched on that
    /// comes between.
    pub async fn pass(
        &self,
        side: Side,
        mut request: Request<Body>,
        router: Router,
    ) -> Result<Response<Body>, Dropped> {
        // The switches themselves stay within reach.
        if side == Side::Server && request.uri().path().starts_with("/practice/") {
            return Ok(call(router, request).await);
        }
        let switches = self.now();
        let (latency, drops) = match side {
            Side::Server => (switches.server_latency, switches.server_drops),
            Side::Target => (switches.target_latency, switches.target_drops),
        };
        if !latency.is_zero() {
            tokio::time::sleep(latency).await;
        }
        if side == Side::Target
            && let Some(answer) = self.target_answer(request.method().clone()).await
        {
            return Ok(answer);
        }
        if drops && side == Side::Target && request.method() == Method::PUT {
            request = swallow_half(request).await?;
        }
        let upgrade = request.headers().contains_key(header::UPGRADE);
        let answer = call(router, request).await;
        Ok(if drops && !upgrade { break_off(answer) } else { answer })
    }

    async fn target_answer(&self, method: Method) -> Option<Response<Body>> {
        let mut switches = self.0.subscribe();
        loop {
            let fault = switches.borrow_and_update().target;
            let status = match fault {
                TargetFault::Hangs => {
                    // The sender lives as long as `self`.
                    switches.changed().await.ok()?;
                    continue;
                }
                TargetFault::Status { status } => StatusCode::from_u16(status).ok()?,
                TargetFault::FailsAfter { requests: 0 } => StatusCode::from_u16(UNREACHABLE).ok()?,
                TargetFault::FailsAfter { .. } => {
                    self.change(|on| {
                        if let TargetFault::FailsAfter { requests } = &mut on.target {
                            *requests = requests.saturating_sub(1);
                        }
                    });
                    return None;
                }
                TargetFault::Full if writes(&method) => StatusCode::INSUFFICIENT_STORAGE,
                TargetFault::Full | TargetFault::None => return None,
            };
            let mut answer = Response::new(Body::empty());
            *answer.status_mut() = status;
            return Some(answer);
        }
    }
}

/// What Cloudflare returns in place of a host that it cannot find.
const UNREACHABLE: u16 = 530;

fn writes(method: &Method) -> bool {
    matches!(method.as_str(), "PUT" | "POST" | "MKCOL" | "COPY" | "MOVE")
}

async fn call(router: Router, request: Request<Body>) -> Response<Body> {
    match hyper::service::Service::call(&TowerToHyperService::new(router), request).await {
        Ok(answer) => answer,
        Err(never) => match never {},
    }
}

/// Reads half of what is uploaded, then gives up; a request without a body continues.
async fn swallow_half(mut request: Request<Body>) -> Result<Request<Body>, Dropped> {
    let whole = request.body().size_hint().exact().unwrap_or(u64::MAX);
    if whole == 0 {
        return Ok(request);
    }
    let mut read = 0;
    while let Some(Ok(frame)) = request.body_mut().frame().await {
        read += frame.data_ref().map_or(0, |data| data.len() as u64);
        if read >= whole / 2 {
            break;
        }
    }
    Err(Dropped)
}

/// A response that promises its whole length and ends half-way.
fn break_off(answer: Response<Body>) -> Response<Body> {
    let (mut parts, body) = answer.into_parts();
    let whole = body.size_hint().exact();
    if let Some(whole) = whole {
        parts.headers.insert(header::CONTENT_LENGTH, whole.into());
    }
    let half = usize::try_from(whole.unwrap_or(2) / 2).unwrap_or(usize::MAX);
    Response::from_parts(parts, Body::from_stream(first_bytes(body.into_data_stream(), half)))
}

fn first_bytes<S, E>(stream: S, limit: usize) -> impl Stream<Item = Result<Bytes, std::io::Error>>
where
    S: Stream<Item = Result<Bytes, E>> + Send,
    E: std::error::Error + Send + Sync + 'static,
{
    let mut left = limit;
    let head = stream.map_err(std::io::Error::other).scan((), move |(), part| {
        let part = part.map(|mut data| {
            data.truncate(left);
            left -= data.len();
            data
        });
        let over = matches!(&part, Ok(data) if data.is_empty());
        std::future::ready((!over).then_some(part))
    });
    let end = futures_util::stream::once(async {
        // What was sent should arrive before the connection goes.
        tokio::time::sleep(Duration::from_millis(20)).await;
        Err(std::io::Error::other(Dropped))
    });
    head.chain(end)
}
