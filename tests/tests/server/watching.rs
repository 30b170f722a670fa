//! The watch at a practice instance: what is notified, once, and without the master password.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use desk_core::app::{Desk, WatchNotice, WatchSettings, certificate_ends};
use desk_core::clock::Clock;
use desk_core::health::RunOutcome;
use desk_core::jobs::BackupJob;
use desk_core::monitor::{AlertKind, QuietHours, Standing};
use desk_core::secrets::{InMemory, SecretStore};
use desk_core::server::slots;
use desk_core::view::TargetHistory;
use desk_practice::{Fault, Generation, Practice, PracticeOptions};
use desk_tests::at_desk::form;
use desk_tests::authority::{Certificate, secured};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

/// A clock that a test moves, and a computer that it puts to sleep.
struct Moved(Mutex<(Timestamp, Duration)>);

impl Moved {
    fn to_now() -> Arc<Self> {
        Arc::new(Self(Mutex::new((Timestamp::now(), Duration::ZERO))))
    }

    fn minutes(&self, minutes: u64) {
        self.0.lock().expect("not poisoned").0 += Duration::from_secs(60 * minutes);
    }

    fn sleeps(&self, minutes: u64) {
        self.minutes(minutes);
        self.0.lock().expect("not poisoned").1 += Duration::from_secs(60 * minutes);
    }
}

impl Clock for Moved {
    fn now(&self) -> Timestamp {
        self.0.lock().expect("not poisoned").0
    }

    fn asleep(&self) -> Duration {
        self.0.lock().expect("not poisoned").1
    }
}

struct Here {
    practice: Practice,
    clock: Arc<Moved>,
    keyring: Arc<InMemory>,
    folder: TempDir,
    desk: Arc<Desk>,
}

impl Here {
    /// A practice instance with a backup, and a watch that is on.
    async fn set() -> Self {
        Self::set_at(Generation::Current).await
    }

    /// The same of a server of this generation: old ones have no log.
    async fn set_at(generation: Generation) -> Self {
        let clock = Moved::to_now();
        let own = Arc::clone(&clock) as Arc<dyn Clock>;
        let options = PracticeOptions { clock: own, generation, ..PracticeOptions::quick() };
        let practice = Practice::start(options).await.expect("a practice instance");
        let folder = tempfile::tempdir().expect("a folder");
        let keyring = Arc::new(InMemory::new());
        let desk = open(folder.path(), &keyring, &clock);
        let here = Self { practice, clock, keyring, folder, desk };
        let entered =
            form(here.practice.server_url(), here.practice.admin_email(), here.practice.admin_password());
        assert!(here.desk.sessions().sign_in(entered).await.is_ok());
        here.back_up().await;
        here.watches(None);
        here
    }

    fn watches(&self, quiet_hours: Option<QuietHours>) {
        let settings = WatchSettings { on: true, quiet_hours, close_to_tray: false };
        self.desk.watch().set_settings(settings).expect("kept");
    }

    async fn back_up(&self) {
        let job = BackupJob { target_id: None };
        self.desk.jobs().run(job, CancellationToken::new()).await.expect("the job ends");
    }

    /// What is notified by the ticks of so many minutes.
    async fn notified(&self, minutes: u64) -> Vec<AlertKind> {
        let mut kinds = Vec::new();
        for _ in 0..minutes {
            self.clock.minutes(1);
            let notices = self.desk.watch().tick(&TimeZone::UTC).await.expect("a look");
            kinds.extend(notices.iter().map(|notice: &WatchNotice| notice.alert.kind));
        }
        kinds
    }

    fn target(&self) -> desk_core::server::Target {
        let profile = self.desk.ledger().profiles().expect("a ledger").remove(0);
        self.desk.ledger().current_targets(&profile.id).expect("a ledger").remove(0)
    }

    /// What this computer knows of the target's past.
    fn history(&self) -> TargetHistory {
        let profile = self.desk.ledger().profiles().expect("a ledger").remove(0);
        self.desk.histories().of_targets(&profile.id).expect("a ledger").remove(0)
    }

    /// The app ends and starts again: no one is signed in.
    fn restarted(mut self) -> Self {
        self.desk = open(self.folder.path(), &self.keyring, &self.clock);
        self
    }
}

