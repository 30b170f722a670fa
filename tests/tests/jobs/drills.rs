//! Drills: backups restored into temporary instances.

use std::path::{Path, PathBuf};
use std::time::Duration;

use desk_core::Code;
use desk_core::archive::Storage;
use desk_core::error::JobDetail;
use desk_core::jobs::{
    BackupJob, DrillRequest, DrillResult, ExportRequest, JobEvent, JobRecord, JobResult, JobState,
};
use desk_core::progress::{Stage, Update};
use desk_practice::{Practice, PracticeOptions};
use desk_tests::at_desk::AtDesk;
use tokio_util::sync::CancellationToken;

/// A server's backup on its target, with the bodies beside it.
struct Made {
    practice: Practice,
    desk: AtDesk,
    zip: PathBuf,
}

async fn made() -> Made {
    let practice = Practice::start(PracticeOptions::quick()).await.expect("a practice instance");
    let desk = AtDesk::at(&practice).await;
    desk.run(BackupJob { target_id: None }).await;
    let zip = practice.backups_folder().join(&desk.zips().await[0].name);
    Made { practice, desk, zip }
}

fn request(file: &Path, storage: Storage, folder: Option<PathBuf>) -> DrillRequest {
    DrillRequest { file: file.to_owned().into(), storage, folder: folder.map(Into::into), passphrase: None }
}

async fn run(desk: &AtDesk, request: &DrillRequest) -> JobRecord {
    desk.desk.jobs().run(request.clone(), CancellationToken::new()).await.expect("its end is kept")
}

async fn drilled(desk: &AtDesk, request: &DrillRequest) -> (JobState, DrillResult) {
    let job = run(desk, request).await;
    match job.result {
        Some(JobResult::Drill(drill)) => (job.state, drill),
        _ => panic!("no result: {job:?}"),
    }
}

/// Everything below a folder, with sizes.
fn everything(folder: &Path) -> Vec<(PathBuf, u64)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(everything(&path));
        } else {
            let size = path.metadata().expect("a file").len();
            found.push((path, size));
        }
    }
    found.sort();
    found
}

