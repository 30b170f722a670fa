//! Rules automatically, and sixty simulated days.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::*;
use crate::server::Schedule;

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;
/// 2026-03-01T00:00:00Z: Europe changes to summer time on the 29th.
const START: i64 = 1_772_323_200;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(START + seconds).expect("a time")
}

fn target() -> TargetSeen {
    TargetSeen {
        id: "t-1".into(),
        name: "NAS".into(),
        schedule: Schedule {
            enabled: true,
            interval_hours: 24,
            start_time: "03:00".into(),
            timezone: "Europe/Berlin".into(),
            retention_count: Some(30),
        },
        first_seen: at(0),
        last_success: None,
        last_failure: None,
        failure: None,
        newest_is_short: false,
        newest_is_bad: false,
        all_gone: false,
        sizes: Vec::new(),
        last_verified: None,
        certificate: None,
    }
}

fn kinds(target: TargetSeen, now: Timestamp) -> Vec<AlertKind> {
    let seen = ServerSeen { targets: vec![target], ..ServerSeen::default() };
    alerts(&seen, now).into_iter().map(|alert| alert.kind).collect()
}

#[test]
fn a_backup_is_overdue_after_one_and_a_quarter_intervals() {
    let made = TargetSeen { last_success: Some(at(0)), last_verified: Some(at(0)), ..target() };
    assert_eq!(kinds(made.clone(), at(30 * HOUR)), []);
    assert_eq!(kinds(made.clone(), at(30 * HOUR + 1)), [AlertKind::BackupOverdue]);
    let paused = TargetSeen { schedule: Schedule { enabled: false, ..made.schedule.clone() }, ..made };
    assert_eq!(kinds(paused, at(60 * HOUR)), []);
}

#[test]
fn a_failed_run_is_named_rather_than_the_missing_backup() {
    let failed = TargetSeen { last_success: Some(at(0)), last_failure: Some(at(DAY)), ..target() };
    assert_eq!(kinds(failed.clone(), at(3 * DAY)), [AlertKind::BackupFailed]);
    let again = TargetSeen { last_success: Some(at(2 * DAY)), last_verified: Some(at(2 * DAY)), ..failed };
    assert_eq!(kinds(again, at(3 * DAY)), []);
}

#[test]
fn a_backup_of_half_the_usual_size_is_an_alert_once_a_size_is_usual() {
    let sizes = |sizes: &[u64]| {
        let made = Some(at(0));
        kinds(
            TargetSeen { sizes: sizes.to_vec(), last_success: made, last_verified: made, ..target() },
            at(HOUR),
        )
    };
    assert_eq!(sizes(&[1000, 400]), []);
    assert_eq!(sizes(&[1000, 1010, 990, 505]), []);
    assert_eq!(sizes(&[1000, 1010, 990, 499]), [AlertKind::BackupShrank]);
    assert_eq!(sizes(&[1000, 1010, 990, 0]), [AlertKind::BackupEmpty]);
    assert_eq!(sizes(&[21]), [AlertKind::BackupEmpty]);
}

#[test]
fn a_backup_shorter_than_the_uploaded_one_is_an_alert() {
    let made = Some(at(0));
    let short = TargetSeen {
        sizes: vec![1000, 1000, 1000, 990],
        newest_is_short: true,
        last_success: made,
        last_verified: made,
        ..target()
    };
    assert_eq!(kinds(short.clone(), at(HOUR)), [AlertKind::BackupTruncated]);
    // What is empty is that, rather than short.
    assert_eq!(kinds(TargetSeen { sizes: vec![1000, 0], ..short }, at(HOUR)), [AlertKind::BackupEmpty]);
}

#[test]
fn bad_missing_unverified_and_expiring_items_are_alerts() {
    let good = TargetSeen { last_success: Some(at(0)), last_verified: Some(at(0)), ..target() };
    let with = |change: fn(&mut TargetSeen), now| {
        let mut changed = good.clone();
        change(&mut changed);
        kinds(changed, now)
    };
    assert_eq!(with(|_| {}, at(HOUR)), []);
    assert_eq!(with(|one| one.newest_is_bad = true, at(HOUR)), [AlertKind::BackupBad]);
    assert_eq!(with(|one| one.all_gone = true, at(HOUR)), [AlertKind::BackupsGone]);
    let ends = |days| Some(CertificateSeen { ends: at(days * DAY) });
    let with_certificate = |days| kinds(TargetSeen { certificate: ends(days), ..good.clone() }, at(0));
    assert_eq!(with_certificate(14), []);
    assert_eq!(with_certificate(13), [AlertKind::CertificateEnds]);
    assert_eq!(with_certificate(-1), [AlertKind::CertificateEnds]);
    let run = |days| TargetSeen { last_success: Some(at(days * DAY)), ..good.clone() };
    assert_eq!(kinds(run(8), at(8 * DAY)), []);
    assert_eq!(kinds(run(9), at(8 * DAY + 1)), [AlertKind::NotVerified]);
    let never = TargetSeen { last_verified: None, ..run(9) };
    assert_eq!(kinds(never, at(8 * DAY + 1)), [AlertKind::NotVerified], "since it was seen first");
}

