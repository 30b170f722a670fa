//! Looking again at jobs whose outcome is not known.

use super::Jobs;
use crate::Result;
use crate::error::{AccountDetail, JobDetail};
use crate::jobs::{self, JobRecord};
use crate::ledger::JobQuery;

/// How many of a profile's latest jobs are checked automatically.
const LATEST: u32 = 50;

impl Jobs {
    /// Checks once the outcome of a job whose outcome is unknown, and changes its
    /// record accordingly; listeners are notified.
    ///
    /// # Errors
    /// `InvalidRequest` when there is nothing to be found out of the job, and
    /// `SessionEnded` when its server is not the current one.
    pub async fn recheck_outcome(&self, job_id: i64) -> Result<JobRecord> {
        let nothing = || JobDetail::NothingToFindOut.error();
        let job = self.ledger.job(job_id)?.filter(|job| job.can_recheck).ok_or_else(nothing)?;
        let before = self.ledger.before_job(job_id)?.ok_or_else(nothing)?;
        let signed = self.sessions.needs_signed()?;
        if job.profile_id.as_deref() != Some(signed.profile.id.as_str()) {
            return Err(AccountDetail::OtherProfile.error());
        }
        let again = jobs::recheck_outcome(&signed.session, &before, job.state).await;
        self.runner.amend(job_id, &again)
    }

    /// Looks again at every job of the current profile whose outcome is not known:
    /// after a sign-in, the server may return what it could not return before.
    pub async fn recheck_outcomes(&self) {
        let Some(signed) = self.sessions.signed() else { return };
        let of_profile = JobQuery {
            profile_id: Some(signed.profile.id.clone()),
            limit: Some(LATEST),
            ..JobQuery::default()
        };
        let jobs = self.ledger.jobs(&of_profile).unwrap_or_default();
        for job in jobs.iter().filter(|job| job.can_recheck) {
            if let Err(error) = self.recheck_outcome(job.id).await {
                tracing::warn!(code = %error.code(), "what came of job {} was not found out", job.id);
            }
        }
    }
}
