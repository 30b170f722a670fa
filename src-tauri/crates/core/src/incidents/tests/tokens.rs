//! When an access token is a witness.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL};
use serde_json::{Value, json};

use super::*;
use crate::server::AccessToken;

fn token(given: &str, change: &[(&str, &str)]) -> AccessToken {
    let mut claims =
        json!({"sub": "me", "sstamp": "s", "did": "d", "dstamp": "x", "iat": time(given).as_second()});
    for (name, value) in change {
        claims[*name] = Value::from(*value);
    }
    let text = format!("e30.{}.sig", BASE64URL.encode(claims.to_string()));
    AccessToken::read(&text.into()).expect("claims")
}

const BEFORE: &str = "2026-11-20T07:00:00Z";
const AFTER: &str = "2026-11-26T08:00:00Z";

#[test]
fn only_a_previous_token_proves_the_previous_secret() {
    let told = |given: &str, taken| TokenSeen::of(&token(given, &[]), taken, time(NOW), None, Some(READABLE));
    assert_eq!(told(BEFORE, true), TokenSeen::Accepted);
    assert_eq!(told(BEFORE, false), TokenSeen::RefusedEarly(time(NOW)));
    assert_eq!(told(AFTER, true), TokenSeen::GivenSince);
    assert_eq!(told(AFTER, false), TokenSeen::GivenSince);
    // Given in the second that the settings were read in.
    assert_eq!(told(READABLE, true), TokenSeen::GivenSince);
    assert_eq!(told(READABLE, false), TokenSeen::RefusedEarly(time(NOW)));
    let never = TokenSeen::of(&token(BEFORE, &[]), true, time(NOW), None, None);
    assert_eq!(never, TokenSeen::GivenSince, "settings were never seen readable");
}

#[test]
fn a_refused_token_blames_the_secret_only_without_another_cause() {
    let told = |change: &[(&str, &str)]| {
        let now = token(AFTER, change);
        TokenSeen::of(&token(BEFORE, &[]), false, time(NOW), Some(&now), Some(READABLE))
    };
    assert_eq!(told(&[]), TokenSeen::RefusedEarly(time(NOW)));
    for changed in ["sub", "sstamp", "did", "dstamp"] {
        assert_eq!(told(&[(changed, "another")]), TokenSeen::EndedOtherwise, "{changed}");
    }
}
