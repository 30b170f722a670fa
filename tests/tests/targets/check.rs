//! Doctor and verification: what is missing, damaged, changed or only unlisted.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use desk_core::Result;
use desk_core::checks::{Forgetful, IntegrityLevel, SeenFile, SeenFiles};
use desk_core::jobs::{BodyTrouble, Depth, LossCause};
use desk_core::ledger::Ledger;
use desk_core::targets::{IndexState, TargetFolder};
use desk_tests::archive_builder::{Backup, Entry, name_for};
use desk_tests::share::Share;
use desk_tests::target_folder::{INDEX, TargetOnDisk, put_backup};

use crate::support::{at_share, bucket, doctor, verify};

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_never_calls_a_damaged_or_refused_backup_good() {
    let plain = tempfile::tempdir().expect("a folder");
    let target = TargetOnDisk::write(plain.path(), 2, 2);
    let folder = TargetFolder::local(plain.path()).expect("a folder");
    assert!(doctor(&folder).await.is_good());
    let zip = target.files().into_keys().find(|name| name.ends_with(".zip")).expect("a backup");
    let path = plain.path().join(&zip);
    let right = std::fs::read(&path).expect("readable");
    let mut flipped = right.clone();
    flipped[right.len() / 3] ^= 1;
    std::fs::write(&path, flipped).expect("written");
    let found = doctor(&folder).await;
    assert!(found.is_damaged() && !found.is_good(), "{found:?}");
    assert!(found.backups[0].is_damaged() && found.backups[0].refusal.is_some(), "{found:?}");
    // Nothing is damaged in it, and the server refuses it anyway.
    std::fs::remove_file(&path).expect("removed");
    let mut archive = Backup::sample(2, 0).archive();
    archive.entries.push(Entry::new("__MACOSX/._db.json", "x"));
    let bytes = archive.build();
    std::fs::write(plain.path().join(name_for(&bytes)), bytes).expect("written");
    let found = doctor(&folder).await;
    assert!(found.backups[0].refusal.is_some() && !found.is_good(), "{found:?}");
}

/// What a ledger remembers of one place.
struct Seen(Ledger);

impl SeenFiles for Seen {
    fn known(&self) -> Result<BTreeMap<String, SeenFile>> {
        self.0.seen_files("here")
    }

    fn keep(&self, files: &[SeenFile]) -> Result<()> {
        self.0.keep_seen_files("here", files)
    }
}