fn readings(desk: &AtDesk) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(desk.folder.path()).expect("a folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths
        .filter(|path| path.file_name().unwrap_or_default().to_string_lossy().starts_with("reading-"))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_with_its_target_folder_passes_and_changes_nothing_there() {
    let Made { practice, desk: source, zip } = made().await;
    let desk = AtDesk::empty();
    let before = everything(practice.target_folder());
    let (state, drill) = drilled(&desk, &request(&zip, Storage::R2, Some(practice.backups_folder()))).await;
    assert_eq!(
        (state, drill.ok, drill.accepted, drill.skipped_count()),
        (JobState::Succeeded, true, true, 0)
    );
    let imported = drill.imported.expect("it was restored");
    assert_eq!((imported.users, imported.ciphers, imported.attachment_files), (2, 24, 6));
    assert!(drill.seconds > 0.0);
    assert_eq!(everything(practice.target_folder()), before, "the person's folder is only read");
    assert_eq!(readings(&desk), [] as [PathBuf; 0], "the throw-away server is gone");
    let last = desk.desk.ledger().last_drill(&drill.sha256).expect("readable").expect("it is kept");
    assert_eq!(last.storage, Storage::R2);

    // The same content on a target shows it as well.
    source
        .desk
        .jobs()
        .run(request(&zip, Storage::Kv, Some(practice.backups_folder())), CancellationToken::new())
        .await
        .expect("its end is kept");
    let row = &source.zips().await[0];
    assert_eq!(row.last_drill.as_ref().map(|last| last.storage), Some(Storage::Kv), "{row:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn attachments_that_the_folder_lacks_are_skipped_and_named() {
    let Made { practice, zip, .. } = made().await;
    let bodies = everything(&practice.backups_folder().join("attachments"));
    let lost = bodies.iter().filter(|(path, _)| !path.to_string_lossy().contains("index")).take(2);
    for (path, _) in lost {
        std::fs::remove_file(path).expect("removed");
    }
    let desk = AtDesk::empty();
    let (state, drill) = drilled(&desk, &request(&zip, Storage::R2, Some(practice.backups_folder()))).await;
    assert_eq!((state, drill.ok, drill.accepted), (JobState::Attention, false, true));
    assert_eq!((drill.skipped.attachments, drill.skipped.items.len()), (2, 2));
    assert_eq!(drill.imported.expect("it was restored").attachments, 4);
    assert_eq!(desk.desk.ledger().last_drill(&drill.sha256), Ok(None), "it did not pass");

    let (_, nowhere) = drilled(&desk, &request(&zip, Storage::None, Some(practice.backups_folder()))).await;
    assert_eq!((nowhere.accepted, nowhere.skipped.attachments), (true, 6));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_that_only_lists_its_attachments_asks_for_the_folder() {
    let Made { practice, zip, .. } = made().await;
    let desk = AtDesk::empty();
    let (state, drill) = drilled(&desk, &request(&zip, Storage::R2, None)).await;
    assert_eq!((state, drill.accepted, drill.needs_folder), (JobState::Attention, false, true));
    assert!(drill.error.is_some_and(|words| words.contains("missing required file")));

    let wrong = run(&desk, &request(&zip, Storage::R2, Some(practice.bodies_folder().to_owned()))).await;
    assert_eq!(wrong.error.map(|error| error.code()), Some(Code::FileNotFound));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_backup_does_not_pass() {
    let Made { practice, zip, .. } = made().await;
    let mut bytes = std::fs::read(&zip).expect("readable");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 4;
    std::fs::write(&zip, bytes).expect("written");
    let (state, drill) =
        drilled(&AtDesk::empty(), &request(&zip, Storage::R2, Some(practice.backups_folder()))).await;
    assert_eq!((state, drill.ok, drill.intact), (JobState::Attention, false, false));
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn pipes_and_links_among_the_attachments_are_skipped_and_never_opened() {
    let Made { practice, zip, .. } = made().await;
    let bodies = everything(&practice.backups_folder().join("attachments"));
    let mut bodies = bodies.iter().filter(|(path, _)| !path.to_string_lossy().contains("index"));
    let (pipe, link) = (&bodies.next().expect("a body").0, &bodies.next().expect("a body").0);
    let outside = practice.backups_folder().join("outside");
    std::fs::rename(link, &outside).expect("moved");
    std::os::unix::fs::symlink(&outside, link).expect("linked");
    std::fs::remove_file(pipe).expect("removed");
    assert!(std::process::Command::new("mkfifo").arg(pipe).status().expect("mkfifo runs").success());
    let drill = request(&zip, Storage::R2, Some(practice.backups_folder()));
    let desk = AtDesk::empty();
    let drilled = tokio::time::timeout(Duration::from_secs(30), drilled(&desk, &drill));
    let (state, drill) = drilled.await.expect("it ends");
    assert_eq!((state, drill.accepted, drill.skipped_count()), (JobState::Attention, true, 2));
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn pipes_and_devices_are_refused_without_blocking() {
    let folder = tempfile::tempdir().expect("a folder");
    let pipe = folder.path().join("pipe.zip");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo runs");
    assert!(made.success());
    for file in [pipe.as_path(), Path::new("/dev/zero")] {
        let desk = AtDesk::empty();
        let drill = request(file, Storage::R2, None);
        let job = tokio::time::timeout(Duration::from_secs(20), run(&desk, &drill)).await.expect("it ends");
        assert_eq!(job.error.map(|error| error.kind()).as_deref(), Some("not-a-file"), "{}", file.display());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_encrypted_complete_export_is_drilled_with_its_passphrase() {
    let Made { practice: _practice, desk: source, .. } = made().await;
    let folder = tempfile::tempdir().expect("a folder");
    let passphrase = secrecy::SecretString::from("a good passphrase");
    let mut export = ExportRequest::of_server(folder.path());
    export.passphrase = Some(passphrase.clone());
    let job = source.desk.jobs().run(export, CancellationToken::new()).await.expect("its end is kept");
    let Some(JobResult::Export(export)) = job.result else { panic!("no export: {job:?}") };
    let file = PathBuf::from(export.file.expect("a file"));

    let desk = AtDesk::empty();
    let mut request = request(&file, Storage::R2, None);
    let asked = run(&desk, &request).await.error.expect("a passphrase is needed");
    assert!(asked.is(JobDetail::FileIsEncrypted), "{asked:?}");
    request.passphrase = Some("another passphrase".into());
    assert_eq!(run(&desk, &request).await.error.map(|error| error.code()), Some(Code::WrongSecret));
    request.passphrase = Some(passphrase);
    let (state, drill) = drilled(&desk, &request).await;
    assert_eq!((state, drill.ok), (JobState::Succeeded, true), "{drill:?}");
    assert_eq!(drill.imported.expect("it was restored").attachment_files, 6);
    assert_eq!(readings(&desk), [] as [PathBuf; 0], "nothing decrypted stays");
}

/// Runs a drill that is stopped so long after it entered a stage.
async fn stopped(made: &Made, stage: Stage, after: Duration) -> JobState {
    let desk = AtDesk::empty();
    let cancel = CancellationToken::new();
    let stop = cancel.clone();
    desk.desk.runner().listen(Box::new(move |event| {
        let entered = Update::Stage { stage };
        if matches!(event, JobEvent::Progress { update, .. } if *update == entered) {
            let stop = stop.clone();
            if after.is_zero() {
                stop.cancel();
            } else {
                tokio::spawn(async move {
                    tokio::time::sleep(after).await;
                    stop.cancel();
                });
            }
        }
        true
    }));
    let request = request(&made.zip, Storage::R2, Some(made.practice.backups_folder()));
    let job = desk.desk.jobs().run(request, cancel).await.expect("its end is kept");
    assert_eq!(readings(&desk), [] as [PathBuf; 0], "{stage:?} and {after:?}");
    job.state
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drill_leaves_nothing_whenever_it_is_stopped() {
    let made = made().await;
    for stage in [Stage::CheckingHere, Stage::StartingDrill] {
        assert_eq!(stopped(&made, stage, Duration::ZERO).await, JobState::Cancelled, "{stage:?}");
    }
    for milliseconds in [20, 60, 120, 250, 500] {
        let state = stopped(&made, Stage::StartingDrill, Duration::from_millis(milliseconds)).await;
        assert!(matches!(state, JobState::Cancelled | JobState::Succeeded), "{milliseconds} ms: {state:?}");
    }
}
