//! Targets reached from this computer: as the source of a completion, and as the way of a restore
//! that is over the limits of the import.

use std::path::{Path, PathBuf};

use desk_practice::{Contents, Practice, PracticeOptions, Sample};
use desk_tests::proxy::proxy;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use crate::support::{Run, folder, names, nwdesk, restored_with_losses, started};

const MIB: u32 = 1 << 20;

fn through(run: Run, proxy: &str) -> Run {
    run.env("http_proxy", proxy).env("no_proxy", "127.0.0.1")
}

fn instance(sample: Sample) -> Practice {
    started(&PracticeOptions::quick().sample(sample))
}

/// The id of the instance's target.
fn target_of(practice: &Practice) -> String {
    let told = nwdesk(["targets", "--json"]).on(practice).run().ended(0).json();
    let targets = told["targets"].as_array().or_else(|| told["destinations"].as_array());
    targets.and_then(|all| all[0]["id"].as_str()).unwrap_or_else(|| panic!("a target: {told}")).to_owned()
}

/// The backup on the target, copied to `to`.
fn backup_in(practice: &Practice, to: &Path) -> PathBuf {
    nwdesk(["backup", "--json"]).on(practice).run().ended(0);
    let made = names(&practice.backups_folder()).into_iter().find(|name| name.ends_with(".zip"));
    let made = made.expect("a backup");
    std::fs::copy(practice.backups_folder().join(&made), to.join(&made)).expect("copied");
    to.join(made)
}

fn as_admin(run: Run, practice: &Practice) -> Run {
    run.args(["--password-stdin", "--email", practice.admin_email()])
        .stdin(practice.admin_password().expose_secret())
        .stdin("\n")
}

#[test]
fn a_zip_is_made_complete_from_a_reachable_target_without_its_server() {
    let practice = instance(Sample { ciphers: 20, attachments: 30, ..Sample::default() });
    let (folder, proxy, target) = (folder(), proxy(), target_of(&practice));
    let index = backup_in(&practice, folder.path());
    let complete = |out: &str| {
        let run = nwdesk(["complete", "--json", "--from-target", &target]).arg(&index);
        as_admin(through(run.arg("--to").arg(folder.path().join(out)), &proxy), &practice)
    };
    assert_eq!(complete("refused").run().ended(2).error(), "address-insecure", "plain http needs consent");
    let told = complete("a").arg("--target-over-http").run().ended(0).json();
    assert_eq!((&told["sources"], &told["importable"]), (&json!({"target": 30}), &json!(true)));
    let origin = &told["origins"][0];
    assert_eq!(origin["sha256"].as_str().map(str::len), Some(64), "{origin}");
    let run = nwdesk(["complete", "--json"]).arg(&index).arg("--to").arg(folder.path().join("b"));
    let by_server = run.arg("--from-server").on(&practice).run().ended(0).json();
    assert_eq!(told["sha256"], by_server["sha256"]);
}

#[test]
fn a_large_archive_is_restored_through_a_target_and_removed() {
    let sample = Sample {
        ciphers: 5,
        attachments: 5,
        largest_attachment: 14 * MIB,
        all_largest: true,
        ..Sample::default()
    };
    let (practice, folder, proxy) = (instance(sample), folder(), proxy());
    let (target, home) = (target_of(&practice), folder.path().join("home"));
    let export = nwdesk(["export", "--json", "--to"]).arg(folder.path().join("out"));
    let zip = export.on(&practice).run().ended(4).json()["file"].as_str().expect("a file").to_owned();
    let refused = nwdesk(["restore", "--json", &zip, "--replace", "--yes"]).home(&home).on(&practice);
    let hint = refused.run().ended(4).json()["error"]["hint"].to_string();
    assert!(hint.contains("--through-target"), "{hint}");

    let restore = |more: &[&str]| {
        let run = nwdesk(["restore", "--json", &zip, "--replace", "--yes", "--through-target", &target]);
        through(run.args(more).home(&home), &proxy).on(&practice)
    };
    assert_eq!(restore(&[]).run().ended(2).error(), "address-insecure");
    let told = restore(&["--target-over-http"]).run().ended(0).json();
    let staged = &told["staged"];
    assert_eq!((&staged["attachments"], &staged["uploaded"]), (&json!(5), &json!(5)), "{told}");
    assert_eq!(told["skippedCount"], 0);
    let on_target = practice.backups_folder();
    let slim = staged["path"].as_str().expect("a path").to_owned();
    assert!(on_target.join(&slim).is_file());
    nwdesk(["inspect", "--json"]).arg(on_target.join(&slim)).run();

    let unstage = |more: &[&str]| {
        let run = nwdesk(["unstage", "--json", &zip, "--target", &target, "--target-over-http"]);
        as_admin(through(run.args(more).home(&home), &proxy), &practice)
    };
    let shown = unstage(&[]).run().ended(0).json();
    assert_eq!((&shown["removed"], count(&shown["plan"]["remove"])), (&json!(false), 6), "{shown}");
    assert!(on_target.join(&slim).is_file(), "nothing goes without consent");
    let removed = unstage(&["--yes"]).run().ended(0).json();
    assert_eq!((&removed["removed"], count(&removed["plan"]["remove"])), (&json!(true), 6), "{removed}");
    assert!(!on_target.join(&slim).exists());
    assert_eq!(unstage(&["--yes"]).run().ended(1).error(), "invalid-request");
}

