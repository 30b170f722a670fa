//! Archives over the limits of the import, restored through a target.

use std::path::{Path, PathBuf};

use desk_core::Code;
use desk_core::app::OpenedSettings;
use desk_core::jobs::{
    ExportRequest, JobRecord, JobResult, JobState, KeptReason, Outcome, RemovalPlan, RestoreSource,
    StagingJob, StagingResult, Watch,
};
use desk_practice::{Contents, Fault, PracticeOptions, Sample, Side};
use desk_tests::bucket::Bucket;
use tokio_util::sync::CancellationToken;

use crate::between::Interception;
use crate::exports::{in_bucket, opened_at, share};
use crate::table::{RESTORE, Table, code};

const MIB: u32 = 1 << 20;

/// A complete ZIP of another instance, with `attachments` bodies of `bytes`.
pub async fn complete_zip(folder: &Path, attachments: u32, bytes: u32) -> PathBuf {
    let sample = Sample {
        ciphers: attachments,
        attachments,
        largest_attachment: bytes,
        all_largest: true,
        ..Sample::default()
    };
    let table = Table::with(PracticeOptions::quick().sample(sample)).await;
    let work = ExportRequest::of_server(folder);
    let job = table.desk.desk.jobs().run(work, CancellationToken::new()).await.expect("its end is kept");
    let Some(JobResult::Export(export)) = job.result else { panic!("{job:?}") };
    assert_eq!(export.attachments.written, u64::from(attachments));
    PathBuf::from(export.file.expect("a file"))
}

/// An instance to restore onto, and its target as this computer reaches it.
async fn fresh() -> (Table, OpenedSettings) {
    let table = Table::with(PracticeOptions::quick().contents(Contents::Administrator)).await;
    let opened = opened_at(&table, share(&table.practice)).await;
    (table, opened)
}

fn work(zip: &Path, opened: &OpenedSettings) -> StagingJob {
    StagingJob {
        file: zip.to_owned().into(),
        handle: opened.handle.clone(),
        destination_id: opened.settings.destinations[0].id.clone(),
        http_accepted: false,
    }
}

async fn run(table: &Table, work: StagingJob) -> JobRecord {
    table.desk.desk.jobs().run(work, CancellationToken::new()).await.expect("its end is kept")
}

#[track_caller]
fn staged(job: JobRecord) -> StagingResult {
    match job.result {
        Some(JobResult::Staging(staged)) => staged,
        _ => panic!("not staged: {job:?}"),
    }
}

async fn planned(table: &Table, staged: &StagingResult, opened: &OpenedSettings) -> RemovalPlan {
    let id = &opened.settings.destinations[0].id;
    let desk = &table.desk.desk;
    let planned = desk
        .target_access()
        .plan_staged_removal(&staged.id, &opened.handle, id, false, &Watch::silent())
        .await;
    let Ok(Outcome::Done(plan)) = planned else { panic!("{planned:?}") };
    plan
}

async fn removed(table: &Table, plan: &RemovalPlan, opened: &OpenedSettings) -> RemovalPlan {
    let id = &opened.settings.destinations[0].id;
    let removed = table
        .desk
        .desk
        .target_access()
        .remove_staged(plan, &opened.handle, id, false, &Watch::silent())
        .await;
    let Ok(Outcome::Done(removed)) = removed else { panic!("{removed:?}") };
    removed
}

/// Every file on the target, by its path.
fn files(folder: &Path) -> Vec<String> {
    fn add(root: &Path, folder: &Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                add(root, &path, found);
            } else {
                found.push(path.strip_prefix(root).expect("inside").to_string_lossy().into_owned());
            }
        }
    }
    let mut found = Vec::new();
    add(folder, folder, &mut found);
    found.sort();
    found
}

