//! What is between the client and a server: passes requests on, and fails as
//! networks, gateways and servers do.

use std::convert::Infallible;
use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, Response};
use bytes::Bytes;
use futures_util::StreamExt;
use hyper_util::rt::TokioIo;

/// What happens to a request.
#[derive(Debug, Clone, PartialEq)]
pub enum Interception {
    /// Nothing.
    Pass,
    /// The connection dies before the server receives the request.
    DropBefore,
    /// The connection dies once the first bytes of the request's body are there.
    DropDuring,
    /// The server does it, and the connection dies before the response.
    DropAfter,
    /// The server does it, and never is heard again.
    Stall,
    /// The response's body ends half-way.
    HalfBody,
    /// The response comes in pieces without its length, and ends half-way.
    HalfChunked,
    /// The response's body stands still half-way.
    StallBody,
    /// The response comes compressed.
    Gzip,
    /// The response comes in pieces, without its length.
    Chunked,
    /// The response's body comes byte by byte, without an end.
    Trickle,
    /// A 404 that comes before the body was read; the connection returns nothing more.
    UnknownAndDeaf,
    /// Sent instead: status, headers, body.
    Instead(u16, Vec<(&'static str, &'static str)>, Vec<u8>),
}

type Rule = dyn FnMut(&Request<()>) -> Interception + Send;

