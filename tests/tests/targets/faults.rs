//! Each fault of a target, healed until a drill of its newest backup skips nothing, or skips exactly
//! what is permanently lost. Run with `--no-capture`, each test prints its line of the table.

#![allow(clippy::print_stdout, reason = "the table is read by people")]

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use desk_core::archive::Storage;
use desk_core::jobs::{DoctorResult, DrillRequest, HealResult, HealSource, JobResult};
use desk_core::targets::TargetFolder;
use desk_tests::at_desk::AtDesk;
use desk_tests::share::Share;
use desk_tests::target_folder::{INDEX, TargetOnDisk};

use crate::support::{at_share, bucket, doctor, heal};

const BODY: &str = "cipher-1/attachment-1";

/// A target, a whole copy of it elsewhere, and a place for drills.
struct Case {
    share: Share,
    mirror: Share,
    target: TargetOnDisk,
    copy: TargetOnDisk,
}

impl Case {
    async fn new() -> Self {
        let (share, mirror) = (Share::start().await, Share::start().await);
        let (target, copy) =
            (TargetOnDisk::write(share.folder(), 4, 12), TargetOnDisk::write(mirror.folder(), 4, 12));
        Self { share, mirror, target, copy }
    }

    fn folder(&self) -> TargetFolder {
        at_share(&self.share)
    }

    async fn heal(&self) -> HealResult {
        let source = at_share(&self.mirror);
        heal(&self.folder(), &[HealSource::Target(&source)]).await
    }

    /// Restores the newest backup with what is on the target; the paths that are skipped.
    async fn drill(&self) -> Vec<String> {
        let zip: PathBuf = self.target.root.join(&self.target.zip);
        let desk = AtDesk::empty();
        let job = desk
            .run(DrillRequest {
                file: zip.into(),
                storage: Storage::R2,
                folder: Some(self.target.root.clone().into()),
                passphrase: None,
            })
            .await;
        let Some(JobResult::Drill(drill)) = job.result else { panic!("no drill: {job:?}") };
        assert!(drill.accepted, "{drill:?}");
        drill.skipped.items.into_iter().map(|item| item.path).collect()
    }
}

fn row(fault: &str, before: &[String], healed: &str, after: &[String]) {
    let skips = |paths: &[String]| {
        if paths.is_empty() { "skips nothing".to_owned() } else { format!("skips {}", paths.join(", ")) }
    };
    println!("| {fault} | {} | {healed} | {} |", skips(before), skips(after));
}

fn done(healed: &HealResult) -> String {
    let state = healed.after.as_ref().map(|after| format!("{:?}", after.index.state).to_lowercase());
    let ended = healed.error.as_ref().map(|error| format!(", ended: {}", error.kind()));
    format!(
        "uploaded {}, still missing {}, index written: {}, index now {}{}",
        healed.uploaded.len(),
        healed.still_missing.len(),
        if healed.index_written { "yes" } else { "no" },
        state.unwrap_or_else(|| "not looked at".into()),
        ended.unwrap_or_default()
    )
}

