//! The table: evidence, diagnosis, next step.

use super::*;
use crate::error::TargetDetail;

/// What was found, in one line: the kind and how sure it is, the cause and how sure
/// that is, the next step and what else may be right.
fn found(seen: &Evidence) -> Vec<String> {
    let word = |value: &dyn std::fmt::Debug| format!("{value:?}");
    diagnose(seen)
        .findings
        .iter()
        .map(|one| {
            let cause = one.cause.map_or(String::new(), |cause| {
                let sure = one.cause_certainty.map_or("?".into(), |sure| word(&sure));
                format!(" by {cause:?} {sure}")
            });
            let next = one.next.map_or("None".into(), |next| word(&next));
            let also = one.also.iter().map(|step| format!("/{step:?}")).collect::<String>();
            format!("{:?} {:?}{cause} -> {next}{also}", one.kind, one.certainty)
        })
        .collect()
}

#[test]
fn each_evidence_has_its_diagnosis_and_its_next_step() {
    let with = |base: fn() -> Evidence, change: fn(&mut Evidence)| {
        let mut seen = base();
        change(&mut seen);
        seen
    };
    let refused = || {
        let mut seen = unreadable();
        seen.token = Seen::As(TokenSeen::RefusedEarly(time("2026-11-26T11:00:00Z")));
        seen.refresh = Seen::As(true);
        seen
    };
    let log_without_restore = |seen: &mut Evidence| {
        seen.audit = Seen::As(vec![
            event(AuditKind::Run, "2026-11-25T03:00:00Z", true),
            event(AuditKind::Run, "2026-11-20T03:00:00Z", false),
            event(AuditKind::Restore, "2026-11-01T03:00:00Z", false),
        ]);
        seen.audit_is_whole = true;
    };
    let table: Vec<(&str, Evidence, &[&str])> = vec![
        ("all is well", healthy(), &[]),
        (
            "the server says that its secret is missing",
            with(evidence, |seen| seen.bootstrap = Seen::As(Some(JwtUnsafe::Missing))),
            &["JwtSecretMissing Proven -> Secret"],
        ),
        (
            "or too short",
            with(evidence, |seen| seen.bootstrap = Seen::As(Some(JwtUnsafe::TooShort))),
            &["JwtSecretTooShort Proven -> Secret"],
        ),
        (
            "the token of before is refused, and the session goes on",
            refused(),
            &[
                "JwtSecretChanged Proven -> Secret",
                "SettingsNeedRepair Proven by SecretChanged Proven -> Secret",
            ],
        ),
        (
            "the session is over as well: nothing tells",
            {
                let mut seen = refused();
                seen.refresh = Seen::As(false);
                seen
            },
            &["SettingsNeedRepair Proven by NotKnown ? -> Repair/Secret"],
        ),
        (
            "the token of before is taken: a restore that nobody wrote down",
            with(unreadable, |seen| seen.token = Seen::As(TokenSeen::Accepted)),
            &["SettingsNeedRepair Proven by AfterRestore Likely -> Repair/Secret"],
        ),
        (
            "the app came back after the change: its token is of the secret of now",
            with(unreadable, |seen| seen.token = Seen::As(TokenSeen::GivenSince)),
            &["SettingsNeedRepair Proven by NotKnown ? -> Repair/Secret"],
        ),
        (
            "and the log names no restore since the last good run",
            {
                let mut seen = unreadable();
                seen.token = Seen::As(TokenSeen::GivenSince);
                log_without_restore(&mut seen);
                seen
            },
            &["SettingsNeedRepair Proven by SecretChanged Likely -> Secret/Repair"],
        ),
        (
            "a log that was not read to where it matters does not tell",
            {
                let mut seen = unreadable();
                log_without_restore(&mut seen);
                seen.audit_is_whole = false;
                seen
            },
            &["SettingsNeedRepair Proven by NotKnown ? -> Repair/Secret"],
        ),
        (
            "a password change ends the token, too",
            with(unreadable, |seen| {
                seen.token = Seen::As(TokenSeen::EndedOtherwise);
                seen.refresh = Seen::As(true);
            }),
            &["SettingsNeedRepair Proven by NotKnown ? -> Repair/Secret"],
        ),
        (
            "the log names a restore",
            with(unreadable, |seen| {
                seen.audit = Seen::As(vec![event(AuditKind::Restore, "2026-11-25T09:00:00Z", false)]);
            }),
            &["SettingsNeedRepair Proven by AfterRestore Proven -> Repair"],
        ),
        (
            "a restore of before the settings were readable is none",
            with(unreadable, |seen| {
                seen.audit = Seen::As(vec![event(AuditKind::Restore, "2026-11-19T09:00:00Z", false)]);
            }),
            &["SettingsNeedRepair Proven by NotKnown ? -> Repair/Secret"],
        ),
        (
            "this app restored",
            with(unreadable, |seen| seen.restored_here = Some(restored("2026-11-25T09:00:00Z", true))),
            &["SettingsNeedRepair Proven by AfterRestore Proven -> Repair"],
        ),
        (
            "this app restored, and the connection died",
            with(unreadable, |seen| seen.restored_here = Some(restored("2026-11-25T09:00:00Z", false))),
            &["SettingsNeedRepair Proven by AfterRestore Likely -> Repair/Secret"],
        ),
        (
            "the log shows readable settings after that restore",
            with(unreadable, |seen| {
                seen.restored_here = Some(restored("2026-11-21T09:00:00Z", true));
                seen.audit =
                    Seen::As(vec![event(AuditKind::SettingsRepaired, "2026-11-22T09:00:00Z", false)]);
                seen.audit_is_whole = true;
            }),
            &["SettingsNeedRepair Proven by SecretChanged Likely -> Secret/Repair"],
        ),
        (
            "the portable part is not there",
            with(unreadable, |seen| seen.portable = Seen::As(PortableSeen::Absent)),
            &[
                "SettingsNeedRepair Proven by NotKnown ? -> Offline/Secret",
                "PortablePartAbsent Proven -> Offline",
            ],
        ),
        (
            "or wrapped for nobody",
            with(unreadable, |seen| seen.portable = Seen::As(PortableSeen::WrappedFor(Vec::new()))),
            &[
                "SettingsNeedRepair Proven by NotKnown ? -> Offline/Secret",
                "PortablePartWithoutWraps Proven -> Offline",
            ],
        ),
        (
            "or for another administrator only",
            with(unreadable, |seen| {
                seen.portable = Seen::As(PortableSeen::WrappedFor(vec!["user-other".into()]));
            }),
            &[
                "SettingsNeedRepair Proven by NotKnown ? -> Offline/Secret",
                "NoWrapForMe Proven -> Offline",
                "OneCanRepair Proven -> None",
            ],
        ),
        (
            "or for one who is not there any more, after the secret was changed: the old one brings all back",
            {
                let mut seen = refused();
                seen.portable = Seen::As(PortableSeen::WrappedFor(vec!["user-gone".into()]));
                seen
            },
            &[
                "JwtSecretChanged Proven -> Secret",
                "SettingsNeedRepair Proven by SecretChanged Proven -> Secret/Offline",
                "NoWrapForMe Proven -> Offline",
                "NoneCanRepair Proven -> Offline",
            ],
        ),
        (
            "a backup tells that only one could repair, before anything happens",
            with(healthy, |seen| seen.backup = Some(told_by_backup())),
            &["OneCanRepair Likely -> None"],
        ),
        (
            "that is no news once the secret is missing",
            with(evidence, |seen| {
                seen.bootstrap = Seen::As(Some(JwtUnsafe::Missing));
                seen.backup = Some(told_by_backup());
            }),
            &["JwtSecretMissing Proven -> Secret"],
        ),
        (
            "a changed secret under settings that are readable needs nothing",
            with(healthy, |seen| {
                seen.token = Seen::As(TokenSeen::RefusedEarly(time(NOW)));
                seen.refresh = Seen::As(true);
            }),
            &["JwtSecretChanged Proven -> None"],
        ),
    ];
    for (evidence, seen, expected) in table {
        assert_eq!(found(&seen), expected, "{evidence}");
    }
}

