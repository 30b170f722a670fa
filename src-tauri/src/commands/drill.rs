//! Drills: restores into a temporary practice instance.

use desk_core::view::LastDrill;
use tauri::State;

use crate::state::Shell;

/// The last drill of a backup that brought everything back.
#[tauri::command]
#[specta::specta]
pub async fn last_drill(shell: State<'_, Shell>, sha256: String) -> desk_core::Result<Option<LastDrill>> {
    shell.desk.ledger().last_drill(&sha256)
}
