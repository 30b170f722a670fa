//! No string of any recording acts on a terminal, whatever shows it.

use desk_core::error::JobDetail;
use desk_core::jobs::SkippedAttachment;
use desk_core::server::{RemoteItem, Target};
use desk_core::text::is_unsafe;
use desk_core::view::BackupRow;
use desk_tests::replay::{Transcript, names};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::commands::{list, targets};
use crate::{output, words};

/// A title, colours, a C1 introducer, an override, an isolate, its own line.
const HOSTILE: &str = "x\u{1b}]0;t\u{7}\u{9b}31m\u{202e}\u{2066}\r\n! forged line";

/// Every string of a value, one at a time, with hostile text behind it.
fn each_string(value: &Value) -> Vec<Value> {
    fn paths(value: &Value, at: &str, found: &mut Vec<String>) {
        match value {
            Value::String(_) => found.push(at.to_owned()),
            Value::Array(items) => {
                items.iter().enumerate().for_each(|(n, item)| paths(item, &format!("{at}/{n}"), found));
            }
            Value::Object(fields) => fields.iter().for_each(|(name, item)| {
                paths(item, &format!("{at}/{}", name.replace('~', "~0").replace('/', "~1")), found);
            }),
            _ => {}
        }
    }
    let mut found = Vec::new();
    paths(value, "", &mut found);
    let changed = |path: &String| {
        let mut value = value.clone();
        let field = value.pointer_mut(path).expect("its own path");
        *field = Value::String(format!("{}{HOSTILE}", field.as_str().unwrap_or_default()));
        value
    };
    found.iter().map(changed).collect()
}

/// Everything in `value` that reads as a `T`.
fn all<T: DeserializeOwned>(value: &Value) -> Vec<T> {
    let inner = match value {
        Value::Array(items) => items.iter().flat_map(all).collect(),
        Value::Object(fields) => fields.values().flat_map(all).collect(),
        _ => Vec::new(),
    };
    serde_json::from_value(value.clone()).into_iter().chain(inner).collect()
}

/// A line of a list as the server has it, with nothing known of it here.
fn listed(item: &RemoteItem) -> BackupRow {
    let row = json!({
        "path": item.path, "name": item.name, "isDirectory": item.is_directory, "size": item.size,
        "madeAt": item.modified_at, "kind": null, "integrity": "not-checked", "state": "mismatch",
        "checkedAt": null, "repairableBy": null, "refused": false,
    });
    serde_json::from_value(row).expect("a row")
}

#[track_caller]
fn harmless(text: &str, lines: usize) {
    assert!(!text.chars().any(|c| c != '\n' && is_unsafe(c)), "{text:?}");
    assert_eq!(text.trim_end().lines().count(), lines, "{text:?}");
}

#[test]
fn every_recorded_string_is_escaped_in_every_output() {
    let (mut strings, mut items) = (0, 0);
    for name in names() {
        for (_, answer) in Transcript::read(&name).exchanges() {
            for value in answer.json.iter().flat_map(each_string) {
                strings += 1;
                let shown = desk_core::text::json(&value).expect("a value is JSON");
                harmless(&shown, 1);
                assert_eq!(serde_json::from_str::<Value>(&shown).expect("JSON"), value);
                for words in all::<String>(&value).into_iter().filter(|words| words.ends_with(HOSTILE)) {
                    let error = JobDetail::InternalFault.error();
                    harmless(&output::describe(&error.original(words)), 3);
                }
                for item in all::<RemoteItem>(&value) {
                    items += 1;
                    harmless(&list::table(&[listed(&item)]), 1);
                }
                for item in value["skipped"]["items"].as_array().into_iter().flatten() {
                    let mut line = json!({"cause": "not-told", "cipherId": null, "ownerEmail": item["path"]});
                    line["path"] = item["path"].clone();
                    line["sizeBytes"] = item["sizeBytes"].clone();
                    if let Ok(line) = serde_json::from_value::<SkippedAttachment>(line) {
                        items += 1;
                        harmless(&words::skipped(&[line]), 1);
                    }
                }
            }
        }
    }
    assert!(strings > 300 && items > 20, "only {strings} strings, {items} items");
}

#[test]
fn no_target_field_sends_control_codes_to_the_terminal() {
    let target = json!({
        "id": "id", "name": "name", "provider": "s3", "location": "https://s3.example/bucket",
        "includesAttachments": true,
        "schedule": {"enabled": true, "intervalHours": 2, "startTime": "03:00", "timezone": "UTC", "retentionCount": 7},
        "runtime": {
            "lastErrorAt": "2026-11-20T00:00:00Z", "lastErrorMessage": "down",
            "lastUploadedFileName": "a.zip",
        },
    });
    let mut changed = each_string(&target);
    changed.push(target);
    let read: Vec<Target> = changed.into_iter().filter_map(|one| serde_json::from_value(one).ok()).collect();
    assert!(read.len() > 5, "{}", read.len());
    read.iter().for_each(|target| harmless(&targets::one(target), 6));
}
