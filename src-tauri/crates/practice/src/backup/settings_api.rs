//! Reading, saving and repairing the settings.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use bytes::Bytes;
use serde_json::{Value, json};

use super::stored::Unusable;
use crate::server::{Administrator, Answer, Ask, Refusal, answer};
use crate::settings::Settings;
use crate::state::Instance;

/// `GET /api/admin/backup/settings`
pub(crate) async fn get(State(instance): State<Arc<Instance>>, _admin: Administrator) -> Answer {
    Ok(shown(&instance, instance.settings()?))
}

/// `PUT /api/admin/backup/settings`
pub(crate) async fn put(State(instance): State<Arc<Instance>>, admin: Administrator, body: Bytes) -> Answer {
    let body = payload(&body)?;
    admin.confirm(&instance, &body, Ask::Password).await?;
    let stored = instance.settings()?;
    let settings = Settings::accept(&body, &stored).map_err(Refusal::bad)?;
    instance.keep_settings(&settings)?;
    log(&instance, &admin, "admin.backup.settings.update", &settings);
    Ok(shown(&instance, settings))
}

/// `GET /api/admin/backup/settings/repair`
pub(crate) async fn repair_state(State(instance): State<Arc<Instance>>, _admin: Administrator) -> Answer {
    let (needs_repair, portable) = match instance.settings() {
        Ok(_) => (false, None),
        Err(Unusable::NeedRepair) => (true, instance.portable()?),
        Err(error) => return Err(error.into()),
    };
    Ok(answer(json!({
        "object": "backup-settings-repair",
        "needsRepair": needs_repair,
        "portable": portable,
    })))
}

/// `POST /api/admin/backup/settings/repair`
pub(crate) async fn repair(
    State(instance): State<Arc<Instance>>,
    admin: Administrator,
    body: Bytes,
) -> Answer {
    let body = payload(&body)?;
    admin.confirm(&instance, &body, Ask::PasswordOrVerification).await?;
    let settings = Settings::accept(&body, &Settings::default()).map_err(Refusal::bad)?;
    instance.keep_settings(&settings)?;
    log(&instance, &admin, "admin.backup.settings.repair", &settings);
    Ok(shown(&instance, settings))
}

fn payload(body: &Bytes) -> Result<Value, Refusal> {
    serde_json::from_slice(body).map_err(|_| Refusal::bad("Backup settings payload is invalid"))
}

/// The settings as this generation shows them: older ones show secrets.
pub(super) fn shown(instance: &Instance, settings: Settings) -> Response {
    answer(shown_value(instance, settings))
}

/// The same as a value.
pub(super) fn shown_value(instance: &Instance, settings: Settings) -> Value {
    let settings = if instance.is_legacy() { settings } else { settings.redacted() };
    serde_json::to_value(settings).expect("text and numbers always serialise")
}

fn log(instance: &Instance, admin: &Administrator, action: &str, settings: &Settings) {
    instance.log(&admin.0, action, "info", json!({ "destinations": settings.destinations.len() }));
}
