//! `nwdesk targets`, and targets by name.

use desk_practice::{Fault, Side};

use crate::support::{nwdesk, practice};

#[test]
fn targets_are_listed_and_can_be_named() {
    let practice = practice();
    let before = nwdesk(["targets", "--json"]).on(&practice).run().ended(0).json();
    let target = &before["targets"][0];
    let (id, name) = (target["id"].as_str().expect("an id"), target["name"].as_str().expect("a name"));
    assert_eq!(target["provider"], "webdav");
    assert!(target["location"].is_string() && target["schedule"].is_object(), "{target}");

    let text = nwdesk(["targets"]).on(&practice).run().ended(0).stdout;
    for wanted in [id, name, "WEBDAV", "schedule", "no backup on record"] {
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
    for given in [id, name] {
        nwdesk(["backup", "--json", "--target", given]).on(&practice).run().ended(0);
    }
    nwdesk(["list", "--target", name]).on(&practice).run().ended(0);
    let text = nwdesk(["targets"]).on(&practice).run().ended(0).stdout;
    assert!(text.contains("succeeded 20") && text.contains("nodewarden_backup_"), "{text}");

    let unknown = nwdesk(["list", "--json", "--target", "nowhere"]).on(&practice).run().ended(1);
    assert_eq!(unknown.error(), "target-not-found");
    let hint = unknown.json()["error"]["hint"].to_string();
    assert!(hint.contains(id) && hint.contains(name), "{hint}");
}

#[test]
fn a_long_wait_is_explained_where_no_bar_is_drawn() {
    let practice = practice();
    practice.inject(&Fault::Latency { side: Side::Target, milliseconds: 5_500 }).expect("slowed");
    for more in [&[][..], &["--json"]] {
        let ran = nwdesk(["list"]).args(more).on(&practice).run().ended(0);
        assert!(ran.stderr.contains("Waiting: the target's listing (5 seconds so far)"), "{ran:#?}");
    }
}

#[test]
fn every_target_is_backed_up_and_summed_up_once() {
    let practice = practice();
    let made = nwdesk(["backup", "--all-targets", "--json"]).on(&practice).run().ended(0).json();
    let results = made["result"].as_array().expect("one of each").clone();
    let targets = nwdesk(["targets", "--json"]).on(&practice).run().ended(0).json();
    assert_eq!(results.len(), targets["targets"].as_array().expect("a list").len());
    assert!(results.iter().all(|one| one["check"]["level"] == "verified"), "{made}");

    let text = nwdesk(["backup", "--all-targets"]).on(&practice).run().ended(0).stdout;
    let sum = text.lines().last().expect("a summary");
    assert!(
        sum.starts_with(&format!("{} of ", results.len())) && sum.ends_with("backed up and verified"),
        "{text}"
    );
    nwdesk(["backup", "--all-targets", "--target", "x"]).on(&practice).run().ended(2);
}

#[test]
fn a_target_that_fails_is_named_in_the_summary_of_all() {
    let practice = practice();
    practice.inject(&Fault::FillTarget).expect("full");
    let ran = nwdesk(["backup", "--all-targets", "--json"]).on(&practice).run();
    let result = ran.json()["result"][0].clone();
    assert_ne!(ran.code, Some(0), "{ran:#?}");
    assert!(result["error"]["code"].is_string() && result["target"]["name"].is_string(), "{ran:#?}");
}
