//! Targets reached from this computer: how, and plans of healing them.

use std::path::PathBuf;

use desk_core::app::OpenedSettings;
use desk_core::error::JobDetail;
use desk_core::jobs::{HealFrom, HealPlan, Outcome, TargetChoice, Watch};
use desk_core::progress::Update;
use tauri::State;
use tauri::ipc::Channel;

use crate::cancel_registry::Call;
use crate::commands::heard_by;
use crate::commands::session::Password;
use crate::state::Shell;

/// Opens the settings of the server, with the logins of its targets.
#[tauri::command]
#[specta::specta]
pub async fn open_server_settings(
    shell: State<'_, Shell>,
    password: Password,
) -> desk_core::Result<OpenedSettings> {
    shell.desk.target_access().open_server_settings(&password.0).await
}

/// Opens the login of a target that is kept in the keyring; `None` when none is.
#[tauri::command]
#[specta::specta]
pub async fn open_kept_login(
    shell: State<'_, Shell>,
    destination_id: String,
) -> desk_core::Result<Option<OpenedSettings>> {
    shell.desk.target_access().open_kept_login(&destination_id).await
}

/// Keeps the login of a target of opened settings in the keyring.
#[tauri::command]
#[specta::specta]
pub async fn keep_login(
    shell: State<'_, Shell>,
    handle: String,
    destination_id: String,
) -> desk_core::Result<()> {
    shell.desk.target_access().keep_login(&handle, &destination_id).await
}

/// Forgets the login of a target.
#[tauri::command]
#[specta::specta]
pub async fn forget_login(shell: State<'_, Shell>, destination_id: String) -> desk_core::Result<()> {
    shell.desk.target_access().forget_login(&destination_id).await
}

/// What healing a target would do. `updates` receives the progress.
#[tauri::command]
#[specta::specta]
pub async fn plan_heal(
    shell: State<'_, Shell>,
    target: TargetChoice,
    sources: Vec<HealFrom>,
    updates: Channel<Update>,
) -> desk_core::Result<HealPlan> {
    let wait = shell.calls.begin(Call::PlanHeal);
    let watch = Watch { cancel: wait.token(), ..heard_by(updates) };
    let files = shell.file_grants(PathBuf::new());
    match shell.desk.jobs().plan_heal(target, sources, &files, &watch).await? {
        Outcome::Done(plan) => Ok(plan),
        Outcome::Stopped | Outcome::Unknown(_) => Err(JobDetail::Stopped.error()),
    }
}
