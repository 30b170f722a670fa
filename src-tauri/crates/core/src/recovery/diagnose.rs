//! From what was seen to what it means.

use super::cause::{Since, cause, failures, scheduled};
use super::{
    Affected, Cause, Certainty, Checked, CheckedAnswer, Diagnosis, Evidence, EvidenceKind, Fact, FactDetail,
    FindingKind, NextStep, NotLooked, PortableSeen, RecoveryFinding, Seen, SettingsSeen, TokenSeen,
};
use crate::server::JwtUnsafe;

/// Says what is wrong, what proves it, what is affected and what comes next.
pub fn diagnose(seen: &Evidence) -> Diagnosis {
    let mut findings = Vec::new();
    findings.extend(unsafe_secret(seen));
    findings.extend(changed_secret(seen));
    findings.extend(unreadable_settings(seen));
    findings.extend(portable_part(seen));
    findings.extend(few_can_repair(seen));
    Diagnosis {
        profile_id: seen.profile_id.clone(),
        server_url: seen.server_url.clone(),
        at: seen.at.to_string(),
        findings,
        checked: checked(seen),
    }
}

fn unsafe_secret(seen: &Evidence) -> Option<RecoveryFinding> {
    let (kind, detail) = match seen.bootstrap.value().copied().flatten()? {
        JwtUnsafe::Missing => (FindingKind::JwtSecretMissing, FactDetail::SecretMissing),
        JwtUnsafe::TooShort => (FindingKind::JwtSecretTooShort, FactDetail::SecretTooShort),
    };
    let fact = Fact::new(EvidenceKind::WebBootstrap, detail).at(seen.at.to_string());
    let affected = vec![
        Affected::SignIn,
        Affected::Sessions,
        Affected::AttachmentLinks,
        scheduled(seen, Since::default()),
        Affected::ManualBackups,
    ];
    Some(proven(kind, vec![fact], affected, NextStep::WizardSecret))
}

/// The old token is refused before its time while the session itself goes on:
/// nothing but another signing secret does that. Where the session is over too,
/// a restore or a sign-out explains it as well, so nothing is said.
fn changed_secret(seen: &Evidence) -> Option<RecoveryFinding> {
    let Seen::As(TokenSeen::RefusedEarly(at)) = &seen.token else { return None };
    if !seen.is_secret_changed() {
        return None;
    }
    let evidence = vec![
        Fact::new(EvidenceKind::AccessToken, FactDetail::TokenRefusedBeforeExpiry).at(at.to_string()),
        Fact::new(EvidenceKind::Refresh, FactDetail::RefreshWorks).at(seen.at.to_string()),
    ];
    let mut affected = vec![Affected::Sessions, Affected::AttachmentLinks];
    if seen.is_unreadable() {
        affected.extend([scheduled(seen, Since::default()), Affected::ManualBackups]);
    }
    let next = if seen.is_unreadable() { NextStep::WizardSecret } else { NextStep::None };
    Some(proven(FindingKind::JwtSecretChanged, evidence, affected, next))
}

fn unreadable_settings(seen: &Evidence) -> Option<RecoveryFinding> {
    if !seen.is_unreadable() {
        return None;
    }
    let mut evidence = Vec::new();
    if let Seen::As(SettingsSeen::NeedRepair(words)) = &seen.settings {
        let fact = Fact::new(EvidenceKind::Settings, FactDetail::SettingsNotReadable);
        evidence.push(fact.at(seen.at.to_string()).words(words.clone()));
    }
    if seen.needs_repair.value() == Some(&true) {
        evidence.push(Fact::new(EvidenceKind::RepairState, FactDetail::RepairNeeded).at(seen.at.to_string()));
    }
    let cause = cause(seen);
    evidence.extend(cause.shown_by);
    if let Some(failed) = failures(seen).last() {
        let words = failed.error.as_ref().and_then(|error| error.body().original.clone());
        let detail =
            if failed.scheduled { FactDetail::RunFailedInLog } else { FactDetail::ManualRunFailedInLog };
        evidence.push(Fact::new(EvidenceKind::AuditLog, detail).at(failed.at.clone()).words(words));
    }
    if let Some(at) = &seen.last_readable_at {
        evidence.push(Fact::new(EvidenceKind::Ledger, FactDetail::LastReadable).at(at.clone()));
    }
    let (next, also) = ways(can_open(seen), cause.kind, cause.certainty);
    let affected = vec![scheduled(seen, cause.since), Affected::ManualBackups];
    let finding = proven(FindingKind::SettingsNeedRepair, evidence, affected, next);
    Some(RecoveryFinding { cause: Some(cause.kind), cause_certainty: cause.certainty, also, ..finding })
}

