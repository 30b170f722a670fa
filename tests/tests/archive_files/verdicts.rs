use desk_archive::{InspectOptions, Kind, ServerVerdict};
use desk_tests::archive_builder::{Backup, Entry};
use serde_json::json;

use crate::looking::{look_at, look_with, warnings};

fn import_of(backup: &Backup) -> ServerVerdict {
    look_at(&backup.archive().build()).server.import
}

fn refusal(change: impl FnOnce(&mut Backup)) -> String {
    let mut backup = Backup::sample(4, 2);
    change(&mut backup);
    import_of(&backup).error.expect("the server refuses it")
}

#[test]
fn each_rule_has_a_message() {
    let contains = |what: &str| format!("Backup archive contains {what}");
    let push = |table: &'static str, row: serde_json::Value| {
        refusal(move |backup| backup.db[table].as_array_mut().expect("an array").push(row))
    };
    assert_eq!(push("users", json!({ "id": " ", "email": "x" })), contains("an invalid user row"));
    assert_eq!(push("users", json!({ "id": "admin ", "email": "x" })), contains("duplicate user id: admin"));
    assert_eq!(push("config", json!({ "key": 0 })), contains("an invalid config row"));
    assert_eq!(push("user_revisions", json!({})), contains("a revision for an unknown user: (empty)"));
    assert_eq!(
        push("domain_settings", json!({ "user_id": "nobody" })),
        contains("domain settings for an unknown user: nobody")
    );
    assert_eq!(push("folders", json!({ "id": "f", "user_id": "nobody" })), contains("an invalid folder row"));
    assert_eq!(
        push("folders", json!({ "id": "folder-0", "user_id": "admin" })),
        contains("duplicate folder id: folder-0")
    );
    assert_eq!(push("ciphers", json!({ "id": "c" })), contains("an invalid cipher row"));
    assert_eq!(
        push("ciphers", json!({ "id": "cipher-1", "user_id": "admin" })),
        contains("duplicate cipher id: cipher-1")
    );
    assert_eq!(
        push("webauthn_credentials", json!({ "id": "p" })),
        contains("an invalid account passkey row")
    );
    assert_eq!(
        push("attachments", json!({ "id": "", "cipher_id": "cipher-0" })),
        contains("an invalid attachment row")
    );
    assert_eq!(push("ciphers", json!(null)), "Cannot read properties of null (reading 'id')");
}

#[test]
fn invalid_tables_are_refused_with_the_servers_message() {
    let without = |table: &'static str| {
        refusal(move |backup| drop(backup.db.as_object_mut().expect("an object").remove(table)))
    };
    for table in ["config", "users", "user_revisions", "folders", "ciphers"] {
        assert_eq!(without(table), format!("Backup archive table {table} is invalid"));
    }
    assert_eq!(without("attachments"), "db.attachments is not iterable");
    assert_eq!(refusal(|backup| backup.db["attachments"] = json!({})), "db.attachments is not iterable");
    assert_eq!(
        refusal(|backup| backup.db["attachments"] = "x".into()),
        "Backup archive table attachments is invalid"
    );
    let object = refusal(|backup| backup.db["ciphers"][1]["notes"] = json!({ "a": 1 }));
    assert_eq!(object, "D1_TYPE_ERROR: Type 'object' not supported for value '[object Object]'");
}

#[test]
fn rows_that_replace_each_other_fail_the_servers_count() {
    let push = |table: &'static str, row: serde_json::Value| {
        refusal(move |backup| backup.db[table].as_array_mut().expect("an array").push(row))
    };
    let short = |table: &str, expected: u64, received: u64| {
        format!("Restore shadow validation failed for {table}: expected {expected}, received {received}")
    };
    let again = json!({ "key": "backup.settings.v1", "value": "{}" });
    assert_eq!(push("config", again), short("config", 3, 2));
    let again = json!({ "user_id": "admin", "revision_date": "2026-01-02" });
    assert_eq!(push("user_revisions", again), short("user_revisions", 2, 1));
    let unregistered = refusal(|backup| {
        backup.db["config"][1] = json!({ "key": "backup.settings.v1", "value": "{}" });
    });
    assert_eq!(unregistered, short("config", 3, 2), "the server adds a row of its own");
    let mut null = Backup::sample(1, 0);
    null.db["config"][1]["value"] = json!(null);
    assert!(import_of(&null).accepts, "the server writes that one itself");
}

#[test]
fn an_entry_without_compressed_bytes_is_damage() {
    let mut archive = Backup::sample(2, 2).archive();
    let body = archive.entry("attachments/cipher-0/attachment-0.bin");
    (body.method, body.packed, body.size) = (Some(8), Some(0), Some(1));
    body.content.clear();
    let report = look_at(&archive.build());
    assert!(report.server.import.accepts, "{:?}", report.server.import.error);
    assert!(!report.intact);
}

