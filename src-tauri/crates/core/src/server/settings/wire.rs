//! The settings as the server spells them.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{AddressingStyle, BackupSettings, Location};
use crate::secrets::{SecretField, Wiped};
use crate::server::model::{Schedule, TargetRuntime};
use crate::server::redact::without_logins;
use crate::server::wire::WireSchedule;
use crate::{Code, Error, Result};
use secrecy::ExposeSecret;

/// `{"destinations":[…]}`
#[derive(Deserialize)]
pub(super) struct Settings {
    destinations: Vec<Destination>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Destination {
    id: String,
    #[serde(default)]
    name: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    include_attachments: bool,
    #[serde(default)]
    destination: Wiped,
    #[serde(default)]
    schedule: WireSchedule,
    #[serde(default)]
    runtime: Option<TargetRuntime>,
}

impl From<Settings> for BackupSettings {
    fn from(wire: Settings) -> Self {
        Self { destinations: wire.destinations.into_iter().map(Into::into).collect() }
    }
}

impl From<Destination> for super::Destination {
    fn from(wire: Destination) -> Self {
        let text = |name: &str| wire.destination.get(name).and_then(Value::as_str).unwrap_or_default();
        let owned = |name: &str| text(name).to_owned();
        let secret = |name: &str| if text(name).is_empty() { SecretField::Unset } else { SecretField::Kept };
        let location = if wire.kind == "webdav" {
            Location::Webdav {
                base_url: without_logins(text("baseUrl")),
                username: owned("username"),
                password: secret("password"),
                remote_path: owned("remotePath"),
            }
        } else {
            Location::S3 {
                endpoint: without_logins(text("endpoint")),
                bucket: owned("bucket"),
                addressing_style: match text("addressingStyle") {
                    "virtual-hosted-style" => AddressingStyle::VirtualHostedStyle,
                    _ => AddressingStyle::PathStyle,
                },
                region: owned("region"),
                access_key_id: owned("accessKeyId"),
                secret_access_key: secret("secretAccessKey"),
                root_path: owned("rootPath"),
            }
        };
        Self {
            location,
            id: wire.id,
            name: wire.name,
            includes_attachments: wire.include_attachments,
            schedule: Schedule::from(wire.schedule),
            runtime: wire.runtime.unwrap_or_default(),
        }
    }
}

/// The destinations to send: everything the server has of a target stays, but for
/// what this app knows and a person may change.
pub(super) fn merged(stored: &Value, after: &BackupSettings) -> Result<Wiped> {
    let stored = stored.get("destinations").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let destinations = after.destinations.iter().map(|destination| {
        let kept = stored.iter().find(|kept| kept["id"] == destination.id.as_str());
        sent(destination, kept)
    });
    Ok(Wiped::list(destinations.collect::<Result<_>>()?))
}

fn sent(destination: &super::Destination, stored: Option<&Value>) -> Result<Wiped> {
    let (kind, place, name) = match &destination.location {
        Location::Webdav { base_url, username, remote_path, .. } => (
            "webdav",
            json!({"baseUrl": base_url.trim(), "username": username, "remotePath": remote_path.trim()}),
            "password",
        ),
        Location::S3 { endpoint, bucket, addressing_style, region, access_key_id, root_path, .. } => (
            "s3",
            json!({
                "endpoint": endpoint.trim(),
                "bucket": bucket.trim(),
                "addressingStyle": addressing_style,
                "region": region.trim(),
                "accessKeyId": access_key_id.trim(),
                "rootPath": root_path.trim(),
            }),
            "secretAccessKey",
        ),
    };
    let mut whole = object(stored.cloned());
    let same_kind =
        matches!((whole["type"].as_str(), kind), (Some("webdav"), "webdav") | (Some("s3" | "e3"), "s3"));
    let mut fields = whole.take("destination");
    if !same_kind || !fields.is_object() {
        fields = object(None);
    }
    match destination.location.secret() {
        SecretField::New { value } => fields.set(name, value.expose_secret()),
        SecretField::Unset => fields.set(name, ""),
        SecretField::Kept if fields[name].as_str().is_none_or(str::is_empty) => {
            return Err(secret_missing(&destination.name));
        }
        SecretField::Kept => {}
    }
    for (field, value) in place.as_object().into_iter().flatten() {
        // A login that the address carries was not shown: it stays with its address.
        let was = fields[field].as_str().filter(|_| matches!(field.as_str(), "baseUrl" | "endpoint"));
        if was.is_none_or(|was| value.as_str() != Some(&without_logins(was))) {
            fields.set(field, value.clone());
        }
    }
    let schedule = &destination.schedule;
    whole.set("id", destination.id.as_str());
    whole.set("name", destination.name.trim());
    whole.set("type", kind);
    whole.set("includeAttachments", Value::from(destination.includes_attachments));
    whole.set("destination", fields);
    whole.set(
        "schedule",
        json!({
            "enabled": schedule.enabled,
            "intervalHours": schedule.interval_hours,
            "startTime": schedule.start_time,
            "timezone": schedule.timezone,
            "retentionCount": schedule.retention_count,
        }),
    );
    Ok(whole)
}

/// The object, or an empty one.
fn object(value: Option<Value>) -> Wiped {
    Wiped::new(value.filter(Value::is_object).unwrap_or_else(|| json!({})))
}

/// A copy of a target cannot take its secret along: nobody but the server has it.
fn secret_missing(name: &str) -> Error {
    Error::new(
        Code::InvalidRequest,
        format!("The password or secret key of {name} is not known."),
        "Enter it: a copy or another kind of target cannot take the kept one over.",
    )
    .value("target", name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored() -> Value {
        json!({"destinations": [{
            "id": "1", "name": "NAS", "type": "webdav", "includeAttachments": true, "future": {"x": 1},
            "destination": {"baseUrl": "https://dav.example.org", "username": "me", "password": "real", "remotePath": "nw", "verify": true},
            "schedule": {"enabled": true, "intervalHours": 24, "startTime": "03:00", "timezone": "UTC", "retentionCount": null},
            "runtime": {"lastSuccessAt": "2026-11-22T19:26:29.940Z", "lastUploadedDestination": "nw/x.zip"}}]})
    }

    fn read(raw: &Value) -> BackupSettings {
        Settings::deserialize(raw).expect("settings").into()
    }

    #[test]
    fn saving_what_was_read_sends_back_everything_also_what_is_not_known() {
        assert_eq!(*merged(&stored(), &read(&stored())).expect("merged"), stored()["destinations"]);
    }

    #[test]
    fn a_secret_is_kept_replaced_or_removed_as_the_form_says() {
        let mut after = read(&stored());
        let mut sent = |field| {
            let Location::Webdav { password, .. } = &mut after.destinations[0].location else {
                panic!("webdav")
            };
            *password = field;
            merged(&stored(), &after).expect("merged")[0]["destination"]["password"].clone()
        };
        assert_eq!(sent(SecretField::Kept), "real");
        assert_eq!(sent(SecretField::new("new one")), "new one");
        assert_eq!(sent(SecretField::Unset), "");
    }

    #[test]
    fn a_copy_asks_for_its_secret() {
        let mut after = read(&stored());
        let copy = super::super::Destination { id: "2".into(), ..after.destinations[0].clone() };
        after.destinations.push(copy);
        assert_eq!(merged(&stored(), &after).expect_err("no secret").code(), Code::InvalidRequest);
    }

    #[test]
    fn a_login_in_an_address_is_not_shown_and_stays_with_its_address() {
        let mut stored = stored();
        let with_login = "https://me:hush@dav.example.org";
        stored["destinations"][0]["destination"]["baseUrl"] = with_login.into();
        let mut shown = read(&stored);
        assert!(!format!("{shown:?}").contains("hush"));
        let sent = |shown: &BackupSettings| {
            merged(&stored, shown).expect("merged")[0]["destination"]["baseUrl"].clone()
        };
        assert_eq!(sent(&shown), with_login);
        let Location::Webdav { base_url, .. } = &mut shown.destinations[0].location else { panic!("webdav") };
        *base_url = "https://other.example.org".into();
        assert_eq!(sent(&shown), "https://other.example.org");
    }

    #[test]
    fn spaces_around_addresses_are_not_sent_but_a_password_is_sent_as_it_is() {
        let mut after = read(&stored());
        after.destinations[0].location = Location::Webdav {
            base_url: " https://dav.example.org ".into(),
            username: "me".into(),
            password: SecretField::new(" spaced "),
            remote_path: "nw ".into(),
        };
        let sent = merged(&stored(), &after).expect("merged")[0]["destination"].clone();
        assert_eq!(sent["baseUrl"], "https://dav.example.org");
        assert_eq!((sent["password"].as_str(), sent["remotePath"].as_str()), (Some(" spaced "), Some("nw")));
    }
}
