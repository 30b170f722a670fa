use std::sync::LazyLock;

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use proptest::prelude::*;
use rand::{SeedableRng, rngs::StdRng};
use secrecy::ExposeSecret;
use serde_json::json;

use super::*;
use crate::account::{Kdf, KeyPair, MasterKey, PrivateKey, unlock};

macro_rules! fixture {
    ($name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../tests/fixtures/", $name))
    };
}

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).expect("a recording")
}

static PORTABLE: LazyLock<Value> = LazyLock::new(|| json_of(fixture!("portable-envelope.json")));
static RUNTIME: LazyLock<Value> = LazyLock::new(|| json_of(fixture!("runtime-envelope.json")));
static ACCOUNTS: LazyLock<Value> = LazyLock::new(|| json_of(fixture!("accounts.json")));

/// The recorded administrator's private key, from the recorded sign-in answer.
static ADMIN: LazyLock<PrivateKey> = LazyLock::new(|| {
    let login = json_of(fixture!("transcripts/login-pbkdf2.json"));
    let answer = &login["steps"][1]["response"]["json"];
    let kdf = Kdf::Pbkdf2 { iterations: 600_000 };
    let master = MasterKey::derive(&text(&ACCOUNTS["admin"]["password"]), "admin@example.org", &kdf)
        .expect("valid settings");
    let text = |field: &str| answer[field].as_str().expect("a recorded text").to_owned();
    unlock(&master, &text("Key"), &text("PrivateKey")).expect("the right password").private_key
});

fn text(value: &Value) -> SecretString {
    value.as_str().expect("a recorded text").into()
}

fn envelope(row: &str) -> Envelope {
    match Envelope::parse(row).expect("an envelope") {
        Stored::Envelope(envelope) => envelope,
        Stored::Plain(_) => panic!("plain settings"),
    }
}

/// The row of a backup with the recorded portable part.
fn backup_row() -> Value {
    let portable = &PORTABLE["portable"];
    json!({"version": 2, "portableOnly": true, "runtime": {"iv": "", "ciphertext": ""}, "portable": portable})
}

fn admin_id() -> &'static str {
    PORTABLE["userId"].as_str().expect("a recorded id")
}

mod opening {
    use super::*;

    #[test]
    fn the_recorded_portable_part_opens_with_its_administrators_key() {
        let settings = envelope(&backup_row().to_string()).open_portable(admin_id(), &ADMIN).expect("a wrap");
        assert_eq!(json_of(settings.expose_secret()), PORTABLE["plaintext"]);
    }

    #[test]
    fn the_recorded_runtime_part_opens_with_the_recorded_secret_only() {
        let envelope = envelope(&RUNTIME["raw"].to_string());
        let settings = envelope.open_runtime(&text(&RUNTIME["jwt_secret"])).expect("the right secret");
        assert!(json_of(settings.expose_secret())["destinations"].is_array());

        let error = envelope.open_runtime(&text(&RUNTIME["wrong_secret"])).expect_err("the wrong secret");
        assert_eq!(error.code(), Code::WrongSecret);
    }

    #[test]
    fn both_recorded_parts_hold_the_same_targets() {
        let envelope = envelope(&RUNTIME["raw"].to_string());
        let runtime = envelope.open_runtime(&text(&RUNTIME["jwt_secret"])).expect("the right secret");
        let portable = envelope.open_portable(admin_id(), &ADMIN).expect("a wrap");
        assert_eq!(json_of(runtime.expose_secret()), json_of(portable.expose_secret()));
    }

    #[test]
    fn an_account_without_a_wrap_is_told_so() {
        let error =
            envelope(&backup_row().to_string()).open_portable("someone else", &ADMIN).expect_err("no wrap");
        assert_eq!(error.code(), Code::NoWrapForAccount);
        assert_eq!(error.body().values["wrapped"], "others");
    }

