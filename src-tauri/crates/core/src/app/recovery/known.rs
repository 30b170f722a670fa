//! Targets as far as they are known without any key: what a person enters again begins
//! with that.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;

use super::Recovery;
use crate::Result;
use crate::app::ActiveProfile;
use crate::envelope;
use crate::places::Provider;
use crate::server::{AuditEvent, AuditKind, BackupSettings, Destination, TargetRuntime};

/// Where targets are known from without any key.
#[derive(Debug, Clone, Deserialize, specta::Type)]
#[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum KnownSource {
    /// What this app remembers of a profile's server, and what the server's log shows
    /// while somebody is signed in to it.
    Profile {
        /// The profile.
        profile_id: String,
    },
    /// The last results that a backup carries unencrypted.
    Backup {
        /// Its full path.
        path: String,
    },
}

/// What the log says about a target: its last name and its last good backup.
#[derive(Default)]
struct Logged {
    name: String,
    provider: Option<Provider>,
    runtime: TargetRuntime,
}

impl Recovery {
    /// What is known of targets without any key, to enter them again: secrets are unset.
    ///
    /// # Errors
    /// `ProfileNotFound`, `LedgerFailed`; for a backup as [`envelope::accounts_in_backup`].
    pub async fn known_targets(&self, source: &KnownSource) -> Result<BackupSettings> {
        let destinations = match source {
            KnownSource::Profile { profile_id } => self.known_of_profile(profile_id).await?,
            KnownSource::Backup { path } => self.known_from_backup(path.into()).await?,
        };
        Ok(BackupSettings {
            destinations: destinations.into_iter().map(Destination::without_secret).collect(),
        })
    }

    async fn known_of_profile(&self, profile_id: &str) -> Result<Vec<Destination>> {
        let profile = self.ledger.profile(profile_id)?;
        let signed = self.sessions.signed().filter(|signed| signed.profile.id == profile.id);
        let mut logged = self.logged(signed.as_deref()).await;
        let mut destinations = Vec::new();
        for (target, _) in self.ledger.remembered_targets(&profile.id)? {
            logged.remove(&target.id);
            destinations.push(match self.ledger.remembered_settings(&target.id)? {
                Some(destination) => destination,
                None => Destination::from_target(&target, None),
            });
        }
        destinations.extend(logged.into_iter().map(|(id, logged)| logged.destination(&id, None)));
        Ok(destinations)
    }

    async fn known_from_backup(&self, path: PathBuf) -> Result<Vec<Destination>> {
        let runtimes = crate::app::tasks::blocking(move || envelope::runtimes_in_backup(&path)).await?;
        let mut logged = self.logged(self.sessions.signed().as_deref()).await;
        let mut destinations = Vec::new();
        for (id, runtime) in runtimes {
            let uploaded = runtime["lastUploadedDestination"].as_str();
            let known = match self.ledger.remembered_settings(&id)? {
                Some(destination) => Some(destination),
                None => {
                    let target = self.ledger.remembered_target(&id)?;
                    target.map(|target| Destination::from_target(&target, uploaded))
                }
            };
            let known =
                known.unwrap_or_else(|| logged.remove(&id).unwrap_or_default().destination(&id, uploaded));
            // What cannot be read of a last result is as good as unknown.
            let runtime = TargetRuntime::deserialize(&runtime).unwrap_or_default();
            destinations.push(Destination { runtime, ..known });
        }
        Ok(destinations)
    }

    /// What the server's log says about targets, by their ids; nothing where no one is
    /// signed in or the log cannot be read.
    async fn logged(&self, signed: Option<&ActiveProfile>) -> BTreeMap<String, Logged> {
        let mut targets = BTreeMap::<String, Logged>::new();
        let Some(signed) = signed else { return targets };
        let (events, _) = self.log_until(signed, |_| false).await.unwrap_or_default();
        // The newest come first: what is known already is newer.
        for event in events.into_iter().filter(|event| event.kind == AuditKind::Run) {
            if let Some(id) = event.target_id.clone().filter(|id| !id.is_empty()) {
                targets.entry(id).or_default().hear(event);
            }
        }
        targets
    }
}

impl Logged {
    fn hear(&mut self, event: AuditEvent) {
        if self.name.is_empty() {
            self.name = event.target_name.unwrap_or_default();
        }
        self.provider = self.provider.or(event.provider);
        if !event.failed && self.runtime.last_success_at.is_none() {
            self.runtime.last_success_at = Some(event.at);
            self.runtime.last_uploaded_file_name = event.file_name;
            self.runtime.last_uploaded_size_bytes = event.bytes;
        }
    }

    fn destination(self, id: &str, uploaded: Option<&str>) -> Destination {
        let unknown = Destination::unknown(id, self.provider.unwrap_or(Provider::Webdav), uploaded);
        Destination { name: self.name, runtime: self.runtime, ..unknown }
    }
}
