//! One run or restore at a time.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Taken while a run or a restore is under way.
#[derive(Default)]
pub(crate) struct Lock(Arc<AtomicBool>);

/// Someone else has the lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Busy;

/// Gives the lock back when it goes.
pub(crate) struct Held(Arc<AtomicBool>);

impl Lock {
    /// Takes the lock, or says that someone else has it.
    pub fn take(&self) -> Result<Held, Busy> {
        if self.0.swap(true, Ordering::AcqRel) {
            return Err(Busy);
        }
        Ok(Held(Arc::clone(&self.0)))
    }

    pub fn is_taken(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}