#[test]
fn problems_of_the_whole_server_are_alerts() {
    let of = |seen: ServerSeen| alerts(&seen, at(0)).into_iter().map(|one| one.kind).collect::<Vec<_>>();
    let good = ServerSeen::default();
    assert_eq!(of(ServerSeen { repairers: Some(1), ..good.clone() }), []);
    assert_eq!(of(ServerSeen { repairers: Some(0), ..good.clone() }), [AlertKind::NobodyCanRepair]);
    assert_eq!(of(ServerSeen { secret_unsafe: true, ..good.clone() }), [AlertKind::SecretUnsafe]);
    let version = |text: &str| Some(text.to_owned());
    let updated = ServerSeen { version: version("2"), version_before: version("1"), ..good };
    assert_eq!(of(updated), [AlertKind::ServerUpdated]);
}

#[test]
fn the_icon_shows_running_work_then_the_worst_alert() {
    assert_eq!(Standing::of([], false), Standing::Good);
    assert_eq!(Standing::of([AlertKind::ServerUpdated], false), Standing::Good);
    assert_eq!(Standing::of([AlertKind::NotVerified], false), Standing::Attention);
    assert_eq!(Standing::of([AlertKind::NotVerified, AlertKind::BackupFailed], false), Standing::Failed);
    assert_eq!(Standing::of([AlertKind::BackupFailed], true), Standing::Working);
}

#[test]
fn a_new_version_is_reported_for_a_day() {
    let mut facts = ServerFacts::default();
    assert_eq!(facts.note_version(Some("2025.12.0".into()), at(0)), None);
    assert_eq!(facts.note_version(None, at(HOUR)), None, "a server that does not say has no other version");
    let before = Some("2025.12.0".to_owned());
    assert_eq!(facts.note_version(Some("2026.1.0".into()), at(2 * HOUR)), before);
    assert_eq!(facts.note_version(Some("2026.1.0".into()), at(DAY)), before);
    assert_eq!(facts.note_version(Some("2026.1.0".into()), at(DAY + 3 * HOUR)), None);
}

#[test]
fn certificates_are_checked_daily_and_forgotten_with_their_target() {
    let mut facts = ServerFacts::default();
    assert_eq!(facts.first_seen("t-1", at(0)), at(0));
    assert!(facts.certificate_is_due("t-1", at(0)));
    facts.note_certificate("t-1", Some(at(90 * DAY)), at(0));
    assert!(!facts.certificate_is_due("t-1", at(HOUR)));
    assert!(facts.certificate_is_due("t-1", at(DAY)));
    assert_eq!(facts.certificate("t-1"), Some(CertificateSeen { ends: at(90 * DAY) }));
    assert_eq!(facts.first_seen("t-1", at(DAY)), at(0));
    facts.keep_only(&["t-2"]);
    assert_eq!(facts, ServerFacts::default());
}

#[test]
fn each_alert_is_a_sentence_with_its_target() {
    let alert = Alert {
        id: "backup-failed:t-1".into(),
        kind: AlertKind::BackupFailed,
        target_id: Some("t-1".into()),
        target_name: Some("NAS".into()),
        cause: None,
    };
    assert_eq!(alert.sentence(), "The last backup to NAS failed.");
    let cause = Some(crate::server::error_from_target("WebDAV upload failed: 507"));
    let full = Alert { cause, ..alert.clone() }.sentence();
    assert_eq!(full, "The last backup to NAS failed. The target is full.");
    for kind in
        [AlertKind::SecretUnsafe, AlertKind::SignInNeeded, AlertKind::BackupsGone, AlertKind::ServerUpdated]
    {
        let sentence = Alert { kind, ..alert.clone() }.sentence();
        assert!(sentence.ends_with('.') && !sentence.starts_with(char::is_lowercase), "{sentence}");
    }
}

#[test]
fn quiet_hours_can_span_midnight() {
    let quiet = QuietHours { from: 22, until: 7 };
    let hour = |hour: i64| quiet.contains(at(hour * HOUR), &TimeZone::UTC);
    assert!(hour(22) && hour(23) && hour(0) && hour(6));
    assert!(!hour(7) && !hour(21));
    assert!(!QuietHours { from: 7, until: 7 }.contains(at(7 * HOUR), &TimeZone::UTC));
}

