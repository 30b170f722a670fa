//! Waiting that can be stopped, and work that blocks, off the async threads.

use std::future::Future;

use tokio_util::sync::CancellationToken;

use crate::Result;
use crate::error::JobDetail;

/// Waits for what only reads, until it is stopped: what is waited for is dropped then.
///
/// # Errors
/// `Stopped`, and what `work` fails with.
pub async fn unless_stopped<T>(
    cancel: &CancellationToken,
    work: impl Future<Output = Result<T>>,
) -> Result<T> {
    tokio::select! {
        biased;
        () = cancel.cancelled() => {
            Err(JobDetail::Stopped.error())
        }
        answer = work => answer,
    }
}

/// Runs something that may block off the async threads: the keyring may wait for a person.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| Err(JobDetail::InternalFault.error()))
}
