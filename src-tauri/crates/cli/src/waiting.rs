//! Says on standard error what is waited for, once a wait is long: a script's log
//! or a person without a progress bar must not look at silence.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use desk_core::text;
use tokio::time::Instant;

use crate::output::notice;

/// A wait is first reported after this long.
const FIRST: Duration = Duration::from_secs(5);

/// What is waited for, and since when.
#[derive(Clone)]
pub struct Waiting(Arc<Mutex<Wait>>);

struct Wait {
    what: String,
    since: Instant,
    next: Duration,
}

impl Waiting {
    /// Begins to wait for `what`.
    pub fn new(what: impl Into<String>) -> Self {
        Self(Arc::new(Mutex::new(Wait { what: what.into(), since: Instant::now(), next: FIRST })))
    }

    /// From now on something else is waited for.
    pub fn now(&self, what: impl Into<String>) {
        let mut wait = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let what = what.into();
        if wait.what != what {
            *wait = Wait { what, since: Instant::now(), next: FIRST };
        }
    }

    /// Waits for `work`, and calls `say` with each line that is due meanwhile.
    async fn watch<T>(&self, work: impl Future<Output = T>, say: impl Fn(&str)) -> T {
        let mut work = std::pin::pin!(work);
        loop {
            // Short enough that something new to wait for is noticed in time.
            let look = tokio::time::sleep(Duration::from_millis(250));
            tokio::select! {
                biased;
                done = &mut work => return done,
                () = look => {}
            }
            if let Some(line) = self.due() {
                say(&line);
            }
        }
    }

    /// Waits for `work` and reports it on standard error.
    pub async fn during<T>(&self, work: impl Future<Output = T>) -> T {
        self.watch(work, notice).await
    }

    fn due(&self) -> Option<String> {
        let mut wait = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = wait.since.elapsed();
        if waited < wait.next {
            return None;
        }
        // After 5 seconds, after 30, then each minute.
        wait.next = match wait.next.as_secs() {
            0..30 => Duration::from_secs(30),
            30..60 => Duration::from_secs(60),
            seconds => Duration::from_secs(seconds + 60),
        };
        Some(format!("Waiting: {} ({} so far)", wait.what, text::duration(waited.as_secs())))
    }
}

/// Waits for `work`, and reports it on standard error as `what` when that takes long.
pub async fn during<T>(what: &str, work: impl Future<Output = T>) -> T {
    Waiting::new(what).during(work).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_long_wait_is_reported_and_a_short_one_is_not() {
        let said = Mutex::new(Vec::new());
        let say = |line: &str| said.lock().expect("not poisoned").push(line.to_owned());
        let sleep = |seconds| tokio::time::sleep(Duration::from_secs(seconds));

        Waiting::new("signing in").watch(sleep(4), say).await;
        assert_eq!(*said.lock().expect("not poisoned"), Vec::<String>::new());

        let waiting = Waiting::new("signing in");
        waiting.watch(sleep(130), say).await;
        waiting.now("listing the folder");
        waiting.watch(sleep(6), say).await;
        assert_eq!(
            *said.lock().expect("not poisoned"),
            [
                "Waiting: signing in (5 seconds so far)",
                "Waiting: signing in (30 seconds so far)",
                "Waiting: signing in (60 seconds so far)",
                "Waiting: signing in (2 minutes so far)",
                "Waiting: listing the folder (5 seconds so far)",
            ]
        );
    }
}
