//! A connection that is lost before, during and after a restore was sent.

use desk_core::Code;
use desk_core::jobs::{JobState, RestoreSource};
use desk_practice::{Fault, PracticeOptions, Sample};

use super::{WAYS, ciphers, goes_through, is_found_out, kind, local, remote, result, source};
use crate::between::Interception;
use crate::staging::complete_zip;
use crate::table::{IMPORT, Table, code};

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_lost_before_the_request_restores_nothing() {
    for path in WAYS {
        let table = Table::set().await;
        let source = source(&table, path).await;
        let before = ciphers(&table);
        let plan = table.desk.confirmed_plan(source.clone()).await;
        table.between.at(path, Interception::DropBefore);
        let job = table.desk.run(plan).await;
        // The server may have had it, as far as this computer can tell.
        assert_eq!((job.state, code(&job)), (JobState::Unknown, Some(Code::OutcomeUnknown)), "{job:?}");
        assert_eq!((kind(&job).as_str(), ciphers(&table)), ("outcome-no-sign", before), "{path}");
        goes_through(&table, source).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_lost_during_the_upload_restores_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    // More than any buffer between the two takes.
    let zip = complete_zip(folder.path(), 2, 12 << 20).await;
    let source = RestoreSource::Local { path: zip.to_string_lossy().into_owned() };
    let sample = Sample { ciphers: 6, attachments: 1, ..Sample::default() };
    let table = Table::with(PracticeOptions::quick().sample(sample)).await;
    let plan = table.desk.confirmed_plan(source.clone()).await;
    table.between.at(IMPORT, Interception::DropDuring);
    let job = table.desk.run(plan).await;
    assert_eq!((job.state, code(&job)), (JobState::Failed, Some(Code::ConnectionLost)), "{job:?}");
    assert_eq!(ciphers(&table), 6);
    goes_through(&table, source).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_lost_after_the_upload_is_resolved() {
    for path in WAYS {
        let table = Table::set().await;
        let (source, own) = (source(&table, path).await, local(&table).await);
        let plan = table.desk.confirmed_plan(source).await;
        table.between.at(path, Interception::DropAfter);
        let job = table.desk.run(plan).await;
        is_found_out(&table, &job).await;
        goes_through(&table, own).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_lost_midway_lists_every_skipped_attachment() {
    let table = Table::set().await;
    let (source, own) = (remote(&table).await, local(&table).await);
    let plan = table.desk.confirmed_plan(source).await;
    assert_eq!(plan.expected_skipped.attachments, 0);
    // The ZIP and two of six bodies.
    table.practice.inject(&Fault::TargetFailsAfter { requests: 3 }).expect("a switch");
    let job = table.desk.run(plan).await;
    let restored = result(&job);
    assert_eq!((job.state, restored.skipped_count), (JobState::Attention, 4), "{job:?}");
    assert_eq!((restored.skipped.len(), restored.imported.attachment_files), (4, 2));
    assert_eq!(restored.missing, [], "what was left out is accounted for");
    table.practice.inject(&Fault::RestoreNormal).expect("a switch");
    goes_through(&table, own).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_lost_before_the_backup_is_read_restores_nothing() {
    let table = Table::set().await;
    let source = remote(&table).await;
    let before = ciphers(&table);
    let plan = table.desk.confirmed_plan(source.clone()).await;
    table.practice.inject(&Fault::TargetFailsAfter { requests: 0 }).expect("a switch");
    let job = table.desk.run(plan).await;
    assert_eq!((job.state, code(&job)), (JobState::Failed, Some(Code::TargetFailed)), "{job:?}");
    assert_eq!(ciphers(&table), before);
    table.practice.inject(&Fault::RestoreNormal).expect("a switch");
    goes_through(&table, source).await;
}
