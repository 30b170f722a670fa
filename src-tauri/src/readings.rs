//! The files that are being read outside of jobs, so that the window can stop
//! reading one that nobody looks at any more.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;

/// The files that are being read.
#[derive(Debug, Default)]
pub struct Readings(Mutex<Vec<(PathBuf, CancellationToken)>>);

impl Readings {
    /// Begins to read a file; what is given back stops it when asked to.
    pub fn begin(&self, path: &Path) -> Reading<'_> {
        let token = CancellationToken::new();
        let mut readings = self.all();
        // Those that ended, however they ended, let go of theirs.
        readings.retain(|(_, token)| !token.is_cancelled());
        readings.push((path.to_owned(), token.clone()));
        Reading { token, readings: self }
    }

    /// Stops all that read this file.
    pub fn stop(&self, path: &Path) {
        self.all().iter().filter(|(read, _)| read == path).for_each(|(_, token)| token.cancel());
    }

    fn all(&self) -> MutexGuard<'_, Vec<(PathBuf, CancellationToken)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One reading; it is over when this is dropped.
#[derive(Debug)]
pub struct Reading<'a> {
    token: CancellationToken,
    readings: &'a Readings,
}

impl Reading<'_> {
    /// Cancelled when the reading is to stop.
    pub fn token(&self) -> CancellationToken {
        self.token.clone()
    }
}

impl Drop for Reading<'_> {
    fn drop(&mut self) {
        self.token.cancel();
        self.readings.all().retain(|(_, token)| !token.is_cancelled());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_readings_of_that_file_are_stopped() {
        let readings = Readings::default();
        let (one, other) = (Path::new("one.zip"), Path::new("other.zip"));
        let (first, second, third) = (readings.begin(one), readings.begin(one), readings.begin(other));
        readings.stop(one);
        assert!(first.token().is_cancelled() && second.token().is_cancelled());
        assert!(!third.token().is_cancelled());
        let again = readings.begin(one);
        assert!(!again.token().is_cancelled(), "a stop is for those that read then");
        drop((first, second, third, again));
        assert!(readings.all().is_empty());
    }
}
