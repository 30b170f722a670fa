//! Logins of targets that are kept in the keyring.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use desk_core::app::Desk;
use desk_core::clock::SystemClock;
use desk_core::jobs::{ExamineTargetJob, JobResult, JobState, TargetChoice};
use desk_core::secrets::{InMemory, SecretField};
use desk_core::server::{BackupSettings, Location};
use desk_practice::{Practice, PracticeOptions};
use desk_tests::at_desk::{AtDesk, form};
use desk_tests::share::Share;
use desk_tests::target_folder::TargetOnDisk;

use crate::account::Lockable;

const PASSWORD: &str = "the password of the share";

/// The first target of the server, at a share that this computer reaches.
async fn at(share: &Share, desk: &AtDesk) -> BackupSettings {
    let mut settings = desk.desk.settings().backup_settings().await.expect("settings");
    let Location::Webdav(mut place) = share.location() else { panic!("a share is WebDAV") };
    place.password = SecretField::new(PASSWORD);
    settings.destinations[0].location = Location::Webdav(place);
    settings
}

fn examine(handle: String, destination_id: String) -> ExamineTargetJob {
    ExamineTargetJob { target: TargetChoice::Opened { handle, destination_id, http_accepted: true } }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_saved_login_opens_its_target_after_a_restart_until_removed() {
    let (share, keyring) = (Share::start().await, Arc::new(InMemory::new()));
    TargetOnDisk::write(share.folder(), 2, 3);
    let practice = Practice::start(PracticeOptions::quick()).await.expect("a practice instance");
    let first = AtDesk::with(Arc::clone(&keyring) as Arc<_>);
    first.sign_in(&practice).await;
    let typed = at(&share, &first).await;
    let id = typed.destinations[0].id.clone();
    assert!(first.desk.target_access().open_kept_login(&id).await.expect("a look").is_none());
    let held = first.desk.opened().hold_settings(&typed).expect("held");
    first.desk.target_access().keep_login(&held.handle, &id).await.expect("kept");
    let other = first.desk.target_access().open_kept_login("another target").await.expect("a look");
    assert!(other.is_none());

    // Nothing but the keyring has it.
    let folder = first.folder;
    drop(first.desk);
    for entry in std::fs::read_dir(folder.path()).expect("a folder") {
        let path = entry.expect("an entry").path();
        let bytes = if path.is_file() { std::fs::read(&path).expect("readable") } else { Vec::new() };
        let has_it = bytes.windows(PASSWORD.len()).any(|window| window == PASSWORD.as_bytes());
        assert!(!has_it, "{}", path.display());
    }

    let desk = Desk::open(folder.path(), keyring, Arc::new(SystemClock)).expect("a desk");
    let again = form(practice.server_url(), practice.admin_email(), practice.admin_password());
    assert!(desk.sessions().sign_in(again).await.is_ok());
    let kept = desk.target_access().open_kept_login(&id).await.expect("a look").expect("it is kept");
    let shown = serde_json::to_string(&kept.settings).expect("JSON");
    assert!(kept.settings.destinations.len() == 1 && !shown.contains(PASSWORD), "{shown}");
    let job = desk.jobs().run(examine(kept.handle, id.clone()), Default::default()).await.expect("it runs");
    let Some(JobResult::ExamineTarget(found)) = job.result else { panic!("{:?}", job.error) };
    assert!(found.is_good() && job.state == JobState::Succeeded, "{found:?}");

    desk.target_access().forget_login(&id).await.expect("forgotten");
    assert!(desk.target_access().open_kept_login(&id).await.expect("a look").is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_saved_login_is_not_used_for_another_target_address() {
    let share = Share::start().await;
    TargetOnDisk::write(share.folder(), 1, 1);
    let practice = Practice::start(PracticeOptions::quick()).await.expect("a practice instance");
    let desk = AtDesk::at(&practice).await;
    let before = desk.desk.settings().backup_settings().await.expect("settings");
    let typed = at(&share, &desk).await;
    let id = typed.destinations[0].id.clone();
    let held = desk.desk.opened().hold_settings(&typed).expect("held");
    desk.desk.target_access().keep_login(&held.handle, &id).await.expect("kept");

    let mut moved = before.clone();
    let Location::Webdav(place) = &mut moved.destinations[0].location else { panic!("WebDAV") };
    place.base_url = "https://elsewhere.example.org".into();
    desk.desk.settings().save_backup_settings(&before, &moved).await.expect("saved");
    let kept = desk.desk.target_access().open_kept_login(&id).await.expect("a look").expect("it is kept");
    let Location::Webdav(place) = &kept.settings.destinations[0].location else { panic!("WebDAV") };
    assert_eq!(place.base_url, share.url());
    let job = desk.run(examine(kept.handle, id.clone())).await;
    assert_eq!(job.state, JobState::Succeeded, "{job:?}");

    // Another login for the same target replaces the old one.
    let elsewhere = Share::start().await;
    let held = desk.desk.opened().hold_settings(&at(&elsewhere, &desk).await).expect("held");
    desk.desk.target_access().keep_login(&held.handle, &id).await.expect("kept");
    let kept = desk.desk.target_access().open_kept_login(&id).await.expect("a look").expect("it is kept");
    let Location::Webdav(place) = &kept.settings.destinations[0].location else { panic!("WebDAV") };
    assert!(kept.settings.destinations.len() == 1 && place.base_url == elsewhere.url());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_keyring_no_target_login_is_saved() {
    let share = Share::start().await;
    let practice = Practice::start(PracticeOptions::quick()).await.expect("a practice instance");
    let keyring = Arc::new(Lockable::default());
    let desk = AtDesk::with(Arc::clone(&keyring) as Arc<_>);
    desk.sign_in(&practice).await;
    keyring.locked.store(true, Ordering::Relaxed);
    let typed = at(&share, &desk).await;
    let id = typed.destinations[0].id.clone();
    let held = desk.desk.opened().hold_settings(&typed).expect("held");
    let error = desk.desk.target_access().keep_login(&held.handle, &id).await.expect_err("no keyring");
    assert_eq!(error.kind(), "keyring-unavailable");
}