/// Breaks a target, heals it, and drills it before and after.
async fn healed_completely(fault: &str, breaks: impl FnOnce(&TargetOnDisk)) -> DoctorResult {
    let case = Case::new().await;
    breaks(&case.target);
    let found = doctor(&case.folder()).await;
    let before = case.drill().await;
    let healed = case.heal().await;
    let after = case.drill().await;
    row(fault, &before, &done(&healed), &after);
    assert!(after.is_empty(), "{fault}: {healed:#?}");
    let now = doctor(&case.folder()).await;
    assert!(now.is_good(), "{fault}: {now:#?}");
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn deleted_attachments_are_restored_although_the_index_lists_them() {
    let found = healed_completely("all bodies deleted, index stays", |target| {
        target.bodies.keys().for_each(|name| target.lose(name));
    });
    assert_eq!(found.await.index.listed_but_missing.len(), 12);
}

#[tokio::test(flavor = "multi_thread")]
async fn truncated_bodies_are_replaced() {
    let found = healed_completely("a body truncated", |target| {
        let half = &target.bodies[BODY][..3];
        target.put_body(BODY, half);
    });
    assert_eq!(found.await.index.size_differs.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_that_is_a_web_page_is_rewritten() {
    let found = healed_completely("the index is an HTML page, a body deleted", |target| {
        std::fs::write(target.root.join(INDEX), "<html>Sign in</html>").expect("written");
        target.lose(BODY);
    });
    assert!(found.await.is_damaged());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_index_is_rebuilt_from_existing_files() {
    healed_completely("the index deleted, a body deleted", |target| {
        std::fs::remove_file(target.root.join(INDEX)).expect("removed");
        target.lose(BODY);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incomplete_index_is_completed() {
    healed_completely("the index lists a quarter, a body deleted", |target| {
        let few = target.bodies.iter().take(3).map(|(name, body)| (name.as_str(), body.len() as u64));
        target.write_index(few);
        target.lose(BODY);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn attachments_without_a_source_are_listed_and_skipped_by_a_drill() {
    let case = Case::new().await;
    case.target.lose(BODY);
    case.target.lose("cipher-2/attachment-2");
    case.copy.lose(BODY);
    let before = case.drill().await;
    let healed = case.heal().await;
    let after = case.drill().await;
    row("two bodies deleted, one of them everywhere", &before, &done(&healed), &after);
    assert_eq!(healed.still_missing.len(), 1);
    assert_eq!((healed.still_missing[0].path.as_str(), before.len()), (BODY, 2));
    assert_eq!(after, [format!("attachments/{BODY}")]);
    assert_eq!(healed.still_missing[0].owner.as_deref(), Some("member@example.org"));
    assert!(!case.target.indexed().contains_key(BODY), "the server uploads it again when it has it");
}

/// A target that takes some uploads and then refuses them.
async fn refuses_half_way(fault: &str, status: u16, kind: &str) {
    let case = Case::new().await;
    case.target.bodies.keys().for_each(|name| case.target.lose(name));
    let puts = AtomicUsize::new(0);
    case.share.instead(move |asked| {
        let is_body = asked.method.as_str() == "PUT" && asked.path.contains("cipher");
        let refuses = is_body && puts.fetch_add(1, Ordering::Relaxed) >= 4;
        refuses.then(|| StatusCode::from_u16(status).expect("a status").into_response())
    });
    let before = case.drill().await;
    let first = case.heal().await;
    assert!(first.error.as_ref().is_some_and(|error| error.kind() == kind), "{first:#?}");
    let halfway = case.drill().await;
    assert_eq!(halfway.len(), 12 - first.uploaded.len());
    let told = first.still_missing.iter().filter_map(|one| one.error.as_ref());
    assert!(told.clone().count() >= 1 && told.clone().all(|error| error.kind() == kind), "{first:#?}");

    case.share.behave();
    let second = case.heal().await;
    let after = case.drill().await;
    row(fault, &before, &format!("first {}; then {}", done(&first), done(&second)), &after);
    assert_eq!(second.uploaded.len(), 12 - first.uploaded.len());
    assert!(after.is_empty() && doctor(&case.folder()).await.is_good());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repair_resumes_after_the_target_was_read_only() {
    refuses_half_way("read-only after 4 uploads", 403, "storage-read-only").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repair_resumes_after_the_target_was_full() {
    refuses_half_way("full after 4 uploads", 507, "storage-full").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_a_proxy_refuses_as_too_large_is_named_with_the_cause() {
    let case = Case::new().await;
    case.target.lose(BODY);
    case.target.lose("cipher-2/attachment-2");
    case.share.instead(|asked| {
        let is_it = asked.method.as_str() == "PUT" && asked.path.contains("attachment-1.");
        is_it.then(|| StatusCode::PAYLOAD_TOO_LARGE.into_response())
    });
    let before = case.drill().await;
    let healed = case.heal().await;
    let after = case.drill().await;
    row("413 for one body", &before, &done(&healed), &after);
    assert_eq!(healed.uploaded.len(), 1, "the other one is accepted: {healed:#?}");
    let cause = healed.still_missing[0].error.as_ref().expect("a cause");
    assert_eq!(cause.kind(), "storage-upload-too-large");
    assert_eq!(after, [format!("attachments/{BODY}")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listing_that_lags_behind_does_not_corrupt_the_index() {
    let case = Case::new().await;
    case.target.lose(BODY);
    // For a while the target lists what it had before.
    case.share.change(|asked, bytes| {
        if asked.method.as_str() != "PROPFIND" || !asked.path.contains("cipher-1") {
            return bytes;
        }
        let text = String::from_utf8(bytes).expect("XML");
        let mut kept = String::new();
        for part in text.split_inclusive("</D:response>") {
            if !part.contains("attachment-1<") {
                kept.push_str(part);
            }
        }
        kept.into_bytes()
    });
    let before = case.drill().await;
    let healed = case.heal().await;
    let after = case.drill().await;
    row("a listing that lags", &before, &done(&healed), &after);
    assert_eq!((before.len(), after.len(), healed.uploaded.len()), (1, 0, 1), "{healed:#?}");
    assert!(case.target.indexed().contains_key(BODY), "it was uploaded and read back");
    case.share.behave();
    assert!(doctor(&case.folder()).await.is_good());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_eventually_consistent_bucket_is_healed_and_read_back() {
    let (bucket, folder) = bucket().await;
    let mirror = Share::start().await;
    TargetOnDisk::write(mirror.folder(), 4, 12);
    let target = TargetOnDisk::write(&bucket.folder_of("home"), 4, 12);
    target.lose(BODY);
    // What was written is not there for the next three reads.
    bucket.lag(3);
    let source = at_share(&mirror);
    let healed = heal(&folder, &[HealSource::Target(&source)]).await;
    row("a bucket that lags behind writes", &[BODY.to_owned()], &done(&healed), &[]);
    assert!(healed.uploaded.len() == 1 && healed.still_missing.is_empty(), "{healed:#?}");
    assert!(target.indexed().contains_key(BODY));
    bucket.lag(0);
    assert!(doctor(&folder).await.is_good());

    // One that never shows what was written is not believed, and nothing is lost.
    target.lose(BODY);
    bucket.lag(u64::MAX);
    let healed = heal(&folder, &[HealSource::Target(&source)]).await;
    assert!(healed.uploaded.is_empty() && !healed.still_missing.is_empty(), "{healed:#?}");
    assert_eq!(target.files().keys().filter(|name| name.ends_with(".zip")).count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_web_page_is_not_accepted_as_an_attachment() {
    let case = Case::new().await;
    case.target.lose(BODY);
    case.mirror.instead(|asked| {
        let is_it = asked.method.as_str() == "GET" && asked.path.ends_with("attachment-1");
        is_it.then(|| "<html><title>Please sign in</title></html>".into_response())
    });
    let before = case.drill().await;
    let healed = case.heal().await;
    let after = case.drill().await;
    row("the source returns HTML for a body", &before, &done(&healed), &after);
    assert!(healed.uploaded.is_empty() && !case.target.body(BODY).exists(), "{healed:#?}");
    case.mirror.behave();
    assert_eq!(case.heal().await.uploaded.len(), 1);
    assert!(case.drill().await.is_empty());
}