#[test]
fn an_unreachable_server_is_reported_as_unknown() {
    let mut seen = Evidence::new("profile", "https://vault.example.org", time(NOW));
    seen.bootstrap = Seen::Failed(TargetDetail::StorageTimedOut.error());
    let diagnosis = diagnose(&seen);
    assert_eq!(diagnosis.findings, []);
    let bootstrap =
        diagnosis.checked.iter().find(|one| one.what == EvidenceKind::WebBootstrap).expect("listed");
    assert_eq!(bootstrap.answer, CheckedAnswer::NotKnown);
}

#[test]
fn backups_are_stopped_since_the_oldest_known_failure() {
    let since = |whole: bool| {
        let mut seen = unreadable();
        seen.audit = Seen::As(vec![
            event(AuditKind::Run, "2026-11-25T03:00:00Z", true),
            event(AuditKind::Run, "2026-11-24T03:00:00Z", true),
        ]);
        seen.audit_is_whole = whole;
        let diagnosis = diagnose(&seen);
        let affected = &diagnosis.finding(FindingKind::SettingsNeedRepair).expect("found").affected;
        let scheduled = affected.iter().find_map(|one| match one {
            Affected::ScheduledBackups { since, since_at_least, .. } => {
                Some((since.clone(), *since_at_least))
            }
            _ => None,
        });
        scheduled.expect("scheduled backups are affected")
    };
    let oldest = Some("2026-11-24T03:00:00Z".to_owned());
    assert_eq!(since(true), (oldest.clone(), false));
    assert_eq!(since(false), (oldest, true));
}

