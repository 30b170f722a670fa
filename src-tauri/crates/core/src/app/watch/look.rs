//! One look at one server: what it shows to somebody who is signed in without the master password.

use jiff::Timestamp;

use super::{ServerWatch, certificate_ends};
use crate::app::ActiveProfile;
use crate::health::{BackupState, TargetHealth};
use crate::ledger::LogRun;
use crate::monitor::{Alert, ServerFacts, ServerSeen, TargetSeen, alerts};
use crate::server::Profile;
use crate::view::{Overview, TargetCard};
use crate::{Code, Error, Result};

/// How many entries of the server's log are read.
const LOG_PAGE: u32 = 100;

/// What a look at a server shows.
pub(super) enum View {
    /// It could be checked.
    Seen(ServerSeen),
    /// It could not be reached.
    Away(Error),
}

impl ServerWatch {
    /// What is wrong with a server that somebody is signed in to, by the rules of the watch.
    ///
    /// # Errors
    /// `LedgerFailed`.
    pub(in crate::app) async fn alerts_at(
        &self,
        signed: &ActiveProfile,
        overview: &Overview,
    ) -> Result<Vec<Alert>> {
        let mut facts = self.ledger.watch_facts(&signed.profile.id)?;
        self.read_log(signed).await?;
        let seen = self.seen(signed, overview, &mut facts).await?;
        self.ledger.keep_watch_facts(&signed.profile.id, &facts)?;
        Ok(alerts(&seen, self.clock.now()))
    }

    pub(super) async fn view(&self, profile: &Profile, facts: &mut ServerFacts) -> View {
        let looked = async {
            let way = self.sessions.way(profile).await?;
            if self.sessions.server(&profile.server_url, &way)?.jwt_unsafe().await?.is_some() {
                return Ok(ServerSeen { secret_unsafe: true, ..ServerSeen::default() });
            }
            let current = self.sessions.signed().filter(|signed| signed.profile.id == profile.id);
            let signed = match current {
                Some(signed) => signed,
                None => self.sessions.come_back(&profile.id).await?,
            };
            self.read_log(&signed).await?;
            let overview = self.board.listed_overview_of(&signed).await?;
            self.seen(&signed, &overview, facts).await
        };
        match looked.await {
            Ok(seen) => View::Seen(seen),
            Err(error) if matches!(error.code(), Code::SessionEnded | Code::NotAdministrator) => {
                View::Seen(ServerSeen { signed_out: true, ..ServerSeen::default() })
            }
            Err(error) => View::Away(error),
        }
    }

    /// Keeps what the server's log says of its runs. A server without a log, and one that does
    /// not show it, are watched by what it says of each target.
    async fn read_log(&self, signed: &ActiveProfile) -> Result<()> {
        match self.server_settings.audit_of(signed, LOG_PAGE, 0).await {
            Err(error) if error.code() == Code::LedgerFailed => Err(error),
            Ok(_) | Err(_) => Ok(()),
        }
    }

    async fn seen(
        &self,
        signed: &ActiveProfile,
        overview: &Overview,
        facts: &mut ServerFacts,
    ) -> Result<ServerSeen> {
        let now = self.clock.now();
        // What cannot be found out is not known; it is no alert.
        let repairers = self.recovery.repairers_of(signed).await.ok().and_then(|known| known.wrapped);
        let version = signed.session.server().api_version().await.ok().flatten();
        let version_before = facts.note_version(version, now);
        for card in &overview.targets {
            if facts.certificate_is_due(&card.target.id, now) {
                facts.note_certificate(&card.target.id, certificate_ends(&card.target.location).await, now);
            }
        }
        if !overview.settings_need_repair {
            let ids: Vec<&str> = overview.targets.iter().map(|card| card.target.id.as_str()).collect();
            facts.keep_only(&ids);
        }
        let mut targets = Vec::with_capacity(overview.targets.len());
        for card in &overview.targets {
            targets.push(self.target_seen(&signed.profile.id, card, facts, now)?);
        }
        Ok(ServerSeen {
            needs_repair: overview.settings_need_repair,
            secret_unsafe: false,
            repairers,
            version: facts.version().map(str::to_owned),
            version_before,
            signed_out: false,
            targets,
        })
    }

    fn target_seen(
        &self,
        profile_id: &str,
        card: &TargetCard,
        facts: &mut ServerFacts,
        now: Timestamp,
    ) -> Result<TargetSeen> {
        let time = |text: Option<&str>| text.and_then(|text| text.parse::<Timestamp>().ok());
        let (target, last) = (&card.target, card.last_backup.as_ref());
        let runtime = &target.runtime;
        let log = self.ledger.log_runs(profile_id, &target.id)?;
        let in_log = |failed| log.iter().rfind(|run: &&LogRun| run.failed == failed);
        let by_server = time(runtime.last_error_at.as_deref());
        let last_failure = in_log(true).map(|run| run.at).max(by_server);
        // The log has the words of a failed run; the server's record may be about an earlier one.
        let failure = match in_log(true).filter(|run| Some(run.at) >= by_server) {
            Some(run) => run.error.clone(),
            None => runtime.last_error_message.as_deref().map(crate::server::error_from_target),
        };
        let newest = self.ledger.seen_backups(profile_id, &target.id)?;
        let newest_is_short = newest.last().is_some_and(|(name, _, bytes)| {
            Some(name) == runtime.last_uploaded_file_name.as_ref()
                && runtime.last_uploaded_size_bytes.is_some_and(|uploaded| *bytes < uploaded)
        });
        Ok(TargetSeen {
            id: target.id.clone(),
            name: target.name.clone(),
            schedule: target.schedule.clone(),
            first_seen: facts.first_seen(&target.id, now),
            last_success: time(last.map(|last| last.at.as_str()))
                .max(time(runtime.last_success_at.as_deref()))
                .max(in_log(false).map(|run| run.at)),
            last_failure,
            failure,
            newest_is_short,
            newest_is_bad: last.is_some_and(|last| BackupState::is_bad(last.state)),
            all_gone: card.health == TargetHealth::AllGone,
            sizes: card.trend.iter().map(|point| point.bytes).collect(),
            last_verified: time(card.last_verified_at.as_deref()),
            certificate: facts.certificate(&target.id),
        })
    }
}
