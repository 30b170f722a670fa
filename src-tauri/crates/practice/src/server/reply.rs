//! Responses in the server's shape.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::state::Busy;

/// A handler's response.
pub(crate) type Answer = Result<Response, Refusal>;

/// A refusal, as the server words it.
#[derive(Debug)]
pub(crate) struct Refusal {
    status: StatusCode,
    body: Value,
    retry_after: Option<u64>,
    no_store: bool,
}

impl Refusal {
    pub fn new(status: StatusCode, message: &str) -> Self {
        Self::with_error(status, message, message)
    }

    /// 400 with the server's words.
    pub fn bad(message: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// 409 with the server's words.
    pub fn conflict(message: &str) -> Self {
        Self::new(StatusCode::CONFLICT, message)
    }

    /// 500 with the server's words.
    pub fn failed(message: &str) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, message)
    }

    /// A status and the server's words, as the rules of restoring say them.
    pub fn in_words(status: u16, message: &str) -> Self {
        Self::new(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), message)
    }

    /// What it says.
    pub fn message(&self) -> &str {
        self.body["error_description"].as_str().unwrap_or_default()
    }

    /// Without a good JWT_SECRET the server does next to nothing.
    pub fn bad_jwt_secret() -> Self {
        Self::failed("Server configuration error: JWT_SECRET is not set or too weak")
    }

    pub fn unauthorized() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "Unauthorized")
    }

    pub fn forbidden() -> Self {
        Self::new(StatusCode::FORBIDDEN, "Forbidden")
    }

    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "Not found")
    }

    /// What the token endpoint returns for credentials it rejects.
    pub fn invalid_grant(message: &str) -> Self {
        Self::with_error(StatusCode::BAD_REQUEST, "invalid_grant", message)
    }

    /// The challenge of the second step.
    pub fn two_step_required(body: Value) -> Self {
        Self { status: StatusCode::BAD_REQUEST, body, retry_after: None, no_store: false }
    }

    /// Too many calls in a minute.
    pub fn rate_limited(seconds: u64) -> Self {
        Self {
            status: StatusCode::TOO_MANY_REQUESTS,
            body: json!({
                "error": "Too many requests",
                "error_description": format!("Rate limit exceeded. Try again in {seconds} seconds."),
            }),
            retry_after: Some(seconds),
            no_store: false,
        }
    }

    /// Too many failed sign-ins.
    pub fn locked(seconds: u64) -> Self {
        let message = format!("Too many failed login attempts. Try again in {seconds} seconds.");
        Self {
            retry_after: Some(seconds),
            ..Self::with_error(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", &message)
        }
    }

    /// The same, not to be kept by anyone.
    #[must_use]
    pub fn no_store(mut self, no_store: bool) -> Self {
        self.no_store = no_store;
        self
    }

    fn with_error(status: StatusCode, error: &str, message: &str) -> Self {
        let body = json!({
            "error": error,
            "error_description": message,
            "ErrorModel": { "Message": message, "Object": "error" },
        });
        Self { status, body, retry_after: None, no_store: false }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut answer = (self.status, Json(self.body)).into_response();
        if let Some(seconds) = self.retry_after {
            answer.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        if self.no_store { no_store(answer) } else { answer }
    }
}

impl From<Busy> for Refusal {
    fn from(_: Busy) -> Self {
        Self::conflict("Another backup run is already in progress")
    }
}

impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Self {
        Self::failed(&format!("D1_ERROR: {error}"))
    }
}

impl From<std::io::Error> for Refusal {
    fn from(error: std::io::Error) -> Self {
        Self::failed(&format!("Storage failed: {error}"))
    }
}

/// 200 with JSON.
pub(crate) fn answer(body: Value) -> Response {
    Json(body).into_response()
}

/// The same response, not to be kept by anyone.
pub(crate) fn no_store(mut answer: Response) -> Response {
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}
