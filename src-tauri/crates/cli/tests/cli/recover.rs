//! `nwdesk recover`: recoveries from the problem to the proof, in the terminal alone.

use std::path::{Path, PathBuf};

use desk_practice::{Fault, Practice, PracticeOptions, Sample};
use desk_tests::at_desk::copied;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::profile::needs_keyring;
use crate::support::{Ran, folder, names, nwdesk, practice, started};
use crate::target::share;

/// A terminal with a saved profile of a practice instance.
struct Terminal {
    practice: Practice,
    home: TempDir,
}

impl Terminal {
    fn of(practice: Practice) -> Self {
        needs_keyring();
        let terminal = Self { practice, home: folder() };
        terminal.sign_in();
        terminal
    }

    fn sign_in(&self) {
        let run = nwdesk(["login", "--json", "--profile", "walk"]).on(&self.practice);
        run.home(self.home.path()).run().ended(0);
    }

    /// A command that needs no profile.
    fn here(&self, command: &[&str]) -> Ran {
        let password = self.practice.admin_password();
        let run = nwdesk(command).home(self.home.path());
        run.env("NWDESK_PASSWORD", password.expose_secret()).arg("--json").run()
    }

    /// A command of the profile.
    fn run(&self, command: &[&str]) -> Ran {
        self.here(&[command, &["--profile", "walk"]].concat())
    }

    /// A command on the practice target, at the address that this computer reaches.
    fn on_target(&self, command: &[&str], code: i32) {
        let (login, url) = share(&self.practice, self.home.path());
        let target = self.run(&["targets"]).ended(0).json()["targets"][0]["id"].clone();
        let target = target.as_str().expect("an id");
        let there = ["--target", target, "--webdav", &url, "--credentials", text(&login)];
        self.run(&[&["target"], command, &there].concat()).ended(code);
    }

    /// The recovery after `nwdesk recover` with these arguments.
    fn recover(&self, action: &[&str]) -> Value {
        self.run(&[&["recover"], action].concat()).ended(0).json()["recovery"].clone()
    }

    /// The step that needs the person now.
    fn step(&self) -> String {
        let case = self.recover(&["show"]);
        let steps = case["steps"].as_array().expect("steps");
        let open = steps.iter().find(|step| step["state"] != "done");
        let open = open.unwrap_or_else(|| panic!("all steps are done: {case}"));
        open["kind"].as_str().expect("a kind").to_owned()
    }

    fn is_at(&self, step: &str) {
        assert_eq!(self.step(), step);
    }

    /// Backs up; names have seconds, so two backups are never of the same one.
    fn back_up(&self) -> String {
        std::thread::sleep(std::time::Duration::from_millis(1100));
        let made = self.run(&["backup"]).ended(0).json();
        made["result"]["result"]["fileName"].as_str().expect("a name").to_owned()
    }

    fn download(&self, backup: &str, to: &str) -> PathBuf {
        let folder = self.home.path().join(to);
        let saved = self.run(&["download", "--to", text(&folder), backup]).json();
        PathBuf::from(saved["result"]["savedTo"].as_str().expect("a file"))
    }

    /// The report, with every step done, after which nothing is found that led here.
    fn finish(&self) -> Value {
        let report = self.run(&["recover", "finish"]).ended(0).json()["report"].clone();
        assert_eq!((&report["complete"], &report["open"]), (&json!(true), &json!([])), "{report}");
        assert_eq!(self.run(&["recover", "show"]).ended(1).error(), "invalid-request");
        let playbook = report["case"]["playbook"].clone();
        let left = self.run(&["diagnose"]).json();
        let findings = left["servers"][0]["findings"].as_array().expect("findings").clone();
        assert!(findings.iter().all(|one| one["next"][0]["playbook"] != playbook), "{left}");
        report
    }
}

