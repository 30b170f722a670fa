//! Downloads and readings on a disk that has no space.

use std::path::Path;
use std::sync::Arc;

use desk_core::Code;
use desk_core::jobs::{
    BackupJob, DownloadJob, FreeSpace, IfThere, IntegrityJob, JobResult, JobState, RESERVE,
};
use desk_practice::{Practice, PracticeOptions};
use desk_tests::at_desk::{AtDesk, names_in};

/// A disk with this much space.
struct Space(u64);

impl FreeSpace for Space {
    fn free(&self, _: &Path) -> Option<u64> {
        Some(self.0)
    }
}

fn space(free: u64) -> Arc<dyn FreeSpace> {
    Arc::new(Space(free))
}

async fn desk() -> (Practice, AtDesk, String) {
    let practice = Practice::start(PracticeOptions::quick()).await.expect("an instance");
    let desk = AtDesk::at(&practice).await;
    let made = desk.run(BackupJob { target_id: None }).await;
    let Some(JobResult::Backup(backup)) = made.result else { panic!("no backup: {made:?}") };
    (practice, desk, backup.file_name)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_download_without_space_is_refused_and_leaves_nothing() {
    let (_practice, desk, name) = desk().await;
    let target_id = desk.target().await;
    let folder = desk.folder.path().join("downloads");
    let download =
        || DownloadJob::into_folder(target_id.clone(), name.clone(), folder.clone(), IfThere::Refuse);
    desk.desk.files().set_free_space(space(RESERVE));
    let job = desk.run(download()).await;
    assert_eq!(job.state, JobState::Failed);
    let error = job.error.expect("why");
    assert_eq!(error.code(), Code::DiskFull);
    assert!(error.to_string().contains(&*folder.to_string_lossy()), "{error}");
    assert_eq!(names_in(&folder), Vec::<String>::new());

    desk.desk.files().set_free_space(space(u64::MAX));
    assert_eq!(desk.run(download()).await.state, JobState::Succeeded);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inspection_uses_the_data_folder_and_leaves_nothing_there() {
    let (_practice, desk, name) = desk().await;
    let readings = || {
        let names = names_in(desk.folder.path()).into_iter();
        names.filter(|name| name.starts_with("reading-")).collect::<Vec<_>>()
    };
    assert_eq!(readings(), Vec::<String>::new(), "the new backup was read and deleted");
    let target_id = desk.target().await;
    desk.desk.files().set_free_space(space(RESERVE));
    let job = desk.run(IntegrityJob { target_id, path: name, deep: true }).await;
    let error = job.error.expect("why");
    assert_eq!(error.code(), Code::DiskFull);
    assert!(error.to_string().contains(&*desk.folder.path().join("reading-").to_string_lossy()), "{error:?}");
    assert_eq!(readings(), Vec::<String>::new());
}
