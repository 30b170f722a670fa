//! Backup settings that were opened with an administrator's key: in memory only,
//! under a handle, and wiped when they are closed, after idle time, and at a lock.

mod direct;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::recovery::Recovery;
use super::{Parts, Sessions};
use crate::clock::Clock;
use crate::envelope::{self, BackupAccounts, Portable};
use crate::error::{ArchiveDetail, EnvelopeDetail};
use crate::incidents::{CompletedStep, EvidenceKind, Fact, FactDetail, StepKind};
use crate::jobs::PartFile;
use crate::ledger::Ledger;
use crate::places::Location;
use crate::secrets::ZeroizingJson;
use crate::server::BackupSettings;
use crate::{Error, Result};

/// How long opened settings are kept unused.
const KEPT: SignedDuration = SignedDuration::from_mins(15);

/// Settings that were opened; their secrets stay behind the handle.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct OpenedSettings {
    /// What they are asked for by.
    pub handle: String,
    /// The targets; a secret that is there reads as kept.
    pub settings: BackupSettings,
    /// Where they were opened from.
    pub source: OpenedSource,
    /// The account whose key opened them; empty where none did.
    pub account: String,
    /// When, RFC 3339.
    pub opened_at: String,
}

/// Where opened settings come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum OpenedSource {
    /// The portable part that the server handed out.
    Server {
        /// The server's address.
        server_url: String,
    },
    /// A backup on this computer.
    Backup {
        /// Its full path.
        path: String,
    },
    /// They were entered again.
    Typed,
}

struct Held {
    settings: Arc<ZeroizingJson>,
    source: OpenedSource,
    account: String,
    opened_at: Timestamp,
    used_at: Timestamp,
    /// The targets that may be reached by plain http, by id: a person accepted it.
    http_accepted: Vec<String>,
}

/// Backup settings that are open, in memory only.
pub struct SettingsVault {
    ledger: Arc<Ledger>,
    sessions: Arc<Sessions>,
    clock: Arc<dyn Clock>,
    recovery: Arc<Recovery>,
    held: Mutex<HashMap<String, Held>>,
}

impl SettingsVault {
    pub(super) fn new(parts: &Parts, recovery: Arc<Recovery>) -> Self {
        Self {
            ledger: Arc::clone(&parts.ledger),
            sessions: Arc::clone(&parts.sessions),
            clock: Arc::clone(&parts.clock),
            recovery,
            held: Mutex::default(),
        }
    }

    /// Wipes everything.
    pub(in crate::app) fn close_all(&self) {
        self.held().clear();
    }

    /// Wipes what was not used for long enough.
    pub(in crate::app) fn expire(&self, now: Timestamp) {
        self.held().retain(|_, held| now.duration_since(held.used_at) < KEPT);
    }

    fn held(&self) -> MutexGuard<'_, HashMap<String, Held>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens the portable part that the server hands out while its settings need
    /// repair, with the current account's own key. The master password confirms the
    /// session as well, so it is asked once.
    ///
    /// # Errors
    /// `WrongPassword`, `NoWrapForAccount`, `EnvelopeDamaged`, `AccountKeysUnreadable`,
    /// `InvalidRequest` with the value `reason` = "not-needed" when nothing needs repair,
    /// and what every call may fail with.
    pub async fn open_portable(&self, password: &SecretString) -> Result<OpenedSettings> {
        let signed = self.sessions.needs_signed()?;
        let state = signed.session.repair_state().await?.value;
        let Some(portable) = state.portable.filter(|portable| !portable.is_null()) else {
            return Err(if state.needs_repair { no_portable_part() } else { not_needed() });
        };
        let portable = Portable::from_wire(&portable)?;
        let keys = signed.session.unlock(password).await?;
        let user_id = signed.session.user_id().await?;
        let text = portable.open(&user_id, &keys.private_key)?;
        let source = OpenedSource::Server { server_url: signed.profile.server_url.clone() };
        let opened = self.hold(&text, source, &signed.profile.email)?;
        if let Some((case, _)) = self.ledger.open_case(&signed.profile.id)? {
            self.note_opened(case.id, EvidenceKind::PortablePart)?;
        }
        Ok(opened)
    }

