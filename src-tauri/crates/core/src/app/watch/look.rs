//! One look at one server: what it shows to somebody who is signed in without the master password.

use jiff::Timestamp;

use super::{ServerWatch, certificate_ends};
use crate::app::ActiveProfile;
use crate::health::{BackupState, TargetHealth};
use crate::monitor::{Alert, ServerFacts, ServerSeen, TargetSeen, alerts};
use crate::server::Profile;
use crate::view::{Overview, TargetCard};
use crate::{Code, Error, Result};

/// What a look at a server shows.
pub(super) enum View {
    /// It could be looked at.
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
        let seen = self.seen(signed, overview, &mut facts).await;
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
            let overview = self.board.overview_of(&signed).await?;
            Ok::<_, Error>(self.seen(&signed, &overview, facts).await)
        };
        match looked.await {
            Ok(seen) => View::Seen(seen),
            Err(error) if matches!(error.code(), Code::SessionEnded | Code::NotAdministrator) => {
                View::Seen(ServerSeen { signed_out: true, ..ServerSeen::default() })
            }
            Err(error) => View::Away(error),
        }
    }

    async fn seen(&self, signed: &ActiveProfile, overview: &Overview, facts: &mut ServerFacts) -> ServerSeen {
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
        ServerSeen {
            needs_repair: overview.settings_need_repair,
            secret_unsafe: false,
            repairers,
            version: facts.version().map(str::to_owned),
            version_before,
            signed_out: false,
            targets: overview.targets.iter().map(|card| target_seen(card, facts, now)).collect(),
        }
    }
}

fn target_seen(card: &TargetCard, facts: &mut ServerFacts, now: Timestamp) -> TargetSeen {
    let time = |text: Option<&str>| text.and_then(|text| text.parse::<Timestamp>().ok());
    let (target, last) = (&card.target, card.last_backup.as_ref());
    let runtime = &target.runtime;
    TargetSeen {
        id: target.id.clone(),
        name: target.name.clone(),
        schedule: target.schedule.clone(),
        first_seen: facts.first_seen(&target.id, now),
        last_success: time(last.map(|last| last.at.as_str())).max(time(runtime.last_success_at.as_deref())),
        last_failure: time(runtime.last_error_at.as_deref()),
        newest_is_bad: last.is_some_and(|last| BackupState::is_bad(last.state)),
        all_gone: card.health == TargetHealth::AllGone,
        sizes: card.trend.iter().map(|point| point.bytes).collect(),
        last_verified: time(card.last_verified_at.as_deref()),
        certificate: facts.certificate(&target.id),
    }
}
