//! Restores that are refused, partial, or of another server's backup.

use desk_practice::{Fault, PartialResult, Practice, PracticeOptions};
use serde_json::{Value, json};

use crate::support::{folder, names, nwdesk, practice, started};

fn backed_up(practice: &Practice) -> String {
    let made = nwdesk(["backup", "--json"]).on(practice).run().ended(0).json();
    made["result"]["result"]["fileName"].as_str().expect("a name").to_owned()
}

/// Restores its own backup, and the response is partial; the JSON, and the text of another
/// one that did the same: after a restore the settings need repair.
fn restored(result: PartialResult, code: i32) -> (Value, String) {
    let restore = |json: &[&str]| {
        let practice = practice();
        let name = backed_up(&practice);
        practice.inject(&Fault::PartialRestore { result }).expect("a switch");
        nwdesk(["restore", "--replace", "--remote", &name]).args(json).on(&practice).run().ended(code)
    };
    (restore(&["--json"]).json(), restore(&[]).stdout)
}

#[test]
fn a_restore_with_missing_items_ends_with_1_and_says_how_many() {
    for (result, imported) in [(PartialResult::NoItems, 0), (PartialResult::SomeItems, 12)] {
        let (json, text) = restored(result, 1);
        let expected = json!([{"table": "ciphers", "expected": 24, "imported": imported}]);
        assert_eq!(json["missing"], expected);
        assert!(
            text.contains(&format!("MISSING: ciphers: the archive has 24, the server restored {imported}"))
        );
    }
}

#[test]
fn a_restore_with_missing_bodies_ends_with_1() {
    let (json, text) = restored(PartialResult::FewerBodies, 1);
    assert_eq!(json["missing"], json!([{"table": "attachment_bodies", "expected": 6, "imported": 3}]));
    assert!(text.contains("MISSING: attachment_bodies"), "{text}");
}

#[test]
fn skipped_attachments_without_names_end_with_5_and_the_number() {
    let (json, text) = restored(PartialResult::SkippedWithoutItems, 5);
    assert_eq!((&json["skippedCount"], &json["missing"]), (&json!(2), &json!([])));
    assert!(text.contains("2 attachments were skipped"), "{text}");
    assert!(text.contains("the server does not say which"), "{text}");
}

/// Ruins the backup on the target; what a restore of it there, and an inspection of the
/// downloaded file, say what the server would return.
fn predicted(ruin: impl Fn(&Practice, &str), code: i32) -> (Value, Value) {
    let practice = practice();
    let name = backed_up(&practice);
    ruin(&practice, &name);
    let refused = nwdesk(["restore", "--json", "--replace", "--remote", &name]).on(&practice).run();
    let planned = refused.ended(code).json()["error"]["original"].clone();
    let folder = folder();
    nwdesk(["download", &name, "--to"]).arg(folder.path()).on(&practice).run();
    let inspected = nwdesk(["inspect", "--json"]).arg(folder.path().join(&name)).run().json();
    (planned, inspected["server"]["remoteRestore"]["error"].clone())
}

#[test]
fn a_hash_mismatch_has_the_same_message_everywhere() {
    let truncate = |practice: &Practice, name: &str| {
        let fault = Fault::Truncate { file: Some(name.to_owned()), keep: None };
        practice.inject(&fault).expect("cut");
    };
    // Whole, but not what its name says: bytes behind the end change nothing but the hash.
    let lengthen = |practice: &Practice, name: &str| {
        let path = practice.backups_folder().join(name);
        let mut bytes = std::fs::read(&path).expect("read");
        let end = bytes.len();
        // A comment of one byte: the ZIP stays whole.
        bytes[end - 2] = 1;
        bytes.push(b' ');
        std::fs::write(&path, bytes).expect("written");
    };
    for (planned, inspected) in [predicted(truncate, 3), predicted(lengthen, 3)] {
        assert!(planned.is_string() && planned == inspected, "{planned} or {inspected}");
        assert!(planned.as_str().is_some_and(|words| words.contains("checksum")), "{planned}");
    }
}

#[test]
fn a_backup_of_another_server_is_named_before_it_is_restored() {
    let home = practice();
    let name = backed_up(&home);
    let shared_target = Some(home.target_folder().to_owned());
    let away = started(&PracticeOptions { shared_target, ..PracticeOptions::quick() });
    let restore = |practice: &Practice| {
        nwdesk(["restore", "--replace", "--remote", &name]).on(practice).run().ended(0).stderr
    };
    let words = "This backup is from another server";
    assert!(restore(&away).contains(words));
    assert!(!restore(&home).contains(words));
}

#[test]
fn a_restore_that_ends_early_leaves_no_files_of_its_plan() {
    let practice = practice();
    let name = backed_up(&practice);
    let temporary = folder();
    // Without --replace the server refuses: it holds data. The plan was complete by then.
    let refused = nwdesk(["restore", "--json", "--remote", &name])
        .env("TMPDIR", temporary.path())
        .on(&practice)
        .run()
        .ended(4);
    assert_eq!(refused.error(), "not-fresh");
    assert_eq!(names(temporary.path()), Vec::<String>::new());
}
