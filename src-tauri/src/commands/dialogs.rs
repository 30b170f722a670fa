//! The system's dialogs for files and folders. The shell opens them itself, so that it knows
//! what the person chose; other commands accept nothing else.

use std::path::PathBuf;

use tauri::{AppHandle, State, Wry};
use tauri_plugin_dialog::{DialogExt, FileDialogBuilder, FilePath};
use tauri_plugin_opener::OpenerExt;

use crate::commands::app::download_folder;
use crate::granted_paths::FileToReveal;
use crate::state::Shell;
use desk_core::error::FileDetail;

/// Asks for backup ZIPs; empty when the person changed their mind.
#[tauri::command]
#[specta::specta]
pub async fn choose_zips(
    app: AppHandle,
    shell: State<'_, Shell>,
    title: String,
) -> desk_core::Result<Vec<String>> {
    let dialog = dialog(&app, &title).add_filter("ZIP", &["zip", "age"]);
    let files = blocking(move || dialog.blocking_pick_files()).await.unwrap_or_default();
    let files: Vec<PathBuf> = files.into_iter().filter_map(path).collect();
    shell.grants.add_to_read(files.clone());
    Ok(files.into_iter().map(shown).collect())
}

/// Asks for one file of any kind.
#[tauri::command]
#[specta::specta]
pub async fn choose_file(
    app: AppHandle,
    shell: State<'_, Shell>,
    title: String,
) -> desk_core::Result<Option<String>> {
    Ok(one_file(&shell, dialog(&app, &title)).await)
}

/// Asks for a file with certificates.
#[tauri::command]
#[specta::specta]
pub async fn choose_certificate(
    app: AppHandle,
    shell: State<'_, Shell>,
    title: String,
) -> desk_core::Result<Option<String>> {
    let dialog = dialog(&app, &title).add_filter("PEM", &["pem", "crt", "cer"]);
    Ok(one_file(&shell, dialog).await)
}

/// Asks for a folder.
#[tauri::command]
#[specta::specta]
pub async fn choose_folder(
    app: AppHandle,
    shell: State<'_, Shell>,
    title: String,
) -> desk_core::Result<Option<String>> {
    let dialog = dialog(&app, &title);
    let folder = blocking(move || dialog.blocking_pick_folder()).await.and_then(path);
    Ok(folder.map(|folder| {
        shell.grants.add_folder(folder.clone());
        shown(folder)
    }))
}

/// Asks where to save a file; the file may then be written once.
#[tauri::command]
#[specta::specta]
pub async fn choose_save_path(
    app: AppHandle,
    shell: State<'_, Shell>,
    title: String,
    file_name: String,
) -> desk_core::Result<Option<String>> {
    let dialog = dialog(&app, &title).set_file_name(file_name);
    let file = blocking(move || dialog.blocking_save_file()).await.and_then(path);
    Ok(file.map(|file| {
        shell.grants.add_to_write(file.clone());
        shown(file)
    }))
}

/// Opens a web page in the system's browser: the Cloudflare dashboard, or the page of a
/// server that a sign-in was tried at.
#[tauri::command]
#[specta::specta]
pub async fn open_page(app: AppHandle, shell: State<'_, Shell>, url: String) -> desk_core::Result<()> {
    let opened = shell.grants.may_open(&url).then(|| app.opener().open_url(&url, None::<&str>));
    match opened {
        Some(Ok(())) => Ok(()),
        Some(Err(_)) | None => Err(FileDetail::PageNotOpened { url }.error()),
    }
}

/// Shows a file or folder that the app knows in the system's file browser.
#[tauri::command]
#[specta::specta]
pub async fn reveal_file(
    app: AppHandle,
    shell: State<'_, Shell>,
    path: FileToReveal,
) -> desk_core::Result<()> {
    let path = path.granted(&shell, &download_folder(&app))?;
    app.opener()
        .reveal_item_in_dir(&path)
        .map_err(|_| FileDetail::FileBrowserFailed { path: path.to_string_lossy().into() }.error())
}

async fn one_file(shell: &Shell, dialog: FileDialogBuilder<Wry>) -> Option<String> {
    let file = blocking(move || dialog.blocking_pick_file()).await.and_then(path)?;
    shell.grants.add_to_read([file.clone()]);
    Some(shown(file))
}

fn dialog(app: &AppHandle, title: &str) -> FileDialogBuilder<Wry> {
    let dialog = app.dialog().file().set_title(title);
    // On Linux a dialog with a parent can stay behind it.
    #[cfg(any(windows, target_os = "macos"))]
    if let Some(window) = tauri::Manager::get_webview_window(app, "main") {
        return dialog.set_parent(&window);
    }
    dialog
}

/// Waits for the person where waiting is allowed; `None` when they chose nothing.
async fn blocking<Chosen: Send + 'static>(
    ask: impl FnOnce() -> Option<Chosen> + Send + 'static,
) -> Option<Chosen> {
    tauri::async_runtime::spawn_blocking(ask).await.ok().flatten()
}

fn path(chosen: FilePath) -> Option<PathBuf> {
    chosen.simplified().into_path().ok()
}

fn shown(path: PathBuf) -> String {
    path.to_string_lossy().into_owned()
}
