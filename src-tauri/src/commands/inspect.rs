//! Looking into a backup ZIP, without account or network.

use std::path::PathBuf;

use desk_core::app::Page;
use desk_core::archive::{Attachment, Cleaned, Diff, FirstFacts, Inspection, Salvaged, Storage};
use desk_core::jobs::Watch;
use desk_core::progress::Update;
use tauri::State;
use tauri::ipc::Channel;

use crate::commands::heard_by;
use crate::commands::session::Password;
use crate::granted_paths::{FileToRead, FileToWrite, Granted as _};
use crate::state::Shell;

/// The first facts of a file, at once: manifest, kind, counts.
#[tauri::command]
#[specta::specta]
pub async fn first_facts(shell: State<'_, Shell>, path: FileToRead) -> desk_core::Result<FirstFacts> {
    desk_core::app::first_facts(path.granted(&shell)?).await
}

/// Everything about a file: damage, the server's verdict, warnings, people. What
/// it shows of the file's integrity is remembered. `updates` receives the progress.
#[tauri::command]
#[specta::specta]
pub async fn inspect_file(
    shell: State<'_, Shell>,
    path: FileToRead,
    storage: Storage,
    updates: Channel<Update>,
) -> desk_core::Result<Inspection> {
    let path = path.granted(&shell)?;
    let reading = shell.readings.begin(path.clone());
    let watch = Watch { cancel: reading.token(), ..heard_by(updates) };
    shell.desk.archives().inspect(&path, storage, &watch).await
}

/// Stops whatever reads this file outside of jobs: it is no longer needed.
#[tauri::command]
#[specta::specta]
pub fn stop_reading(shell: State<'_, Shell>, path: String) {
    shell.readings.stop(&PathBuf::from(path));
}

/// Every attachment of a backup, each with its owner.
#[tauri::command]
#[specta::specta]
pub async fn list_attachments(
    shell: State<'_, Shell>,
    path: FileToRead,
) -> desk_core::Result<Vec<Attachment>> {
    let path = path.granted(&shell)?;
    let reading = shell.readings.begin(path.clone());
    desk_core::app::attachments(path, reading.token()).await
}

/// Saves what an inspection showed as JSON.
#[tauri::command]
#[specta::specta]
pub async fn save_inspection(
    shell: State<'_, Shell>,
    inspection: Inspection,
    path: FileToWrite,
) -> desk_core::Result<()> {
    desk_core::app::save_inspection(inspection, path.granted(&shell)?).await
}

/// Saves a report as a readable page.
#[tauri::command]
#[specta::specta]
pub async fn save_page(shell: State<'_, Shell>, page: Page, path: FileToWrite) -> desk_core::Result<()> {
    desk_core::app::save_page(page, path.granted(&shell)?).await
}

/// What changed from one backup to another. Stops with the reading of the later one.
#[tauri::command]
#[specta::specta]
pub async fn compare_backups(
    shell: State<'_, Shell>,
    before: FileToRead,
    after: FileToRead,
) -> desk_core::Result<Diff> {
    let (before, after) = (before.granted(&shell)?, after.granted(&shell)?);
    let reading = shell.readings.begin(after.clone());
    desk_core::app::compare(before, after, reading.token()).await
}

/// Saves a copy without what does not belong in a backup, and without the password that the
/// ZIP may need; the original stays.
#[tauri::command]
#[specta::specta]
pub async fn clean_backup(
    shell: State<'_, Shell>,
    path: FileToRead,
    to: FileToWrite,
    password: Option<Password>,
) -> desk_core::Result<Cleaned> {
    let (path, to) = (path.granted(&shell)?, to.granted(&shell)?);
    let reading = shell.readings.begin(path.clone());
    let password = password.map(|password| password.0);
    match desk_core::app::clean(path, to.clone(), password, reading.token()).await {
        Ok(cleaned) => {
            shell.grants.add_to_read([cleaned.path.clone()]);
            Ok(cleaned)
        }
        Err(error) => {
            // Nothing was written: another password may be tried for the same place.
            shell.grants.add_to_write(to);
            Err(error)
        }
    }
}

/// Saves what can still be read of a damaged backup as a new archive; the original
/// stays.
#[tauri::command]
#[specta::specta]
pub async fn salvage_backup(
    shell: State<'_, Shell>,
    path: FileToRead,
    to: FileToWrite,
) -> desk_core::Result<Salvaged> {
    let (path, to) = (path.granted(&shell)?, to.granted(&shell)?);
    let reading = shell.readings.begin(path.clone());
    let salvaged = desk_core::app::salvage(path, to, reading.token()).await?;
    shell.grants.add_to_read([salvaged.path.clone()]);
    Ok(salvaged)
}
