//! Waiting as long as a server asks to.

use std::sync::Arc;
use std::time::Duration;

use super::failure;
use super::timeouts::Timeouts;
use crate::progress::{Progress, Update};
use crate::{Error, Result};

/// Where the waits of calls are reported that no job makes.
#[derive(Clone)]
pub(super) struct WaitReports(pub Arc<dyn Progress>);

impl std::fmt::Debug for WaitReports {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WaitReports")
    }
}

/// Waits as long as a response asks to, and reports the wait.
///
/// # Errors
/// The response itself, when the waits become too long in all.
pub(super) async fn wait_as_asked(
    error: &Error,
    waited: &mut Duration,
    timeouts: &Timeouts,
    progress: &dyn Progress,
) -> Result<()> {
    let seconds = error.body().retry_after_seconds.unwrap_or(10).max(1);
    let wait = Duration::from_secs(u64::from(seconds));
    *waited += wait;
    if *waited > timeouts.longest_wait {
        return Err(failure::asks_to_wait_long(error.clone(), wait));
    }
    progress.report(Update::Waiting { seconds });
    tokio::time::sleep(wait + a_little(wait)).await;
    Ok(())
}

/// Up to a tenth, and no more than two seconds.
pub(super) fn a_little(wait: Duration) -> Duration {
    let most = (wait / 10).min(Duration::from_secs(2)).as_millis();
    Duration::from_millis(rand::random_range(0..=u64::try_from(most).unwrap_or(0)))
}
