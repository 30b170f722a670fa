//! Targets and the backups on them, and the backups on this computer.

use desk_core::app::unless_stopped;
use desk_core::jobs::DeletePlan;
use desk_core::view::{BackupRow, LocalBackup, Overview};
use tauri::State;

use crate::cancel_registry::Call;
use crate::state::Shell;

/// Stops the calls of this kind that are under way; each of them returns `stopped`.
#[tauri::command]
#[specta::specta]
pub fn stop_call(shell: State<'_, Shell>, call: Call) {
    shell.calls.stop(&call);
}

/// The board: every target with its last results and what this app has verified.
#[tauri::command]
#[specta::specta]
pub async fn overview(shell: State<'_, Shell>) -> desk_core::Result<Overview> {
    let wait = shell.calls.begin(Call::Overview);
    unless_stopped(&wait.token(), shell.desk.board().overview()).await
}

/// One folder of a target, with what is known of each backup in it.
#[tauri::command]
#[specta::specta]
pub async fn list_backups(
    shell: State<'_, Shell>,
    target_id: String,
    path: String,
) -> desk_core::Result<Vec<BackupRow>> {
    let wait = shell.calls.begin(Call::ListBackups);
    unless_stopped(&wait.token(), shell.desk.board().list_backups(&target_id, &path)).await
}

/// The backups that are known on this computer.
#[tauri::command]
#[specta::specta]
pub async fn local_backups(shell: State<'_, Shell>) -> desk_core::Result<Vec<LocalBackup>> {
    shell.desk.ledger().local_backups()
}

/// What deleting these backups would mean, and whether the app will do it.
#[tauri::command]
#[specta::specta]
pub async fn plan_delete(
    shell: State<'_, Shell>,
    target_id: String,
    paths: Vec<String>,
) -> desk_core::Result<DeletePlan> {
    let wait = shell.calls.begin(Call::PlanDelete);
    unless_stopped(&wait.token(), shell.desk.board().plan_delete(&target_id, &paths)).await
}
