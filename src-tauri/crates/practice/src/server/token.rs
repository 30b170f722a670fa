//! Access tokens (HS256 under JWT_SECRET), opaque tokens and the server's own
//! verifier of a password hash.

use std::collections::BTreeSet;
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};

use aws_lc_rs::{constant_time, digest, hmac, pbkdf2};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::Timestamp;
use rand::Rng;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::database::User;
use crate::state::Instance;

/// How long an access token lives, in seconds.
pub(crate) const ACCESS_SECONDS: i64 = 7_200;
/// How long refresh tokens and remembered devices live, in seconds.
pub(crate) const REFRESH_SECONDS: i64 = 30 * 24 * 3_600;

const HEADER: &str = r#"{"alg":"HS256","typ":"JWT"}"#;
const VERIFIER_ROUNDS: NonZeroU32 = NonZeroU32::new(100_000).expect("not zero");
const VERIFIER_MARK: &str = "$s$";

/// What an access token says.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Claims {
    pub sub: String,
    email: String,
    name: Option<String>,
    pub sstamp: String,
    pub did: String,
    pub dstamp: String,
    email_verified: bool,
    amr: Vec<String>,
    iat: i64,
    exp: i64,
    iss: String,
    premium: bool,
}

impl Claims {
    pub fn new(user: &User, device_id: &str, device_stamp: String, now: Timestamp) -> Self {
        Self {
            sub: user.id.clone(),
            email: user.email.clone(),
            name: user.name.clone(),
            sstamp: user.security_stamp.clone(),
            did: device_id.to_owned(),
            dstamp: device_stamp,
            email_verified: true,
            amr: vec!["Application".to_owned()],
            iat: now.as_second(),
            exp: now.as_second() + ACCESS_SECONDS,
            iss: "nodewarden".to_owned(),
            premium: true,
        }
    }

    pub fn sign(&self, secret: &SecretString) -> String {
        let claims = serde_json::to_vec(self).expect("text and numbers always serialise");
        let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(HEADER), URL_SAFE_NO_PAD.encode(claims));
        let signature = hmac::sign(&key(secret), signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// What a token says, when it is signed with `secret` and has not expired.
    pub fn verify(token: &str, secret: &SecretString, now: Timestamp) -> Option<Self> {
        let (signed, signature) = token.rsplit_once('.')?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        hmac::verify(&key(secret), signed.as_bytes(), &signature).ok()?;
        let (_, claims) = signed.split_once('.')?;
        let claims: Self = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()?;
        (claims.exp > now.as_second()).then_some(claims)
    }
}

fn key(secret: &SecretString) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, secret.expose_secret().as_bytes())
}

/// An opaque token of 32 random bytes.
pub(crate) fn opaque() -> String {
    let mut bytes = [0; 32];
    Instance::random().fill_bytes(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// What the server stores of a client's password hash.
pub(crate) fn verifier(password_hash: &str, email: &str) -> String {
    let mut bytes = [0; 32];
    pbkdf2::derive(
        pbkdf2::PBKDF2_HMAC_SHA256,
        VERIFIER_ROUNDS,
        email.as_bytes(),
        password_hash.as_bytes(),
        &mut bytes,
    );
    format!("{VERIFIER_MARK}{}", STANDARD.encode(bytes))
}

/// Whether the client's password hash is this user's. What was right once is known at once
/// the next time: an export confirms every attachment, and deriving takes as long as sending it.
pub(crate) fn is_password_of(user: &User, password_hash: &str) -> bool {
    static RIGHT: Mutex<BTreeSet<[u8; 32]>> = Mutex::new(BTreeSet::new());
    let mut both = digest::Context::new(&digest::SHA256);
    both.update(user.verifier.as_bytes());
    both.update(&[0]);
    both.update(password_hash.as_bytes());
    let mut known = [0; 32];
    known.copy_from_slice(both.finish().as_ref());
    if RIGHT.lock().unwrap_or_else(PoisonError::into_inner).contains(&known) {
        return true;
    }
    let given = verifier(password_hash, &user.email);
    let is_right = constant_time::verify_slices_are_equal(given.as_bytes(), user.verifier.as_bytes()).is_ok();
    if is_right {
        RIGHT.lock().unwrap_or_else(PoisonError::into_inner).insert(known);
    }
    is_right
}
