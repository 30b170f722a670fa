//! The people of the recordings.

use aws_lc_rs::hmac;
use desk_tests::replay::{Request, Stage, Transcript, fixture};
use serde_json::Value;

/// The recorded administrator's password hash.
pub const ADMIN_HASH: &str = "cApxDvkNdqiTlelmGhwCtD/PAJQdbAEupVsy/eKfPgc=";

/// The recorded registration of the first administrator.
pub async fn register(stage: &Stage<'_>) {
    let transcript = Transcript::read("register-first-admin");
    let reply = stage.send(request(&transcript, 0)).await;
    assert_eq!(reply.status, 200, "{:?}", reply.json());
}

/// Signs the recorded administrator in, as recorded.
pub async fn sign_in(stage: &mut Stage<'_>) {
    sign_in_as(stage, "login-pbkdf2").await;
}

/// Signs the one in whom this recording signs in.
pub async fn sign_in_as(stage: &mut Stage<'_>, recording: &str) {
    let transcript = Transcript::read(recording);
    let reply = stage.send(request(&transcript, 1)).await;
    assert_eq!(reply.status, 200, "{:?}", reply.json());
    reply.json()["access_token"].as_str().expect("a token").clone_into(&mut stage.token);
}

/// One request of a recording.
pub fn request(transcript: &Transcript, number: usize) -> &Request {
    transcript.exchanges().nth(number).expect("the recording has this step").0
}

/// The code of the recorded authenticator now.
pub fn code_now() -> String {
    let accounts = std::fs::read(fixture("accounts.json")).expect("the accounts are there");
    let accounts: Value = serde_json::from_slice(&accounts).expect("the accounts are JSON");
    let secret = accounts["totp_secret"].as_str().expect("a secret");
    let bits: String = secret
        .bytes()
        .map(|letter| {
            let value = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".iter().position(|known| *known == letter);
            format!("{:05b}", value.expect("a letter of Base32"))
        })
        .collect();
    let key: Vec<u8> = bits
        .as_bytes()
        .chunks_exact(8)
        .filter_map(|byte| u8::from_str_radix(std::str::from_utf8(byte).ok()?, 2).ok())
        .collect();
    let step = jiff::Timestamp::now().as_second() / 30;
    let digest = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &key), &step.to_be_bytes());
    let digest = digest.as_ref();
    let offset = usize::from(digest[19] & 0x0f);
    let word: [u8; 4] = digest[offset..offset + 4].try_into().expect("four bytes");
    format!("{:06}", (u32::from_be_bytes(word) & 0x7fff_ffff) % 1_000_000)
}