fn open(folder: &Path, keyring: &Arc<InMemory>, clock: &Arc<Moved>) -> Arc<Desk> {
    let keyring = Arc::clone(keyring) as Arc<dyn SecretStore>;
    Desk::open(folder, keyring, Arc::clone(clock) as Arc<dyn Clock>).expect("a desk")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_run_is_notified_once_and_not_after_a_restart() {
    let here = Here::set().await;
    assert_eq!(here.notified(2).await, []);
    here.practice.inject(&Fault::TargetStatus { status: 507 }).expect("a switch");
    here.back_up().await;
    assert_eq!(here.notified(31).await, [AlertKind::BackupFailed]);
    assert_eq!(here.notified(60).await, []);
    assert_eq!(here.desk.watch().standing(false).expect("known"), Standing::Failed);

    let here = here.restarted();
    assert_eq!(here.notified(60).await, [], "it is remembered, and nobody has to sign in");
    assert!(here.desk.sessions().signed().is_none(), "the watch signs nobody in");
    let server = here.desk.watch().servers().expect("known").remove(0);
    assert_eq!(server.alerts[0].alert.kind, AlertKind::BackupFailed);
    assert_eq!((server.error, server.looked_at.is_some()), (None, true));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_scheduled_run_is_notified_with_the_log_message() {
    let here = Here::set().await;
    assert_eq!(here.notified(1).await, []);
    here.practice.inject(&Fault::TargetStatus { status: 507 }).expect("a switch");
    here.practice.run_schedule().await.expect("it begins");
    assert_eq!(here.notified(30).await, [AlertKind::BackupFailed]);
    let alert = here.desk.watch().servers().expect("known").remove(0).alerts.remove(0).alert;
    let sentence = alert.sentence();
    assert!(sentence.ends_with("failed. The target is full."), "{sentence}");
    let cause = alert.cause.expect("the log says why");
    assert_eq!(cause.body().original.as_deref(), Some("WebDAV download failed: 507"));

    let history = here.history();
    let outcomes: Vec<RunOutcome> = history.runs.iter().map(|run| run.outcome).collect();
    assert_eq!(outcomes, [RunOutcome::Verified, RunOutcome::Failed]);
    assert_eq!(history.runs[1].error.as_ref(), Some(&cause));

    here.practice.inject(&Fault::RestoreNormal).expect("a switch");
    here.practice.run_schedule().await.expect("it begins");
    assert_eq!(here.notified(30).await, [], "over");
    let past = here.desk.histories().events().expect("known").alerts;
    assert_eq!((past.len(), past[0].alert.kind), (1, AlertKind::BackupFailed));
    assert!(past[0].until.is_some(), "it appeared and ended: {past:?}");
    assert_eq!(here.history().runs.last().expect("runs").outcome, RunOutcome::Made);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_known_only_from_the_log_is_notified() {
    let here = Here::set().await;
    assert_eq!(here.notified(1).await, []);
    here.clock.minutes(1);
    let target = here.target();
    here.practice.log_failed_run(
        &target.id,
        &target.name,
        "Too many subrequests by single Worker invocation.",
    );
    assert_eq!(here.notified(30).await, [AlertKind::BackupFailed]);
    let after = here.target().runtime;
    assert_eq!(after.last_error_at, None, "the server's record of the target says nothing of it");
    assert_eq!(here.notified(60).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_a_log_is_watched_by_its_record_of_each_target() {
    let here = Here::set_at(Generation::V1_5).await;
    here.clock.minutes(1);
    here.practice.inject(&Fault::TargetStatus { status: 507 }).expect("a switch");
    here.practice.run_schedule().await.expect("it begins");
    assert_eq!(here.notified(1).await, [AlertKind::BackupFailed]);
    let alert = here.desk.watch().servers().expect("known").remove(0).alerts.remove(0).alert;
    assert!(alert.sentence().ends_with("The target is full."), "{}", alert.sentence());
}

#[tokio::test(flavor = "multi_thread")]
async fn empty_and_truncated_backups_on_the_target_are_notified() {
    let here = Here::set().await;
    assert_eq!(here.notified(1).await, []);
    let newest = || {
        let files = std::fs::read_dir(here.practice.backups_folder()).expect("a folder");
        let zips = files.map(|file| file.expect("a file").path());
        zips.filter(|path| path.extension().is_some_and(|end| end == "zip")).max().expect("a backup")
    };
    here.clock.minutes(1);
    here.practice.run_schedule().await.expect("it begins");
    let file = std::fs::OpenOptions::new().write(true).open(newest()).expect("a file");
    let whole = file.metadata().expect("a size").len();
    file.set_len(whole - 100).expect("truncated");
    assert_eq!(here.notified(30).await, [AlertKind::BackupTruncated]);
    here.clock.minutes(1);
    here.practice.run_schedule().await.expect("it begins");
    std::fs::File::create(newest()).expect("emptied");
    assert_eq!(here.notified(30).await, [AlertKind::BackupEmpty]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_scheduled_run_is_shown_while_the_server_is_offline() {
    let here = Here::set().await;
    assert_eq!(here.notified(1).await, []);
    let (schedule, began) = (here.target().schedule, here.clock.now());
    let hours = u64::from(schedule.interval_hours);
    here.clock.minutes(hours * 60 * 2 + hours * 16);
    assert_eq!(here.notified(1).await, [AlertKind::BackupOverdue]);
    let target = here.target();
    let here = here.restarted();
    let Here { practice, desk, .. } = &here;
    let profile = desk.ledger().profiles().expect("known").remove(0);
    let history = desk.histories().of_targets(&profile.id).expect("known").remove(0);
    assert_eq!(history.target_id, target.id);
    let missing = history.runs.iter().filter(|run| run.outcome == RunOutcome::Missing).count();
    let grace = jiff::SignedDuration::from_mins(i64::from(schedule.interval_hours) * 15);
    let due = slots(&schedule, began).skip_while(|slot| *slot <= began);
    let due = due.take_while(|slot| *slot + grace <= here.clock.now()).count();
    assert!(due >= 2, "{due}");
    assert_eq!(missing, due, "{:?}", history.runs);
    assert!(practice.state().is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_run_is_overdue_after_one_and_a_quarter_intervals() {
    let here = Here::set().await;
    let targets = here.desk.board().overview().await.expect("an overview").targets;
    let schedule = targets[0].target.schedule.clone();
    assert!(schedule.enabled, "the instance backs up by itself");
    assert_eq!(here.notified(1).await, []);
    here.clock.minutes(u64::from(schedule.interval_hours) * 75);
    assert_eq!(here.notified(1).await, [AlertKind::BackupOverdue]);
    here.back_up().await;
    assert_eq!(here.notified(31).await, []);
    assert_eq!(here.desk.watch().standing(false).expect("known"), Standing::Good);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unreachable_server_is_no_alert_and_is_polled_less_often() {
    let here = Here::set().await;
    assert_eq!(here.notified(1).await, []);
    let Here { practice, clock, keyring, folder, desk } = here;
    practice.stop().await;
    let looks = |desk: &Arc<Desk>| desk.watch().servers().expect("known").remove(0).looked_at;
    let mut seen = Vec::new();
    for _ in 0..180 {
        clock.minutes(1);
        assert_eq!(desk.watch().tick(&TimeZone::UTC).await.expect("a look"), []);
        seen.extend(looks(&desk));
    }
    seen.dedup();
    // After 30, 60 and 120 minutes rather than six times.
    assert_eq!(seen.len(), 3, "{seen:?}");
    let server = desk.watch().servers().expect("known").remove(0);
    assert!(server.error.is_some() && server.alerts.is_empty(), "{server:?}");
    drop((keyring, folder));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_has_ended_is_notified() {
    let here = Here::set().await.restarted();
    let profile = here.desk.ledger().profiles().expect("a ledger").remove(0);
    here.keyring.delete_all(&profile.id).expect("open");
    assert_eq!(here.notified(60).await, [AlertKind::SignInNeeded]);
    assert_eq!(here.desk.watch().standing(false).expect("known"), Standing::Attention);
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_that_need_repair_are_notified_after_quiet_hours() {
    let here = Here::set().await;
    let hour = |later: i64| {
        let at = here.clock.now() + jiff::SignedDuration::from_hours(later);
        at.to_zoned(TimeZone::UTC).time().hour()
    };
    here.watches(Some(QuietHours { from: hour(0), until: hour(2) }));
    here.practice.inject(&Fault::ChangeJwtSecret).expect("a switch");
    assert_eq!(here.notified(31).await, []);
    let notified = here.notified(120).await;
    assert_eq!(notified, [AlertKind::SettingsNeedRepair]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_checked_while_the_watch_is_off_or_after_a_sleep() {
    let here = Here::set().await;
    here.desk.watch().set_settings(WatchSettings::default()).expect("kept");
    assert_eq!(here.notified(60).await, []);
    let looked = |here: &Here| here.desk.watch().servers().expect("known").remove(0).looked_at;
    assert_eq!(looked(&here), None);
    here.watches(None);
    here.desk.watch().tick(&TimeZone::UTC).await.expect("a look");
    let before = looked(&here);
    assert!(before.is_some());
    here.clock.sleeps(300);
    here.desk.watch().tick(&TimeZone::UTC).await.expect("a look");
    assert_eq!(looked(&here), before, "the network may not be there yet");
    here.clock.minutes(1);
    here.desk.watch().tick(&TimeZone::UTC).await.expect("a look");
    assert_ne!(looked(&here), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_expiry_of_a_certificate_is_read_whoever_signed_it() {
    let practice = Practice::start(PracticeOptions::quick()).await.expect("a practice instance");
    let valid = certificate_ends(&secured(practice.server_url(), Certificate::Valid).await).await;
    assert!(valid.expect("an end") > Timestamp::now());
    let expired = certificate_ends(&secured(practice.server_url(), Certificate::Expired).await).await;
    assert!(expired.expect("an end") < Timestamp::now());
    assert_eq!(certificate_ends(practice.server_url()).await, None, "plain http has none");
}
