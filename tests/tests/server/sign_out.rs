//! Signing out and removing profiles, also when the server or the keyring does not help.

use desk_core::Code;
use desk_core::granted::AllGranted;
use desk_core::jobs::{BackupJob, JobState};
use desk_tests::at_desk::form;

use crate::between::Interception;
use crate::table::{RUN, Table};

const REVOCATION: &str = "/identity/connect/revocation";

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_out_reports_whether_the_server_confirmed_it() {
    let table = Table::set().await;
    table.between.at(REVOCATION, Interception::DropBefore);
    let out = table.desk.desk.sessions().sign_out().await.expect("signed out here");
    assert!(!out.revoked);
    assert_eq!(out.error.map(|error| error.code()), Some(Code::ConnectionLost));
    assert!(table.desk.desk.sessions().signed().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_out_is_retried_on_a_busy_server() {
    let table = Table::set().await;
    table
        .between
        .once_at(REVOCATION, Interception::Instead(503, vec![("retry-after", "1")], b"busy".to_vec()));
    let out = table.desk.desk.sessions().sign_out().await.expect("signed out");
    assert!(out.revoked, "{out:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_profile_is_revoked_and_stays_removed() {
    let table = Table::set().await;
    let id = table.session().profile.id.clone();
    // Another profile is the current one by now.
    table.desk.sign_in(&table.practice).await;
    let out = table.desk.desk.profiles().remove_profile(&id, false).await.expect("removed");
    assert!(out.revoked, "{out:?}");
    assert!(table.between.seen().iter().any(|asked| asked.ends_with(REVOCATION)), "the server was told");
    let profiles = table.desk.desk.ledger().profiles().expect("a ledger");
    assert!(profiles.iter().all(|profile| profile.id != id));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_jobs_of_a_profile_end_before_it_is_removed() {
    let table = Table::set().await;
    let id = table.session().profile.id.clone();
    table.between.at(RUN, Interception::Stall);
    let job =
        table.desk.desk.jobs().start(BackupJob { target_id: None }, &AllGranted).await.expect("started");
    while !table.between.seen().iter().any(|asked| asked.ends_with(RUN)) {
        tokio::task::yield_now().await;
    }
    table.desk.desk.profiles().remove_profile(&id, false).await.expect("removed");
    assert!(table.desk.desk.runner().running().is_empty());
    let ended = table.desk.desk.ledger().job(job).expect("a ledger").expect("kept");
    assert_ne!(ended.state, JobState::Running);
    assert!(table.desk.desk.ledger().profiles().expect("a ledger").is_empty());
    // Signing in again begins its own profile.
    table.between.when(|_| Interception::Pass);
    let entered = form(&table.between.url, table.practice.admin_email(), table.practice.admin_password());
    assert!(table.desk.desk.sessions().sign_in(entered).await.is_ok());
    assert_ne!(table.session().profile.id, id);
}
