//! Forgetting the derived hash: on request, after idle time, and after the
//! computer slept.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::Desk;

/// How long the hash is kept unused, unless set otherwise.
const USUAL: SignedDuration = SignedDuration::from_mins(15);
/// Ticks come at least this often while the computer is awake.
const ASLEEP: SignedDuration = SignedDuration::from_mins(3);

/// When the hash is forgotten.
pub(super) struct Lock(Mutex<State>);

struct State {
    after: SignedDuration,
    last_tick: Option<Timestamp>,
}

impl Lock {
    pub fn new() -> Self {
        Self(Mutex::new(State { after: USUAL, last_tick: None }))
    }

    /// Notes the time; answers the idle time allowed, none after a sleep.
    fn tick(&self, now: Timestamp) -> Option<SignedDuration> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let last = state.last_tick.replace(now);
        let slept = last.is_some_and(|last| now.duration_since(last) >= ASLEEP);
        (!slept).then_some(state.after)
    }
}

impl Desk {
    /// Forgets the derived hash now: what reveals or destroys asks for the master
    /// password again, and opened settings are closed. The session itself goes on.
    pub fn lock(&self) {
        self.opened.close_all();
        if let Some(signed) = self.signed() {
            signed.session.lock();
        }
    }

    /// How long the hash is kept unused from now on.
    pub fn set_lock_after(&self, idle: Duration) {
        let idle = SignedDuration::try_from(idle).unwrap_or(SignedDuration::MAX);
        self.lock.0.lock().unwrap_or_else(PoisonError::into_inner).after = idle;
    }

    /// Called twice a minute or so: forgets the hash when it was idle for long
    /// enough, or when so much time passed since the last call that the computer
    /// must have slept. Answers whether it did.
    pub fn tick(&self) -> bool {
        let now = self.clock.now();
        let allowed = self.lock.tick(now);
        match allowed {
            Some(_) => self.opened.expire(now),
            None => self.opened.close_all(),
        }
        let Some(signed) = self.signed() else { return false };
        match allowed {
            Some(idle) => signed.session.lock_after(idle),
            None => {
                let was_open = signed.session.can_confirm();
                signed.session.lock();
                was_open
            }
        }
    }
}
