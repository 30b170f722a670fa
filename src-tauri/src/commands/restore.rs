//! Planning a restore: says what would happen, and changes nothing.

use desk_core::desk::KeptSafetyCopy;
use desk_core::error::JobDetail;
use desk_core::jobs::{Outcome, RestorePlan, RestoreSource, Watch};
use desk_core::progress::Update;
use tauri::State;
use tauri::ipc::Channel;

use crate::cancel_registry::Call;
use crate::commands::heard_by;
use crate::granted_paths;
use crate::state::Shell;

/// What restoring this backup onto the current server would mean. `updates`
/// hears how far the reading is.
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
    done(shell.desk.plan_restore(&source, &watch).await?)
}

/// Completes a plan for a person who goes on: the server makes an export, which tells what
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
    done(shell.desk.complete_restore_plan(&plan, &watch).await?)
}

/// The safety copies on this computer, the newest first.
#[tauri::command]
#[specta::specta]
pub async fn safety_copies(shell: State<'_, Shell>) -> desk_core::Result<Vec<KeptSafetyCopy>> {
    shell.desk.safety_copies()
}

/// Removes the safety copy with this file name, for good.
#[tauri::command]
#[specta::specta]
pub async fn remove_safety_copy(shell: State<'_, Shell>, name: String) -> desk_core::Result<()> {
    shell.desk.remove_safety_copy(&name)
}

fn done(outcome: Outcome<RestorePlan>) -> desk_core::Result<RestorePlan> {
    match outcome {
        Outcome::Done(plan) => Ok(plan),
        Outcome::Stopped | Outcome::Unknown(_) => Err(JobDetail::PlanningStopped.error()),
    }
}
