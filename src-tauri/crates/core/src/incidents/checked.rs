//! The diagnosis: what every playbook finds wrong, and the list of what was checked.

use super::cause::failures;
use super::{
    Checked, CheckedAnswer, Diagnosis, Evidence, EvidenceKind, NotLooked, Seen, SettingsSeen, TokenSeen,
    playbooks,
};

/// Says what is wrong, what proves it, what is affected and what comes next.
pub fn diagnose(seen: &Evidence) -> Diagnosis {
    Diagnosis {
        profile_id: seen.profile_id.clone(),
        server_url: seen.server_url.clone(),
        at: seen.at.to_string(),
        findings: playbooks::ALL.iter().flat_map(|playbook| (playbook.detect)(seen)).collect(),
        checked: checked(seen),
    }
}

/// Everything that was checked, and what it said.
pub fn checked(seen: &Evidence) -> Vec<Checked> {
    let token = match &seen.token {
        Seen::As(TokenSeen::Accepted) => Some(true),
        Seen::As(TokenSeen::RefusedEarly(_)) => Some(false),
        Seen::As(TokenSeen::EndedOtherwise | TokenSeen::GivenSince)
        | Seen::NotLooked(_)
        | Seen::Failed(_) => None,
    };
    let portable = seen.can_open();
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
