//! `nwdesk diagnose`

use desk_core::jobs::{BackupJob, IntegrityJob};
use desk_practice::Fault;
use desk_tests::at_desk::AtDesk;
use serde_json::Value;
use tempfile::tempdir;

use crate::profile::needs_keyring;
use crate::support::{Ran, nwdesk, practice, restored_with_losses};

/// The ids of the findings about the only server.
fn ids(value: &Value) -> Vec<String> {
    let findings = value["servers"][0]["findings"].as_array().expect("findings");
    findings.iter().map(|finding| finding["id"].as_str().expect("an id").to_owned()).collect()
}

#[test]
fn a_server_in_good_order_has_no_findings() {
    let practice = practice();
    let first = nwdesk(["diagnose", "--json"]).on(&practice).run().ended(1).json();
    assert!(ids(&first)[0].starts_with("never:"), "{first}");

    nwdesk(["backup", "--json"]).on(&practice).run().ended(0);
    let value = nwdesk(["diagnose", "--json"]).on(&practice).run().ended(0).json();
    assert!(ids(&value).is_empty(), "{value}");
    assert_eq!(value["servers"][0]["server"], practice.server_url());
    assert_eq!(value["servers"][0]["error"], Value::Null);
    assert!(!value["servers"][0]["checked"].as_array().expect("what was looked at").is_empty());
    let text = nwdesk(["diagnose"]).on(&practice).run().ended(0).stdout;
    assert!(text.contains("No problems found."), "{text}");
}

