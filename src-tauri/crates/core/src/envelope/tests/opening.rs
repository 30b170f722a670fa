//! The recorded parts, opened by whoever may.

use super::*;
use crate::Code;

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
fn an_account_without_a_wrap_is_reported() {
    let error =
        envelope(&backup_row().to_string()).open_portable("someone else", &ADMIN).expect_err("no wrap");
    assert_eq!(error.code(), Code::NoWrapForAccount);
    assert_eq!(error.kind(), "portable-others");
}

#[test]
fn missing_wraps_and_a_missing_portable_part_have_their_own_messages() {
    let mut row = backup_row();
    row["portable"]["wraps"] = json!([]);
    let error = envelope(&row.to_string()).open_portable(admin_id(), &ADMIN).expect_err("no wraps");
    assert_eq!(error.kind(), "portable-nobody");

    row["portable"] = json!({"iv": "", "ciphertext": "", "wraps": []});
    let error = envelope(&row.to_string()).open_portable(admin_id(), &ADMIN).expect_err("no part");
    assert_eq!(error.kind(), "portable-absent");
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
fn a_damaged_portable_part_differs_from_another_accounts_wrap() {
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
