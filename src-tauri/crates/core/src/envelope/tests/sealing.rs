//! What is sealed here opens again.

use super::*;
use crate::Code;

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
fn sealed_settings_open_again_from_their_row() {
    let settings = r#"{"destinations":[]}"#;
    let (sealed, key) = sealed(settings, "a secret");
    let read = envelope(&sealed.to_row());
    assert_eq!(read.open_runtime(&"a secret".into()).expect("right").expose_secret(), settings);
    assert_eq!(read.open_portable("admin-2", &key).expect("a wrap").expose_secret(), settings);
    assert_eq!(read.wrapped_for().collect::<Vec<_>>(), ["admin-1", "admin-2"]);
}

#[test]
fn the_portable_part_of_a_backup_opens_without_the_secret() {
    let (sealed, key) = sealed("{}", "a secret");
    let read = envelope(&sealed.portable_only().to_row());
    assert!(read.portable().is_some());
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
