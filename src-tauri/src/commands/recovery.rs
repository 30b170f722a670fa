//! Diagnosis and recovery: JWT_SECRET, and backup settings that need repair.

use desk_core::app::{KnownSource, OpenedSettings, unless_stopped};
use desk_core::envelope::BackupAccounts;
use desk_core::incidents::Findings;
use desk_core::incidents::{
    CandidateAnswer, CaseReport, CaseSubject, KnownEvidence, PlaybookPath, RecoveryCase, Repairers,
    SecretEvidence, StepKind, TestValue,
};
use desk_core::server::{BackupSettings, RemoteItem};
use secrecy::ExposeSecret;
use tauri::State;

use crate::cancel_registry::Call;
use crate::commands::session::Password;
use crate::granted_paths::{self, FileToRead, FileToWrite, Granted as _};
use crate::state::Shell;

/// What is wrong with a server and its targets, as far as can be seen; the current
/// profile's when none is given.
#[tauri::command]
#[specta::specta]
pub async fn findings(shell: State<'_, Shell>, profile_id: Option<String>) -> desk_core::Result<Findings> {
    let wait = shell.calls.begin(Call::Findings);
    unless_stopped(&wait.token(), shell.desk.findings(profile_id.as_deref())).await
}

/// Who could repair the settings of the current server.
#[tauri::command]
#[specta::specta]
pub async fn repairers(shell: State<'_, Shell>) -> desk_core::Result<Repairers> {
    shell.desk.recovery().repairers().await
}

/// Keeps the current access token for a later secret check, or forgets it.
#[tauri::command]
#[specta::specta]
pub async fn keep_test_value(shell: State<'_, Shell>, keep: bool) -> desk_core::Result<TestValue> {
    shell.desk.recovery().keep_test_value(keep).await
}

/// The recovery of a profile that is open.
#[tauri::command]
#[specta::specta]
pub async fn recovery_case(
    shell: State<'_, Shell>,
    profile_id: String,
) -> desk_core::Result<Option<RecoveryCase>> {
    shell.desk.recovery().recovery_case(&profile_id)
}

/// Every recovery of a profile, the newest first.
#[tauri::command]
#[specta::specta]
pub async fn recovery_history(
    shell: State<'_, Shell>,
    profile_id: String,
) -> desk_core::Result<Vec<RecoveryCase>> {
    shell.desk.recovery().recovery_history(&profile_id)
}

/// Begins a recovery; one that is open is given up.
#[tauri::command]
#[specta::specta]
pub async fn begin_recovery(
    shell: State<'_, Shell>,
    profile_id: String,
    branch: PlaybookPath,
    subject: CaseSubject,
) -> desk_core::Result<RecoveryCase> {
    shell.desk.recovery().begin_recovery(&profile_id, branch, &subject).await
}

/// Checks the server again and says how a recovery stands.
#[tauri::command]
#[specta::specta]
pub async fn refresh_case(shell: State<'_, Shell>, case_id: i64) -> desk_core::Result<RecoveryCase> {
    shell.desk.recovery().refresh_case(case_id).await
}

/// The person says that a step is done that only a person can know of, or continues without
/// its proof.
#[tauri::command]
#[specta::specta]
pub async fn confirm_step(
    shell: State<'_, Shell>,
    case_id: i64,
    step: StepKind,
) -> desk_core::Result<RecoveryCase> {
    shell.desk.recovery().confirm_step(case_id, step).await
}

/// Ends a recovery with its report.
#[tauri::command]
#[specta::specta]
pub async fn close_case(shell: State<'_, Shell>, case_id: i64) -> desk_core::Result<CaseReport> {
    shell.desk.recovery().close_case(case_id).await
}

/// Gives a recovery up.
#[tauri::command]
#[specta::specta]
pub async fn abandon_case(shell: State<'_, Shell>, case_id: i64) -> desk_core::Result<()> {
    shell.desk.recovery().abandon_case(case_id)
}

/// What JWT_SECRET candidates can be tested against without asking for anything.
#[tauri::command]
#[specta::specta]
pub async fn secret_evidence(
    shell: State<'_, Shell>,
    profile_id: String,
) -> desk_core::Result<Vec<KnownEvidence>> {
    shell.desk.recovery().secret_evidence(&profile_id).await
}

