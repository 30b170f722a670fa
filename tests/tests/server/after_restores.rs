//! After a restore: other copies of what was left out, a second try with them, and the list of
//! what is still to be done.

use std::path::{Path, PathBuf};

use desk_core::app::Desk;
use desk_core::archive::Storage;
use desk_core::granted::AllGranted;
use desk_core::jobs::{
    BackupJob, BodyCopy, ChecklistItem, ChecklistState, DownloadJob, ExportRequest, IfThere, JobRecord,
    JobResult, Outcome, RestoreResult, RestoreSource, RestoreStep, SkipCause, SourceChoice, Watch,
};
use desk_core::server::BackupSettings;
use desk_practice::{Fault, Practice, PracticeOptions};
use desk_tests::at_desk::{AtDesk, copied, names_in};
use tokio_util::sync::CancellationToken;

use crate::exports::share;

fn result(job: &JobRecord) -> &RestoreResult {
    match &job.result {
        Some(JobResult::Restore(restored)) => restored,
        _ => panic!("no result: {job:?}"),
    }
}

fn step(items: &[ChecklistItem], step: RestoreStep) -> &ChecklistItem {
    items.iter().find(|item| item.step == step).expect("every step is listed")
}

/// A server whose backup misses two bodies on the target; the desk has a complete export of it.
async fn with_losses() -> (Practice, AtDesk, RestoreSource) {
    let practice = Practice::start(PracticeOptions::quick()).await.expect("a practice instance");
    let desk = AtDesk::at(&practice).await;
    desk.run(BackupJob { target_id: None }).await;
    let exports = desk.folder.path().join("kept");
    let export = ExportRequest::of_server(&exports);
    desk.desk.jobs().run(export, CancellationToken::new()).await.expect("exported");
    practice.inject(&Fault::DeleteBodies { count: 2, forget: false }).expect("a switch");
    let source =
        RestoreSource::Remote { target_id: desk.target().await, path: desk.zips().await[0].path.clone() };
    (practice, desk, source)
}

async fn restored(desk: &AtDesk, source: RestoreSource) -> JobRecord {
    let plan = desk.confirmed_plan(source).await;
    desk.run(plan).await
}

