//! How often: calls per user, and failed sign-ins per email address.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use crate::options::RateLimit;

const FAILURES: u32 = 10;
const LOCKED_FOR: SignedDuration = SignedDuration::from_mins(2);

/// Counts calls and failures.
pub(crate) struct Limits {
    rate: RateLimit,
    calls: Mutex<HashMap<String, Count>>,
    failures: Mutex<HashMap<String, Count>>,
}

/// How many since when.
#[derive(Clone, Copy)]
struct Count {
    since: Timestamp,
    number: u32,
}

impl Limits {
    pub fn new(rate: RateLimit) -> Self {
        Self { rate, calls: Mutex::default(), failures: Mutex::default() }
    }

    /// Counts a call of `user`; over the limit, the seconds to wait.
    pub fn call(&self, user: &str, now: Timestamp) -> Result<(), u64> {
        let window = SignedDuration::try_from(self.rate.window).unwrap_or(SignedDuration::MAX);
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        let count = calls.entry(user.to_owned()).or_insert(Count { since: now, number: 0 });
        if now.duration_since(count.since) >= window {
            *count = Count { since: now, number: 0 };
        }
        count.number += 1;
        if count.number <= self.rate.calls {
            return Ok(());
        }
        Err(seconds_until(count.since, window, now))
    }

    /// The seconds that `email` stays locked, if it is.
    pub fn locked(&self, email: &str, now: Timestamp) -> Option<u64> {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let count = failures.get(email).copied()?;
        if now.duration_since(count.since) >= LOCKED_FOR {
            failures.remove(email);
            return None;
        }
        (count.number >= FAILURES).then(|| seconds_until(count.since, LOCKED_FOR, now))
    }

    /// Counts a failed sign-in of `email`.
    pub fn failed(&self, email: &str, now: Timestamp) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let count = failures.entry(email.to_owned()).or_insert(Count { since: now, number: 0 });
        // The two minutes start again with every failure.
        *count = Count { since: now, number: count.number + 1 };
    }

    /// A good sign-in clears what failed before.
    pub fn succeeded(&self, email: &str) {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner).remove(email);
    }
}

fn seconds_until(since: Timestamp, length: SignedDuration, now: Timestamp) -> u64 {
    let left = length - now.duration_since(since);
    u64::try_from(left.as_secs()).unwrap_or(0).max(1)
}
