//! The editor of targets: reading, reviewing, testing and saving the server's
//! backup settings; and the server's log of what it did.

mod sharing;

use serde::{Deserialize, Serialize};
use std::sync::Arc;

use super::{ActiveProfile, Parts, Sessions};
use crate::Result;
use crate::archive::Storage;
use crate::clock::Clock;
use crate::ledger::Ledger;
use crate::server::{
    Answer, AuditPage, BackupSettings, Finding, Target, TargetChange, diff, lint_all, next_runs,
};
use crate::targets::{SharedPlace, is_moved};

/// How many of the next runs are shown.
const NEXT: usize = 3;

/// What is to be known before settings are saved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct SettingsReview {
    /// What saving would change.
    pub changes: Vec<TargetChange>,
    /// What is wrong or doubtful, the worst first.
    pub findings: Vec<Finding>,
    /// Targets whose folder another known server uses too.
    #[serde(default)]
    pub shared: Vec<SharedPlace>,
    /// When the server last said that it keeps no attachments, RFC 3339; `None` when it
    /// keeps some or never said.
    #[serde(default)]
    pub no_storage_at: Option<String>,
    /// When the server would back up automatically.
    pub next_runs: Vec<NextRuns>,
}

/// The next runs of a target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct NextRuns {
    /// The target.
    pub destination_id: String,
    /// When, RFC 3339; none when its schedule is off or not valid.
    pub at: Vec<String>,
}

/// The current server's backup settings, and folders that it shares with other servers.
pub struct Settings {
    ledger: Arc<Ledger>,
    sessions: Arc<Sessions>,
    clock: Arc<dyn Clock>,
}

impl Settings {
    pub(super) fn new(parts: &Parts) -> Self {
        Self {
            ledger: Arc::clone(&parts.ledger),
            sessions: Arc::clone(&parts.sessions),
            clock: Arc::clone(&parts.clock),
        }
    }

    /// The server's backup settings in full, without any secret.
    ///
    /// # Errors
    /// As [`crate::server::Session::settings`].
    pub async fn backup_settings(&self) -> Result<BackupSettings> {
        let signed = self.sessions.needs_signed()?;
        let settings = signed.session.settings().await?;
        self.sessions.note_readable(&signed.profile.id)?;
        Ok(settings)
    }

    /// What saving `after` over `before` means. Asks no server.
    ///
    /// # Errors
    /// `LedgerFailed`.
    pub fn review_settings(&self, before: &BackupSettings, after: &BackupSettings) -> Result<SettingsReview> {
        let now = self.clock.now();
        let runs = after.destinations.iter().map(|destination| NextRuns {
            destination_id: destination.id.clone(),
            at: next_runs(&destination.schedule, &destination.runtime, now, NEXT)
                .iter()
                .map(ToString::to_string)
                .collect(),
        });
        let (mut shared, mut no_storage_at) = (Vec::new(), None);
        if let Some(signed) = self.sessions.signed() {
            shared = self.shared_places(&after.destinations, &before.destinations)?;
            let said = self.ledger.storage(&signed.profile.id)?;
            no_storage_at = said.filter(|(storage, _)| *storage == Storage::None).map(|(_, at)| at);
        }
        Ok(SettingsReview {
            changes: diff(before, after),
            findings: lint_all(after),
            shared,
            no_storage_at,
            next_runs: runs.collect(),
        })
    }

    /// Saves changed settings.
    ///
    /// # Errors
    /// As [`crate::server::Session::save_settings`].
    pub async fn save_backup_settings(
        &self,
        before: &BackupSettings,
        after: &BackupSettings,
    ) -> Result<BackupSettings> {
        let signed = self.sessions.needs_signed()?;
        let moves = after.destinations.iter().any(|now| {
            let was = before.destinations.iter().find(|was| was.id == now.id);
            was.is_some_and(|was| is_moved(&was.location, &now.location))
        });
        // What is known right before is about the old place.
        if moves && let Ok(targets) = signed.session.targets().await {
            self.remember(&signed, &targets)?;
        }
        let saved = signed.session.save_settings(before, after).await?.value;
        if let Ok(targets) = signed.session.targets().await {
            self.remember(&signed, &targets)?;
        }
        Ok(saved)
    }

    /// Keeps what a server that can open its settings says about its targets, without any
    /// secret: should they be lost one day, no one types them from memory.
    pub(in crate::app) fn remember(
        &self,
        signed: &ActiveProfile,
        answer: &Answer<Vec<Target>>,
    ) -> Result<()> {
        let id = &signed.profile.id;
        self.sessions.note_readable(id)?;
        self.ledger.remember_targets(id, &answer.value, self.clock.now())?;
        let made = answer.value.iter().filter_map(|target| target.runtime.last_uploaded_file_name.as_deref());
        self.ledger.note_origins(id, made)?;
        match BackupSettings::from_wire(&answer.raw) {
            Ok(settings) => self.ledger.remember_settings(id, &settings.without_logins()),
            // What the server sends beyond its targets is nothing to stop for.
            Err(_) => Ok(()),
        }
    }

    /// What the server's log says about backups, the newest first; failed scheduled
    /// runs are listed only there.
    ///
    /// # Errors
    /// `SessionEnded`, and what every call may fail with.
    pub async fn audit(&self, limit: u32, offset: u32) -> Result<AuditPage> {
        let signed = self.sessions.needs_signed()?;
        self.audit_of(&signed, limit, offset).await
    }

    /// The same of the server of a session. What it says of runs is kept.
    pub(in crate::app) async fn audit_of(
        &self,
        signed: &ActiveProfile,
        limit: u32,
        offset: u32,
    ) -> Result<AuditPage> {
        let page = signed.session.audit(limit, offset).await?;
        self.note_made(&signed.profile.id, &page.events)?;
        if offset == 0 {
            self.ledger.note_log(&signed.profile.id, &page, self.clock.now())?;
        }
        Ok(page)
    }
}
