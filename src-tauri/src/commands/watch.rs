//! The watch, its notifications and the tray.

use desk_core::app::{PastEvents, WatchSettings, WatchedServer};
use desk_core::error::FileDetail;
use desk_core::view::TargetHistory;
use serde::Serialize;
use tauri::{AppHandle, State};
use tauri_plugin_autostart::ManagerExt as _;

use crate::state::Shell;
use crate::tray::{self, Tray, TrayWords};
use crate::watching::Wake;

/// How servers are watched, and what was seen.
#[derive(Debug, Clone, Serialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct WatchState {
    /// How servers are watched.
    pub settings: WatchSettings,
    /// This desktop shows an icon in its tray.
    pub tray: bool,
    /// The app starts with the computer; none when the system does not say.
    pub autostart: Option<bool>,
    /// What was seen of each server.
    pub servers: Vec<WatchedServer>,
}

/// How servers are watched, and what was seen.
#[tauri::command]
#[specta::specta]
pub async fn watch_state(
    app: AppHandle,
    shell: State<'_, Shell>,
    tray: State<'_, Tray>,
) -> desk_core::Result<WatchState> {
    let watch = shell.desk.watch();
    Ok(WatchState {
        settings: watch.settings()?,
        tray: tray.is_there(),
        autostart: app.autolaunch().is_enabled().ok(),
        servers: watch.servers()?,
    })
}

/// The past of each target of a profile's server, without asking the server.
#[tauri::command]
#[specta::specta]
pub async fn target_histories(
    shell: State<'_, Shell>,
    profile_id: String,
) -> desk_core::Result<Vec<TargetHistory>> {
    shell.desk.histories().of_targets(&profile_id)
}

/// What happened besides jobs: alerts of the watch and recoveries.
#[tauri::command]
#[specta::specta]
pub async fn past_events(shell: State<'_, Shell>) -> desk_core::Result<PastEvents> {
    shell.desk.histories().events()
}

/// Changes how servers are watched.
#[tauri::command]
#[specta::specta]
pub async fn set_watch(
    shell: State<'_, Shell>,
    wake: State<'_, Wake>,
    settings: WatchSettings,
) -> desk_core::Result<()> {
    shell.desk.watch().set_settings(settings)?;
    wake.now();
    Ok(())
}

/// The app starts with the computer, or does so no longer.
#[tauri::command]
#[specta::specta]
pub async fn set_autostart(app: AppHandle, on: bool) -> desk_core::Result<()> {
    let autostart = app.autolaunch();
    let changed = if on { autostart.enable() } else { autostart.disable() };
    changed.map_err(|error| FileDetail::AutostartFailed.error().original(error.to_string()))
}

/// The words of the tray, in the language of the window.
#[tauri::command]
#[specta::specta]
pub async fn set_tray_words(
    tray: State<'_, Tray>,
    wake: State<'_, Wake>,
    words: TrayWords,
) -> desk_core::Result<()> {
    tray.set_words(words);
    wake.now();
    Ok(())
}

/// Brings the window to the front.
#[tauri::command]
#[specta::specta]
pub async fn show_window(app: AppHandle) {
    tray::show_window(&app);
}

/// Shows a notification of the system. A click on it opens the window at `place`, where the
/// system reports clicks.
#[tauri::command]
#[specta::specta]
pub async fn notify(app: AppHandle, title: String, body: String, place: Option<String>) {
    crate::notifications::show(&app, title, body, place);
}
