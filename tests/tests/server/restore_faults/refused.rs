//! A server that refuses: nothing is restored, and the reason is named.

use std::collections::BTreeSet;

use desk_core::Code;
use desk_core::jobs::JobState;
use desk_tests::at_desk::AtDesk;

use super::{WAYS, ciphers, goes_through, local, refused, remote, restored, result, source};
use crate::between::Interception;
use crate::table::{IMPORT, RESTORE, Table, code};

/// What the server refuses with, and what is shown of it; nothing was restored.
async fn is_refused(status: u16, words: &str, expected: Code) {
    for path in WAYS {
        let table = Table::set().await;
        let source = source(&table, path).await;
        let before = ciphers(&table);
        let plan = table.desk.confirmed_plan(source.clone()).await;
        table.between.at(path, refused(status, words));
        let job = table.desk.run(plan).await;
        assert_eq!((job.state, code(&job)), (JobState::Failed, Some(expected)), "{path}: {job:?}");
        assert_eq!(ciphers(&table), before, "{path}");
        goes_through(&table, source).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_server_is_named_and_the_restore_starts_again() {
    is_refused(409, "Another backup run is already in progress", Code::Busy).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_too_large_for_the_server_is_refused() {
    let words = "Backup archive is too large. The current restore limit is 64 MiB";
    is_refused(413, words, Code::ServerRefused).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_restores_nothing_and_can_be_corrected() {
    is_refused(400, "Invalid password", Code::WrongPassword).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_session_restores_nothing() {
    for path in WAYS {
        let table = Table::set().await;
        let source = source(&table, path).await;
        let before = ciphers(&table);
        let plan = table.desk.confirmed_plan(source.clone()).await;
        table.between.when(move |request| match request.uri().path() {
            asked if asked == path => refused(401, "Unauthorized"),
            "/identity/connect/token" => refused(400, "invalid_grant"),
            _ => Interception::Pass,
        });
        let job = table.desk.run(plan).await;
        assert_eq!((job.state, code(&job)), (JobState::Failed, Some(Code::SessionEnded)), "{job:?}");
        assert_eq!(ciphers(&table), before, "{path}");
        goes_through(&table, source).await;
    }
}

/// Every call of planning and restoring is refused once with 429; what was refused.
async fn rate_limited(path: &'static str) -> BTreeSet<String> {
    let table = Table::set().await;
    let source = source(&table, path).await;
    let (mut refused, before) = (BTreeSet::new(), table.between.seen().len());
    table.between.when(move |request| {
        let wait = vec![("content-type", "application/json"), ("retry-after", "1")];
        let is_first = refused.insert(request.uri().path().to_owned());
        if is_first {
            Interception::Instead(429, wait, br#"{"error":"Too many requests"}"#.to_vec())
        } else {
            Interception::Pass
        }
    });
    let job = restored(&table, source).await;
    assert_eq!(result(&job).skipped_count, 0, "{job:?}");
    table.between.seen().split_off(before).into_iter().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rate_limit_at_every_call_only_delays_an_uploaded_restore() {
    let asked = rate_limited(IMPORT).await;
    assert!(asked.contains(&format!("POST {IMPORT}")) && asked.len() >= 4, "{asked:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rate_limit_at_every_call_only_delays_a_restore_from_a_target() {
    let asked = rate_limited(RESTORE).await;
    assert!(asked.contains(&format!("POST {RESTORE}")) && asked.len() >= 5, "{asked:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_administrator_is_signed_out_and_can_start_again() {
    let table = Table::set().await;
    let (source, own) = (remote(&table).await, local(&table).await);
    let other = AtDesk::at(&table.practice).await;
    let (first, second) =
        (table.desk.confirmed_plan(source.clone()).await, other.confirmed_plan(source).await);
    let job = table.desk.run(first).await;
    assert_eq!(job.state, JobState::Succeeded, "{job:?}");
    let late = other.run(second).await;
    assert_eq!((late.state, code(&late)), (JobState::Failed, Some(Code::SessionEnded)), "{late:?}");
    other.sign_in(&table.practice).await;
    // The restore of the first needs a repair before the server reads its targets.
    let plan = other.confirmed_plan(own).await;
    assert_eq!(result(&other.run(plan).await).skipped_count, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_one_of_two_simultaneous_restores_runs() {
    let table = Table::set().await;
    let source = remote(&table).await;
    let other = AtDesk::at(&table.practice).await;
    let (first, second) =
        (table.desk.confirmed_plan(source.clone()).await, other.confirmed_plan(source).await);
    let (one, two) = tokio::join!(table.desk.run(first), other.run(second));
    let (done, late) = if one.result.is_some() { (one, two) } else { (two, one) };
    assert_eq!(result(&done).skipped_count, 0);
    let told = [Some(Code::Busy), Some(Code::SessionEnded)];
    assert!(late.state == JobState::Failed && told.contains(&code(&late)), "{late:?}");
}
