//! What the server's own log says about backups.

use desk_core::server::AuditPage;
use tauri::State;

use crate::state::Shell;

/// Backup events of the server's log, the newest first; failed scheduled runs are
/// listed only there.
#[tauri::command]
#[specta::specta]
pub async fn audit_log(shell: State<'_, Shell>, limit: u32, offset: u32) -> desk_core::Result<AuditPage> {
    shell.desk.settings().audit(limit, offset).await
}
