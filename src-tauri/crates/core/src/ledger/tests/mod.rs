mod archives;
mod connections;
mod files;
mod jobs;
mod profiles;
mod targets;

use jiff::Timestamp;

use super::*;
use crate::clock::Clock;

/// A clock that stands still.
struct At(i64);

impl Clock for At {
    fn now(&self) -> Timestamp {
        second(self.0)
    }
}

/// A moment, so many seconds after some beginning.
fn second(n: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + n).expect("a time of our age")
}

fn ledger() -> Ledger {
    Ledger::in_memory().expect("memory")
}