    #[test]
    fn no_wraps_at_all_and_no_portable_part_have_their_own_sentences() {
        let mut row = backup_row();
        row["portable"]["wraps"] = json!([]);
        let error = envelope(&row.to_string()).open_portable(admin_id(), &ADMIN).expect_err("no wraps");
        assert_eq!(error.body().values["wrapped"], "nobody");

        row["portable"] = json!({"iv": "", "ciphertext": "", "wraps": []});
        let error = envelope(&row.to_string()).open_portable(admin_id(), &ADMIN).expect_err("no part");
        assert_eq!(error.body().values["wrapped"], "absent");
        assert_eq!(envelope(&row.to_string()).portable(), None);
    }

    #[test]
    fn a_backup_has_no_runtime_part_to_open() {
        let error = envelope(&backup_row().to_string())
            .open_runtime(&text(&RUNTIME["jwt_secret"]))
            .expect_err("no runtime part");
        assert_eq!(error.code(), Code::SettingsNeedRepair);
    }

    #[test]
    fn a_damaged_portable_part_is_told_from_another_accounts_wrap() {
        let mut row = backup_row();
        row["portable"]["ciphertext"] = json!(BASE64.encode([7; 64]));
        let error = envelope(&row.to_string()).open_portable(admin_id(), &ADMIN).expect_err("damaged");
        assert_eq!(error.code(), Code::EnvelopeDamaged);

        let stranger = KeyPair::generate().expect("randomness");
        let stranger = PrivateKey::from_pkcs8(&stranger.private_der).expect("own key");
        let error =
            envelope(&backup_row().to_string()).open_portable(admin_id(), &stranger).expect_err("stranger");
        assert_eq!(error.code(), Code::WrongSecret);
    }
}

mod parsing {
    use super::*;

    #[test]
    fn a_row_is_unchanged_by_reading_and_writing() {
        let row = RUNTIME["raw"].to_string();
        assert_eq!(json_of(&envelope(&row).to_row()), RUNTIME["raw"]);
        let row = backup_row();
        assert_eq!(json_of(&envelope(&row.to_string()).to_row()), row);
    }

    #[test]
    fn plain_settings_of_an_old_instance_are_told_apart_and_kept_secret() {
        let row = json!({"destinations": [{"destination": {"password": "in the clear"}}]}).to_string();
        let stored = Envelope::parse(&row).expect("plain settings");
        assert!(!format!("{stored:?}").contains("in the clear"));
        let Stored::Plain(settings) = stored else { panic!("an envelope") };
        assert_eq!(settings.expose_secret(), row);
    }

    #[test]
    fn an_unknown_version_has_its_own_code() {
        for version in [json!(3), json!(0), json!("2"), json!(null)] {
            let row = json!({"version": version, "runtime": {}, "portable": {}}).to_string();
            let error = Envelope::parse(&row).expect_err("unknown");
            assert_eq!(error.code(), Code::EnvelopeVersionUnknown, "{row}");
        }
    }

    #[test]
    fn what_is_no_envelope_is_damaged_and_its_content_is_not_repeated() {
        for row in [
            "",
            "null",
            "[]",
            "{}",
            "\"password\"",
            "{\"version\":2,\"runtime\":\"password\"}",
            "{\"password",
        ] {
            let error = Envelope::parse(row).expect_err("damaged");
            assert_eq!(error.code(), Code::EnvelopeDamaged, "{row}");
            assert!(!format!("{error:?}").contains("password"), "{error:?}");
        }
    }

    proptest! {
        #[test]
        fn no_row_makes_the_reader_panic(row in "\\PC{0,80}", iv in "[A-Za-z0-9+/=]{0,20}", body in "[A-Za-z0-9+/=]{0,60}") {
            drop(Envelope::parse(&row));
            let row = json!({"version": 2, "runtime": {"iv": iv, "ciphertext": body}}).to_string();
            let envelope = envelope(&row);
            prop_assert!(envelope.open_runtime(&"some secret".into()).is_err());
        }
    }
}

mod sealing {
    use super::*;

    fn sealed(settings: &str, secret: &str) -> (Envelope, PrivateKey) {
        let pair = KeyPair::generate().expect("randomness");
        let envelope = Envelope::seal(
            &settings.into(),
            &secret.into(),
            &[("admin-1", &pair.public_der), ("admin-2", &pair.public_der)],
            &mut StdRng::seed_from_u64(1),
        )
        .expect("own keys");
        (envelope, PrivateKey::from_pkcs8(&pair.private_der).expect("own key"))
    }

