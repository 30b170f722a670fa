//! The editor of targets.

use desk_core::app::{SettingsReview, TargetTest};
use desk_core::server::{BackupSettings, Preset, presets};
use tauri::State;

use crate::cancel_registry::Call;
use crate::state::Shell;

/// The server's backup settings in full; secrets only as "kept".
#[tauri::command]
#[specta::specta]
pub async fn backup_settings(shell: State<'_, Shell>) -> desk_core::Result<BackupSettings> {
    shell.desk.settings().backup_settings().await
}

/// What saving `after` over `before` means: changes, findings, next runs.
#[tauri::command]
#[specta::specta]
pub fn review_settings(
    shell: State<'_, Shell>,
    before: BackupSettings,
    after: BackupSettings,
) -> desk_core::Result<SettingsReview> {
    shell.desk.settings().review_settings(&before, &after)
}

/// Saves changed settings; returns what the server has now.
#[tauri::command]
#[specta::specta]
pub async fn save_backup_settings(
    shell: State<'_, Shell>,
    before: BackupSettings,
    after: BackupSettings,
) -> desk_core::Result<BackupSettings> {
    shell.desk.settings().save_backup_settings(&before, &after).await
}

/// Storage services that people use, and how their targets are filled in.
#[tauri::command]
#[specta::specta]
pub async fn target_presets() -> Vec<Preset> {
    presets()
}

/// Tries a saved target: lists its folder, and with `write` makes a real backup.
#[tauri::command]
#[specta::specta]
pub async fn test_target(
    shell: State<'_, Shell>,
    target_id: String,
    write: bool,
) -> desk_core::Result<TargetTest> {
    let wait = shell.calls.begin(Call::TestTarget);
    shell.desk.jobs().test_target(&target_id, write, wait.token()).await
}
