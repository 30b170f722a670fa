//! Accounts with a second step.

use aws_lc_rs::hmac;
use desk_core::account::{Kdf, MasterKey};
use desk_practice::Practice;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use crate::support::{nwdesk, practice};

/// The bytes 0 to 19 in base32.
const SECRET: &str = "AAAQEAYEAUDAOCAJBIFQYDIOB4IBCEQT";

#[test]
fn a_second_factor_is_requested_checked_and_accepted() {
    let practice = practice();
    turn_on(&practice);
    let list = || nwdesk(["list", "--json"]).on(&practice);
    assert_eq!(list().run().ended(1).error(), "two-step-required");
    let wrong = if code_now() == "000000" { "000001" } else { "000000" };
    assert_eq!(list().args(["--totp", wrong]).run().ended(1).error(), "two-step-code-wrong");
    list().args(["--totp", &code_now()]).run().ended(0);
}

/// The authenticator's code at this moment (RFC 6238).
fn code_now() -> String {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
    let secret: Vec<u8> = (0..20).collect();
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &secret);
    let digest = hmac::sign(&key, &(since.as_secs() / 30).to_be_bytes());
    let digest = digest.as_ref();
    let at = usize::from(digest[19] & 0x0f);
    let word = u32::from_be_bytes([digest[at] & 0x7f, digest[at + 1], digest[at + 2], digest[at + 3]]);
    format!("{:06}", word % 1_000_000)
}

/// Turns an authenticator on, as the web vault does.
fn turn_on(practice: &Practice) {
    let password = practice.admin_password();
    let kdf = Kdf::Pbkdf2 { iterations: 5_000 };
    let master = MasterKey::derive(&password, practice.admin_email(), &kdf).expect("the quick settings");
    let hash = master.password_hash(&password);
    let hash = hash.expose_secret();
    let client = reqwest::Client::new();
    let at = |path: &str| format!("{}{path}", practice.server_url());
    let work = async {
        let form = [
            ("grant_type", "password"),
            ("username", practice.admin_email()),
            ("password", hash),
            ("scope", "api offline_access"),
            ("client_id", "desktop"),
            ("deviceType", "8"),
            ("deviceIdentifier", "0c695cef-5c28-491a-ad45-2a2f1315a798"),
            ("deviceName", "test"),
        ];
        let answer = client.post(at("/identity/connect/token")).form(&form).send().await.expect("an answer");
        let answer: Value = answer.json().await.expect("JSON");
        let token = answer["access_token"].as_str().expect("a token");
        let body =
            json!({"enabled": true, "secret": SECRET, "token": code_now(), "masterPasswordHash": hash});
        let turned_on = client
            .put(at("/api/accounts/totp"))
            .bearer_auth(token)
            .json(&body)
            .send()
            .await
            .expect("an answer");
        assert!(turned_on.status().is_success(), "{turned_on:?}");
    };
    tokio::runtime::Runtime::new().expect("a runtime").block_on(work);
}
