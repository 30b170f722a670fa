//! Drills: the job, and the record of it under the backup's content.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::Desk;
use super::work::map;
use crate::Result;
use crate::jobs::{self, DrillRequest, DrillServer, JobKind, JobRecord, JobResult, Outcome, Watch};
use crate::runner::NewJob;

impl Desk {
    /// Starts a drill in the background; returns its number. Nobody has to be signed in.
    ///
    /// # Errors
    /// `LedgerFailed`.
    pub fn start_drill(self: &Arc<Self>, request: DrillRequest, server: Arc<dyn DrillServer>) -> Result<i64> {
        let (desk, job) = (Arc::clone(self), new_job(&request));
        self.runner
            .start(&job, move |watch| async move { desk.do_drill(&request, server.as_ref(), &watch).await })
    }

    /// Runs a drill to its end; `cancel` stops it.
    ///
    /// # Errors
    /// As [`Desk::start_drill`].
    pub async fn run_drill(
        self: &Arc<Self>,
        request: &DrillRequest,
        server: &dyn DrillServer,
        cancel: CancellationToken,
    ) -> Result<JobRecord> {
        let doing = |watch| async move { self.do_drill(request, server, &watch).await };
        self.runner.run(&new_job(request), cancel, doing).await
    }

    async fn do_drill(
        &self,
        request: &DrillRequest,
        server: &dyn DrillServer,
        watch: &Watch,
    ) -> Result<Outcome<JobResult>> {
        let outcome = jobs::drill(request, server, &watch.within(self.room())).await?;
        if let Outcome::Done(drill) = &outcome {
            let now = self.clock.now();
            self.ledger.record_drill(&drill.sha256, drill.storage, drill.ok, drill.seconds, now)?;
        }
        Ok(map(outcome, JobResult::Drill))
    }
}

fn new_job(request: &DrillRequest) -> NewJob {
    let subject = request.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    NewJob { kind: JobKind::Drill, profile_id: None, subject }
}
