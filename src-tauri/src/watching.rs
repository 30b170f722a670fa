//! Watching servers while the app runs: the core looks, the window words what is new, and the
//! tray shows how everything stands.

use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;
use tauri::{AppHandle, Emitter, Manager};
use tokio::sync::Notify;

use crate::state::Shell;
use crate::tray::Tray;

/// How often it is looked whether a server's turn has come.
const TICK: Duration = Duration::from_secs(30);

/// The window notifies of new alerts, in the person's language.
const NEW_ALERTS: &str = "watch-notices";
/// The window shows what the watch knows.
const LOOKED: &str = "watch-looked";

/// Wakes the watch before its next tick.
#[derive(Default)]
pub struct Wake(Arc<Notify>);

impl Wake {
    /// Something changed: settings, words, or a job.
    pub fn now(&self) {
        self.0.notify_one();
    }
}

/// Keeps watching until the app ends.
pub fn begin(app: AppHandle) {
    let wake = Arc::clone(&app.state::<Wake>().0);
    tauri::async_runtime::spawn(async move {
        loop {
            if app.try_state::<Shell>().is_some() {
                look(&app).await;
            }
            tokio::select! {
                () = tokio::time::sleep(TICK) => {}
                () = wake.notified() => {}
            }
        }
    });
}

async fn look(app: &AppHandle) {
    let shell = app.state::<Shell>();
    show(app).await;
    match shell.desk.watch().tick(&TimeZone::system()).await {
        Ok(notices) => {
            if !notices.is_empty() {
                // A closed window cannot be notified.
                let _ = app.emit(NEW_ALERTS, notices);
            }
        }
        Err(error) => tracing::warn!(code = %error.code(), "the servers could not be watched"),
    }
    let _ = app.emit(LOOKED, ());
    show(app).await;
}

async fn show(app: &AppHandle) {
    let shell = app.state::<Shell>();
    let is_working = !shell.desk.runner().running().is_empty();
    if let Ok(standing) = shell.desk.watch().standing(is_working) {
        app.state::<Tray>().show(app, standing).await;
    }
}

/// The icon shows that a job runs, and that it has ended.
pub fn listen_to_jobs(app: AppHandle, desk: &desk_core::app::Desk) {
    desk.runner().listen(Box::new(move |event| {
        use desk_core::jobs::JobEvent;
        if !matches!(event, JobEvent::Progress { .. }) {
            app.state::<Wake>().now();
        }
        true
    }));
}
