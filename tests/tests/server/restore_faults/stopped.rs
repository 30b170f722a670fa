//! A server that is restarted in the middle of a restore.

use desk_core::jobs::JobState;
use desk_practice::{Fault, Practice, PracticeOptions};

use super::{WAYS, ciphers, goes_through, is_found_out, kind, local, source};
use crate::table::Table;

/// A server with its own folder, so that it can be started again.
async fn with_folder(folder: &std::path::Path) -> (Table, PracticeOptions) {
    let options = PracticeOptions { data_folder: Some(folder.to_owned()), ..PracticeOptions::quick() };
    let table = Table::with(options.clone()).await;
    let address = url::Url::parse(table.practice.server_url()).expect("an address");
    let port = address.port().expect("a port");
    (table, PracticeOptions { port, ..options })
}

/// Starts the server again, on the same port and with its data.
async fn started_again(table: Table, options: PracticeOptions) -> Table {
    let Table { practice, between, desk } = table;
    practice.stop().await;
    let practice = Practice::start(options).await.expect("the same instance");
    Table { practice, between, desk }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_restarted_before_the_commit_restored_nothing() {
    for path in WAYS {
        let folder = tempfile::tempdir().expect("a folder");
        let (table, options) = with_folder(folder.path()).await;
        let source = source(&table, path).await;
        let before = ciphers(&table);
        let plan = table.desk.confirmed_plan(source.clone()).await;
        table.practice.inject(&Fault::StopDuringRestore { restored: false }).expect("a switch");
        let job = table.desk.run(plan).await;
        assert_eq!(
            (job.state, kind(&job).as_str()),
            (JobState::Unknown, "outcome-silent"),
            "{path}: {job:?}"
        );
        let table = started_again(table, options).await;
        assert_eq!(ciphers(&table), before, "{path}");
        // It is asked again, and shows no sign of a restore.
        let seen = table.desk.desk.jobs().recheck_outcome(job.id).await.expect("looked again");
        assert_eq!(kind(&seen), "outcome-no-sign", "{path}: {seen:?}");
        goes_through(&table, source).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_restarted_after_the_commit_restored_everything() {
    for path in WAYS {
        let folder = tempfile::tempdir().expect("a folder");
        let (table, options) = with_folder(folder.path()).await;
        let (source, own) = (source(&table, path).await, local(&table).await);
        let plan = table.desk.confirmed_plan(source).await;
        table.practice.inject(&Fault::StopDuringRestore { restored: true }).expect("a switch");
        let job = table.desk.run(plan).await;
        assert_eq!(
            (job.state, kind(&job).as_str()),
            (JobState::Unknown, "outcome-silent"),
            "{path}: {job:?}"
        );
        let table = started_again(table, options).await;
        is_found_out(&table, &job).await;
        goes_through(&table, own).await;
    }
}
