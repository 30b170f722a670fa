//! How long to wait for a server, and how often to ask it.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::progress::{Progress, Update};

/// How long to wait for a server and for the keyring, and how often to ask a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// Until a connection is made.
    pub connecting: Duration,
    /// Until an ordinary response begins.
    pub ordinary: Duration,
    /// Until a response begins for which the server asks a target first.
    pub slow: Duration,
    /// Until a run or a restore has responded: one call that responds at its end.
    pub long: Duration,
    /// How long a body may stand still.
    pub stalled: Duration,
    /// How long the progress hub may say nothing before it is taken for dead.
    pub silent: Duration,
    /// The longest that a rate limit is waited for, in all.
    pub longest_wait: Duration,
    /// Between checks, when the response of a long call was lost.
    pub between_looks: Duration,
    /// How many checks of a server that responds, before the outcome is called unknown.
    pub looks: u32,
    /// How long a server that does not respond is tried again meanwhile.
    pub outage: Duration,
    /// Calls this app allows itself in a window; the server allows 200 a minute
    /// for the user; what a browser requires besides, the server's own waits make room for.
    pub calls: usize,
    /// How many of them attachment bodies and other files leave for what a person opens meanwhile.
    pub reserved: usize,
    /// The window's length.
    pub window: Duration,
    /// How long the keyring of this computer may wait for a person to unlock it.
    pub keyring: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connecting: Duration::from_secs(10),
            ordinary: Duration::from_secs(30),
            slow: Duration::from_secs(60),
            long: Duration::from_secs(30 * 60),
            stalled: Duration::from_secs(30),
            silent: Duration::from_secs(45),
            longest_wait: Duration::from_secs(120),
            between_looks: Duration::from_secs(3),
            looks: 10,
            outage: Duration::from_secs(15 * 60),
            calls: 195,
            reserved: 10,
            window: Duration::from_secs(60),
            keyring: Duration::from_secs(60),
        }
    }
}

/// Waits of this length and more are reported.
const TOLD_FROM: Duration = Duration::from_secs(1);

/// The calls of the last window, so that all parallel work together stays under
/// the server's limit. The server counts for a user: all sessions of one share it.
#[derive(Debug, Default)]
pub struct RateLimiter(Mutex<VecDeque<Instant>>);

impl RateLimiter {
    /// Waits until one more call fits, and counts it. A call for a file leaves the reserved calls
    /// to others: a screen does not wait a minute because an export is running.
    pub(super) async fn take(&self, timeouts: &Timeouts, is_file: bool, progress: &dyn Progress) {
        let allowed = timeouts.calls.saturating_sub(if is_file { timeouts.reserved } else { 0 });
        while let Some(wait) = self.wait_for_one(allowed, timeouts.window, Instant::now()) {
            if wait >= TOLD_FROM {
                // A part of a second is waited for as well.
                let seconds = u32::try_from(wait.as_secs() + 1).unwrap_or(u32::MAX);
                progress.report(Update::KeepingLimit { seconds });
            }
            tokio::time::sleep(wait).await;
        }
    }

    fn wait_for_one(&self, allowed: usize, window: Duration, now: Instant) -> Option<Duration> {
        let mut calls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while calls.front().is_some_and(|first| now.duration_since(*first) >= window) {
            calls.pop_front();
        }
        // As many calls have to be a window old as there are too many.
        let too_many = (calls.len() + 1).checked_sub(allowed.max(1)).filter(|many| *many > 0);
        match too_many.and_then(|many| calls.get(many - 1)) {
            Some(last) => Some(window.saturating_sub(now.duration_since(*last))),
            None => {
                calls.push_back(now);
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn calls_over_the_rate_limit_wait_for_the_window_to_move() {
        let (rate_limiter, start) = (RateLimiter::default(), Instant::now());
        assert_eq!(rate_limiter.wait_for_one(2, MINUTE, start), None);
        assert_eq!(rate_limiter.wait_for_one(2, MINUTE, start + Duration::from_secs(10)), None);
        let third = start + Duration::from_secs(25);
        assert_eq!(rate_limiter.wait_for_one(2, MINUTE, third), Some(Duration::from_secs(35)));
        assert_eq!(rate_limiter.wait_for_one(2, MINUTE, start + MINUTE), None);
    }

    #[test]
    fn a_smaller_rate_limit_waits_while_a_larger_one_has_room() {
        let (rate_limiter, start) = (RateLimiter::default(), Instant::now());
        let after = |seconds| start + Duration::from_secs(seconds);
        for second in 0..4 {
            assert_eq!(rate_limiter.wait_for_one(4, MINUTE, after(second)), None);
        }
        // Three of the four have to be a minute old before a second one fits.
        assert_eq!(rate_limiter.wait_for_one(2, MINUTE, after(10)), Some(Duration::from_secs(52)));
        assert_eq!(rate_limiter.wait_for_one(5, MINUTE, after(10)), None);
    }

    #[tokio::test(start_paused = true)]
    async fn file_transfers_do_not_use_reserved_calls() {
        let timeouts = Timeouts { calls: 5, reserved: 2, ..Timeouts::default() };
        let rate_limiter = RateLimiter::default();
        let waits = std::sync::atomic::AtomicU32::new(0);
        let progress = |update: Update| {
            assert!(matches!(update, Update::KeepingLimit { .. }), "{update:?}");
            waits.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        };
        for _ in 0..3 {
            rate_limiter.take(&timeouts, true, &progress).await;
        }
        let file = rate_limiter.take(&timeouts, true, &progress);
        assert!(tokio::time::timeout(Duration::from_secs(1), file).await.is_err(), "a fourth file waits");
        assert_eq!(waits.load(std::sync::atomic::Ordering::Relaxed), 1);
        rate_limiter.take(&timeouts, false, &progress).await;
        rate_limiter.take(&timeouts, false, &progress).await;
        assert_eq!(waits.load(std::sync::atomic::Ordering::Relaxed), 1, "a screen does not wait");
    }
}