fn puts(table: &Table) -> usize {
    files(&table.practice.backups_folder()).iter().filter(|name| name.starts_with("attachments/")).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_100_mib_archive_is_restored_through_a_target_and_removed_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let zip = complete_zip(folder.path(), 5, 20 * MIB).await;
    let (table, opened) = fresh().await;
    let local = RestoreSource::Local { path: zip.to_string_lossy().into_owned() };
    let plan = table.desk.plan(&local).await;
    assert!(plan.blocked.is_some() && plan.through_target, "over the limit, and a way is offered: {plan:?}");
    let job = run(&table, work(&zip, &opened)).await;
    assert_eq!(job.state, JobState::Succeeded, "{job:?}");
    let staged = staged(job);
    assert_eq!((staged.attachments, staged.uploaded, staged.already_there), (5, 5, 0));
    assert_eq!(staged.uploaded_bytes, 100 << 20);

    let source = RestoreSource::Remote { target_id: staged.target_id.clone(), path: staged.path.clone() };
    let plan = table.desk.confirmed_plan(source).await;
    assert!(plan.inspection.intact && !plan.needs_mismatch_accepted, "the hash in its name is right");
    assert_eq!(plan.expected_skipped.attachments, 0);
    let restored = table.desk.run(plan).await;
    let Some(JobResult::Restore(result)) = &restored.result else { panic!("{restored:?}") };
    assert_eq!((result.imported.attachment_files, result.skipped_count), (5, 0));
    assert_eq!(table.practice.state().expect("a state").bodies, 5);

    let plan = planned(&table, &staged, &opened).await;
    assert_eq!((plan.remove.len(), plan.keep.len()), (6, 0), "{plan:?}");
    removed(&table, &plan, &opened).await;
    assert_eq!(files(&table.practice.backups_folder()), Vec::<String>::new());
    assert!(table.desk.desk.target_access().staged_zips().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn staging_resumes_after_a_target_failure_without_duplicate_uploads() {
    let folder = tempfile::tempdir().expect("a folder");
    let zip = complete_zip(folder.path(), 40, 20_000).await;
    let (table, opened) = fresh().await;
    // Stopped while some are there.
    let cancel = CancellationToken::new();
    let (stop, practice) = (cancel.clone(), table.practice.backups_folder());
    table.practice.inject(&Fault::Latency { side: Side::Target, milliseconds: 40 }).expect("slow");
    let watching = tokio::spawn(async move {
        while files(&practice.join("attachments")).len() < 12 {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        stop.cancel();
    });
    let job = table.desk.desk.jobs().run(work(&zip, &opened), cancel).await.expect("its end is kept");
    watching.await.expect("stopped");
    assert_eq!(job.state, JobState::Cancelled, "{job:?}");
    let there = puts(&table);
    assert!((12..40).contains(&there), "{there}");
    for fault in [Fault::TargetStatus { status: 530 }, Fault::FillTarget] {
        table.practice.inject(&fault).expect("a switch");
        let failed = run(&table, work(&zip, &opened)).await;
        assert_eq!(failed.state, JobState::Failed, "{failed:?}");
        assert!(matches!(code(&failed), Some(Code::TargetFailed)), "{failed:?}");
        if fault == Fault::FillTarget {
            let error = failed.error.expect("an error");
            assert_eq!(error.kind(), "storage-full");
        }
        table.practice.inject(&Fault::RestoreNormal).expect("a switch");
    }
    let whole = staged(run(&table, work(&zip, &opened)).await);
    // What was under way when it was stopped is not certain, and goes again.
    assert!(whole.uploaded <= 40 - there as u64 + 6, "{whole:?}");
    assert_eq!((whole.attachments, puts(&table)), (40, 40));
    let again = staged(run(&table, work(&zip, &opened)).await);
    assert_eq!((again.uploaded, again.already_there, &again.path), (0, 40, &whole.path));
    assert_eq!(planned(&table, &again, &opened).await.remove.len(), 41, "all of it was uploaded from here");
}

#[tokio::test(flavor = "multi_thread")]
async fn existing_files_on_the_target_are_neither_changed_nor_removed() {
    let folder = tempfile::tempdir().expect("a folder");
    let zip = complete_zip(folder.path(), 6, 3_000).await;
    let (table, opened) = fresh().await;
    let target = table.practice.backups_folder();
    // The first run finds out what the bodies are called; its traces go.
    let first = staged(run(&table, work(&zip, &opened)).await);
    let bodies: Vec<_> = files(&target).into_iter().filter(|name| name.starts_with("attachments/")).collect();
    let contents: Vec<_> =
        bodies.iter().map(|name| std::fs::read(target.join(name)).expect("a body")).collect();
    let plan = planned(&table, &first, &opened).await;
    removed(&table, &plan, &opened).await;

    // One with the right content, and one of the right size with another content.
    std::fs::write(target.join(&bodies[0]), &contents[0]).expect("written");
    std::fs::write(target.join(&bodies[1]), vec![7; contents[1].len()]).expect("written");
    let refused = run(&table, work(&zip, &opened)).await;
    assert_eq!(code(&refused), Some(Code::InvalidRequest), "{refused:?}");
    let error = refused.error.expect("an error");
    assert_eq!(error.kind(), "target-occupied");
    assert_eq!(puts(&table), 2, "nothing was uploaded");

    std::fs::remove_file(target.join(&bodies[1])).expect("removed");
    let whole = staged(run(&table, work(&zip, &opened)).await);
    assert_eq!((whole.uploaded, whole.already_there), (5, 1));
    let plan = planned(&table, &whole, &opened).await;
    assert!(plan.remove.iter().all(|file| file.path != bodies[0]), "{plan:?}");
    removed(&table, &plan, &opened).await;
    assert_eq!(files(&target), [bodies[0].clone()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_a_backup_made_since_relies_on_are_not_removed() {
    let folder = tempfile::tempdir().expect("a folder");
    let zip = complete_zip(folder.path(), 4, 3_000).await;
    let (table, opened) = fresh().await;
    let whole = staged(run(&table, work(&zip, &opened)).await);
    let source = RestoreSource::Remote { target_id: whole.target_id.clone(), path: whole.path.clone() };
    let plan = table.desk.confirmed_plan(source).await;
    table.desk.run(plan).await;
    // The server's next run lists the bodies as its own.
    let target = table.practice.backups_folder();
    let bodies: Vec<_> = files(&target).into_iter().filter(|name| name.starts_with("attachments/")).collect();
    let blobs: serde_json::Map<_, _> = bodies
        .iter()
        .map(|name| {
            let blob = serde_json::json!({"sizeBytes": 3_000, "updatedAt": "2026-11-28T00:00:00.000Z"});
            (name.trim_start_matches("attachments/").to_owned(), blob)
        })
        .collect();
    let index = serde_json::json!({"version": 1, "blobs": blobs});
    let path = target.join("attachments/.nodewarden-attachment-index.v1.json");
    std::fs::write(path, index.to_string()).expect("written");
    let plan = planned(&table, &whole, &opened).await;
    assert_eq!((plan.remove.len(), plan.keep.len()), (1, 4), "only the ZIP goes: {plan:?}");
    assert!(plan.keep.iter().all(|kept| kept.reason == KeptReason::UsedByBackups));
    removed(&table, &plan, &opened).await;
    assert_eq!(files(&target).iter().filter(|name| bodies.contains(name)).count(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn staged_files_are_kept_when_a_busy_server_refuses_the_restore() {
    let folder = tempfile::tempdir().expect("a folder");
    let zip = complete_zip(folder.path(), 4, 3_000).await;
    let (table, opened) = fresh().await;
    let whole = staged(run(&table, work(&zip, &opened)).await);
    let source = RestoreSource::Remote { target_id: whole.target_id.clone(), path: whole.path.clone() };
    let plan = table.desk.confirmed_plan(source.clone()).await;
    let busy = br#"{"error":"Another backup run is already in progress"}"#.to_vec();
    table.between.at(RESTORE, Interception::Instead(409, vec![("content-type", "application/json")], busy));
    let refused = table.desk.run(plan).await;
    assert_eq!((refused.state, code(&refused)), (JobState::Failed, Some(Code::Busy)), "{refused:?}");
    table.between.when(|_| Interception::Pass);
    let again = staged(run(&table, work(&zip, &opened)).await);
    assert_eq!((again.uploaded, again.already_there), (0, 4));
    let plan = table.desk.confirmed_plan(source).await;
    let restored = table.desk.run(plan).await;
    assert_eq!(restored.state, JobState::Succeeded, "{restored:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn staging_to_a_folder_the_server_does_not_use_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let zip = complete_zip(folder.path(), 2, 3_000).await;
    let (table, _) = fresh().await;
    table.backup().await;
    let bucket = Bucket::start("localhost", "backups", "access", "secret key").await;
    let opened = opened_at(&table, in_bucket(&bucket)).await;
    let refused = run(&table, work(&zip, &opened)).await;
    assert_eq!(code(&refused), Some(Code::InvalidRequest), "{refused:?}");
    assert_eq!(refused.error.expect("an error").kind(), "another-folder");
    assert_eq!(files(&bucket.folder()), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_is_restored_through_a_bucket() {
    const HOST: &str = "s3.practice.test";
    let folder = tempfile::tempdir().expect("a folder");
    let zip = complete_zip(folder.path(), 3, 50_000).await;
    let bucket = Bucket::start(HOST, "backups", "access", "secret key").await;
    let here = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
    let options = PracticeOptions {
        host_aliases: vec![(HOST.to_owned(), here)],
        ..PracticeOptions::quick().contents(Contents::Administrator)
    };
    let table = Table::with(options).await;
    // The server reaches the bucket by another name than this computer.
    let by_server = |location| match location {
        desk_core::server::Location::S3(place) => {
            desk_core::server::Location::S3(desk_core::server::S3Place {
                endpoint: format!("http://{HOST}:{}", bucket.address().port()),
                ..place
            })
        }
        other => other,
    };
    save_target(&table, by_server(in_bucket(&bucket))).await;
    let opened = opened_at(&table, in_bucket(&bucket)).await;
    let whole = staged(run(&table, work(&zip, &opened)).await);
    assert_eq!(whole.uploaded, 3);
    let source = RestoreSource::Remote { target_id: whole.target_id.clone(), path: whole.path.clone() };
    let plan = table.desk.confirmed_plan(source).await;
    let restored = table.desk.run(plan).await;
    let Some(JobResult::Restore(result)) = &restored.result else { panic!("{restored:?}") };
    assert_eq!((result.imported.attachment_files, result.skipped_count), (3, 0));
    let plan = planned(&table, &whole, &opened).await;
    removed(&table, &plan, &opened).await;
    assert_eq!(files(&bucket.folder()), Vec::<String>::new());
}

/// Makes `location` the place of the server's target.
async fn save_target(table: &Table, location: desk_core::server::Location) {
    let before = table.desk.desk.settings().backup_settings().await.expect("settings");
    let mut after = before.clone();
    after.destinations[0].location = location;
    table.desk.desk.settings().save_backup_settings(&before, &after).await.expect("saved");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_archive_is_not_staged() {
    let folder = tempfile::tempdir().expect("a folder");
    let zip = complete_zip(folder.path(), 2, 30_000).await;
    let mut bytes = std::fs::read(&zip).expect("readable");
    let at = bytes.len() / 2;
    bytes[at] ^= 1;
    std::fs::write(&zip, bytes).expect("written");
    let (table, opened) = fresh().await;
    let refused = run(&table, work(&zip, &opened)).await;
    assert_eq!(code(&refused), Some(Code::ArchiveDamaged), "{refused:?}");
    assert_eq!(files(&table.practice.backups_folder()), Vec::<String>::new());
}
