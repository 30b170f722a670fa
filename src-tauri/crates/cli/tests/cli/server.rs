//! The jobs against a server, without any state.

use desk_core::archive::Storage;
use desk_practice::{Contents, Fault, Practice, PracticeOptions, Sample};
use serde_json::{Value, json};

use crate::support::{folder, names, nwdesk, practice, started};

/// Backs up and returns the new file's name.
fn backed_up(practice: &Practice) -> String {
    let made = nwdesk(["backup", "--json"]).on(practice).run().ended(0).json();
    made["result"]["result"]["fileName"].as_str().expect("a name").to_owned()
}

#[test]
fn a_backup_is_made_read_back_and_verified() {
    let practice = practice();
    let ran = nwdesk(["backup", "--json"]).on(&practice).run().ended(0);
    let made = ran.json();
    assert_eq!(made["result"]["object"], "backup-run");
    assert_eq!(made["check"]["level"], "verified");
    assert_eq!(ran.stderr, "", "nothing is drawn where nobody looks");
    let name = made["result"]["result"]["fileName"].as_str().expect("a name");
    assert!(practice.backups_folder().join(name).is_file());
}

#[test]
fn the_text_output_says_where_the_backup_is_and_how_it_was_verified() {
    let practice = practice();
    let text = nwdesk(["backup"]).on(&practice).run().ended(0).stdout;
    assert!(text.contains("nodewarden_backup_") && text.contains("verified"), "{text}");
}

#[test]
fn a_list_contains_the_servers_own_object() {
    let practice = practice();
    let name = backed_up(&practice);
    let listing = nwdesk(["list", "--json"]).on(&practice).run().ended(0).json();
    assert_eq!(listing["result"]["object"], "backup-remote-browser");
    let items = listing["result"]["items"].as_array().expect("items");
    assert!(items.iter().any(|item| item["name"] == json!(name)), "{listing}");

    let inside = nwdesk(["list", "--path", "attachments"]).on(&practice).run().ended(0).stdout;
    assert!(inside.contains("folder"), "{inside}");
}

#[test]
fn a_download_never_replaces_an_existing_file() {
    let practice = practice();
    let name = backed_up(&practice);
    let folder = folder();
    let download = || nwdesk(["download", &name, "--json", "--to"]).arg(folder.path()).on(&practice).run();
    let got = download().ended(0).json();
    assert_eq!(got["result"]["check"]["level"], "verified");
    assert_eq!(names(folder.path()), std::slice::from_ref(&name));
    assert_eq!(
        std::fs::read(folder.path().join(&name)).expect("here"),
        std::fs::read(practice.backups_folder().join(&name)).expect("there")
    );
    // The same bytes are there already: nothing is left to do.
    assert_eq!(download().ended(0).json()["result"]["alreadyHere"], true);
    let text = nwdesk(["download", &name, "--to"]).arg(folder.path()).on(&practice).run().ended(0).stdout;
    assert!(text.contains("already exists with the same content"), "{text}");
    std::fs::write(folder.path().join(&name), b"mine").expect("written");
    let refused = download().ended(1);
    assert_eq!(refused.error(), "file-exists");
    assert!(refused.stdout.contains("--overwrite or --keep-both"), "{refused:#?}");
    assert_eq!(std::fs::read(folder.path().join(&name)).expect("here"), b"mine");
    assert_eq!(names(folder.path()), std::slice::from_ref(&name));
}

#[test]
fn a_download_over_another_file_replaces_it_or_keeps_both() {
    let practice = practice();
    let name = backed_up(&practice);
    let folder = folder();
    let download = |more: &[&str]| {
        nwdesk(["download", &name, "--json", "--to"]).arg(folder.path()).args(more).on(&practice).run()
    };
    std::fs::write(folder.path().join(&name), b"mine").expect("written");
    download(&["--overwrite", "--keep-both"]).ended(2);
    let beside = download(&["--keep-both"]).ended(0).json();
    let numbered = name.replace(".zip", " (1).zip");
    assert!(beside["result"]["savedTo"].as_str().expect("a path").ends_with(&numbered), "{beside}");
    assert_eq!(std::fs::read(folder.path().join(&name)).expect("here"), b"mine");
    download(&["--overwrite"]).ended(0);
    let read = |name: &str| std::fs::read(folder.path().join(name)).expect("here");
    assert_eq!(read(&name), read(&numbered));
    assert_eq!(names(folder.path()).len(), 2);
}

#[test]
fn integrity_distinguishes_good_damaged_and_unverifiable_backups() {
    let practice = practice();
    let name = backed_up(&practice);
    let check =
        |path: &str, more: &[&str]| nwdesk(["integrity", path, "--json"]).args(more).on(&practice).run();
    let good = check(&name, &[]).ended(0).json();
    assert_eq!(good["level"], "name-hash-matches");
    assert_eq!(good["result"]["integrity"]["matches"], true);
    assert_eq!(check(&name, &["--deep"]).ended(0).json()["level"], "verified");

    let backups = practice.backups_folder();
    std::fs::copy(backups.join(&name), backups.join("renamed.zip")).expect("copied");
    let unknown = check("renamed.zip", &[]).ended(1).json();
    assert_eq!(unknown["level"], "unverifiable");
    assert_eq!(unknown["result"]["integrity"]["matches"], true, "as the server says it");
    assert_eq!(check("renamed.zip", &["--deep"]).ended(0).json()["level"], "verified");

    practice.inject(&Fault::FlipBit { file: Some(name.clone()) }).expect("flipped");
    assert_eq!(check(&name, &[]).ended(3).json()["level"], "mismatch");
    assert_eq!(check(&name, &["--deep"]).ended(3).json()["state"], "damaged");
}

