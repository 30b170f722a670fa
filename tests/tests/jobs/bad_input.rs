//! What goes wrong gets its sentence, code and hint, and leaves nothing half done.

use std::time::Duration;

use axum::response::Html;
use axum::routing::any;
use desk_core::Code;
use desk_core::checks::IntegrityLevel;
use desk_core::granted::AllGranted;
use desk_core::jobs::{BackupJob, DownloadJob, IfThere, IntegrityJob, JobResult, JobState, RestoreSource};
use desk_practice::{Fault, Practice, PracticeOptions, Sample, Side};
use desk_tests::at_desk::{AtDesk, form, names_in};
use tokio_util::sync::CancellationToken;

async fn practice() -> Practice {
    Practice::start(PracticeOptions::quick()).await.expect("a practice instance")
}

async fn sign_in_fails(server: &str, email: &str, password: &str) -> Code {
    let desk = AtDesk::empty();
    match desk.desk.sessions().sign_in(form(server, email, password.into())).await {
        Ok(_) => panic!("signed in"),
        Err(error) => {
            assert!(!error.body().message.is_empty() && !error.body().hint.is_empty());
            assert!(desk.desk.ledger().profiles().expect("a ledger").is_empty(), "no profile is left behind");
            error.code()
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_is_not_there_is_unreachable() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    drop(listener);
    assert_eq!(sign_in_fails(&format!("http://127.0.0.1:{port}"), "a@b.c", "x").await, Code::HostUnreachable);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_without_tls_is_a_tls_error() {
    let practice = practice().await;
    let address = practice.server_url().replace("http://", "https://");
    assert_eq!(sign_in_fails(&address, "a@b.c", "x").await, Code::TlsFailed);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_site_is_not_a_nodewarden() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let site = axum::Router::new().fallback(any(|| async { Html("<html><body>Welcome</body></html>") }));
    tokio::spawn(async move { axum::serve(listener, site).await });
    assert_eq!(sign_in_fails(&format!("http://{address}"), "a@b.c", "x").await, Code::NotNodeWarden);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_reported_and_ten_lock_the_account() {
    let practice = practice().await;
    let (server, email) = (practice.server_url(), practice.admin_email());
    for _ in 0..10 {
        assert_eq!(sign_in_fails(server, email, "wrong").await, Code::WrongPassword);
    }
    assert_eq!(sign_in_fails(server, email, "wrong").await, Code::AccountLocked);
}

#[tokio::test(flavor = "multi_thread")]
async fn jwt_secret_missing_and_too_short_are_distinguished() {
    let practice = practice().await;
    practice.inject(&Fault::ShortenJwtSecret).expect("shortened");
    assert_eq!(sign_in_fails(practice.server_url(), "a@b.c", "x").await, Code::JwtSecretTooShort);
    practice.inject(&Fault::RemoveJwtSecret).expect("removed");
    assert_eq!(sign_in_fails(practice.server_url(), "a@b.c", "x").await, Code::JwtSecretMissing);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_jwt_secret_stops_backups_until_the_settings_are_repaired() {
    let practice = practice().await;
    let desk = AtDesk::at(&practice).await;
    let target = desk.target().await;
    practice.inject(&Fault::ChangeJwtSecret).expect("changed");
    let overview = desk.desk.board().overview().await.expect("the session renews itself");
    assert!(overview.settings_need_repair);
    let job = desk.run(BackupJob { target_id: Some(target) }).await;
    assert_eq!(job.state, JobState::Failed);
    assert_eq!(job.error.expect("the reason").code(), Code::SettingsNeedRepair);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_target_is_reported_with_its_own_message() {
    let practice = practice().await;
    let desk = AtDesk::at(&practice).await;
    for (fault, words) in [
        (Fault::FillTarget, "WebDAV upload failed: 507"),
        (Fault::TargetStatus { status: 401 }, "401"),
        (Fault::TargetStatus { status: 530 }, "530"),
    ] {
        practice.inject(&fault).expect("caused");
        let job = desk.run(BackupJob { target_id: None }).await;
        practice.inject(&Fault::RestoreNormal).expect("put right");
        assert_eq!(job.state, JobState::Failed, "{fault:?}");
        let error = job.error.expect("an error");
        assert_eq!(error.code(), Code::TargetFailed);
        assert!(
            error.body().original.as_deref().is_some_and(|original| original.contains(words)),
            "{error:?}"
        );
        assert!(!error.body().hint.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flipped_bit_on_the_target_is_found_and_the_file_kept() {
    let practice = practice().await;
    let desk = AtDesk::at(&practice).await;
    let target = desk.target().await;
    desk.run(BackupJob { target_id: None }).await;
    let path = desk.zips().await[0].path.clone();
    practice.inject(&Fault::FlipBit { file: None }).expect("flipped");
    let job = desk.run(IntegrityJob { target_id: target.clone(), path: path.clone(), deep: false }).await;
    assert_eq!(job.state, JobState::Attention);
    assert_eq!(desk.zips().await[0].integrity, IntegrityLevel::Mismatch);
    let folder = desk.folder.path().join("downloads");
    let job = desk.run(DownloadJob::into_folder(target, path.clone(), folder.clone(), IfThere::Refuse)).await;
    assert_eq!(job.state, JobState::Attention);
    let Some(JobResult::Download(download)) = job.result else { panic!("no download") };
    let here = download.check.here.expect("read here");
    assert!(!here.damage.is_empty(), "the damage is named");
    assert_eq!(names_in(&folder), [path]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_download_that_breaks_off_leaves_nothing() {
    let practice = practice().await;
    let desk = AtDesk::at(&practice).await;
    let target = desk.target().await;
    desk.run(BackupJob { target_id: None }).await;
    let path = desk.zips().await[0].path.clone();
    practice.inject(&Fault::DropConnections { side: Side::Server }).expect("caused");
    let folder = desk.folder.path().join("downloads");
    let work = DownloadJob::into_folder(target, path, folder.clone(), IfThere::Refuse);
    // Listing targets breaks off as well: the job then does not even begin.
    let code = match desk.desk.jobs().run(work, CancellationToken::new()).await {
        Ok(job) => job.error.expect("it failed").code(),
        Err(error) => error.code(),
    };
    assert_eq!(code, Code::ConnectionLost);
    assert!(names_in(&folder).is_empty(), "{:?}", names_in(&folder));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_download_stops_soon_and_leaves_nothing() {
    let practice = practice().await;
    let desk = AtDesk::at(&practice).await;
    let target = desk.target().await;
    desk.run(BackupJob { target_id: None }).await;
    let path = desk.zips().await[0].path.clone();
    practice.inject(&Fault::TargetHangs).expect("caused");
    let folder = desk.folder.path().join("downloads");
    let cancel = CancellationToken::new();
    let stop = cancel.clone();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(300)).await;
        stop.cancel();
    });
    let work = DownloadJob::into_folder(target, path, folder.clone(), IfThere::Refuse);
    let job = tokio::time::timeout(Duration::from_secs(10), desk.desk.jobs().run(work, cancel)).await;
    let job = job.expect("it stops soon").expect("its end is kept");
    assert_eq!(job.state, JobState::Cancelled);
    assert!(names_in(&folder).is_empty(), "{:?}", names_in(&folder));
}

#[tokio::test(flavor = "multi_thread")]
async fn ending_the_app_in_the_middle_stops_its_jobs_and_leaves_nothing() {
    let practice = practice().await;
    let desk = AtDesk::at(&practice).await;
    let target = desk.target().await;
    desk.run(BackupJob { target_id: None }).await;
    let path = desk.zips().await[0].path.clone();
    practice.inject(&Fault::TargetHangs).expect("caused");
    let folder = desk.folder.path().join("downloads");
    let work = DownloadJob::into_folder(target, path, folder.clone(), IfThere::Refuse);
    let job = desk.desk.jobs().start(work, &AllGranted).await.expect("it begins");
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(desk.desk.runner().running().len(), 1);
    desk.desk.runner().stop_all(Duration::from_secs(10)).await;
    let job = desk.desk.ledger().job(job).expect("a ledger").expect("the job");
    assert_eq!(job.state, JobState::Cancelled);
    assert!(names_in(&folder).is_empty(), "{:?}", names_in(&folder));
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the right to mount a file system"]
async fn a_full_disk_is_reported_and_leaves_nothing() {
    let practice = practice().await;
    let desk = AtDesk::at(&practice).await;
    let target = desk.target().await;
    desk.run(BackupJob { target_id: None }).await;
    let path = desk.zips().await[0].path.clone();
    // A tiny file system of its own.
    let folder = desk.folder.path().join("tiny");
    std::fs::create_dir(&folder).expect("a folder");
    let mounted = std::process::Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=8k", "tmpfs"])
        .arg(&folder)
        .status()
        .is_ok_and(|status| status.success());
    assert!(mounted, "mounting a file system is not allowed here");
    let job = desk.run(DownloadJob::into_folder(target, path, folder.clone(), IfThere::Refuse)).await;
    let left = names_in(&folder);
    let unmounted = std::process::Command::new("umount").arg(&folder).status();
    assert!(unmounted.is_ok_and(|status| status.success()));
    assert_eq!(job.error.expect("it failed").code(), Code::DiskFull);
    assert!(left.is_empty(), "{left:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_the_same_name_is_never_replaced() {
    let practice = practice().await;
    let desk = AtDesk::at(&practice).await;
    let target = desk.target().await;
    desk.run(BackupJob { target_id: None }).await;
    let path = desk.zips().await[0].path.clone();
    let folder = desk.folder.path().join("downloads");
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join(&path), b"mine").expect("a file");
    let job = desk.run(DownloadJob::into_folder(target, path.clone(), folder.clone(), IfThere::Refuse)).await;
    assert_eq!(job.error.expect("refused").code(), Code::FileExists);
    assert_eq!(std::fs::read(folder.join(&path)).expect("still there"), b"mine");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_no_zip_cannot_be_restored() {
    let practice = practice().await;
    let desk = AtDesk::at(&practice).await;
    let file = desk.folder.path().join("holiday.zip");
    std::fs::write(&file, b"these are not the bytes you look for").expect("a file");
    let plan = desk.confirmed_plan(RestoreSource::Local { path: file.to_string_lossy().into_owned() }).await;
    assert!(plan.blocked.is_some() && !plan.inspection.intact);
    let job = desk.run(plan).await;
    assert_eq!(job.error.expect("refused").code(), Code::ServerRefused);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restore_over_data_asks_for_the_servers_name() {
    let practice = practice().await;
    let desk = AtDesk::at(&practice).await;
    desk.run(BackupJob { target_id: None }).await;
    let source =
        RestoreSource::Remote { target_id: desk.target().await, path: desk.zips().await[0].path.clone() };
    let mut plan = desk.confirmed_plan(source).await;
    let contents = plan.replaces.clone().expect("what is there is known");
    assert_eq!((contents.ciphers, contents.attachments), (Some(24), Some(6)));
    plan.choices.typed_confirmation = "yes".into();
    let job = desk.run(plan.clone()).await;
    assert_eq!(job.error.expect("refused").code(), Code::InvalidRequest);

    plan.choices.typed_confirmation = plan.confirm_with.clone().expect("data is there");
    let job = desk.run(plan).await;
    assert_eq!(job.state, JobState::Succeeded, "{job:?}");
    let Some(JobResult::Restore(result)) = job.result else { panic!("no result") };
    let copy = result.safety_copy.expect("a safety copy was kept");
    assert!(std::path::Path::new(&copy).is_file());
    // The restore ended this session, and the settings need repair.
    assert_eq!(desk.desk.board().overview().await.expect_err("signed out").code(), Code::SessionEnded);
    desk.sign_in(&practice).await;
    assert!(desk.desk.board().overview().await.expect("signed in again").settings_need_repair);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_good_backup_is_not_deleted() {
    let practice = practice().await;
    let desk = AtDesk::at(&practice).await;
    let target = desk.target().await;
    desk.run(BackupJob { target_id: None }).await;
    let paths: Vec<String> = desk.zips().await.into_iter().map(|row| row.path).collect();
    let plan = desk.desk.board().plan_delete(&target, &paths).await.expect("a plan");
    assert_eq!(plan.blocked.as_ref().map(desk_core::Error::code), Some(Code::LastGoodBackup));
    let job = desk.run(plan).await;
    assert_eq!(job.state, JobState::Failed);
    assert_eq!(desk.zips().await.len(), paths.len(), "nothing was deleted");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_cannot_administer() {
    let practice =
        Practice::start(PracticeOptions::quick().sample(Sample::default())).await.expect("an instance");
    let admin = AtDesk::at(&practice).await;
    let users =
        admin.desk.sessions().needs_signed().expect("signed in").session.users().await.expect("users");
    let member = users.into_iter().find(|user| user.role != "admin").expect("a member");
    // Every member of a practice instance has this one.
    let password = "practice member password".into();
    let form = form(practice.server_url(), &member.email, password);
    let error = admin.desk.sessions().sign_in(form).await.err().expect("refused");
    assert_eq!(error.code(), Code::NotAdministrator);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_server_is_used_with_its_own_protocol() {
    let practice = Practice::start(PracticeOptions::quick().generation(desk_practice::Generation::V1_5))
        .await
        .expect("an old instance");
    let desk = AtDesk::at(&practice).await;
    let job = desk.run(BackupJob { target_id: None }).await;
    assert_eq!(job.state, JobState::Succeeded, "{job:?}");
    let text = serde_json::to_string(&job).expect("JSON");
    let (_, secret) = practice.webdav_credentials();
    assert!(
        !text.contains(secrecy::ExposeSecret::expose_secret(&secret)),
        "an old server's secrets are not kept"
    );
    let profile = &desk.desk.ledger().profiles().expect("a ledger")[0];
    assert_eq!(profile.generation, Some(desk_core::server::Generation::Get));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_written_to_disk() {
    let practice = practice().await;
    let desk = AtDesk::at(&practice).await;
    desk.run(BackupJob { target_id: None }).await;
    let source =
        RestoreSource::Remote { target_id: desk.target().await, path: desk.zips().await[0].path.clone() };
    desk.confirmed_plan(source).await;
    let signed = desk.desk.sessions().needs_signed().expect("signed in");
    let secrets =
        [practice.admin_password(), signed.session.refresh_token(), practice.webdav_credentials().1];
    for name in names_in(desk.folder.path()) {
        let bytes = std::fs::read(desk.folder.path().join(&name)).unwrap_or_default();
        for secret in &secrets {
            let secret = secrecy::ExposeSecret::expose_secret(secret).as_bytes();
            assert!(!bytes.windows(secret.len()).any(|part| part == secret), "a secret is in {name}");
        }
    }
}
