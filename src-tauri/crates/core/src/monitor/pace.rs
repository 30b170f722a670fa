//! How often servers are checked.

use std::time::Duration;

/// The pace of checks of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// The pause after a look that succeeded.
    pub usual: Duration,
    /// The longest pause after looks that failed.
    pub longest: Duration,
    /// The pause after the computer woke up: the network may not be there at once.
    pub after_sleep: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            usual: Duration::from_secs(30 * 60),
            longest: Duration::from_secs(4 * 60 * 60),
            after_sleep: Duration::from_secs(60),
        }
    }
}

/// How long to wait for the next look. `failed` is the number of looks in a row that failed;
/// `passed` the time since the last one by a clock that continues during sleep. Zero when it is due.
pub fn next_look(pace: &Pace, failed: u32, passed: Duration, has_slept: bool) -> Duration {
    if has_slept {
        return pace.after_sleep;
    }
    let pause = pace.usual.saturating_mul(1 << failed.min(8)).min(pace.longest);
    pause.saturating_sub(passed)
}
