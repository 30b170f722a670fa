//! Waiting that a person stops outside of jobs: nothing is left behind, and no stop
//! takes longer than it must.

use std::time::{Duration, Instant};

use desk_core::Code;
use desk_core::app::unless_stopped;
use desk_core::granted::AllGranted;
use desk_core::jobs::{BackupJob, JobState};
use desk_tests::at_desk::form;
use tokio_util::sync::CancellationToken;

use crate::between::Interception;
use crate::table::{LIST, SETTINGS, Table};

const TOKEN: &str = "/identity/connect/token";

/// Stops as soon as this was asked.
fn stopped_at(table: &Table, path: &'static str) -> CancellationToken {
    let (cancel, seen) = (CancellationToken::new(), table.between.listener());
    let (stop, before) = (cancel.clone(), seen().len());
    tokio::spawn(async move {
        while !seen()[before..].iter().any(|asked| asked.ends_with(path)) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        stop.cancel();
    });
    cancel
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_sign_in_leaves_no_session_on_the_server() {
    let table = Table::set().await;
    table.desk.desk.sessions().sign_out().await.expect("signed out");
    let entered = || form(&table.between.url, table.practice.admin_email(), table.practice.admin_password());
    for (path, fault) in [(TOKEN, Interception::Stall), (SETTINGS, Interception::Stall)] {
        table.between.at(path, fault);
        let (cancel, began) = (stopped_at(&table, path), Instant::now());
        let answer = table.desk.desk.sessions().sign_in_until(entered(), None, &cancel).await;
        assert_eq!(answer.err().map(|error| error.code()), Some(Code::Stopped), "{path}");
        assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
        assert!(table.desk.desk.sessions().signed().is_none(), "{path}");
    }
    // The token of the second was given already: it is given back.
    let revoked = || table.between.seen().iter().filter(|asked| asked.ends_with("/revocation")).count();
    let waiting = Instant::now();
    while revoked() < 2 && waiting.elapsed() < Duration::from_secs(10) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(revoked(), 2, "the sign-out of before, and this one");
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_overviews_and_tests_stop_immediately() {
    let table = Table::set().await;
    let target = table.desk.target().await;
    table.between.at(SETTINGS, Interception::Stall);
    let cancel = stopped_at(&table, SETTINGS);
    let stopped = Instant::now();
    let board = unless_stopped(&cancel, table.desk.desk.board().overview()).await;
    assert_eq!(board.err().map(|error| error.code()), Some(Code::Stopped));
    table.between.at(LIST, Interception::Stall);
    let cancel = stopped_at(&table, LIST);
    let list = unless_stopped(&cancel, table.desk.desk.board().list_backups(&target, "")).await;
    assert_eq!(list.err().map(|error| error.code()), Some(Code::Stopped));
    let cancel = stopped_at(&table, LIST);
    let test = table.desk.desk.jobs().test_target(&target, true, cancel).await;
    assert_eq!(test.err().map(|error| error.code()), Some(Code::Stopped));
    assert!(stopped.elapsed() < Duration::from_secs(2), "{:?}", stopped.elapsed());
    let runs = table.between.seen().iter().filter(|asked| asked.ends_with("/run")).count();
    assert_eq!(runs, 0, "nothing was written");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_is_shown_and_stops_while_its_first_call_stalls() {
    let table = Table::set().await;
    let target = table.desk.target().await;
    let name = table.desk.desk.board().overview().await.expect("a board").targets[0].target.name.clone();
    let desk = &table.desk.desk;
    table.between.at(SETTINGS, Interception::Stall);
    let began = Instant::now();
    let id = desk.jobs().start(BackupJob { target_id: Some(target) }, &AllGranted).await.expect("it begins");
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
    let running = desk.runner().running();
    assert_eq!(running.iter().map(|job| job.subject.as_str()).collect::<Vec<_>>(), [name.as_str()]);
    desk.runner().cancel(id);
    desk.runner().stop_all(Duration::from_secs(5)).await;
    assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
    let job = desk.ledger().job(id).expect("a ledger").expect("the job");
    assert_eq!(job.state, JobState::Cancelled);
    assert!(!table.between.seen().iter().any(|asked| asked.ends_with("/run")), "nothing was written");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_that_was_never_requested_reports_that_none_was_made() {
    let table = Table::set().await;
    table.between.at(SETTINGS, Interception::Stall);
    let job = table.backup().await;
    assert_eq!(job.state, JobState::Failed);
    let error = job.error.expect("the reason");
    assert!(error.context().backup_not_made, "{error:?}");
    assert!(!table.between.seen().iter().any(|asked| asked.ends_with("/run")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_to_the_first_target_gets_its_name_once_known() {
    let table = Table::set().await;
    let name = table.desk.desk.board().overview().await.expect("a board").targets[0].target.name.clone();
    assert_eq!(table.backup().await.subject, name);
}