/// Tests JWT_SECRET candidates, offline.
#[tauri::command]
#[specta::specta]
pub async fn check_secrets(
    shell: State<'_, Shell>,
    against: SecretEvidence,
    candidates: Vec<Password>,
    case_id: Option<i64>,
) -> desk_core::Result<Vec<CandidateAnswer>> {
    if let SecretEvidence::File { path } = &against {
        granted_paths::may_read(&shell, path)?;
    }
    let candidates = candidates.into_iter().map(|candidate| candidate.0).collect();
    shell.desk.recovery().check_secrets(against, candidates, case_id).await
}

/// A strong new JWT_SECRET, shown to the person and kept nowhere.
#[tauri::command]
#[specta::specta]
pub fn make_secret(shell: State<'_, Shell>) -> String {
    shell.desk.recovery().make_secret().expose_secret().to_owned()
}

/// Opens the portable part that the server hands out.
#[tauri::command]
#[specta::specta]
pub async fn open_portable(shell: State<'_, Shell>, password: Password) -> desk_core::Result<OpenedSettings> {
    shell.desk.opened().open_portable(&password.0).await
}

/// The accounts in a backup, those who can open its settings first.
#[tauri::command]
#[specta::specta]
pub async fn backup_accounts(shell: State<'_, Shell>, path: FileToRead) -> desk_core::Result<BackupAccounts> {
    shell.desk.opened().backup_accounts(&path.granted(&shell)?).await
}

/// Opens the settings that a backup carries: for the recovery `case_id`, or to look at.
#[tauri::command]
#[specta::specta]
pub async fn open_backup_settings(
    shell: State<'_, Shell>,
    path: FileToRead,
    email: String,
    password: Password,
    case_id: Option<i64>,
) -> desk_core::Result<OpenedSettings> {
    shell.desk.opened().open_backup_settings(&path.granted(&shell)?, &email, &password.0, case_id).await
}

/// Settings that are still open; asking keeps them open for longer.
#[tauri::command]
#[specta::specta]
pub async fn opened_settings(shell: State<'_, Shell>, handle: String) -> desk_core::Result<OpenedSettings> {
    shell.desk.opened().opened_settings(&handle)
}

/// Holds settings that were entered again, like opened ones.
#[tauri::command]
#[specta::specta]
pub async fn hold_settings(
    shell: State<'_, Shell>,
    settings: BackupSettings,
) -> desk_core::Result<OpenedSettings> {
    shell.desk.opened().hold_settings(&settings)
}

/// What is known of targets without any key.
#[tauri::command]
#[specta::specta]
pub async fn known_targets(
    shell: State<'_, Shell>,
    source: KnownSource,
) -> desk_core::Result<BackupSettings> {
    if let KnownSource::Backup { path } = &source {
        granted_paths::may_read(&shell, path)?;
    }
    shell.desk.recovery().known_targets(&source).await
}

/// One target's secret, because the person asked to see or copy it.
#[tauri::command]
#[specta::specta]
pub async fn reveal_secret(
    shell: State<'_, Shell>,
    handle: String,
    destination_id: String,
) -> desk_core::Result<String> {
    Ok(shell.desk.opened().reveal_secret(&handle, &destination_id)?.expose_secret().to_owned())
}

/// Saves opened settings, encrypted under a passphrase; returns where.
#[tauri::command]
#[specta::specta]
pub async fn save_opened_settings(
    shell: State<'_, Shell>,
    handle: String,
    path: FileToWrite,
    passphrase: Password,
) -> desk_core::Result<String> {
    let saved =
        shell.desk.opened().save_opened_settings(&handle, &path.granted(&shell)?, &passphrase.0).await?;
    Ok(saved.to_string_lossy().into_owned())
}

/// Wipes opened settings.
#[tauri::command]
#[specta::specta]
pub fn close_opened_settings(shell: State<'_, Shell>, handle: String) {
    shell.desk.opened().close_opened_settings(&handle);
}

/// One folder of a target, reached from this computer with opened settings.
#[tauri::command]
#[specta::specta]
pub async fn list_directly(
    shell: State<'_, Shell>,
    handle: String,
    destination_id: String,
    path: String,
    http_accepted: bool,
) -> desk_core::Result<Vec<RemoteItem>> {
    shell.desk.opened().list_directly(&handle, &destination_id, &path, http_accepted).await
}
