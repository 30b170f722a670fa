//! What the window waits for outside of jobs, so that it can stop what no one
//! needs any more.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Deserialize;
use tokio_util::sync::CancellationToken;

/// The calls to servers that the window can stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum Call {
    /// Signing in.
    SignIn,
    /// Reading the board of targets.
    Overview,
    /// Finding out what is wrong.
    Findings,
    /// Listing a folder of a target.
    ListBackups,
    /// Planning a deletion.
    PlanDelete,
    /// Planning a restore.
    PlanRestore,
    /// Planning to heal a target.
    PlanHeal,
    /// Trying a target.
    TestTarget,
}

/// All that is waited for: files being read, or calls to servers.
#[derive(Debug)]
pub struct CancelRegistry<What>(Mutex<Vec<(What, CancellationToken)>>);

impl<What> Default for CancelRegistry<What> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<What: PartialEq> CancelRegistry<What> {
    /// Begins to wait; what is given back stops it when asked to.
    pub fn begin(&self, what: What) -> Wait<'_, What> {
        let token = CancellationToken::new();
        let mut waits = self.all();
        // Those that ended, however they ended, let go of theirs.
        waits.retain(|(_, token)| !token.is_cancelled());
        waits.push((what, token.clone()));
        Wait { token, waits: self }
    }

    /// Stops all that wait for this.
    pub fn stop(&self, what: &What) {
        self.all().iter().filter(|(waited, _)| waited == what).for_each(|(_, token)| token.cancel());
    }
}

impl<What> CancelRegistry<What> {
    fn all(&self) -> MutexGuard<'_, Vec<(What, CancellationToken)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One wait; it is over when this is dropped.
#[derive(Debug)]
pub struct Wait<'a, What> {
    token: CancellationToken,
    waits: &'a CancelRegistry<What>,
}

impl<What> Wait<'_, What> {
    /// Cancelled when the waiting is to stop.
    pub fn token(&self) -> CancellationToken {
        self.token.clone()
    }
}

impl<What> Drop for Wait<'_, What> {
    fn drop(&mut self) {
        self.token.cancel();
        self.waits.all().retain(|(_, token)| !token.is_cancelled());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_readings_of_that_file_are_stopped() {
        let readings = CancelRegistry::default();
        let (first, second, third) =
            (readings.begin("one.zip"), readings.begin("one.zip"), readings.begin("other.zip"));
        readings.stop(&"one.zip");
        assert!(first.token().is_cancelled() && second.token().is_cancelled());
        assert!(!third.token().is_cancelled());
        let again = readings.begin("one.zip");
        assert!(!again.token().is_cancelled(), "a stop is for those that read then");
        drop((first, second, third, again));
        assert!(readings.all().is_empty());
    }
}
