//! The icon in the tray: how everything stands, and a menu with "Back up now", "Open" and "Quit".

mod icon;
#[cfg(target_os = "linux")]
#[path = "linux.rs"]
mod system;
#[cfg(not(target_os = "linux"))]
#[path = "other.rs"]
mod system;

use std::sync::{Mutex, PoisonError};

use desk_core::monitor::Standing;
use serde::Deserialize;
use tauri::{AppHandle, Emitter, Manager};

use crate::state::Shell;

/// The argument of a start into the tray, without a window.
pub const IN_TRAY: &str = "--in-tray";

/// "Back up now" was chosen in the tray.
const BACK_UP: &str = "tray-back-up";

/// The words of the tray, in the language of the window.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct TrayWords {
    /// "Back up now".
    pub back_up: String,
    /// "Open".
    pub open: String,
    /// "Quit".
    pub quit: String,
    /// "No problems".
    pub good: String,
    /// A job runs.
    pub working: String,
    /// Something should be checked.
    pub attention: String,
    /// Backups do not work.
    pub failed: String,
}

impl Default for TrayWords {
    fn default() -> Self {
        Self {
            back_up: "Back up now".into(),
            open: "Open".into(),
            quit: "Quit".into(),
            good: "No problems".into(),
            working: "Working".into(),
            attention: "Needs attention".into(),
            failed: "Failed".into(),
        }
    }
}

/// What the tray shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Face {
    standing: Standing,
    words: TrayWords,
}

impl Face {
    /// The state in a word.
    fn state(&self) -> &str {
        match self.standing {
            Standing::Good => &self.words.good,
            Standing::Working => &self.words.working,
            Standing::Attention => &self.words.attention,
            Standing::Failed => &self.words.failed,
        }
    }
}

/// What can be chosen in the tray's menu.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Choice {
    BackUp,
    Open,
    Quit,
}

/// The tray of the running app.
#[derive(Default)]
pub struct Tray {
    words: Mutex<TrayWords>,
    shown: tokio::sync::Mutex<Option<(system::Item, Face)>>,
    is_there: std::sync::atomic::AtomicBool,
}

impl Tray {
    /// This desktop shows the icon.
    pub fn is_there(&self) -> bool {
        self.is_there.load(std::sync::atomic::Ordering::Relaxed)
    }

    /// The window speaks another language.
    pub fn set_words(&self, words: TrayWords) {
        *self.words.lock().unwrap_or_else(PoisonError::into_inner) = words;
    }

    /// Shows how everything stands. Where the desktop has no tray, it is tried again next time:
    /// a panel may start after the app.
    pub async fn show(&self, app: &AppHandle, standing: Standing) {
        let words = self.words.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let face = Face { standing, words };
        let mut shown = self.shown.lock().await;
        match &mut *shown {
            Some((_, before)) if *before == face => {}
            Some((item, before)) => {
                item.change(app, face.clone()).await;
                *before = face;
            }
            None => *shown = system::Item::new(app, face.clone()).await.map(|item| (item, face)),
        }
        self.is_there.store(shown.is_some(), std::sync::atomic::Ordering::Relaxed);
    }
}

/// Does what was chosen in the menu.
pub(crate) fn choose(app: &AppHandle, choice: Choice) {
    match choice {
        Choice::Open => show_window(app),
        // The window knows the server and asks for the master password where that is needed.
        Choice::BackUp => drop(app.emit(BACK_UP, ())),
        Choice::Quit if app.try_state::<Shell>().is_some_and(|shell| shell.must_ask()) => {
            show_window(app);
            let _ = app.emit("close-asked", ());
        }
        Choice::Quit => app.exit(0),
    }
}

/// Brings the window to the front.
pub fn show_window(app: &AppHandle) {
    if let Some(window) = app.get_webview_window("main") {
        // A window that cannot be shown leaves the app as it is.
        let _ = window.show().and_then(|()| window.unminimize()).and_then(|()| window.set_focus());
    }
}

/// Closing the window keeps the app in the tray: the person chose so, and the tray is there.
pub fn keeps_app(app: &AppHandle) -> bool {
    let is_chosen = app
        .try_state::<Shell>()
        .is_some_and(|shell| shell.desk.watch().settings().is_ok_and(|settings| settings.close_to_tray));
    is_chosen && app.try_state::<Tray>().is_some_and(|tray| tray.is_there())
}
