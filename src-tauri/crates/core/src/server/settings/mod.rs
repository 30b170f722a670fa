//! The server's backup settings in full (PROTOCOL sections 2 and 5): what the
//! editor of targets shows and saves.

mod diff;
mod known;
pub(crate) mod lint;
mod next_runs;
mod presets;
mod wire;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use diff::{TargetChange, TargetChangeKind, TargetFieldChange, diff};
pub use lint::{lint, lint_all};

pub use crate::places::{Finding, FindingLevel, FindingRule};
pub use next_runs::{next_runs, slots};
pub use presets::{Preset, presets};
pub(super) use wire::SettingsAnswer;

use super::answer::Answer;
use super::call::Call;
use super::failure::leaves_open;
use super::model::{Schedule, TargetRuntime};
use super::session::Session;
use crate::error::{EnvelopeDetail, ServerDetail};
pub use crate::places::{AddressingStyle, Location, OtherPlace, S3Place, WebdavPlace};
use crate::progress::Silent;
use crate::secrets::{SecretField, ZeroizingJson};
use crate::{Error, Result};
use desk_base::redact::without_logins;

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
    /// When the server backs up automatically.
    pub schedule: Schedule,
    /// The last known results; only the server changes them.
    #[serde(default)]
    pub runtime: TargetRuntime,
}

impl BackupSettings {
    /// Reads settings as the server spells them; secrets become "kept".
    ///
    /// # Errors
    /// `EnvelopeDamaged` when these are no settings.
    pub fn from_wire(raw: &Value) -> Result<Self> {
        let settings =
            SettingsAnswer::deserialize(raw).map_err(|_| EnvelopeDetail::EnvelopeNoTargets.error())?;
        Ok(settings.into())
    }

    /// As the server spells them. Secrets that are kept come from `stored`, the
    /// settings that they are kept in, and are real in the response.
    ///
    /// # Errors
    /// `InvalidRequest` when a secret is to be kept that is not there.
    pub fn to_wire(&self, stored: &Value) -> Result<ZeroizingJson> {
        wire::merged(stored, self)
    }

    /// The same without logins that an address may carry: what may be remembered.
    #[must_use]
    pub fn without_logins(mut self) -> Self {
        for destination in &mut self.destinations {
            if let Some(address) = destination.location.kind_mut().address_mut() {
                *address = without_logins(address);
            }
        }
        self
    }
}

impl Session {
    /// The backup settings in full, without any secret.
    ///
    /// # Errors
    /// `NotAdministrator`, `SettingsNeedRepair`, and what every call may fail with.
    pub async fn settings(&self) -> Result<BackupSettings> {
        let raw = self.read(&Call::get(PATH), &Silent).await?;
        self.understand::<SettingsAnswer>(&raw).map(Into::into)
    }

    /// Saves changed settings. `before` is what the change began from: when the
    /// server has other settings by now, nothing is saved. Secrets that were not
    /// entered again stay as they are, also on servers that show them.
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
        let stored: ZeroizingJson = self.server.json(self.call(&Call::get(PATH), &Silent).await?).await?;
        let now: BackupSettings = self.understand::<SettingsAnswer>(&stored)?.into();
        if !diff(before, &now).is_empty() {
            return Err(changed_elsewhere());
        }
        let body = self.confirmed(wire::merged(&stored, after)?.named(DESTINATIONS))?;
        // The same settings saved twice are the same settings.
        let raw = match self.read(&Call::put(PATH, body).repeatable(), &Silent).await {
            // Whether they were saved, reading them again shows.
            Err(error) if leaves_open(&error) => self.saved_unheard(after).await.ok_or(error)?,
            answer => answer?,
        };
        Ok(Answer { value: self.understand::<SettingsAnswer>(&raw)?.into(), raw })
    }

    /// What the server has, when that is what was to be saved.
    async fn saved_unheard(&self, after: &BackupSettings) -> Option<Value> {
        let raw = self.read(&Call::get(PATH), &Silent).await.ok()?;
        let now: BackupSettings = self.understand::<SettingsAnswer>(&raw).ok()?.into();
        // A secret that was entered again cannot be compared: no one shows it.
        let entered = |one: &Destination| matches!(one.location.secret(), SecretField::New { .. });
        (diff(after, &now).is_empty() && !after.destinations.iter().any(entered)).then_some(raw)
    }

    /// Repairs the settings with targets that carry their real secrets, as opened
    /// from the portable part: the server then writes its own part again. They are wiped
    /// once they are sent.
    ///
    /// # Errors
    /// `PasswordNeeded`, `InvalidRequest`, and what every call may fail with.
    pub async fn repair_settings(&self, destinations: ZeroizingJson) -> Result<Answer<BackupSettings>> {
        let body = self.confirmed(destinations.named(DESTINATIONS))?;
        let call = Call::post("/api/admin/backup/settings/repair", body).repeatable();
        let raw = self.read(&call, &Silent).await?;
        Ok(Answer { value: self.understand::<SettingsAnswer>(&raw)?.into(), raw })
    }
}

const PATH: &str = "/api/admin/backup/settings";
const DESTINATIONS: &str = "destinations";

fn too_many() -> Error {
    ServerDetail::TooManyTargets.error()
}

fn changed_elsewhere() -> Error {
    ServerDetail::ChangedElsewhere.error()
}
