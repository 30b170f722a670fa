//! Starting, watching and stopping jobs; the history.

use desk_core::desk::{JobRequest, Table};
use desk_core::error::JobDetail;
use desk_core::jobs::{DeletePlan, IfThere, JobEvent, JobRecord, RestorePlan, RestoreSource, TakenName};
use desk_core::ledger::JobQuery;
use serde::Serialize;
use tauri::ipc::Channel;
use tauri::{AppHandle, State};

use crate::commands::app::download_folder;
use crate::granted_paths::{self, FileToWrite, Folder};
use crate::state::Shell;

/// Names that are taken in a folder.
#[derive(Debug, Clone, PartialEq, Serialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct TakenNames {
    /// The folder.
    pub folder: String,
    /// The names.
    pub taken: Vec<FreeName>,
}

/// A taken name, and where the file can go instead.
#[derive(Debug, Clone, PartialEq, Serialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct FreeName {
    /// Both names.
    #[serde(flatten)]
    pub name: TakenName,
    /// The full path with the free one.
    pub to: String,
}

/// Sends every job event to the window from now on; running jobs are sent first.
#[tauri::command]
#[specta::specta]
pub async fn watch_jobs(shell: State<'_, Shell>, events: Channel<JobEvent>) -> desk_core::Result<()> {
    // A window that is gone stops listening.
    shell.desk.runner().listen(Box::new(move |event| events.send(event.clone()).is_ok()));
    Ok(())
}

/// Backs up to a target now, then reads the backup back and verifies it here.
#[tauri::command]
#[specta::specta]
pub async fn start_backup(shell: State<'_, Shell>, target_id: String) -> desk_core::Result<i64> {
    shell.desk.start(JobRequest::Backup { target_id: Some(target_id) }).await
}

/// Downloads a backup into a folder; `None` is the usual download folder. When another
/// file has the name, it is refused with `FileExists` unless `if_there` says what to do.
#[tauri::command]
#[specta::specta]
pub async fn start_download(
    app: AppHandle,
    shell: State<'_, Shell>,
    target_id: String,
    path: String,
    folder: Option<Folder>,
    if_there: Option<IfThere>,
) -> desk_core::Result<i64> {
    let folder = Folder::granted(folder, &shell, download_folder(&app))?;
    let if_there = if_there.unwrap_or_default();
    shell.desk.start(JobRequest::Download { target_id, path, folder, if_there }).await
}

/// Downloads a backup to a full path whose name need not be the backup's own.
#[tauri::command]
#[specta::specta]
pub async fn start_download_as(
    app: AppHandle,
    shell: State<'_, Shell>,
    target_id: String,
    path: String,
    to: FileToWrite,
) -> desk_core::Result<i64> {
    let to = to.inside_granted_folder(&shell, &download_folder(&app))?;
    shell.desk.start(JobRequest::DownloadAs { target_id, path, to }).await
}

/// Which of these names are taken in a folder, and which are free instead; `None` is
/// the usual download folder.
#[tauri::command]
#[specta::specta]
pub async fn taken_names(
    app: AppHandle,
    shell: State<'_, Shell>,
    folder: Option<Folder>,
    names: Vec<String>,
) -> desk_core::Result<TakenNames> {
    let folder = Folder::granted(folder, &shell, download_folder(&app))?;
    let taken = desk_core::jobs::taken_names(&folder, &names);
    let free = taken
        .into_iter()
        .map(|name| FreeName { to: folder.join(&name.free).to_string_lossy().into_owned(), name })
        .collect();
    Ok(TakenNames { folder: folder.to_string_lossy().into_owned(), taken: free })
}

/// Checks a backup on its target: by the server, and with `deep` also in full here.
#[tauri::command]
#[specta::specta]
pub async fn start_integrity(
    shell: State<'_, Shell>,
    target_id: String,
    path: String,
    deep: bool,
) -> desk_core::Result<i64> {
    shell.desk.start(JobRequest::Integrity { target_id, path, deep }).await
}

/// Deletes what the plan names, if nothing changed since it was made.
#[tauri::command]
#[specta::specta]
pub async fn start_delete(shell: State<'_, Shell>, plan: DeletePlan) -> desk_core::Result<i64> {
    shell.desk.start(JobRequest::Delete(Box::new(plan))).await
}

/// Restores what the plan names.
#[tauri::command]
#[specta::specta]
pub async fn start_restore(shell: State<'_, Shell>, plan: RestorePlan) -> desk_core::Result<i64> {
    if let RestoreSource::Local { path } = &plan.source {
        granted_paths::may_read(&shell, path)?;
    }
    shell.desk.start(JobRequest::Restore(Box::new(plan))).await
}

/// Asks a job to stop.
#[tauri::command]
#[specta::specta]
pub async fn cancel_job(shell: State<'_, Shell>, job_id: i64) -> desk_core::Result<()> {
    shell.desk.runner().cancel(job_id);
    Ok(())
}

/// Looks once at what came of a job whose outcome is not known; answers the job as it
/// stands then.
#[tauri::command]
#[specta::specta]
pub async fn recheck_outcome(shell: State<'_, Shell>, job_id: i64) -> desk_core::Result<JobRecord> {
    shell.desk.recheck_outcome(job_id).await
}

/// The newest jobs first.
#[tauri::command]
#[specta::specta]
pub async fn job_history(shell: State<'_, Shell>, limit: u32) -> desk_core::Result<Vec<JobRecord>> {
    shell.desk.ledger().jobs(&JobQuery { limit: Some(limit), ..JobQuery::default() })
}

/// One job with its result.
#[tauri::command]
#[specta::specta]
pub async fn job(shell: State<'_, Shell>, job_id: i64) -> desk_core::Result<JobRecord> {
    shell.desk.ledger().job(job_id)?.ok_or_else(|| JobDetail::JobNotFound { job: job_id }.error())
}

/// Saves a job's list, such as what a restore skipped, for spreadsheets.
#[tauri::command]
#[specta::specta]
pub async fn save_table(shell: State<'_, Shell>, table: Table, path: FileToWrite) -> desk_core::Result<()> {
    desk_core::desk::save_table(table, path.granted(&shell)?).await
}
