//! Ctrl-C: the first asks the job to stop and leave nothing half done, the second
//! ends the program at once.

use tokio_util::sync::CancellationToken;

use crate::exit::{Ended, Failure};

/// Knows whether someone asked to stop.
#[derive(Clone)]
pub struct Stop(CancellationToken);

impl Stop {
    /// Listens from now on. Until then Ctrl-C ends the program by itself, as at a
    /// password prompt.
    pub fn listen() -> Self {
        let stop = Self(CancellationToken::new());
        let asked = stop.token();
        tokio::spawn(async move {
            asked_to_stop().await;
            asked.cancel();
            asked_to_stop().await;
            std::process::exit(130);
        });
        stop
    }

    /// For a job, which leaves nothing half done when this is cancelled.
    pub fn token(&self) -> CancellationToken {
        self.0.clone()
    }

    /// Waits for something that can be dropped at any time.
    pub async fn or<T>(&self, work: impl Future<Output = Ended<T>>) -> Ended<T> {
        tokio::select! {
            biased;
            () = self.0.cancelled() => Err(Failure::Cancelled),
            ended = work => ended,
        }
    }
}

#[cfg(unix)]
async fn asked_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        return wait_for_ctrl_c().await;
    };
    tokio::select! {
        () = wait_for_ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}

#[cfg(not(unix))]
async fn asked_to_stop() {
    wait_for_ctrl_c().await;
}

async fn wait_for_ctrl_c() {
    if tokio::signal::ctrl_c().await.is_err() {
        // Nobody can ask then; the program ends when its work does.
        std::future::pending::<()>().await;
    }
}
