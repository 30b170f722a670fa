//! Forgetting the derived hash: on request, after idle time, and after the
//! computer slept.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::Desk;
use crate::clock::Clock;

/// How long the hash is kept unused, unless set otherwise.
const USUAL: Duration = Duration::from_secs(15 * 60);
/// Ticks come at least this often while the computer is awake, whatever its load.
const ASLEEP: Duration = Duration::from_secs(60);

/// When the hash is forgotten.
pub(super) struct Lock(Mutex<State>);

struct State {
    after: Duration,
    last: Option<Ticked>,
}

/// What the clocks showed at a tick.
#[derive(Clone, Copy)]
struct Ticked {
    running: Duration,
    asleep: Duration,
}

impl Ticked {
    fn now(clock: &dyn Clock) -> Self {
        Self { running: clock.running(), asleep: clock.asleep() }
    }

    /// Whether the computer slept since: it says so itself, or so much time passed
    /// that it must have.
    fn slept_since(&self, last: &Self) -> bool {
        self.asleep > last.asleep + Duration::from_secs(1)
            || self.running.saturating_sub(last.running) >= ASLEEP
    }
}

impl Lock {
    pub fn new() -> Self {
        Self(Mutex::new(State { after: USUAL, last: None }))
    }

    /// Notes the time; returns the idle time allowed, none after a sleep.
    fn tick(&self, clock: &dyn Clock) -> Option<Duration> {
        let now = Ticked::now(clock);
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let slept = state.last.replace(now).is_some_and(|last| now.slept_since(&last));
        (!slept).then_some(state.after)
    }
}

impl Desk {
    /// Forgets the derived hash now: what reveals or destroys asks for the master
    /// password again, opened settings are closed, and the files of a planned restore go. The session itself continues.
    pub fn lock(&self) {
        self.opened.close_all();
        self.restores.forget_plan();
        self.sessions.lock();
    }

    /// How long the hash is kept unused from now on.
    pub fn set_lock_after(&self, idle: Duration) {
        self.lock.0.lock().unwrap_or_else(PoisonError::into_inner).after = idle;
    }

    /// Called every few seconds: forgets the hash when it was idle for long enough,
    /// or when the computer slept since the last call.
    pub fn tick(&self) {
        let Some(idle) = self.lock.tick(self.clock.as_ref()) else { return self.lock() };
        self.opened.expire(self.clock.now());
        self.sessions.lock_after(idle);
    }
}
