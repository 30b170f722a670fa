//! What saving would change, field by field. Secrets show only that they change.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{BackupSettings, Destination};
use crate::places::Field;
use desk_base::redact::without_logins;

/// What would change at one target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct TargetChange {
    /// The target's id.
    pub id: String,
    /// Its name afterwards; for a removed one, its name before.
    pub name: String,
    /// What happens to it.
    pub kind: TargetChangeKind,
    /// The fields that differ.
    pub fields: Vec<TargetFieldChange>,
}

/// What happens to a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum TargetChangeKind {
    /// It is new.
    Added,
    /// It goes; what is in its folder stays there.
    Removed,
    /// Some of its fields change.
    Changed,
    /// Only its place in the order changes.
    Moved,
}

/// One field that differs. For a secret both values are `None`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct TargetFieldChange {
    /// The field, as the server calls it.
    pub field: String,
    /// Its value before.
    pub before: Option<String>,
    /// Its value afterwards.
    pub after: Option<String>,
}

/// What saving `after` over `before` would change. What the server keeps of the
/// last runs does not count.
pub fn diff(before: &BackupSettings, after: &BackupSettings) -> Vec<TargetChange> {
    let find = |settings: &'_ BackupSettings, id: &str| {
        settings.destinations.iter().position(|destination| destination.id == id)
    };
    // Where a target stands among those that are in both.
    let common = |settings: &BackupSettings, other: &BackupSettings, id: &str| {
        let both = settings.destinations.iter().filter(|one| find(other, &one.id).is_some());
        both.map(|one| one.id.as_str()).position(|one| one == id)
    };
    let mut changes: Vec<TargetChange> = after
        .destinations
        .iter()
        .filter_map(|now| {
            let Some(was) = find(before, &now.id).map(|at| &before.destinations[at]) else {
                return Some(change(now, TargetChangeKind::Added, Vec::new()));
            };
            let fields = fields(was, now);
            let moved = common(before, after, &now.id) != common(after, before, &now.id);
            match (fields.is_empty(), moved) {
                (true, false) => None,
                (true, true) => Some(change(now, TargetChangeKind::Moved, fields)),
                (false, _) => Some(change(now, TargetChangeKind::Changed, fields)),
            }
        })
        .collect();
    let gone = before.destinations.iter().filter(|was| find(after, &was.id).is_none());
    changes.extend(gone.map(|was| change(was, TargetChangeKind::Removed, Vec::new())));
    changes
}

fn change(destination: &Destination, kind: TargetChangeKind, fields: Vec<TargetFieldChange>) -> TargetChange {
    TargetChange { id: destination.id.clone(), name: destination.name.clone(), kind, fields }
}

fn fields(was: &Destination, now: &Destination) -> Vec<TargetFieldChange> {
    let (before, after) = (listed(was), listed(now));
    let mut names: Vec<&str> = before.iter().chain(&after).map(|(name, _)| *name).collect();
    let mut seen = std::collections::BTreeSet::new();
    names.retain(|name| seen.insert(*name));
    let value = |fields: &[(&'static str, String)], name: &str| {
        fields.iter().find(|(field, _)| *field == name).map(|(_, value)| value.clone())
    };
    let mut changes: Vec<TargetFieldChange> = names
        .into_iter()
        .map(|name| TargetFieldChange {
            field: name.to_owned(),
            before: value(&before, name),
            after: value(&after, name),
        })
        .filter(|change| change.before != change.after)
        .map(|change| TargetFieldChange {
            before: change.before.as_deref().map(without_logins),
            after: change.after.as_deref().map(without_logins),
            ..change
        })
        .collect();
    if let Some((name, secret)) = now.location.kind().secret()
        && was.location.secret() != secret
    {
        changes.push(TargetFieldChange { field: name.to_owned(), before: None, after: None });
    }
    changes
}

/// Every field but the secret, as text.
fn listed(destination: &Destination) -> Vec<(&'static str, String)> {
    let kind = destination.location.kind();
    let mut fields: Vec<_> = destination.own_fields().into_iter().map(shown).collect();
    fields.push(("type", kind.name().to_owned()));
    fields.extend(kind.fields().into_iter().chain(destination.schedule_fields()).map(shown));
    fields
}

fn shown(Field { name, value, .. }: Field) -> (&'static str, String) {
    let text = match value {
        Value::String(text) => text,
        Value::Null => String::new(),
        other => other.to_string(),
    };
    (name, text)
}

#[cfg(test)]
mod tests {
    use std::slice;

    use super::super::lint::tests::{s3, webdav};
    use super::*;
    use crate::secrets::SecretField;
    use crate::server::{Location, WebdavPlace};

    fn settings(destinations: &[Destination]) -> BackupSettings {
        BackupSettings { destinations: destinations.to_vec() }
    }

    fn named(id: &str) -> Destination {
        Destination { id: id.into(), ..webdav() }
    }

    fn kinds(before: &[Destination], after: &[Destination]) -> Vec<(String, TargetChangeKind)> {
        diff(&settings(before), &settings(after)).into_iter().map(|change| (change.id, change.kind)).collect()
    }

    #[test]
    fn nothing_changed_is_nothing_to_save() {
        let mut now = named("a");
        now.runtime.last_success_at = Some("2026-11-22T19:26:29Z".into());
        assert_eq!(kinds(&[named("a")], &[now]), []);
    }

    #[test]
    fn added_removed_and_moved_targets_are_listed() {
        use TargetChangeKind::{Added, Moved, Removed};
        let (a, b, c) = (named("a"), named("b"), named("c"));
        assert_eq!(kinds(slice::from_ref(&a), &[a.clone(), b.clone()]), [("b".into(), Added)]);
        assert_eq!(kinds(&[a.clone(), b.clone()], slice::from_ref(&b)), [("a".into(), Removed)]);
        assert_eq!(
            kinds(&[a.clone(), b.clone()], &[b.clone(), a.clone()]),
            [("b".into(), Moved), ("a".into(), Moved)]
        );
        assert_eq!(
            kinds(&[a.clone(), b.clone()], &[c.clone(), b]),
            [("c".into(), Added), ("a".into(), Removed)]
        );
        assert_eq!(kinds(slice::from_ref(&a), &[c, a.clone()]), [("c".into(), Added)]);
    }

    #[test]
    fn a_changed_field_shows_both_values_but_never_a_secret() {
        let mut now = named("a");
        now.schedule.interval_hours = 6;
        let Location::Webdav(WebdavPlace { password, .. }) = &mut now.location else { panic!("webdav") };
        *password = SecretField::new("hush");
        let changes = diff(&settings(&[named("a")]), &settings(&[now]));
        let shown = |name: &str, before: Option<&str>, after: Option<&str>| TargetFieldChange {
            field: name.into(),
            before: before.map(str::to_owned),
            after: after.map(str::to_owned),
        };
        assert_eq!(
            changes[0].fields,
            [shown("intervalHours", Some("24"), Some("6")), shown("password", None, None)]
        );
        assert!(!format!("{changes:?}").contains("hush"));
    }

    #[test]
    fn another_kind_of_target_differs_in_its_own_fields() {
        let now = Destination { id: "a".into(), ..s3() };
        let changes = diff(&settings(&[named("a")]), &settings(&[now]));
        let fields: Vec<&str> = changes[0].fields.iter().map(|field| field.field.as_str()).collect();
        assert!(
            fields.contains(&"type") && fields.contains(&"bucket") && fields.contains(&"baseUrl"),
            "{fields:?}"
        );
    }
}