#[test]
fn a_failed_run_is_a_danger_with_the_targets_message() {
    let practice = practice();
    nwdesk(["backup", "--json"]).on(&practice).run().ended(0);
    practice.inject(&Fault::TargetStatus { status: 401 }).expect("refused");
    nwdesk(["backup", "--json"]).on(&practice).run().ended(1);
    let value = nwdesk(["diagnose", "--json"]).on(&practice).run().ended(1).json();
    assert!(ids(&value)[0].starts_with("failed:"), "{value}");
    assert_eq!(value["servers"][0]["findings"][0]["severity"], "danger");
    let text = nwdesk(["diagnose"]).on(&practice).run().ended(1).stdout;
    let title = "A target stopped working";
    for wanted in ["Danger: The last backup to", "evidence", "401", "now", "playbook", title] {
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
    let next = &value["servers"][0]["findings"][0]["next"][0];
    assert_eq!((&next["playbook"], &next["subject"]["type"]), (&"target-stopped".into(), &"target".into()));
}

#[test]
fn too_many_attachments_for_the_worker_name_their_own_playbook() {
    let practice = practice();
    practice.inject(&Fault::SubrequestLimit { bodies: 1 }).expect("a limit");
    nwdesk(["backup", "--json"]).on(&practice).run().ended(1);
    let value = nwdesk(["diagnose", "--json"]).on(&practice).run().ended(1).json();
    assert_eq!(value["servers"][0]["findings"][0]["next"][0]["playbook"], "subrequest-limit", "{value}");
    let text = nwdesk(["diagnose"]).on(&practice).run().ended(1).stdout;
    assert!(text.contains("Too many attachments for one backup run"), "{text}");
}

#[test]
fn settings_that_need_repair_end_with_their_own_code() {
    let practice = practice();
    practice.inject(&Fault::ChangeJwtSecret).expect("changed");
    let value = nwdesk(["diagnose", "--json"]).on(&practice).run().ended(6).json();
    assert!(ids(&value).contains(&"settings-need-repair".to_owned()), "{value}");
    let text = nwdesk(["diagnose"]).on(&practice).run().ended(6).stdout;
    assert!(text.contains("The server cannot open its backup settings"), "{text}");
}

#[test]
fn a_server_without_a_secret_is_diagnosed_without_a_sign_in() {
    let practice = practice();
    practice.inject(&Fault::RemoveJwtSecret).expect("removed");
    let value = nwdesk(["diagnose", "--json"]).on(&practice).run().ended(1).json();
    assert_eq!(ids(&value), ["jwt-secret-missing"], "{value}");
    assert_eq!(value["servers"][0]["error"]["code"], "jwt-secret-missing");
}

#[test]
fn an_unreachable_server_gets_no_all_clear() {
    let email = ["--email", "admin@example.org", "--password-stdin"];
    let ran = nwdesk(["diagnose", "--json", "--server", "http://127.0.0.1:9"]).args(email).stdin("x\n").run();
    let value = ran.ended(1).json();
    assert_eq!(value["servers"][0]["error"]["code"], "host-unreachable", "{value}");
    let ran = nwdesk(["diagnose", "--server", "http://127.0.0.1:9"]).args(email).stdin("x\n").run().ended(1);
    assert!(ran.stdout.contains("Not everything could be checked"), "{ran:?}");
    assert!(!ran.stdout.contains("No problems"), "{ran:?}");
}

#[test]
fn without_profiles_there_is_nothing_to_diagnose() {
    let home = tempdir().expect("a folder");
    let ran = nwdesk(["diagnose", "--all", "--json"]).home(home.path()).run().ended(0);
    assert_eq!(ran.json()["servers"], Value::Array(Vec::new()));
    nwdesk(["diagnose", "--json"]).home(home.path()).run().ended(2);
}

/// `nwdesk diagnose` with the records of a desk, signed in with the keyring.
fn diagnosed(desk: &AtDesk, practice: &desk_practice::Practice, more: &[&str]) -> Ran {
    needs_keyring();
    let home = desk.folder.path();
    let kept = nwdesk(["login", "--json"]).on(practice).home(home).run().ended(0).json();
    let name = kept["result"]["name"].as_str().expect("a profile").to_owned();
    nwdesk(["diagnose", "--profile", &name]).args(more).home(home).run()
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "needs a keyring that belongs to the tests alone")]
fn a_restore_that_left_attachments_out_is_named_with_its_playbook() {
    let practice = practice();
    let desk = restored_with_losses(&practice);
    let value = diagnosed(&desk, &practice, &["--json"]).ended(6).json();
    let findings = value["servers"][0]["findings"].as_array().expect("findings");
    let found = findings.iter().find(|one| one["id"] == "attachments-left-out").expect("it is found");
    assert_eq!(found["next"][0]["playbook"], "skipped-attachments", "{found}");
    assert_eq!(found["next"][0]["subject"]["type"], "restore", "{found}");
    let text = diagnosed(&desk, &practice, &[]).ended(6).stdout;
    let step = "To recover step by step: nwdesk recover start --profile";
    for wanted in
        [step, "The last restore skipped attachments", "Not on the target that was restored from: 2"]
    {
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "needs a keyring that belongs to the tests alone")]
fn missing_attachments_on_a_target_are_named_with_their_playbook() {
    let practice = practice();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let desk = runtime.block_on(async {
        let desk = AtDesk::at(&practice).await;
        desk.run(BackupJob { target_id: None }).await;
        practice.inject(&Fault::DeleteAttachmentsFolder).expect("deleted");
        let (target_id, path) = (desk.target().await, desk.zips().await[0].path.clone());
        desk.run(IntegrityJob { target_id, path, deep: true }).await;
        desk
    });
    let value = diagnosed(&desk, &practice, &["--json"]).ended(1).json();
    let findings = value["servers"][0]["findings"].as_array().expect("findings");
    let is_it = |one: &&Value| one["id"].as_str().is_some_and(|id| id.starts_with("attachments-missing:"));
    let found = findings.iter().find(is_it).unwrap_or_else(|| panic!("it is found: {value}"));
    assert_eq!(found["next"][0]["playbook"], "deleted-folder", "{found}");
    assert_eq!(found["next"][0]["subject"]["type"], "target", "{found}");
}
