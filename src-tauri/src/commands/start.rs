//! What the window can do when the app's data cannot be opened.

use std::path::PathBuf;

use desk_core::clock::SystemClock;
use desk_core::ledger::Ledger;
use serde::Serialize;
use tauri::AppHandle;
use tauri_plugin_dialog::DialogExt;

use crate::start::{self, Start};

/// Why the app could not open its data.
#[derive(Debug, Clone, Serialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct StartFailure {
    /// What went wrong.
    pub error: desk_core::Error,
    /// The data folder.
    pub folder: String,
    /// Moving the ledger aside can help: it is damaged or was written by a newer version.
    pub can_move_aside: bool,
}

/// Why the app could not open its data; `None` when it could.
#[tauri::command]
#[specta::specta]
pub async fn start_failure(app: AppHandle) -> Option<StartFailure> {
    start::failure(&app).map(Into::into)
}

/// Opens the app's data once more.
#[tauri::command]
#[specta::specta]
pub async fn retry_start(app: AppHandle) -> Option<StartFailure> {
    let failed = start::failure(&app)?;
    start::open(&app, failed.folder).err().map(Into::into)
}

/// Renames the ledger that cannot be opened, so that a new one can begin; nothing is
/// deleted. Returns where the old one is now.
#[tauri::command]
#[specta::specta]
pub async fn move_ledger_aside(app: AppHandle) -> desk_core::Result<Option<String>> {
    let Some(failed) = start::failure(&app) else { return Ok(None) };
    let aside = Ledger::move_aside(&failed.folder, &SystemClock)?;
    start::open(&app, failed.folder).map_err(|failed| failed.error)?;
    Ok(Some(aside.to_string_lossy().into_owned()))
}

/// Asks for another data folder and opens it until the app ends. `None` when the person
/// chose none or it worked.
#[tauri::command]
#[specta::specta]
pub async fn start_elsewhere(app: AppHandle) -> Option<StartFailure> {
    start::failure(&app)?;
    let dialog = app.dialog().file();
    let chosen = tauri::async_runtime::spawn_blocking(move || dialog.blocking_pick_folder()).await.ok()??;
    let folder: PathBuf = chosen.into_path().ok()?;
    start::open(&app, folder).err().map(Into::into)
}

impl From<Start> for StartFailure {
    fn from(failed: Start) -> Self {
        Self {
            can_move_aside: failed.is_about_the_file(),
            folder: failed.folder.to_string_lossy().into_owned(),
            error: failed.error,
        }
    }
}
