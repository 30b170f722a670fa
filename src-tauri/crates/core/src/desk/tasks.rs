//! Waiting that can be stopped, and work that blocks, off the async threads.

use std::future::Future;

use tokio_util::sync::CancellationToken;

use crate::{Code, Error, Result};

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
            Err(Error::new(Code::Stopped, "This was stopped.", "Nothing was changed. Try again when you are ready."))
        }
        answer = work => answer,
    }
}

/// Runs something that may block off the async threads: the keyring may wait for a person.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| {
        Err(Error::new(
            Code::InternalFault,
            "A step ended through a fault of this app.",
            "Try again. If it happens again, please report it.",
        ))
    })
}