#[test]
fn only_scheduled_runs_are_reported_as_scheduled() {
    for (scheduled, detail) in [(true, FactDetail::RunFailedInLog), (false, FactDetail::ManualRunFailedInLog)]
    {
        let mut seen = unreadable();
        let failed = AuditEvent { scheduled, ..event(AuditKind::Run, "2026-11-25T03:00:00Z", true) };
        seen.audit = Seen::As(vec![failed]);
        let diagnosis = diagnose(&seen);
        let finding = diagnosis.finding(FindingKind::SettingsNeedRepair).expect("found");
        assert!(finding.evidence.iter().any(|fact| fact.detail == detail), "{finding:?}");
    }
}

fn restored(at: &str, is_certain: bool) -> RestoredHere {
    RestoredHere { at: at.into(), name: "backup.zip".into(), is_certain }
}

fn told_by_backup() -> BackupTells {
    let repairable_by = vec![format!("{ME}@example.org")];
    BackupTells { name: "backup.zip".into(), exported_at: None, repairable_by }
}

/// The results for a place that can be checked.
fn looked(seen: &Evidence, what: EvidenceKind) -> (CheckedAnswer, Option<NotLooked>) {
    let said = checked(seen).into_iter().find(|one| one.what == what).expect("listed");
    (said.answer, said.not_looked)
}

#[test]
fn a_session_that_responds_works_without_renewal() {
    let mut seen = healthy();
    seen.not_looked_inside(NotLooked::NotNeeded);
    seen.conclude_session();
    assert_eq!(looked(&seen, EvidenceKind::Refresh), (CheckedAnswer::Ok, None));
    let portable = looked(&seen, EvidenceKind::PortablePart);
    assert_eq!(portable, (CheckedAnswer::NotNeeded, Some(NotLooked::NotNeeded)));

    let mut over = evidence();
    over.settings = Seen::Failed(session_over());
    over.conclude_session();
    assert_eq!(looked(&over, EvidenceKind::Refresh), (CheckedAnswer::Bad, None));

    let mut silent = evidence();
    silent.settings = Seen::Failed(TargetDetail::StorageTimedOut.error());
    silent.conclude_session();
    let refresh = looked(&silent, EvidenceKind::Refresh);
    assert_eq!(refresh, (CheckedAnswer::NotKnown, Some(NotLooked::NoAnswer)));
}

#[test]
fn a_needed_portable_part_says_whether_it_opens() {
    let seen = unreadable();
    assert_eq!(looked(&seen, EvidenceKind::PortablePart), (CheckedAnswer::Ok, None));
}

#[test]
fn reasons_for_not_checking_are_distinguished() {
    let nobody = evidence();
    for what in
        [EvidenceKind::Refresh, EvidenceKind::Settings, EvidenceKind::PortablePart, EvidenceKind::AuditLog]
    {
        let said = looked(&nobody, what);
        assert_eq!(said, (CheckedAnswer::NotKnown, Some(NotLooked::NobodySignedIn)), "{what:?}");
    }
    let token = looked(&nobody, EvidenceKind::AccessToken);
    assert_eq!(token, (CheckedAnswer::NotKnown, Some(NotLooked::NothingKept)));
    for why in [NotLooked::SecretUnsafe, NotLooked::NoAnswer] {
        let mut seen = evidence();
        seen.not_looked_further(why);
        for what in [EvidenceKind::AccessToken, EvidenceKind::Refresh, EvidenceKind::PortablePart] {
            assert_eq!(looked(&seen, what), (CheckedAnswer::NotKnown, Some(why)), "{what:?}");
        }
    }
}
