//! The backup settings as the database keeps them: sealed, and beside them what
//! happened last at each target.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use desk_core::Error;
use desk_core::envelope::{Envelope, Portable, Stored};
use desk_core::error::PracticeDetail;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::database::User;
use crate::failed::broken;
use crate::server::Refusal;
use crate::settings::{Runtime, Settings};
use crate::state::Instance;

const SETTINGS: &str = "backup.settings.v1";
const RUNTIME: &str = "backup.runtime.v1";

/// Why the settings cannot be used.
#[derive(Debug)]
pub(crate) enum Unusable {
    /// JWT_SECRET does not open them.
    NeedRepair,
    /// The database failed.
    Database(rusqlite::Error),
}

impl Unusable {
    pub fn words(&self) -> String {
        match self {
            Self::NeedRepair => "Backup settings need administrator reactivation after restore".to_owned(),
            Self::Database(error) => format!("D1_ERROR: {error}"),
        }
    }
}

impl From<rusqlite::Error> for Unusable {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}

impl From<Unusable> for Refusal {
    fn from(unusable: Unusable) -> Self {
        Self::conflict(&unusable.words())
    }
}

/// What happened last at each target, by its id.
#[derive(Default, Serialize, Deserialize)]
struct Runtimes {
    version: u32,
    destinations: BTreeMap<String, Runtime>,
}

impl Instance {
    /// The settings, with what happened last.
    pub(crate) fn settings(&self) -> Result<Settings, Unusable> {
        let Some(row) = self.database.config(SETTINGS)? else {
            let settings = Settings::initial();
            self.keep_settings(&settings)?;
            return Ok(settings);
        };
        let text = match Envelope::parse(&row).map_err(|_| Unusable::NeedRepair)? {
            Stored::Plain(text) => text,
            Stored::Envelope(envelope) => {
                let secret = self.jwt_secret().map_err(|_| Unusable::NeedRepair)?;
                envelope.open_runtime(&secret).map_err(|_| Unusable::NeedRepair)?
            }
        };
        let mut settings: Settings =
            serde_json::from_str(text.expose_secret()).map_err(|_| Unusable::NeedRepair)?;
        if !self.is_legacy() {
            let mut runtimes = self.runtimes()?;
            for destination in &mut settings.destinations {
                destination.runtime = runtimes.destinations.remove(&destination.id).unwrap_or_default();
            }
        }
        Ok(settings)
    }

    /// Seals and keeps the settings and what happened last.
    pub(crate) fn keep_settings(&self, settings: &Settings) -> Result<(), Unusable> {
        let mut sealed = settings.clone();
        if !self.is_legacy() {
            let mut runtimes = Runtimes { version: 1, ..Runtimes::default() };
            for destination in &mut sealed.destinations {
                let runtime = std::mem::take(&mut destination.runtime);
                runtimes.destinations.insert(destination.id.clone(), runtime);
            }
            let text = serde_json::to_string(&runtimes).expect("text and numbers always serialise");
            self.database.set_config(RUNTIME, &text)?;
        }
        let text = serde_json::to_string(&sealed).expect("text and numbers always serialise");
        let secret = self.jwt_secret().map_err(|_| Unusable::NeedRepair)?;
        let users = User::all(&self.database.lock())?;
        let administrators: Vec<(String, Vec<u8>)> = users
            .into_iter()
            .filter(User::is_active_admin)
            .filter_map(|user| Some((user.id, STANDARD.decode(user.public_key?).ok()?)))
            .collect();
        let administrators: Vec<(&str, &[u8])> =
            administrators.iter().map(|(id, key)| (id.as_str(), key.as_slice())).collect();
        let envelope =
            Envelope::seal(&SecretString::from(text), &secret, &administrators, &mut Self::random())
                .map_err(|_| Unusable::NeedRepair)?;
        Ok(self.database.set_config(SETTINGS, &envelope.to_row())?)
    }

    /// Keeps what happened last at one target. Settings that cannot be opened
    /// any more stay as they are.
    pub(crate) fn keep_runtime(&self, destination_id: &str, runtime: &Runtime) -> Result<Settings, Unusable> {
        let mut settings = self.settings()?;
        for destination in &mut settings.destinations {
            if destination.id == destination_id {
                destination.runtime = runtime.clone();
            }
        }
        if self.is_legacy() {
            self.keep_settings(&settings)?;
            return Ok(settings);
        }
        let mut runtimes = self.runtimes()?;
        runtimes.version = 1;
        runtimes.destinations.insert(destination_id.to_owned(), runtime.clone());
        let text = serde_json::to_string(&runtimes).expect("text and numbers always serialise");
        self.database.set_config(RUNTIME, &text)?;
        Ok(settings)
    }

    /// The portable part, while the settings cannot be opened.
    pub(crate) fn portable(&self) -> Result<Option<Portable>, Unusable> {
        let row = self.database.config(SETTINGS)?.unwrap_or_default();
        Ok(match Envelope::parse(&row) {
            Ok(Stored::Envelope(envelope)) => envelope.portable().cloned(),
            _ => None,
        })
    }

    /// Removes the wraps of the stored settings, but for the account with the email address
    /// `keep`.
    pub(crate) fn remove_wraps(&self, keep: Option<&str>) -> desk_core::Result<()> {
        let user = keep.map(|email| User::by_email(&self.database.lock(), email)).transpose();
        let kept = user.map_err(|error| broken(UNREADABLE, &error))?.flatten().map(|user| user.id);
        if let (Some(email), None) = (keep, &kept) {
            return Err(no_such_account(email));
        }
        self.change_portable(|portable| {
            if let Some(wraps) = portable["wraps"].as_array_mut() {
                wraps.retain(|wrap| kept.as_ref().is_some_and(|id| wrap["userId"] == id.as_str()));
            }
        })
    }

    /// Removes the portable part of the stored settings.
    pub(crate) fn remove_portable_part(&self) -> desk_core::Result<()> {
        self.change_portable(|portable| *portable = json!({"iv": "", "ciphertext": "", "wraps": []}))
    }

    fn change_portable(&self, change: impl FnOnce(&mut Value)) -> desk_core::Result<()> {
        let row = self.database.config(SETTINGS).map_err(|error| broken(UNREADABLE, &error))?;
        let mut row: Value = row.and_then(|row| serde_json::from_str(&row).ok()).unwrap_or_default();
        change(row.get_mut("portable").ok_or_else(nothing_sealed)?);
        self.database.set_config(SETTINGS, &row.to_string()).map_err(|error| broken(UNREADABLE, &error))
    }

    fn runtimes(&self) -> Result<Runtimes, Unusable> {
        let row = self.database.config(RUNTIME)?;
        Ok(row.and_then(|row| serde_json::from_str(&row).ok()).unwrap_or_default())
    }
}

const UNREADABLE: &str = "The practice database could not be read or written.";

fn no_such_account(email: &str) -> Error {
    PracticeDetail::PracticeNoAccount { email: email.to_owned() }.error()
}

fn nothing_sealed() -> Error {
    PracticeDetail::PracticeNoSettings.error()
}

/// What a backup carries of a `config` row.
pub(super) fn exported(key: &str, value: &str, legacy: bool) -> String {
    if key == SETTINGS
        && !legacy
        && let Ok(Stored::Envelope(envelope)) = Envelope::parse(value)
    {
        return envelope.portable_only().to_row();
    }
    value.to_owned()
}
