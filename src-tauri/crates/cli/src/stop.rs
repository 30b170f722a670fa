//! Ctrl-C, SIGTERM and SIGHUP: the first asks the job to stop and leave nothing half done, the second
//! ends the program at once.

use tokio_util::sync::CancellationToken;

use crate::exit::{Ended, Failure};

/// Knows whether someone asked to stop.
#[derive(Clone)]
pub struct Stop(CancellationToken);

impl Stop {
    /// Listens from now on. Until then Ctrl-C ends the program automatically, as at a
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
    use tokio::signal::unix::SignalKind;
    tokio::select! {
        () = wait_for_ctrl_c() => {}
        () = signalled(SignalKind::terminate()) => {}
        () = signalled(SignalKind::hangup()), if hangups_count() => {}
    }
}

#[cfg(unix)]
async fn signalled(kind: tokio::signal::unix::SignalKind) {
    match tokio::signal::unix::signal(kind) {
        Ok(mut signals) => drop(signals.recv().await),
        Err(_) => std::future::pending().await,
    }
}

/// The end of the terminal ends the work, unless `nohup` was asked to keep it going:
/// the signal is then ignored from the start.
#[cfg(unix)]
fn hangups_count() -> bool {
    static COUNT: std::sync::OnceLock<bool> = std::sync::OnceLock::new();
    *COUNT.get_or_init(|| match std::fs::read_to_string("/proc/self/status") {
        Ok(status) => {
            let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
            let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
            ignored.is_none_or(|mask| mask & 1 == 0)
        }
        // Elsewhere `nohup` is known by where it sends standard error.
        Err(_) => std::io::IsTerminal::is_terminal(&std::io::stderr()),
    })
}

#[cfg(not(unix))]
async fn asked_to_stop() {
    wait_for_ctrl_c().await;
}

async fn wait_for_ctrl_c() {
    if tokio::signal::ctrl_c().await.is_err() {
        // No one can ask then; the program ends when its work does.
        std::future::pending::<()>().await;
    }
}