    #[test]
    fn what_is_sealed_opens_again_from_its_row() {
        let settings = r#"{"destinations":[]}"#;
        let (sealed, key) = sealed(settings, "a secret");
        let read = envelope(&sealed.to_row());
        assert_eq!(read.open_runtime(&"a secret".into()).expect("right").expose_secret(), settings);
        assert_eq!(read.open_portable("admin-2", &key).expect("a wrap").expose_secret(), settings);
        assert_eq!(read.wrapped_for().collect::<Vec<_>>(), ["admin-1", "admin-2"]);
        assert!(!read.is_portable_only());
    }

    #[test]
    fn what_a_backup_carries_opens_without_the_secret_and_only_so() {
        let (sealed, key) = sealed("{}", "a secret");
        let read = envelope(&sealed.portable_only().to_row());
        assert!(read.is_portable_only());
        assert_eq!(read.runtime(), None);
        assert_eq!(read.open_portable("admin-1", &key).expect("a wrap").expose_secret(), "{}");
    }

    #[test]
    fn an_administrator_with_a_damaged_key_is_an_error_not_a_gap() {
        let error = Envelope::seal(
            &"{}".into(),
            &"a secret".into(),
            &[("admin-1", b"no key")],
            &mut StdRng::seed_from_u64(1),
        )
        .expect_err("no key");
        assert_eq!(error.code(), Code::AccountKeysUnreadable);
    }
}

mod secret_checks {
    use super::*;

    const SECRET: &str = "fixture-jwt-secret-A-0123456789abcdef";

    fn token() -> SecretString {
        text(&ACCOUNTS["jwt"]["access_token"])
    }

    fn against_both(candidate: &str) -> [Verdict; 2] {
        let envelope = envelope(&RUNTIME["raw"].to_string());
        let candidate = candidate.into();
        [
            secret_check(&candidate, Evidence::AccessToken(&token())),
            secret_check(&candidate, Evidence::Envelope(&envelope)),
        ]
    }

    #[test]
    fn the_recorded_secret_is_right_and_the_recorded_wrong_one_is_wrong() {
        assert_eq!(text(&ACCOUNTS["jwt"]["secret"]).expose_secret(), SECRET);
        assert_eq!(against_both(SECRET), [Verdict::Right; 2]);
        let wrong = text(&ACCOUNTS["jwt"]["wrong_secret"]);
        assert_eq!(against_both(wrong.expose_secret()), [Verdict::Wrong; 2]);
    }

    #[test]
    fn a_secret_with_nul_bytes_appended_is_not_the_secret_though_it_signs_the_same() {
        assert_eq!(against_both(&format!("{SECRET}\0")), [Verdict::Wrong; 2]);
        assert_eq!(against_both(""), [Verdict::Wrong; 2]);
    }

    #[test]
    fn evidence_that_cannot_tell_says_so() {
        let header = "eyJhbGciOiJSUzI1NiJ9"; // {"alg":"RS256"}
        for token in
            ["", "a.b", "a.b.c", "...", &format!("{header}.e30.AAAA"), "eyJhbGciOiJIUzI1NiJ9.e30.AAAA"]
        {
            let verdict = secret_check(&SECRET.into(), Evidence::AccessToken(&token.into()));
            assert_eq!(verdict, Verdict::Unknown, "{token}");
        }
        let backup = envelope(&backup_row().to_string());
        assert_eq!(secret_check(&SECRET.into(), Evidence::Envelope(&backup)), Verdict::Unknown);
        let cut = json!({"version": 2, "runtime": {"iv": "AAAA", "ciphertext": "AAAA"}}).to_string();
        assert_eq!(secret_check(&SECRET.into(), Evidence::Envelope(&envelope(&cut))), Verdict::Unknown);
    }

