//! Signing in and out, profiles.

use std::sync::Arc;

use desk_core::app::{ConnectionForm, SignInResult, SignedOut};
use desk_core::error::AccountDetail;
use desk_core::server::{Profile, TwoStepMethod};
use serde::{Deserialize, Serialize};
use tauri::State;

use crate::cancel_registry::Call;
use crate::state::Shell;

/// Who is signed in.
#[derive(Debug, Clone, PartialEq, Serialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct SessionInfo {
    /// The profile.
    pub profile_id: String,
    /// The server's address.
    pub server_url: String,
    /// The account.
    pub email: String,
    /// The master password was entered since the app started, so that steps
    /// which need it can continue without asking.
    pub can_confirm: bool,
    /// The server is the practice instance of this app.
    pub is_practice: bool,
    /// The session could not be put into the keyring and ends with the app.
    pub until_app_ends: bool,
    /// The rounds of PBKDF2 that the account's key is derived with, where they are fewer
    /// than what is recommended today.
    pub weak_rounds: Option<u32>,
}

impl SessionInfo {
    /// Of the session that the window works with, if there is one.
    pub async fn of(shell: &Shell) -> Option<Self> {
        let signed = shell.desk.sessions().signed()?;
        let practice = shell.practice.lock().await;
        let is_practice =
            practice.as_ref().is_some_and(|practice| practice.server_url() == signed.profile.server_url);
        Some(Self {
            profile_id: signed.profile.id.clone(),
            server_url: signed.profile.server_url.clone(),
            email: signed.profile.email.clone(),
            can_confirm: signed.session.can_confirm(),
            is_practice,
            until_app_ends: !signed.is_kept(),
            weak_rounds: signed.weak_rounds(),
        })
    }
}

/// A sign-in as the person filled it in. The password goes no further than the
/// key derivation.
#[derive(Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct SignInForm {
    /// The server's address as typed.
    pub server_url: String,
    /// The account.
    pub email: String,
    /// The master password.
    #[specta(type = String)]
    pub password: secrecy::SecretString,
    /// The two-step response, once it was requested.
    pub two_step: Option<TwoStepForm>,
    /// What to call the server; `None` leaves its name to the app.
    pub name: Option<String>,
    /// The person agreed to a weaker key derivation than the account was known to use.
    #[serde(default)]
    pub accept_weaker_kdf: bool,
}

/// A two-step response.
#[derive(Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct TwoStepForm {
    /// The method chosen.
    pub method: TwoStepMethod,
    /// The code.
    #[specta(type = String)]
    pub code: secrecy::SecretString,
    /// Do not ask on this computer for 30 days.
    pub remember: bool,
}

/// What the server returned to a sign-in.
#[derive(Debug, Clone, PartialEq, Serialize, specta::Type)]
#[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum SignInAnswer {
    /// Signed in.
    SignedIn {
        /// The new session.
        session: SessionInfo,
        /// The account is known already under another address.
        same_account: Option<Box<Profile>>,
    },
    /// A second step is needed.
    TwoStep {
        /// The methods the account has.
        methods: Vec<TwoStepMethod>,
    },
}

/// Signs in and makes the profile the current one.
#[tauri::command]
#[specta::specta]
pub async fn sign_in(shell: State<'_, Shell>, form: SignInForm) -> desk_core::Result<SignInAnswer> {
    attempt(&shell, form, None).await
}

/// Signs in for the window: known settings or those given, and a name of the person's own.
pub(super) async fn attempt(
    shell: &Shell,
    mut form: SignInForm,
    through: Option<&ConnectionForm>,
) -> desk_core::Result<SignInAnswer> {
    shell.grants.add_server(&form.server_url);
    let wait = shell.calls.begin(Call::SignIn);
    let name = form.name.take().filter(|name| !name.trim().is_empty());
    if let Some(name) = &name {
        // A name that cannot be had is known before anything is sent.
        let known = shell.desk.sessions().known_profile(&form.server_url, &form.email)?;
        shell.desk.ledger().free_name(name, known.as_ref().map(|known| known.id.as_str()))?;
    }
    match shell.desk.sessions().sign_in_until(form.into(), through, &wait.token()).await? {
        SignInResult::Done(signed) => {
            if let Some(name) = name {
                shell.desk.ledger().rename_profile(&signed.profile.id, &name)?;
            }
            recheck_later(shell);
            let same_account = signed.same_account.clone().map(Box::new);
            Ok(SignInAnswer::SignedIn { session: current(shell).await?, same_account })
        }
        SignInResult::TwoStepNeeded(methods) => Ok(SignInAnswer::TwoStep { methods }),
    }
}

/// Who is signed in.
async fn current(shell: &Shell) -> desk_core::Result<SessionInfo> {
    shell.desk.sessions().needs_signed()?;
    SessionInfo::of(shell).await.ok_or_else(session_ended)
}

/// Signed out while a command was at work.
fn session_ended() -> desk_core::Error {
    AccountDetail::NotSignedIn.error()
}

/// Enters the master password again for the current session, so that steps
/// which need it can continue.
#[tauri::command]
#[specta::specta]
pub async fn confirm_password(shell: State<'_, Shell>, password: Password) -> desk_core::Result<SessionInfo> {
    shell.desk.sessions().confirm(&password.0).await?;
    current(&shell).await
}

/// A master password on its way in; never shown, wiped after use.
#[derive(Deserialize, specta::Type)]
#[serde(transparent)]
pub struct Password(#[specta(type = String)] pub secrecy::SecretString);

/// Makes a known profile the current one, from what the keyring keeps.
#[tauri::command]
#[specta::specta]
pub async fn switch_profile(shell: State<'_, Shell>, profile_id: String) -> desk_core::Result<SessionInfo> {
    shell.desk.sessions().resume(&profile_id).await?;
    recheck_later(&shell);
    current(&shell).await
}

/// Signs the current profile out, on the server too.
#[tauri::command]
#[specta::specta]
pub async fn sign_out(shell: State<'_, Shell>) -> desk_core::Result<SignedOut> {
    shell.desk.sessions().sign_out().await
}

/// Gives a profile another name.
#[tauri::command]
#[specta::specta]
pub async fn rename_profile(
    shell: State<'_, Shell>,
    profile_id: String,
    name: String,
) -> desk_core::Result<Profile> {
    shell.desk.ledger().rename_profile(&profile_id, &name)
}

/// The current profile's account is known under an old address too: makes one profile of both,
/// with the new address and the old one's name and history.
#[tauri::command]
#[specta::specta]
pub async fn change_address(shell: State<'_, Shell>, old_profile_id: String) -> desk_core::Result<Profile> {
    shell.desk.profiles().change_address(&old_profile_id).await
}

/// Removes a profile and its secrets; with `anyway`, also when the keyring is gone.
/// Its job history is kept.
#[tauri::command]
#[specta::specta]
pub async fn remove_profile(
    shell: State<'_, Shell>,
    profile_id: String,
    anyway: bool,
) -> desk_core::Result<SignedOut> {
    shell.desk.profiles().remove_profile(&profile_id, anyway).await
}

/// What could not be found out before may show now, without anyone waiting for it.
fn recheck_later(shell: &Shell) {
    let desk = Arc::clone(&shell.desk);
    tauri::async_runtime::spawn(async move { desk.jobs().recheck_outcomes().await });
}