    /// The accounts in a backup, those who can open its settings first.
    ///
    /// # Errors
    /// As [`envelope::accounts_in_backup`].
    pub async fn backup_accounts(&self, path: &Path) -> Result<BackupAccounts> {
        let path = path.to_owned();
        super::tasks::blocking(move || envelope::accounts_in_backup(&path)).await
    }

    /// Opens the settings that a backup carries, with the master password of an
    /// administrator in it: for the recovery `case_id`, or to look at. Needs neither
    /// account nor network.
    ///
    /// # Errors
    /// As [`envelope::settings_in_backup`].
    pub async fn open_backup_settings(
        &self,
        path: &Path,
        email: &str,
        password: &SecretString,
        case_id: Option<i64>,
    ) -> Result<OpenedSettings> {
        let source = OpenedSource::Backup { path: path.to_string_lossy().into_owned() };
        let (path, asked, password) = (path.to_owned(), email.to_owned(), password.clone());
        let text =
            super::tasks::blocking(move || envelope::settings_in_backup(&path, &asked, &password)).await?;
        let opened = self.hold(&text, source, email)?;
        if let Some(case_id) = case_id {
            self.note_opened(case_id, EvidenceKind::Ledger)?;
        }
        Ok(opened)
    }

    /// Settings that were opened for a recovery are a step of it.
    fn note_opened(&self, case_id: i64, from: EvidenceKind) -> Result<()> {
        let at = self.clock.now().to_string();
        let proof = vec![Fact::new(from, FactDetail::PortableOpened).at(at.clone())];
        self.recovery.mark(case_id, CompletedStep { kind: StepKind::OpenPortable, at, proof })
    }

    fn hold(&self, text: &SecretString, source: OpenedSource, account: &str) -> Result<OpenedSettings> {
        self.hold_value(ZeroizingJson::new(envelope::revealed(text)?), source, account)
    }

    /// Holds what was opened from a server's own settings.
    pub(in crate::app) fn hold_server_settings(
        &self,
        text: &SecretString,
        server_url: &str,
        account: &str,
    ) -> Result<OpenedSettings> {
        self.hold(text, OpenedSource::Server { server_url: server_url.to_owned() }, account)
    }

    pub(in crate::app) fn hold_value(
        &self,
        settings: ZeroizingJson,
        source: OpenedSource,
        account: &str,
    ) -> Result<OpenedSettings> {
        let settings = Arc::new(settings);
        let now = self.clock.now();
        let handle = uuid::Uuid::new_v4().to_string();
        let opened = OpenedSettings {
            settings: BackupSettings::from_wire(&settings)?,
            handle: handle.clone(),
            source: source.clone(),
            account: account.trim().to_lowercase(),
            opened_at: now.to_string(),
        };
        let held = Held {
            settings,
            source,
            account: opened.account.clone(),
            opened_at: now,
            used_at: now,
            http_accepted: Vec::new(),
        };
        self.held().insert(handle, held);
        Ok(opened)
    }

    /// Holds settings that were entered again, so that they can be saved, sent and used for
    /// direct access like opened ones.
    ///
    /// # Errors
    /// `InvalidRequest` when a secret is to be kept that no one has.
    pub fn hold_settings(&self, typed: &BackupSettings) -> Result<OpenedSettings> {
        let settings = typed.to_wire(&Value::Null)?.named("destinations");
        self.hold_value(settings, OpenedSource::Typed, "")
    }

    /// Settings that are still open. Asking is using: they stay open for longer.
    ///
    /// # Errors
    /// `PasswordNeeded` with the value `reason` = "handle" when they are not any more.
    pub fn opened_settings(&self, handle: &str) -> Result<OpenedSettings> {
        let settings = BackupSettings::from_wire(&*self.held_settings(handle)?)?;
        let all = self.held();
        let held = all.get(handle).ok_or_else(closed)?;
        Ok(OpenedSettings {
            handle: handle.to_owned(),
            settings,
            source: held.source.clone(),
            account: held.account.clone(),
            opened_at: held.opened_at.to_string(),
        })
    }

    /// Whether a target of opened settings may be reached by plain http. Consent counts until
    /// the settings are closed.
    pub(in crate::app) fn accepts_http(
        &self,
        handle: &str,
        destination_id: &str,
        accepted_now: bool,
    ) -> bool {
        let mut all = self.held();
        let Some(held) = all.get_mut(handle) else { return accepted_now };
        if accepted_now && !held.http_accepted.iter().any(|id| id == destination_id) {
            held.http_accepted.push(destination_id.to_owned());
        }
        held.http_accepted.iter().any(|id| id == destination_id)
    }

