//! Starting, watching and stopping jobs; the history.

use desk_core::app::Table;
use desk_core::error::JobDetail;
use desk_core::jobs::{JobEvent, JobRecord, JobRequest, TakenName};
use desk_core::ledger::JobQuery;
use serde::Serialize;
use tauri::ipc::Channel;
use tauri::{AppHandle, State};

use crate::commands::app::download_folder;
use crate::granted_paths::{FileToWrite, Folder, Granted as _, GrantedFolder as _};
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

/// Starts a job in the background; returns its number. Of the files and folders of this computer
/// that the request names, only those are used that the person chose.
#[tauri::command]
#[specta::specta]
pub async fn start_job(
    app: AppHandle,
    shell: State<'_, Shell>,
    request: JobRequest,
) -> desk_core::Result<i64> {
    shell.desk.jobs().start(request, &shell.file_grants(download_folder(&app))).await
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

/// Asks a job to stop.
#[tauri::command]
#[specta::specta]
pub async fn cancel_job(shell: State<'_, Shell>, job_id: i64) -> desk_core::Result<()> {
    shell.desk.runner().cancel(job_id);
    Ok(())
}

/// Checks once the outcome of a job whose outcome is unknown; returns the job as it
/// stands then.
#[tauri::command]
#[specta::specta]
pub async fn recheck_outcome(shell: State<'_, Shell>, job_id: i64) -> desk_core::Result<JobRecord> {
    shell.desk.jobs().recheck_outcome(job_id).await
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
    desk_core::app::save_table(table, path.granted(&shell)?).await
}
