//! The settings as the server spells them.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{AddressingStyle, BackupSettings, Location};
use crate::secrets::{SecretField, Wiped};
use crate::server::model::{Provider, Schedule, TargetRuntime};
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
        let location = match Provider::of(&wire.kind) {
            Provider::Other => Location::Other { kind: wire.kind },
            Provider::Webdav => Location::Webdav {
                base_url: without_logins(text("baseUrl")),
                username: owned("username"),
                password: secret("password"),
                remote_path: owned("remotePath"),
            },
            Provider::S3 => Location::S3 {
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
            },
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
        Location::Other { kind } => return untouched(destination, kind, stored),
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
        whole["type"].as_str().is_some_and(|stored| Provider::of(stored) == destination.location.provider());
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
    if !same_kind {
        whole.set("type", kind);
    }
    whole.set("includeAttachments", Value::from(destination.includes_attachments));
    whole.set("destination", fields);
    let mut times = object(Some(whole.take("schedule").clone()));
    times.set("enabled", Value::from(schedule.enabled));
    times.set("intervalHours", Value::from(schedule.interval_hours));
    times.set("startTime", schedule.start_time.as_str());
    times.set("timezone", schedule.timezone.as_str());
    times.set("retentionCount", Value::from(schedule.retention_count));
    whole.set("schedule", times);
    Ok(whole)
}

/// A target of an unknown kind, exactly as it is stored.
fn untouched(destination: &super::Destination, kind: &str, stored: Option<&Value>) -> Result<Wiped> {
    let stored = stored.filter(|stored| stored["type"] == kind).cloned();
    stored.map(Wiped::new).ok_or_else(|| {
        Error::new(
            Code::InvalidRequest,
            format!("{} is of a kind that this version does not support.", destination.name),
            "It can be kept, moved and removed here. Change or copy it on the server's own web page.",
        )
        .value("target", &destination.name)
    })
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
    use proptest::prelude::*;

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
    fn an_unknown_kind_of_target_is_saved_back_exactly_as_it_came() {
        let mut stored = stored();
        let future = json!({
            "id": "2", "name": "Drive", "type": "gdrive", "includeAttachments": false, "quota": [1, 2],
            "destination": {"folder": "x", "token": {"refresh": "hush"}},
            "schedule": {"enabled": false, "cron": "0 3 * * *"}});
        stored["destinations"].as_array_mut().expect("a list").push(future.clone());
        let mut after = read(&stored);
        assert_eq!(after.destinations[1].location, Location::Other { kind: "gdrive".into() });
        after.destinations[0].name = "Attic".into();
        after.destinations.reverse();
        let sent = merged(&stored, &after).expect("merged");
        assert_eq!(sent[0], future);
        assert_eq!(sent[1]["name"], "Attic");
        let copy = super::super::Destination { id: "3".into(), ..after.destinations[0].clone() };
        after.destinations.push(copy);
        assert_eq!(merged(&stored, &after).expect_err("a copy").code(), Code::InvalidRequest);
    }

    #[test]
    fn unknown_fields_and_the_old_name_of_s3_stay_when_something_else_changes() {
        let old = json!({"destinations": [{
            "id": "1", "name": "Bucket", "type": "e3", "includeAttachments": true, "labels": ["a"],
            "destination": {"endpoint": "https://s3.example.org", "bucket": "b", "addressingStyle": "path-style",
                "region": "auto", "accessKeyId": "id", "secretAccessKey": "real", "rootPath": "nw", "storageClass": "COLD"},
            "schedule": {"enabled": true, "intervalHours": 24, "startTime": "03:00", "timezone": "UTC",
                "retentionCount": 7, "jitterMinutes": 5, "windows": {"from": "01:00"}},
            "runtime": {"lastSuccessAt": "2026-11-22T19:26:29.940Z"}}]});
        let mut after = read(&old);
        after.destinations[0].schedule.interval_hours = 12;
        let mut expected = old["destinations"].clone();
        expected[0]["schedule"]["intervalHours"] = 12.into();
        assert_eq!(*merged(&old, &after).expect("merged"), expected);
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            ".{0,12}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 16, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map("[a-z]{1,8}", inner, 0..4)
                    .prop_map(|fields| Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn whatever_a_future_server_adds_comes_back_unchanged(
            kind in "webdav|s3|e3|[a-z]{3,8}",
            extra in prop::collection::btree_map("x[a-z]{1,8}", any_json(), 0..4),
        ) {
            let mut stored = stored();
            let target = &mut stored["destinations"][0];
            target["type"] = kind.into();
            target["destination"] = json!({
                "baseUrl": "https://dav.example.org", "username": "me", "password": "real", "remotePath": "nw",
                "endpoint": "https://s3.example.org", "bucket": "b", "addressingStyle": "path-style",
                "region": "auto", "accessKeyId": "id", "secretAccessKey": "real", "rootPath": "nw"});
            for (name, value) in &extra {
                for place in [&["destination"][..], &["schedule"], &["runtime"], &[]] {
                    let object = place.iter().fold(&mut *target, |object, field| &mut object[*field]);
                    object[name.as_str()] = value.clone();
                }
            }
            prop_assert_eq!(&*merged(&stored, &read(&stored)).expect("merged"), &stored["destinations"]);
        }
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
