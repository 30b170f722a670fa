//! The strip of runs: what is missing, what is the same, and days on which clocks change.

use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::*;

fn at(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

fn schedule(every: u32, start: &str, zone: &str) -> Schedule {
    Schedule {
        enabled: true,
        interval_hours: every,
        start_time: start.into(),
        timezone: zone.into(),
        retention_count: None,
    }
}

fn made(at: Timestamp) -> Made {
    Made { at, file_name: None, state: BackupState::NotChecked, scheduled: false }
}

/// Everything is known from `since` until `until`.
fn facts(schedule: Schedule, since: &str, until: &str, made: Vec<Made>) -> RunFacts {
    let span = Span { since: at(since), until: at(until) };
    RunFacts { made, failed: Vec::new(), schedules: vec![(at(since), schedule)], known: vec![span] }
}

fn outcomes(facts: &RunFacts, now: &str) -> Vec<(String, RunOutcome)> {
    last_runs(facts, at(now)).into_iter().map(|run| (run.at, run.outcome)).collect()
}

#[test]
fn a_target_without_runs_has_an_empty_strip() {
    assert_eq!(last_runs(&RunFacts::default(), at("2026-03-01T00:00:00Z")), []);
}

#[test]
fn a_scheduled_run_without_a_trace_is_missing_after_a_quarter_interval() {
    let ran = vec![made(at("2026-03-01T03:00:09Z")), made(at("2026-03-03T03:00:07Z"))];
    let known = facts(schedule(24, "03:00", "UTC"), "2026-03-01T00:00:00Z", "2026-03-05T00:00:00Z", ran);
    let missing = ("2026-03-02T03:00:00Z".to_owned(), RunOutcome::Missing);
    let shown = outcomes(&known, "2026-03-04T08:59:00Z");
    assert_eq!(
        shown.iter().map(|(_, outcome)| *outcome).collect::<Vec<_>>(),
        [RunOutcome::Made, RunOutcome::Missing, RunOutcome::Made]
    );
    assert_eq!(shown[1], missing);
    assert_eq!(outcomes(&known, "2026-03-04T09:00:00Z").len(), 4, "six hours late");
}

#[test]
fn no_run_is_missing_while_runs_are_not_recorded() {
    let mut known =
        facts(schedule(24, "03:00", "UTC"), "2026-03-01T00:00:00Z", "2026-03-03T00:00:00Z", Vec::new());
    assert_eq!(outcomes(&known, "2026-03-20T00:00:00Z").len(), 2, "until it was last looked at");
    known.known.clear();
    assert_eq!(outcomes(&known, "2026-03-20T00:00:00Z"), []);
}

#[test]
fn a_later_manual_run_does_not_replace_the_scheduled_run() {
    let late = Made { scheduled: false, ..made(at("2026-03-01T14:00:00Z")) };
    let known = facts(
        schedule(24, "03:00", "UTC"),
        "2026-03-01T00:00:00Z",
        "2026-03-02T00:00:00Z",
        vec![late.clone()],
    );
    let shown = outcomes(&known, "2026-03-02T00:00:00Z");
    assert_eq!(shown[0].1, RunOutcome::Missing);
    let by_server = facts(
        schedule(24, "03:00", "UTC"),
        "2026-03-01T00:00:00Z",
        "2026-03-02T00:00:00Z",
        vec![Made { scheduled: true, ..late }],
    );
    assert_eq!(outcomes(&by_server, "2026-03-02T00:00:00Z").len(), 1, "the server was late");
}

#[test]
fn a_failed_run_is_not_missing_and_is_shown_once_with_its_cause() {
    let mut known =
        facts(schedule(24, "03:00", "UTC"), "2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z", Vec::new());
    let error = crate::server::error_from_target("WebDAV upload failed: 507");
    known.failed = vec![
        Failed { at: at("2026-03-01T03:00:40Z"), error: None, scheduled: false },
        Failed { at: at("2026-03-01T03:01:10Z"), error: Some(error.clone()), scheduled: true },
    ];
    let runs = last_runs(&known, at("2026-03-02T00:00:00Z"));
    assert_eq!(runs.len(), 1, "{runs:?}");
    assert_eq!((runs[0].outcome, runs[0].error.as_ref()), (RunOutcome::Failed, Some(&error)));
}

#[test]
fn a_backup_shows_whether_it_was_verified_or_is_bad() {
    let states = [
        (BackupState::Verified, RunOutcome::Verified),
        (BackupState::NotChecked, RunOutcome::Made),
        (BackupState::AttachmentsMissing, RunOutcome::Made),
        (BackupState::Damaged, RunOutcome::Bad),
        (BackupState::Refused, RunOutcome::Bad),
    ];
    for (state, outcome) in states {
        let known = RunFacts {
            made: vec![Made { state, ..made(at("2026-03-01T03:00:00Z")) }],
            ..RunFacts::default()
        };
        assert_eq!(last_runs(&known, at("2026-03-02T00:00:00Z"))[0].outcome, outcome, "{state:?}");
    }
}

#[test]
fn a_changed_schedule_is_checked_only_since_the_change() {
    let mut known =
        facts(schedule(24, "03:00", "UTC"), "2026-03-01T00:00:00Z", "2026-03-04T00:00:00Z", Vec::new());
    let off = Schedule { enabled: false, ..schedule(24, "03:00", "UTC") };
    known.schedules.push((at("2026-03-02T00:00:00Z"), off));
    known.schedules.push((at("2026-03-03T00:00:00Z"), schedule(24, "12:00", "UTC")));
    let shown: Vec<String> = outcomes(&known, "2026-03-04T00:00:00Z").into_iter().map(|(at, _)| at).collect();
    assert_eq!(shown, ["2026-03-01T03:00:00Z", "2026-03-03T12:00:00Z"]);
}

/// Runs of so many days at their times of day, but for those in `left_out`; checks that exactly
/// those are missing.
fn only_these_are_missing(schedule: &Schedule, since: Timestamp, days: i64, left_out: &[usize]) {
    let until = since.checked_add(SignedDuration::from_hours(days * 24)).expect("a time");
    let times: Vec<Timestamp> =
        slots(schedule, since).filter(|slot| *slot > since).take_while(|slot| *slot < until).collect();
    let mut distinct = times.clone();
    distinct.dedup();
    let left_out: Vec<Timestamp> = left_out.iter().map(|place| distinct[place % distinct.len()]).collect();
    let ran = distinct.iter().filter(|slot| !left_out.contains(slot));
    // A run takes some seconds, and its name has its beginning.
    let made = ran.map(|slot| made(*slot + SignedDuration::from_secs(7))).collect();
    let now = until.checked_add(SignedDuration::from_hours(100)).expect("a time");
    let known = RunFacts {
        made,
        failed: Vec::new(),
        schedules: vec![(since, schedule.clone()), (until, Schedule { enabled: false, ..schedule.clone() })],
        known: vec![Span { since, until: now }],
    };
    let runs = last_runs(&known, now);
    let shown: Vec<Timestamp> = runs
        .iter()
        .filter(|run| run.outcome == RunOutcome::Missing)
        .map(|run| run.at.parse().expect("a time"))
        .collect();
    let cut: Timestamp = runs.first().map_or(now, |run| run.at.parse().expect("a time"));
    let mut expected = left_out;
    expected.sort_unstable();
    expected.dedup();
    expected.retain(|slot| *slot >= cut);
    assert_eq!(shown, expected, "{schedule:?} since {since}");
    assert!(runs.len() <= SHOWN);
}

proptest! {
    #[test]
    fn exactly_the_skipped_runs_are_missing_even_across_clock_changes(
        every in prop::sample::select(vec![1u32, 2, 3, 4, 6, 8, 12, 24]),
        hour in 0u8..24,
        minute in prop::sample::select(vec![0u8, 30]),
        zone in prop::sample::select(vec!["UTC", "Europe/Berlin", "America/New_York", "Asia/Shanghai", "Australia/Lord_Howe"]),
        // Days in spring and autumn of 2026, around each change of clocks.
        start in prop::sample::select(vec!["2026-03-05", "2026-03-26", "2026-04-02", "2026-10-01", "2026-10-22", "2026-10-30"]),
        days in 3i64..12,
        left_out in prop::collection::vec(0usize..400, 0..4),
    ) {
        let schedule = schedule(every, &format!("{hour:02}:{minute:02}"), zone);
        let date: jiff::civil::Date = start.parse().expect("a date");
        let zone = TimeZone::get(zone).expect("a zone");
        let since = date.to_zoned(zone).expect("a time").timestamp();
        only_these_are_missing(&schedule, since, days, &left_out);
    }
}
