//! The server's backup settings in full (PROTOCOL sections 2 and 5): what the
//! editor of targets shows and saves.

mod diff;
mod known;
mod lint;
mod next_runs;
mod presets;
mod wire;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use diff::{TargetChange, TargetChangeKind, TargetFieldChange, diff};
pub use lint::{Finding, FindingLevel, FindingRule, lint, lint_all};
pub use next_runs::next_runs;
pub use presets::{Preset, presets};

use super::backups::Answer;
use super::call::Call;
use super::failure::leaves_open;
use super::model::{Provider, Schedule, TargetRuntime};
use super::redact::without_logins;
use super::session::Session;
use crate::progress::Silent;
use crate::secrets::{SecretField, Wiped};
use crate::{Code, Error, Result};

/// How many targets the server keeps at most.
pub const MOST_DESTINATIONS: usize = 24;

/// All targets, in the server's order. The first one is the default.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct BackupSettings {
    /// The targets.
    pub destinations: Vec<Destination>,
}

/// One target with everything that can be set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Destination {
    /// Its id: a UUID, made by whoever adds it.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Attachment bodies are backed up too.
    pub includes_attachments: bool,
    /// Where it is.
    pub location: Location,
    /// When the server backs up by itself.
    pub schedule: Schedule,
    /// The last known results; only the server changes them.
    #[serde(default)]
    pub runtime: TargetRuntime,
}

/// Where a target is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(tag = "type", rename_all = "lowercase", rename_all_fields = "camelCase")]
pub enum Location {
    /// A WebDAV folder.
    Webdav {
        /// The share's address.
        base_url: String,
        /// Its user.
        username: String,
        /// Their password.
        password: SecretField,
        /// The folder below the address.
        remote_path: String,
    },
    /// A folder of an S3 bucket.
    S3 {
        /// The storage's address, without the bucket.
        endpoint: String,
        /// The bucket.
        bucket: String,
        /// Where the bucket's name stands in requests.
        addressing_style: AddressingStyle,
        /// The region; "auto" where there is none.
        region: String,
        /// The access key's id.
        access_key_id: String,
        /// The secret key.
        secret_access_key: SecretField,
        /// The folder inside the bucket.
        root_path: String,
    },
    /// A kind that this version does not know. Everything the server has of the target
    /// is saved back as it came; it can be moved and removed, not changed.
    Other {
        /// The kind as the server spells it.
        kind: String,
    },
}

/// Where the bucket's name stands in S3 requests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum AddressingStyle {
    /// In the path: `https://endpoint/bucket/…`.
    #[default]
    PathStyle,
    /// In the host: `https://bucket.endpoint/…`.
    VirtualHostedStyle,
}

impl BackupSettings {
    /// Reads settings as the server spells them; secrets become "kept".
    ///
    /// # Errors
    /// `EnvelopeDamaged` when these are no settings.
    pub fn from_wire(raw: &Value) -> Result<Self> {
        let settings = wire::Settings::deserialize(raw).map_err(|_| {
            Error::new(
                Code::EnvelopeDamaged,
                "What is inside these backup settings is no list of targets.",
                "Try another backup. If there is none, the targets have to be typed anew.",
            )
        })?;
        Ok(settings.into())
    }

    /// As the server spells them. Secrets that are kept come from `stored`, the
    /// settings that they are kept in, and are real in the answer.
    ///
    /// # Errors
    /// `InvalidRequest` when a secret is to be kept that is not there.
    pub fn to_wire(&self, stored: &Value) -> Result<Wiped> {
        wire::merged(stored, self)
    }

    /// The same without logins that an address may carry: what may be remembered.
    #[must_use]
    pub fn without_logins(mut self) -> Self {
        for destination in &mut self.destinations {
            match &mut destination.location {
                Location::Webdav { base_url: address, .. } | Location::S3 { endpoint: address, .. } => {
                    *address = without_logins(address);
                }
                Location::Other { .. } => {}
            }
        }
        self
    }
}

impl Location {
    /// The host that it is at; the whole address when that is no URL.
    pub fn host(&self) -> String {
        let address = match self {
            Self::Webdav { base_url: address, .. } | Self::S3 { endpoint: address, .. } => address,
            Self::Other { .. } => return String::new(),
        };
        let host = url::Url::parse(address).ok().and_then(|url| url.host_str().map(str::to_owned));
        host.unwrap_or_else(|| without_logins(address))
    }

