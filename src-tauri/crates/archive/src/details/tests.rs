use std::collections::BTreeMap;

use desk_base::messages::placeholders;
use serde_json::{Value, json};

use super::*;
use crate::rules::{TABLES, Table};
use crate::{Damage, DamageCode, Warning};

fn files() -> [BTreeMap<String, Value>; 2] {
    [
        include_str!("../../../../../ui/messages/en.json"),
        include_str!("../../../../../ui/messages/zh-CN.json"),
    ]
    .map(|file| serde_json::from_str(file).expect("a message file"))
}

#[test]
fn every_damage_and_warning_has_messages_with_its_own_values() {
    let damage = DamageDetail::KINDS.iter().map(|kind| (kind.variant, kind.sentence, kind.fields));
    let warnings = WarningDetail::KINDS.iter().map(|kind| (kind.variant, kind.sentence, kind.fields));
    for (variant, key, fields) in damage.chain(warnings) {
        for file in files() {
            let message = file.get(key).unwrap_or_else(|| panic!("{variant} has no message {key}"));
            let placeholders = placeholders(message);
            for field in fields {
                let shown = if *field == "count" { "shown" } else { field };
                assert!(placeholders.contains(shown), "{key} does not show {field}");
            }
            assert_eq!(placeholders.len(), fields.len(), "{variant} has no value for one in {key}");
        }
    }
    for kind in WarningDetail::KINDS {
        for file in files() {
            let hint = file.get(kind.hint).unwrap_or_else(|| panic!("no message {}", kind.hint));
            assert!(placeholders(hint).is_empty(), "{}", kind.hint);
        }
    }
}

#[test]
fn no_two_kinds_have_the_same_name_or_sentence() {
    let mut damage: Vec<_> = DamageDetail::KINDS.iter().map(|kind| kind.sentence).collect();
    let mut warnings: Vec<_> = WarningDetail::KINDS.iter().map(|kind| kind.sentence).collect();
    damage.sort_unstable();
    damage.dedup();
    warnings.sort_unstable();
    warnings.dedup();
    assert_eq!((damage.len(), warnings.len()), (DamageDetail::KINDS.len(), WarningDetail::KINDS.len()));
    assert_eq!(DamageDetail::kinds().len(), DamageDetail::KINDS.len());
    assert_eq!(WarningDetail::kinds().len(), WarningDetail::KINDS.len());
}

#[test]
fn a_detail_has_the_name_that_json_gives_it() {
    let damage = json!(DamageDetail::Zip64Missing);
    assert!(DamageDetail::kinds().contains_key(damage["kind"].as_str().expect("a kind")), "{damage}");
    let warning = json!(WarningDetail::LeftOutOnKv { count: 1 });
    assert!(WarningDetail::kinds().contains_key(warning["kind"].as_str().expect("a kind")), "{warning}");
}

#[test]
fn a_sentence_has_its_values_and_its_plural_form() {
    let behind = |count| DamageDetail::TrailingBytes { count }.sentence();
    assert_eq!(behind(1), "There is 1 byte after the end of the ZIP.");
    assert_eq!(behind(2), "There are 2 bytes after the end of the ZIP.");
    let fields = vec![HeaderField::PackedSize, HeaderField::Time];
    let sentence = DamageDetail::HeaderDiffers { fields }.sentence();
    assert!(sentence.ends_with("differ: compressed size, time."), "{sentence}");
}

#[test]
fn tables_are_named_in_words() {
    for table in TABLES {
        let sentence = DamageDetail::RowTooLong { table }.sentence();
        assert!(!sentence.contains(table.name()) && !sentence.contains("inspect_"), "{sentence}");
    }
    let changes = [(Table::Users, 3, 2), (Table::Ciphers, 9, 4)];
    let changes = changes.map(|(table, now, then)| TableChange { table, now, then }).to_vec();
    assert_eq!(
        WarningDetail::ServerChanged { changes }.sentence(),
        "The server has changed since this backup (Accounts: 3 now, 2 in the backup; Vault items: 9 now, 4 in the backup)."
    );
}

#[test]
fn damage_stored_by_another_version_keeps_its_text() {
    let stored = json!({
        "entry": null, "code": "crc-mismatch", "message": "It rains.", "values": { "found": "1" },
    });
    let damage: Damage = serde_json::from_value(stored).expect("a damage");
    assert_eq!((damage.code, &*damage.message, damage.detail), (DamageCode::CrcMismatch, "It rains.", None));
    let stored = json!({
        "code": "of-tomorrow", "severity": "note", "message": "It rains.", "hint": "Stay in.",
        "detail": { "kind": "of-tomorrow" },
    });
    let warning: Warning = serde_json::from_value(stored).expect("a warning");
    assert_eq!((&*warning.message, warning.detail), ("It rains.", None));
}

#[test]
fn a_warning_is_the_same_after_it_was_stored() {
    let warning = Warning::from(WarningDetail::UnknownTables { tables: vec!["x".into(), "y".into()] });
    assert!(warning.message.contains("x, y"), "{}", warning.message);
    let json = serde_json::to_string(&warning).expect("JSON");
    assert_eq!(serde_json::from_str::<Warning>(&json).expect("a warning"), warning);
}
