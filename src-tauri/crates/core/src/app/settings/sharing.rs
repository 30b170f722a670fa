//! Folders that two servers use: each lists the other's backups as its own, and the
//! retention of each deletes the other's.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::Settings;
use crate::Result;
use crate::app::ActiveProfile;
use crate::health::BackupOrigin;
use crate::jobs::{AnotherServer, BroughtTargets, RestorePlan};
use crate::server::{AuditEvent, AuditKind, Destination, Profile, Target};
use crate::targets::{OtherServer, SharedEvidence, SharedPlace, shared_places};
use crate::view::BackupRow;

/// How much of the server's log is looked through for the backups that it made.
const LOG_LINES: u32 = 200;
/// How long the server's log may take.
const LOOKING: Duration = Duration::from_secs(10);

/// Who made which backup, for one server.
pub(in crate::app) struct Origins {
    own: BTreeSet<String>,
    made_by: BTreeMap<String, Vec<String>>,
    others: Vec<Profile>,
}

impl Origins {
    /// Where a backup comes from.
    pub fn of(&self, name: &str) -> BackupOrigin {
        let Some(makers) = self.made_by.get(name) else { return BackupOrigin::NotKnown };
        if makers.iter().any(|id| self.own.contains(id)) {
            return BackupOrigin::ThisServer;
        }
        match self.others.iter().find(|other| makers.contains(&other.id)) {
            Some(other) => BackupOrigin::OtherServer { name: other.name.clone() },
            None => BackupOrigin::NotKnown,
        }
    }

    /// Another server is known to have made it.
    pub fn is_others(&self, name: &str) -> bool {
        matches!(self.of(name), BackupOrigin::OtherServer { .. })
    }
}

impl Settings {
    /// The targets among `destinations` of the current server whose folder another known
    /// server uses too, as far as was last seen. `before` are its targets as they are now,
    /// when a change of them is checked.
    ///
    /// # Errors
    /// `SessionEnded`, `LedgerFailed`.
    pub fn shared_places(
        &self,
        destinations: &[Destination],
        before: &[Destination],
    ) -> Result<Vec<SharedPlace>> {
        let signed = self.sessions.needs_signed()?;
        let others = self.other_servers(&signed.profile.id)?;
        let mut found = shared_places(destinations, before, &others);
        found.extend(self.foreign_backups(&signed.profile.id, destinations)?);
        Ok(found)
    }

    /// The same of the current server's targets as they were last seen.
    ///
    /// # Errors
    /// As [`Settings::shared_places`].
    pub fn shared_targets(&self) -> Result<Vec<SharedPlace>> {
        let now = self.ledger.current_settings(&self.sessions.needs_signed()?.profile.id)?;
        self.shared_places(&now, &now)
    }

    /// The current server's targets, and which of them share a folder.
    ///
    /// # Errors
    /// As [`crate::server::Session::targets`].
    pub async fn targets(&self) -> Result<(Vec<Target>, Vec<SharedPlace>)> {
        let signed = self.sessions.needs_signed()?;
        let answer = signed.session.targets().await?;
        self.remember(&signed, &answer)?;
        Ok((answer.value, self.shared_targets()?))
    }

    /// Backups of other servers that were last listed at targets of this one.
    fn foreign_backups(&self, profile_id: &str, destinations: &[Destination]) -> Result<Vec<SharedPlace>> {
        let origins = self.origins(profile_id)?;
        let here = self.ledger.current_settings(profile_id)?;
        let mut found = Vec::new();
        for destination in destinations {
            // What was listed is about the place that is known, not about a new one.
            let is_there = here.iter().any(|known| {
                known.id == destination.id && known.location.place() == destination.location.place()
            });
            if !is_there {
                continue;
            }
            for other in &origins.others {
                let listed = self.ledger.last_listed(profile_id, &destination.id)?;
                let theirs: Vec<String> = listed
                    .into_iter()
                    .map(|(name, _)| name)
                    .filter(|name| origins.of(name) == BackupOrigin::OtherServer { name: other.name.clone() })
                    .collect();
                let Some(newest) = theirs.first() else { continue };
                found.push(SharedPlace {
                    destination_id: destination.id.clone(),
                    destination_name: destination.name.clone(),
                    place: destination.location.place(),
                    server_name: other.name.clone(),
                    server_url: other.server_url.clone(),
                    evidence: SharedEvidence::Backups { count: theirs.len() as u64, newest: newest.clone() },
                    is_new: false,
                });
            }
        }
        Ok(found)
    }

