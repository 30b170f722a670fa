//! The server's API (PROTOCOL sections 1 and 2).

mod account;
mod audit;
mod caller;
mod granted;
mod hub;
mod identity;
mod info;
mod people;
mod reply;
mod token;
mod totp;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post, put};

pub(crate) use caller::{Administrator, Ask, Caller};
pub(crate) use reply::{Answer, Refusal, answer, no_store};
pub(crate) use token::verifier;

use crate::options::Generation;
use crate::state::Instance;

/// The routes, as this generation has them.
pub(crate) fn routes(generation: Generation) -> Router<Arc<Instance>> {
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
        .merge(log(generation))
}

/// The audit log came after 1.5.
fn log(generation: Generation) -> Router<Arc<Instance>> {
    match generation {
        Generation::Current => Router::new().route("/api/admin/logs", get(audit::list)),
        Generation::V1_5 => Router::new(),
    }
}