    /// How it is reached.
    pub fn provider(&self) -> Provider {
        match self {
            Self::Webdav { .. } => Provider::Webdav,
            Self::S3 { .. } => Provider::S3,
            Self::Other { .. } => Provider::Other,
        }
    }

    /// The secret of this kind of target; one of an unknown kind keeps whatever it has.
    pub fn secret(&self) -> &SecretField {
        match self {
            Self::Webdav { password, .. } => password,
            Self::S3 { secret_access_key, .. } => secret_access_key,
            Self::Other { .. } => &SecretField::Kept,
        }
    }
}

impl Session {
    /// The backup settings in full, without any secret.
    ///
    /// # Errors
    /// `NotAdministrator`, `SettingsNeedRepair`, and what every call may fail with.
    pub async fn settings(&self) -> Result<BackupSettings> {
        let raw = self.read(&Call::get(PATH), &Silent).await?;
        self.understand::<wire::Settings>(&raw).map(Into::into)
    }

    /// Saves changed settings. `before` is what the change began from: when the
    /// server has other settings by now, nothing is saved. Secrets that were not
    /// entered anew stay as they are, also on servers that show them.
    ///
    /// # Errors
    /// `InvalidRequest` when the settings changed elsewhere or the server does not
    /// accept them, `PasswordNeeded`, and what every call may fail with.
    pub async fn save_settings(
        &self,
        before: &BackupSettings,
        after: &BackupSettings,
    ) -> Result<Answer<BackupSettings>> {
        if after.destinations.len() > MOST_DESTINATIONS {
            return Err(too_many());
        }
        // Not redacted here: a server of an old generation would save the stars.
        let stored: Wiped = self.server.json(self.call(&Call::get(PATH), &Silent).await?).await?;
        let now: BackupSettings = self.understand::<wire::Settings>(&stored)?.into();
        if !diff(before, &now).is_empty() {
            return Err(changed_elsewhere());
        }
        let body = self.confirmed(wire::merged(&stored, after)?.named(DESTINATIONS))?;
        // The same settings saved twice are the same settings.
        let raw = match self.read(&Call::put(PATH, body).repeatable(), &Silent).await {
            // Whether they were saved, reading them again tells.
            Err(error) if leaves_open(&error) => self.saved_unheard(after).await.ok_or(error)?,
            answer => answer?,
        };
        Ok(Answer { value: self.understand::<wire::Settings>(&raw)?.into(), raw })
    }

    /// What the server has, when that is what was to be saved.
    async fn saved_unheard(&self, after: &BackupSettings) -> Option<Value> {
        let raw = self.read(&Call::get(PATH), &Silent).await.ok()?;
        let now: BackupSettings = self.understand::<wire::Settings>(&raw).ok()?.into();
        // A secret that was entered anew cannot be compared: nobody shows it.
        let entered = |one: &Destination| matches!(one.location.secret(), SecretField::New { .. });
        (diff(after, &now).is_empty() && !after.destinations.iter().any(entered)).then_some(raw)
    }

    /// Repairs the settings with targets that carry their real secrets, as opened
    /// from the portable part: the server then writes its own part anew. They are wiped
    /// once they are sent.
    ///
    /// # Errors
    /// `PasswordNeeded`, `InvalidRequest`, and what every call may fail with.
    pub async fn repair_settings(&self, destinations: Wiped) -> Result<Answer<BackupSettings>> {
        let body = self.confirmed(destinations.named(DESTINATIONS))?;
        let call = Call::post("/api/admin/backup/settings/repair", body).repeatable();
        let raw = self.read(&call, &Silent).await?;
        Ok(Answer { value: self.understand::<wire::Settings>(&raw)?.into(), raw })
    }
}

const PATH: &str = "/api/admin/backup/settings";
const DESTINATIONS: &str = "destinations";

fn too_many() -> Error {
    Error::new(
        Code::InvalidRequest,
        "The server keeps up to 24 targets.",
        "Delete a target that is not needed any more, then save again.",
    )
}

fn changed_elsewhere() -> Error {
    Error::new(
        Code::InvalidRequest,
        "The backup settings were changed elsewhere meanwhile.",
        "Nothing was saved. Reload the settings and make your change again.",
    )
    .value("reason", "changed-elsewhere")
}
