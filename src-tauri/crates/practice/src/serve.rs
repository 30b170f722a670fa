//! Accepting connections on the loopback address, with the faults in between.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::Router;
use axum::body::Body;
use axum::http::header::HOST;
use axum::http::uri::Authority;
use axum::http::{Response, StatusCode};
use desk_core::Result;
use desk_core::error::PracticeDetail;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use crate::faults::{Faults, Side};

/// A listener on 127.0.0.1 and nowhere else.
pub(crate) async fn listen(port: u16) -> Result<(TcpListener, u16)> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let listener = TcpListener::bind(address)
        .await
        .map_err(|error| PracticeDetail::PracticePortTaken { port }.error().caused_by(error))?;
    let port = listener.local_addr().map_or(port, |address| address.port());
    Ok((listener, port))
}

/// Serves until `stop`; connections end with it.
pub(crate) async fn serve(
    listener: TcpListener,
    side: Side,
    router: Router,
    faults: Faults,
    stop: CancellationToken,
) {
    loop {
        let stream = tokio::select! {
            () = stop.cancelled() => return,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    tracing::debug!(%error, "accepting a connection failed");
                    continue;
                }
            },
        };
        let (router, faults, stop) = (router.clone(), faults.clone(), stop.clone());
        tokio::spawn(async move {
            tokio::select! {
                () = stop.cancelled() => {}
                () = connection(stream, side, router, faults) => {}
            }
        });
    }
}

/// Whether a request names a host that is this computer for sure. A page whose own
/// name was pointed here (DNS rebinding) sends that name; the names under `test` and
/// `localhost` are no one's to give away.
fn is_for_this_computer<B>(request: &hyper::Request<B>) -> bool {
    let header = request.headers().get(HOST).and_then(|host| host.to_str().ok());
    let named = request.uri().authority().map(Authority::as_str);
    let known = |authority: &str| {
        let Ok(authority) = authority.parse::<Authority>() else { return false };
        let host = authority.host().trim_matches(['[', ']']).trim_end_matches('.').to_ascii_lowercase();
        match host.parse::<IpAddr>() {
            Ok(address) => address.is_loopback(),
            Err(_) => host == "localhost" || host.ends_with(".localhost") || host.ends_with(".test"),
        }
    };
    header.is_some_and(known) && named.is_none_or(known)
}

fn misdirected() -> Response<Body> {
    let mut answer =
        Response::new(Body::from("This is a practice instance; it answers to this computer only.\n"));
    *answer.status_mut() = StatusCode::MISDIRECTED_REQUEST;
    answer
}

async fn connection(stream: TcpStream, side: Side, router: Router, faults: Faults) {
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let (router, faults) = (router.clone(), faults.clone());
        async move {
            if !is_for_this_computer(&request) {
                return Ok(misdirected());
            }
            faults.pass(side, request.map(Body::new), router).await
        }
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades()
        .await;
    if let Err(error) = served {
        tracing::trace!(%error, "a connection ended early");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_computer_get_a_response() {
        let asked = |host: Option<&str>, uri: &str| {
            let mut request = hyper::Request::builder().uri(uri);
            if let Some(host) = host {
                request = request.header(HOST, host);
            }
            is_for_this_computer(&request.body(()).expect("a request"))
        };
        for host in ["127.0.0.1:8080", "localhost:8080", "LOCALHOST", "[::1]:1", "dav.practice.test:8080"] {
            assert!(asked(Some(host), "/"), "{host}");
        }
        for host in
            ["evil.example:8080", "127.0.0.1.evil.example", "localhost.evil.example", "10.0.0.1", "test", ""]
        {
            assert!(!asked(Some(host), "/"), "{host}");
        }
        assert!(!asked(None, "/"));
        assert!(!asked(Some("localhost"), "http://evil.example/"));
    }
}
