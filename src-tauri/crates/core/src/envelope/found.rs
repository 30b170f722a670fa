//! Stored settings where people find them: a pasted row, an exported database, a
//! backup ZIP.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Envelope, Stored, damaged};
use crate::account::{Kdf, MasterKey, unlock};
use crate::{Code, Error, Result};

/// The row's key in the `config` table.
const KEY: &str = "backup.settings.v1";
/// The row with the last known result of every target.
const RUNTIME: &str = "backup.runtime.v1";

/// Rows longer than this are in no backup that a server would take.
const LONGEST_ROWS: u64 = 64 << 20;

impl Envelope {
    /// Reads settings from what a person has at hand: the row's value, the row as
    /// JSON, or an exported database (SQL) with the row somewhere in it.
    pub fn find_in(text: &str) -> Result<Stored> {
        let text = text.trim().trim_start_matches('\u{feff}');
        match serde_json::from_str::<Value>(text) {
            Ok(Value::String(value)) => Self::parse(&value),
            Ok(row) => match row.get("value").or_else(|| row.get("raw")) {
                Some(Value::String(value)) => Self::parse(value),
                Some(value) => Self::parse(&value.to_string()),
                None => Self::parse(text),
            },
            Err(_) => {
                Self::parse(sql_value(text).ok_or_else(|| damaged("there are no settings in this text"))?)
            }
        }
    }
}

/// The JSON that follows the row's key, as in `INSERT INTO config VALUES('…','{…}')`.
/// Sealed settings hold no quote, so none is doubled in there.
fn sql_value(text: &str) -> Option<&str> {
    let (_, after) = text.split_once(KEY)?;
    let value = &after[after.find('{')?..];
    let mut objects = serde_json::Deserializer::from_str(value).into_iter::<serde::de::IgnoredAny>();
    objects.next()?.ok()?;
    value.get(..objects.byte_offset())
}

#[derive(Deserialize)]
struct Rows {
    #[serde(default)]
    users: Vec<User>,
    #[serde(default)]
    config: Vec<Config>,
}

#[derive(Deserialize)]
struct User {
    id: String,
    email: String,
    key: Option<String>,
    private_key: Option<String>,
    #[serde(default)]
    kdf_type: i64,
    #[serde(default)]
    kdf_iterations: i64,
    kdf_memory: Option<i64>,
    kdf_parallelism: Option<i64>,
    role: Option<String>,
    status: Option<String>,
}

#[derive(Deserialize)]
struct Config {
    key: String,
    value: Option<String>,
}

/// An account in a backup, as far as it matters for opening the settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct BackupAccount {
    /// The e-mail.
    pub email: String,
    /// It is an administrator.
    pub is_administrator: bool,
    /// It can sign in.
    pub is_active: bool,
    /// The settings are wrapped for it: its master password opens them.
    pub has_wrap: bool,
}

/// The accounts in the backup ZIP at `path`, those who can open the settings first.
/// Blocks.
///
/// # Errors
/// A file error, `NotAnArchive` when the rows cannot be read.
pub fn accounts_in_backup(path: &Path) -> Result<Vec<BackupAccount>> {
    let Rows { users, config } = rows(path)?;
    let row = config.into_iter().find(|row| row.key == KEY).and_then(|row| row.value);
    // Plain settings open for everyone; unreadable ones for nobody.
    let wrapped = |id: &str| match row.as_deref().map(Envelope::parse) {
        Some(Ok(Stored::Envelope(envelope))) => envelope.wrap_for(id).is_ok(),
        Some(Ok(Stored::Plain(_))) => true,
        Some(Err(_)) | None => false,
    };
    let mut accounts: Vec<BackupAccount> = users
        .iter()
        .map(|user| BackupAccount {
            has_wrap: wrapped(&user.id),
            is_administrator: user.role.as_deref() == Some("admin"),
            is_active: user.status.as_deref().is_none_or(|status| status == "active"),
            email: user.email.clone(),
        })
        .collect();
    accounts.sort_by_key(|account| (!account.has_wrap, !account.is_administrator, !account.is_active));
    Ok(accounts)
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
    let row = rows(path)?.config.into_iter().find(|row| row.key == RUNTIME).and_then(|row| row.value);
    let runtimes = row.and_then(|row| serde_json::from_str::<Runtimes>(&row).ok());
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
    let Rows { users, config } = rows(path)?;
    let email = email.trim().to_lowercase();
    let user = users.into_iter().find(|user| user.email.to_lowercase() == email).ok_or_else(|| {
        Error::new(
            Code::AccountNotFound,
            format!("There is no account {email} in this backup."),
            "Inspect the backup to see which accounts it holds.",
        )
        .value("email", &email)
    })?;
    let row = config.into_iter().find(|row| row.key == KEY).and_then(|row| row.value);
    let row = row.ok_or_else(|| damaged("this backup carries none"))?;
    let envelope = match Envelope::parse(&row)? {
        Stored::Envelope(envelope) => envelope,
        Stored::Plain(settings) => return Ok(settings),
    };
    envelope.wrap_for(&user.id)?;

    let kdf = Kdf::from_wire(user.kdf_type, user.kdf_iterations, user.kdf_memory, user.kdf_parallelism)?;
    let master_key = MasterKey::derive(password, &user.email, &kdf)?;
    let keys = unlock(
        &master_key,
        user.key.as_deref().unwrap_or_default(),
        user.private_key.as_deref().unwrap_or_default(),
    )?;
    envelope.open_portable(&user.id, &keys.private_key)
}

fn rows(path: &Path) -> Result<Rows> {
    let unreadable = |words: String| {
        Error::new(
            Code::NotAnArchive,
            "The rows of this backup cannot be read.",
            "Inspect the file to see what is wrong with it.",
        )
        .original(words)
    };
    let file = File::open(path).map_err(|error| Error::file(path, &error))?;
    let mut zip =
        zip::ZipArchive::new(BufReader::new(file)).map_err(|error| unreadable(error.to_string()))?;
    let entry = zip.by_name("db.json").map_err(|error| unreadable(error.to_string()))?;
    let mut text = Vec::new();
    entry.take(LONGEST_ROWS).read_to_end(&mut text).map_err(|error| unreadable(error.to_string()))?;
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&text);
    // serde's words may quote what is in the rows.
    serde_json::from_slice(text).map_err(|error| unreadable(super::without_content(&error)))
}

/// Settings with every secret as `********`, in the server's shape.
///
/// # Errors
/// `EnvelopeDamaged` when they are not JSON.
pub fn redacted(settings: &SecretString) -> Result<Value> {
    let mut value = revealed(settings)?;
    crate::server::redact(&mut value);
    Ok(value)
}

/// Settings as they are, with their secrets.
///
/// # Errors
/// `EnvelopeDamaged` when they are not JSON.
pub fn revealed(settings: &SecretString) -> Result<Value> {
    serde_json::from_str(settings.expose_secret()).map_err(|_| damaged("what is inside is not JSON"))
}
