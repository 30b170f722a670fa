//! The settings as the server spells them. What a person did not change is sent back as
//! it came, whether this version knows it or not.

use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{BackupSettings, Destination};
use crate::error::ServerDetail;
use crate::places::Location;
use crate::places::{Field, Kind};
use crate::secrets::{SecretField, ZeroizingJson};
use crate::server::model::{Schedule, Target, TargetRuntime};
use crate::{Error, Result};

/// `{"destinations":[…]}`
#[derive(Deserialize)]
pub(in crate::server) struct SettingsAnswer {
    destinations: Vec<ZeroizingJson>,
}

impl From<SettingsAnswer> for BackupSettings {
    fn from(wire: SettingsAnswer) -> Self {
        Self { destinations: wire.destinations.iter().map(|raw| Destination::read(raw)).collect() }
    }
}

impl From<Destination> for Target {
    fn from(destination: Destination) -> Self {
        Self {
            provider: destination.location.provider(),
            location: destination.location.place(),
            id: destination.id,
            name: destination.name,
            includes_attachments: destination.includes_attachments,
            schedule: destination.schedule,
            runtime: destination.runtime,
        }
    }
}

impl Destination {
    /// Reads one target. What cannot be read has its default value here, and is sent
    /// back as it came unless a person changes it.
    pub(super) fn read(raw: &Value) -> Self {
        let text = |name: &str| raw[name].as_str().unwrap_or_default().to_owned();
        Self {
            id: text("id"),
            name: text("name"),
            includes_attachments: raw["includeAttachments"].as_bool().unwrap_or_default(),
            location: Location::read(&text("type"), &raw["destination"]),
            schedule: schedule(&raw["schedule"]),
            runtime: TargetRuntime::deserialize(&raw["runtime"]).unwrap_or_default(),
        }
    }

    /// Its settings outside of place and schedule.
    pub(super) fn own_fields(&self) -> Vec<Field> {
        vec![
            Field::new("name", &*self.name),
            Field::new("includeAttachments", Value::from(self.includes_attachments)),
        ]
    }

    /// Its schedule.
    pub(super) fn schedule_fields(&self) -> Vec<Field> {
        let schedule = &self.schedule;
        vec![
            Field::new("enabled", schedule.enabled),
            Field::new("intervalHours", schedule.interval_hours),
            Field::new("startTime", &*schedule.start_time),
            Field::new("timezone", &*schedule.timezone),
            Field::new("retentionCount", Value::from(schedule.retention_count)),
        ]
    }
}

fn schedule(raw: &Value) -> Schedule {
    let whole = |name: &str| raw[name].as_u64().and_then(|count| count.try_into().ok());
    let text = |name: &str, default: &str| raw[name].as_str().unwrap_or(default).to_owned();
    Schedule {
        enabled: raw["enabled"].as_bool().unwrap_or_default(),
        interval_hours: whole("intervalHours").unwrap_or(24),
        start_time: text("startTime", "03:00"),
        timezone: text("timezone", "UTC"),
        retention_count: whole("retentionCount"),
    }
}

/// The destinations to send: as `stored`, but for what a person changed.
pub(super) fn merged(stored: &Value, after: &BackupSettings) -> Result<ZeroizingJson> {
    let mut stored: Vec<&Value> = stored["destinations"].as_array().into_iter().flatten().collect();
    let destinations = after.destinations.iter().map(|destination| {
        let at = stored.iter().position(|kept| kept["id"].as_str().unwrap_or_default() == destination.id);
        sent(destination, at.map(|at| stored.remove(at)))
    });
    Ok(ZeroizingJson::list(destinations.collect::<Result<_>>()?))
}

fn sent(now: &Destination, stored: Option<&Value>) -> Result<ZeroizingJson> {
    let was = stored.map(Destination::read);
    let mut whole = object(stored);
    if let Location::Other(place) = &now.location {
        let same = was.is_some_and(|was| was.location == now.location);
        return if same { Ok(whole) } else { Err(not_supported(&now.name, place.name())) };
    }
    if was.is_none() {
        whole.set("id", now.id.as_str());
    }
    change(&mut whole, was.as_ref().map(Destination::own_fields), now.own_fields());

    let kind = now.location.kind();
    let was_place = was.as_ref().map(|was| was.location.kind()).filter(|was| kind.is_named(was.name()));
    if was_place.is_none() {
        whole.set("type", kind.name());
    }
    let mut place = object(whole.get("destination").filter(|_| was_place.is_some()));
    let mut changed = change(&mut place, was_place.map(Kind::fields), kind.fields()) || was_place.is_none();
    if let Some((name, secret)) = kind.secret() {
        let kept = was_place.and_then(Kind::secret).map(|(_, kept)| kept);
        let value = match (secret, kept) {
            (SecretField::New { value }, _) => Some(value.expose_secret()),
            (SecretField::Kept, Some(SecretField::Kept)) | (SecretField::Unset, Some(SecretField::Unset)) => {
                None
            }
            (SecretField::Unset, _) => Some(""),
            (SecretField::Kept, _) => return Err(secret_missing(&now.name)),
        };
        if let Some(value) = value {
            place.set(name, value);
            changed = true;
        }
    }
    if changed {
        whole.set("destination", place);
    }

    let kept = whole.get("schedule").filter(|kept| kept.is_object());
    let was_schedule = was.as_ref().map(Destination::schedule_fields);
    // A schedule that cannot be read is replaced only once someone changes it.
    let before = was_schedule.filter(|before| kept.is_some() || *before == now.schedule_fields());
    let mut schedule = object(kept);
    if change(&mut schedule, before, now.schedule_fields()) {
        whole.set("schedule", schedule);
    }
    Ok(whole)
}

