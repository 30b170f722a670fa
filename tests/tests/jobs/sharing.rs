//! Two servers in one folder, and targets that move to another folder.

use desk_core::archive::Storage;
use desk_core::health::{BackupOrigin, TargetHealth};
use desk_core::jobs::{BackupJob, DownloadJob, IfThere, JobResult, JobState, RestoreSource};
use desk_core::places::Overlap;
use desk_core::secrets::SecretField;
use desk_core::server::{BackupSettings, Location};
use desk_core::targets::SharedEvidence;
use desk_core::view::BackupRow;
use desk_practice::{Contents, Practice, PracticeOptions};
use desk_tests::at_desk::AtDesk;

async fn practice(contents: Contents) -> Practice {
    Practice::start(PracticeOptions::quick().contents(contents)).await.expect("a practice instance")
}

async fn sample() -> Practice {
    practice(PracticeOptions::default().contents).await
}

async fn backed_up(desk: &AtDesk) -> String {
    let job = desk.run(BackupJob { target_id: None }).await;
    assert_eq!(job.state, JobState::Succeeded, "{job:?}");
    let Some(JobResult::Backup(backup)) = job.result else { panic!("no backup") };
    backup.file_name
}

async fn settings(desk: &AtDesk) -> BackupSettings {
    desk.desk.settings().backup_settings().await.expect("settings")
}

/// The settings of the current server with its first target at another place.
async fn moved_to(desk: &AtDesk, change: impl FnOnce(&mut Location)) -> (BackupSettings, BackupSettings) {
    let before = settings(desk).await;
    let mut after = before.clone();
    change(&mut after.destinations[0].location);
    (before, after)
}

fn at(practice: &Practice, folder: &str) -> impl FnOnce(&mut Location) {
    let (base, (user, secret)) = (practice.webdav_url_for_server(), practice.webdav_credentials());
    let folder = folder.to_owned();
    move |location| {
        let Location::Webdav(place) = location else { panic!("webdav") };
        place.base_url = base;
        place.remote_path = folder;
        place.username = user.to_owned();
        place.password = SecretField::New { value: secret };
    }
}