/// Where to go on, and where else as long as the cause is not proven: the old secret
/// brings everything back if it was changed, and nothing if it was not.
fn ways(can_open: Option<bool>, cause: Cause, sure: Option<Certainty>) -> (NextStep, Vec<NextStep>) {
    let is_proven = sure == Some(Certainty::Proven);
    let repair = if can_open == Some(false) { NextStep::WizardOffline } else { NextStep::WizardRepair };
    match cause {
        // Where one's own key opens nothing, typing anew is the only other way.
        Cause::SecretChanged if is_proven && can_open != Some(false) => (NextStep::WizardSecret, Vec::new()),
        Cause::SecretChanged => (NextStep::WizardSecret, vec![repair]),
        Cause::AfterRestore if is_proven => (repair, Vec::new()),
        Cause::AfterRestore | Cause::NotKnown => (repair, vec![NextStep::WizardSecret]),
    }
}

fn portable_part(seen: &Evidence) -> Option<RecoveryFinding> {
    if !seen.is_unreadable() {
        return None;
    }
    let (kind, detail) = match seen.portable.value()? {
        PortableSeen::Absent => (FindingKind::PortablePartAbsent, FactDetail::PortableAbsent),
        PortableSeen::WrappedFor(nobody) if nobody.is_empty() => {
            (FindingKind::PortablePartWithoutWraps, FactDetail::PortableWithoutWraps)
        }
        PortableSeen::WrappedFor(users) => {
            let me = seen.my_user_id.as_ref()?;
            if users.contains(me) {
                return None;
            }
            (FindingKind::NoWrapForMe, FactDetail::WrappedForOthers)
        }
    };
    let others = match (&kind, able(seen)) {
        (FindingKind::NoWrapForMe, Some(emails)) if !emails.is_empty() => Some(emails.join(", ")),
        _ => None,
    };
    let fact = Fact::new(EvidenceKind::PortablePart, detail).at(seen.at.to_string()).words(others);
    Some(proven(kind, vec![fact], Vec::new(), NextStep::WizardOffline))
}

/// Proven while the server shows its wraps; told by a backup it is only likely,
/// since the settings may have been saved again.
fn few_can_repair(seen: &Evidence) -> Option<RecoveryFinding> {
    let (emails, certainty, fact) = match (able(seen), &seen.backup) {
        (Some(emails), _) => {
            if seen.portable.value().is_some_and(|portable| match portable {
                PortableSeen::Absent => true,
                PortableSeen::WrappedFor(users) => users.is_empty(),
            }) {
                // Said already, with its own reason.
                return None;
            }
            let fact = Fact::new(EvidenceKind::PortablePart, FactDetail::WrappedForAdministrator);
            (emails.clone(), Certainty::Proven, fact.at(seen.at.to_string()).words(joined(&emails)))
        }
        // What may happen one day is no news while something is wrong already.
        (None, Some(backup)) if !seen.is_unreadable() && !is_secret_unsafe(seen) => {
            let fact = Fact::new(EvidenceKind::Ledger, FactDetail::ToldByBackup)
                .at(backup.exported_at.clone())
                .words(backup.name.clone());
            (backup.repairable_by.clone(), Certainty::Likely, fact)
        }
        _ => return None,
    };
    let kind = match emails.len() {
        0 => FindingKind::NoneCanRepair,
        1 => FindingKind::OneCanRepair,
        _ => return None,
    };
    let next = match (kind, seen.is_unreadable()) {
        (FindingKind::NoneCanRepair, true) => NextStep::WizardOffline,
        _ => NextStep::None,
    };
    Some(RecoveryFinding { certainty, ..proven(kind, vec![fact], Vec::new(), next) })
}

fn is_secret_unsafe(seen: &Evidence) -> bool {
    matches!(seen.bootstrap, Seen::As(Some(_)))
}

