//! Runs jobs: each gets a record before it begins and keeps one permanently, reports
//! to whoever listens, and can be stopped.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::clock::Clock;
use crate::error::JobDetail;
use crate::jobs::outcome_recovery::is_found_out;
use crate::jobs::{
    JobEvent, JobKind, JobNote, JobNotes, JobRecord, JobResult, JobState, Outcome, Recheck, Watch,
};
use crate::ledger::Ledger;
use crate::progress::{Progress, Update};
use crate::{Code, Error, Result};

/// Byte counts are passed on no more often than this.
const BYTES_EVERY: Duration = Duration::from_millis(100);

/// Notifies of jobs; returns whether it needs to continue hearing.
pub type Listener = Box<dyn Fn(&JobEvent) -> bool + Send + Sync>;

/// What a job is, before it begins.
#[derive(Debug, Clone)]
pub struct NewJob {
    /// What it is.
    pub kind: JobKind,
    /// The profile it runs for.
    pub profile_id: Option<String>,
    /// What it works on: a file name or a target's name.
    pub subject: String,
}

/// Runs jobs and keeps their records.
pub struct Runner {
    ledger: Arc<Ledger>,
    clock: Arc<dyn Clock>,
    running: Mutex<BTreeMap<i64, Running>>,
    listeners: Mutex<Vec<Listener>>,
    tracker: TaskTracker,
    ended: Notify,
}

struct Running {
    record: JobRecord,
    cancel: CancellationToken,
}

impl Runner {
    /// A runner that keeps its records in this ledger.
    pub fn new(ledger: Arc<Ledger>, clock: Arc<dyn Clock>) -> Arc<Self> {
        Arc::new(Self {
            ledger,
            clock,
            running: Mutex::default(),
            listeners: Mutex::default(),
            tracker: TaskTracker::new(),
            ended: Notify::new(),
        })
    }

    /// Notifies a listener of every job from now on; of those that run already, at once.
    pub fn listen(&self, listener: Listener) {
        let running = lock(&self.running);
        if running.values().all(|job| listener(&JobEvent::Started { job: job.record.clone() })) {
            lock(&self.listeners).push(listener);
        }
    }

    /// Starts a job in the background; returns its number.
    ///
    /// # Errors
    /// `LedgerFailed` when its record cannot be kept, `InternalFault` outside of an async
    /// runtime: the job then does not begin.
    pub fn start<F>(self: &Arc<Self>, job: &NewJob, work: impl FnOnce(Watch) -> F) -> Result<i64>
    where
        F: Future<Output = Result<Outcome<JobResult>>> + Send + 'static,
    {
        // Spawning without a runtime would panic, and end the whole app.
        let runtime = tokio::runtime::Handle::try_current().map_err(|_| fault())?;
        let (id, watch) = self.begin(job, CancellationToken::new())?;
        let work = work(watch.clone());
        let runner = Arc::clone(self);
        let task = runtime.clone();
        self.tracker.spawn_on(
            async move {
                // The work runs as its own task, so that even a fault in it ends as a record.
                let answer = task.spawn(work).await.unwrap_or_else(|_| Err(fault()));
                runner.end(id, &watch, answer);
            },
            &runtime,
        );
        Ok(id)
    }

    /// Runs a job to its end; `cancel` stops it.
    ///
    /// # Errors
    /// `LedgerFailed` when its record cannot be kept. What the job itself fails with
    /// is in the record.
    pub async fn run<F>(
        self: &Arc<Self>,
        job: &NewJob,
        cancel: CancellationToken,
        work: impl FnOnce(Watch) -> F,
    ) -> Result<JobRecord>
    where
        F: Future<Output = Result<Outcome<JobResult>>>,
    {
        let (id, watch) = self.begin(job, cancel)?;
        let answer = work(watch.clone()).await;
        self.end(id, &watch, answer).ok_or_else(|| JobDetail::JobEndNotKept.error())
    }

    /// Asks a job to stop. It ends when it has left nothing half done.
    pub fn cancel(&self, id: i64) {
        if let Some(job) = lock(&self.running).get(&id) {
            job.cancel.cancel();
        }
    }

    /// Jobs that run now.
    pub fn running(&self) -> Vec<JobRecord> {
        lock(&self.running).values().map(|job| job.record.clone()).collect()
    }

    /// Asks a profile's jobs to stop and waits until they have, or until time is up.
    pub async fn stop_of(&self, profile_id: &str, patience: Duration) {
        let stopping = async {
            loop {
                let ended = self.ended.notified();
                let mut runs = false;
                for job in lock(&self.running).values() {
                    if job.record.profile_id.as_deref() == Some(profile_id) {
                        job.cancel.cancel();
                        runs = true;
                    }
                }
                if !runs {
                    break;
                }
                ended.await;
            }
        };
        let _ = tokio::time::timeout(patience, stopping).await;
    }

    /// Asks every job to stop and waits until all have, or until time is up.
    pub async fn stop_all(&self, patience: Duration) {
        for job in lock(&self.running).values() {
            job.cancel.cancel();
        }
        self.tracker.close();
        // Jobs that did not stop in time become `interrupted` when the ledger is opened next.
        let _ = tokio::time::timeout(patience, self.tracker.wait()).await;
        self.tracker.reopen();
    }