#[test]
fn a_backup_packed_as_one_folder_is_understood_and_refused() {
    let mut archive = Backup::sample(4, 2).archive();
    for entry in &mut archive.entries {
        entry.name = [b"nodewarden backup/", &*entry.name].concat();
    }
    archive.entries.insert(0, Entry::new("nodewarden backup/", ""));
    let report = look_at(&archive.build());
    assert!(report.intact, "{:?}", report.damage);
    assert!(!report.server.import.accepts && !report.server.remote_restore.accepts);
    assert_eq!(report.kind, Some(Kind::Complete));
    assert_eq!((report.people.len(), report.attachments.present), (2, 2));
    let found = warnings(&report);
    assert!(found.contains(&"packed-in-folder") && !found.contains(&"extra-entries"), "{found:?}");
    archive.entries.push(Entry::new("__MACOSX/._manifest.json", "x"));
    assert!(warnings(&look_at(&archive.build())).contains(&"extra-entries"));
}

#[test]
fn the_first_rule_that_fails_is_reported() {
    let words = refusal(|backup| {
        backup.db["ciphers"][0]["user_id"] = "nobody".into();
        backup.db["config"][0]["key"] = "".into();
        backup.bodies.pop();
    });
    assert_eq!(words, "Backup archive is missing required file: attachments/cipher-1/attachment-1.bin");
}

#[test]
fn the_order_of_tables_does_not_matter() {
    let backup = Backup::sample(6, 3);
    let mut archive = backup.archive();
    let tables = backup.db.as_object().expect("an object");
    let reversed: Vec<String> =
        tables.iter().rev().map(|(table, rows)| format!("{}:{rows}", json!(table))).collect();
    archive.entry("db.json").content = format!("{{{}}}", reversed.join(",")).into();
    let report = look_at(&archive.build());
    assert!(report.server.import.accepts, "{:?}", report.server.import.error);
    assert!(report.intact);
    let ciphers: Vec<u64> = report.people.iter().map(|person| person.ciphers).collect();
    assert_eq!(ciphers, [3, 3]);
}

#[test]
fn constraint_errors_name_table_and_column() {
    let words = refusal(|backup| backup.db["users"][1]["email"] = "admin@example.org".into());
    assert_eq!(
        words,
        "Restore insert failed for users__restore: D1_ERROR: UNIQUE constraint failed: users__restore.email: \
         SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_UNIQUE)"
    );
    let words = refusal(|backup| backup.db["folders"][0]["name"] = json!(null));
    assert_eq!(
        words,
        "Restore insert failed for folders__restore: D1_ERROR: NOT NULL constraint failed: folders__restore.name: \
         SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_NOTNULL)"
    );
}

#[test]
fn an_instance_with_data_refuses_when_nothing_may_be_replaced() {
    let bytes = Backup::sample(4, 2).archive().build();
    let used = InspectOptions { replace: false, ..InspectOptions::default() };
    let error = look_with(&bytes, &used).server.import.error;
    assert_eq!(error.as_deref(), Some("Backup import requires a fresh instance with no vault or send data"));
    let fresh = InspectOptions { fresh: true, ..used };
    assert!(look_with(&bytes, &fresh).server.import.accepts);
}

#[test]
fn a_name_with_another_hash_is_refused_unless_accepted_on_purpose() {
    let bytes = Backup::sample(4, 2).archive().build();
    let named = InspectOptions { name: Some("backup_00000.zip".into()), ..InspectOptions::default() };
    let report = look_with(&bytes, &named);
    assert!(!report.intact);
    assert_eq!(
        report.server.import.error.as_deref(),
        Some("Backup file checksum does not match its filename")
    );
    assert_eq!(
        report.server.remote_restore.error.as_deref(),
        Some("Remote backup file checksum does not match its filename")
    );
    let accepted = InspectOptions { accept_mismatch: true, ..named };
    assert!(look_with(&bytes, &accepted).server.import.accepts);
}

#[test]
fn the_limits_are_the_server_s() {
    // As recorded: 66,107,652 bytes were taken, a db.json of 33 MiB was not.
    let mut large = Backup::sample(16, 4);
    let rest = large.archive().build().len() - large.bodies[0].1.len();
    large.bodies[0].1 = vec![7; 66_107_652 - rest - 18];
    large.db["attachments"][0]["size"] = large.bodies[0].1.len().into();
    let bytes = large.archive().build();
    assert!((66_107_600..66_107_700).contains(&bytes.len()), "{}", bytes.len());
    assert!(look_at(&bytes).server.import.accepts);

    let words = refusal(|backup| backup.db["ciphers"][0]["data"] = "x".repeat(33 << 20).into());
    assert_eq!(words, "Backup archive database payload is too large");

    large.bodies[0].1 = vec![7; 64 << 20];
    let report = look_at(&large.archive().build());
    assert_eq!(report.server.import.error.as_deref(), Some("Backup file too large. Maximum size is 64MB"));
    assert_eq!(
        report.server.remote_restore.error.as_deref(),
        Some("Backup archive is too large. The current restore limit is 64 MiB")
    );
}