fn text(path: &Path) -> &str {
    path.to_str().expect("text")
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "needs a keyring that belongs to the tests alone")]
fn a_damaged_backup_is_kept_as_evidence_and_replaced() {
    let sample = Sample { ciphers: 3, attachments: 0, ..Sample::default() };
    let terminal = Terminal::of(started(&PracticeOptions::quick().sample(sample)));
    let good = terminal.back_up();
    let bad = terminal.back_up();
    terminal.practice.inject(&Fault::FlipBit { file: Some(bad.clone()) }).expect("damaged");
    let read = |name: &str, code| drop(terminal.run(&["integrity", "--deep", name]).ended(code));
    read(&bad, 3);
    assert_eq!(terminal.recover(&["start"])["playbook"], "suspicious-backup");
    let again = terminal.run(&["recover", "start"]).ended(1);
    assert!(again.stdout.contains("already in progress"), "{again:?}");
    terminal.is_at("read-backup");
    read(&bad, 3);
    read(&bad, 3);
    terminal.is_at("save-evidence");
    let kept = terminal.download(&bad, "evidence");
    assert!(kept.is_file());
    terminal.is_at("find-good-backup");
    read(&good, 0);
    terminal.is_at("keep-backups");
    terminal.recover(&["keep-backups"]);
    terminal.is_at("verify-backup");
    let new = terminal.back_up();
    terminal.is_at("drill-backup");
    let file = terminal.download(&new, "new");
    terminal.here(&["drill", text(&file)]).ended(0);
    terminal.finish();
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "needs a keyring that belongs to the tests alone")]
fn a_deleted_attachments_folder_is_uploaded_from_an_export() {
    let terminal = Terminal::of(practice());
    terminal.back_up();
    let exports = terminal.home.path().join("exports");
    terminal.run(&["export", "--to", text(&exports)]).ended(0);
    let export = exports.join(&names(&exports)[0]);
    terminal.practice.inject(&Fault::DeleteAttachmentsFolder).expect("deleted");
    terminal.on_target(&["doctor"], 5);
    assert_eq!(terminal.recover(&["start", "deleted-folder"])["subject"]["type"], "target");
    terminal.is_at("keep-backups");
    terminal.recover(&["keep-backups"]);
    terminal.is_at("examine-target");
    terminal.on_target(&["doctor"], 5);
    terminal.is_at("find-copies");
    let shown = nwdesk(["recover", "show", "--profile", "walk"]).home(terminal.home.path()).run().ended(0);
    for wanted in
        ["[x] Examine the target", "[>] Look for copies", "Run: nwdesk recover copies --profile walk"]
    {
        assert!(shown.stdout.contains(wanted), "{wanted}: {shown:?}");
    }
    let found = terminal.run(&["recover", "copies"]).ended(0).json();
    assert_eq!(found["search"]["found"], 6, "{found}");
    terminal.is_at("heal-target");
    terminal.on_target(&["heal", "--yes", "--from-zip", text(&export)], 0);
    terminal.is_at("back-up-attachments");
    let made = terminal.back_up();
    terminal.is_at("verify-target");
    terminal.on_target(&["verify", "--deep"], 0);
    terminal.is_at("drill-backup");
    let file = terminal.practice.backups_folder().join(made);
    let storage = terminal.practice.backups_folder();
    terminal.here(&["drill", text(&file), "--folder", text(&storage)]).ended(0);
    terminal.finish();
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "needs a keyring that belongs to the tests alone")]
fn attachments_skipped_by_a_restore_return_from_a_copy() {
    let terminal = Terminal::of(practice());
    let made = terminal.back_up();
    let kept = terminal.home.path().join("kept");
    copied(&terminal.practice.backups_folder(), &kept);
    terminal.practice.inject(&Fault::DeleteBodies { count: 2, forget: false }).expect("deleted");
    terminal.download(&made, "here");
    terminal.run(&["restore", "--replace", "--remote", &made]).ended(5);
    let case = terminal.recover(&["start", "skipped-attachments"]);
    let job = case["subject"]["jobId"].to_string();
    terminal.is_at("find-copies");
    let found = terminal.run(&["recover", "copies", "--from-folder", text(&kept)]).ended(0).json();
    assert_eq!(found["search"]["found"], 2, "{found}");
    // The restore ended the session.
    terminal.is_at("sign-in-again");
    terminal.sign_in();
    terminal.is_at("open-portable");
    terminal.run(&["repair"]).ended(0);
    terminal.is_at("complete-zip");
    let complete = terminal.home.path().join("complete");
    terminal.here(&["restored", &job, "--retry", text(&complete)]);
    terminal.is_at("restore-again");
    let zip = complete.join(&names(&complete)[0]);
    terminal.run(&["restore", "--replace", text(&zip)]).ended(0);
    terminal.sign_in();
    terminal.run(&["repair"]).ended(0);
    terminal.is_at("fetch-attachments");
    let exports = terminal.home.path().join("exports");
    terminal.run(&["export", "--to", text(&exports)]).ended(0);
    terminal.is_at("drill-backup");
    terminal.here(&["drill", text(&exports.join(&names(&exports)[0]))]).ended(0);
    terminal.finish();
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "needs a keyring that belongs to the tests alone")]
fn a_stopped_target_is_checked_from_both_sides_and_fixed() {
    let terminal = Terminal::of(practice());
    terminal.practice.inject(&Fault::TargetStatus { status: 401 }).expect("refused");
    terminal.run(&["backup"]).ended(1);
    assert_eq!(terminal.recover(&["start"])["playbook"], "target-stopped");
    let early = terminal.run(&["recover", "confirm", "verify-backup"]).ended(1);
    assert_eq!(early.error(), "invalid-request", "only a backup proves it");
    terminal.run(&["recover", "confirm", "no-such-step"]).ended(2);
    terminal.is_at("look-from-server");
    terminal.on_target(&["look", "--server-only"], 1);
    terminal.is_at("look-from-here");
    terminal.on_target(&["look"], 1);
    terminal.is_at("fix-target");
    terminal.practice.inject(&Fault::RestoreNormal).expect("fixed");
    terminal.on_target(&["look"], 0);
    terminal.is_at("verify-backup");
    terminal.back_up();
    terminal.finish();
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "needs a keyring that belongs to the tests alone")]
fn attachments_over_the_limit_are_uploaded_before_the_run() {
    let sample = Sample { ciphers: 6, attachments: 9, ..Sample::default() };
    let terminal = Terminal::of(started(&PracticeOptions::quick().sample(sample)));
    terminal.practice.inject(&Fault::SubrequestLimit { bodies: 3 }).expect("a limit");
    terminal.run(&["backup"]).ended(1);
    assert_eq!(terminal.recover(&["start"])["playbook"], "subrequest-limit");
    terminal.is_at("count-bodies");
    terminal.on_target(&["look", "--bodies"], 1);
    terminal.is_at("upload-bodies");
    terminal.on_target(&["heal", "--from-server", "--new", "--yes"], 0);
    terminal.is_at("verify-backup");
    let made = terminal.back_up();
    terminal.is_at("drill-backup");
    let folder = terminal.practice.backups_folder();
    terminal.here(&["drill", text(&folder.join(made)), "--folder", text(&folder)]).ended(0);
    terminal.finish();
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "needs a keyring that belongs to the tests alone")]
fn settings_are_repaired_after_a_changed_secret() {
    let terminal = Terminal::of(practice());
    assert_eq!(terminal.run(&["recover", "start"]).ended(1).error(), "invalid-request", "nothing is wrong");
    terminal.practice.inject(&Fault::ChangeJwtSecret).expect("changed");
    let case = terminal.recover(&["start", "no-old-secret"]);
    assert_eq!(case["playbook"], "secret");
    terminal.run(&["repair"]).ended(0);
    for step in ["tell-users", "store-secret"] {
        terminal.recover(&["confirm", step]);
    }
    terminal.finish();
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "needs a keyring that belongs to the tests alone")]
fn a_cancelled_recovery_leaves_the_next_one_free_to_start() {
    let terminal = Terminal::of(practice());
    terminal.practice.inject(&Fault::TargetStatus { status: 401 }).expect("refused");
    terminal.run(&["backup"]).ended(1);
    let first = terminal.recover(&["start"])["id"].clone();
    assert_eq!(terminal.run(&["recover", "finish"]).ended(5).error(), "invalid-request", "steps are open");
    let open = terminal.run(&["recover", "finish", "--early"]).ended(5).json();
    assert_eq!(open["report"]["complete"], false);
    let second = terminal.recover(&["start"])["id"].clone();
    assert_ne!(first, second);
    terminal.run(&["recover", "cancel"]).ended(0);
    assert_eq!(terminal.run(&["recover", "cancel"]).ended(1).error(), "invalid-request");
    let unsaved = nwdesk(["recover", "show", "--json"]).on(&terminal.practice).run().ended(2);
    assert!(unsaved.stdout.contains("saved profile"), "{unsaved:?}");
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "needs a keyring that belongs to the tests alone")]
fn an_unreachable_server_gets_no_all_clear() {
    let terminal = Terminal::of(practice());
    terminal.practice.inject(&Fault::TargetStatus { status: 401 }).expect("refused");
    terminal.run(&["backup"]).ended(1);
    terminal.recover(&["start"]);
    let Terminal { practice, home } = terminal;
    drop(practice);
    let alone = |action: &[&str]| {
        let run = nwdesk([&["recover"], action, &["--profile", "walk", "--json"]].concat());
        run.home(home.path()).run()
    };
    let shown = alone(&["show"]).ended(0).json();
    assert_eq!(shown["error"]["code"], "host-unreachable", "{shown}");
    alone(&["cancel"]).ended(0);
    assert_eq!(alone(&["start"]).ended(1).error(), "host-unreachable");
}
