//! `nwdesk settings-from`: the targets out of a backup alone.

use std::collections::BTreeSet;
use std::path::Path;

use desk_tests::backups::{changed, settings_row, with_large_key};
use serde_json::{Value, json};

use crate::support::{fixture, folder, nwdesk};

/// 64 bytes that no one sealed, in base64.
const NOBODYS: &str =
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==";

const EMAIL: &str = "admin@example.org";
const PASSWORD: &str = "correct horse battery staple";

fn settings(account: &str, password: &str, more: &[&str]) -> crate::support::Run {
    nwdesk(["settings-from", "--json", "--password-stdin", "--account", account])
        .arg(fixture("archives/remote-backup.zip"))
        .args(more)
        .stdin(password)
}

#[test]
fn targets_are_shown_and_secrets_only_on_request() {
    let password = "correct horse battery staple\n";
    let shown = settings("admin@example.org", password, &[]).run().ended(0).json();
    let target = &shown["destinations"][0];
    assert_eq!(target["destination"]["baseUrl"], "http://dav.backup.test:8901");
    assert_eq!(target["destination"]["password"], "********");
    let revealed = settings("admin@example.org", password, &["--reveal"]).run().ended(0).json();
    assert_eq!(revealed["destinations"][0]["destination"]["password"], "davpass");
}

#[test]
fn the_password_can_come_from_the_environment() {
    nwdesk(["settings-from", "--account", "admin@example.org"])
        .arg(fixture("archives/remote-backup.zip"))
        .env("NWDESK_PASSWORD", "correct horse battery staple")
        .run()
        .ended(0);
}

#[test]
fn a_wrong_password_ends_with_1_and_a_missing_wrap_with_6() {
    let wrong = settings("admin@example.org", "not it\n", &[]).run().ended(1);
    assert_eq!(wrong.error(), "wrong-password");
    let member = settings("member@example.org", "argon member pässword 密码\n", &[]).run().ended(6);
    assert_eq!(member.error(), "no-wrap-for-account");
    let nobody = settings("nobody@example.org", "x\n", &[]).run().ended(1);
    assert_eq!(nobody.error(), "account-not-found");
}

/// What opening this backup as its administrator fails with: the code and the sentence.
fn refused(backup: &Path) -> (String, String) {
    let ran = nwdesk(["settings-from", "--json", "--password-stdin", "--account", EMAIL])
        .arg(backup)
        .stdin(PASSWORD)
        .run()
        .ended(6);
    let error = ran.json()["error"].clone();
    let words = error["original"].as_str().unwrap_or_default();
    (ran.error(), format!("{} {words}", error["message"].as_str().expect("a sentence")))
}

#[test]
fn each_reason_why_settings_do_not_open_ends_with_6() {
    let folder = folder();
    let sealed = |tables: &mut Value| -> Value {
        serde_json::from_str(settings_row(tables).as_str().expect("text")).expect("JSON")
    };
    let put = |tables: &mut Value, settings: &Value| *settings_row(tables) = settings.to_string().into();
    let portable = |tables: &mut Value, field: &str, value: Value| {
        let mut settings = sealed(tables);
        settings["portable"][field] = value;
        put(tables, &settings);
    };
    type Change<'a> = (&'a str, &'a str, Box<dyn Fn(&mut Value) + 'a>);
    let changes: [Change<'_>; 8] = [
        ("envelope-damaged", "contains no backup settings", Box::new(|tables| tables["config"] = json!([]))),
        (
            "envelope-damaged",
            "damaged",
            Box::new(|tables| {
                let half = settings_row(tables).as_str().expect("text").to_owned();
                *settings_row(tables) = half[..half.len() / 2].into();
            }),
        ),
        ("envelope-damaged", "damaged", Box::new(|tables| portable(tables, "ciphertext", NOBODYS.into()))),
        (
            "envelope-version-unknown",
            "9",
            Box::new(|tables| put(tables, &json!({"version": 9, "sealed": "x"}))),
        ),
        ("no-wrap-for-account", "", Box::new(|tables| portable(tables, "wraps", json!([])))),
        (
            "no-wrap-for-account",
            "",
            Box::new(|tables| {
                portable(tables, "wraps", json!([{"userId": "someone else", "wrappedKey": NOBODYS}]));
            }),
        ),
        (
            "account-keys-unreadable",
            "",
            Box::new(|tables| user(tables)["private_key"] = user(tables)["key"].clone()),
        ),
        (
            "account-keys-unreadable",
            "3072 bits",
            Box::new(|tables| with_large_key(tables, EMAIL, &PASSWORD.into())),
        ),
    ];
    let mut sentences = BTreeSet::new();
    for (code, words, change) in &changes {
        let (told, sentence) = refused(&changed(folder.path(), change));
        assert_eq!(told, *code, "{sentence}");
        assert!(sentence.contains(words), "{words:?} in {sentence}");
        assert!(sentences.insert(sentence.clone()), "said of something else already: {sentence}");
    }
}

/// The administrator's row.
fn user(tables: &mut Value) -> &mut Value {
    let users = tables["users"].as_array_mut().expect("users");
    users.iter_mut().find(|user| user["email"] == EMAIL).expect("the administrator")
}