fn origins(rows: &[BackupRow]) -> Vec<(String, Option<BackupOrigin>)> {
    rows.iter().map(|row| (row.name.clone(), row.origin.clone())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_of_another_known_server_is_reported_before_saving() {
    let (home, second) = (sample().await, sample().await);
    let desk = AtDesk::at(&home).await;
    desk.desk.board().overview().await.expect("an overview");
    let first = backed_up(&desk).await;
    assert_eq!(desk.desk.settings().shared_targets().expect("read"), [], "one server alone shares nothing");
    assert!(desk.zips().await.iter().all(|row| row.origin.is_none()), "nothing hints at another server");

    desk.sign_in(&second).await;
    desk.desk.board().overview().await.expect("an overview");
    let (before, after) = moved_to(&desk, at(&home, "/NodeWarden/")).await;
    let shared = desk.desk.settings().review_settings(&before, &after).expect("a review").shared;
    assert_eq!(shared.len(), 1, "{shared:?}");
    assert!(shared[0].is_new);
    let SharedEvidence::Place { overlap, another_user, .. } = &shared[0].evidence else { panic!("a place") };
    assert_eq!((*overlap, *another_user), (Overlap::Same, false));
    let (before, inside) = moved_to(&desk, at(&home, "nodewarden/deeper")).await;
    let shared = desk.desk.settings().review_settings(&before, &inside).expect("a review").shared;
    assert!(
        matches!(shared[0].evidence, SharedEvidence::Place { overlap: Overlap::Inside, .. }),
        "{shared:?}"
    );
    let (before, apart) = moved_to(&desk, at(&home, "elsewhere")).await;
    assert_eq!(desk.desk.settings().review_settings(&before, &apart).expect("a review").shared, []);

    // Saved anyway, every backup says where it comes from.
    let (before, after) = moved_to(&desk, at(&home, "nodewarden")).await;
    desk.desk.settings().save_backup_settings(&before, &after).await.expect("saved");
    let own = backed_up(&desk).await;
    let home_name = desk.desk.ledger().profiles().expect("profiles");
    let home_name = &home_name.iter().find(|one| one.server_url == home.server_url()).expect("known").name;
    let mut listed = origins(&desk.zips().await);
    listed.sort_by_key(|(name, _)| name != &first);
    assert_eq!(
        listed,
        [
            (first.clone(), Some(BackupOrigin::OtherServer { name: home_name.clone() })),
            (own, Some(BackupOrigin::ThisServer))
        ]
    );
    let shared = desk.desk.settings().shared_targets().expect("read");
    let counted = |one: &SharedEvidence| matches!(one, SharedEvidence::Backups { count: 1, newest } if *newest == first);
    assert!(shared.iter().any(|one| counted(&one.evidence)), "the listing tells it too: {shared:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_names_the_server_whose_targets_are_in_the_backup() {
    let home = sample().await;
    let desk = AtDesk::at(&home).await;
    desk.desk.board().overview().await.expect("an overview");
    let name = backed_up(&desk).await;
    let target = desk.target().await;
    let folder = desk.folder.path().join("downloads");
    desk.run(DownloadJob::into_folder(target.clone(), name.clone(), folder.clone(), IfThere::Refuse)).await;
    let local = RestoreSource::Local { path: folder.join(&name).to_string_lossy().into_owned() };
    let own = desk.confirmed_plan(RestoreSource::Remote { target_id: target, path: name }).await;
    assert_eq!(own.brings_targets, None, "its own targets are where they were");

    let empty = practice(Contents::Administrator).await;
    desk.sign_in(&empty).await;
    let brought = desk.confirmed_plan(local).await.brings_targets.expect("they come along");
    assert!(brought.server_name.is_some());
    assert_eq!(brought.places, [format!("{}/nodewarden", home.webdav_url_for_server())]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_at_another_place_starts_without_the_facts_of_the_old_one() {
    let home = sample().await;
    let desk = AtDesk::at(&home).await;
    let first = backed_up(&desk).await;
    let card = || async { desk.desk.board().overview().await.expect("an overview").targets.remove(0) };
    desk.zips().await;
    assert_eq!(card().await.health, TargetHealth::Good);

    let (before, after) = moved_to(&desk, at(&home, "fresh")).await;
    desk.desk.settings().save_backup_settings(&before, &after).await.expect("saved");
    let fresh = card().await;
    assert_eq!(fresh.health, TargetHealth::Never, "{fresh:?}");
    assert_eq!((fresh.last_backup, fresh.last_verified_at, fresh.trend.len()), (None, None, 0));
    assert_eq!(fresh.target.runtime.last_success_at, None);

    let second = backed_up(&desk).await;
    let now = card().await;
    assert_eq!(now.last_backup.and_then(|backup| backup.file_name), Some(second));
    assert_eq!(now.trend.len(), 1);

    let (before, after) = moved_to(&desk, at(&home, "nodewarden")).await;
    desk.desk.settings().save_backup_settings(&before, &after).await.expect("saved");
    let back = card().await;
    assert_eq!(back.last_backup.and_then(|backup| backup.file_name), Some(first), "the old facts are back");
    assert_eq!((back.health, back.trend.len()), (TargetHealth::Good, 1));

    std::fs::remove_dir_all(home.backups_folder()).expect("emptied");
    assert_eq!(desk.zips().await.len(), 0);
    assert_eq!(card().await.health, TargetHealth::AllGone, "at the same place they are gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_attachment_storage_is_known_from_its_own_backup() {
    for (storage, is_none) in [(Storage::None, true), (Storage::R2, false)] {
        let home =
            Practice::start(PracticeOptions::quick().storage(storage)).await.expect("a practice instance");
        let desk = AtDesk::at(&home).await;
        assert!(
            !desk.desk.board().overview().await.expect("an overview").targets[0].no_storage,
            "not known yet"
        );
        desk.run(BackupJob { target_id: None }).await;
        assert_eq!(desk.desk.board().overview().await.expect("an overview").targets[0].no_storage, is_none);
        let now = settings(&desk).await;
        let review = desk.desk.settings().review_settings(&now, &now).expect("a review");
        assert_eq!(review.no_storage_at.is_some(), is_none);
    }
}