#[tokio::test(flavor = "multi_thread")]
async fn each_skipped_line_names_the_zip_that_has_a_copy() {
    let (_practice, desk, source) = with_losses().await;
    let job = restored(&desk, source).await;
    let restored = result(&job);
    assert_eq!(restored.skipped.len(), 2);
    for line in &restored.skipped {
        assert_eq!(line.cause, SkipCause::MissingOnTarget);
        let kept = desk.folder.path().join("kept");
        assert!(
            matches!(line.copies.as_slice(), [BodyCopy::Zip { path }] if Path::new(path).starts_with(&kept)),
            "{line:?}"
        );
    }
    let bodies = restored.counts.iter().find(|count| count.table == "attachment_bodies").expect("counted");
    assert_eq!((bodies.expected, bodies.skipped, bodies.imported), (4, 2, Some(4)));
    assert_eq!(desk.desk.ledger().job(job.id).expect("a ledger").expect("kept"), job);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_copy_is_no_longer_listed() {
    let (_practice, desk, source) = with_losses().await;
    let job = restored(&desk, source).await;
    std::fs::remove_dir_all(desk.folder.path().join("kept")).expect("removed");
    let outcome = desk
        .desk
        .restores()
        .find_copies(job.id, Vec::new(), &AllGranted, &Watch::silent())
        .await
        .expect("searched");
    assert!(matches!(outcome, Outcome::Done(search) if search.found == 0));
    let job = desk.desk.ledger().job(job.id).expect("a ledger").expect("kept");
    assert!(result(&job).skipped.iter().all(|line| line.copies.is_empty()));
    let error = desk.desk.restores().retry_request(job.id, desk.folder.path(), &[]).expect_err("no copy");
    assert_eq!(error.kind(), "no-copy-known");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_restore_brings_back_skipped_attachments() {
    let (practice, desk, source) = with_losses().await;
    let downloads = desk.folder.path().join("downloads");
    let path = desk.zips().await[0].path.clone();
    let download = DownloadJob::into_folder(desk.target().await, path, downloads, IfThere::Refuse);
    desk.run(download).await;
    let job = restored(&desk, source).await;
    desk.sign_in(&practice).await;
    let folder = desk.folder.path().join("retry");
    let request = desk.desk.restores().retry_request(job.id, &folder, &[]).expect("a copy is known");
    let made = desk.desk.jobs().run(request, CancellationToken::new()).await.expect("a job");
    let Some(JobResult::Export(export)) = made.result else { panic!("no export: {made:?}") };
    assert!(export.importable && export.attachments.missing.is_empty(), "{export:?}");
    let path = PathBuf::from(export.file.expect("a file")).to_string_lossy().into_owned();
    let again = restored(&desk, RestoreSource::Local { path }).await;
    let again = result(&again);
    assert_eq!((again.skipped_count, again.imported.attachment_files), (0, 6));
}

/// Searches `places`; how many lines have a copy.
async fn found(desk: &Desk, job: i64, places: Vec<SourceChoice>) -> u64 {
    match desk.restores().find_copies(job, places, &AllGranted, &Watch::silent()).await.expect("searched") {
        Outcome::Done(search) => search.found,
        _ => panic!("stopped"),
    }
}

fn copies(desk: &Desk, job: i64) -> Vec<BodyCopy> {
    let job = desk.ledger().job(job).expect("a ledger").expect("kept");
    result(&job).skipped.iter().flat_map(|line| line.copies.clone()).collect()
}

/// A restore that left two bodies out, with no ZIP that has them; a copy of the target from
/// before is in the folder that is returned.
async fn without_a_zip() -> (Practice, AtDesk, JobRecord, PathBuf) {
    let practice = Practice::start(PracticeOptions::quick()).await.expect("a practice instance");
    let desk = AtDesk::at(&practice).await;
    desk.run(BackupJob { target_id: None }).await;
    let copy = desk.folder.path().join("copy-of-the-target");
    copied(&practice.backups_folder(), &copy);
    practice.inject(&Fault::DeleteBodies { count: 2, forget: false }).expect("a switch");
    let source =
        RestoreSource::Remote { target_id: desk.target().await, path: desk.zips().await[0].path.clone() };
    let job = restored(&desk, source).await;
    assert_eq!((result(&job).skipped.len(), copies(&desk.desk, job.id)), (2, Vec::new()));
    (practice, desk, job, copy)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_copy_of_the_target_brings_back_skipped_attachments() {
    let (practice, desk, job, copy) = without_a_zip().await;
    let place = SourceChoice::Folder { folder: copy.clone().into() };
    assert_eq!(found(&desk.desk, job.id, vec![place]).await, 2);
    let path = copy.to_string_lossy().into_owned();
    assert_eq!(copies(&desk.desk, job.id), vec![BodyCopy::Folder { path }; 2]);
    // It is not forgotten by the next search, as long as it is there.
    assert_eq!(found(&desk.desk, job.id, Vec::new()).await, 2);

    desk.sign_in(&practice).await;
    let zip = names_in(&copy).into_iter().find(|name| name.ends_with(".zip")).expect("the backup");
    desk.desk
        .archives()
        .inspect(&copy.join(&zip), Storage::R2, &Watch::silent())
        .await
        .expect("known from now on");
    let request =
        desk.desk.restores().retry_request(job.id, &desk.folder.path().join("retry"), &[]).expect("a copy");
    let made = desk.desk.jobs().run(request, CancellationToken::new()).await.expect("a job");
    let Some(JobResult::Export(export)) = made.result else { panic!("no export: {made:?}") };
    assert!(export.attachments.missing.is_empty(), "{export:?}");
    let again = restored(&desk, RestoreSource::Local { path: export.file.expect("a file") }).await;
    assert_eq!(result(&again).skipped_count, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_target_brings_back_skipped_attachments() {
    let (_practice, desk, job, copy) = without_a_zip().await;
    // The other target: a share that has what the first one lost.
    let other = Practice::start(PracticeOptions::quick()).await.expect("a practice instance");
    copied(&copy, &other.backups_folder());
    let mut settings = settings_of(&other).await;
    settings.destinations[0].location = share(&other);
    let folder = SourceChoice::Folder { folder: copy.clone().into() };
    assert_eq!(found(&desk.desk, job.id, vec![folder]).await, 2);
    std::fs::remove_dir_all(&copy).expect("removed");
    assert_eq!(found(&desk.desk, job.id, Vec::new()).await, 0, "a folder that is gone has no copy");
    let opened = desk.desk.opened().hold_settings(&settings).expect("held");
    let place = |http_accepted| SourceChoice::Target {
        handle: opened.handle.clone(),
        destination_id: opened.settings.destinations[0].id.clone(),
        http_accepted,
    };
    assert_eq!(found(&desk.desk, job.id, vec![place(true)]).await, 2);
    let known = copies(&desk.desk, job.id);
    assert!(matches!(known.as_slice(), [BodyCopy::Target { .. }, BodyCopy::Target { .. }]), "{known:?}");
    // Another search keeps what it did not look at.
    assert_eq!(found(&desk.desk, job.id, Vec::new()).await, 2);
    let request = desk.desk.restores().retry_request(job.id, desk.folder.path(), &[place(true)]);
    let error = request.expect_err("the restored backup itself is not here");
    assert_eq!(error.kind(), "restored-backup-not-here");
}

async fn settings_of(practice: &Practice) -> BackupSettings {
    AtDesk::at(practice).await.desk.settings().backup_settings().await.expect("settings")
}

async fn checked(desk: &Desk, job: i64, compare: bool) -> Vec<ChecklistItem> {
    match desk.restores().check_restore(job, compare, &Watch::silent()).await.expect("looked at") {
        Outcome::Done(list) => list.items,
        _ => panic!("stopped"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_checklist_is_checked_automatically_and_saved() {
    let (practice, desk, source) = with_losses().await;
    let job = restored(&desk, source).await;
    let items = checked(&desk.desk, job.id, false).await;
    assert!(items.iter().all(|item| item.state == ChecklistState::Open), "{items:?}");
    desk.sign_in(&practice).await;
    let items = checked(&desk.desk, job.id, true).await;
    assert_eq!(step(&items, RestoreStep::SignedIn).state, ChecklistState::Done);
    assert_eq!(step(&items, RestoreStep::SettingsRepaired).state, ChecklistState::Open);
    let counts = step(&items, RestoreStep::CountsCompared);
    assert_eq!(counts.state, ChecklistState::Done, "{counts:?}");
    assert!(counts.counts.iter().any(|count| count.table == "ciphers" && count.found == 24));
    let list = desk.desk.restores().note_users_informed(job.id, true).expect("noted");
    assert_eq!(step(&list.items, RestoreStep::UsersInformed).state, ChecklistState::Done);
    assert_eq!(list.notices.len(), 2);
    // Also after the app was started again.
    let kept = desk.desk.ledger().steps(job.id).expect("steps");
    assert_eq!(kept, list.items);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_saved_as_json_with_counts_and_copies() {
    let (_practice, desk, source) = with_losses().await;
    let job = restored(&desk, source).await;
    let path = desk.folder.path().join("report.json");
    desk.desk.restores().save_restore_report(job.id, path.clone()).await.expect("saved");
    let report: serde_json::Value =
        serde_json::from_slice(&std::fs::read(path).expect("readable")).expect("JSON");
    assert_eq!(report["restore"]["result"]["skipped"][0]["copies"][0]["type"], "zip");
    assert_eq!(report["checklist"].as_array().map(Vec::len), Some(5));
}
