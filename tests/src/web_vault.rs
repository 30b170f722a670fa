//! What a person does to their account in the web vault, where the app has no part.

use aws_lc_rs::hmac;
use desk_core::account::{EncString, Kdf, MasterKey, SymmetricKey};
use desk_practice::Practice;
use reqwest::Client;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

/// The bytes 0 to 19 in base32.
const TOTP_SECRET: &str = "AAAQEAYEAUDAOCAJBIFQYDIOB4IBCEQT";

/// The administrator of a quick practice instance, with everything their browser knows.
pub struct WebVault {
    client: Client,
    server_url: String,
    /// The hash that proves the password.
    pub hash: SecretString,
    /// The access token.
    pub token: SecretString,
    /// The account's key, as 64 bytes.
    pub user_key: Vec<u8>,
    /// The account's private key, in PKCS#8.
    pub private_key: Vec<u8>,
}

impl WebVault {
    /// Signs in.
    ///
    /// # Panics
    /// When that fails.
    pub async fn sign_in(practice: &Practice) -> Self {
        let client = Client::builder().no_proxy().build().expect("a client");
        let password = practice.admin_password();
        let kdf = Kdf::Pbkdf2 { iterations: 5_000 };
        let master = MasterKey::derive(&password, practice.admin_email(), &kdf).expect("good settings");
        let hash = master.password_hash(&password);
        let form = [
            ("grant_type", "password"),
            ("username", practice.admin_email()),
            ("password", hash.expose_secret()),
            ("deviceIdentifier", "0c695cef-5c28-491a-ad45-2a2f1315a798"),
        ];
        let url = format!("{}/identity/connect/token", practice.server_url());
        let answer = client.post(url).form(&form).send().await.expect("an answer");
        let answer: Value = answer.json().await.expect("JSON");
        let part = |name: &str| answer[name].as_str().unwrap_or_else(|| panic!("no {name}")).to_owned();
        let open = |name: &str, key: &SymmetricKey| {
            let sealed = EncString::parse(&part(name)).expect("sealed");
            sealed.decrypt(key).expect("the right key").to_vec()
        };
        let user_key = open("Key", &master.stretch());
        let bytes: &[u8; 64] = user_key.as_slice().try_into().expect("64 bytes");
        let private_key = open("PrivateKey", &SymmetricKey::from_bytes(bytes));
        let server_url = practice.server_url().to_owned();
        Self { client, server_url, hash, token: part("access_token").into(), user_key, private_key }
    }

    /// Turns an authenticator on.
    ///
    /// # Panics
    /// When the server refuses.
    pub async fn turn_totp_on(&self) {
        let hash = self.hash.expose_secret();
        let body =
            json!({"enabled": true, "secret": TOTP_SECRET, "token": totp(), "masterPasswordHash": hash});
        let url = format!("{}/api/accounts/totp", self.server_url);
        let request = self.client.put(url).bearer_auth(self.token.expose_secret()).json(&body);
        let answer = request.send().await.expect("an answer");
        assert!(answer.status().is_success(), "{answer:?}");
    }
}

/// The authenticator's code at this moment (RFC 6238).
///
/// # Panics
/// When the clock is before 1970.
pub fn totp() -> String {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
    let secret: Vec<u8> = (0..20).collect();
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &secret);
    let digest = hmac::sign(&key, &(since.as_secs() / 30).to_be_bytes());
    let digest = digest.as_ref();
    let at = usize::from(digest[19] & 0x0f);
    let word = u32::from_be_bytes([digest[at] & 0x7f, digest[at + 1], digest[at + 2], digest[at + 3]]);
    format!("{:06}", word % 1_000_000)
}
