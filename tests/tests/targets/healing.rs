//! From broken to whole, or to a true list of what is permanently lost.

use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use desk_core::checks::{SeenFile, SeenFiles};
use desk_core::jobs::{self, HealAction, HealSource, HealSourceKind, StillMissingCause, Watch};
use desk_core::targets::{IndexState, TargetFolder};
use desk_tests::archive_builder::Backup;
use desk_tests::share::Share;
use desk_tests::target_folder::{INDEX, TargetOnDisk, put_backup};

use crate::support::{at_share, bucket, doctor, done, heal, heal_knowing, plan};

/// Everything that was there is there, with its content, under its own or another name.
fn nothing_is_lost(before: &std::collections::BTreeMap<String, Vec<u8>>, target: &TargetOnDisk) {
    let after = target.files();
    for (name, content) in before {
        assert!(after.values().any(|one| one == content), "{name} is gone");
        if name.ends_with(".zip") {
            assert_eq!(after.get(name), Some(content), "{name}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stale_index_is_replaced_and_kept_on_every_kind_of_target() {
    let share = Share::start().await;
    let (bucket, at_bucket) = bucket().await;
    let plain = tempfile::tempdir().expect("a folder");
    let roots = [share.folder().to_owned(), bucket.folder_of("home"), plain.path().to_owned()];
    let folders = [at_share(&share), at_bucket, TargetFolder::local(plain.path()).expect("a folder")];
    for (root, folder) in roots.iter().zip(&folders) {
        let target = TargetOnDisk::write(root, 4, 10);
        target.lose("cipher-1/attachment-1");
        let before = target.files();
        let plan = plan(folder, &[]).await;
        assert_eq!((plan.index, plan.bodies.len(), plan.bodies[0].from), (HealAction::Write, 1, None));
        assert_eq!(target.files(), before, "a plan changes nothing");

        let healed = heal(folder, &[]).await;
        assert!(healed.index_written && healed.error.is_none(), "{healed:#?}");
        assert_eq!(healed.still_missing[0].why, StillMissingCause::NoSource);
        assert_eq!(healed.still_missing[0].owner.as_deref(), Some("member@example.org"));
        let kept = healed.index_kept_as.expect("kept");
        assert_eq!(target.files()[&kept], before[INDEX]);
        assert!(!target.indexed().contains_key("cipher-1/attachment-1") && target.indexed().len() == 9);
        let after = healed.after.expect("looked at");
        assert_eq!((after.index.state, after.lost.len()), (IndexState::Good, 1));
        nothing_is_lost(&before, &target);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn attachments_are_restored_from_zips_folders_and_other_targets() {
    let (share, other) = (Share::start().await, Share::start().await);
    let target = TargetOnDisk::write(share.folder(), 4, 12);
    let mirror = TargetOnDisk::write(other.folder(), 4, 12);
    let unpacked = tempfile::tempdir().expect("a folder");
    let zips = tempfile::tempdir().expect("a folder");
    let names =
        ["cipher-0/attachment-0", "cipher-1/attachment-1", "cipher-2/attachment-2", "cipher-3/attachment-3"];
    names.iter().for_each(|name| target.lose(name));
    target.put_body(names[3], b"something else");
    mirror.lose(names[1]);
    mirror.lose(names[3]);
    let complete = Backup::sample(4, 2);
    let zip = zips.path().join(put_backup(zips.path(), &complete));
    std::fs::create_dir_all(unpacked.path().join("attachments/cipher-3")).expect("made");
    std::fs::write(unpacked.path().join("attachments/cipher-3/attachment-3.bin"), &target.bodies[names[3]])
        .expect("written");
    let before = target.files();

    let other_folder = at_share(&other);
    let sources = [
        HealSource::Zip(zip),
        HealSource::Target(&other_folder),
        HealSource::Folder(unpacked.path().to_owned()),
    ];
    let folder = at_share(&share);
    let made = plan(&folder, &sources).await;
    let planned: Vec<_> = made.bodies.iter().map(|body| (body.from, body.replaces)).collect();
    let (zip, target_kind, folder_kind) =
        (HealSourceKind::Zip, HealSourceKind::Target, HealSourceKind::Folder);
    assert_eq!(
        planned,
        [(Some(zip), false), (Some(zip), false), (Some(target_kind), false), (Some(folder_kind), true)]
    );
    let healed = heal(&folder, &sources).await;
    let from: Vec<_> = healed.uploaded.iter().map(|body| (body.path.as_str(), body.source)).collect();
    assert_eq!(from, [(names[0], zip), (names[1], zip), (names[2], target_kind), (names[3], folder_kind)]);
    assert!(healed.still_missing.is_empty() && healed.kept_beside.len() == 1, "{healed:#?}");
    for name in names {
        assert_eq!(std::fs::read(target.body(name)).expect("there"), target.bodies[name], "{name}");
    }
    let after = healed.after.expect("looked at");
    assert!(after.is_good(), "{after:#?}");
    assert!(target.indexed().len() >= 12);
    nothing_is_lost(&before, &target);
    assert!(plan(&folder, &sources).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attachment_with_a_different_size_or_hash_is_rejected() {
    let plain = tempfile::tempdir().expect("a folder");
    let target = TargetOnDisk::write(plain.path(), 2, 4);
    let folder = TargetFolder::local(plain.path()).expect("a folder");
    let names = ["cipher-0/attachment-0", "cipher-1/attachment-1"];
    let wrong = tempfile::tempdir().expect("a folder");
    let wrong_target =
        TargetOnDisk { root: wrong.path().to_owned(), bodies: target.bodies.clone(), zip: String::new() };
    wrong_target.put_body(names[0], b"longer than it should be");
    let mut body = target.bodies[names[1]].clone();
    body[0] ^= 1;
    wrong_target.put_body(names[1], &body);
    names.iter().for_each(|name| target.lose(name));

    struct Known(SeenFile);
    impl SeenFiles for Known {
        fn known(&self) -> desk_core::Result<std::collections::BTreeMap<String, SeenFile>> {
            Ok([(self.0.path.clone(), self.0.clone())].into())
        }
        fn keep(&self, _: &[SeenFile]) -> desk_core::Result<()> {
            Ok(())
        }
    }
    let known = Known(SeenFile {
        path: format!("attachments/{}", names[1]),
        bytes: body.len() as u64,
        sha256: "a".repeat(64),
        checked_at: "2026-01-01T00:00:00Z".into(),
    });
    let healed = heal_knowing(&folder, &[HealSource::Folder(wrong.path().to_owned())], &known).await;
    assert!(healed.uploaded.is_empty(), "{healed:#?}");
    assert!(healed.still_missing.iter().all(|one| one.why == StillMissingCause::DoesNotFit), "{healed:#?}");
    assert!(!target.body(names[0]).exists() && !target.body(names[1]).exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_fills_up_loses_nothing_and_the_repair_resumes() {
    for (code, reason) in [(507, "storage-full"), (403, "storage-read-only")] {
        let (share, other) = (Share::start().await, Share::start().await);
        let target = TargetOnDisk::write(share.folder(), 10, 60);
        TargetOnDisk::write(other.folder(), 10, 60);
        let names: Vec<String> = target.bodies.keys().cloned().collect();
        names.iter().for_each(|name| target.lose(name));
        let before = target.files();
        let puts = std::sync::atomic::AtomicUsize::new(0);
        share.instead(move |asked| {
            let is_put = asked.method.as_str() == "PUT" && asked.path.contains("cipher");
            let is_late = is_put && puts.fetch_add(1, std::sync::atomic::Ordering::Relaxed) >= 20;
            is_late.then(|| StatusCode::from_u16(code).expect("a status").into_response())
        });
        let (folder, source) = (at_share(&share), at_share(&other));
        let healed = heal(&folder, &[HealSource::Target(&source)]).await;
        let error = healed.error.clone().expect("it ended early");
        assert_eq!(error.kind(), reason, "{error:?}");
        let done = healed.uploaded.len();
        assert!((10..60).contains(&done), "{done}");
        assert_eq!(healed.still_missing.len(), 60 - done);
        // The index says what is there: the server would upload the rest automatically.
        let there: Vec<_> = healed.uploaded.iter().map(|body| body.path.clone()).collect();
        assert_eq!(target.indexed().into_keys().collect::<Vec<_>>(), there);
        nothing_is_lost(&before, &target);
        assert!(target.files().keys().all(|name| !name.ends_with(".uploading")), "nothing half is left");

        share.behave();
        let healed = heal(&folder, &[HealSource::Target(&source)]).await;
        assert!(healed.error.is_none() && healed.uploaded.len() == 60 - done);
        assert!(doctor(&folder).await.is_good());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_refuses_every_upload_is_unchanged() {
    let share = Share::start().await;
    let target = TargetOnDisk::write(share.folder(), 2, 4);
    target.lose("cipher-1/attachment-1");
    let before = target.files();
    share.instead(|asked| {
        let writes = matches!(asked.method.as_str(), "PUT" | "MOVE" | "DELETE" | "MKCOL" | "COPY");
        writes.then(|| StatusCode::FORBIDDEN.into_response())
    });
    let healed = heal(&at_share(&share), &[]).await;
    assert_eq!(healed.error.expect("refused").kind(), "storage-read-only");
    assert!(!healed.index_written && healed.index_kept_as.is_none());
    assert_eq!(healed.still_missing[0].why, StillMissingCause::NotTaken);
    assert_eq!(target.files(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_no_longer_fits_is_refused_and_changes_nothing() {
    let (share, other) = (Share::start().await, Share::start().await);
    let target = TargetOnDisk::write(share.folder(), 4, 12);
    let mirror = TargetOnDisk::write(other.folder(), 4, 12);
    target.lose("cipher-1/attachment-1");
    let (folder, source) = (at_share(&share), at_share(&other));
    let sources = [HealSource::Target(&source)];
    let heal_by = async |plan: &str| {
        let (now, seen) = (jiff::Timestamp::now(), desk_core::checks::Forgetful);
        jobs::heal(&folder, &sources, plan, &seen, now, &Watch::silent()).await
    };
    let first = plan(&folder, &sources).await;
    assert_eq!(plan(&folder, &sources).await.fingerprint, first.fingerprint, "the same for the same target");

    // The target changes between the plan and its confirmation.
    target.lose("cipher-2/attachment-2");
    let before = target.files();
    let refused = heal_by(&first.fingerprint).await.expect_err("another plan");
    assert_eq!(refused.kind(), "heal-plan-changed");
    assert_eq!(target.files(), before);

    // So does a source.
    let second = plan(&folder, &sources).await;
    mirror.lose("cipher-1/attachment-1");
    assert_eq!(heal_by(&second.fingerprint).await.expect_err("another plan").kind(), "heal-plan-changed");
    assert_eq!(target.files(), before);

    let healed = done(heal_by(&plan(&folder, &sources).await.fingerprint).await.expect("it fits"));
    assert_eq!((healed.uploaded.len(), healed.still_missing.len()), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_repair_keeps_and_reports_what_was_done() {
    let (share, other) = (Share::start().await, Share::start().await);
    let target = TargetOnDisk::write(share.folder(), 10, 80);
    TargetOnDisk::write(other.folder(), 10, 80);
    let names: Vec<String> = target.bodies.keys().cloned().collect();
    names.iter().for_each(|name| target.lose(name));
    let (folder, source) = (at_share(&share), at_share(&other));
    let mut watch = Watch::silent();
    let cancel = watch.cancel.clone();
    watch.progress = std::sync::Arc::new(move |update: desk_core::progress::Update| {
        if matches!(update, desk_core::progress::Update::Attachments { done: 5, .. }) {
            cancel.cancel();
        }
    });
    let now = jiff::Timestamp::now();
    let sources = [HealSource::Target(&source)];
    let plan = plan(&folder, &sources).await.fingerprint;
    let healed = jobs::heal(&folder, &sources, &plan, &desk_core::checks::Forgetful, now, &watch).await;
    let healed = done(healed.expect("it can be looked at"));
    assert!((5..80).contains(&healed.uploaded.len()), "{}", healed.uploaded.len());
    assert!(healed.still_missing.iter().all(|one| one.why == StillMissingCause::NotReached));
    assert_eq!(healed.uploaded.len() + healed.still_missing.len(), 80);
    assert_eq!(target.indexed().len(), healed.uploaded.len());
}
