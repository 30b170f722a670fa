//! Starting jobs, and what they use of the app.

mod desk_targets;
mod healing;
mod recheck;
mod services;
mod target_test;

use std::path::Path;
use std::sync::{Arc, PoisonError};

use tokio_util::sync::CancellationToken;

pub(super) use services::Services;
use services::ServicesOfJob;
pub use target_test::{TargetTest, TargetVerdict};

use super::{ActiveProfile, Parts, Sessions};
use crate::Result;
use crate::granted::{AllGranted, FileGrants};
use crate::jobs::{DrillServer, JobRecord, JobRequest, JobResult, Outcome, ReadyJob, SourceChoice, Watch};
use crate::ledger::Ledger;
use crate::runner::{NewJob, Runner};

/// A job that was not refused, with the session that it works with.
struct Starting {
    new: NewJob,
    job: ReadyJob,
    signed: Option<Arc<ActiveProfile>>,
}

/// The jobs.
pub struct Jobs {
    ledger: Arc<Ledger>,
    sessions: Arc<Sessions>,
    runner: Arc<Runner>,
    services: Arc<Services>,
}

impl Jobs {
    pub(super) fn new(parts: &Parts, runner: Arc<Runner>, services: Services) -> Self {
        Self {
            ledger: Arc::clone(&parts.ledger),
            sessions: Arc::clone(&parts.sessions),
            runner,
            services: Arc::new(services),
        }
    }

    /// Drills are made in servers that `drills` starts from now on.
    pub fn set_drill_server(&self, drills: Arc<dyn DrillServer>) {
        *self.services.drills.write().unwrap_or_else(PoisonError::into_inner) = Some(drills);
    }

    /// Starts a job in the background; returns its number. `files` says which files and folders
    /// the request may name.
    ///
    /// # Errors
    /// `SessionEnded`, `PasswordNeeded`, `LedgerFailed`, and what [`JobRequest::prepare`] refuses.
    /// What the job itself fails with is in its record.
    pub async fn start(
        self: &Arc<Self>,
        request: impl Into<JobRequest>,
        files: &dyn FileGrants,
    ) -> Result<i64> {
        let Starting { new, job, signed } = self.prepare(request.into(), files, true).await?;
        let jobs = Arc::clone(self);
        self.runner.start(&new, move |watch| async move { jobs.carry_out(job, signed, &watch).await })
    }

    /// Runs a job to its end; `cancel` stops it. Listeners are notified.
    ///
    /// # Errors
    /// As [`Jobs::start`].
    pub async fn run(
        self: &Arc<Self>,
        request: impl Into<JobRequest>,
        cancel: CancellationToken,
    ) -> Result<JobRecord> {
        let Starting { new, job, signed } = self.prepare(request.into(), &AllGranted, false).await?;
        self.runner.run(&new, cancel, |watch| async move { self.carry_out(job, signed, &watch).await }).await
    }

    async fn prepare(
        self: &Arc<Self>,
        request: JobRequest,
        files: &dyn FileGrants,
        in_background: bool,
    ) -> Result<Starting> {
        let signed = self.sessions.signed();
        let kind = request.kind();
        let services = ServicesOfJob::new(Arc::clone(&self.services), signed.clone(), in_background);
        let job = request.prepare(Arc::new(services), files).await?;
        let signed = signed.filter(|_| job.with_session);
        let profile_id = signed.as_ref().map(|signed| signed.profile.id.clone());
        let new = NewJob { kind, profile_id, subject: job.subject.clone() };
        Ok(Starting { new, job, signed })
    }

    async fn carry_out(
        &self,
        job: ReadyJob,
        signed: Option<Arc<ActiveProfile>>,
        watch: &Watch,
    ) -> Result<Outcome<JobResult>> {
        // While a job runs, idle time does not lock what it needs.
        let _at_work = signed.as_ref().map(|signed| signed.session.at_work());
        let outcome = job.run(watch.within(self.services.files.room())).await?;
        if let Some(signed) = &signed {
            self.sessions.note_generation(signed);
        }
        Ok(outcome)
    }

    /// Starts a complete ZIP of the restored backup that has the bodies which were left out:
    /// from the ZIPs and targets that have copies, and for the others from the server. What is
    /// found nowhere is left out of it, so that the server imports it. Returns the job's number.
    ///
    /// # Errors
    /// `InvalidRequest` when no copy is known or the restored backup is not on this computer.
    pub async fn start_retry(
        self: &Arc<Self>,
        job_id: i64,
        folder: &Path,
        targets: &[SourceChoice],
    ) -> Result<i64> {
        // The ledger names its files, and whoever asks says which folder it may go to.
        self.start(self.services.restores.retry_request(job_id, folder, targets)?, &AllGranted).await
    }
}
