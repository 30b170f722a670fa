//! Exports: those that were not finished, and those that are encrypted.

use desk_core::error::JobDetail;
use desk_core::jobs::{self, Outcome, UnfinishedExport};
use tauri::{AppHandle, State};
use tokio_util::sync::CancellationToken;

use crate::commands::app::download_folder;
use crate::commands::session::Password;
use crate::granted_paths::{FileToRead, Folder, Granted as _, GrantedFolder as _};
use crate::state::Shell;

/// Exports that were not finished.
#[tauri::command]
#[specta::specta]
pub async fn unfinished_exports(shell: State<'_, Shell>) -> desk_core::Result<Vec<UnfinishedExport>> {
    shell.desk.exports().unfinished_exports().await
}

/// Removes an unfinished export.
#[tauri::command]
#[specta::specta]
pub async fn discard_export(shell: State<'_, Shell>, unfinished: String) -> desk_core::Result<()> {
    shell.desk.exports().discard_export(&unfinished).await
}

/// Decrypts an encrypted export into a folder; returns where the ZIP is.
#[tauri::command]
#[specta::specta]
pub async fn decrypt_export(
    app: AppHandle,
    shell: State<'_, Shell>,
    file: FileToRead,
    folder: Option<Folder>,
    passphrase: Password,
) -> desk_core::Result<String> {
    let file = file.granted(&shell)?;
    let folder = Folder::granted(folder, &shell, download_folder(&app))?;
    let decrypting = tauri::async_runtime::spawn_blocking(move || {
        jobs::decrypt(&file, &passphrase.0, &folder, &CancellationToken::new())
    });
    match decrypting.await {
        Ok(Ok(Outcome::Done(zip))) => {
            shell.grants.add_to_read([zip.clone()]);
            Ok(zip.to_string_lossy().into_owned())
        }
        Ok(Err(error)) => Err(error),
        Ok(Ok(Outcome::Stopped | Outcome::Unknown(_))) | Err(_) => Err(JobDetail::DecryptingStopped.error()),
    }
}
