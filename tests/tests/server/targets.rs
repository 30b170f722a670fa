//! The editor of targets, at a practice instance.

use desk_core::Code;
use desk_core::app::TargetVerdict;
use desk_core::jobs::{BackupJob, JobState};
use desk_core::secrets::SecretField;
use desk_core::server::{AuditKind, BackupSettings, Location, WebdavPlace};
use desk_practice::{Fault, Generation, Practice, PracticeOptions};
use desk_tests::at_desk::AtDesk;
use secrecy::ExposeSecret;
use tokio_util::sync::CancellationToken;

async fn practice() -> Practice {
    Practice::start(PracticeOptions::quick()).await.expect("a practice instance")
}

async fn settings(desk: &AtDesk) -> BackupSettings {
    desk.desk.settings().backup_settings().await.expect("settings")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_saved_change_keeps_an_untouched_secret() {
    for generation in [Generation::Current, Generation::V1_5] {
        let practice =
            Practice::start(PracticeOptions::quick().generation(generation)).await.expect("an instance");
        let desk = AtDesk::at(&practice).await;
        let before = settings(&desk).await;
        let text = serde_json::to_string(&before).expect("JSON");
        assert!(
            !text.contains(practice.webdav_credentials().1.expose_secret()),
            "never shown, {generation:?}"
        );
        let mut after = before.clone();
        after.destinations[0].name = "The NAS".into();
        after.destinations[0].schedule.interval_hours = 6;
        let review = desk.desk.settings().review_settings(&before, &after).expect("a review");
        assert_eq!(review.changes.len(), 1);
        assert_eq!(review.changes[0].fields.len(), 2);
        let saved = desk.desk.settings().save_backup_settings(&before, &after).await.expect("saved");
        assert_eq!(saved.destinations[0].name, "The NAS");
        assert_eq!(settings(&desk).await, saved);
        let job = desk.run(BackupJob { target_id: None }).await;
        assert_eq!(job.state, JobState::Succeeded, "the kept password still works: {job:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_that_changed_elsewhere_are_not_overwritten() {
    let practice = practice().await;
    let (one, other) = (AtDesk::at(&practice).await, AtDesk::at(&practice).await);
    let before = settings(&one).await;
    let named = |name: &str| {
        let mut after = before.clone();
        after.destinations[0].name = name.into();
        after
    };
    other.desk.settings().save_backup_settings(&before, &named("first")).await.expect("saved");
    let error =
        one.desk.settings().save_backup_settings(&before, &named("second")).await.expect_err("too late");
    assert_eq!(error.kind(), "changed-elsewhere");
    assert_eq!(settings(&one).await.destinations[0].name, "first");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_with_its_own_secret_and_another_order_are_saved() {
    let practice = practice().await;
    let desk = AtDesk::at(&practice).await;
    let before = settings(&desk).await;
    let mut copy = before.destinations[0].clone();
    copy.id = "33333333-3333-4333-8333-333333333333".into();
    copy.name = "Copy".into();
    let mut after = BackupSettings { destinations: vec![copy, before.destinations[0].clone()] };
    let error = desk.desk.settings().save_backup_settings(&before, &after).await.expect_err("no secret");
    assert_eq!(error.code(), Code::InvalidRequest);
    let Location::Webdav(WebdavPlace { password, remote_path, .. }) = &mut after.destinations[0].location
    else {
        panic!("webdav")
    };
    *password = SecretField::New { value: practice.webdav_credentials().1 };
    *remote_path = "copies".into();
    let saved = desk.desk.settings().save_backup_settings(&before, &after).await.expect("saved");
    let names: Vec<&str> = saved.destinations.iter().map(|target| target.name.as_str()).collect();
    assert_eq!(names[0], "Copy");
    let test = desk
        .desk
        .jobs()
        .test_target(&saved.destinations[0].id, true, CancellationToken::new())
        .await
        .expect("tested");
    assert_eq!(test.verdict, TargetVerdict::Works, "{test:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_test_shows_that_a_target_is_only_readable() {
    let practice = practice().await;
    let desk = AtDesk::at(&practice).await;
    let target = desk.target().await;
    let test = |write| desk.desk.jobs().test_target(&target, write, CancellationToken::new());
    assert_eq!(test(true).await.expect("tested").verdict, TargetVerdict::Works);

    practice.inject(&Fault::FillTarget).expect("caused");
    assert_eq!(test(false).await.expect("tested").verdict, TargetVerdict::Readable);
    let full = test(true).await.expect("tested");
    assert_eq!(full.verdict, TargetVerdict::ReadableNotWritable);
    let error = full.error.expect("an error");
    assert_eq!(error.kind(), "target-full");
    assert!(error.to_string().contains("full"));

    practice.inject(&Fault::TargetStatus { status: 401 }).expect("caused");
    let refused = test(true).await.expect("tested");
    assert_eq!(refused.verdict, TargetVerdict::Unreadable);
    let refused = refused.error.expect("an error").kind();
    assert!(["target-login-refused", "target-s3-refused"].contains(&&*refused), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_servers_log_shows_successful_and_failed_runs() {
    let practice = practice().await;
    let desk = AtDesk::at(&practice).await;
    desk.run(BackupJob { target_id: None }).await;
    practice.inject(&Fault::FillTarget).expect("caused");
    desk.run(BackupJob { target_id: None }).await;
    let page = desk.desk.settings().audit(50, 0).await.expect("a log");
    let runs: Vec<_> = page.events.iter().filter(|event| event.kind == AuditKind::Run).collect();
    assert_eq!(runs.iter().map(|run| run.failed).collect::<Vec<_>>(), [true, false], "the newest first");
    let error = runs[0].error.as_ref().expect("why it failed");
    assert_eq!(error.code(), Code::TargetFailed);
    assert!(runs[1].file_name.as_deref().is_some_and(|name| name.starts_with("nodewarden_backup_")));
    assert!(!page.has_more && page.total >= 2);
}
