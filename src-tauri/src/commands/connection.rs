//! How servers are reached, and when the master password is requested again.

use desk_core::app::{ConnectionForm, SignInForm as Entered};
use desk_core::server::{Connection, TwoStep};
use tauri::State;

use crate::commands::session::{SignInAnswer, SignInForm, attempt};
use crate::granted_paths;
use crate::state::Shell;

/// How a profile's server is reached, without any secret.
#[tauri::command]
#[specta::specta]
pub async fn profile_connection(
    shell: State<'_, Shell>,
    profile_id: String,
) -> desk_core::Result<Connection> {
    shell.desk.sessions().connection(&profile_id)
}

/// Changes how a profile's server is reached, from the next sign-in or return on.
#[tauri::command]
#[specta::specta]
pub async fn set_profile_connection(
    shell: State<'_, Shell>,
    profile_id: String,
    connection: ConnectionForm,
) -> desk_core::Result<Connection> {
    may_read_certificates(&shell, &connection)?;
    shell.desk.sessions().set_connection(&profile_id, &connection).await
}

/// Signs in with connection settings that are kept with the profile.
#[tauri::command]
#[specta::specta]
pub async fn sign_in_through(
    shell: State<'_, Shell>,
    form: SignInForm,
    connection: ConnectionForm,
) -> desk_core::Result<SignInAnswer> {
    may_read_certificates(&shell, &connection)?;
    attempt(&shell, form, Some(&connection)).await
}

/// Forgets the derived hash: steps that need the master password ask for it again.
#[tauri::command]
#[specta::specta]
pub fn lock_now(shell: State<'_, Shell>) {
    shell.desk.lock();
}

/// How many minutes without use until the master password is requested again.
#[tauri::command]
#[specta::specta]
pub fn set_lock_after(shell: State<'_, Shell>, minutes: u32) {
    shell.desk.set_lock_after(std::time::Duration::from_secs(60 * u64::from(minutes.max(1))));
}

fn may_read_certificates(shell: &Shell, connection: &ConnectionForm) -> desk_core::Result<()> {
    let file = connection.ca_file.as_deref().filter(|file| !file.is_empty());
    file.map_or(Ok(()), |file| granted_paths::may_read(shell, file))
}

impl From<SignInForm> for Entered {
    fn from(form: SignInForm) -> Self {
        let two_step = form.two_step.map(|step| TwoStep {
            method: step.method,
            code: step.code,
            remember: step.remember,
        });
        Self {
            server_url: form.server_url,
            email: form.email,
            password: form.password,
            two_step,
            accept_weaker_kdf: form.accept_weaker_kdf,
        }
    }
}