    fn other_servers(&self, profile_id: &str) -> Result<Vec<OtherServer>> {
        let others = self.ledger.other_servers(profile_id)?.into_iter();
        let with_targets = others.map(|profile| {
            let destinations = self.ledger.current_settings(&profile.id)?;
            Ok(OtherServer { name: profile.name, url: profile.server_url, destinations })
        });
        with_targets.collect()
    }

    pub(in crate::app) fn origins(&self, profile_id: &str) -> Result<Origins> {
        let others = self.ledger.other_servers(profile_id)?;
        let all = self.ledger.profiles()?.into_iter().map(|profile| profile.id);
        let own = all.filter(|id| others.iter().all(|other| other.id != *id)).collect();
        Ok(Origins { own, made_by: self.ledger.origins()?, others })
    }

    /// Says of each backup of a folder where it comes from, when another server writes there
    /// too. The server's log shows what it made itself.
    pub(in crate::app) async fn tell_origins(
        &self,
        signed: &ActiveProfile,
        target_id: &str,
        rows: &mut [BackupRow],
    ) -> Result<()> {
        let mut origins = self.origins(&signed.profile.id)?;
        if origins.others.is_empty() {
            return Ok(());
        }
        let is_shared = self.shared_targets()?.iter().any(|shared| shared.destination_id == target_id);
        let is_backup =
            |row: &BackupRow| !row.is_directory && row.name.to_ascii_lowercase().ends_with(".zip");
        if !is_shared && !rows.iter().any(|row| is_backup(row) && origins.is_others(&row.name)) {
            return Ok(());
        }
        if rows.iter().any(|row| is_backup(row) && origins.of(&row.name) == BackupOrigin::NotKnown) {
            // Without the log they stay unknown, and are shown as that.
            let asked = signed.session.audit(LOG_LINES, 0);
            if let Ok(Ok(page)) = tokio::time::timeout(LOOKING, asked).await {
                self.note_made(&signed.profile.id, &page.events)?;
                origins = self.origins(&signed.profile.id)?;
            }
        }
        for row in rows.iter_mut().filter(|row| is_backup(row)) {
            row.origin = Some(origins.of(&row.name));
        }
        Ok(())
    }

    /// Notes the backups that a server's log says it made.
    pub(in crate::app) fn note_made(&self, profile_id: &str, events: &[AuditEvent]) -> Result<()> {
        let made = events.iter().filter(|event| event.kind == AuditKind::Run && !event.failed);
        self.ledger.note_origins(profile_id, made.filter_map(|event| event.file_name.as_deref()))
    }

    /// The targets that a restore brings along from another server, after which both write
    /// into the same folders.
    pub(in crate::app) fn brought_targets(
        &self,
        signed: &ActiveProfile,
        plan: &RestorePlan,
    ) -> Result<Option<BroughtTargets>> {
        let origins = self.origins(&signed.profile.id)?;
        let mut names = self.ledger.names_of(&plan.sha256)?;
        names.push(plan.file_name.clone());
        let found: Vec<BackupOrigin> = names.iter().map(|name| origins.of(name)).collect();
        if found.contains(&BackupOrigin::ThisServer) {
            return Ok(None);
        }
        let known = found.into_iter().find_map(|origin| match origin {
            BackupOrigin::OtherServer { name } => Some(name),
            BackupOrigin::ThisServer | BackupOrigin::NotKnown => None,
        });
        let other = known.and_then(|name| origins.others.iter().find(|other| other.name == name));
        match other {
            Some(other) => {
                let theirs = self.ledger.current_settings(&other.id)?;
                Ok(Some(BroughtTargets {
                    server_name: Some(other.name.clone()),
                    places: theirs.iter().map(|target| target.location.place()).collect(),
                }))
            }
            None if plan.from_another_server == Some(AnotherServer::NoAccount) => {
                Ok(Some(BroughtTargets { server_name: None, places: Vec::new() }))
            }
            // Other keys may be those of an earlier time.
            None => Ok(None),
        }
    }
}
