//! The server's API (PROTOCOL sections 1 and 2).

mod account;
mod audit;
mod caller;
mod granted;
mod hub;
mod identity;
mod info;
mod limits;
mod people;
mod reply;
mod token;
mod totp;

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::HeaderValue;
use axum::http::header::DATE;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};

pub(crate) use caller::{Administrator, Ask, Caller};
pub(crate) use hub::Hub;
pub(crate) use limits::Limits;
pub(crate) use reply::{Answer, Refusal, answer, no_store};
pub(crate) use token::verifier;

use crate::instance::Instance;
use crate::{Generation, backup, control};

/// All routes of one server.
pub(crate) fn router(instance: Arc<Instance>) -> Router {
    Router::new()
        .route("/identity/accounts/prelogin", post(identity::prelogin))
        .route("/identity/connect/token", post(identity::token))
        .route("/identity/connect/revocation", post(identity::revocation))
        .route("/api/accounts/register", post(account::register))
        .route("/identity/accounts/register", post(account::register))
        .route("/api/accounts/profile", get(account::profile))
        .route("/api/accounts/totp", put(account::set_totp))
        .route("/api/config", get(info::config))
        .route("/api/version", get(info::version))
        .route("/api/web-bootstrap", get(info::web_bootstrap))
        .route("/api/admin/users", get(people::list))
        .route("/notifications/hub", get(hub::connect))
        .route("/notifications/hub/negotiate", post(hub::negotiate))
        .merge(backup::routes(instance.generation))
        .merge(log(instance.generation))
        .merge(control::routes())
        .fallback(not_found)
        .method_not_allowed_fallback(not_found)
        .layer(from_fn_with_state(Arc::clone(&instance), needs_jwt_secret))
        .layer(from_fn_with_state(Arc::clone(&instance), dated))
        .layer(DefaultBodyLimit::disable())
        .with_state(instance)
}

/// The audit log came after 1.5.
fn log(generation: Generation) -> Router<Arc<Instance>> {
    match generation {
        Generation::Current => Router::new().route("/api/admin/logs", get(audit::list)),
        Generation::V1_5 => Router::new(),
    }
}

async fn not_found() -> Refusal {
    Refusal::not_found()
}

/// Every answer tells the time by the server's own clock.
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
        return jwt_secret_refusal().into_response();
    }
    next.run(request).await
}

fn jwt_secret_refusal() -> Refusal {
    Refusal::failed("Server configuration error: JWT_SECRET is not set or too weak")
}