    fn begin(self: &Arc<Self>, job: &NewJob, cancel: CancellationToken) -> Result<(i64, Watch)> {
        let record =
            self.ledger.begin_job(job.kind, job.profile_id.as_deref(), &job.subject, self.clock.now())?;
        let id = record.id;
        lock(&self.running).insert(id, Running { record: record.clone(), cancel: cancel.clone() });
        self.tell(&JobEvent::Started { job: record });
        let report = Report { id, runner: Arc::clone(self), last_bytes: Mutex::new(None) };
        let report = Arc::new(report);
        let notes = Arc::clone(&report) as Arc<dyn JobNotes>;
        Ok((id, Watch { progress: report, notes, cancel, ..Watch::silent() }))
    }

    fn end(&self, id: i64, watch: &Watch, answer: Result<Outcome<JobResult>>) -> Option<JobRecord> {
        let (state, error, result) = match answer {
            Ok(Outcome::Done(result)) => {
                let (state, error) = result.end(watch.cancel.is_cancelled());
                (state, error, Some(result))
            }
            Ok(Outcome::Stopped) => (JobState::Cancelled, None, None),
            Ok(Outcome::Unknown(known)) => (JobState::Unknown, Some(known), None),
            // An error after a stop was requested is only the way it stopped, unless it
            // was found out afterwards.
            Err(error) if watch.cancel.is_cancelled() && !is_found_out(&error) => {
                (JobState::Cancelled, None, None)
            }
            Err(error) => (JobState::Failed, Some(error), None),
        };
        let kept = self.ledger.end_job(id, state, error.as_ref(), result.as_ref(), self.clock.now());
        let began = lock(&self.running).remove(&id);
        self.ended.notify_waiters();
        let record = match (kept, began) {
            (Ok(record), _) => Some(record),
            // The listener still learns how it ended, even when the ledger cannot keep it.
            (Err(lost), Some(job)) => {
                tracing::error!(code = %lost.code(), "the end of job {id} could not be kept");
                Some(JobRecord { state, error: error.or(Some(lost)), result, ..job.record })
            }
            (Err(_), None) => None,
        };
        if let Some(record) = &record {
            self.tell(&JobEvent::Ended { job: record.clone() });
        }
        record
    }

    /// The outcome of a job that is over was found out only now: its record is changed,
    /// and listeners are notified.
    ///
    /// # Errors
    /// `LedgerFailed`.
    pub(crate) fn amend(&self, id: i64, again: &Recheck) -> Result<JobRecord> {
        let state = match &again.result {
            Some(result) => result.end(false).0,
            None if again.is_settled
                && again.error.as_ref().is_some_and(|it| it.code() != Code::OutcomeUnknown) =>
            {
                JobState::Failed
            }
            None => JobState::Unknown,
        };
        let record = self.ledger.amend_job(
            id,
            state,
            again.error.as_ref(),
            again.result.as_ref(),
            again.is_settled,
        )?;
        self.tell(&JobEvent::Ended { job: record.clone() });
        Ok(record)
    }

    /// A running job turned out to work on something of another name.
    fn rename(&self, id: i64, subject: &str) {
        let record = lock(&self.running).get_mut(&id).and_then(|job| {
            let changed = job.record.subject != subject;
            subject.clone_into(&mut job.record.subject);
            changed.then(|| job.record.clone())
        });
        if let Some(job) = record {
            self.tell(&JobEvent::Started { job });
        }
    }

    fn tell(&self, event: &JobEvent) {
        lock(&self.listeners).retain(|listener| listener(event));
    }
}

fn fault() -> Error {
    JobDetail::InternalFault.error()
}

/// Passes a job's reports on.
struct Report {
    id: i64,
    runner: Arc<Runner>,
    last_bytes: Mutex<Option<Instant>>,
}

impl Progress for Report {
    fn report(&self, update: Update) {
        let mut last = lock(&self.last_bytes);
        match &update {
            Update::Bytes { .. } | Update::Attachments { .. } | Update::Files { .. } => {
                let whole = match &update {
                    Update::Bytes { done, total } => total.is_some_and(|total| *done >= total),
                    Update::Attachments { done, total, .. } | Update::Files { done, total } => done >= total,
                    _ => false,
                };
                if !whole && last.is_some_and(|last| last.elapsed() < BYTES_EVERY) {
                    return;
                }
                *last = Some(Instant::now());
            }
            _ => *last = None,
        }
        drop(last);
        self.runner.tell(&JobEvent::Progress { job_id: self.id, update });
    }
}

impl JobNotes for Report {
    fn keep(&self, memo: &JobNote) {
        // The job continues without: its messages are useful only after a failure.
        if let Err(error) = self.runner.ledger.keep_memo(self.id, memo) {
            tracing::warn!(code = %error.code(), "what job {} may need later could not be kept", self.id);
        }
        if let JobNote::Subject(subject) = memo {
            self.runner.rename(self.id, subject);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemClock;

    #[test]
    fn a_job_that_is_started_without_a_runtime_is_an_error() {
        let ledger = Arc::new(Ledger::in_memory().expect("a ledger"));
        let runner = Runner::new(Arc::clone(&ledger), Arc::new(SystemClock));
        let job = NewJob { kind: JobKind::Download, profile_id: None, subject: "backup.zip".into() };
        let started = runner.start(&job, |_| async { Ok(Outcome::Stopped) });
        assert_eq!(started.expect_err("no runtime").code(), Code::InternalFault);
        assert_eq!(ledger.jobs(&crate::ledger::JobQuery::default()), Ok(Vec::new()), "nothing was recorded");
    }
}
