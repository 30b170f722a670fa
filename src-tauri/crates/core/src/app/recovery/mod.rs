//! Recovery: evidence is gathered here, [`crate::incidents`] says what it means, and cases are
//! kept in the ledger.

mod cases;
mod evidence;
mod known;
mod secrets;
mod tokens;

use std::sync::Arc;

pub use known::KnownSource;

use super::{Parts, Sessions};
use crate::clock::Clock;
use crate::ledger::Ledger;

/// What is wrong with a server, and the recoveries that lead a person through it.
pub struct Recovery {
    ledger: Arc<Ledger>,
    sessions: Arc<Sessions>,
    clock: Arc<dyn Clock>,
}

impl Recovery {
    pub(super) fn new(parts: &Parts) -> Self {
        Self {
            ledger: Arc::clone(&parts.ledger),
            sessions: Arc::clone(&parts.sessions),
            clock: Arc::clone(&parts.clock),
        }
    }
}
