//! Starting jobs.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::services::Services;
use super::{ActiveProfile, Desk};
use crate::Result;
use crate::granted::{AllGranted, FileGrants};
use crate::jobs::{JobRecord, JobRequest, JobResult, Outcome, ReadyJob, Watch};
use crate::runner::NewJob;

/// A job that was not refused, with the session that it works with.
struct Starting {
    new: NewJob,
    job: ReadyJob,
    signed: Option<Arc<ActiveProfile>>,
}

impl Desk {
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
        let desk = Arc::clone(self);
        self.runner.start(&new, move |watch| async move { desk.carry_out(job, signed, &watch).await })
    }

    /// Runs a job to its end; `cancel` stops it. Who listens to the runner hears of it.
    ///
    /// # Errors
    /// As [`Desk::start`].
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
        let services = Services::new(Arc::clone(self), signed.clone(), in_background);
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
        let outcome = job.run(watch.within(self.room())).await?;
        if let Some(signed) = &signed {
            self.note_generation(signed);
        }
        Ok(outcome)
    }
}
