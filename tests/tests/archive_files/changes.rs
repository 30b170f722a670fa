use std::path::Path;

use desk_archive::{ChangeKind, Cleaned, Diff, InspectOptions, NameHash};
use desk_core::Code;
use desk_core::jobs::Outcome;
use desk_tests::archive_builder::{Backup, Entry, name_for};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::looking::{file, look};

fn clean(from: &Path, to: &Path) -> desk_core::Result<Cleaned> {
    desk_archive::clean(from, to, None, &CancellationToken::new()).map(|outcome| match outcome {
        Outcome::Done(cleaned) => cleaned,
        other => panic!("nobody stopped it: {other:?}"),
    })
}

fn diff(before: &Path, after: &Path) -> desk_core::Result<Diff> {
    desk_archive::diff(before, after, &CancellationToken::new()).map(|outcome| match outcome {
        Outcome::Done(diff) => diff,
        other => panic!("nobody stopped it: {other:?}"),
    })
}

#[test]
fn a_cleaned_copy_is_accepted_and_the_original_kept() {
    let mut archive = Backup::sample(4, 2).archive().deflated();
    archive.entries.insert(0, Entry::new("attachments/", ""));
    archive.entries.push(Entry::new("__MACOSX/._db.json", "x"));
    archive.prefix = b"junk".to_vec();
    let bytes = archive.build();
    let (folder, path) = file("from-finder.zip", &bytes);
    let wanted = folder.path().join("clean_00000.zip");
    let cleaned = clean(&path, &wanted).expect("it can be cleaned");

    assert_eq!(cleaned.removed, ["attachments/", "__MACOSX/._db.json"]);
    assert_eq!(std::fs::read(&path).expect("the original is there"), bytes);
    let report = look(&cleaned.path, &InspectOptions::default());
    assert!(
        report.intact && report.server.import.accepts,
        "{:?} {:?}",
        report.damage,
        report.server.import.error
    );
    assert_eq!(report.name_hash, NameHash::Match, "a hash in the name is the copy's own");
    assert_eq!(report.file.sha256, cleaned.sha256);
    let names: Vec<String> = std::fs::read_dir(folder.path())
        .expect("the folder is there")
        .map(|entry| entry.expect("it can be read").file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(names.len(), 2, "nothing half-written is left: {names:?}");
}

#[test]
fn a_backup_packed_in_a_folder_is_unwrapped() {
    let mut archive = Backup::sample(4, 2).archive();
    for entry in &mut archive.entries {
        entry.name = [b"nodewarden backup/", &*entry.name].concat();
    }
    archive.entries.push(Entry::new("__MACOSX/nodewarden backup/._manifest.json", "x"));
    let (folder, path) = file("folder.zip", &archive.build());
    let cleaned = clean(&path, &folder.path().join("clean.zip")).expect("it can be cleaned");
    let report = look(&cleaned.path, &InspectOptions::default());
    assert!(report.intact && report.server.import.accepts);
}

#[test]
fn a_damaged_backup_is_not_made_to_look_clean() {
    let mut archive = Backup::sample(4, 2).archive();
    archive.entry("db.json").crc = Some(1);
    let (folder, path) = file("damaged.zip", &archive.build());
    let wanted = folder.path().join("clean.zip");
    assert_eq!(clean(&path, &wanted).expect_err("it is damaged").code(), Code::ArchiveDamaged);
    assert!(!wanted.exists());

    let (folder, path) = file("no-backup.zip", b"no zip");
    assert_eq!(clean(&path, &folder.path().join("x.zip")).expect_err("no backup").code(), Code::NotAnArchive);
    let (folder, path) = file("good.zip", &Backup::sample(1, 0).archive().build());
    assert_eq!(clean(&path, &path).expect_err("it is there").code(), Code::FileExists);
    drop(folder);
}

#[test]
fn added_removed_and_changed_items_are_listed_without_values() {
    let before = Backup::sample(4, 2);
    let mut after = Backup::sample(5, 2);
    after.db["users"][1]["role"] = "admin".into();
    after.db["users"][1]["totp_secret"] = "SECRET".into();
    after.db["ciphers"][1]["data"] = "{}".into();
    after.db["folders"] = json!([]);
    for cipher in after.db["ciphers"].as_array_mut().expect("an array") {
        cipher["folder_id"] = json!(null);
    }
    let (first, second) = (before.archive().build(), after.archive().build());
    let (_a, before) = file(&name_for(&first), &first);
    let (_b, after) = file(&name_for(&second), &second);
    let found = diff(&before, &after).expect("both can be read");

    assert_eq!((found.users.changed, found.users.unchanged), (1, 1));
    assert_eq!(found.users.items[0].columns, ["role", "totp_secret"]);
    assert_eq!(found.users.items[0].email.as_deref(), Some("member@example.org"));
    assert_eq!((found.administrators.added, found.administrators.unchanged), (1, 1));
    assert_eq!((found.ciphers.added, found.ciphers.changed, found.ciphers.unchanged), (1, 2, 2));
    assert_eq!(
        found.ciphers.items.iter().find(|change| change.what == ChangeKind::Added).expect("one came").id,
        "cipher-4"
    );
    assert_eq!((found.folders.removed, found.attachments.unchanged), (1, 2));
    assert!(!found.settings.saved_anew);
    assert!(!serde_json::to_string(&found).expect("it can be written").contains("SECRET"));

    let same = diff(&before, &before).expect("it can be read");
    assert!(
        same.users.items.is_empty() && same.ciphers.items.is_empty() && same.attachments.items.is_empty()
    );
}