    #[test]
    fn a_pasted_token_may_have_blanks_around_it() {
        let pasted = format!("  {}\n", token().expose_secret()).into();
        assert_eq!(secret_check(&SECRET.into(), Evidence::AccessToken(&pasted)), Verdict::Right);
    }

    proptest! {
        #[test]
        fn no_wrong_candidate_is_ever_called_right(candidate: String) {
            prop_assume!(candidate != SECRET);
            prop_assert_eq!(against_both(&candidate), [Verdict::Wrong; 2]);
        }

        #[test]
        fn no_near_miss_is_ever_called_right(
            at in 0..SECRET.len(),
            replacement in proptest::char::any(),
            before in "[\\x00-\\x20]{0,2}",
            after in "[\\x00-\\x20]{0,2}",
        ) {
            let (head, tail) = SECRET.split_at(at);
            let mutated: String = head.chars().chain([replacement]).chain(tail.chars().skip(1)).collect();
            let cut = format!("{before}{head}{after}");
            let padded = format!("{before}{SECRET}{after}");
            for candidate in [mutated, cut, padded].iter().filter(|candidate| *candidate != SECRET) {
                prop_assert_eq!(against_both(candidate), [Verdict::Wrong; 2]);
            }
        }

        #[test]
        fn the_secret_that_sealed_is_always_called_right(secret in "[^\\x00]{1,80}") {
            let sealed = Envelope::seal(&"{}".into(), &secret.as_str().into(), &[], &mut StdRng::seed_from_u64(3))
                .expect("no keys to fail");
            prop_assert_eq!(secret_check(&secret.as_str().into(), Evidence::Envelope(&sealed)), Verdict::Right);
        }
    }
}

mod finding {
    use std::path::Path;

    use super::*;

    fn archive(name: &str) -> std::path::PathBuf {
        Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../tests/fixtures/archives")).join(name)
    }

    fn settings(name: &str, email: &str, password: &str) -> Result<SecretString> {
        settings_in_backup(&archive(name), email, &password.into())
    }

    #[test]
    fn an_administrator_opens_the_settings_of_a_backup_with_the_password_alone() {
        let settings = settings("remote-backup.zip", " Admin@Example.org ", "correct horse battery staple")
            .expect("a wrap");
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
    fn each_reason_that_stands_in_the_way_has_its_own_code() {
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
    fn a_pasted_row_and_an_exported_database_hold_the_same_envelope() {
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
    fn what_a_query_answered_holds_it_too_behind_other_words_and_other_mentions() {
        let value = RUNTIME["raw"].to_string();
        let runtime = json!({"version": 1, "destinations": {}}).to_string();
        let answer = json!([{"results": [
            {"key": "backup.runtime.v1", "value": runtime},
            {"key": "backup.settings.v1", "value": value},
        ], "success": true}]);
        let escaped = json!({"row": json!({"key": "backup.settings.v1", "value": value}).to_string()});
        let behind =
            format!(" wrangler 4.0\n----\n{}\n", serde_json::to_string_pretty(&answer).expect("JSON"));
        let twice = format!(
            "-- the row backup.settings.v1\nINSERT INTO config VALUES('backup.settings.v1','{value}');"
        );
        for text in [&answer.to_string(), &escaped.to_string(), &behind, &twice] {
            let Some(Stored::Envelope(found)) = Envelope::find_in(text).expect("an envelope") else {
                panic!("no envelope in {text}")
            };
            found.open_runtime(&text_of("jwt_secret")).expect("the right secret");
        }
    }

    #[test]
    fn a_row_that_is_cut_off_and_one_of_another_version_are_told_apart_from_none() {
        let value = RUNTIME["raw"].to_string();
        let cut = Envelope::find_in(&value[..value.len() - 3]).expect_err("cut off");
        assert_eq!(cut.code(), Code::EnvelopeDamaged);
        let newer = Envelope::find_in(r#"{"version": 7, "sealed": "x"}"#).expect_err("newer");
        assert_eq!(
            (newer.code(), newer.body().values["version"].as_str()),
            (Code::EnvelopeVersionUnknown, "7")
        );
    }

    fn text_of(field: &str) -> SecretString {
        text(&RUNTIME[field])
    }
}
