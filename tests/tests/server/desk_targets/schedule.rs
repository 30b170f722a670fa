//! Backups that are due.

use std::sync::{Arc, Mutex};

use desk_core::app::Desk;
use desk_core::clock::Clock;
use desk_core::jobs::{JobKind, JobState};
use desk_core::ledger::JobQuery;
use desk_core::secrets::InMemory;
use desk_practice::Practice;
use jiff::{SignedDuration, Timestamp};

use super::*;

/// A clock that the test sets.
struct Held(Mutex<Timestamp>);

impl Held {
    fn pass(&self, hours: i64) {
        *self.0.lock().expect("whole") += SignedDuration::from_hours(hours);
    }
}

impl Clock for Held {
    fn now(&self) -> Timestamp {
        *self.0.lock().expect("whole")
    }
}

struct Scheduled {
    desk: Arc<Desk>,
    clock: Arc<Held>,
    practice: Practice,
    _folder: tempfile::TempDir,
    disk: PathBuf,
}

async fn scheduled(schedule: DeskSchedule) -> Scheduled {
    let practice = Practice::start(PracticeOptions::quick()).await.expect("a practice instance");
    let folder = tempfile::tempdir().expect("a folder");
    let clock = Arc::new(Held(Mutex::new(Timestamp::now())));
    let desk = Desk::open(folder.path(), Arc::new(InMemory::new()), Arc::clone(&clock) as Arc<dyn Clock>);
    let desk = desk.expect("a desk");
    let entered =
        desk_tests::at_desk::form(practice.server_url(), practice.admin_email(), practice.admin_password());
    desk.sessions().sign_in(entered).await.expect("signed in");
    let profile = desk.sessions().needs_signed().expect("signed in").profile.id.clone();
    let disk = folder.path().join("disk");
    std::fs::create_dir(&disk).expect("made");
    let asked_for = DeskTargetForm { schedule, ..form("Disk", in_folder(&disk)) };
    desk.desk_targets().save(asked_for, &profile, &AllGranted).await.expect("saved");
    Scheduled { desk, clock, practice, _folder: folder, disk }
}

impl Scheduled {
    /// Looks whether a backup is due, and waits until it has ended.
    async fn look(&self) -> Option<JobRecord> {
        let id = self.desk.jobs().start_due_desk_backup().await.expect("looked")?;
        while self.desk.runner().running().iter().any(|job| job.id == id) {
            assert_eq!(self.desk.jobs().start_due_desk_backup().await, Ok(None), "never two at once");
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        self.desk.ledger().job(id).expect("a ledger")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_daily_backup_runs_once_a_day_and_is_made_up_once() {
    let it = scheduled(DeskSchedule::Daily { at: "03:00".into(), zone: "UTC".into() }).await;
    assert!(it.look().await.is_none(), "its time has not come");
    // The computer slept for days.
    it.clock.pass(24 * 5);
    let job = it.look().await.expect("it is due");
    assert_eq!(job.state, JobState::Succeeded, "{job:?}");
    assert!(it.look().await.is_none(), "one backup catches up");
    it.clock.pass(24);
    assert!(it.look().await.is_some());
    assert!(!zips(&it.disk).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_without_the_master_password_is_recorded_once_and_made_later() {
    let it = scheduled(DeskSchedule::Every { hours: 6 }).await;
    let signed = it.desk.sessions().needs_signed().expect("signed in");
    signed.session.lock();
    let job = it.look().await.expect("it is due");
    assert_eq!(job.error.expect("said").code(), desk_core::Code::PasswordNeeded);
    for _ in 0..3 {
        it.clock.pass(6);
        assert!(it.look().await.is_none(), "what is missing was said");
    }
    assert!(it.desk.desk_targets().all().expect("a list")[0].waits_for_person);
    let query = JobQuery { kind: Some(JobKind::DeskBackup), ..JobQuery::default() };
    assert_eq!(it.desk.ledger().jobs(&query).expect("a ledger").len(), 1);
    it.desk.sessions().confirm(&it.practice.admin_password()).await.expect("entered");
    let job = it.look().await.expect("it goes on at once");
    assert_eq!(job.state, JobState::Succeeded, "{job:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_backup_is_tried_again_after_a_while() {
    let it = scheduled(DeskSchedule::Every { hours: 24 }).await;
    let away = it.disk.with_file_name("away");
    std::fs::rename(&it.disk, &away).expect("pulled out");
    assert_eq!(it.look().await.expect("due").state, JobState::Failed);
    assert!(it.look().await.is_none(), "not at once");
    std::fs::rename(&away, &it.disk).expect("back again");
    it.clock.pass(1);
    assert_eq!(it.look().await.expect("tried again").state, JobState::Succeeded);
    it.clock.pass(1);
    assert!(it.look().await.is_none());
}
