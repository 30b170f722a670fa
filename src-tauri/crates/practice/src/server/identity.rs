//! Signing in, staying signed in and signing out.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Form, State};
use axum::response::Response;
use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::caller::is_password_of;
use super::granted::{challenge, granted};
use super::reply::{Answer, Refusal, answer, no_store};
use super::token::{REFRESH_SECONDS, opaque};
use super::totp;
use crate::database::{Session, TokenTable, User};
use crate::state::Instance;

type Fields = HashMap<String, String>;

/// `POST /identity/accounts/prelogin`
pub(crate) async fn prelogin(State(instance): State<Arc<Instance>>, body: Bytes) -> Answer {
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let email = normal(body["email"].as_str().unwrap_or_default());
    let user = User::by_email(&instance.database.lock(), &email)?;
    let (kind, iterations, memory, parallelism) = user.map_or((0, 600_000, None, None), |user| {
        (user.kdf_type, user.kdf_iterations, user.kdf_memory, user.kdf_parallelism)
    });
    let (kind, iterations, memory, parallelism) = match instance.faults.now().derivation_rounds {
        Some(rounds) => (0, rounds, None, None),
        None => (kind, iterations, memory, parallelism),
    };
    let mut settings = json!({
        "kdf": kind,
        "kdfIterations": iterations,
        "kdfMemory": memory,
        "kdfParallelism": parallelism,
        "KdfSettings": { "KdfType": kind, "Iterations": iterations, "Memory": memory, "Parallelism": parallelism },
        "Salt": email,
    });
    if !instance.is_legacy() {
        settings["kdfSettings"] = json!({ "kdfType": kind, "iterations": iterations, "memory": memory, "parallelism": parallelism });
        settings["salt"] = Value::Null;
    }
    Ok(kept_by_nobody(&instance, answer(settings)))
}

/// `POST /identity/connect/token`
pub(crate) async fn token(State(instance): State<Arc<Instance>>, Form(fields): Form<Fields>) -> Answer {
    let granted = match field(&fields, "grant_type") {
        "password" => by_password(&instance, &fields).await,
        "refresh_token" => by_refresh_token(&instance, &fields),
        _ => Err(Refusal::invalid_grant("Unsupported grant type")),
    };
    match granted {
        Ok(body) => Ok(kept_by_nobody(&instance, answer(body))),
        Err(refusal) => Err(refusal.no_store(!instance.is_legacy())),
    }
}

/// `POST /identity/connect/revocation`
pub(crate) async fn revocation(State(instance): State<Arc<Instance>>, Form(fields): Form<Fields>) -> Answer {
    Session::revoke(&instance.database.lock(), field(&fields, "token"))?;
    Ok(kept_by_nobody(&instance, answer(json!({}))))
}

async fn by_password(instance: &Instance, fields: &Fields) -> Result<Value, Refusal> {
    let email = normal(field(fields, "username"));
    let now = instance.now();
    if let Some(seconds) = instance.limits.locked(&email, now) {
        return Err(Refusal::locked(seconds));
    }
    let user = User::by_email(&instance.database.lock(), &email)?;
    let user = match user {
        Some(user) if is_password_of(&user, field(fields, "password")).await => user,
        _ => {
            instance.limits.failed(&email, now);
            return Err(Refusal::invalid_grant("Username or password is incorrect. Try again"));
        }
    };
    if user.status != "active" {
        return Err(Refusal::invalid_grant("Account is disabled"));
    }
    let session =
        Session { user_id: user.id.clone(), device_id: field(fields, "deviceIdentifier").to_owned() };
    let remembered = second_step(instance, &user, &session, fields, now)?;
    instance.limits.succeeded(&email);

    let refresh = opaque();
    let device_stamp = {
        let connection = instance.database.lock();
        session.keep_token(&connection, TokenTable::Refresh, &refresh, later(now, REFRESH_SECONDS))?;
        if let Some(remembered) = &remembered {
            let expires = later(now, REFRESH_SECONDS);
            session.keep_token(&connection, TokenTable::Remembered, remembered, expires)?;
        }
        let kind = field(fields, "deviceType").parse().unwrap_or(8);
        session.device_stamp(&connection, field(fields, "deviceName"), kind, &instance.now_text())?
    };
    let mut body = granted(instance, &user, &session.device_id, device_stamp, &refresh)?;
    if let Some(remembered) = remembered {
        body["TwoFactorToken"] = remembered.into();
    }
    Ok(body)
}

/// Passes the second step, and responses with a token to remember the device by
/// when that was requested.
fn second_step(
    instance: &Instance,
    user: &User,
    session: &Session,
    fields: &Fields,
    now: Timestamp,
) -> Result<Option<String>, Refusal> {
    let Some(secret) = &user.totp_secret else { return Ok(None) };
    let code = field(fields, "twoFactorToken");
    let passed = match field(fields, "twoFactorProvider") {
        _ if code.is_empty() => return Err(Refusal::two_step_required(challenge())),
        "0" => totp::is_current(secret, code, now),
        "5" => {
            let known = Session::of_token(&instance.database.lock(), TokenTable::Remembered, code, now)?;
            let known = known.is_some_and(|known| {
                known.user_id == session.user_id && known.device_id == session.device_id
            });
            if !known {
                // A device that is not remembered any more is simply asked again.
                return Err(Refusal::two_step_required(challenge()));
            }
            true
        }
        "8" => {
            let right =
                user.recovery_code.as_deref().is_some_and(|kept| totp::is_same_recovery_code(kept, code));
            if right {
                User::set_totp(&instance.database.lock(), &user.id, None)?;
            }
            right
        }
        _ => false,
    };
    if !passed {
        instance.limits.failed(&user.email, now);
        return Err(Refusal::invalid_grant("Two-step token is invalid. Try again."));
    }
    let remember = matches!(field(fields, "twoFactorRemember"), "1" | "true");
    Ok((remember && field(fields, "twoFactorProvider") != "5").then(opaque))
}

fn by_refresh_token(instance: &Instance, fields: &Fields) -> Result<Value, Refusal> {
    let refresh = field(fields, "refresh_token");
    let now = instance.now();
    let unknown = || Refusal::invalid_grant("Invalid refresh token");
    let connection = instance.database.lock();
    let session = Session::of_token(&connection, TokenTable::Refresh, refresh, now)?.ok_or_else(unknown)?;
    let user = User::by_id(&connection, &session.user_id)?.ok_or_else(unknown)?;
    let stamp = session.known_stamp(&connection)?.ok_or_else(unknown)?;
    session.keep_token(&connection, TokenTable::Refresh, refresh, later(now, REFRESH_SECONDS))?;
    drop(connection);
    granted(instance, &user, &session.device_id, stamp, refresh)
}

/// An email address as accounts are found by.
pub(crate) fn normal(email: &str) -> String {
    email.trim().to_lowercase()
}

fn field<'a>(fields: &'a Fields, name: &str) -> &'a str {
    fields.get(name).map_or("", String::as_str)
}

fn later(now: Timestamp, seconds: i64) -> Timestamp {
    now.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MAX)
}

fn kept_by_nobody(instance: &Instance, response: Response) -> Response {
    if instance.is_legacy() { response } else { no_store(response) }
}
