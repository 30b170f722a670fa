//! One's own account: registering, the profile, two-step sign-in.

use std::sync::Arc;

use axum::extract::State;
use bytes::Bytes;
use serde_json::{Value, json};
use uuid::Uuid;

use super::caller::{Caller, is_password_of};
use super::identity::normal;
use super::reply::{Answer, Refusal, answer};
use super::{token, totp};
use crate::database::User;
use crate::state::Instance;

/// `POST /api/accounts/register`: the first to come is the administrator.
pub(crate) async fn register(State(instance): State<Arc<Instance>>, body: Bytes) -> Answer {
    let body: Value = serde_json::from_slice(&body).map_err(|_| Refusal::bad("Invalid JSON"))?;
    let text = |field: &Value| field.as_str().map(str::to_owned);
    let number = |field: &Value| field.as_u64().and_then(|number| u32::try_from(number).ok());
    let email = normal(body["email"].as_str().unwrap_or_default());
    let (Some(hash), Some(key)) = (body["masterPasswordHash"].as_str(), text(&body["key"])) else {
        return Err(Refusal::bad("Email, masterPasswordHash, and key are required"));
    };
    if instance.database.count("users")? > 0 {
        return Err(Refusal::new(axum::http::StatusCode::FORBIDDEN, "Invite code is required"));
    }
    let now = instance.now_text();
    let user = User {
        id: Uuid::new_v4().to_string(),
        verifier: token::verifier(hash, &email),
        email,
        name: text(&body["name"]),
        key,
        private_key: text(&body["keys"]["encryptedPrivateKey"]),
        public_key: text(&body["keys"]["publicKey"]),
        kdf_type: number(&body["kdf"]).unwrap_or(0),
        kdf_iterations: number(&body["kdfIterations"]).unwrap_or(600_000),
        kdf_memory: number(&body["kdfMemory"]),
        kdf_parallelism: number(&body["kdfParallelism"]),
        security_stamp: Uuid::new_v4().to_string(),
        role: "admin".to_owned(),
        status: "active".to_owned(),
        totp_secret: None,
        recovery_code: None,
        created_at: now.clone(),
        updated_at: now,
    };
    user.insert(&instance.database.lock())?;
    instance.database.set_config("registered", "true")?;
    Ok(answer(json!({ "success": true, "role": user.role })))
}

/// `GET /api/accounts/profile`
pub(crate) async fn profile(caller: Caller) -> Answer {
    let user = caller.user;
    Ok(answer(json!({
        "id": user.id,
        "name": user.name,
        "email": user.email,
        "emailVerified": true,
        "premium": true,
        "culture": "en-US",
        "twoFactorEnabled": user.totp_secret.is_some(),
        "key": user.key,
        "privateKey": user.private_key,
        "securityStamp": user.security_stamp,
        "role": user.role,
        "status": user.status,
        "organizations": [],
        "creationDate": user.created_at,
        "object": "profile",
    })))
}

/// `PUT /api/accounts/totp`: two-step sign-in on or off.
pub(crate) async fn set_totp(State(instance): State<Arc<Instance>>, caller: Caller, body: Bytes) -> Answer {
    let body: Value = serde_json::from_slice(&body).map_err(|_| Refusal::bad("Invalid JSON"))?;
    let Some(hash) = body["masterPasswordHash"].as_str() else {
        return Err(Refusal::bad("masterPasswordHash is required"));
    };
    if !is_password_of(&caller.user, hash).await {
        return Err(Refusal::bad("Invalid password"));
    }
    if body["enabled"].as_bool() != Some(true) {
        User::set_totp(&instance.database.lock(), &caller.user.id, None)?;
        return Ok(answer(json!({ "enabled": false, "object": "twoFactor" })));
    }
    let secret = body["secret"].as_str().unwrap_or_default();
    let code = body["token"].as_str().unwrap_or_default();
    if !totp::is_current(secret, code, instance.now()) {
        return Err(Refusal::bad("Invalid TOTP token"));
    }
    let recovery = totp::recovery_code();
    User::set_totp(&instance.database.lock(), &caller.user.id, Some((secret, &recovery)))?;
    Ok(answer(json!({ "enabled": true, "recoveryCode": recovery, "object": "twoFactor" })))
}
