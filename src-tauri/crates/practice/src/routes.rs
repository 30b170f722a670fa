//! All routes of one practice server, and what holds for every request.

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::HeaderValue;
use axum::http::header::DATE;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};

use crate::server::Refusal;
use crate::state::Instance;
use crate::{backup, control, server};

/// All routes of one server.
pub(crate) fn router(instance: Arc<Instance>) -> Router {
    Router::new()
        .merge(server::routes(instance.generation))
        .merge(backup::routes(instance.generation))
        .merge(control::routes())
        .fallback(not_found)
        .method_not_allowed_fallback(not_found)
        .layer(from_fn_with_state(Arc::clone(&instance), needs_jwt_secret))
        .layer(from_fn_with_state(Arc::clone(&instance), dated))
        .layer(DefaultBodyLimit::disable())
        .with_state(instance)
}

async fn not_found() -> Refusal {
    Refusal::not_found()
}

/// Every response shows the time by the server's own clock.
async fn dated(State(instance): State<Arc<Instance>>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let now = instance.now().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    if let Ok(now) = HeaderValue::from_str(&now) {
        response.headers_mut().insert(DATE, now);
    }
    response
}

/// Without a good JWT_SECRET the server does next to nothing.
async fn needs_jwt_secret(State(instance): State<Arc<Instance>>, request: Request, next: Next) -> Response {
    const WORKS_WITHOUT: [&str; 3] = ["/api/config", "/api/version", "/api/web-bootstrap"];
    let path = request.uri().path();
    let works = WORKS_WITHOUT.contains(&path) || path.starts_with("/practice/");
    if !works && instance.jwt_secret().is_err() {
        return Refusal::bad_jwt_secret().into_response();
    }
    next.run(request).await
}