    /// Opened settings in the server's shape, with their secrets.
    pub(in crate::app) fn held_settings(&self, handle: &str) -> Result<Arc<ZeroizingJson>> {
        let now = self.clock.now();
        self.expire(now);
        let mut all = self.held();
        let held = all.get_mut(handle).ok_or_else(closed)?;
        held.used_at = now;
        Ok(Arc::clone(&held.settings))
    }

    /// One target's secret, because a person asked to see or copy it.
    ///
    /// # Errors
    /// `PasswordNeeded` when the settings are closed, `TargetNotFound`.
    pub fn reveal_secret(&self, handle: &str, destination_id: &str) -> Result<SecretString> {
        let settings = self.held_settings(handle)?;
        let destination = wire_destination(&settings, destination_id)?;
        let location =
            Location::read(destination["type"].as_str().unwrap_or_default(), &destination["destination"]);
        let secret = location.kind().secret().and_then(|(name, _)| destination["destination"][name].as_str());
        Ok(secret.unwrap_or_default().into())
    }

    /// Saves opened settings with their secrets, encrypted under a passphrase, as a
    /// file that the `age` tool opens too. A file of that name is replaced.
    ///
    /// # Errors
    /// `PasswordNeeded` when the settings are closed, `InvalidRequest` for a
    /// passphrase under 12 characters, and as [`PartFile::replacing`].
    pub async fn save_opened_settings(
        &self,
        handle: &str,
        path: &Path,
        passphrase: &SecretString,
    ) -> Result<PathBuf> {
        const SHORTEST: usize = 12;
        if passphrase.expose_secret().chars().count() < SHORTEST {
            return Err(ArchiveDetail::PassphraseTooShort {
                shortest: u32::try_from(SHORTEST).unwrap_or(u32::MAX),
            }
            .error());
        }
        let settings = self.held_settings(handle)?;
        let (path, passphrase) = (path.to_owned(), passphrase.clone());
        super::tasks::blocking(move || {
            let mut file = PartFile::replacing(&path)?;
            file.write(&sealed(&settings.to_pretty_bytes(), &passphrase)?)?;
            file.finish()
        })
        .await
    }

    /// Wipes opened settings.
    pub fn close_opened_settings(&self, handle: &str) {
        self.held().remove(handle);
    }
}

pub(in crate::app) fn wire_destination<'a>(settings: &'a Value, id: &str) -> Result<&'a Value> {
    let all = settings["destinations"].as_array().map_or(&[][..], Vec::as_slice);
    all.iter().find(|one| one["id"] == id).ok_or_else(no_such_target)
}

/// How hard it is to guess the passphrase: scrypt with 2^18 rounds, about a second and 256 MiB.
/// It is fixed, because age otherwise measures the computer, and a slow build or a busy computer
/// would make the file weaker.
const WORK_FACTOR: u8 = 18;

/// Encrypted in the format of age (scrypt recipient, v1).
fn sealed(text: &[u8], passphrase: &SecretString) -> Result<Vec<u8>> {
    let mut recipient = age::scrypt::Recipient::new(passphrase.expose_secret().to_owned().into());
    recipient.set_work_factor(WORK_FACTOR);
    age::encrypt(&recipient, text).map_err(|_| EnvelopeDetail::SettingsNotEncrypted.error())
}

fn closed() -> Error {
    EnvelopeDetail::SettingsClosed.error()
}

fn not_needed() -> Error {
    EnvelopeDetail::RepairNotNeeded.error()
}

fn no_portable_part() -> Error {
    EnvelopeDetail::PortableAbsent.error()
}

pub(super) fn no_such_target() -> Error {
    EnvelopeDetail::SettingsTargetNotFound.error()
}

#[cfg(test)]
mod tests {
    #[test]
    fn encrypted_settings_use_the_same_kdf_cost_on_every_computer() {
        let sealed = super::sealed(b"settings", &"a passphrase".into()).expect("it encrypts");
        let header = String::from_utf8_lossy(&sealed[..200.min(sealed.len())]).into_owned();
        let recipient = header.lines().find(|line| line.starts_with("-> scrypt ")).expect("a recipient");
        assert!(recipient.ends_with(" 18"), "{recipient}");
    }
}
