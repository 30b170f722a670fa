//! The memory of alerts: each is notified once, and not during quiet hours.

use std::collections::BTreeMap;

use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::Alert;

/// An alert that comes back within this time is the same one.
const SAME_WITHIN: SignedDuration = SignedDuration::from_hours(6);

/// Hours of the day without notifications, by the clock of this computer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct QuietHours {
    /// The first quiet hour, 0 to 23.
    pub from: i8,
    /// The first hour that is not quiet any more, 0 to 23.
    pub until: i8,
}

impl QuietHours {
    /// Whether `now` is quiet in `zone`. The same hour twice means no quiet hours.
    pub fn contains(self, now: Timestamp, zone: &TimeZone) -> bool {
        let hour = now.to_zoned(zone.clone()).time().hour();
        debug_assert!((0..24).contains(&hour) && Time::new(hour, 0, 0, 0).is_ok(), "an hour of a day");
        if self.from <= self.until {
            (self.from..self.until).contains(&hour)
        } else {
            hour >= self.from || hour < self.until
        }
    }
}

/// Which alerts of one server are known, and which of them were notified.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AlertMemory {
    known: BTreeMap<String, Known>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Known {
    alert: Alert,
    since: Timestamp,
    notified: bool,
    gone_since: Option<Timestamp>,
}

impl AlertMemory {
    /// Takes what a look at the server showed at `now`; returns the alerts to notify now. During
    /// quiet hours nothing is returned: what is still true afterwards comes with the next look.
    pub fn update(&mut self, seen: &[Alert], now: Timestamp, is_quiet: bool) -> Vec<Alert> {
        for (id, known) in &mut self.known {
            match seen.iter().find(|alert| alert.id == *id) {
                // The target may have another name by now.
                Some(alert) => (known.alert, known.gone_since) = (alert.clone(), None),
                None => known.gone_since = known.gone_since.or(Some(now)),
            }
        }
        // A clock that was set back makes no alert older or newer than it is.
        self.known.retain(|_, known| {
            known.gone_since.is_none_or(|gone| now.duration_since(gone).abs() < SAME_WITHIN)
        });
        for alert in seen {
            self.known.entry(alert.id.clone()).or_insert_with(|| Known {
                alert: alert.clone(),
                since: now,
                notified: false,
                gone_since: None,
            });
        }
        if is_quiet {
            return Vec::new();
        }
        let due = self.known.values_mut().filter(|known| !known.notified && known.gone_since.is_none());
        let mut due: Vec<Alert> = due
            .map(|known| {
                known.notified = true;
                known.alert.clone()
            })
            .collect();
        due.sort_by_key(|alert| alert.kind);
        due
    }

    /// The alerts that are true now, with the time since when.
    pub fn current(&self) -> impl Iterator<Item = (&Alert, Timestamp)> {
        self.known
            .values()
            .filter(|known| known.gone_since.is_none())
            .map(|known| (&known.alert, known.since))
    }
}