#[test]
fn a_damaged_staging_record_removes_only_the_files_it_lists() {
    let practice = instance(Sample { ciphers: 6, attachments: 3, ..Sample::default() });
    let (folder, proxy) = (folder(), proxy());
    let (target, home) = (target_of(&practice), folder.path().join("home"));
    let export = nwdesk(["export", "--json", "--to"]).arg(folder.path().join("out"));
    let zip = export.on(&practice).run().ended(0).json()["file"].as_str().expect("a file").to_owned();
    let restore = nwdesk([
        "restore",
        "--json",
        &zip,
        "--replace",
        "--yes",
        "--through-target",
        &target,
        "--target-over-http",
    ]);
    through(restore.home(&home), &proxy).on(&practice).run().ended(0);
    let journals = home.join("staging");
    let [journal] = names(&journals).try_into().expect("one journal");
    let journal = journals.join(journal);
    let text = std::fs::read_to_string(&journal).expect("readable");
    let foreign = practice.backups_folder().join("nodewarden_backup_of_someone.zip");
    std::fs::write(&foreign, b"PK").expect("written");
    let unstage = |more: &[&str]| {
        let run = nwdesk(["unstage", "--json", &zip, "--target", &target, "--target-over-http"]);
        as_admin(through(run.args(more).home(&home), &proxy), &practice).run()
    };

    // A file that staging never uploads, and a line that was cut off.
    let forged = r#"{"path":"nodewarden_backup_of_someone.zip","bytes":2,"whole":true}"#;
    std::fs::write(&journal, format!("{text}{forged}\n{{\"path\":\"attach")).expect("written");
    let shown = unstage(&[]).ended(0).json();
    assert_eq!(count(&shown["plan"]["remove"]), 4, "{shown}");

    // Without its first line no one knows what was staged: nothing is removed.
    std::fs::write(&journal, text.replacen("nodewardenStaging", "x", 1)).expect("written");
    let refused = unstage(&["--yes"]).ended(1);
    assert_eq!(refused.json()["error"]["detail"]["kind"], "staging-record-damaged", "{refused:?}");
    assert_eq!(refused.error(), "invalid-request");

    std::fs::write(&journal, format!("{text}{forged}\n")).expect("written");
    let removed = unstage(&["--yes"]).ended(0).json();
    assert_eq!(count(&removed["plan"]["remove"]), 4, "{removed}");
    assert!(foreign.is_file(), "what was not uploaded from here stays");
}

#[test]
fn copies_of_skipped_attachments_are_found_on_another_target() {
    let sample = || instance(Sample { ciphers: 6, attachments: 3, ..Sample::default() });
    let (practice, other) = (sample(), sample());
    let (folder, proxy, target) = (folder(), proxy(), target_of(&other));
    let settings = backup_in(&other, folder.path());
    let desk = restored_with_losses(&practice);
    let run = nwdesk(["restored", "--json", "--from-target", &target, "--settings"]).arg(&settings);
    let run = run.arg("--target-over-http").home(desk.folder.path());
    let found = as_admin(through(run, &proxy), &other).run().ended(5).json();
    assert_eq!((&found["search"]["found"], count(&found["search"]["targets"])), (&json!(2), 1), "{found}");
}

fn count(list: &Value) -> usize {
    list.as_array().map_or(0, Vec::len)
}

#[test]
fn an_export_is_intact_and_an_empty_server_imports_it() {
    let practice = instance(Sample { ciphers: 20, attachments: 30, ..Sample::default() });
    let folder = folder();
    let export = nwdesk(["export", "--json", "--to"]).arg(folder.path()).on(&practice).run().ended(0).json();
    let file = export["file"].as_str().expect("a file").to_owned();
    let looked = nwdesk(["inspect", "--json", &file]).run().ended(0).json();
    assert_eq!((&looked["intact"], &looked["kind"]), (&json!(true), &json!("complete")), "{looked}");
    assert_eq!((&looked["nameHash"], &looked["file"]["sha256"]), (&json!("match"), &export["sha256"]));
    let text = nwdesk(["inspect", &file]).run().ended(0);
    crate::support::say(&text.stdout);
    let empty = started(&PracticeOptions::quick().contents(Contents::Administrator));
    let restored = nwdesk(["restore", "--json", &file]).home(&folder.path().join("home")).on(&empty);
    let restored = restored.run().ended(0).json();
    let imported = &restored["result"]["imported"];
    assert_eq!(
        (&imported["attachmentFiles"], &restored["skippedCount"]),
        (&json!(30), &json!(0)),
        "{restored}"
    );
    let state = empty.state().expect("a state");
    assert_eq!(state.bodies, 30);
}