#[test]
fn attachments_missing_on_the_target_end_a_full_check_with_5() {
    let practice = practice();
    let name = backed_up(&practice);
    practice.inject(&Fault::DeleteBodies { count: 2, forget: false }).expect("deleted");
    let check = nwdesk(["integrity", &name, "--deep"]).on(&practice).run().ended(5);
    assert!(check.stdout.contains("2 of "), "{}", check.stdout);
    assert!(check.stdout.contains("attachments missing on the target"), "{}", check.stdout);
    let check = nwdesk(["integrity", &name, "--deep", "--json"]).on(&practice).run().ended(5).json();
    assert_eq!(check["state"], "attachments-missing");
    assert_eq!(check["attachments"]["missing"], 2);
    let made = nwdesk(["backup", "--json"]).on(&practice).run().ended(5).json();
    assert_eq!(made["check"]["state"], "attachments-missing", "a new backup is checked the same way");
}

#[test]
fn a_damaged_download_is_kept_and_ends_with_3() {
    let practice = practice();
    let name = backed_up(&practice);
    practice.inject(&Fault::Truncate { file: Some(name.clone()), keep: None }).expect("cut");
    let folder = folder();
    let got = nwdesk(["download", &name, "--json", "--to"]).arg(folder.path()).on(&practice).run().ended(3);
    assert_eq!(got.json()["result"]["check"]["state"], "damaged");
    assert_eq!(names(folder.path()), [name]);
}

#[test]
fn without_a_profile_nothing_is_left_on_disk() {
    let practice = practice();
    let home = folder();
    nwdesk(["backup"]).home(home.path()).on(&practice).run().ended(0);
    assert_eq!(names(home.path()), Vec::<String>::new());
}

/// A server on R2 with a backup, and an empty one on the same target.
fn backed_up_beside_an_empty_one(storage: Storage) -> (Practice, Practice, String) {
    let sample = Sample { largest_attachment: 26 << 20, ..Sample::default() };
    let first = started(&PracticeOptions::quick().sample(sample));
    let second = started(&PracticeOptions {
        shared_target: Some(first.target_folder().to_owned()),
        contents: Contents::Administrator,
        storage,
        ..PracticeOptions::quick()
    });
    let name = backed_up(&first);
    (first, second, name)
}

#[test]
fn a_remote_restore_with_everything_in_place_ends_with_0() {
    let (first, second, name) = backed_up_beside_an_empty_one(Storage::R2);
    let restored =
        nwdesk(["restore", "--json", "--replace", "--remote", &name]).on(&second).run().ended(0).json();
    assert_eq!(restored["result"]["object"], "instance-backup-import");
    assert_eq!(restored["skipped"], json!([]));
    let (before, after) = (first.state().expect("a state"), second.state().expect("a state"));
    assert_eq!((after.ciphers, after.attachments), (before.ciphers, before.attachments));
}

#[test]
fn a_restore_that_skips_attachments_ends_with_5_and_names_causes() {
    let (first, second, name) = backed_up_beside_an_empty_one(Storage::Kv);
    let restored =
        nwdesk(["restore", "--json", "--replace", "--remote", &name]).on(&second).run().ended(5).json();
    let skipped = restored["skipped"].as_array().expect("a list");
    assert_eq!(skipped.len(), 1, "{restored}");
    assert_eq!(skipped[0]["cause"], "too-large-for-kv");
    assert_eq!(skipped[0]["sizeBytes"], 26 << 20);
    assert!(skipped[0]["ownerEmail"].is_string(), "{restored}");
    assert_eq!(restored["result"]["skipped"]["attachments"], 1);
    drop(first);
}

#[test]
fn a_safety_copy_is_made_unless_it_is_declined() {
    let (source, _, name) = backed_up_beside_an_empty_one(Storage::R2);
    let used = started(&PracticeOptions {
        shared_target: Some(source.target_folder().to_owned()),
        ..PracticeOptions::quick()
    });
    let home = folder();
    let restored = nwdesk(["restore", "--json", "--replace", "--remote", &name])
        .home(home.path())
        .on(&used)
        .run()
        .ended(0)
        .json();
    let copy = restored["safetyCopy"].as_str().expect("a safety copy");
    assert!(copy.starts_with(&*home.path().to_string_lossy()), "{copy}");
    assert!(std::path::Path::new(copy).is_file());
}

#[test]
fn a_download_can_be_restored_as_a_file_when_it_needs_no_bodies() {
    let source = started(&PracticeOptions::quick().sample(Sample { attachments: 0, ..Sample::default() }));
    let name = backed_up(&source);
    let folder = folder();
    nwdesk(["download", &name, "--to"]).arg(folder.path()).on(&source).run().ended(0);
    let empty = started(&PracticeOptions::quick().contents(Contents::Administrator));
    let restored: Value = nwdesk(["restore", "--json", "--replace"])
        .arg(folder.path().join(&name))
        .on(&empty)
        .run()
        .ended(0)
        .json();
    assert_eq!(restored["result"]["imported"]["ciphers"], 24);
}
