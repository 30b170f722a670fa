//! When a desk target is due: rules that know the time only from what they are given.

use jiff::civil::{DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// The longest interval, as on the server.
pub const MOST_HOURS: u32 = 99;
/// How long is waited after the first failure; each further one doubles it.
const FIRST_RETRY: SignedDuration = SignedDuration::from_mins(5);
/// The longest wait after a failure.
const LAST_RETRY: SignedDuration = SignedDuration::from_hours(6);
/// A clock that is this much behind a time that was noted was set back.
const SET_BACK: SignedDuration = SignedDuration::from_mins(2);

/// When a desk target is backed up to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum DeskSchedule {
    /// Only when somebody asks for it.
    Off,
    /// So many hours after the last backup.
    Every {
        /// The hours, 1 to 99.
        hours: u32,
    },
    /// Every day at this time.
    Daily {
        /// The time of day, "HH:MM".
        at: String,
        /// The IANA time zone that it is meant in.
        zone: String,
    },
}

impl DeskSchedule {
    /// It can be followed.
    pub fn is_valid(&self) -> bool {
        match self {
            Self::Off => true,
            Self::Every { hours } => (1..=MOST_HOURS).contains(hours),
            Self::Daily { at, zone } => Time::strptime("%H:%M", at).is_ok() && TimeZone::get(zone).is_ok(),
        }
    }
}

/// What happened to a desk target so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Past {
    /// The schedule counts from here: when it was last changed.
    pub planned_from: Timestamp,
    /// When a backup last started.
    pub last_attempt: Option<Timestamp>,
    /// When it ended; earlier than its beginning when it was killed or is at work.
    pub last_ended: Option<Timestamp>,
    /// How many failed since the last one that did not.
    pub failures: u32,
    /// The last one lacked the session or the master password.
    pub lacked_person: bool,
}

impl Past {
    /// The same after the clock was set back: what is ahead of it happened just now. Without
    /// that, no backup would be due until the clock is where it was.
    #[must_use]
    pub fn by_clock(&self, now: Timestamp) -> Self {
        let back = |at: Timestamp| if at.duration_since(now) > SET_BACK { now } else { at };
        Self {
            planned_from: back(self.planned_from),
            last_attempt: self.last_attempt.map(back),
            last_ended: self.last_ended.map(back),
            ..self.clone()
        }
    }

    /// The last backup began and never ended: the app was killed, or the computer lost its power.
    fn was_cut_off(&self) -> bool {
        match (self.last_attempt, self.last_ended) {
            (Some(began), Some(ended)) => ended < began,
            (Some(_), None) => true,
            (None, _) => false,
        }
    }
}

/// When a desk target is backed up to next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextRun {
    /// Not automatically.
    Never,
    /// It is due.
    Now,
    /// It waits until somebody signs in or enters the master password.
    WaitsForPerson,
    /// At this time.
    At(Timestamp),
}

/// When a desk target is due. However many times passed while the app was closed or the computer
/// slept, it is due once. `is_ready`: somebody is signed in to its server and entered the master
/// password.
pub fn next_run(schedule: &DeskSchedule, past: &Past, is_ready: bool, now: Timestamp) -> NextRun {
    let past = past.by_clock(now);
    let Some(regular) = regular(schedule, &past) else { return NextRun::Never };
    if past.lacked_person {
        // What is missing was said once: more failed records would say nothing new.
        return if is_ready { NextRun::Now } else { NextRun::WaitsForPerson };
    }
    let failures = past.failures.max(u32::from(past.was_cut_off()));
    let retry = (failures > 0).then(|| {
        let from = past.last_ended.max(past.last_attempt).unwrap_or(past.planned_from);
        from.saturating_add(retry_after(failures)).unwrap_or(from)
    });
    let at = retry.map_or(regular, |retry| retry.min(regular));
    if at <= now { NextRun::Now } else { NextRun::At(at) }
}

/// How long is waited after so many failures in a row.
pub fn retry_after(failures: u32) -> SignedDuration {
    let doublings = failures.saturating_sub(1).min(16);
    (FIRST_RETRY * (1_i32 << doublings)).min(LAST_RETRY)
}

/// The first regular time after the last attempt.
fn regular(schedule: &DeskSchedule, past: &Past) -> Option<Timestamp> {
    if !schedule.is_valid() {
        return None;
    }
    match schedule {
        DeskSchedule::Off => None,
        DeskSchedule::Every { hours } => match past.last_attempt {
            Some(last) => last.checked_add(SignedDuration::from_hours(i64::from(*hours))).ok(),
            None => Some(past.planned_from),
        },
        DeskSchedule::Daily { at, zone } => {
            let (zone, time) = (TimeZone::get(zone).ok()?, Time::strptime("%H:%M", at).ok()?);
            let from = past.last_attempt.map_or(past.planned_from, |last| last.max(past.planned_from));
            daily_after(from, time, &zone)
        }
    }
}

/// The first moment after `from` at which the clocks of the zone show `time`. On a day without
/// that time it is as much later as the clocks were put forward; on a day that has it twice, the
/// first one counts.
fn daily_after(from: Timestamp, time: Time, zone: &TimeZone) -> Option<Timestamp> {
    let mut day = from.to_zoned(zone.clone()).date();
    for _ in 0..3 {
        let at = zone.to_timestamp(DateTime::from_parts(day, time)).ok()?;
        if at > from {
            return Some(at);
        }
        day = day.tomorrow().ok()?;
    }
    None
}

#[cfg(test)]
mod tests;