/// The place between.
pub struct Between {
    pub url: String,
    rule: Arc<Mutex<Box<Rule>>>,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Between {
    pub async fn and(server_url: &str) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let rule: Arc<Mutex<Box<Rule>>> =
            Arc::new(Mutex::new(Box::new(|_: &Request<()>| Interception::Pass)));
        let seen = Arc::new(Mutex::new(Vec::new()));
        let between = Self { url, rule: Arc::clone(&rule), seen: Arc::clone(&seen) };
        let server_url = server_url.to_owned();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (server_url, rule, seen) = (server_url.clone(), Arc::clone(&rule), Arc::clone(&seen));
                let is_deaf = Arc::new(AtomicBool::new(false));
                let service = hyper::service::service_fn(move |request| {
                    let (server_url, rule, seen) = (server_url.clone(), Arc::clone(&rule), Arc::clone(&seen));
                    let is_deaf = Arc::clone(&is_deaf);
                    async move {
                        if is_deaf.load(Ordering::Relaxed) {
                            std::future::pending::<()>().await;
                        }
                        pass(request, &server_url, &rule, &seen, &is_deaf).await
                    }
                });
                tokio::spawn(async move {
                    // A connection that dies is what this is for.
                    let _ = hyper::server::conn::http1::Builder::new()
                        .serve_connection(TokioIo::new(stream), service)
                        .await;
                });
            }
        });
        between
    }

    /// From now on this decides what happens to each request.
    pub fn when(&self, rule: impl FnMut(&Request<()>) -> Interception + Send + 'static) {
        *self.rule.lock().unwrap_or_else(PoisonError::into_inner) = Box::new(rule);
    }

    /// This happens to each request for `path`.
    pub fn at(&self, path: &'static str, fault: Interception) {
        self.when(
            move |request| if request.uri().path() == path { fault.clone() } else { Interception::Pass },
        );
    }

    /// This happens to the first request for `path`.
    pub fn once_at(&self, path: &'static str, fault: Interception) {
        let mut fault = Some(fault);
        self.when(move |request| {
            if request.uri().path() == path {
                fault.take().unwrap_or(Interception::Pass)
            } else {
                Interception::Pass
            }
        });
    }

    /// The same for a task that outlives a borrow.
    pub fn listener(&self) -> impl Fn() -> Vec<String> + Send + use<> {
        let seen = Arc::clone(&self.seen);
        move || seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What was asked so far, as "METHOD path".
    pub fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn pass(
    request: Request<hyper::body::Incoming>,
    server_url: &str,
    rule: &Mutex<Box<Rule>>,
    seen: &Mutex<Vec<String>>,
    is_deaf: &AtomicBool,
) -> Result<Response<Body>, std::io::Error> {
    let (parts, body) = request.into_parts();
    let head = Request::from_parts(parts.clone(), ());
    let path = parts.uri.path().to_owned();
    seen.lock().unwrap_or_else(PoisonError::into_inner).push(format!("{} {path}", parts.method));
    let fault = rule.lock().unwrap_or_else(PoisonError::into_inner)(&head);
    if fault == Interception::UnknownAndDeaf {
        is_deaf.store(true, Ordering::Relaxed);
        let unknown = r#"{"error":"Not found","error_description":"Not found"}"#;
        let answer = Response::builder().status(404).header("content-type", "application/json");
        return Ok(answer.body(Body::from(unknown)).expect("an answer"));
    }
    if fault == Interception::DropDuring {
        // One piece of it, and nothing more.
        let _ = Body::new(body).into_data_stream().next().await;
        return Err(std::io::Error::other("the connection dies"));
    }
    let body = axum::body::to_bytes(Body::new(body), usize::MAX).await.map_err(std::io::Error::other)?;
    let dies = || std::io::Error::other("the connection dies");
    match &fault {
        Interception::DropBefore => return Err(dies()),
        Interception::Instead(status, headers, body) => {
            let mut answer = Response::builder().status(*status);
            for (name, value) in headers {
                answer = answer.header(*name, *value);
            }
            return Ok(answer.body(Body::from(body.clone())).expect("an answer"));
        }
        // This place takes no upgrades: the hub is missing.
        _ if path == "/notifications/hub" => {
            return Ok(Response::builder().status(404).body(Body::empty()).expect("an answer"));
        }
        _ => {}
    }
    let client =
        reqwest::Client::builder().no_proxy().no_gzip().no_brotli().no_deflate().build().expect("a client");
    let query = parts.uri.query().map_or_else(String::new, |query| format!("?{query}"));
    let mut sent = client.request(parts.method, format!("{server_url}{path}{query}"));
    for (name, value) in parts
        .headers
        .iter()
        .filter(|(name, _)| *name != "host" && *name != "content-length" && *name != "transfer-encoding")
    {
        sent = sent.header(name, value);
    }
    let answer = sent.body(body).send().await.map_err(std::io::Error::other)?;
    let (status, headers) = (answer.status(), answer.headers().clone());
    let body = answer.bytes().await.map_err(std::io::Error::other)?;
    let mut reply = Response::builder().status(status);
    for (name, value) in headers.iter().filter(|(name, _)| {
        *name != "content-length" && *name != "transfer-encoding" && *name != "connection"
    }) {
        reply = reply.header(name, value);
    }
    let half = body.slice(..body.len() / 2);
    let reply = match fault {
        Interception::DropAfter => return Err(dies()),
        Interception::Stall => {
            tokio::time::sleep(Duration::from_secs(3600)).await;
            return Err(dies());
        }
        Interception::HalfBody => reply.header("content-length", body.len()).body(first_then(half, true)),
        Interception::HalfChunked => reply.body(first_then(half, true)),
        Interception::StallBody => reply.header("content-length", body.len()).body(first_then(half, false)),
        Interception::Trickle => {
            let bytes = futures_util::stream::unfold((), |()| async {
                tokio::time::sleep(Duration::from_millis(50)).await;
                Some((Ok::<_, Infallible>(Bytes::from_static(b" ")), ()))
            });
            reply.body(Body::from_stream(bytes))
        }
        Interception::Gzip => {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            encoder.write_all(&body).expect("memory");
            reply.header("content-encoding", "gzip").body(Body::from(encoder.finish().expect("memory")))
        }
        Interception::Chunked => {
            let pieces: Vec<Result<Bytes, Infallible>> =
                body.chunks(1000).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
            reply.body(Body::from_stream(futures_util::stream::iter(pieces)))
        }
        _ => reply.body(Body::from(body)),
    };
    Ok(reply.expect("an answer"))
}

/// Some bytes, and then an end that comes too early or never.
fn first_then(bytes: Bytes, ends: bool) -> Body {
    let first = futures_util::stream::once(async move { Ok(bytes) });
    let rest = futures_util::stream::once(async move {
        tokio::time::sleep(Duration::from_millis(if ends { 20 } else { 3_600_000 })).await;
        Err(std::io::Error::other("the connection dies"))
    });
    Body::from_stream(first.chain(rest))
}
