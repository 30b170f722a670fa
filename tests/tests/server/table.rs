//! A desk, a server, and what is between them, for tests that break something.

use std::sync::Arc;
use std::time::Duration;

use desk_core::Code;
use desk_core::jobs::{BackupJob, JobRecord, RestoreSource};
use desk_core::server::Timeouts;
use desk_practice::{Practice, PracticeOptions};
use desk_tests::at_desk::{AtDesk, form};
use tokio_util::sync::CancellationToken;

use crate::between::{Between, Interception};

pub const RUN: &str = "/api/admin/backup/run";
pub const SETTINGS: &str = "/api/admin/backup/settings";
pub const DOWNLOAD: &str = "/api/admin/backup/remote/download";
pub const RESTORE: &str = "/api/admin/backup/remote/restore";
pub const IMPORT: &str = "/api/admin/backup/import";
pub const LIST: &str = "/api/admin/backup/remote";
pub const LOG: &str = "/api/admin/logs";
pub const REPAIR: &str = "/api/admin/backup/settings/repair";

pub fn hasty() -> Timeouts {
    Timeouts {
        // Long enough for a key derivation's neighbours on a busy machine.
        ordinary: Duration::from_millis(1_500),
        slow: Duration::from_secs(3),
        long: Duration::from_secs(3),
        stalled: Duration::from_millis(700),
        between_looks: Duration::from_millis(100),
        looks: 3,
        outage: Duration::from_millis(500),
        ..Timeouts::default()
    }
}

/// A desk that is signed in to a practice instance through what is between.
pub struct Table {
    pub practice: Practice,
    pub between: Between,
    pub desk: AtDesk,
}

impl Table {
    pub async fn set() -> Self {
        Self::with(PracticeOptions::quick()).await
    }

    /// The same with a server of the test's own.
    pub async fn with(options: PracticeOptions) -> Self {
        let practice = Practice::start(options).await.expect("a practice instance");
        let between = Between::and(practice.server_url()).await;
        let desk = AtDesk::empty();
        desk.desk.sessions().set_timeouts(hasty());
        let table = Self { practice, between, desk };
        table.signs_in().await;
        table
    }

    /// Key derivation on a busy machine may take longer than a hasty client waits.
    async fn signs_in(&self) {
        let mut failed = None;
        for _ in 0..5 {
            let practice = &self.practice;
            let entered = form(&self.between.url, practice.admin_email(), practice.admin_password());
            match self.desk.desk.sessions().sign_in(entered).await {
                Ok(_) => return,
                Err(error) if error.code() == Code::TimedOut => failed = Some(error),
                Err(error) => panic!("not signed in through what lies between: {error:?}"),
            }
        }
        panic!("not signed in in five attempts: {failed:?}");
    }

    /// Signs in again, such as after a restore, with nothing in between.
    pub async fn sign_in_again(&self) {
        self.between.when(|_| Interception::Pass);
        self.signs_in().await;
    }

    /// The response at `path` is lost in this way, and from then on these are silent.
    pub fn loses(&self, path: &'static str, fault: Interception, silent: &'static [&'static str]) {
        let mut lost = false;
        self.between.when(move |request| match request.uri().path() {
            asked if asked == path => {
                lost = true;
                fault.clone()
            }
            asked if lost && silent.contains(&asked) => Interception::DropBefore,
            _ => Interception::Pass,
        });
    }

    pub async fn backup(&self) -> JobRecord {
        self.desk.run(BackupJob { target_id: None }).await
    }

    pub async fn restore(&self, cancel: CancellationToken) -> JobRecord {
        let source = RestoreSource::Remote {
            target_id: self.desk.target().await,
            path: self.desk.zips().await[0].path.clone(),
        };
        let plan = self.desk.confirmed_plan(source).await;
        self.between.at(RESTORE, Interception::Stall);
        self.desk.desk.jobs().run(plan, cancel).await.expect("its end is kept")
    }

    pub fn session(&self) -> Arc<desk_core::app::ActiveProfile> {
        self.desk.desk.sessions().needs_signed().expect("signed in")
    }
}

pub fn code(job: &JobRecord) -> Option<Code> {
    job.error.as_ref().map(desk_core::Error::code)
}
