use super::*;
use crate::Code;
use crate::jobs::JobKind;
use crate::server::{Generation, Profile};

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
fn saving_again_changes_what_is_known() {
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
fn history_outlives_a_forgotten_profile() {
    let ledger = ledger();
    ledger.save_profile(&profile("p-1", "home")).expect("saved");
    let job = ledger.begin_job(JobKind::Backup, Some("p-1"), "NAS", second(1)).expect("begun");
    ledger.forget_profile("p-1").expect("forgotten");
    assert_eq!(ledger.profiles(), Ok(Vec::new()));
    assert_eq!(ledger.job(job.id), Ok(Some(job)));
}
