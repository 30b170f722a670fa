use proptest::prelude::*;

use super::*;

fn at(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

fn daily(time: &str, zone: &str) -> DeskSchedule {
    DeskSchedule::Daily { at: time.into(), zone: zone.into() }
}

fn past(planned: &str, last: Option<&str>) -> Past {
    let last = last.map(at);
    Past {
        planned_from: at(planned),
        last_attempt: last,
        last_ended: last,
        failures: 0,
        lacked_person: false,
    }
}

fn next(schedule: &DeskSchedule, past: &Past, now: &str) -> NextRun {
    next_run(schedule, past, true, at(now))
}

#[test]
fn a_daily_backup_waits_for_its_time_of_day() {
    let schedule = daily("03:00", "Europe/Berlin");
    let new = past("2026-11-28T12:00:00Z", None);
    assert_eq!(next(&schedule, &new, "2026-11-28T12:00:01Z"), NextRun::At(at("2026-11-29T02:00:00Z")));
    assert_eq!(next(&schedule, &new, "2026-11-29T02:00:00Z"), NextRun::Now);
    let done = past("2026-11-28T12:00:00Z", Some("2026-11-29T02:00:05Z"));
    assert_eq!(next(&schedule, &done, "2026-11-29T02:01:00Z"), NextRun::At(at("2026-11-30T02:00:00Z")));
}

#[test]
fn an_interval_starts_immediately_and_counts_from_the_last_backup() {
    let schedule = DeskSchedule::Every { hours: 6 };
    assert_eq!(next(&schedule, &past("2026-11-28T12:00:00Z", None), "2026-11-28T12:00:00Z"), NextRun::Now);
    let done = past("2026-11-28T12:00:00Z", Some("2026-11-28T12:00:10Z"));
    assert_eq!(next(&schedule, &done, "2026-11-28T13:00:00Z"), NextRun::At(at("2026-11-28T18:00:10Z")));
}

#[test]
fn missed_nightly_backups_are_made_up_once() {
    let schedule = daily("03:00", "UTC");
    let asleep = past("2026-11-01T00:00:00Z", Some("2026-11-20T03:00:00Z"));
    assert_eq!(next(&schedule, &asleep, "2026-11-28T09:00:00Z"), NextRun::Now);
    let caught_up = past("2026-11-01T00:00:00Z", Some("2026-11-28T09:00:00Z"));
    assert_eq!(next(&schedule, &caught_up, "2026-11-28T09:00:30Z"), NextRun::At(at("2026-11-29T03:00:00Z")));
}

#[test]
fn the_time_of_day_stays_when_clocks_change() {
    let schedule = daily("02:30", "Europe/Berlin");
    // On this night there is no 02:30.
    let spring = past("2026-03-01T00:00:00Z", Some("2026-03-28T01:30:00Z"));
    assert_eq!(next(&schedule, &spring, "2026-03-28T12:00:00Z"), NextRun::At(at("2026-03-29T01:30:00Z")));
    // On this night there are two: one backup is made.
    let autumn = past("2026-10-01T00:00:00Z", Some("2026-10-24T00:30:00Z"));
    assert_eq!(next(&schedule, &autumn, "2026-10-24T12:00:00Z"), NextRun::At(at("2026-10-25T00:30:00Z")));
    let first = past("2026-10-01T00:00:00Z", Some("2026-10-25T00:30:00Z"));
    assert_eq!(next(&schedule, &first, "2026-10-25T01:30:00Z"), NextRun::At(at("2026-10-26T01:30:00Z")));
}

#[test]
fn a_failed_backup_is_tried_again_later_each_time() {
    let schedule = daily("03:00", "UTC");
    let mut failed = past("2026-11-01T00:00:00Z", Some("2026-11-28T03:00:00Z"));
    for (failures, again) in [(1, "03:05:00"), (2, "03:10:00"), (3, "03:20:00"), (20, "09:00:00")] {
        failed.failures = failures;
        let again = NextRun::At(at(&format!("2026-11-28T{again}Z")));
        assert_eq!(next(&schedule, &failed, "2026-11-28T03:00:01Z"), again, "{failures}");
    }
    // The regular time comes first when it is nearer.
    let mut late = past("2026-11-01T00:00:00Z", Some("2026-11-29T02:59:00Z"));
    late.failures = 20;
    assert_eq!(next(&schedule, &late, "2026-11-29T02:59:30Z"), NextRun::At(at("2026-11-29T03:00:00Z")));
}

#[test]
fn a_backup_that_was_killed_is_tried_again() {
    let schedule = daily("03:00", "UTC");
    let mut killed = past("2026-11-01T00:00:00Z", Some("2026-11-28T03:00:00Z"));
    killed.last_ended = Some(at("2026-11-27T03:00:09Z"));
    assert_eq!(next(&schedule, &killed, "2026-11-28T03:04:00Z"), NextRun::At(at("2026-11-28T03:05:00Z")));
    assert_eq!(next(&schedule, &killed, "2026-11-28T08:00:00Z"), NextRun::Now);
}

#[test]
fn without_the_master_password_it_waits_and_then_starts() {
    let schedule = daily("03:00", "UTC");
    let mut locked = past("2026-11-01T00:00:00Z", Some("2026-11-28T03:00:00Z"));
    (locked.failures, locked.lacked_person) = (1, true);
    for now in ["2026-11-28T03:06:00Z", "2026-11-30T12:00:00Z"] {
        assert_eq!(next_run(&schedule, &locked, false, at(now)), NextRun::WaitsForPerson);
        assert_eq!(next_run(&schedule, &locked, true, at(now)), NextRun::Now);
    }
}

#[test]
fn a_clock_that_was_set_back_neither_repeats_nor_stops_backups() {
    let schedule = daily("03:00", "UTC");
    // It was made by a clock that ran a year ahead.
    let ahead = past("2027-11-01T00:00:00Z", Some("2027-11-28T03:00:00Z"));
    let now = "2026-11-28T12:00:00Z";
    assert_eq!(next(&schedule, &ahead, now), NextRun::At(at("2026-11-29T03:00:00Z")));
    let noted = ahead.by_clock(at(now));
    assert_eq!(next(&schedule, &noted, "2026-11-29T03:00:00Z"), NextRun::Now);
}

#[test]
fn an_invalid_schedule_is_never_due() {
    let new = past("2026-11-28T12:00:00Z", None);
    for schedule in [
        DeskSchedule::Off,
        DeskSchedule::Every { hours: 0 },
        DeskSchedule::Every { hours: 100 },
        daily("25:00", "UTC"),
        daily("03:00", "Mars/Olympus"),
    ] {
        assert_eq!(next(&schedule, &new, "2027-11-28T12:00:00Z"), NextRun::Never, "{schedule:?}");
    }
}

fn schedules() -> impl Strategy<Value = DeskSchedule> {
    let zones = prop::sample::select(vec!["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]);
    let daily = (0_u8..24, 0_u8..60, zones);
    prop_oneof![
        (1_u32..=99).prop_map(|hours| DeskSchedule::Every { hours }),
        daily.prop_map(|(hour, minute, zone)| DeskSchedule::Daily {
            at: format!("{hour:02}:{minute:02}"),
            zone: zone.into(),
        }),
    ]
}

proptest! {
    /// A computer that is awake now and then, over half a year with both changes of the clocks.
    #[test]
    fn backups_are_neither_duplicated_nor_skipped(
        schedule in schedules(),
        begin in 0_i64..(180 * 24 * 60),
        looks in prop::collection::vec((1_i64..(40 * 60), any::<bool>()), 1..120),
    ) {
        let planned = at("2026-01-15T00:00:00Z") + SignedDuration::from_mins(begin);
        let mut past = Past {
            planned_from: planned, last_attempt: None, last_ended: None, failures: 0, lacked_person: false,
        };
        let mut now = planned;
        let mut regular = Vec::new();
        for (minutes, fails) in looks {
            now += SignedDuration::from_mins(minutes);
            let before = past.clone();
            match next_run(&schedule, &past, true, now) {
                NextRun::Now => {
                    if before.failures == 0 {
                        regular.push(now);
                    }
                    past.last_attempt = Some(now);
                    past.last_ended = Some(now);
                    past.failures = if fails { past.failures + 1 } else { 0 };
                    // Right after a backup nothing is due.
                    let after = next_run(&schedule, &past, true, now);
                    prop_assert!(matches!(after, NextRun::At(next) if next > now), "{after:?}");
                }
                NextRun::At(next) => {
                    prop_assert!(next > now);
                    // Never further away than the schedule and a change of the clocks.
                    let longest = match &schedule {
                        DeskSchedule::Every { hours } => SignedDuration::from_hours(i64::from(*hours)),
                        _ => SignedDuration::from_hours(26),
                    };
                    prop_assert!(next.duration_since(now) <= longest);
                }
                other => prop_assert!(false, "{other:?}"),
            }
        }
        // Two regular backups are never nearer to each other than the interval.
        if let DeskSchedule::Every { hours } = schedule {
            for pair in regular.windows(2) {
                prop_assert!(pair[1].duration_since(pair[0]) >= SignedDuration::from_hours(i64::from(hours)));
            }
        }
    }

    /// Whatever the clock was set to: once it runs, a backup is made within a day and an hour or two.
    #[test]
    fn no_clock_change_stops_a_schedule(
        schedule in schedules(),
        jumps in prop::collection::vec(-400_i64..400, 1..6),
    ) {
        let mut now = at("2026-06-01T00:00:00Z");
        let mut past = Past {
            planned_from: now, last_attempt: None, last_ended: None, failures: 0, lacked_person: false,
        };
        for days in jumps {
            now += SignedDuration::from_hours(24 * days);
            past = past.by_clock(now);
            let mut made = false;
            // Checked every half hour.
            for _ in 0..(2 * 101) {
                if next_run(&schedule, &past, true, now) == NextRun::Now {
                    (past.last_attempt, past.last_ended, made) = (Some(now), Some(now), true);
                }
                now += SignedDuration::from_mins(30);
            }
            prop_assert!(made);
        }
    }
}
