//! The practice instance.

use desk_practice::{Contents, Fault, Practice, PracticeOptions, Sample};
use secrecy::ExposeSecret;
use serde::Serialize;
use tauri::State;

use crate::state::Shell;
use desk_core::error::PracticeDetail;

/// A running practice instance. Its password and its JWT_SECRET are no secrets: they
/// guard sample data.
#[derive(Debug, Clone, PartialEq, Serialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct PracticeInfo {
    /// The server's address.
    pub server_url: String,
    /// The administrator.
    pub email: String,
    /// Their master password.
    pub password: String,
    /// The folder behind its WebDAV target.
    pub target_folder: String,
    /// Its JWT_SECRET now, to rehearse with; none when it was removed.
    pub jwt_secret: Option<String>,
    /// The JWT_SECRET that it began with.
    pub first_jwt_secret: String,
}

impl From<&Practice> for PracticeInfo {
    fn from(practice: &Practice) -> Self {
        Self {
            server_url: practice.server_url().to_owned(),
            email: practice.admin_email().to_owned(),
            password: practice.admin_password().expose_secret().to_owned(),
            target_folder: practice.target_folder().to_string_lossy().into_owned(),
            jwt_secret: practice.jwt_secret().map(|secret| secret.expose_secret().to_owned()),
            first_jwt_secret: practice.first_jwt_secret().expose_secret().to_owned(),
        }
    }
}

/// Starts the practice instance, or shows where the running one is.
#[tauri::command]
#[specta::specta]
pub async fn practice_start(shell: State<'_, Shell>) -> desk_core::Result<PracticeInfo> {
    let mut practice = shell.practice.lock().await;
    if let Some(running) = practice.as_ref() {
        return Ok(PracticeInfo::from(running));
    }
    let started =
        Practice::start(PracticeOptions::default().contents(Contents::Sample(Sample::default()))).await?;
    Ok(PracticeInfo::from(&*practice.insert(started)))
}

/// Stops it and deletes its data.
#[tauri::command]
#[specta::specta]
pub async fn practice_stop(shell: State<'_, Shell>) -> desk_core::Result<()> {
    if let Some(practice) = shell.practice.lock().await.take() {
        shell.desk.profiles().forget_server(practice.server_url()).await?;
        practice.stop().await;
    }
    Ok(())
}

/// Makes something go wrong on it, on purpose.
#[tauri::command]
#[specta::specta]
pub async fn practice_inject_fault(shell: State<'_, Shell>, fault: Fault) -> desk_core::Result<()> {
    match shell.practice.lock().await.as_ref() {
        Some(practice) => practice.inject(&fault),
        None => Err(PracticeDetail::PracticeNotRunning.error()),
    }
}
