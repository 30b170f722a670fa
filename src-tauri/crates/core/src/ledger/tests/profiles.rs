use super::*;
use crate::Code;
use crate::jobs::JobKind;
use crate::server::{AccountMark, Generation, Profile};

fn profile(id: &str, name: &str) -> Profile {
    Profile {
        id: id.to_owned(),
        name: name.to_owned(),
        server_url: format!("https://{name}.example"),
        email: "admin@example.org".to_owned(),
        user_id: Some("u-1".to_owned()),
        generation: Some(Generation::Get),
        device_identifier: "d-1".to_owned(),
        last_used_at: None,
    }
}

#[test]
fn a_profile_is_found_by_id_by_name_and_by_account() {
    let ledger = ledger();
    let home = profile("p-1", "home");
    ledger.save_profile(&home).expect("saved");
    assert_eq!(ledger.profile("p-1"), Ok(home.clone()));
    assert_eq!(ledger.profile("home"), Ok(home.clone()));
    assert_eq!(ledger.profile_of("https://home.example", "admin@example.org"), Ok(Some(home)));
    assert_eq!(ledger.profile_of("https://home.example", "other@example.org"), Ok(None));
    assert_eq!(ledger.profile("work").expect_err("unknown").code(), Code::ProfileNotFound);
}

#[test]
fn saving_a_profile_again_updates_it() {
    let ledger = ledger();
    ledger.save_profile(&profile("p-1", "home")).expect("saved");
    let changed = Profile { generation: None, name: "cellar".to_owned(), ..profile("p-1", "home") };
    ledger.save_profile(&changed).expect("saved");
    assert_eq!(ledger.profiles(), Ok(vec![changed]));
}

#[test]
fn the_profile_last_used_comes_first() {
    let ledger = ledger();
    for (id, name) in [("p-1", "a"), ("p-2", "b"), ("p-3", "c")] {
        ledger.save_profile(&profile(id, name)).expect("saved");
    }
    ledger.touch_profile("p-2", second(1)).expect("noted");
    ledger.touch_profile("p-3", second(2)).expect("noted");
    let names: Vec<_> = ledger.profiles().expect("read").into_iter().map(|profile| profile.name).collect();
    assert_eq!(names, ["c", "b", "a"]);
}

#[test]
fn history_is_kept_when_a_profile_is_removed() {
    let ledger = ledger();
    ledger.save_profile(&profile("p-1", "home")).expect("saved");
    let job = ledger.begin_job(JobKind::Backup, Some("p-1"), "NAS", second(1)).expect("started");
    ledger.forget_profile("p-1").expect("forgotten");
    assert_eq!(ledger.profiles(), Ok(Vec::new()));
    assert_eq!(ledger.job(job.id), Ok(Some(job)));
}

#[test]
fn a_name_that_is_taken_empty_or_unsafe_is_refused() {
    let ledger = ledger();
    ledger.save_profile(&profile("p-1", "home")).expect("saved");
    ledger.save_profile(&profile("p-2", "work")).expect("saved");
    let reason =
        |name: &str, id| ledger.free_name(name, id).map_err(|error| (error.kind(), error.to_string()));
    for (name, wanted) in [
        ("", "name-empty"),
        (" \t", "name-empty"),
        ("a\u{1b}[2J", "name-unsafe"),
        ("a\u{202e}b", "name-unsafe"),
        (&"x".repeat(81), "name-too-long"),
    ] {
        assert_eq!(reason(name, Some("p-1")).expect_err("refused").0, wanted, "{name:?}");
    }
    for (name, id) in [("home", None), (" home ", Some("p-2")), ("p-1", Some("p-2"))] {
        let (found, words) = reason(name, id).expect_err("refused");
        assert_eq!(found, "name-taken");
        assert!(words.contains("admin@example.org on https://home.example"), "{words}");
    }
    assert_eq!(reason(" cellar ", Some("p-1")), Ok("cellar".to_owned()));
    assert_eq!(reason("home", Some("p-1")), Ok("home".to_owned()), "it may keep its own");
    assert_eq!(ledger.rename_profile("p-1", "work").expect_err("taken").code(), Code::InvalidRequest);
    assert_eq!(ledger.rename_profile("p-1", "cellar").expect("renamed").name, "cellar");
}

fn mark(key: &str) -> AccountMark {
    AccountMark { user_id: "u-1".to_owned(), key_hash: key.to_owned() }
}

#[test]
fn one_account_under_two_addresses_is_found_by_id_and_key() {
    let ledger = ledger();
    for (id, name, key) in [("p-1", "home", "k-1"), ("p-2", "tunnel", "k-1"), ("p-3", "copy", "k-2")] {
        ledger.save_profile(&profile(id, name)).expect("saved");
        assert_eq!(ledger.same_account(id), Ok(None), "nothing is known of {name} yet");
        ledger.note_account(id, &mark(key)).expect("noted");
    }
    let same = |id| ledger.same_account(id).expect("read").map(|other| other.name);
    assert_eq!(same("p-1").as_deref(), Some("tunnel"));
    assert_eq!(same("p-2").as_deref(), Some("home"));
    assert_eq!(same("p-3"), None, "the same id with another key is another account");
}

#[test]
fn a_profile_takes_over_name_and_history_of_the_old_one() {
    let ledger = ledger();
    ledger.save_profile(&profile("old", "Home")).expect("saved");
    ledger.save_profile(&profile("new", "127.0.0.1")).expect("saved");
    let job = ledger.begin_job(JobKind::Backup, Some("old"), "NAS", second(1)).expect("started");
    let kept = ledger.take_over("new", "old").expect("one profile");
    assert_eq!((kept.id.as_str(), kept.name.as_str()), ("new", "Home"));
    assert_eq!(kept.server_url, "https://127.0.0.1.example");
    assert_eq!(ledger.profiles(), Ok(vec![kept]));
    let job = ledger.job(job.id).expect("read").expect("still there");
    assert_eq!(job.profile_id.as_deref(), Some("new"));
}
