//! Backups that are put on a target so that they are restored from there, and their removal.

use desk_core::app::StagingChoice;
use desk_core::jobs::{Outcome, RemovalPlan, StagedZip, Watch};
use tauri::State;

use crate::state::Shell;

/// The targets of opened settings, and which of the server's targets each of them is.
#[tauri::command]
#[specta::specta]
pub async fn staging_choices(
    shell: State<'_, Shell>,
    handle: String,
) -> desk_core::Result<Vec<StagingChoice>> {
    shell.desk.target_access().staging_choices(&handle).await
}

/// What was put on targets and not removed, as far as this computer knows.
#[tauri::command]
#[specta::specta]
pub async fn staged_zips(shell: State<'_, Shell>) -> desk_core::Result<Vec<StagedZip>> {
    Ok(shell.desk.target_access().staged_zips())
}

/// Says what removing a staged backup would delete from its target.
#[tauri::command]
#[specta::specta]
pub async fn plan_staged_removal(
    shell: State<'_, Shell>,
    id: String,
    handle: String,
    destination_id: String,
    http_accepted: bool,
) -> desk_core::Result<RemovalPlan> {
    let watch = Watch::silent();
    done(
        shell
            .desk
            .target_access()
            .plan_staged_removal(&id, &handle, &destination_id, http_accepted, &watch)
            .await?,
    )
}

/// Deletes what the plan names, as far as it still holds.
#[tauri::command]
#[specta::specta]
pub async fn remove_staged(
    shell: State<'_, Shell>,
    plan: RemovalPlan,
    handle: String,
    destination_id: String,
    http_accepted: bool,
) -> desk_core::Result<RemovalPlan> {
    let watch = Watch::silent();
    done(
        shell
            .desk
            .target_access()
            .remove_staged(&plan, &handle, &destination_id, http_accepted, &watch)
            .await?,
    )
}

fn done(outcome: Outcome<RemovalPlan>) -> desk_core::Result<RemovalPlan> {
    match outcome {
        Outcome::Done(plan) => Ok(plan),
        Outcome::Stopped | Outcome::Unknown(_) => Err(desk_core::error::JobDetail::RemovalStopped.error()),
    }
}
