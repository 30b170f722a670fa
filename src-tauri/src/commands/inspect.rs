//! Looking into a backup ZIP, without account or network.

use std::path::{Path, PathBuf};

use desk_core::archive::{Attachment, Cleaned, Diff, FirstFacts, Inspection, Salvaged, Storage};
use desk_core::desk::Page;
use desk_core::jobs::Watch;
use desk_core::progress::Update;
use tauri::State;
use tauri::ipc::Channel;

use crate::commands::heard_by;
use crate::state::Shell;

/// The first facts of a file, at once: manifest, kind, counts.
#[tauri::command]
#[specta::specta]
pub async fn first_facts(path: String) -> desk_core::Result<FirstFacts> {
    desk_core::desk::first_facts(PathBuf::from(path)).await
}

/// Everything about a file: damage, the server's verdict, warnings, people. What
/// it shows of the file's integrity is remembered. `updates` hears how far it is.
#[tauri::command]
#[specta::specta]
pub async fn inspect_file(
    shell: State<'_, Shell>,
    path: String,
    storage: Storage,
    updates: Channel<Update>,
) -> desk_core::Result<Inspection> {
    let reading = shell.readings.begin(PathBuf::from(&path));
    let watch = Watch { cancel: reading.token(), ..heard_by(updates) };
    shell.desk.inspect(Path::new(&path), storage, &watch).await
}

/// Stops whatever reads this file outside of jobs: nobody looks at it any more.
#[tauri::command]
#[specta::specta]
pub fn stop_reading(shell: State<'_, Shell>, path: String) {
    shell.readings.stop(&PathBuf::from(path));
}

/// Every attachment of a backup, each with its owner.
#[tauri::command]
#[specta::specta]
pub async fn list_attachments(shell: State<'_, Shell>, path: String) -> desk_core::Result<Vec<Attachment>> {
    let reading = shell.readings.begin(PathBuf::from(&path));
    desk_core::desk::attachments(PathBuf::from(path), reading.token()).await
}

/// Saves what an inspection showed as JSON.
#[tauri::command]
#[specta::specta]
pub async fn save_inspection(inspection: Inspection, path: String) -> desk_core::Result<()> {
    desk_core::desk::save_inspection(inspection, PathBuf::from(path)).await
}

/// Saves a report as a readable page.
#[tauri::command]
#[specta::specta]
pub async fn save_page(page: Page, path: String) -> desk_core::Result<()> {
    desk_core::desk::save_page(page, PathBuf::from(path)).await
}

/// What changed from one backup to another. Stops with the reading of the later one.
#[tauri::command]
#[specta::specta]
pub async fn compare_backups(
    shell: State<'_, Shell>,
    before: String,
    after: String,
) -> desk_core::Result<Diff> {
    let reading = shell.readings.begin(PathBuf::from(&after));
    desk_core::desk::compare(PathBuf::from(before), PathBuf::from(after), reading.token()).await
}

/// Saves a copy without what does not belong in a backup; the original stays.
#[tauri::command]
#[specta::specta]
pub async fn clean_backup(shell: State<'_, Shell>, path: String, to: String) -> desk_core::Result<Cleaned> {
    let reading = shell.readings.begin(PathBuf::from(&path));
    desk_core::desk::clean(PathBuf::from(path), PathBuf::from(to), reading.token()).await
}

/// Saves what can still be read of a damaged backup as a new archive; the original
/// stays.
#[tauri::command]
#[specta::specta]
pub async fn salvage_backup(
    shell: State<'_, Shell>,
    path: String,
    to: String,
) -> desk_core::Result<Salvaged> {
    let reading = shell.readings.begin(PathBuf::from(&path));
    desk_core::desk::salvage(PathBuf::from(path), PathBuf::from(to), reading.token()).await
}
