//! A server whose responses are changed on their way.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::Response;
use serde_json::Value;

/// A response on its way.
#[derive(Debug, Clone)]
pub struct Altered {
    /// Its status.
    pub status: u16,
    /// Its content.
    pub body: Bytes,
}

impl Altered {
    /// A JSON response.
    pub fn json(status: u16, value: &Value) -> Self {
        Self { status, body: value.to_string().into() }
    }

    /// Changes the content where it is JSON.
    #[must_use]
    pub fn change(mut self, change: impl FnOnce(&mut Value)) -> Self {
        if let Ok(mut value) = serde_json::from_slice::<Value>(&self.body) {
            change(&mut value);
            self.body = value.to_string().into();
        }
        self
    }
}

/// Passes requests on to a server and lets `change` alter each response; `change` gets the
/// with "METHOD path". Returns its address. There is no hub here.
///
/// # Panics
/// When no port is free.
pub async fn altered(
    server_url: &str,
    change: impl Fn(&str, Altered) -> Altered + Send + Sync + 'static,
) -> String {
    let (server_url, change) = (server_url.to_owned(), Arc::new(change));
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let pass = move |request: Request| {
        let (server_url, change, client) = (server_url.clone(), Arc::clone(&change), client.clone());
        async move { pass(request, &server_url, &*change, &client).await }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(pass)).await });
    url
}

async fn pass(
    request: Request,
    server_url: &str,
    change: &(dyn Fn(&str, Altered) -> Altered + Send + Sync),
    client: &reqwest::Client,
) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let asked = format!("{} {}", parts.method, parts.uri.path());
    let none = || Response::builder().status(404).body(Body::empty()).expect("an answer");
    if parts.uri.path() == "/notifications/hub" {
        return none();
    }
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let is_own = |name: &str| matches!(name, "host" | "content-length" | "transfer-encoding" | "connection");
    let mut sent = client.request(parts.method, format!("{server_url}{path}"));
    for (name, value) in
        parts.headers.iter().filter(|(name, _)| !is_own(name.as_str()) && name.as_str() != "accept-encoding")
    {
        sent = sent.header(name, value);
    }
    let Ok(answer) = sent.body(body).send().await else { return none() };
    let mut reply = Response::builder();
    for (name, value) in answer.headers().iter().filter(|(name, _)| !is_own(name.as_str())) {
        reply = reply.header(name, value);
    }
    let status = answer.status().as_u16();
    let body = answer.bytes().await.unwrap_or_default();
    let Altered { status, body } = change(&asked, Altered { status, body });
    reply.status(status).body(Body::from(body)).expect("an answer")
}
