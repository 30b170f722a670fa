//! The server cannot open its backup settings, or soon no one could repair them.

use super::super::cause::{cause, failures, scheduled};
use super::super::definition::{PathDefinition, PlaybookDefinition, StepDefinition};
use super::super::{
    Affected, Cause, Certainty, Evidence, EvidenceKind, Fact, FactDetail, PortableSeen, RecoveryFinding,
    Seen, SettingsSeen,
};
use super::shared::{REPAIR_SETTINGS, SIGN_IN_IF_OVER, VERIFY_BACKUP, cannot_open, readable};
use super::{Advice, FindingKind, Playbook, PlaybookPath, StepKind};

pub(super) const PLAYBOOK: PlaybookDefinition = PlaybookDefinition {
    playbook: Playbook::Repair,
    detect: |seen| {
        let found = [unreadable_settings(seen), portable_part(seen), few_can_repair(seen)];
        found.into_iter().flatten().collect()
    },
    of_target: |_| None,
    paths: &[PathDefinition {
        path: PlaybookPath::RepairOnly,
        freezes: false,
        steps: &[SIGN_IN_IF_OVER, OPEN_PORTABLE, REPAIR_SETTINGS, VERIFY_BACKUP],
    }],
};

/// Open the settings from their portable part, or from elsewhere.
pub(super) const OPEN_PORTABLE: StepDefinition = StepDefinition {
    stands_alone: true,
    needs_session: true,
    blocked: cannot_open,
    ..StepDefinition::new(StepKind::OpenPortable).proven_by(|case| readable(case).map(|fact| vec![fact]))
};

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
    let (next, also) = playbooks(seen.can_open(), cause.kind, cause.certainty);
    let advice = if !also.is_empty() {
        Advice::SecretOrRepair
    } else if next == Playbook::Secret {
        Advice::PutSecretBack
    } else if next == Playbook::Offline {
        Advice::SettingsFromBackup
    } else {
        Advice::RepairSettings
    };
    Some(RecoveryFinding {
        cause: Some(cause.kind),
        cause_certainty: cause.certainty,
        evidence,
        affected: vec![scheduled(seen, cause.since), Affected::ManualBackups],
        next: Some(next),
        also,
        ..RecoveryFinding::danger(FindingKind::SettingsNeedRepair, advice)
    })
}

/// Where to continue, and where else as long as the cause is not proven: the old secret
/// brings everything back if it was changed, and nothing if it was not.
fn playbooks(can_open: Option<bool>, cause: Cause, sure: Option<Certainty>) -> (Playbook, Vec<Playbook>) {
    let is_proven = sure == Some(Certainty::Proven);
    let repair = if can_open == Some(false) { Playbook::Offline } else { Playbook::Repair };
    match cause {
        // Where one's own key opens nothing, entering the targets again is the only other way.
        Cause::SecretChanged if is_proven && can_open != Some(false) => (Playbook::Secret, Vec::new()),
        Cause::SecretChanged => (Playbook::Secret, vec![repair]),
        Cause::AfterRestore if is_proven => (repair, Vec::new()),
        Cause::AfterRestore | Cause::NotKnown => (repair, vec![Playbook::Secret]),
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
    let finding = match kind {
        FindingKind::NoWrapForMe => RecoveryFinding::caution(kind, Advice::OtherAdministrator),
        _ => RecoveryFinding::danger(kind, Advice::SettingsFromBackup),
    };
    Some(RecoveryFinding { evidence: vec![fact], next: Some(Playbook::Offline), ..finding })
}

/// Proven while the server shows its wraps. A backup only makes it likely: the settings may have
/// been saved again since.
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
            (
                emails.clone(),
                Certainty::Proven,
                fact.at(seen.at.to_string()).words((!emails.is_empty()).then(|| emails.join(", "))),
            )
        }
        // What may happen one day is no news while something is wrong already.
        (None, Some(backup)) if !seen.is_unreadable() && !matches!(seen.bootstrap, Seen::As(Some(_))) => {
            let fact = Fact::new(EvidenceKind::Ledger, FactDetail::ToldByBackup)
                .at(backup.exported_at.clone())
                .words(backup.name.clone());
            (backup.repairable_by.clone(), Certainty::Likely, fact)
        }
        _ => return None,
    };
    let (kind, advice) = match emails.len() {
        0 => (FindingKind::NoneCanRepair, Advice::SaveSettings),
        1 => (FindingKind::OneCanRepair, Advice::SecondAdministrator),
        _ => return None,
    };
    let next = (emails.is_empty() && seen.is_unreadable()).then_some(Playbook::Offline);
    Some(RecoveryFinding { certainty, evidence: vec![fact], next, ..RecoveryFinding::caution(kind, advice) })
}

/// The email addresses of active administrators for whom the server's own portable part
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
