//! Known targets are offered for settings that no key opens, so that they need not be entered
//! from memory.

use desk_core::app::KnownSource;
use desk_core::jobs::{BackupJob, JobResult, JobState};
use desk_core::secrets::SecretField;
use desk_core::server::{Location, WebdavPlace};
use desk_practice::Fault;
use desk_tests::at_desk::AtDesk;

use super::{diagnosis, practice, profile};

/// Backs up; returns the file's name.
async fn backed_up(desk: &AtDesk) -> String {
    let made = desk.run(BackupJob { target_id: None }).await;
    assert_eq!(made.state, JobState::Succeeded, "{made:?}");
    let Some(JobResult::Backup(backup)) = made.result else { panic!("no result") };
    backup.file_name
}

#[tokio::test(flavor = "multi_thread")]
async fn targets_never_seen_by_this_app_come_from_the_servers_log() {
    let practice = practice().await;
    backed_up(&AtDesk::at(&practice).await).await;
    practice.inject(&Fault::RestoreOtherInstance { wrapped: false }).expect("a switch");

    let desk = AtDesk::at(&practice).await;
    diagnosis(&desk).await;
    let source = KnownSource::Profile { profile_id: profile(&desk) };
    let known = desk.desk.recovery().known_targets(&source).await.expect("the log is read").destinations;
    assert_eq!(known.len(), 1, "{known:?}");
    assert_eq!(known[0].name, "Practice NAS");
    assert!(known[0].runtime.last_success_at.is_some() && known[0].runtime.last_uploaded_file_name.is_some());
    assert!(matches!(&known[0].location, Location::Webdav(WebdavPlace { password: SecretField::Unset, .. })));
    desk.desk.sessions().sign_out().await.expect("signed out");
    let known = desk.desk.recovery().known_targets(&source).await.expect("what is remembered").destinations;
    assert!(known.is_empty(), "nothing was ever seen: {known:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_shows_where_the_previous_one_was_stored() {
    let practice = practice().await;
    let maker = AtDesk::at(&practice).await;
    maker.desk.board().overview().await.expect("the targets are seen");
    backed_up(&maker).await;
    // The second one knows of the first.
    let path = practice.backups_folder().join(backed_up(&maker).await);
    let source = KnownSource::Backup { path: path.to_string_lossy().into_owned() };

    let folder = |location: &Location| match location {
        Location::Webdav(WebdavPlace { base_url, remote_path, password: SecretField::Unset, .. }) => {
            (base_url.clone(), remote_path.clone())
        }
        other => panic!("an unset WebDAV target: {other:?}"),
    };
    let nobody = AtDesk::empty().desk.recovery().known_targets(&source).await.expect("read").destinations;
    assert_eq!((nobody.len(), nobody[0].name.as_str()), (1, ""));
    let (address, path) = folder(&nobody[0].location);
    assert_eq!(
        (address.as_str(), path.as_str()),
        ("", "nodewarden"),
        "the folder is known by the last upload"
    );

    let signed = AtDesk::at(&practice).await;
    let named = signed.desk.recovery().known_targets(&source).await.expect("read").destinations;
    assert_eq!(named[0].name, "Practice NAS", "the log names it");
    let known = maker.desk.recovery().known_targets(&source).await.expect("read").destinations;
    assert!(!folder(&known[0].location).0.is_empty(), "what this app saw is the whole: {known:?}");
}
