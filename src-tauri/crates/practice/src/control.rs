//! The switches over HTTP, for other processes. They are no part of the
//! server's API, so they have their own token.

use std::sync::Arc;

use aws_lc_rs::constant_time;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use desk_archive::Storage;
use desk_core::Result;
use desk_core::error::PracticeDetail;
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};

use crate::faults::{Fault, TargetFault};
use crate::options::Generation;
use crate::state::{Instance, Unsafe};

/// How a practice instance stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct PracticeState {
    /// The server's address.
    pub server_url: String,
    /// Where it keeps attachment bodies.
    pub storage: Storage,
    /// The API generation it speaks.
    pub generation: Generation,
    /// JWT_SECRET: "first", "changed", "missing" or "too-short".
    pub jwt_secret: String,
    /// The target: "normal", "blocks-server", "full", "hangs", "fails-after N" or the status it returns.
    pub target: String,
    /// Extra time of every response of the server, in milliseconds.
    pub server_latency: u32,
    /// Extra time of every response of the target, in milliseconds.
    pub target_latency: u32,
    /// Connections to the server die half-way.
    pub server_drops: bool,
    /// Connections to the target die half-way.
    pub target_drops: bool,
    /// A run or a restore is under way.
    pub busy: bool,
    /// Accounts on the server.
    pub users: u32,
    /// Vault items on the server.
    pub ciphers: u32,
    /// Attachment rows on the server.
    pub attachments: u32,
    /// Attachment bodies in the server's storage.
    pub bodies: u32,
    /// Backups on the target, oldest name first.
    pub backups: Vec<String>,
    /// Attachment bodies on the target.
    pub target_bodies: u32,
}

/// The routes of the switches.
pub(crate) fn routes() -> Router<Arc<Instance>> {
    Router::new().route("/practice/fault", post(fault)).route("/practice/state", get(state))
}

/// Someone who knows the token.
struct Trusted;

impl FromRequestParts<Arc<Instance>> for Trusted {
    type Rejection = Response;

    async fn from_request_parts(
        parts: &mut Parts,
        instance: &Arc<Instance>,
    ) -> std::result::Result<Self, Response> {
        let expected = STANDARD.encode(format!("practice:{}", instance.control_token.expose_secret()));
        let given = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Basic "))
            .unwrap_or_default();
        constant_time::verify_slices_are_equal(given.as_bytes(), expected.as_bytes())
            .map(|()| Self)
            .map_err(|_| StatusCode::UNAUTHORIZED.into_response())
    }
}

async fn fault(
    _: Trusted,
    State(instance): State<Arc<Instance>>,
    body: std::result::Result<Json<Fault>, JsonRejection>,
) -> Response {
    let caused = match body {
        Ok(Json(fault)) => instance.inject(&fault).and_then(|()| instance.state()),
        Err(rejection) => Err(PracticeDetail::PracticeFaultUnknown.error().original(rejection.body_text())),
    };
    reply(caused)
}

async fn state(_: Trusted, State(instance): State<Arc<Instance>>) -> Response {
    reply(instance.state())
}

fn reply(result: Result<PracticeState>) -> Response {
    match result {
        Ok(state) => Json(state).into_response(),
        Err(error) => (StatusCode::BAD_REQUEST, Json(error)).into_response(),
    }
}

impl Instance {
    /// How things stand.
    pub(crate) fn state(&self) -> Result<PracticeState> {
        let count = |table| {
            self.database
                .count(table)
                .map_err(|error| PracticeDetail::PracticeDatabaseUnreadable.error().caused_by(error))
        };
        let switches = self.faults.now();
        let milliseconds = |time: std::time::Duration| u32::try_from(time.as_millis()).unwrap_or(u32::MAX);
        Ok(PracticeState {
            server_url: self.server_url.clone(),
            storage: self.storage(),
            generation: self.generation,
            jwt_secret: match self.jwt_secret() {
                Err(Unsafe::Missing) => "missing",
                Err(Unsafe::TooShort) => "too-short",
                Ok(now) if now.expose_secret() == self.first_jwt_secret().expose_secret() => "first",
                Ok(_) => "changed",
            }
            .to_owned(),
            target: match switches.target {
                TargetFault::None if switches.target_blocks_server => "blocks-server".to_owned(),
                TargetFault::None => "normal".to_owned(),
                TargetFault::Hangs => "hangs".to_owned(),
                TargetFault::Full => "full".to_owned(),
                TargetFault::FailsAfter { requests } => format!("fails-after {requests}"),
                TargetFault::Status { status } => status.to_string(),
            },
            server_latency: milliseconds(switches.server_latency),
            target_latency: milliseconds(switches.target_latency),
            server_drops: switches.server_drops,
            target_drops: switches.target_drops,
            busy: self.lock.is_taken(),
            users: count("users")?,
            ciphers: count("ciphers")?,
            attachments: count("attachments")?,
            bodies: u32::try_from(self.bodies.names().unwrap_or_default().len()).unwrap_or(u32::MAX),
            backups: self.backups()?,
            target_bodies: u32::try_from(self.target_bodies()?.len()).unwrap_or(u32::MAX),
        })
    }
}
