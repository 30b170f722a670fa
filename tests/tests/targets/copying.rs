//! A target's backups at a second place.

use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use desk_core::Code;
use desk_core::jobs::{self, CopyResult, Watch};
use desk_core::targets::TargetFolder;
use desk_tests::archive_builder::Backup;
use desk_tests::share::Share;
use desk_tests::target_folder::{INDEX, TargetOnDisk, put_backup};

use crate::support::{at_share, bucket, doctor, done};

async fn copy(from: &TargetFolder, to: &TargetFolder) -> CopyResult {
    let copied = jobs::copy_target(from, to, jiff::Timestamp::now(), &Watch::silent()).await;
    done(copied.expect("both can be listed"))
}

#[tokio::test(flavor = "multi_thread")]
async fn only_missing_files_are_copied_and_the_copy_is_complete() {
    let share = Share::start().await;
    let target = TargetOnDisk::write(share.folder(), 4, 10);
    let from = at_share(&share);
    let (bucket, at_bucket) = bucket().await;
    let plain = tempfile::tempdir().expect("a folder");
    let here = TargetFolder::local(plain.path()).expect("a folder");
    for (to, root) in [(&at_bucket, bucket.folder_of("home")), (&here, plain.path().to_owned())] {
        let copied = copy(&from, to).await;
        assert_eq!((copied.bodies, copied.backups.len(), copied.already_there), (10, 1, 0), "{copied:#?}");
        assert!(copied.index_written && copied.error.is_none() && copied.failed.is_empty());
        assert!(doctor(to).await.is_good());
        assert_eq!(
            std::fs::read(root.join(&target.zip)).ok(),
            std::fs::read(target.root.join(&target.zip)).ok()
        );

        let again = copy(&from, to).await;
        assert_eq!((again.bodies, again.backups.len(), again.already_there), (0, 0, 11));
    }
    // What is newer than the copy comes too, and nothing else is sent again.
    let newer = put_backup(share.folder(), &Backup { index_only: true, ..Backup::sample(4, 11) });
    target.put_body("cipher-2/attachment-10", &[10; 71]);
    let copied = copy(&from, &here).await;
    assert_eq!((copied.bodies, copied.backups), (1, vec![newer]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_replaces_nothing_and_does_not_spread_damage() {
    let (share, other) = (Share::start().await, Share::start().await);
    let target = TargetOnDisk::write(share.folder(), 2, 4);
    let there = TargetOnDisk::write(other.folder(), 2, 4);
    std::fs::remove_file(there.root.join(&there.zip)).expect("removed");
    there.put_body("cipher-0/attachment-0", b"its own");
    let mut bytes = std::fs::read(target.root.join(&target.zip)).expect("a backup");
    bytes[40] ^= 1;
    std::fs::write(target.root.join(&target.zip), bytes).expect("written");
    let copied = copy(&at_share(&share), &at_share(&other)).await;
    assert_eq!(copied.conflicts[0].path, "attachments/cipher-0/attachment-0");
    assert_eq!(std::fs::read(there.body("cipher-0/attachment-0")).expect("there"), b"its own");
    assert_eq!(
        (copied.failed[0].path.as_str(), copied.failed[0].error.code()),
        (target.zip.as_str(), Code::HashMismatch)
    );
    assert!(!there.root.join(&target.zip).exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_copy_target_has_no_backup_without_attachments() {
    let (share, other) = (Share::start().await, Share::start().await);
    TargetOnDisk::write(share.folder(), 4, 40);
    let puts = std::sync::atomic::AtomicUsize::new(0);
    other.instead(move |asked| {
        let is_late =
            asked.method.as_str() == "PUT" && puts.fetch_add(1, std::sync::atomic::Ordering::Relaxed) >= 10;
        is_late.then(|| StatusCode::INSUFFICIENT_STORAGE.into_response())
    });
    let copied = copy(&at_share(&share), &at_share(&other)).await;
    assert_eq!(copied.error.expect("full").kind(), "storage-full");
    assert!(copied.backups.is_empty() && !other.folder().join(INDEX).exists());
    other.behave();
    let copied = copy(&at_share(&share), &at_share(&other)).await;
    assert!(copied.error.is_none() && copied.backups.len() == 1);
    assert!(doctor(&at_share(&other)).await.is_good());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_is_not_copied_to_itself() {
    let share = Share::start().await;
    let (one, same) = (at_share(&share), at_share(&share));
    let refused = jobs::copy_target(&one, &same, jiff::Timestamp::now(), &Watch::silent()).await;
    assert_eq!(refused.expect_err("refused").code(), Code::InvalidRequest);
}

#[tokio::test]
async fn a_target_is_not_copied_into_its_own_folder() {
    let root = tempfile::tempdir().expect("a folder");
    let below = root.path().join("attachments");
    let beside = tempfile::tempdir_in(root.path().parent().expect("a folder")).expect("a folder");
    std::fs::create_dir(&below).expect("a folder");
    let [outer, inner, other] =
        [root.path(), &below, beside.path()].map(|path| TargetFolder::local(path).expect("a folder"));
    for (from, to) in [(&outer, &inner), (&inner, &outer)] {
        let refused = jobs::copy_target(from, to, jiff::Timestamp::now(), &Watch::silent()).await;
        assert_eq!(refused.expect_err("refused").kind(), "same-place");
    }
    assert!(!outer.overlaps(&other) && !inner.overlaps(&other));
}
