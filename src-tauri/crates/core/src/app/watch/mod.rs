//! Watching servers while the window is not used.

mod certificate;
mod look;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::{Board, Parts, Recovery, Sessions, Settings};
use crate::clock::Clock;
use crate::ledger::Ledger;
use crate::monitor::{Alert, AlertKind, Pace, QuietHours, ServerFacts, Standing, alerts, next_look};
use crate::server::Profile;
use crate::{Error, Result};
pub use certificate::certificate_ends;
use look::View;

/// The name of its settings in the ledger.
const SETTINGS: &str = "watch";

/// How servers are watched.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct WatchSettings {
    /// Servers are checked while the app runs.
    pub on: bool,
    /// When nothing is notified.
    pub quiet_hours: Option<QuietHours>,
    /// Closing the window keeps the app in the tray.
    pub close_to_tray: bool,
}

/// A new alert of a server, to be notified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct WatchNotice {
    /// The server's profile.
    pub profile_id: String,
    /// Its name.
    pub server: String,
    /// What is new.
    pub alert: Alert,
}

/// What the watch knows of one server.
#[derive(Debug, Clone, PartialEq, Serialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct WatchedServer {
    /// Its profile.
    pub profile_id: String,
    /// Its name.
    pub name: String,
    /// When it was last checked, RFC 3339.
    pub looked_at: Option<String>,
    /// Why the last look failed.
    pub error: Option<Error>,
    /// What is wrong, the worst first.
    pub alerts: Vec<WatchedAlert>,
}

/// One thing that is wrong, and since when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct WatchedAlert {
    /// What is wrong.
    pub alert: Alert,
    /// Since when the watch knows, RFC 3339.
    pub since: String,
}

/// Checks every known server at a modest pace, and says what is new.
pub struct ServerWatch {
    ledger: Arc<Ledger>,
    sessions: Arc<Sessions>,
    clock: Arc<dyn Clock>,
    board: Arc<Board>,
    recovery: Arc<Recovery>,
    server_settings: Arc<Settings>,
    pace: Pace,
    passed: Mutex<Passed>,
    /// One look at a time.
    looking: tokio::sync::Mutex<()>,
}

/// What has passed by clocks that cannot be set.
#[derive(Default)]
struct Passed {
    /// How long the computer had slept at the last tick.
    asleep: Option<Duration>,
    /// Nothing is checked before this.
    rests_until: Duration,
    /// When each server was last checked.
    looked: BTreeMap<String, Duration>,
}

impl ServerWatch {
    pub(super) fn new(
        parts: &Parts,
        board: Arc<Board>,
        recovery: Arc<Recovery>,
        server_settings: Arc<Settings>,
    ) -> Self {
        Self {
            ledger: Arc::clone(&parts.ledger),
            sessions: Arc::clone(&parts.sessions),
            clock: Arc::clone(&parts.clock),
            board,
            recovery,
            server_settings,
            pace: Pace::default(),
            passed: Mutex::default(),
            looking: tokio::sync::Mutex::default(),
        }
    }

    /// How servers are watched.
    ///
    /// # Errors
    /// `LedgerFailed`.
    pub fn settings(&self) -> Result<WatchSettings> {
        self.ledger.preference(SETTINGS)
    }

    /// Changes how servers are watched.
    ///
    /// # Errors
    /// `LedgerFailed`.
    pub fn set_settings(&self, settings: WatchSettings) -> Result<()> {
        self.ledger.set_preference(SETTINGS, &settings)
    }

    /// Checks the servers whose turn it is, if the watch is on; returns what is to be notified.
    /// Made to be called every minute or so. `zone` is the time zone of the quiet hours.
    ///
    /// # Errors
    /// `LedgerFailed`. A server that cannot be checked is checked later.
    pub async fn tick(&self, zone: &TimeZone) -> Result<Vec<WatchNotice>> {
        let _one_at_a_time = self.looking.lock().await;
        let rests = self.rests();
        let settings = self.settings()?;
        if !settings.on || rests {
            return Ok(Vec::new());
        }
        let mut notices = Vec::new();
        for profile in self.ledger.profiles()? {
            let facts = self.ledger.watch_facts(&profile.id)?;
            if self.wait_for(&profile.id, &facts).is_zero() {
                notices.extend(self.look_at(&profile, facts, settings.quiet_hours, zone).await?);
            }
        }
        Ok(notices)
    }

