//! Candidates for JWT_SECRET: the right one and no other is called right.

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
fn a_secret_with_nul_bytes_appended_is_not_the_secret() {
    assert_eq!(against_both(&format!("{SECRET}\0")), [Verdict::Wrong; 2]);
    assert_eq!(against_both(""), [Verdict::Wrong; 2]);
}

#[test]
fn inconclusive_evidence_is_reported_as_such() {
    let header = "eyJhbGciOiJSUzI1NiJ9"; // {"alg":"RS256"}
    for token in ["", "a.b", "a.b.c", "...", &format!("{header}.e30.AAAA"), "eyJhbGciOiJIUzI1NiJ9.e30.AAAA"] {
        let verdict = secret_check(&SECRET.into(), Evidence::AccessToken(&token.into()));
        assert_eq!(verdict, Verdict::Unknown, "{token}");
    }
    let backup = envelope(&backup_row().to_string());
    assert_eq!(secret_check(&SECRET.into(), Evidence::Envelope(&backup)), Verdict::Unknown);
    let cut = json!({"version": 2, "runtime": {"iv": "AAAA", "ciphertext": "AAAA"}}).to_string();
    assert_eq!(secret_check(&SECRET.into(), Evidence::Envelope(&envelope(&cut))), Verdict::Unknown);
}

#[test]
fn whitespace_around_a_pasted_token_is_ignored() {
    let pasted = format!("  {}\n", token().expose_secret()).into();
    assert_eq!(secret_check(&SECRET.into(), Evidence::AccessToken(&pasted)), Verdict::Right);
}

proptest! {
    #[test]
    fn no_wrong_candidate_is_accepted(candidate: String) {
        prop_assume!(candidate != SECRET);
        prop_assert_eq!(against_both(&candidate), [Verdict::Wrong; 2]);
    }

    #[test]
    fn no_near_miss_is_accepted(
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
    fn the_secret_that_sealed_is_always_accepted(secret in "[^\\x00]{1,80}") {
        let sealed = Envelope::seal(&"{}".into(), &secret.as_str().into(), &[], &mut StdRng::seed_from_u64(3))
            .expect("no keys to fail");
        prop_assert_eq!(secret_check(&secret.as_str().into(), Evidence::Envelope(&sealed)), Verdict::Right);
    }
}
