//! The time comes in from outside, so that a test can hold it.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use jiff::Timestamp;

/// A source of the current time.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;

    /// How long this computer has been running, its sleep included: between two
    /// moments it shows what has passed, even when the clock was set meanwhile.
    fn running(&self) -> Duration {
        Duration::try_from(self.now().duration_since(Timestamp::UNIX_EPOCH)).unwrap_or_default()
    }

    /// How long of that it slept, as far as the system reports it.
    fn asleep(&self) -> Duration {
        Duration::ZERO
    }
}

/// The computer's clock.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn running(&self) -> Duration {
        counted_in_sleep()
    }

    fn asleep(&self) -> Duration {
        // An `Instant` stands still while a Linux or macOS computer sleeps.
        static BEGINNING: OnceLock<(Instant, Duration)> = OnceLock::new();
        let (awake, running) = BEGINNING.get_or_init(|| (Instant::now(), counted_in_sleep()));
        counted_in_sleep().saturating_sub(*running).saturating_sub(awake.elapsed())
    }
}

/// A monotonic clock that includes the time the computer sleeps.
#[cfg(unix)]
fn counted_in_sleep() -> Duration {
    use rustix::time::{ClockId, clock_gettime};

    #[cfg(any(target_os = "linux", target_os = "android"))]
    const CLOCK: ClockId = ClockId::Boottime;
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    const CLOCK: ClockId = ClockId::Monotonic;
    Duration::try_from(clock_gettime(CLOCK)).unwrap_or_default()
}

/// The same: here an `Instant` continues in sleep.
#[cfg(not(unix))]
fn counted_in_sleep() -> Duration {
    static BEGINNING: OnceLock<Instant> = OnceLock::new();
    BEGINNING.get_or_init(Instant::now).elapsed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_computer_that_is_awake_has_not_slept() {
        let before = SystemClock.running();
        std::thread::sleep(Duration::from_millis(20));
        assert!(SystemClock.running() >= before + Duration::from_millis(20));
        assert!(SystemClock.asleep() < Duration::from_millis(500));
    }
}