    /// What the watch knows of each server, from the last looks.
    ///
    /// # Errors
    /// `LedgerFailed`.
    pub fn servers(&self) -> Result<Vec<WatchedServer>> {
        self.ledger.profiles()?.into_iter().map(|profile| self.server(profile)).collect()
    }

    /// How everything that is watched stands.
    ///
    /// # Errors
    /// `LedgerFailed`.
    pub fn standing(&self, is_working: bool) -> Result<Standing> {
        let mut kinds: Vec<AlertKind> = Vec::new();
        if self.settings()?.on {
            for profile in self.ledger.profiles()? {
                let memory = self.ledger.alert_memory(&profile.id)?;
                kinds.extend(memory.current().map(|(alert, _)| alert.kind));
            }
        }
        Ok(Standing::of(kinds, is_working))
    }

    fn server(&self, profile: Profile) -> Result<WatchedServer> {
        let facts = self.ledger.watch_facts(&profile.id)?;
        let memory = self.ledger.alert_memory(&profile.id)?;
        let mut known: Vec<WatchedAlert> = memory
            .current()
            .map(|(alert, since)| WatchedAlert { alert: alert.clone(), since: since.to_string() })
            .collect();
        known.sort_by_key(|known| known.alert.kind);
        Ok(WatchedServer {
            name: profile.name,
            profile_id: profile.id,
            looked_at: facts.looked_at.map(|at| at.to_string()),
            error: facts.error,
            alerts: known,
        })
    }

    /// Checks one server and takes what it showed into the memory.
    async fn look_at(
        &self,
        profile: &Profile,
        mut facts: ServerFacts,
        quiet_hours: Option<QuietHours>,
        zone: &TimeZone,
    ) -> Result<Vec<WatchNotice>> {
        let view = self.view(profile, &mut facts).await;
        let now = self.clock.now();
        facts.looked_at = Some(now);
        self.passed().looked.insert(profile.id.clone(), self.clock.running());
        let seen = match view {
            View::Seen(seen) => seen,
            View::Away(error) => {
                // What was wrong before is neither over nor new.
                facts.failed = facts.failed.saturating_add(1);
                facts.error = Some(error);
                self.ledger.keep_watch_facts(&profile.id, &facts)?;
                return Ok(Vec::new());
            }
        };
        (facts.failed, facts.error) = (0, None);
        let is_quiet = quiet_hours.is_some_and(|quiet| quiet.contains(now, zone));
        let mut memory = self.ledger.alert_memory(&profile.id)?;
        let new = memory.update(&alerts(&seen, now), now, is_quiet);
        self.ledger.keep_watch_facts(&profile.id, &facts)?;
        self.ledger.keep_alert_memory(&profile.id, &memory)?;
        let now_true: Vec<(Alert, Timestamp)> =
            memory.current().map(|(alert, since)| (alert.clone(), since)).collect();
        self.ledger.note_alerts(&profile.id, &now_true, now)?;
        let notice =
            |alert| WatchNotice { profile_id: profile.id.clone(), server: profile.name.clone(), alert };
        Ok(new.into_iter().map(notice).collect())
    }

    /// How long until a server's turn.
    fn wait_for(&self, profile_id: &str, facts: &ServerFacts) -> Duration {
        let running = self.clock.running();
        let passed = match (self.passed().looked.get(profile_id), facts.looked_at) {
            (Some(looked), _) => running.saturating_sub(*looked),
            // By the clock on the wall, which may have been set back since.
            (None, Some(at)) => {
                Duration::try_from(self.clock.now().duration_since(at)).unwrap_or(Duration::MAX)
            }
            (None, None) => Duration::MAX,
        };
        next_look(&self.pace, facts.failed, passed, false)
    }

    /// After a sleep the network may not be there at once.
    fn rests(&self) -> bool {
        let (running, asleep) = (self.clock.running(), self.clock.asleep());
        let mut passed = self.passed();
        if passed.asleep.replace(asleep).is_some_and(|before| asleep > before + Duration::from_secs(1)) {
            passed.rests_until = running + next_look(&self.pace, 0, Duration::ZERO, true);
        }
        running < passed.rests_until
    }

    fn passed(&self) -> MutexGuard<'_, Passed> {
        self.passed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
