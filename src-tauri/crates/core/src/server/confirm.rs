//! The derived hash that confirms what reveals or destroys: in memory only, and
//! forgotten after idle time or on request.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use secrecy::SecretString;

use crate::Result;
use crate::clock::Clock;
use crate::error::AccountDetail;

/// Keeps the derived hash while it may be used.
pub(super) struct Confirming {
    held: Mutex<Option<Held>>,
    clock: Arc<dyn Clock>,
    jobs: AtomicUsize,
}

struct Held {
    hash: SecretString,
    /// By [`Clock::running`].
    last_used: Duration,
    /// The value of [`Clock::asleep`] when it was entered.
    slept: Duration,
}

/// What two clocks may differ by without any sleep.
const NO_SLEEP: Duration = Duration::from_secs(1);

/// A job at work: as long as it lives, idle time does not count.
pub struct AtWork<'a>(&'a Confirming);

impl Confirming {
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { held: Mutex::new(None), clock, jobs: AtomicUsize::new(0) }
    }

    pub fn open(&self, hash: SecretString) {
        let (last_used, slept) = (self.clock.running(), self.clock.asleep());
        *self.lock_held() = Some(Held { hash, last_used, slept });
    }

    pub fn is_open(&self) -> bool {
        self.lock_held().is_some()
    }

    pub fn lock(&self) {
        *self.lock_held() = None;
    }

    /// Forgets the hash when it was not used for this long and no job is at work.
    pub fn lock_after(&self, idle: Duration) {
        let mut held = self.lock_held();
        let now = self.clock.running();
        if self.jobs.load(Ordering::Relaxed) == 0 {
            held.take_if(|held| now.saturating_sub(held.last_used) >= idle);
        }
    }

    /// The hash, for one call.
    pub fn hash(&self) -> Result<SecretString> {
        let mut held = self.lock_held();
        let held = held.as_mut().ok_or_else(|| AccountDetail::PasswordNeeded.error())?;
        held.last_used = self.clock.running();
        Ok(held.hash.clone())
    }

    pub fn at_work(&self) -> AtWork<'_> {
        self.jobs.fetch_add(1, Ordering::Relaxed);
        AtWork(self)
    }

    /// What is held; nothing from before the computer slept.
    fn lock_held(&self) -> MutexGuard<'_, Option<Held>> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.take_if(|held| self.clock.asleep() > held.slept + NO_SLEEP);
        held
    }
}

impl Drop for AtWork<'_> {
    fn drop(&mut self) {
        self.0.jobs.fetch_sub(1, Ordering::Relaxed);
        if let Some(held) = self.0.lock_held().as_mut() {
            held.last_used = self.0.clock.running();
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::Code;

    /// A computer that a test puts to sleep, and whose clock it sets.
    #[derive(Default)]
    struct Computer {
        running: Mutex<Duration>,
        asleep: Mutex<Duration>,
    }

    impl Clock for Computer {
        fn now(&self) -> Timestamp {
            // Set back, again and again.
            Timestamp::UNIX_EPOCH
        }

        fn running(&self) -> Duration {
            *self.running.lock().expect("not poisoned")
        }

        fn asleep(&self) -> Duration {
            *self.asleep.lock().expect("not poisoned")
        }
    }

    #[test]
    fn entered_secrets_are_cleared_after_sleep() {
        let computer = Arc::new(Computer::default());
        let confirming = Confirming::new(Arc::clone(&computer) as Arc<dyn Clock>);
        confirming.open("hash".into());
        *computer.asleep.lock().expect("not poisoned") += Duration::from_secs(30);
        assert!(!confirming.is_open());
        assert_eq!(confirming.hash().expect_err("gone").code(), Code::PasswordNeeded);
        confirming.open("hash".into());
        assert!(confirming.is_open(), "entered since");
    }

    #[test]
    fn setting_the_clock_back_extends_no_lifetime() {
        let computer = Arc::new(Computer::default());
        let confirming = Confirming::new(Arc::clone(&computer) as Arc<dyn Clock>);
        confirming.open("hash".into());
        *computer.running.lock().expect("not poisoned") += Duration::from_secs(600);
        confirming.lock_after(Duration::from_secs(601));
        assert!(confirming.is_open());
        confirming.lock_after(Duration::from_secs(600));
        assert!(!confirming.is_open());
    }
}
