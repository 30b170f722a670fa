//! The backup API: settings, runs, the target's folder, export and restore.

mod accept;
mod archive;
mod export;
mod partial;
mod progress;
mod remote;
mod restore;
mod restore_api;
mod run;
mod settings_api;
mod stored;

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::{delete, get, post};
use bytes::Bytes;
use serde_json::Value;

use crate::options::Generation;
use crate::server::Refusal;
use crate::state::Instance;

pub(crate) use run::scheduled as run_schedule;

/// The routes, as this generation has them.
pub(crate) fn routes(generation: Generation) -> Router<Arc<Instance>> {
    let routes = Router::new()
        .route("/api/admin/backup/settings", get(settings_api::get).put(settings_api::put))
        .route(
            "/api/admin/backup/settings/repair",
            get(settings_api::repair_state).post(settings_api::repair),
        )
        .route("/api/admin/backup/run", post(run::run))
        .route("/api/admin/backup/remote", get(remote::browse))
        .route("/api/admin/backup/remote/file", delete(remote::delete))
        .route("/api/admin/backup/remote/restore", post(restore_api::remote))
        .route("/api/admin/backup/import", post(restore_api::import))
        .route("/api/admin/backup/export", post(export::export));
    match generation {
        Generation::Current => routes
            .route("/api/admin/backup/remote/download", post(remote::download))
            .route("/api/admin/backup/remote/integrity", post(remote::integrity))
            .route("/api/admin/backup/blob", post(export::blob).get(needs_post)),
        Generation::V1_5 => routes
            .route("/api/admin/backup/remote/download", get(remote::download_by_query))
            .route("/api/admin/backup/remote/integrity", get(remote::integrity_by_query))
            .route("/api/admin/backup/blob", get(export::blob_by_query)),
    }
}

async fn needs_post() -> Refusal {
    Refusal::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "Use POST with a JSON body for this endpoint. Credentials must not be sent in the URL.",
    )
}

/// A JSON body; one that is not JSON is empty, and then what it lacks is said.
fn json(body: &Bytes) -> Value {
    serde_json::from_slice(body).unwrap_or_default()
}