/// The e-mails of active administrators for whom the server's own portable part
/// is wrapped, when both are known.
fn able(seen: &Evidence) -> Option<Vec<String>> {
    let wrapped = match seen.portable.value()? {
        PortableSeen::Absent => &[][..],
        PortableSeen::WrappedFor(users) => users,
    };
    let users = seen.users.value()?;
    let able = users
        .iter()
        .filter(|user| user.role == "admin" && user.status == "active" && wrapped.contains(&user.id));
    Some(able.map(|user| user.email.clone()).collect())
}

/// Whether one's own key could open the portable part, when that is known.
pub(super) fn can_open(seen: &Evidence) -> Option<bool> {
    match seen.portable.value()? {
        PortableSeen::Absent => Some(false),
        PortableSeen::WrappedFor(users) if users.is_empty() => Some(false),
        PortableSeen::WrappedFor(users) => Some(users.contains(seen.my_user_id.as_ref()?)),
    }
}

fn joined(emails: &[String]) -> Option<String> {
    (!emails.is_empty()).then(|| emails.join(", "))
}

fn proven(
    kind: FindingKind,
    evidence: Vec<Fact>,
    affected: Vec<Affected>,
    next: NextStep,
) -> RecoveryFinding {
    RecoveryFinding {
        kind,
        certainty: Certainty::Proven,
        cause: None,
        cause_certainty: None,
        evidence,
        affected,
        next,
        also: Vec::new(),
    }
}

/// Everything that was looked at, and what it said.
pub fn checked(seen: &Evidence) -> Vec<Checked> {
    let token = match &seen.token {
        Seen::As(TokenSeen::Accepted) => Some(true),
        Seen::As(TokenSeen::RefusedEarly(_)) => Some(false),
        Seen::As(TokenSeen::EndedOtherwise | TokenSeen::GivenSince)
        | Seen::NotLooked(_)
        | Seen::Failed(_) => None,
    };
    let portable = can_open(seen);
    let words = match &seen.settings {
        Seen::As(SettingsSeen::NeedRepair(words)) => words.clone(),
        _ => failed(&seen.settings),
    };
    let settings = match &seen.settings {
        Seen::As(settings) => Some(*settings == SettingsSeen::Readable),
        Seen::NotLooked(_) | Seen::Failed(_) => None,
    };
    let remembers = !seen.remembered.is_empty() || seen.restored_here.is_some();
    let row = |what, good: Option<bool>, original, not_looked: Option<NotLooked>| Checked {
        what,
        answer: match (good, not_looked) {
            (Some(true), _) => CheckedAnswer::Ok,
            (Some(false), _) => CheckedAnswer::Bad,
            (None, Some(NotLooked::NotNeeded)) => CheckedAnswer::NotNeeded,
            (None, _) => CheckedAnswer::NotKnown,
        },
        original,
        not_looked,
    };
    let safe = seen.bootstrap.value().map(Option::is_none);
    let unneeded = seen.needs_repair.value().map(|needed| !needed);
    let runs = seen.audit.value().map(|_| failures(seen).is_empty());
    vec![
        row(EvidenceKind::WebBootstrap, safe, failed(&seen.bootstrap), seen.bootstrap.not_looked()),
        row(EvidenceKind::AccessToken, token, failed(&seen.token), seen.token.not_looked()),
        row(
            EvidenceKind::Refresh,
            seen.refresh.value().copied(),
            failed(&seen.refresh),
            seen.refresh.not_looked(),
        ),
        row(EvidenceKind::Settings, settings, words, seen.settings.not_looked()),
        row(EvidenceKind::RepairState, unneeded, failed(&seen.needs_repair), seen.needs_repair.not_looked()),
        row(EvidenceKind::PortablePart, portable, failed(&seen.portable), seen.portable.not_looked()),
        row(EvidenceKind::AuditLog, runs, failed(&seen.audit), seen.audit.not_looked()),
        row(EvidenceKind::Ledger, remembers.then_some(true), None, None),
    ]
}

/// Why looking failed.
fn failed<T>(seen: &Seen<T>) -> Option<String> {
    match seen {
        Seen::Failed(error) => Some(error.body().original.clone().unwrap_or_else(|| error.to_string())),
        Seen::NotLooked(_) | Seen::As(_) => None,
    }
}
