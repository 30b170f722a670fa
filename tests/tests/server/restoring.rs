//! What a plan says of the data, the people and the safety copy, and what the core refuses.

use std::path::Path;

use desk_core::jobs::{
    ActingAfter, JobRecord, JobResult, JobState, Lockout, OVERRIDE_PHRASE, Outcome, RestorePlan,
    RestoreSource, SafetyCopyChoice, Watch,
};
use desk_core::limits::ImportLimit;
use desk_core::{Code, archive};
use desk_tests::backups::{changed, settings_row};
use serde_json::Value;

use crate::table::{Table, code};

async fn remote(table: &Table) -> RestoreSource {
    table.backup().await;
    let path = table.desk.zips().await[0].path.clone();
    RestoreSource::Remote { target_id: table.desk.target().await, path }
}

/// A recorded backup with changed rows.
fn altered(folder: &Path, change: impl FnOnce(&mut Value)) -> RestoreSource {
    RestoreSource::Local { path: changed(folder, change).to_string_lossy().into_owned() }
}

fn each_user(tables: &mut Value, change: impl Fn(&mut Value)) {
    tables["users"].as_array_mut().expect("accounts").iter_mut().for_each(change);
}

async fn restored(table: &Table, plan: RestorePlan) -> JobRecord {
    table.desk.run(plan).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_shows_the_current_and_the_restored_state() {
    let table = Table::set().await;
    let source = remote(&table).await;
    let plan = table.desk.confirmed_plan(source).await;
    let now = plan.replaces.as_ref().expect("what is there");
    assert_eq!(now.administrators, [table.practice.admin_email().to_owned()]);
    assert_eq!((now.ciphers, now.attachments), (plan.becomes.ciphers, plan.becomes.attachments));
    assert_eq!(now.administrators, plan.becomes.administrators);
    assert_eq!((plan.acting.after, plan.acting.same_keys), (ActingAfter::CanRepair, Some(true)));
    assert_eq!((plan.lockout, plan.lost_accounts.len()), (None, 0));
    let bytes = plan.sizes.iter().find(|size| size.limit == ImportLimit::ArchiveBytes).expect("a size");
    assert_eq!((bytes.found, bytes.most), (plan.inspection.file.bytes, 64 << 20));
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_that_the_backup_does_not_have_are_named() {
    let table = Table::set().await;
    let folder = tempfile::tempdir().expect("a folder");
    // The recording is of another server: all accounts of this one go.
    let plan = table.desk.plan(&altered(folder.path(), |_| {})).await;
    assert!(plan.lost_accounts.contains(&table.practice.admin_email().to_owned()), "{plan:?}");
    assert_eq!(plan.acting.after, ActingAfter::Missing);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_that_locks_everyone_out_is_refused() {
    let table = Table::set().await;
    let folder = tempfile::tempdir().expect("a folder");
    let nobody = |tables: &mut Value| each_user(tables, |user| user["role"] = "user".into());
    let unreadable = |tables: &mut Value| each_user(tables, |user| user["key"] = "2.broken".into());
    let closed = |tables: &mut Value| *settings_row(tables) = "{\"version\":2}".into();
    type Case<'a> = (&'a str, Lockout, &'a dyn Fn(&mut Value));
    let cases: [Case<'_>; 3] = [
        ("no administrator", Lockout::NoActiveAdministrator, &nobody),
        ("damaged keys", Lockout::DamagedKeys, &unreadable),
        ("closed settings", Lockout::NobodyCanRepair, &closed),
    ];
    for (what, lockout, change) in cases {
        let inside = folder.path().join(what);
        std::fs::create_dir(&inside).expect("a folder");
        let plan = table.desk.confirmed_plan(altered(&inside, change)).await;
        assert_eq!(plan.lockout, Some(lockout), "{what}");
        assert_eq!(plan.override_phrase.as_deref(), Some(OVERRIDE_PHRASE));
        assert!(plan.blocked.is_some(), "{what}");
        let job = restored(&table, plan).await;
        assert_eq!((job.state, code(&job)), (JobState::Failed, Some(Code::InvalidRequest)), "{what}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_complete_phrase_overrides_a_lockout() {
    let table = Table::set().await;
    let folder = tempfile::tempdir().expect("a folder");
    let source = altered(folder.path(), |tables| each_user(tables, |user| user["role"] = "user".into()));
    let mut plan = table.desk.confirmed_plan(source.clone()).await;
    plan.choices.typed_override = "restore".to_owned();
    // A plan that came back without its lockout does not help either.
    let mut forged = plan.clone();
    (forged.lockout, forged.blocked) = (None, None);
    let job = restored(&table, forged).await;
    assert_eq!(job.state, JobState::Failed, "{job:?}");
    let mut plan = table.desk.confirmed_plan(source).await;
    plan.choices.typed_override = OVERRIDE_PHRASE.to_owned();
    let job = restored(&table, plan).await;
    assert!(matches!(job.result, Some(JobResult::Restore(_))), "{job:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lockout_is_detected_again_when_the_plan_has_expired() {
    let table = Table::set().await;
    let folder = tempfile::tempdir().expect("a folder");
    let locks_out = |tables: &mut Value| each_user(tables, |user| user["role"] = "user".into());
    let local = altered(folder.path(), locks_out);
    let on_target = changed(folder.path(), locks_out);
    let name = on_target.file_name().expect("a name").to_string_lossy().into_owned();
    table.backup().await;
    std::fs::copy(&on_target, table.practice.backups_folder().join(&name)).expect("copied");
    let remote = RestoreSource::Remote { target_id: table.desk.target().await, path: name };
    for source in [local, remote] {
        let mut forged = table.desk.confirmed_plan(source.clone()).await;
        assert_eq!(forged.lockout, Some(Lockout::NoActiveAdministrator), "{source:?}");
        (forged.lockout, forged.blocked) = (None, None);
        forged.handle = "none that is kept".to_owned();
        let before = table.practice.state().expect("a state").ciphers;
        let job = restored(&table, forged).await;
        let kind = job.error.as_ref().map(desk_core::Error::kind);
        assert_eq!(
            (job.state, kind.as_deref()),
            (JobState::Failed, Some("lockout-no-administrator")),
            "{job:?}"
        );
        assert_eq!(table.practice.state().expect("a state").ciphers, before, "nothing was restored");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn confirmations_that_a_plan_asks_for_cannot_be_taken_out_of_it() {
    let table = Table::set().await;
    let source = remote(&table).await;
    for kept in [true, false] {
        let mut forged = table.desk.confirmed_plan(source.clone()).await;
        (forged.confirm_with, forged.choices.typed_confirmation) = (None, String::new());
        if !kept {
            forged.handle = "none that is kept".to_owned();
        }
        let job = restored(&table, forged).await;
        let kind = job.error.as_ref().map(desk_core::Error::kind);
        assert_eq!(
            (job.state, kind.as_deref()),
            (JobState::Failed, Some("restore-not-confirmed")),
            "{job:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn planning_stops_when_it_is_cancelled() {
    let table = Table::set().await;
    let source = remote(&table).await;
    let watch = Watch::silent();
    watch.cancel.cancel();
    let outcome = table.desk.desk.restores().plan_restore(&source, &watch).await;
    assert!(matches!(outcome, Ok(Outcome::Stopped)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_complete_safety_copy_has_every_attachment() {
    let table = Table::set().await;
    let mut plan = table.desk.confirmed_plan(remote(&table).await).await;
    plan.choices.safety_copy = SafetyCopyChoice::Complete;
    let name = plan.file_name.clone();
    let job = restored(&table, plan).await;
    assert_eq!((job.state, job.subject.as_str()), (JobState::Succeeded, name.as_str()), "{job:?}");
    let safety = job.safety.expect("on record");
    assert_eq!((safety.choice, safety.is_verified), (SafetyCopyChoice::Complete, true));
    let path = safety.path.expect("a file");
    let facts = archive::first_facts(Path::new(&path)).expect("a backup");
    assert_eq!((facts.kind, facts.bodies), (Some(archive::Kind::Complete), 6));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_readable_attachment_nothing_is_replaced() {
    let table = Table::set().await;
    let mut plan = table.desk.confirmed_plan(remote(&table).await).await;
    plan.choices.safety_copy = SafetyCopyChoice::Complete;
    table.between.when(|request| match request.uri().path() {
        "/api/admin/backup/blob" => crate::between::Interception::DropBefore,
        _ => crate::between::Interception::Pass,
    });
    let job = restored(&table, plan).await;
    assert_eq!(job.state, JobState::Failed, "{job:?}");
    let asked = table.between.seen();
    assert!(!asked.iter().any(|asked| asked.ends_with(crate::table::RESTORE)), "{asked:?}");
    assert_eq!(table.desk.desk.restores().safety_copies().expect("a list"), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn attachments_lost_by_the_server_do_not_block_a_restore() {
    let table = Table::set().await;
    let source = remote(&table).await;
    let mut plan = table.desk.confirmed_plan(source).await;
    let lost = plan.owners.keys().next().expect("an attachment").clone();
    std::fs::remove_file(table.practice.bodies_folder().join(&lost)).expect("the server's own body");
    plan.choices.safety_copy = SafetyCopyChoice::Complete;
    let job = restored(&table, plan).await;
    assert!(matches!(job.result, Some(JobResult::Restore(_))), "{job:?}");
    assert_eq!(job.safety.expect("on record").missing_bodies, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_declined_safety_copy_is_recorded() {
    let table = Table::set().await;
    let mut plan = table.desk.confirmed_plan(remote(&table).await).await;
    plan.choices.safety_copy = SafetyCopyChoice::None;
    let job = restored(&table, plan).await;
    let kept = table.desk.desk.ledger().job(job.id).expect("a ledger").expect("a job");
    let safety = kept.safety.expect("on record");
    assert_eq!((safety.choice, safety.path), (SafetyCopyChoice::None, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn safety_copies_are_listed_until_a_person_removes_them() {
    let table = Table::set().await;
    let plan = table.desk.confirmed_plan(remote(&table).await).await;
    // A restore that is refused keeps the copy, too.
    let busy = br#"{"error":"Another backup run is already in progress"}"#.to_vec();
    let json = vec![("content-type", "application/json")];
    table.between.at(crate::table::RESTORE, crate::between::Interception::Instead(409, json, busy));
    let job = restored(&table, plan).await;
    assert_eq!(code(&job), Some(Code::Busy), "{job:?}");
    let desk = &table.desk.desk;
    let copies = desk.restores().safety_copies().expect("a list");
    assert_eq!(copies.len(), 1);
    let copy = &copies[0];
    assert_eq!((copy.job_id, copy.choice), (Some(job.id), Some(SafetyCopyChoice::IndexOnly)));
    assert!(copy.is_verified && copy.bytes > 0 && copy.made_at.is_some() && copy.server_name.is_some());
    let error = desk.restores().remove_safety_copy("../ledger.sqlite3").expect_err("not a safety copy");
    assert_eq!(error.code(), Code::InvalidRequest);
    desk.restores().remove_safety_copy(&copy.name).expect("removed");
    assert_eq!(desk.restores().safety_copies().expect("a list"), []);
    assert!(!Path::new(&copy.path).exists());
}
