//! Stored settings in a backup ZIP.

use std::collections::BTreeMap;
use std::path::Path;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::rows::Rows;
use super::{Stored, damaged};
use crate::account::{Kdf, MasterKey, unlock};
use crate::error::AccountDetail;
use crate::{Code, Error, Result};

/// Settings longer than this are not opened: a hundred targets take a tenth of it.
const LONGEST_SETTINGS: usize = 512 * 1024;

/// An account in a backup, as far as it matters for opening the settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct BackupAccount {
    /// The email address.
    pub email: String,
    /// It is an administrator.
    pub is_administrator: bool,
    /// It can sign in.
    pub is_active: bool,
    /// The settings are wrapped for it: its master password opens them.
    pub has_wrap: bool,
}

/// The accounts in a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct BackupAccounts {
    /// Those who can open the settings first.
    pub accounts: Vec<BackupAccount>,
    /// The reason when no account can.
    pub error: Option<Error>,
}

/// The accounts in the backup ZIP at `path`. Blocks.
///
/// # Errors
/// A file error, `NotAnArchive` when the rows cannot be read. What is wrong with the
/// settings is part of the result.
pub fn accounts_in_backup(path: &Path) -> Result<BackupAccounts> {
    let rows = Rows::read(path, None)?;
    let stored = rows.settings();
    // Plain settings open for everyone; unreadable ones for no one.
    let wrap = |id: &str| match &stored {
        Ok(Stored::Envelope(envelope)) => envelope.wrap_for(id).map(drop),
        Ok(Stored::Plain(_)) => Ok(()),
        Err(error) => Err(error.clone()),
    };
    let mut accounts: Vec<BackupAccount> = rows
        .users
        .iter()
        .map(|user| BackupAccount {
            has_wrap: wrap(&user.id).is_ok(),
            is_administrator: user.role.as_deref() == Some("admin"),
            is_active: user.status.as_deref().is_none_or(|status| status == "active"),
            email: user.email.clone(),
        })
        .collect();
    accounts.sort_by_key(|account| (!account.has_wrap, !account.is_administrator, !account.is_active));
    let error = match accounts.first() {
        Some(first) if first.has_wrap => None,
        // Whom it is wrapped for does not matter then: it is none of these.
        _ => wrap("").err(),
    };
    Ok(BackupAccounts { accounts, error })
}

/// The last known results of targets in the backup ZIP at `path`, by target id
/// (`backup.runtime.v1`). They need no key. Blocks.
///
/// # Errors
/// As [`accounts_in_backup`].
pub fn runtimes_in_backup(path: &Path) -> Result<BTreeMap<String, Value>> {
    #[derive(Deserialize)]
    struct Runtimes {
        #[serde(default)]
        destinations: BTreeMap<String, Value>,
    }
    let rows = Rows::read(path, None)?;
    let row = rows.runtime().filter(|row| row.len() <= LONGEST_SETTINGS);
    let runtimes = row.and_then(|row| serde_json::from_str::<Runtimes>(row).ok());
    Ok(runtimes.map(|runtimes| runtimes.destinations).unwrap_or_default())
}

/// The settings (JSON text, with secrets) that the backup ZIP at `path` carries,
/// opened with an administrator's master password. Needs no network, and takes as
/// long as key derivation does: call it where blocking is allowed.
///
/// # Errors
/// `NotAnArchive`, `AccountNotFound`, `NoWrapForAccount`, `WrongPassword`,
/// `AccountKeysUnreadable`, `EnvelopeDamaged`, `EnvelopeVersionUnknown`.
pub fn settings_in_backup(path: &Path, email: &str, password: &SecretString) -> Result<SecretString> {
    let email = email.trim().to_lowercase();
    let rows = Rows::read(path, Some(&email))?;
    let user = rows.user(&email)?;
    let envelope = match rows.settings()? {
        Stored::Envelope(envelope) => envelope,
        Stored::Plain(settings) => return Ok(settings),
    };
    envelope.wrap_for(&user.id)?;

    let kdf = Kdf::from_wire(user.kdf_type, user.kdf_iterations, user.kdf_memory, user.kdf_parallelism)?;
    let master_key = MasterKey::derive(password, &user.email, &kdf)?;
    let keys = unlock(
        &master_key,
        user.key.as_ref().map(ExposeSecret::expose_secret).unwrap_or_default(),
        user.private_key.as_ref().map(ExposeSecret::expose_secret).unwrap_or_default(),
    )
    .map_err(of_that_time)?;
    envelope.open_portable(&user.id, &keys.private_key)
}

/// A password that was changed later does not open what was sealed before.
fn of_that_time(error: Error) -> Error {
    if error.code() != Code::WrongPassword {
        return error;
    }
    AccountDetail::WrongPasswordThen.error()
}

/// Settings with every secret as `********`, in the server's shape.
///
/// # Errors
/// `EnvelopeDamaged` when they are not JSON.
pub fn redacted(settings: &SecretString) -> Result<Value> {
    let mut value = revealed(settings)?;
    desk_base::redact::redact(&mut value);
    Ok(value)
}

/// Settings as they are, with their secrets.
///
/// # Errors
/// `EnvelopeDamaged` when they are not JSON, or far longer than settings are.
pub fn revealed(settings: &SecretString) -> Result<Value> {
    if settings.expose_secret().len() > LONGEST_SETTINGS {
        return Err(damaged("what is inside is far longer than settings are"));
    }
    serde_json::from_str(settings.expose_secret()).map_err(|_| damaged("what is inside is not JSON"))
}