#[test]
fn checks_slow_down_while_a_server_is_down_and_wait_after_sleep() {
    let (pace, minute) = (Pace::default(), std::time::Duration::from_secs(60));
    assert_eq!(next_look(&pace, 0, 10 * minute, false), 20 * minute);
    assert_eq!(next_look(&pace, 0, 40 * minute, false), std::time::Duration::ZERO);
    assert_eq!(next_look(&pace, 1, 10 * minute, false), 50 * minute);
    assert_eq!(next_look(&pace, 30, std::time::Duration::ZERO, false), 240 * minute);
    assert_eq!(next_look(&pace, 3, 10 * minute, true), minute);
}

/// What the simulated server is like on one day.
#[derive(Clone, Copy, PartialEq)]
enum Day {
    Good,
    Fails,
    NoRun,
    Small,
    Away,
    SignedOut,
    NeedsRepair,
    /// The computer sleeps: no one looks.
    Asleep,
}

/// Sixty days, a look every half hour; returns day and alert of each notification.
fn simulate(day: impl Fn(i64) -> Day, quiet: Option<QuietHours>) -> Vec<(i64, AlertKind)> {
    let zone = TimeZone::get("Europe/Berlin").expect("a zone");
    let (mut memory, mut notified, mut server) = (AlertMemory::default(), Vec::new(), ServerSeen::default());
    server.targets.push(target());
    for half_hour in 0..60 * 48 {
        let now = at(half_hour * HOUR / 2);
        let (nth, kind) = (half_hour / 48, day(half_hour / 48));
        let local = now.to_zoned(zone.clone()).time();
        let target = &mut server.targets[0];
        // The server runs by its own clock, whatever this computer does.
        if (local.hour(), local.minute()) == (3, 0) {
            match kind {
                Day::Fails => target.last_failure = Some(now),
                Day::NoRun | Day::NeedsRepair => {}
                _ => {
                    target.last_success = Some(now);
                    target.sizes.push(if kind == Day::Small { 300 } else { 1000 });
                    target.last_verified = Some(now);
                }
            }
        }
        server.needs_repair = kind == Day::NeedsRepair;
        server.signed_out = kind == Day::SignedOut;
        if matches!(kind, Day::Away | Day::Asleep) {
            continue;
        }
        let seen = match kind {
            Day::SignedOut => ServerSeen { signed_out: true, ..ServerSeen::default() },
            Day::NeedsRepair => ServerSeen { needs_repair: true, ..ServerSeen::default() },
            _ => server.clone(),
        };
        let is_quiet = quiet.is_some_and(|quiet| quiet.contains(now, &zone));
        // What is kept between two looks survives a restart of the app.
        let kept = serde_json::to_string(&memory).expect("written");
        memory = serde_json::from_str(&kept).expect("read");
        for alert in memory.update(&alerts(&seen, now), now, is_quiet) {
            notified.push((nth, alert.kind));
        }
    }
    notified
}

#[test]
fn each_notification_is_sent_once_in_sixty_days() {
    let day = |nth| match nth {
        5..=7 => Day::Fails,
        12 | 13 => Day::NoRun,
        18 => Day::Away,
        20 => Day::Small,
        25..=26 => Day::SignedOut,
        30..=33 => Day::Asleep,
        40 => Day::NeedsRepair,
        _ => Day::Good,
    };
    let expected = [
        (5, AlertKind::BackupFailed),
        (12, AlertKind::BackupOverdue),
        (20, AlertKind::BackupShrank),
        (25, AlertKind::SignInNeeded),
        (40, AlertKind::SettingsNeedRepair),
        // The run that the repair prevented; over with the run at 3:00.
        (41, AlertKind::BackupOverdue),
    ];
    assert_eq!(simulate(day, None), expected);
    // At night nothing is notified. What lasts comes in the morning, once.
    let quiet = simulate(day, Some(QuietHours { from: 22, until: 8 }));
    assert_eq!(quiet, expected[..5]);
}

#[test]
fn clock_changes_alone_send_no_notification() {
    assert_eq!(simulate(|_| Day::Good, None), []);
}

#[test]
fn a_failure_after_a_success_is_a_new_notification() {
    let day = |nth| if nth % 10 == 5 { Day::Fails } else { Day::Good };
    let failed: Vec<i64> = simulate(day, None).into_iter().map(|(nth, _)| nth).collect();
    assert_eq!(failed, [5, 15, 25, 35, 45, 55]);
}

proptest! {
    #[test]
    fn nothing_is_notified_twice_while_it_lasts(looks in prop::collection::vec((0i64..48, any::<bool>()), 1..60)) {
        let alert = Alert { id: "x".into(), kind: AlertKind::BackupFailed, target_id: None, target_name: None, cause: None };
        let (mut memory, mut now, mut notified) = (AlertMemory::default(), at(0), 0);
        for (hours, is_quiet) in looks {
            now = now.checked_add(SignedDuration::from_hours(hours)).expect("a time");
            notified += memory.update(std::slice::from_ref(&alert), now, is_quiet).len();
        }
        prop_assert!(notified <= 1);
        prop_assert_eq!(memory.current().count(), 1);
    }
}