/// Sets what differs from `before`, or everything where there was nothing; says whether
/// there was anything to set.
fn change(object: &mut ZeroizingJson, before: Option<Vec<Field>>, after: Vec<Field>) -> bool {
    let before = before.unwrap_or_default();
    let mut changed = false;
    for field in after.into_iter().filter(|field| !before.contains(field)) {
        changed = true;
        match field.value.as_str().filter(|_| !field.exact) {
            Some(text) => object.set(field.name, text.trim()),
            None => object.set(field.name, field.value),
        }
    }
    changed
}

/// A copy of the object, or an empty one.
fn object(value: Option<&Value>) -> ZeroizingJson {
    ZeroizingJson::new(value.filter(|value| value.is_object()).cloned().unwrap_or_else(|| json!({})))
}

/// A copy of a target cannot take its secret along: no one but the server has it.
fn secret_missing(name: &str) -> Error {
    ServerDetail::TargetSecretMissing { target: name.to_owned() }.error()
}

/// Only what the server sent can be sent back of a kind that is not known.
fn not_supported(name: &str, kind: &str) -> Error {
    ServerDetail::TargetNotSupported { target: name.to_owned(), provider: kind.to_owned() }.error()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Code;
    use crate::places::Provider;
    use crate::server::{OtherPlace, WebdavPlace};

    fn stored() -> Value {
        json!({"destinations": [{
            "id": "1", "name": "NAS", "type": "webdav", "includeAttachments": true, "future": {"x": 1},
            "destination": {"baseUrl": "https://dav.example.org", "username": "me", "password": "real", "remotePath": "nw", "verify": true},
            "schedule": {"enabled": true, "intervalHours": 24, "startTime": "03:00", "timezone": "UTC", "retentionCount": null},
            "runtime": {"lastSuccessAt": "2026-11-22T19:26:29.940Z", "lastUploadedDestination": "nw/x.zip"}}]})
    }

    fn read(raw: &Value) -> BackupSettings {
        SettingsAnswer::deserialize(raw).expect("settings").into()
    }

    #[test]
    fn saving_sends_back_everything_including_unknown_fields() {
        assert_eq!(*merged(&stored(), &read(&stored())).expect("merged"), stored()["destinations"]);
    }

    #[test]
    fn a_secret_is_kept_replaced_or_removed_as_the_form_says() {
        let mut after = read(&stored());
        let mut sent = |field| {
            let Location::Webdav(WebdavPlace { password, .. }) = &mut after.destinations[0].location else {
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
    fn a_copied_target_needs_its_secret_entered() {
        let mut after = read(&stored());
        let copy = Destination { id: "2".into(), ..after.destinations[0].clone() };
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
        let Location::Webdav(WebdavPlace { base_url, .. }) = &mut shown.destinations[0].location else {
            panic!("webdav")
        };
        *base_url = "https://other.example.org".into();
        assert_eq!(sent(&shown), "https://other.example.org");
    }

    #[test]
    fn spaces_around_addresses_are_not_sent_but_a_password_is_sent_as_it_is() {
        let mut after = read(&stored());
        after.destinations[0].location = Location::Webdav(WebdavPlace {
            base_url: " https://dav.example.org ".into(),
            username: "me".into(),
            password: SecretField::new(" spaced "),
            remote_path: "nw ".into(),
        });
        let sent = merged(&stored(), &after).expect("merged")[0]["destination"].clone();
        assert_eq!(sent["baseUrl"], "https://dav.example.org");
        assert_eq!((sent["password"].as_str(), sent["remotePath"].as_str()), (Some(" spaced "), Some("nw")));
    }

    #[test]
    fn an_edit_changes_only_its_field() {
        let mut stored = stored();
        stored["destinations"][0]["schedule"]["jitterMinutes"] = 5.into();
        stored["destinations"][0]["destination"]["remotePath"] = " nw ".into();
        let mut after = read(&stored);
        after.destinations[0].schedule.interval_hours = 6;
        let mut expected = stored["destinations"].clone();
        expected[0]["schedule"]["intervalHours"] = 6.into();
        assert_eq!(*merged(&stored, &after).expect("merged"), expected);
    }

    #[test]
    fn an_old_name_of_a_kind_is_kept() {
        let stored = json!({"destinations": [{"id": "1", "name": "old", "type": "e3", "destination":
            {"endpoint": "https://s3.example.org", "bucket": "vault", "secretAccessKey": "real"}}]});
        let mut after = read(&stored);
        assert_eq!(after.destinations[0].location.provider(), Provider::S3);
        after.destinations[0].name = "new".into();
        let sent = merged(&stored, &after).expect("merged");
        assert_eq!((&sent[0]["type"], &sent[0]["name"]), (&"e3".into(), &"new".into()));
        assert_eq!(sent[0]["destination"], stored["destinations"][0]["destination"]);
    }

    #[test]
    fn an_unknown_target_type_cannot_be_created() {
        let stored = json!({"destinations": [{"id": "1", "name": "box", "type": "sftp"}]});
        let error = merged(&Value::Null, &read(&stored)).expect_err("nothing to send back");
        assert_eq!(error.kind(), "target-not-supported");
    }

    #[test]
    fn a_target_of_an_unknown_type_is_saved_unchanged() {
        let mut stored = stored();
        let future = json!({
            "id": "2", "name": "Drive", "type": "gdrive", "includeAttachments": false, "quota": [1, 2],
            "destination": {"folder": "x", "token": {"refresh": "hush"}},
            "schedule": {"enabled": false, "cron": "0 3 * * *"}});
        stored["destinations"].as_array_mut().expect("a list").push(future.clone());
        let mut after = read(&stored);
        assert_eq!(after.destinations[1].location, Location::Other(OtherPlace { kind: "gdrive".into() }));
        after.destinations[0].name = "Attic".into();
        after.destinations.reverse();
        let sent = merged(&stored, &after).expect("merged");
        assert_eq!(sent[0], future);
        assert_eq!(sent[1]["name"], "Attic");
        let copy = Destination { id: "3".into(), ..after.destinations[0].clone() };
        after.destinations.push(copy);
        assert_eq!(merged(&stored, &after).expect_err("a copy").code(), Code::InvalidRequest);
    }

    #[test]
    fn unknown_fields_and_the_old_s3_name_survive_other_edits() {
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

    /// Any JSON.
    fn anything() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            "[ -~é]{0,12}".prop_map(Value::from),
        ];
        leaf.prop_recursive(2, 12, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
                prop::collection::hash_map("[a-z]{1,6}", inner, 0..3)
                    .prop_map(|fields| fields.into_iter().collect()),
            ]
        })
    }

    /// An object with some of these fields and some of its own, whatever is in them.
    fn object_of(names: &'static [&'static str]) -> impl Strategy<Value = Value> {
        let name = prop_oneof![prop::sample::select(names).prop_map(str::to_owned), "[a-z]{1,8}"];
        prop::collection::hash_map(name, anything(), 0..8).prop_map(|fields| fields.into_iter().collect())
    }

    fn any_destination() -> impl Strategy<Value = Value> {
        let kind = prop::sample::select(vec!["webdav", "s3", "e3", "sftp", "Webdav", ""]);
        let place = prop_oneof![
            4 => object_of(&["baseUrl", "username", "password", "remotePath", "endpoint", "bucket", "secretAccessKey"]),
            1 => anything(),
        ];
        let when = prop_oneof![
            4 => object_of(&["enabled", "intervalHours", "startTime", "timezone", "retentionCount"]),
            1 => anything(),
        ];
        let rest = object_of(&["id", "name", "type", "includeAttachments", "runtime"]);
        (rest, prop::option::of(kind), prop::option::of(place), prop::option::of(when)).prop_map(
            |(mut all, kind, place, when)| {
                let parts = [("type", kind.map(Value::from)), ("destination", place), ("schedule", when)];
                for (name, part) in parts {
                    if let Some(part) = part {
                        all[name] = part;
                    }
                }
                all
            },
        )
    }

    proptest! {
        #[test]
        fn unedited_fields_are_sent_back_unchanged(
            destinations in prop::collection::vec(any_destination(), 0..5),
            edited in any::<prop::sample::Index>(),
        ) {
            let stored = json!({ "destinations": destinations });
            let mut after = read(&stored);
            prop_assert_eq!(merged(&stored, &after).expect("kept").to_string(), stored["destinations"].to_string());
            if !after.destinations.is_empty() {
                let at = edited.index(after.destinations.len());
                after.destinations[at].name = "edited".into();
                let mut expected = stored["destinations"].clone();
                if after.destinations[at].location.provider() != Provider::Other {
                    expected[at]["name"] = "edited".into();
                }
                prop_assert_eq!(merged(&stored, &after).expect("kept").to_string(), expected.to_string());
            }
        }
    }
}
