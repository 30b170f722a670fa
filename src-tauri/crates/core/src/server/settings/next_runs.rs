//! When the server backs up next automatically (PROTOCOL section 5).

use jiff::civil::{DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use crate::server::model::{Schedule, TargetRuntime};

/// The next times the server backs up automatically: every so many hours by the clock
/// of the target's zone, counted from the start time of the day of the last try
/// (today's, when there was none). Empty when the schedule is off or not valid.
pub fn next_runs(
    schedule: &Schedule,
    runtime: &TargetRuntime,
    now: Timestamp,
    count: usize,
) -> Vec<Timestamp> {
    let last = runtime.last_attempt_at.as_deref().and_then(|at| at.parse::<Timestamp>().ok());
    slots(schedule, last.unwrap_or(now)).filter(|at| *at > now).take(count).collect()
}

/// The times of a schedule, counted from the start time of the day of `from`: some may be before
/// it. None when the schedule is off or not valid.
pub fn slots(schedule: &Schedule, from: Timestamp) -> impl Iterator<Item = Timestamp> + use<> {
    let hours = i64::from(schedule.interval_hours);
    let is_valid = schedule.enabled && (1..=99).contains(&hours);
    let zone = TimeZone::get(&schedule.timezone).ok().filter(|_| is_valid);
    let first = zone.zip(Time::strptime("%H:%M", &schedule.start_time).ok()).map(|(zone, start)| {
        let day = from.to_zoned(zone.clone()).date();
        (zone, DateTime::from_parts(day, start))
    });
    let step = Span::new().hours(hours);
    let mut next = first;
    std::iter::from_fn(move || {
        let (zone, slot) = next.take()?;
        // A zone without that hour on that day runs an hour later, as clocks do.
        let at = zone.to_timestamp(slot).ok()?;
        next = slot.checked_add(step).ok().map(|slot| (zone, slot));
        Some(at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(every: u32, start: &str, zone: &str, last: Option<&str>, now: &str) -> Vec<String> {
        let schedule = Schedule {
            enabled: true,
            interval_hours: every,
            start_time: start.into(),
            timezone: zone.into(),
            retention_count: None,
        };
        let runtime = TargetRuntime { last_attempt_at: last.map(str::to_owned), ..TargetRuntime::default() };
        let now = now.parse().expect("a time");
        next_runs(&schedule, &runtime, now, 3).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_daily_backup_is_at_its_time_of_day_in_the_targets_zone() {
        assert_eq!(
            runs(24, "03:00", "Asia/Shanghai", None, "2026-11-22T19:30:00Z"),
            ["2026-11-23T19:00:00Z", "2026-11-24T19:00:00Z", "2026-11-25T19:00:00Z"]
        );
    }

    #[test]
    fn the_time_of_day_stays_when_clocks_change() {
        assert_eq!(
            runs(24, "03:30", "Europe/Berlin", None, "2026-10-24T00:00:00Z"),
            ["2026-10-24T01:30:00Z", "2026-10-25T02:30:00Z", "2026-10-26T02:30:00Z"]
        );
        // On this night there is no 02:30.
        assert_eq!(
            runs(24, "02:30", "Europe/Berlin", None, "2026-03-28T12:00:00Z")[0],
            "2026-03-29T01:30:00Z"
        );
    }

    #[test]
    fn several_a_day_are_counted_from_the_start_time() {
        assert_eq!(
            runs(6, "03:00", "UTC", None, "2026-11-22T10:00:00Z"),
            ["2026-11-22T15:00:00Z", "2026-11-22T21:00:00Z", "2026-11-23T03:00:00Z"]
        );
    }

    #[test]
    fn longer_intervals_are_counted_from_the_day_of_the_last_try() {
        assert_eq!(
            runs(48, "03:00", "UTC", Some("2026-11-21T03:00:04Z"), "2026-11-22T10:00:00Z"),
            ["2026-11-23T03:00:00Z", "2026-11-25T03:00:00Z", "2026-11-27T03:00:00Z"]
        );
    }

    #[test]
    fn an_invalid_schedule_has_no_next_run() {
        assert!(runs(24, "25:00", "UTC", None, "2026-11-22T10:00:00Z").is_empty());
        assert!(runs(24, "03:00", "Mars/Olympus", None, "2026-11-22T10:00:00Z").is_empty());
        assert!(runs(0, "03:00", "UTC", None, "2026-11-22T10:00:00Z").is_empty());
        assert!(runs(100, "03:00", "UTC", None, "2026-11-22T10:00:00Z").is_empty());
    }
}
