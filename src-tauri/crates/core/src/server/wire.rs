//! The server's own shapes (PROTOCOL sections 1 and 2). They live here and are
//! turned into this app's types before anything else sees them.

use secrecy::SecretString;
use serde::Deserialize;
use serde_json::Value;

use super::model::{Provider, RemoteItem, Schedule, ServerUser, Target, TargetRuntime, TwoStepMethod};
use super::redact::without_logins;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Prelogin {
    pub kdf: i64,
    pub kdf_iterations: i64,
    pub kdf_memory: Option<i64>,
    pub kdf_parallelism: Option<i64>,
}

#[derive(Deserialize)]
pub(super) struct TokenAnswer {
    pub access_token: SecretString,
    #[serde(default)]
    pub refresh_token: Option<SecretString>,
    #[serde(default)]
    pub expires_in: Option<i64>,
    #[serde(rename = "Key", default)]
    pub key: Option<String>,
    #[serde(rename = "PrivateKey", default)]
    pub private_key: Option<String>,
    #[serde(rename = "TwoFactorToken", default)]
    pub two_factor_token: Option<SecretString>,
}

/// The refusal that asks for a second step.
#[derive(Deserialize)]
pub(super) struct TwoStepDemand {
    #[serde(rename = "TwoFactorProviders")]
    pub providers: Vec<Value>,
}

impl TwoStepDemand {
    pub fn methods(&self) -> Vec<TwoStepMethod> {
        self.providers
            .iter()
            .filter_map(|number| match number.as_u64().or_else(|| number.as_str()?.parse().ok())? {
                0 => Some(TwoStepMethod::Authenticator),
                3 => Some(TwoStepMethod::Yubikey),
                7 => Some(TwoStepMethod::Webauthn),
                8 => Some(TwoStepMethod::RecoveryCode),
                _ => None,
            })
            .collect()
    }
}

/// The number of a two-step method in a token request.
pub(super) fn provider_number(method: TwoStepMethod) -> &'static str {
    match method {
        TwoStepMethod::Authenticator => "0",
        TwoStepMethod::Yubikey => "3",
        TwoStepMethod::Remembered => "5",
        TwoStepMethod::Webauthn => "7",
        TwoStepMethod::RecoveryCode => "8",
    }
}

#[derive(Deserialize)]
pub(super) struct Settings {
    pub destinations: Vec<Destination>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Destination {
    id: String,
    #[serde(default)]
    name: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    include_attachments: bool,
    #[serde(default)]
    destination: Value,
    #[serde(default)]
    schedule: WireSchedule,
    #[serde(default)]
    runtime: Option<TargetRuntime>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct WireSchedule {
    enabled: bool,
    interval_hours: u32,
    start_time: String,
    timezone: String,
    retention_count: Option<u32>,
}

impl Default for WireSchedule {
    fn default() -> Self {
        Self {
            enabled: false,
            interval_hours: 24,
            start_time: "03:00".into(),
            timezone: "UTC".into(),
            retention_count: None,
        }
    }
}

impl From<WireSchedule> for Schedule {
    fn from(wire: WireSchedule) -> Self {
        Self {
            enabled: wire.enabled,
            interval_hours: wire.interval_hours,
            start_time: wire.start_time,
            timezone: wire.timezone,
            retention_count: wire.retention_count,
        }
    }
}

impl From<Destination> for Target {
    fn from(wire: Destination) -> Self {
        let text = |name: &str| {
            wire.destination
                .get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .trim_matches('/')
                .to_owned()
        };
        let join = |parts: [String; 2]| {
            parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/")
        };
        let provider = Provider::of(&wire.kind);
        let location = match provider {
            Provider::Webdav => join([text("baseUrl"), text("remotePath")]),
            Provider::S3 => join([join([text("endpoint"), text("bucket")]), text("rootPath")]),
            Provider::Other => String::new(),
        };
        Self {
            provider,
            location: without_logins(&location),
            id: wire.id,
            name: wire.name,
            includes_attachments: wire.include_attachments,
            schedule: wire.schedule.into(),
            runtime: wire.runtime.unwrap_or_default(),
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Listing {
    pub items: Vec<WireItem>,
}

/// One entry of a listing. Targets report odd ones: what cannot be read of an entry is
/// unknown, and the others are listed all the same.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireItem {
    #[serde(default)]
    path: Value,
    #[serde(default)]
    name: Value,
    #[serde(default)]
    is_directory: Value,
    #[serde(default)]
    size: Value,
    #[serde(default)]
    modified_at: Value,
}

impl WireItem {
    /// The entry, unless it has no path.
    pub fn into_item(self) -> Option<RemoteItem> {
        let path = self.path.as_str().filter(|path| !path.is_empty())?.to_owned();
        let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        Some(RemoteItem {
            name: self.name.as_str().unwrap_or(last).to_owned(),
            is_directory: self.is_directory.as_bool().unwrap_or(false),
            size: self.size.as_u64(),
            modified_at: self.modified_at.as_str().map(str::to_owned),
            path,
        })
    }
}

#[derive(Deserialize)]
pub(super) struct Users {
    pub data: Vec<ServerUser>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_with_an_odd_size_does_not_empty_the_list() {
        let listing: Listing = serde_json::from_value(serde_json::json!({"items": [
            {"path": "a.zip", "name": "a.zip", "isDirectory": false, "size": -1, "modifiedAt": null},
            {"path": "b.zip", "name": "b.zip", "isDirectory": false, "size": 1.5},
            {"path": "c.zip", "name": "c.zip", "isDirectory": false},
            {"path": "d.zip", "name": "d.zip", "isDirectory": false, "size": 7}
        ]}))
        .expect("a listing");
        let items: Vec<_> = listing.items.into_iter().filter_map(WireItem::into_item).collect();
        let sizes: Vec<_> = items.iter().map(|item| (item.name.as_str(), item.size)).collect();
        assert_eq!(sizes, [("a.zip", None), ("b.zip", None), ("c.zip", None), ("d.zip", Some(7))]);
    }

    #[test]
    fn a_location_never_shows_a_password() {
        let wire: Destination = serde_json::from_value(serde_json::json!({
            "id": "1", "type": "webdav",
            "destination": {"baseUrl": "https://me:secret@dav.example.org/x", "remotePath": "nodewarden"}
        }))
        .expect("a destination");
        let target = Target::from(wire);
        assert_eq!(target.location, "https://dav.example.org/x/nodewarden");
    }
}
