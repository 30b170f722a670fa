//! Accepting connections on the loopback address, with the faults in between.

use std::net::{Ipv4Addr, SocketAddr};

use axum::Router;
use axum::body::Body;
use desk_core::{Code, Error, Result};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use crate::Side;
use crate::faults::Faults;

/// A listener on 127.0.0.1 and nowhere else.
pub(crate) async fn listen(port: u16) -> Result<(TcpListener, u16)> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let listener = TcpListener::bind(address).await.map_err(|error| {
        Error::new(
            Code::PracticeFailed,
            format!("The practice instance cannot listen on port {port}."),
            "Another program may use this port; choose another one, or 0 for any free one.",
        )
        .original(error.to_string())
        .value("port", port)
    })?;
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

async fn connection(stream: TcpStream, side: Side, router: Router, faults: Faults) {
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let (router, faults) = (router.clone(), faults.clone());
        async move { faults.pass(side, request.map(Body::new), router).await }
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
