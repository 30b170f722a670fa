//! Planning a restore: says what would happen, and changes nothing.

use std::path::PathBuf;

use desk_core::app::KeptSafetyCopy;
use desk_core::error::JobDetail;
use desk_core::jobs::{Checklist, CopySearch, Outcome, RestorePlan, RestoreSource, SourceChoice, Watch};
use desk_core::progress::Update;
use tauri::ipc::Channel;
use tauri::{AppHandle, State};

use crate::cancel_registry::Call;
use crate::commands::app::download_folder;
use crate::commands::heard_by;
use crate::granted_paths::{self, FileToWrite, Folder, Granted as _, GrantedFolder as _};
use crate::state::Shell;

/// What restoring this backup onto the current server would mean. `updates`
/// receives the progress.
#[tauri::command]
#[specta::specta]
pub async fn plan_restore(
    shell: State<'_, Shell>,
    source: RestoreSource,
    updates: Channel<Update>,
) -> desk_core::Result<RestorePlan> {
    if let RestoreSource::Local { path } = &source {
        granted_paths::may_read(&shell, path)?;
    }
    let wait = shell.calls.begin(Call::PlanRestore);
    let watch = Watch { cancel: wait.token(), ..heard_by(updates) };
    done(shell.desk.restores().plan_restore(&source, &watch).await?)
}

/// Completes a plan for a person who continues: the server makes an export, which shows what
/// would be replaced and becomes the safety copy.
#[tauri::command]
#[specta::specta]
pub async fn complete_restore_plan(
    shell: State<'_, Shell>,
    plan: RestorePlan,
    updates: Channel<Update>,
) -> desk_core::Result<RestorePlan> {
    if let RestoreSource::Local { path } = &plan.source {
        granted_paths::may_read(&shell, path)?;
    }
    let wait = shell.calls.begin(Call::PlanRestore);
    let watch = Watch { cancel: wait.token(), ..heard_by(updates) };
    done(shell.desk.restores().complete_restore_plan(&plan, &watch).await?)
}

/// The safety copies on this computer, the newest first.
#[tauri::command]
#[specta::specta]
pub async fn safety_copies(shell: State<'_, Shell>) -> desk_core::Result<Vec<KeptSafetyCopy>> {
    shell.desk.restores().safety_copies()
}

/// Removes the safety copy with this file name, permanently.
#[tauri::command]
#[specta::specta]
pub async fn remove_safety_copy(shell: State<'_, Shell>, name: String) -> desk_core::Result<()> {
    shell.desk.restores().remove_safety_copy(&name)
}

/// Looks for other copies of what a restore left out: in the ZIPs that this computer knows, and
/// in other places that the person named.
#[tauri::command]
#[specta::specta]
pub async fn find_copies(
    shell: State<'_, Shell>,
    job_id: i64,
    places: Vec<SourceChoice>,
) -> desk_core::Result<CopySearch> {
    let wait = shell.calls.begin(Call::PlanRestore);
    let watch = Watch { cancel: wait.token(), ..Watch::silent() };
    ended(
        shell.desk.restores().find_copies(job_id, places, &shell.file_grants(PathBuf::new()), &watch).await?,
    )
}

/// Looks for copies of what a recovery misses: in the ZIPs that this computer knows, and in other
/// places that the person named.
#[tauri::command]
#[specta::specta]
pub async fn find_case_copies(
    shell: State<'_, Shell>,
    case_id: i64,
    places: Vec<SourceChoice>,
) -> desk_core::Result<CopySearch> {
    let wait = shell.calls.begin(Call::PlanRestore);
    let watch = Watch { cancel: wait.token(), ..Watch::silent() };
    let files = shell.file_grants(PathBuf::new());
    ended(shell.desk.restores().find_case_copies(case_id, places, &files, &watch).await?)
}

/// Makes a complete ZIP of a restored backup that has what was left out, as a job; `None` is
/// the usual download folder.
#[tauri::command]
#[specta::specta]
pub async fn start_retry(
    app: AppHandle,
    shell: State<'_, Shell>,
    job_id: i64,
    folder: Option<Folder>,
    targets: Vec<SourceChoice>,
) -> desk_core::Result<i64> {
    let folder = Folder::granted(folder, &shell, download_folder(&app))?;
    shell.desk.jobs().start_retry(job_id, &folder, &targets).await
}

/// The steps after a restore, as they were last seen.
#[tauri::command]
#[specta::specta]
pub async fn restore_checklist(shell: State<'_, Shell>, job_id: i64) -> desk_core::Result<Checklist> {
    shell.desk.restores().restore_checklist(job_id)
}

/// Checks the steps after a restore; with `compare`, all rows are counted by an export.
#[tauri::command]
#[specta::specta]
pub async fn check_restore(
    shell: State<'_, Shell>,
    job_id: i64,
    compare: bool,
) -> desk_core::Result<Checklist> {
    let wait = shell.calls.begin(Call::PlanRestore);
    let watch = Watch { cancel: wait.token(), ..Watch::silent() };
    ended(shell.desk.restores().check_restore(job_id, compare, &watch).await?)
}

/// A person says whether the users know of a restore.
#[tauri::command]
#[specta::specta]
pub async fn note_users_informed(
    shell: State<'_, Shell>,
    job_id: i64,
    informed: bool,
) -> desk_core::Result<Checklist> {
    shell.desk.restores().note_users_informed(job_id, informed)
}

/// Saves the record of a restore as JSON.
#[tauri::command]
#[specta::specta]
pub async fn save_restore_report(
    shell: State<'_, Shell>,
    job_id: i64,
    path: FileToWrite,
) -> desk_core::Result<()> {
    shell.desk.restores().save_restore_report(job_id, path.granted(&shell)?).await
}

fn ended<T>(outcome: Outcome<T>) -> desk_core::Result<T> {
    match outcome {
        Outcome::Done(value) => Ok(value),
        Outcome::Stopped | Outcome::Unknown(_) => Err(JobDetail::Stopped.error()),
    }
}

fn done(outcome: Outcome<RestorePlan>) -> desk_core::Result<RestorePlan> {
    match outcome {
        Outcome::Done(plan) => Ok(plan),
        Outcome::Stopped | Outcome::Unknown(_) => Err(JobDetail::PlanningStopped.error()),
    }
}
