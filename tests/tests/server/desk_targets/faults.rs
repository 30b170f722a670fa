//! What fails on the way.

use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use desk_core::Code;
use desk_core::jobs::JobState;
use desk_practice::Fault;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::between::Interception;
use crate::table::code;

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_is_complete_despite_temporary_server_faults() {
    let busy = br#"{"error":"Too many requests","error_description":"Try again in 1 seconds."}"#.to_vec();
    let failed = br#"{"error":"Internal","error_description":"R2 failed"}"#.to_vec();
    for fault in [
        Interception::Instead(429, vec![("retry-after", "1"), ("content-type", "application/json")], busy),
        Interception::Instead(500, vec![("content-type", "application/json")], failed),
        Interception::DropBefore,
        Interception::HalfBody,
        Interception::Instead(200, vec![], b"shorter".to_vec()),
    ] {
        let (table, folder, target) = with_folder().await;
        let (mut count, sent) = (0, fault.clone());
        table.between.when(move |request| {
            count += usize::from(request.uri().path() == BLOB);
            if request.uri().path() == BLOB && count % 7 == 3 { sent.clone() } else { Interception::Pass }
        });
        let made = result(&run(&table, &target).await);
        assert!(made.is_whole && made.attachments.uploaded == 20, "{fault:?}: {made:#?}");
        assert!(doctor(&folder).await.is_good(), "{fault:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_interrupted_by_the_server_is_resumed_by_the_next() {
    let (table, folder, target) = with_folder().await;
    table.between.at(EXPORT, Interception::DropBefore);
    let job = run(&table, &target).await;
    assert_eq!((job.state, code(&job)), (JobState::Failed, Some(Code::ConnectionLost)), "{job:?}");

    let mut count = 0;
    table.between.when(move |request| {
        count += usize::from(request.uri().path() == BLOB);
        if count > 6 && request.uri().path() == BLOB { Interception::DropBefore } else { Interception::Pass }
    });
    let job = run(&table, &target).await;
    assert_eq!((job.state, code(&job)), (JobState::Failed, Some(Code::ConnectionLost)), "{job:?}");
    let written = result(&job).attachments.uploaded;
    assert!((1..20).contains(&written), "{written}");
    assert!(zips(&folder).is_empty(), "no backup without its bodies");

    table.between.when(|_| Interception::Pass);
    let before = asked(&table, BLOB);
    let made = result(&run(&table, &target).await);
    assert!(made.is_whole && doctor(&folder).await.is_good(), "{made:#?}");
    assert_eq!((made.attachments.already_there, made.attachments.uploaded), (written, 20 - written));
    assert_eq!(asked(&table, BLOB) - before, usize::try_from(20 - written).expect("a few"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_usb_drive_is_not_replaced_by_its_empty_folder() {
    let (table, folder, target) = with_folder().await;
    let away = folder.with_file_name("pulled out");
    std::fs::rename(&folder, &away).expect("pulled out");
    let job = run(&table, &target).await;
    assert_eq!(job.error.expect("not there").kind(), "desk-target-folder-missing");
    // Its mount point is there, as an empty folder of another disk.
    std::fs::create_dir(&folder).expect("made");
    let job = run(&table, &target).await;
    assert_eq!(job.error.expect("another folder").kind(), "desk-target-not-mounted");
    assert!(desk_tests::at_desk::names_in(&folder).is_empty(), "nothing is written beside the stick");
    assert_eq!(asked(&table, EXPORT), 0, "the server is not asked in vain");
    std::fs::remove_dir(&folder).expect("removed");
    std::fs::rename(&away, &folder).expect("back again");
    assert!(result(&run(&table, &target).await).is_whole);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_target_keeps_what_was_written_and_resumes_later() {
    let table = Table::with(options()).await;
    let share = Share::start().await;
    let target = add(&table, form("NAS", on_share(&share))).await;
    let puts = std::sync::atomic::AtomicUsize::new(0);
    share.instead(move |asked| {
        let is_late =
            asked.method.as_str() == "PUT" && puts.fetch_add(1, std::sync::atomic::Ordering::Relaxed) >= 8;
        is_late.then(|| StatusCode::INSUFFICIENT_STORAGE.into_response())
    });
    let job = run(&table, &target).await;
    assert_eq!(job.error.as_ref().expect("full").kind(), "storage-full", "{job:?}");
    assert!(zips(share.folder()).is_empty() && !bodies(share.folder()).is_empty());
    share.behave();
    let made = result(&run(&table, &target).await);
    assert!(made.is_whole && made.attachments.already_there > 0, "{made:#?}");
    assert!(doctor(share.folder()).await.is_good());
    assert!(bodies(share.folder()).iter().all(|name| !name.contains(".uploading")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_became_read_only_is_reported() {
    let table = Table::with(options()).await;
    let share = Share::start().await;
    let target = add(&table, form("NAS", on_share(&share))).await;
    share.instead(|asked| {
        let writes = matches!(asked.method.as_str(), "PUT" | "MKCOL" | "MOVE" | "DELETE");
        writes.then(|| StatusCode::FORBIDDEN.into_response())
    });
    let job = run(&table, &target).await;
    assert_eq!(job.state, JobState::Failed);
    let kind = job.error.as_ref().map(desk_core::Error::kind).unwrap_or_default();
    assert!(kind == "storage-read-only" || kind == "storage-forbidden", "{job:?}");
    assert!(zips(share.folder()).is_empty());
    // One that never could be written to is not saved at all.
    let other = Share::start().await;
    other.instead(|asked| (asked.method.as_str() == "PUT").then(|| StatusCode::FORBIDDEN.into_response()));
    let profile = table.session().profile.id.clone();
    let saved =
        table.desk.desk.desk_targets().save(form("Other", on_share(&other)), &profile, &AllGranted).await;
    assert_eq!(saved.expect_err("refused").code(), Code::TargetFailed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_backup_leaves_no_zip_and_can_be_resumed() {
    let (table, folder, target) = with_folder().await;
    let (cancel, mut count) = (CancellationToken::new(), 0);
    let stop = cancel.clone();
    table.between.when(move |request| {
        count += usize::from(request.uri().path() == BLOB);
        // Twelve are requested at a time: when the fifteenth is, one has been written.
        if request.uri().path() == BLOB && count == 15 {
            stop.cancel();
            return Interception::Stall;
        }
        Interception::Pass
    });
    let work = DeskBackupJob::to(target.id.clone());
    let job = table.desk.desk.jobs().run(work, cancel).await.expect("its end is kept");
    assert_eq!(job.state, JobState::Cancelled, "{job:?}");
    assert!(zips(&folder).is_empty());
    table.between.when(|_| Interception::Pass);
    let made = result(&run(&table, &target).await);
    assert!(made.is_whole && made.attachments.already_there > 0, "{made:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_backups_to_one_target_never_run_together() {
    let (table, _folder, target) = with_folder().await;
    table.between.at(BLOB, Interception::Stall);
    let (cancel, desk) = (CancellationToken::new(), table.desk.desk.clone());
    let (work, token) = (DeskBackupJob::to(target.id.clone()), cancel.clone());
    let first = tokio::spawn(async move { desk.jobs().run(work, token).await });
    while asked(&table, BLOB) == 0 {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let second = run(&table, &target).await;
    assert_eq!(code(&second), Some(Code::Busy), "{second:?}");
    cancel.cancel();
    assert_eq!(first.await.expect("ends").expect("kept").state, JobState::Cancelled);
    table.between.when(|_| Interception::Pass);
    assert!(result(&run(&table, &target).await).is_whole);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_app_says_that_the_master_password_was_missing() {
    let (table, _folder, target) = with_folder().await;
    table.session().session.lock();
    let refused = table.desk.desk.jobs().run(DeskBackupJob::to("Stick"), CancellationToken::new()).await;
    assert_eq!(refused.expect_err("asked for by hand").code(), Code::PasswordNeeded);
    let job = table.desk.run(DeskBackupJob { desk_target: target.id, by_schedule: true }).await;
    assert_eq!((job.state, code(&job)), (JobState::Failed, Some(Code::PasswordNeeded)), "{job:?}");
    let card = &table.desk.desk.desk_targets().all().expect("a list")[0];
    assert_eq!(card.last_error.as_ref().map(desk_core::Error::code), Some(Code::PasswordNeeded));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_without_storage_is_missing_and_the_rest_is_backed_up() {
    let (table, folder, target) = with_folder().await;
    let stored = std::fs::read_dir(table.practice.bodies_folder()).expect("bodies");
    let cipher = stored.flatten().next().expect("a folder").path();
    let lost = std::fs::read_dir(&cipher).expect("bodies").count() as u64;
    std::fs::remove_dir_all(cipher).expect("removed");
    let job = run(&table, &target).await;
    let made = result(&job);
    assert_eq!((job.state, made.attachments.missing.len() as u64), (JobState::Attention, lost));
    assert_eq!((zips(&folder).len() as u64, made.attachments.uploaded), (1, 20 - lost));
    assert_eq!(doctor(&folder).await.lost.len() as u64, lost);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_share_is_detected_before_the_server_is_asked() {
    let table = Table::with(options()).await;
    let share = Share::start().await;
    let target = add(&table, form("NAS", on_share(&share))).await;
    share.instead(|_| Some(StatusCode::UNAUTHORIZED.into_response()));
    let job = run(&table, &target).await;
    assert_eq!(job.error.expect("refused").kind(), "storage-login-refused");
    assert_eq!(asked(&table, EXPORT), 0);
    table.practice.inject(&Fault::RestoreNormal).expect("a switch");
}
