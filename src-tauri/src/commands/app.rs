//! The app as a whole.

use std::time::Duration;

use desk_core::secrets::{Keyring, KeyringState};
use desk_core::server::Profile;
use serde::Serialize;
use tauri::window::Color;
use tauri::{AppHandle, Manager, State};

use crate::commands::practice::PracticeInfo;
use crate::commands::session::SessionInfo;
use crate::first_show::{self, FirstShow};
use crate::state::Shell;

/// Everything the window needs to draw its first picture.
#[derive(Debug, Clone, Serialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct AppInfo {
    /// This app's version.
    pub version: String,
    /// The commit that it was built from, if that is known.
    pub commit: Option<String>,
    /// The day that it was built on, or that the commit was made on, as `2026-11-29`.
    pub build_date: Option<String>,
    /// Where the ledger is.
    pub data_folder: String,
    /// Where downloads go unless another folder is chosen.
    pub download_folder: String,
    /// Whether the operating system's keyring can be used.
    pub keyring: KeyringState,
    /// Every server and account known here, the one last used first.
    pub profiles: Vec<Profile>,
    /// Who is signed in in this window.
    pub session: Option<SessionInfo>,
    /// The practice instance, when it runs.
    pub practice: Option<PracticeInfo>,
}

/// Everything the window needs to draw its first picture.
#[tauri::command]
#[specta::specta]
pub async fn app_info(app: AppHandle, shell: State<'_, Shell>) -> desk_core::Result<AppInfo> {
    let build = desk_version::Build::this();
    Ok(AppInfo {
        version: build.version.to_owned(),
        commit: build.commit.map(str::to_owned),
        build_date: build.date,
        data_folder: shell.desk.files().folder().to_string_lossy().into_owned(),
        download_folder: download_folder(&app).to_string_lossy().into_owned(),
        keyring: keyring().await,
        profiles: shell.desk.ledger().profiles()?,
        session: SessionInfo::of(&shell).await,
        practice: shell.practice.lock().await.as_ref().map(PracticeInfo::from),
    })
}

/// A keyring that does not respond must not keep the window from its first picture.
async fn keyring() -> KeyringState {
    let asked = tokio::task::spawn_blocking(|| Keyring.state());
    match tokio::time::timeout(Duration::from_secs(3), asked).await {
        Ok(Ok(state)) => state,
        Ok(Err(_)) | Err(_) => KeyringState::Missing,
    }
}

/// The first screen is in the page: the window is shown. The colour is that of its background.
#[tauri::command]
#[specta::specta]
pub async fn show_first_screen(app: AppHandle, background: [u8; 3]) {
    let [red, green, blue] = background;
    first_show::show(&app, Some(Color(red, green, blue, u8::MAX)));
}

/// The first screen was painted.
#[tauri::command]
#[specta::specta]
pub async fn first_screen_painted(app: AppHandle) {
    app.state::<FirstShow>().reached("painted");
}

/// The files that the app was opened with since the last time this was asked.
#[tauri::command]
#[specta::specta]
pub async fn take_opened_files(shell: State<'_, Shell>) -> desk_core::Result<Vec<String>> {
    Ok(shell.take_opened_files().into_iter().map(|path| path.to_string_lossy().into_owned()).collect())
}

/// While something in the window is not saved, closing it asks first.
#[tauri::command]
#[specta::specta]
pub fn hold_window(shell: State<'_, Shell>, held: bool) {
    shell.hold(held);
}

/// Ends the app: running jobs are asked to stop first.
#[tauri::command]
#[specta::specta]
pub async fn end_app(app: AppHandle) {
    app.exit(0);
}

/// Where downloads go unless another folder is chosen.
pub(super) fn download_folder(app: &AppHandle) -> std::path::PathBuf {
    let paths = app.path();
    paths.download_dir().or_else(|_| paths.home_dir()).unwrap_or_default().join("NodeWarden backups")
}
