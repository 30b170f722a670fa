//! The last runs of a target: backups that were made, runs that failed, and runs that left nothing.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::BackupState;
use crate::Error;
use crate::server::{Schedule, slots};

/// How many runs are shown.
const SHOWN: usize = 30;
/// Two sources that name a failure within this time mean the same one.
const SAME_FAILURE: SignedDuration = SignedDuration::from_mins(2);
/// Nothing older is looked for.
const LONGEST: SignedDuration = SignedDuration::from_hours(400 * 24);

/// One run of a target.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Run {
    /// When, RFC 3339: for a missing run, when it should have been.
    pub at: String,
    /// How it went.
    pub outcome: RunOutcome,
    /// The backup that it made.
    pub file_name: Option<String>,
    /// What it failed with, when that is known.
    pub error: Option<Error>,
}

/// How a run went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum RunOutcome {
    /// It made a backup that was read in full here and is good.
    Verified,
    /// It made a backup.
    Made,
    /// It made a backup that is damaged, changed, or would be refused.
    Bad,
    /// It failed.
    Failed,
    /// A scheduled run that left no backup and no failure.
    Missing,
}

/// A backup that was made.
#[derive(Debug, Clone)]
pub(crate) struct Made {
    /// When.
    pub at: Timestamp,
    /// Its name, when known.
    pub file_name: Option<String>,
    /// Its state.
    pub state: BackupState,
    /// The server is known to have started it.
    pub scheduled: bool,
}

/// A run that failed.
#[derive(Debug, Clone)]
pub(crate) struct Failed {
    /// When.
    pub at: Timestamp,
    /// What with.
    pub error: Option<Error>,
    /// The server is known to have started it.
    pub scheduled: bool,
}

/// A time about which everything is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub since: Timestamp,
    pub until: Timestamp,
}

/// What is known of the runs of a target.
#[derive(Debug, Clone, Default)]
pub(crate) struct RunFacts {
    /// The backups, in any order.
    pub made: Vec<Made>,
    /// The failures, in any order; several sources may name the same one.
    pub failed: Vec<Failed>,
    /// The schedules, each with the time since when it is known, the oldest first.
    pub schedules: Vec<(Timestamp, Schedule)>,
    /// Times of which every run is known: from the server's log, from listings.
    pub known: Vec<Span>,
}

/// The last runs, the oldest first. A scheduled run is missing a quarter of the interval after its
/// time, and only where it would be known if it had left something.
pub(crate) fn last_runs(facts: &RunFacts, now: Timestamp) -> Vec<Run> {
    let failed = merged(facts.failed.clone());
    let mut attempts: Vec<(Timestamp, bool)> =
        facts.made.iter().map(|made| (made.at, made.scheduled)).collect();
    attempts.extend(failed.iter().map(|failed| (failed.at, failed.scheduled)));
    attempts.sort_unstable();
    let mut runs: Vec<(Timestamp, Run)> = Vec::new();
    for at in missing(facts, &attempts, now) {
        let run = Run { at: at.to_string(), outcome: RunOutcome::Missing, file_name: None, error: None };
        runs.push((at, run));
    }
    for made in &facts.made {
        let outcome = match made.state {
            BackupState::Verified => RunOutcome::Verified,
            state if state.is_bad() => RunOutcome::Bad,
            _ => RunOutcome::Made,
        };
        let run = Run { at: made.at.to_string(), outcome, file_name: made.file_name.clone(), error: None };
        runs.push((made.at, run));
    }
    for Failed { at, error, .. } in failed {
        runs.push((at, Run { at: at.to_string(), outcome: RunOutcome::Failed, file_name: None, error }));
    }
    runs.sort_by_key(|(at, _)| *at);
    let older = runs.len().saturating_sub(SHOWN);
    runs.into_iter().skip(older).map(|(_, run)| run).collect()
}

/// Each failure once.
fn merged(mut failed: Vec<Failed>) -> Vec<Failed> {
    failed.sort_by_key(|one| one.at);
    let mut merged: Vec<Failed> = Vec::with_capacity(failed.len());
    for one in failed {
        match merged.last_mut() {
            Some(last) if one.at.duration_since(last.at) <= SAME_FAILURE => {
                last.scheduled |= one.scheduled;
                last.error = last.error.take().or(one.error);
            }
            _ => merged.push(one),
        }
    }
    merged
}

/// The times at which a scheduled run should have left something. `attempts` are sorted.
fn missing(facts: &RunFacts, attempts: &[(Timestamp, bool)], now: Timestamp) -> Vec<Timestamp> {
    let mut missing = Vec::new();
    let oldest = now.checked_sub(LONGEST).unwrap_or(Timestamp::MIN);
    for (place, (since, schedule)) in facts.schedules.iter().enumerate() {
        let until = facts.schedules.get(place + 1).map_or(now, |(next, _)| *next).min(now);
        let grace = SignedDuration::from_mins(i64::from(schedule.interval_hours) * 15);
        let known = (*since).max(oldest);
        let mut from = known;
        // The times are counted from the day of each attempt.
        while let Some(slot) = next_slot(schedule, attempts, known, from) {
            if slot >= until {
                break;
            }
            let end = slot.checked_add(grace).unwrap_or(Timestamp::MAX);
            let after = next_slot(schedule, attempts, known, slot).unwrap_or(Timestamp::MAX);
            let from_slot = attempts.partition_point(|(at, _)| *at < slot);
            let ran = attempts[from_slot..]
                .iter()
                .take_while(|(at, _)| *at < after)
                .any(|(at, scheduled)| *scheduled || *at <= end);
            let would_be_known = facts.known.iter().any(|span| span.since <= slot && end <= span.until);
            if !ran && end <= now && would_be_known {
                missing.push(slot);
            }
            from = slot;
        }
    }
    missing
}

/// The first time after `from` of a schedule that is known since `since`: counted from the day of
/// the last attempt before, or from the day since when it is known.
fn next_slot(
    schedule: &Schedule,
    attempts: &[(Timestamp, bool)],
    since: Timestamp,
    from: Timestamp,
) -> Option<Timestamp> {
    let before = attempts.partition_point(|(at, _)| *at <= from);
    let last = before.checked_sub(1).and_then(|last| attempts.get(last)).map_or(since, |(at, _)| *at);
    // An interval that divides a day has the same times each day: yesterday is near enough, and its
    // last times are today.
    let divides_day = 24 % schedule.interval_hours.max(1) == 0;
    let yesterday = from.checked_sub(SignedDuration::from_hours(24)).ok();
    let counted_from = yesterday.filter(|_| divides_day && from > since).unwrap_or(last);
    slots(schedule, counted_from).find(|slot| *slot > from)
}

#[cfg(test)]
mod tests;
