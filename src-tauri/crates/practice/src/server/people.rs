//! The accounts, as an administrator sees them.

use std::sync::Arc;

use axum::extract::State;
use serde_json::{Value, json};

use super::caller::Administrator;
use super::reply::{Answer, answer};
use crate::database::User;
use crate::state::Instance;

/// `GET /api/admin/users`
pub(crate) async fn list(State(instance): State<Arc<Instance>>, _admin: Administrator) -> Answer {
    let users = User::all(&instance.database.lock())?;
    let data: Vec<Value> = users
        .into_iter()
        .map(|user| {
            json!({
                "id": user.id,
                "email": user.email,
                "name": user.name,
                "role": user.role,
                "status": user.status,
                "twoFactorEnabled": user.totp_secret.is_some(),
                "creationDate": user.created_at,
                "revisionDate": user.updated_at,
                "object": "user",
            })
        })
        .collect();
    Ok(answer(json!({ "data": data, "object": "list", "continuationToken": null })))
}
