//! Restores whose response reports less than the backup holds, and backups of other servers.

use desk_core::jobs::{
    AnotherServer, BackupJob, JobRecord, JobResult, JobState, MissingRows, RestoreResult, RestoreSource,
};
use desk_practice::{Fault, PartialResult, Practice, PracticeOptions};
use desk_tests::at_desk::AtDesk;

async fn practice(options: PracticeOptions) -> Practice {
    Practice::start(options).await.expect("a practice instance")
}

/// The newest backup on the first target.
async fn newest(desk: &AtDesk) -> RestoreSource {
    RestoreSource::Remote { target_id: desk.target().await, path: desk.zips().await[0].path.clone() }
}

/// Restores a backup of the instance onto itself, and the response is partial.
async fn restored(result: PartialResult) -> (JobRecord, RestoreResult) {
    let practice = practice(PracticeOptions::quick()).await;
    let desk = AtDesk::at(&practice).await;
    desk.run(BackupJob { target_id: None }).await;
    let plan = desk.confirmed_plan(newest(&desk).await).await;
    practice.inject(&Fault::PartialRestore { result }).expect("a switch");
    let job = desk.run(plan).await;
    let Some(JobResult::Restore(restored)) = job.result.clone() else { panic!("no result: {job:?}") };
    assert_eq!(job.state, JobState::Attention);
    (job, restored)
}

fn missing(table: &str, expected: u64, imported: u64) -> MissingRows {
    MissingRows { table: table.to_owned(), expected, imported }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restore_without_items_reports_them_missing() {
    let (_, restored) = restored(PartialResult::NoItems).await;
    assert_eq!(restored.missing, [missing("ciphers", 24, 0)]);
    assert_eq!(restored.skipped_count, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partial_restore_reports_how_many_items_are_missing() {
    let (_, restored) = restored(PartialResult::SomeItems).await;
    assert_eq!(restored.missing, [missing("ciphers", 24, 12)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_were_not_restored_are_missing() {
    let (_, restored) = restored(PartialResult::FewerBodies).await;
    assert_eq!(restored.missing, [missing("attachment_bodies", 6, 3)]);
    assert_eq!(restored.skipped_count, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn skipped_attachments_without_names_are_counted() {
    let (_, restored) = restored(PartialResult::SkippedWithoutItems).await;
    assert_eq!((restored.skipped_count, restored.skipped.len()), (2, 0));
    assert_eq!(restored.missing, [], "skipped is not missing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_accounts_with_other_keys_is_of_another_server() {
    let home = practice(PracticeOptions::quick()).await;
    let desk = AtDesk::at(&home).await;
    desk.run(BackupJob { target_id: None }).await;
    let own = newest(&desk).await;
    assert_eq!(desk.confirmed_plan(own).await.from_another_server, None, "its own keys");

    // The same sample has the same ids, and keys of its own.
    let shared_target = Some(home.target_folder().to_owned());
    let away = practice(PracticeOptions { shared_target, ..PracticeOptions::quick() }).await;
    let desk = AtDesk::at(&away).await;
    let source = newest(&desk).await;
    assert_eq!(desk.plan(&source).await.from_another_server, None, "the keys are not known yet");
    let plan = desk.confirmed_plan(source).await;
    assert_eq!(plan.from_another_server, Some(AnotherServer::OtherKeys));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_without_a_common_account_is_of_another_server() {
    let practice = practice(PracticeOptions::quick()).await;
    let desk = AtDesk::at(&practice).await;
    let recorded = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/archives/local-export-complete.zip");
    let plan = desk.plan(&RestoreSource::Local { path: recorded.to_owned() }).await;
    assert_eq!(plan.from_another_server, Some(AnotherServer::NoAccount));
}
