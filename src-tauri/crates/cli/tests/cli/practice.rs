//! The practice instance from a terminal.

use std::io::{BufRead as _, BufReader};

use serde_json::Value;

use crate::support::nwdesk;

#[cfg(unix)]
#[test]
fn practice_prints_its_address_follows_its_switches_and_ends_with_0() {
    let mut child = nwdesk(["practice", "--json", "--ciphers", "8", "--attachments", "2"]).start();
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("piped")).read_line(&mut line).expect("a line");
    let started: Value = serde_json::from_str(&line).expect("JSON");
    let word = |name: &str| started[name].as_str().expect("a word").to_owned();

    let backup = nwdesk(["backup", "--server", &word("serverUrl"), "--email", &word("email")])
        .env("NWDESK_PASSWORD", word("password"));
    backup.run().ended(0);

    let state =
        nwdesk(["practice", "state", "--json", "--control", &word("controlUrl")]).run().ended(0).json();
    assert_eq!(state["result"]["ciphers"], 8);
    assert_eq!(state["result"]["backups"].as_array().map(Vec::len), Some(1));

    let state =
        nwdesk(["practice", "fault", "--json", "--control", &word("controlUrl"), "target-status", "403"]);
    assert_eq!(state.run().ended(0).json()["result"]["target"], "403");
    nwdesk(["backup", "--server", &word("serverUrl"), "--email", &word("email")])
        .env("NWDESK_PASSWORD", word("password"))
        .run()
        .ended(1);

    crate::support::interrupt(&child);
    assert_eq!(child.wait().expect("ends").code(), Some(0));
    let gone = nwdesk(["practice", "state", "--json", "--control", &word("controlUrl")]).run().ended(1);
    assert_eq!(gone.error(), "practice-failed");
}

#[test]
fn the_control_address_requires_its_key() {
    let practice = crate::support::practice();
    let mut url = url::Url::parse(&practice.control_url()).expect("a URL");
    url.set_password(Some("guessed")).expect("an http URL");
    let ran =
        nwdesk(["practice", "fault", "--json", "--control", url.as_str(), "fill-target"]).run().ended(1);
    assert_eq!(ran.error(), "practice-failed");
    assert_eq!(practice.state().expect("a state").target, "normal");
}

#[test]
fn the_demo_runs_the_main_job_and_lists_skipped_attachments() {
    let ran =
        nwdesk(["practice", "--demo", "--json", "--ciphers", "40", "--attachments", "8"]).run().ended(0);
    let played = ran.json();
    let steps = played["steps"].as_array().expect("steps");
    assert!(steps.len() >= 8 && steps.iter().all(|step| step["ok"] == true), "{played}");
    assert!(steps.iter().all(|step| step["name"].is_string() && step["seconds"].is_number()), "{played}");

    let skipped = &played["skipped"];
    assert_eq!(skipped["attachments"], 2);
    let items = skipped["items"].as_array().expect("items");
    let causes: Vec<_> = items.iter().filter_map(|item| item["cause"].as_str()).collect();
    assert!(causes.contains(&"too-large-for-kv") && causes.contains(&"missing-on-target"), "{skipped}");
    assert!(items.iter().all(|item| item["path"].is_string() && item["sizeBytes"].is_number()), "{skipped}");
}
