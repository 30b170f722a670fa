//! Calls whose response may be lost: what must be known before them, whether they
//! reached the server, and how their outcome is reported.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::Error;
use crate::error::{CallOutcome, JobDetail, LostBecause};
use crate::progress::{Progress, Update};
use crate::server::Timeouts;

/// How long one look may take once the person stopped waiting.
pub(super) const STOPPED: Duration = Duration::from_secs(8);

/// The longest pause between checks of a server that does not respond, in pauses
/// between checks of one that does.
const LONGEST_PAUSE: u32 = 10;

/// The outcome of a call is not known; `found` is what the server shows.
pub(super) fn unknown(why: LostBecause, found: JobDetail, lost: Option<&Error>) -> Error {
    let unknown = found.error().with(|context| context.lost_because = Some(why));
    match lost {
        Some(lost) => unknown.original(lost.body().original.clone().unwrap_or_else(|| lost.to_string())),
        None => unknown,
    }
}

/// The outcome of a call was found out afterwards: it failed.
pub(super) fn failed_unheard(error: Error) -> Error {
    error.with(|context| context.call = Some(CallOutcome::AnswerLost))
}

/// Found out afterwards, not merely the way something stopped.
pub(crate) fn is_found_out(error: &Error) -> bool {
    let context = error.context();
    context.call == Some(CallOutcome::AnswerLost) || context.lost_because.is_some()
}

/// Checks a server from time to time: one that does not respond is tried for as
/// long as an outage may last, and that does not count as looking.
pub(super) struct PollBackoff {
    pause: Duration,
    silent: u32,
    gives_up: Instant,
}

impl PollBackoff {
    pub fn at(timeouts: &Timeouts) -> Self {
        Self { pause: timeouts.between_looks, silent: 0, gives_up: Instant::now() + timeouts.outage }
    }

    /// How long to wait before the next look.
    pub fn pause(&self) -> Duration {
        self.pause * (1 + self.silent).min(LONGEST_PAUSE)
    }

    /// The server could not be asked; whether to continue trying.
    pub fn was_silent(&mut self) -> bool {
        self.silent += 1;
        Instant::now() < self.gives_up
    }

    /// The server responded.
    pub fn was_heard(&mut self) {
        self.silent = 0;
    }
}

/// Knows whether the server may have a request, and passes reports on.
pub(super) struct DeliveryTracker {
    at_server: AtomicBool,
    /// Of a file: the server can act only once it has the whole.
    needs_whole: bool,
    whole: AtomicBool,
    progress: Arc<dyn Progress>,
}

impl DeliveryTracker {
    /// Of a request.
    pub fn request(progress: &Arc<dyn Progress>) -> Arc<Self> {
        Self::new(progress, false)
    }

    /// Of a file.
    pub fn file(progress: &Arc<dyn Progress>) -> Arc<Self> {
        Self::new(progress, true)
    }

    fn new(progress: &Arc<dyn Progress>, needs_whole: bool) -> Arc<Self> {
        Arc::new(Self {
            at_server: AtomicBool::new(false),
            needs_whole,
            whole: AtomicBool::new(false),
            progress: Arc::clone(progress),
        })
    }

    /// The server may act on it.
    pub fn may_act(&self) -> bool {
        let has_all = !self.needs_whole || self.whole.load(Ordering::Relaxed);
        self.at_server.load(Ordering::Relaxed) && has_all
    }
}

impl Progress for DeliveryTracker {
    fn report(&self, update: Update) {
        if let Update::Bytes { done, total: Some(total) } = &update {
            self.whole.store(done >= total, Ordering::Relaxed);
        }
        self.progress.report(update);
    }

    fn at_server(&self, it_is: bool) {
        self.at_server.store(it_is, Ordering::Relaxed);
        self.progress.at_server(it_is);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::Silent;

    #[test]
    fn an_unreachable_server_is_polled_less_and_less_often() {
        let timeouts = Timeouts { between_looks: Duration::from_secs(3), ..Timeouts::default() };
        let mut looks = PollBackoff::at(&timeouts);
        assert_eq!(looks.pause(), Duration::from_secs(3));
        assert!((0..30).all(|_| looks.was_silent()), "an outage of a quarter of an hour is waited for");
        assert_eq!(looks.pause(), Duration::from_secs(30));
        looks.was_heard();
        assert_eq!(looks.pause(), Duration::from_secs(3));
        let mut short = PollBackoff::at(&Timeouts { outage: Duration::ZERO, ..timeouts });
        assert!(!short.was_silent());
    }

    #[test]
    fn an_incomplete_or_refused_upload_was_not_restored() {
        let progress: Arc<dyn Progress> = Arc::new(Silent);
        let sent = DeliveryTracker::file(&progress);
        sent.at_server(true);
        sent.report(Update::Bytes { done: 9, total: Some(10) });
        assert!(!sent.may_act());
        sent.report(Update::Bytes { done: 10, total: Some(10) });
        assert!(sent.may_act());
        sent.at_server(false);
        assert!(!sent.may_act(), "refused as it came");
        let request = DeliveryTracker::request(&progress);
        request.at_server(true);
        assert!(request.may_act());
    }
}
