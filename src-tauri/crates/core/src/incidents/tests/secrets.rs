//! Candidates and evidence as people have them.

use crate::Code;
use proptest::prelude::*;
use secrecy::SecretString;
use serde_json::{Value, json};

use super::*;
use crate::envelope::Verdict;

const ACCOUNTS: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../tests/fixtures/accounts.json"));
pub(super) const RUNTIME: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../tests/fixtures/runtime-envelope.json"));
pub(super) const RIGHT: &str = "fixture-jwt-secret-A-0123456789abcdef";

pub(super) fn token() -> String {
    let accounts: Value = serde_json::from_str(ACCOUNTS).expect("a recording");
    accounts["jwt"]["access_token"].as_str().expect("a token").to_owned()
}

fn answer(against: &Against, candidate: &str) -> CandidateAnswer {
    check(against, &candidate.into())
}

#[test]
fn a_candidate_with_extra_characters_is_wrong_and_says_which() {
    let against = Against::Token(token().into());
    for (candidate, nearly) in [
        (format!("{RIGHT} "), Some(NearMiss::WithoutBlanks)),
        (format!("\t{RIGHT}\r\n"), Some(NearMiss::WithoutBlanks)),
        (format!("\"{RIGHT}\""), Some(NearMiss::WithoutQuotes)),
        (format!(" '{RIGHT}' "), Some(NearMiss::WithoutQuotes)),
        (format!("JWT_SECRET={RIGHT}"), Some(NearMiss::WithoutName)),
        (format!("export JWT_SECRET=\"{RIGHT}\""), Some(NearMiss::WithoutName)),
        (format!("  \"JWT_SECRET\": \"{RIGHT}\","), Some(NearMiss::WithoutName)),
        (format!("JWT_SECRET = '{RIGHT}'"), Some(NearMiss::WithoutName)),
        ("another secret that is long enough".to_owned(), None),
        (String::new(), None),
    ] {
        let answer = answer(&against, &candidate);
        assert_eq!((answer.verdict, answer.nearly), (Verdict::Wrong, nearly), "{candidate:?}");
    }
    let right = answer(&against, RIGHT);
    assert_eq!((right.verdict, right.nearly, right.too_short), (Verdict::Right, None, false));
}

#[test]
fn a_token_is_found_in_pasted_text() {
    let token = token();
    let (first, rest) = token.split_at(40);
    for text in [
        token.clone(),
        format!("Bearer {token}"),
        format!("Authorization: bearer {token}\n"),
        format!("\u{feff}{first}\n  {rest}\n"),
        json!({"access_token": token, "refresh_token": "r", "expires_in": 7200}).to_string(),
        json!([{"answer": {"accessToken": token}}]).to_string(),
    ] {
        let against = Against::find_in(&text.as_str().into()).expect("a token");
        assert_eq!(answer(&against, RIGHT).verdict, Verdict::Right, "{text}");
    }
}

#[test]
fn random_text_is_not_recognized_and_a_damaged_row_is_damaged() {
    for nonsense in ["", "nothing of this kind", "{}", "a.b.c", "{\"access_token\": 7}", "1.8.0"] {
        let error = Against::find_in(&nonsense.into()).err().expect("neither");
        assert_eq!(error.kind(), "no-evidence", "{nonsense}");
    }
    let damaged = r#"{"version":2,"portable":{"iv":7}}"#;
    assert_eq!(Against::find_in(&damaged.into()).err().expect("damaged").code(), Code::EnvelopeDamaged);
}

#[test]
fn a_utf_16_file_from_powershell_is_read() {
    let text = format!("{}\r\n", token());
    let little = text.encode_utf16().flat_map(u16::to_le_bytes);
    let big = text.encode_utf16().flat_map(u16::to_be_bytes);
    for bytes in [
        [0xff, 0xfe].into_iter().chain(little).collect::<Vec<u8>>(),
        [0xfe, 0xff].into_iter().chain(big).collect(),
        [0xef, 0xbb, 0xbf].into_iter().chain(text.bytes()).collect(),
    ] {
        let against = Against::find_in(&evidence_text(&bytes)).expect("a token");
        assert_eq!(answer(&against, RIGHT).verdict, Verdict::Right);
    }
}

proptest! {
    #[test]
    fn no_wrong_candidate_is_accepted(candidate in ".{0,80}", around in "[ \"'=\\n]{0,3}") {
        let against = [
            Against::Token(token().into()),
            Against::find_in(&SecretString::from(RUNTIME)).expect("settings"),
        ];
        let candidates =
            [candidate.clone(), format!("{around}{RIGHT}"), format!("{RIGHT}{around}"), format!("{RIGHT}{candidate}")];
        for candidate in candidates.iter().filter(|candidate| *candidate != RIGHT) {
            for against in &against {
                prop_assert_ne!(answer(against, candidate).verdict, Verdict::Right);
            }
        }
    }
}
