mod finding;
mod opening;
mod parsing;
mod sealing;
mod secret_checks;

use std::sync::LazyLock;

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use proptest::prelude::*;
use rand::{SeedableRng, rngs::StdRng};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

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

/// The recorded administrator's private key, from the recorded sign-in response.
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
