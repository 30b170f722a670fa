//! Rows: envelopes, plain settings, and what is neither.

use super::*;
use crate::Code;

#[test]
fn a_row_survives_a_round_trip() {
    let row = RUNTIME["raw"].to_string();
    assert_eq!(json_of(&envelope(&row).to_row()), RUNTIME["raw"]);
    let row = backup_row();
    assert_eq!(json_of(&envelope(&row.to_string()).to_row()), row);
}

#[test]
fn unencrypted_settings_of_an_old_instance_are_kept_secret() {
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
fn a_json_list_is_not_unencrypted_settings() {
    for row in ["[[]]", " [[], 2]", "[[{\"destination\":{}}], 2, false]", "[2, []]"] {
        let error = Envelope::parse(row).expect_err("no object");
        assert_eq!(error.code(), Code::EnvelopeDamaged, "{row}");
    }
}

#[test]
fn an_invalid_envelope_is_damaged_and_its_content_not_shown() {
    for row in
        ["", "null", "[]", "{}", "\"password\"", "{\"version\":2,\"runtime\":\"password\"}", "{\"password"]
    {
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
