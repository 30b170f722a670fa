//! A backup that is not what it was, and attachments that are gone: what the app says of
//! them everywhere, from the first check on.

use desk_core::Code;
use desk_core::health::{BackupState, EvidenceSource, TargetHealth};
use desk_core::jobs::{BackupJob, IntegrityJob, JobResult, JobState};
use desk_core::view::BackupRow;
use desk_practice::{Fault, Practice, PracticeOptions};
use desk_tests::at_desk::AtDesk;

async fn practice() -> Practice {
    Practice::start(PracticeOptions::quick()).await.expect("a practice instance")
}

async fn check(desk: &AtDesk, path: &str, deep: bool) -> JobState {
    let target_id = desk.target().await;
    desk.run(IntegrityJob { target_id, path: path.to_owned(), deep }).await.state
}

async fn newest(desk: &AtDesk) -> BackupRow {
    desk.zips().await.into_iter().max_by(|a, b| a.made_at.cmp(&b.made_at)).expect("a backup")
}

async fn health(desk: &AtDesk) -> TargetHealth {
    desk.desk.board().overview().await.expect("an overview").targets[0].health
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flipped_bit_shows_in_the_row_the_overview_and_the_evidence() {
    let practice = practice().await;
    let desk = AtDesk::at(&practice).await;
    let target = desk.target().await;
    assert_eq!(desk.run(BackupJob { target_id: None }).await.state, JobState::Succeeded);
    let made = newest(&desk).await;
    assert_eq!((made.state, health(&desk).await), (BackupState::Verified, TargetHealth::Good));
    let profile = desk.desk.sessions().signed().expect("signed in").profile.id.clone();
    assert!(desk.desk.ledger().newest_with_repairers(&profile).expect("read").is_some());

    practice.inject(&Fault::FlipBit { file: None }).expect("flipped");
    assert_eq!(check(&desk, &made.path, false).await, JobState::Attention);
    assert_eq!(newest(&desk).await.state, BackupState::Mismatch, "after the server's check");
    assert_eq!(health(&desk).await, TargetHealth::NewestBackupBad);

    assert_eq!(check(&desk, &made.path, true).await, JobState::Attention);
    let row = newest(&desk).await;
    assert!(row.state >= BackupState::Mismatch, "a refusal hides nothing: {:?}", row.state);
    let changed = row.changed.expect("it was verified before");
    assert_ne!(changed.verified_sha256, changed.found_sha256);
    assert!(changed.verified_at < changed.found_at);

    let overview = desk.desk.board().overview().await.expect("an overview");
    let card = &overview.targets[0];
    assert_eq!(card.health, TargetHealth::NewestBackupBad);
    assert_eq!(card.last_backup.as_ref().map(|backup| backup.state), Some(row.state));
    assert_eq!(card.last_verified_at, None, "its verification counts no longer");
    assert_eq!(desk.desk.ledger().newest_with_repairers(&profile), Ok(None), "nor do its people");

    // A second backup is good; the first may go, the second may not.
    // Names have seconds: the next one must differ.
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    assert_eq!(desk.run(BackupJob { target_id: None }).await.state, JobState::Succeeded);
    let good = newest(&desk).await;
    assert_ne!(good.path, row.path);
    let refused =
        desk.desk.board().plan_delete(&target, std::slice::from_ref(&good.path)).await.expect("a plan");
    assert_eq!(refused.blocked.map(|error| error.code()), Some(Code::LastGoodBackup));
    let allowed =
        desk.desk.board().plan_delete(&target, std::slice::from_ref(&row.path)).await.expect("a plan");
    assert_eq!((allowed.blocked, allowed.keeps), (None, vec![good.name]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mismatch_stays_known_when_the_file_is_only_touched() {
    let practice = practice().await;
    let desk = AtDesk::at(&practice).await;
    desk.run(BackupJob { target_id: None }).await;
    let path = newest(&desk).await.path;
    practice.inject(&Fault::FlipBit { file: None }).expect("flipped");
    check(&desk, &path, false).await;
    let file = practice.backups_folder().join(&path);
    let later = std::time::SystemTime::now() + std::time::Duration::from_secs(90);
    let open = std::fs::File::options().write(true).open(&file).expect("the file");
    open.set_modified(later).expect("touched");
    assert_eq!(newest(&desk).await.state, BackupState::Mismatch);
}

#[tokio::test(flavor = "multi_thread")]
async fn lost_attachments_are_found_by_a_full_check_and_by_a_new_backup() {
    let practice = practice().await;
    let desk = AtDesk::at(&practice).await;
    desk.run(BackupJob { target_id: None }).await;
    practice.inject(&Fault::DeleteBodies { count: 2, forget: false }).expect("deleted");
    let path = newest(&desk).await.path;

    let target_id = desk.target().await;
    let job = desk.run(IntegrityJob { target_id, path, deep: true }).await;
    assert_eq!(job.state, JobState::Attention);
    let Some(JobResult::Integrity(check)) = job.result else { panic!("no check") };
    assert_eq!(check.state, BackupState::AttachmentsMissing);
    let found = check.attachments.expect("looked up");
    assert_eq!((found.missing, found.paths.len()), (2, 2));
    assert!(found.listed > 2);
    let row = newest(&desk).await;
    assert_eq!(row.state, BackupState::AttachmentsMissing);
    assert_eq!(row.attachments.map(|found| found.missing), Some(2));
    assert_eq!(health(&desk).await, TargetHealth::AttachmentsMissing);

    // The index still lists them, so the next run does not upload them again.
    let again = desk.run(BackupJob { target_id: None }).await;
    assert_eq!(again.state, JobState::Attention);
    let Some(JobResult::Backup(backup)) = again.result else { panic!("no backup") };
    assert_eq!(backup.check.expect("read back").state, BackupState::AttachmentsMissing);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_with_a_backup_only_in_its_folder_is_not_never_backed_up() {
    let practice = practice().await;
    let first = AtDesk::at(&practice).await;
    assert_eq!(health(&first).await, TargetHealth::Never);
    let name = "nodewarden_backup_20261101_030000_3cb70.zip";
    std::fs::create_dir_all(practice.backups_folder()).expect("a folder");
    std::fs::write(practice.backups_folder().join(name), b"not read here").expect("written");

    let desk = AtDesk::at(&practice).await;
    let overview = desk.desk.board().overview().await.expect("an overview");
    let backup = overview.targets[0].last_backup.as_ref().expect("the folder was listed");
    assert_eq!((backup.file_name.as_deref(), backup.source), (Some(name), EvidenceSource::Listing));
    assert_ne!(overview.targets[0].health, TargetHealth::Never);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_of_another_size_on_the_target_is_a_finding() {
    let practice = practice().await;
    let desk = AtDesk::at(&practice).await;
    desk.run(BackupJob { target_id: None }).await;
    let attachments = practice.backups_folder().join("attachments");
    let folders = std::fs::read_dir(&attachments).expect("bodies").flatten();
    let folder = folders.map(|entry| entry.path()).find(|path| path.is_dir()).expect("a folder");
    let body = std::fs::read_dir(folder).expect("a folder").flatten().next().expect("a body").path();
    let mut bytes = std::fs::read(&body).expect("readable");
    bytes.push(0);
    std::fs::write(&body, bytes).expect("written");

    let path = newest(&desk).await.path;
    let target_id = desk.target().await;
    let job = desk.run(IntegrityJob { target_id, path, deep: true }).await;
    assert_eq!(job.state, JobState::Attention);
    let Some(JobResult::Integrity(check)) = job.result else { panic!("no check") };
    let found = check.attachments.expect("looked up");
    assert_eq!((found.missing, found.wrong_size, found.paths.len()), (0, 1, 1));
    assert_eq!(check.state, BackupState::AttachmentsMissing);
    assert_eq!(newest(&desk).await.attachments.map(|found| found.wrong_size), Some(1));
}
