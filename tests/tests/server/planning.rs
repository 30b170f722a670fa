//! What planning a restore asks of the server, and what its log notes of it.

use std::path::Path;

use desk_core::jobs::{JobResult, JobState, RestoreSource};
use desk_core::server::AuditKind;
use desk_practice::{Generation, PracticeOptions};

use crate::table::Table;

/// How many exports the server's log notes.
async fn exports(table: &Table) -> usize {
    let page = table.desk.desk.settings().audit(200, 0).await.expect("a log");
    page.events.iter().filter(|event| event.kind == AuditKind::Export).count()
}

/// A backup on the server's target.
async fn remote(table: &Table) -> RestoreSource {
    table.backup().await;
    let path = table.desk.zips().await[0].path.clone();
    RestoreSource::Remote { target_id: table.desk.target().await, path }
}

fn fixture(file: &str) -> RestoreSource {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(file);
    RestoreSource::Local { path: path.to_string_lossy().into_owned() }
}

#[tokio::test(flavor = "multi_thread")]
async fn plans_without_a_restore_make_no_export() {
    let table = Table::set().await;
    let remote = remote(&table).await;
    let local = fixture("archives/local-export-complete.zip");
    for source in [&remote, &local, &remote] {
        let plan = table.desk.plan(source).await;
        assert_eq!(plan.blocked, None);
        assert!(!plan.completed);
        let now = plan.replaces.as_ref().expect("the accounts are known");
        assert!(now.accounts.contains(&table.practice.admin_email().to_owned()));
        assert_eq!((now.ciphers, now.attachments), (None, None));
        // Without what it would replace, it does not start.
        let job = table.desk.run(plan).await;
        assert_eq!(job.state, JobState::Failed);
    }
    assert_eq!(exports(&table).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_plan_makes_no_export_even_when_completed() {
    let table = Table::set().await;
    let plan = table.desk.confirmed_plan(fixture("corpus/macosx-extras.zip")).await;
    assert!(plan.blocked.is_some());
    assert_eq!(exports(&table).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restore_makes_one_export_which_is_its_safety_copy() {
    let table = Table::set().await;
    let source = remote(&table).await;
    for _ in 0..3 {
        table.desk.plan(&source).await;
    }
    let plan = table.desk.confirmed_plan(source).await;
    assert!(plan.completed);
    let job = table.desk.run(plan).await;
    let Some(JobResult::Restore(restored)) = job.result else { panic!("no result: {job:?}") };
    let copy = restored.safety_copy.expect("a safety copy");
    let facts = desk_core::archive::first_facts(Path::new(&copy)).expect("a backup");
    assert_eq!(facts.tables.get("ciphers"), Some(&24));
    table.sign_in_again().await;
    assert_eq!(exports(&table).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn continuing_a_plan_twice_makes_one_export() {
    let table = Table::set().await;
    let plan = table.desk.confirmed_plan(remote(&table).await).await;
    let again =
        table.desk.desk.restores().complete_restore_plan(&plan, &desk_core::jobs::Watch::silent()).await;
    assert!(matches!(again, Ok(desk_core::jobs::Outcome::Done(plan)) if plan.completed));
    assert_eq!(exports(&table).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_between_plan_and_restore_costs_one_more_export() {
    let table = Table::set().await;
    let plan = table.desk.confirmed_plan(remote(&table).await).await;
    // The files of the plan go with the lock: they hold secrets.
    table.desk.desk.lock();
    let password = table.practice.admin_password();
    table.session().session.unlock(&password).await.expect("unlocked");
    let job = table.desk.run(plan).await;
    let Some(JobResult::Restore(restored)) = job.result else { panic!("no result: {job:?}") };
    assert!(restored.safety_copy.is_some_and(|copy| Path::new(&copy).is_file()));
    table.sign_in_again().await;
    assert_eq!(exports(&table).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_server_without_a_log_is_reported() {
    let table = Table::with(PracticeOptions::quick().generation(Generation::V1_5)).await;
    let error = table.desk.desk.settings().audit(50, 0).await.expect_err("there is no log");
    assert_eq!(error.kind(), "no-log", "{error:?}");
}
