//! Places that this computer backs up to.

use desk_core::desk_targets::{DeskTarget, DeskTargetCard, DeskTargetForm};
use tauri::{AppHandle, State};

use crate::commands::app::download_folder;
use crate::state::Shell;

/// Every desk target and how it stands.
#[tauri::command]
#[specta::specta]
pub async fn desk_targets(shell: State<'_, Shell>) -> desk_core::Result<Vec<DeskTargetCard>> {
    shell.desk.desk_targets().all()
}

/// Adds a desk target for the server that somebody is signed in to, or changes one. The place is
/// tried first.
#[tauri::command]
#[specta::specta]
pub async fn save_desk_target(
    app: AppHandle,
    shell: State<'_, Shell>,
    form: DeskTargetForm,
) -> desk_core::Result<DeskTarget> {
    let profile = match &form.id {
        Some(_) => String::new(),
        None => shell.desk.sessions().needs_signed()?.profile.id.clone(),
    };
    let files = shell.file_grants(download_folder(&app));
    shell.desk.desk_targets().save(form, &profile, &files).await
}

/// Removes a desk target and its secret. The backups there stay.
#[tauri::command]
#[specta::specta]
pub async fn remove_desk_target(
    shell: State<'_, Shell>,
    desk_target: String,
) -> desk_core::Result<DeskTarget> {
    shell.desk.desk_targets().remove(&desk_target).await
}
