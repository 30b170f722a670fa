//! The job this project exists for, from the first backup to the skipped list.

use desk_core::archive::{Kind, Storage};
use desk_core::checks::IntegrityLevel;
use desk_core::jobs::{
    BackupJob, DownloadJob, IfThere, IntegrityJob, JobResult, JobState, RestoreSource, SkipCause,
};
use desk_core::progress::Stage;
use desk_practice::{Contents, Fault, Practice, PracticeOptions, Sample, Side};
use desk_tests::at_desk::{AtDesk, names_in};

const TOO_LARGE_FOR_KV: u32 = 26 << 20;

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_is_verified_downloaded_and_restored_and_losses_are_listed() {
    let sample = Sample {
        ciphers: 400,
        folders: 12,
        attachments: 60,
        largest_attachment: TOO_LARGE_FOR_KV,
        ..Sample::default()
    };
    let home = Practice::start(PracticeOptions::quick().sample(sample)).await.expect("a practice instance");
    let desk = AtDesk::at(&home).await;
    let target = desk.target().await;

    // Back up, with attachments, and read it back.
    // The server's steps are reported while it works, not after.
    home.inject(&Fault::Latency { side: Side::Target, milliseconds: 100 }).expect("slowed");
    let first = desk.run(BackupJob { target_id: Some(target.clone()) }).await;
    let Some(JobResult::Backup(backup)) = &first.result else { panic!("no backup: {first:?}") };
    assert_eq!(first.state, JobState::Succeeded);
    let check = backup.check.as_ref().expect("read back");
    assert_eq!(check.level, IntegrityLevel::Verified);
    let here = check.here.as_ref().expect("read here");
    assert_eq!(here.kind, Some(Kind::IndexOnly));
    assert!(backup.file_name.ends_with(&format!("_{}.zip", &here.sha256[..5])));
    for stage in [Stage::RunSyncAttachments, Stage::RunUploadArchive, Stage::Downloading, Stage::CheckingHere]
    {
        assert!(desk.stages().contains(&stage), "{stage:?} was not shown: {:?}", desk.stages());
    }
    home.inject(&Fault::Latency { side: Side::Target, milliseconds: 0 }).expect("as before");

    // A body is lost behind the index: the next run does not bring it back.
    let lost = some_small_body(&home);
    home.inject(&Fault::DeleteBody { blob_name: lost.clone(), forget: false }).expect("deleted");
    let second = desk.run(BackupJob { target_id: None }).await;
    let Some(JobResult::Backup(backup)) = &second.result else { panic!("no backup: {second:?}") };

    // Check it, by the server and in full, and download it.
    let path = backup.file_name.clone();
    let checked = desk.run(IntegrityJob { target_id: target.clone(), path: path.clone(), deep: false }).await;
    let Some(JobResult::Integrity(check)) = &checked.result else { panic!("no check: {checked:?}") };
    assert_eq!(check.level, IntegrityLevel::NameHashMatches);
    let downloads = desk.folder.path().join("downloads");
    let folder = downloads.clone();
    let downloaded = desk.run(DownloadJob::into_folder(target, path.clone(), folder, IfThere::Refuse)).await;
    let Some(JobResult::Download(download)) = &downloaded.result else {
        panic!("no download: {downloaded:?}")
    };
    assert_eq!(download.check.level, IntegrityLevel::Verified);
    assert_eq!(names_in(&downloads), [path.as_str()]);
    let known = desk.desk.ledger().local_backups().expect("a ledger");
    assert_eq!(known.len(), 1);
    assert_eq!(known[0].sha256, download.check.here.as_ref().expect("read here").sha256);

    // Restore it from the target onto a second instance, on KV.
    let away = Practice::start(PracticeOptions {
        shared_target: Some(home.target_folder().to_owned()),
        storage: Storage::Kv,
        ..PracticeOptions::quick().contents(Contents::Administrator)
    })
    .await
    .expect("a second practice instance");
    let desk = AtDesk::at(&away).await;
    let source = RestoreSource::Remote { target_id: desk.target().await, path };
    let plan = desk.confirmed_plan(source).await;
    assert_eq!(plan.server_storage, Some(Storage::Kv));
    assert_eq!(plan.missing_on_target.as_deref(), Some(&[lost.clone()][..]));
    assert_eq!(plan.blocked, None);
    let foreseen: Vec<&str> = plan.expected_skipped.items.iter().map(|item| item.path.as_str()).collect();

    let restored = desk.run(plan.clone()).await;
    let Some(JobResult::Restore(result)) = &restored.result else { panic!("no restore: {restored:?}") };
    assert_eq!(restored.state, JobState::Attention);
    assert_eq!((result.imported.ciphers, result.imported.attachment_files), (400, 58));
    assert_eq!(result.skipped.len(), 2, "{:?}", result.skipped);
    let missing =
        result.skipped.iter().find(|line| line.path.ends_with(&lost)).expect("the lost body is named");
    assert_eq!(missing.cause, SkipCause::MissingOnTarget);
    assert!(missing.size_bytes > 0 && missing.owner_email.is_some());
    let large =
        result.skipped.iter().find(|line| !line.path.ends_with(&lost)).expect("the large body is named");
    assert_eq!((large.cause, large.size_bytes), (SkipCause::TooLargeForKv, u64::from(TOO_LARGE_FOR_KV)));
    let mut named: Vec<&str> = result.skipped.iter().map(|line| line.path.as_str()).collect();
    let mut foreseen = foreseen;
    named.sort_unstable();
    foreseen.sort_unstable();
    assert_eq!(foreseen, named, "the plan foresaw what was skipped");

    // The record is kept permanently.
    let kept = desk.desk.ledger().job(restored.id).expect("a ledger").expect("the job");
    assert_eq!(kept.result, restored.result);
}

/// A body on the target that is small enough for KV, by its name there.
fn some_small_body(practice: &Practice) -> String {
    let attachments = practice.backups_folder().join("attachments");
    let mut bodies: Vec<(String, u64)> = Vec::new();
    for cipher in names_in(&attachments) {
        for body in names_in(&attachments.join(&cipher)) {
            let size = std::fs::metadata(attachments.join(&cipher).join(&body)).expect("a body").len();
            bodies.push((format!("{cipher}/{body}"), size));
        }
    }
    bodies.retain(|(_, size)| (1..1 << 20).contains(size));
    bodies.pop().expect("a small body").0
}
