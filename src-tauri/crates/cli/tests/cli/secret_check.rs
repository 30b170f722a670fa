//! `nwdesk secret-check`: candidates on standard input, and what each of them is.

use proptest::prelude::*;

use crate::support::{fixture, folder, nwdesk, read};

const RIGHT: &str = "fixture-jwt-secret-A-0123456789abcdef";
const WRONG: &str = "fixture-jwt-secret-K-0123456789abcdef";

fn token_file(folder: &std::path::Path) -> std::path::PathBuf {
    let accounts: serde_json::Value =
        serde_json::from_str(&read(&fixture("accounts.json"))).expect("a recording");
    let file = folder.join("token");
    std::fs::write(&file, accounts["jwt"]["access_token"].as_str().expect("a token")).expect("written");
    file
}

fn verdicts(answer: &serde_json::Value) -> Vec<(u64, &str)> {
    let lines = answer.as_array().expect("a list").iter();
    lines
        .map(|line| (line["line"].as_u64().expect("a number"), line["verdict"].as_str().expect("a word")))
        .collect()
}

#[test]
fn each_candidate_secret_is_judged_and_never_printed() {
    let folder = folder();
    let ran = nwdesk(["secret-check", "--json", "--token-file"])
        .arg(token_file(folder.path()))
        .stdin(format!("{WRONG}\n{RIGHT}\r\n\n{RIGHT} \n"))
        .run()
        .ended(0);
    assert_eq!(verdicts(&ran.json()), [(1, "wrong"), (2, "right"), (3, "wrong"), (4, "wrong")]);
    for candidate in [WRONG, RIGHT] {
        assert!(!format!("{}{}", ran.stdout, ran.stderr).contains(candidate));
    }
}

#[test]
fn stored_settings_identify_the_secret_as_a_token_does() {
    let ran = nwdesk(["secret-check", "--json", "--envelope-file"])
        .arg(fixture("runtime-envelope.json"))
        .stdin(format!("{RIGHT}\n{WRONG}"))
        .run()
        .ended(0);
    assert_eq!(verdicts(&ran.json()), [(1, "right"), (2, "wrong")]);
}

#[test]
fn near_misses_are_explained_without_the_secret() {
    let folder = folder();
    let ran = nwdesk(["secret-check", "--json", "--token-file"])
        .arg(token_file(folder.path()))
        .stdin(format!("{RIGHT} \n\"{RIGHT}\"\nJWT_SECRET={RIGHT}\n"))
        .stdin(b"\xff\xfe not text\n")
        .run()
        .ended(1);
    let answer = ran.json();
    let words = [(1, "wrong"), (2, "wrong"), (3, "wrong"), (4, "unknown")];
    assert_eq!(verdicts(&answer), words);
    for (line, word) in ["spaces", "quotation", "name", "UTF-8"].iter().enumerate() {
        assert!(answer[line]["reason"].as_str().is_some_and(|reason| reason.contains(word)), "{answer}");
    }
    assert!(!ran.stdout.contains(RIGHT));
}

/// Candidates that come near the right one, and others; none of them is a line end.
fn wrong_ones() -> impl Strategy<Value = String> {
    let near = (0..RIGHT.len(), any::<char>(), 0..6_u8).prop_map(|(at, other, how)| {
        let (head, tail) = RIGHT.split_at(at);
        match how {
            0 => head.chars().chain([other]).chain(tail.chars().skip(1)).collect(),
            1 => format!("{head}{other}{tail}"),
            2 => head.to_owned(),
            3 => format!("{RIGHT}{other}"),
            4 => format!("{other}{RIGHT}{other}"),
            _ => format!("JWT_SECRET={RIGHT}"),
        }
    });
    let candidate = prop_oneof![near, any::<String>()];
    candidate.prop_filter("right, or no line of its own", |one| {
        one.trim_end_matches('\r') != RIGHT && !one.contains('\n')
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4, ..ProptestConfig::default() })]

    #[test]
    fn no_wrong_candidate_is_accepted(candidates in proptest::collection::vec(wrong_ones(), 250)) {
        let folder = folder();
        let token = token_file(folder.path());
        for (option, evidence) in [("--token-file", token), ("--envelope-file", fixture("runtime-envelope.json"))] {
            let lines: String = candidates.iter().map(|candidate| format!("{candidate}\n")).collect();
            let ran = nwdesk(["secret-check", "--json", option]).arg(&evidence).stdin(lines).run().ended(1);
            let answer = ran.json();
            prop_assert_eq!(verdicts(&answer).len(), candidates.len());
            prop_assert!(verdicts(&answer).iter().all(|(_, verdict)| *verdict == "wrong"), "{}", answer);
        }
    }
}

#[test]
fn no_matching_candidate_ends_with_1() {
    let folder = folder();
    let file = token_file(folder.path());
    nwdesk(["secret-check", "--token-file"]).arg(&file).stdin(WRONG).run().ended(1);
    std::fs::write(&file, "no token").expect("written");
    let ran = nwdesk(["secret-check", "--json", "--token-file"]).arg(&file).stdin(RIGHT).run().ended(1);
    assert_eq!(verdicts(&ran.json()), [(1, "unknown")]);
}
