//! The window is shown with its first screen: no one sees an empty one, or one in the wrong colour.

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tauri::window::Color;
use tauri::{AppHandle, Manager};

/// A page that takes longer than this is shown as it is.
const LONGEST: Duration = Duration::from_secs(3);

/// A file that gets a line with the time of each step of the start, for `scripts/bench-start`.
const TIMING: &str = "NWDESK_TIMING";

/// Whether the window was not shown yet, and is to be shown when its page is ready.
pub struct FirstShow {
    waits: AtomicBool,
    timing: Option<PathBuf>,
}

impl FirstShow {
    /// For a start that opens the window, or one into the tray.
    pub fn new(opens_window: bool) -> Self {
        Self { waits: AtomicBool::new(opens_window), timing: std::env::var_os(TIMING).map(PathBuf::from) }
    }

    /// True the first time, and only if the start opens the window.
    fn take(&self) -> bool {
        self.waits.swap(false, Ordering::Relaxed)
    }

    /// Notes when a step was reached.
    pub fn reached(&self, step: &str) {
        let Some(path) = &self.timing else { return };
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        // A measurement that cannot be written is missed by who measures.
        if let Ok(mut file) = std::fs::OpenOptions::new().append(true).create(true).open(path) {
            let _ = writeln!(file, "{step} {now}");
        }
    }
}

/// Shows the window after a while also if its page does not get ready.
pub fn begin(app: &AppHandle) {
    let app = app.clone();
    app.state::<FirstShow>().reached("started");
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(LONGEST).await;
        show(&app, None);
    });
}

/// Shows the window, with this colour where the page is not painted yet.
pub fn show(app: &AppHandle, background: Option<Color>) {
    if !app.state::<FirstShow>().take() {
        return;
    }
    let Some(window) = app.get_webview_window("main") else { return };
    if background.is_some() {
        // Another colour for a moment is no reason not to show the window.
        let _ = window.set_background_color(background);
    }
    if let Err(error) = window.show().and_then(|()| window.set_focus()) {
        tracing::warn!("the window could not be shown: {error}");
    }
    app.state::<FirstShow>().reached("shown");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_is_shown_once_and_never_for_a_start_into_the_tray() {
        let opens = FirstShow::new(true);
        assert!(opens.take());
        assert!(!opens.take());
        assert!(!FirstShow::new(false).take());
    }

    #[test]
    fn startup_steps_are_recorded_only_when_measuring() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("timing");
        let silent = FirstShow { waits: AtomicBool::new(true), timing: None };
        silent.reached("started");
        let measured = FirstShow { waits: AtomicBool::new(true), timing: Some(path.clone()) };
        measured.reached("started");
        measured.reached("painted");
        let text = std::fs::read_to_string(path).expect("readable");
        let steps: Vec<&str> = text.lines().filter_map(|line| line.split(' ').next()).collect();
        assert_eq!(steps, ["started", "painted"]);
    }
}
