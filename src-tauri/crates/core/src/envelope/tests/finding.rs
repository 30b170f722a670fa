//! Settings where people find them.

use crate::Code;
use std::path::Path;

use super::*;

fn archive(name: &str) -> std::path::PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../tests/fixtures/archives")).join(name)
}

fn settings(name: &str, email: &str, password: &str) -> Result<SecretString> {
    settings_in_backup(&archive(name), email, &password.into())
}

#[test]
fn the_administrators_password_opens_the_settings_of_a_backup() {
    let settings =
        settings("remote-backup.zip", " Admin@Example.org ", "correct horse battery staple").expect("a wrap");
    let value = revealed(&settings).expect("JSON");
    assert_eq!(value["destinations"][0]["name"], "NAS");
    let shown = redacted(&settings).expect("JSON").to_string();
    assert!(shown.contains("********") && !shown.contains("davpass"), "{shown}");
}

#[test]
fn the_portable_part_of_a_backup_from_1_5_opens_too() {
    let settings =
        settings("legacy-1.5-export-index-only.zip", "admin@example.org", "correct horse battery staple")
            .expect("a wrap");
    assert!(revealed(&settings).expect("JSON")["destinations"].is_array());
}

#[test]
fn each_reason_that_settings_do_not_open_has_its_own_code() {
    let name = "local-export-complete.zip";
    let code = |email, password| settings(name, email, password).expect_err("in the way").code();
    assert_eq!(code("nobody@example.org", "x"), Code::AccountNotFound);
    assert_eq!(code("member@example.org", "argon member pässword 密码"), Code::NoWrapForAccount);
    assert_eq!(code("admin@example.org", "not it"), Code::WrongPassword);
    let no_zip = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let error = settings_in_backup(Path::new(no_zip), "a@b", &"x".into()).expect_err("no ZIP");
    assert_eq!(error.code(), Code::NotAnArchive);
}

#[test]
fn a_pasted_row_and_a_database_export_give_the_same_envelope() {
    let value = RUNTIME["raw"].to_string();
    let row = json!({"key": "backup.settings.v1", "value": value}).to_string();
    let sql = format!(
        "CREATE TABLE config (key TEXT, value TEXT);\nINSERT INTO \"config\" VALUES('registered','true');\nINSERT INTO \"config\" VALUES('backup.settings.v1','{value}');\n"
    );
    let pasted = json!(value).to_string();
    for text in [&value, &row, &sql, &pasted, &RUNTIME.to_string()] {
        let Some(Stored::Envelope(found)) = Envelope::find_in(text).expect("an envelope") else {
            panic!("no envelope in {text}")
        };
        found.open_runtime(&text_of("jwt_secret")).expect("the right secret");
    }
    let later =
        "INSERT INTO config VALUES('backup.settings.v1',NULL);\nINSERT INTO x VALUES('{\"version\":1}');";
    for nothing in [later, "", "no settings", "[1, {\"a\": null}]"] {
        assert!(Envelope::find_in(nothing).expect("read").is_none(), "{nothing}");
    }
}

#[test]
fn an_envelope_is_found_in_query_output_among_other_text() {
    let value = RUNTIME["raw"].to_string();
    let runtime = json!({"version": 1, "destinations": {}}).to_string();
    let answer = json!([{"results": [
        {"key": "backup.runtime.v1", "value": runtime},
        {"key": "backup.settings.v1", "value": value},
    ], "success": true}]);
    let escaped = json!({"row": json!({"key": "backup.settings.v1", "value": value}).to_string()});
    let behind = format!(" wrangler 4.0\n----\n{}\n", serde_json::to_string_pretty(&answer).expect("JSON"));
    let twice =
        format!("-- the row backup.settings.v1\nINSERT INTO config VALUES('backup.settings.v1','{value}');");
    for text in [&answer.to_string(), &escaped.to_string(), &behind, &twice] {
        let Some(Stored::Envelope(found)) = Envelope::find_in(text).expect("an envelope") else {
            panic!("no envelope in {text}")
        };
        found.open_runtime(&text_of("jwt_secret")).expect("the right secret");
    }
}

#[test]
fn a_truncated_row_and_another_version_differ_from_no_row() {
    let value = RUNTIME["raw"].to_string();
    let cut = Envelope::find_in(&value[..value.len() - 3]).expect_err("cut off");
    assert_eq!(cut.code(), Code::EnvelopeDamaged);
    let newer = Envelope::find_in(r#"{"version": 7, "sealed": "x"}"#).expect_err("newer");
    assert_eq!((newer.code(), newer.to_string().contains("version 7")), (Code::EnvelopeVersionUnknown, true));
}

fn text_of(field: &str) -> SecretString {
    text(&RUNTIME[field])
}