fn seen() -> Seen {
    Seen(Ledger::in_memory().expect("a ledger"))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_target_gets_the_same_findings() {
    let share = Share::start().await;
    let (bucket, at_bucket) = bucket().await;
    let plain = tempfile::tempdir().expect("a folder");
    let roots = [share.folder().to_owned(), bucket.folder_of("home"), plain.path().to_owned()];
    let folders = [at_share(&share), at_bucket, TargetFolder::local(plain.path()).expect("a folder")];
    for (root, folder) in roots.iter().zip(&folders) {
        let target = TargetOnDisk::write(root, 4, 10);
        let place = folder.place().to_owned();
        assert!(doctor(folder).await.is_good(), "{place}");
        target.lose("cipher-1/attachment-1");
        target.put_body("cipher-2/attachment-2", b"another size, certainly");
        target.put_body("cipher-9/orphan", b"nobody's");
        let found = doctor(folder).await;
        let lost: Vec<_> =
            found.lost.iter().map(|lost| (lost.path.as_str(), lost.cause, lost.owner.as_deref())).collect();
        let wanted = [
            ("cipher-1/attachment-1", LossCause::Missing, Some("member@example.org")),
            ("cipher-2/attachment-2", LossCause::SizeDiffers, Some("admin@example.org")),
        ];
        assert_eq!(lost, wanted, "{place}");
        assert_eq!(found.backups[0].would_lose_count, 2);
        assert_eq!(found.backups[0].owners.len(), 2);
        assert_eq!(found.index.state, IndexState::Stale);
        assert_eq!(found.index.listed_but_missing[0].path, "cipher-1/attachment-1");
        assert_eq!(found.index.size_differs[0].path, "cipher-2/attachment-2");
        let unlisted: Vec<_> = found.index.present_but_unlisted.iter().map(|body| &*body.path).collect();
        assert_eq!(unlisted, ["cipher-9/orphan"]);
        assert_eq!(found.orphans.len(), 1, "{place}");

        let read = verify(folder, Depth::Listing, &Forgetful).await;
        let counts = &read.attachments;
        assert_eq!((counts.listed, counts.present, counts.missing, counts.size_differs), (10, 8, 1, 1));
        assert!(read.archives[0].intact && read.archives[0].level == IntegrityLevel::Verified);
        assert!(read.is_missing_something() && read.is_damaged());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn damaged_foreign_and_missing_indexes_are_distinguished() {
    let plain = tempfile::tempdir().expect("a folder");
    let target = TargetOnDisk::write(plain.path(), 2, 4);
    let folder = TargetFolder::local(plain.path()).expect("a folder");
    for (content, state) in [
        (&b"<html>504</html>"[..], IndexState::Unreadable),
        (br#"{"version":3,"blobs":{}}"#, IndexState::Foreign),
    ] {
        std::fs::write(target.root.join(INDEX), content).expect("written");
        let found = doctor(&folder).await;
        assert!(found.index.state == state && found.is_damaged());
    }
    std::fs::remove_file(target.root.join(INDEX)).expect("removed");
    let found = doctor(&folder).await;
    assert!(found.index.state == IndexState::Absent && found.is_good());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_complete_backup_needs_no_attachments_on_the_target() {
    let plain = tempfile::tempdir().expect("a folder");
    put_backup(plain.path(), &Backup::sample(2, 4));
    let found = doctor(&TargetFolder::local(plain.path()).expect("a folder")).await;
    assert!(found.is_good() && found.backups[0].listed == 0, "{found:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_backup_and_a_renamed_one_are_distinguished() {
    let share = Share::start().await;
    let target = TargetOnDisk::write(share.folder(), 2, 4);
    let path = target.root.join(&target.zip);
    let mut bytes = std::fs::read(&path).expect("a backup");
    std::fs::write(target.root.join("renamed.zip"), &bytes).expect("written");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 4;
    std::fs::write(&path, &bytes).expect("written");
    let read = verify(&at_share(&share), Depth::Listing, &Forgetful).await;
    let levels: BTreeMap<_, _> =
        read.archives.iter().map(|archive| (archive.name.as_str(), archive.intact)).collect();
    assert_eq!(levels, BTreeMap::from([(target.zip.as_str(), false), ("renamed.zip", true)]));
    assert!(read.is_damaged() && read.passing_errors == 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn changed_content_under_the_same_name_stays_an_alarm() {
    let share = Share::start().await;
    let target = TargetOnDisk::write(share.folder(), 2, 6);
    let (folder, seen) = (at_share(&share), seen());
    let read = verify(&folder, Depth::Everything, &seen).await;
    assert_eq!((read.attachments.read, read.coverage.checked, read.coverage.of), (6, 6, 6));
    assert!(!read.is_damaged() && read.problems.is_empty());

    let name = "cipher-1/attachment-5";
    let mut body = target.bodies[name].clone();
    body[0] ^= 1;
    target.put_body(name, &body);
    for _ in 0..2 {
        let read = verify(&folder, Depth::Everything, &seen).await;
        assert_eq!(read.problems.len(), 1, "{read:#?}");
        assert_eq!(
            (read.problems[0].path.as_str(), &read.problems[0].trouble),
            (name, &BodyTrouble::Changed)
        );
        assert!(read.is_damaged());
    }
    // A whole other backup under the name of one that was read is the same alarm.
    let other = Backup { index_only: true, ..Backup::sample(1, 0) }.archive().build();
    std::fs::write(target.root.join(&target.zip), other).expect("written");
    assert!(verify(&folder, Depth::Listing, &seen).await.archives[0].changed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_temporary_error_is_not_damage() {
    let share = Share::start().await;
    let target = TargetOnDisk::write(share.folder(), 2, 4);
    let folder = at_share(&share);
    let failed = std::sync::Mutex::new(std::collections::BTreeSet::new());
    share.change(move |asked, mut bytes| {
        // Each file is cut off the first time.
        let is_first =
            asked.method.as_str() == "GET" && failed.lock().expect("whole").insert(asked.path.clone());
        if is_first && bytes.len() > 1 && !asked.path.contains("index") {
            bytes.truncate(bytes.len() / 2);
        }
        bytes
    });
    let read = verify(&folder, Depth::Everything, &Forgetful).await;
    assert!(read.archives[0].intact && read.problems.is_empty() && !read.is_damaged(), "{read:#?}");
    assert!(read.passing_errors >= 4, "{} of {}", read.passing_errors, target.bodies.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_share_that_lists_but_does_not_read_proves_nothing() {
    let share = Share::start().await;
    TargetOnDisk::write(share.folder(), 2, 4);
    share.instead(|asked| {
        let is_body = asked.method.as_str() == "GET" && asked.path.contains("/cipher-");
        is_body.then(|| StatusCode::FORBIDDEN.into_response())
    });
    let read = verify(&at_share(&share), Depth::Everything, &Forgetful).await;
    assert_eq!((read.attachments.unreadable, read.attachments.present, read.coverage.checked), (4, 0, 0));
    assert!(read.is_unsure() && !read.is_damaged() && !read.is_missing_something());
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_sizes_and_changes_during_reading_are_detected() {
    let share = Share::start().await;
    TargetOnDisk::write(share.folder(), 1, 3);
    share.change(|asked, mut bytes| {
        if asked.method.as_str() == "GET" && asked.path.ends_with("attachment-1") {
            bytes.push(0);
        }
        if asked.method.as_str() == "GET" && asked.path.ends_with("attachment-2") {
            bytes[0] = asked.number.to_le_bytes()[0];
        }
        bytes
    });
    let seen = seen();
    let known = SeenFile {
        path: "attachments/cipher-0/attachment-2".into(),
        bytes: 15,
        sha256: "0".repeat(64),
        checked_at: "2026-01-01T00:00:00Z".into(),
    };
    seen.keep(&[known]).expect("kept");
    let read = verify(&at_share(&share), Depth::Everything, &seen).await;
    let troubles: BTreeMap<_, _> =
        read.problems.iter().map(|one| (one.path.as_str(), one.trouble.clone())).collect();
    assert_eq!(troubles["cipher-0/attachment-1"], BodyTrouble::SizeDiffers);
    assert_eq!(troubles["cipher-0/attachment-2"], BodyTrouble::Unstable);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rotating_check_covers_everything_within_its_period() {
    let plain = tempfile::tempdir().expect("a folder");
    TargetOnDisk::write(plain.path(), 2, 7);
    let (folder, seen) = (TargetFolder::local(plain.path()).expect("a folder"), seen());
    let mut covered = Vec::new();
    for day in 0..3 {
        let now = format!("2026-11-{:02}T03:00:00Z", 20 + day).parse().expect("a time");
        let depth = Depth::Rotating { days: 3 };
        let watch = desk_core::jobs::Watch::silent();
        let read = crate::support::done(
            desk_core::jobs::verify(&folder, depth, &seen, now, &watch).await.expect("read"),
        );
        assert_eq!(read.coverage.per_day, Some(3));
        covered.push((read.attachments.read, read.coverage.checked));
    }
    assert_eq!(covered, [(3, 3), (3, 6), (3, 7)]);
}
