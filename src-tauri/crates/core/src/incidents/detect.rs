//! From what was seen to the list of findings.

use super::playbooks::ALL;
use super::{
    Diagnosis, FindingKind, FindingStep, FindingSubject, HealthFinding, HealthSeverity, Playbook,
    RecoveryFinding,
};
use crate::error::ServerDetail;
use crate::health::TargetHealth;
use crate::view::{Overview, TargetCard};
use crate::{Code, Error};

/// What is wrong, the worst first: the diagnosis before the targets.
///
/// `overview` is there when somebody is signed in and the targets could be read;
/// `refusal` is the server's response when they could not.
pub(crate) fn detect(
    diagnosis: &Diagnosis,
    overview: Option<&Overview>,
    refusal: Option<&Error>,
) -> Vec<HealthFinding> {
    let mut findings: Vec<HealthFinding> = diagnosis.findings.iter().map(of_server).collect();
    let targets = overview.map(|overview| overview.targets.as_slice()).unwrap_or_default();
    if findings.is_empty() {
        // The diagnosis explains what a response only states: it goes first.
        findings.extend(of_refusal(refusal, overview.is_some_and(|overview| overview.settings_need_repair)));
    }
    findings.extend(targets.iter().filter_map(|card| of_target(card, targets)));
    findings.sort_by_key(|finding| finding.severity);
    findings
}

fn of_server(finding: &RecoveryFinding) -> HealthFinding {
    let mut next: Vec<FindingStep> = Vec::new();
    for playbook in finding.next.into_iter().chain(finding.also.iter().copied()) {
        let step = FindingStep::Playbook { playbook, subject: finding.subject.clone() };
        if !next.contains(&step) {
            next.push(step);
        }
    }
    // Where one's own key is of no use, the repair continues from a backup or by hand.
    if finding.kind == FindingKind::SettingsNeedRepair
        && next.first() == Some(&FindingStep::of(Playbook::Offline))
    {
        next.retain(|step| *step != FindingStep::of(Playbook::Repair));
        next.insert(0, FindingStep::of(Playbook::Repair));
    }
    HealthFinding {
        id: name_of(finding.kind),
        severity: finding.severity,
        about: FindingSubject::Server { finding: finding.clone() },
        next,
    }
}

/// What the server itself says when it refuses to work.
fn of_refusal(refusal: Option<&Error>, needs_repair: bool) -> Option<HealthFinding> {
    let needs_repair = needs_repair.then(|| ServerDetail::SettingsNeedRepair.error());
    let error = refusal.cloned().or(needs_repair)?;
    let (id, playbook) = match error.code() {
        Code::JwtSecretMissing => (FindingKind::JwtSecretMissing, Playbook::Secret),
        Code::JwtSecretTooShort => (FindingKind::JwtSecretTooShort, Playbook::Secret),
        Code::SettingsNeedRepair => (FindingKind::SettingsNeedRepair, Playbook::Repair),
        // A server that could not be asked proves nothing.
        _ => return None,
    };
    Some(HealthFinding {
        id: name_of(id),
        severity: HealthSeverity::Danger,
        about: FindingSubject::Refusal { error },
        next: vec![FindingStep::of(playbook)],
    })
}

fn of_target(card: &TargetCard, all: &[TargetCard]) -> Option<HealthFinding> {
    use TargetHealth::{
        AllGone, AttachmentsMissing, AttachmentsNotChecked, Failed, Good, Late, Never, NewestBackupBad,
        Unverified,
    };
    let id = &card.target.id;
    let backups = || FindingStep::Backups { target_id: id.clone() };
    let (severity, mut next) = match card.health {
        Good => return None,
        NewestBackupBad | Failed | AllGone => {
            (HealthSeverity::Danger, vec![FindingStep::Overview, backups()])
        }
        Late => (HealthSeverity::Danger, vec![FindingStep::Overview]),
        Never => (HealthSeverity::Caution, vec![FindingStep::Overview]),
        AttachmentsMissing | AttachmentsNotChecked | Unverified => (HealthSeverity::Caution, vec![backups()]),
    };
    let guided = ALL.iter().filter_map(|one| {
        let subject = (one.of_target)(card)?;
        Some(FindingStep::Playbook { playbook: one.playbook, subject })
    });
    // The guided way first: it includes what can be done by hand.
    next.splice(0..0, guided);
    let others_good = all.iter().any(|other| other.target.id != *id && other.health == Good);
    Some(HealthFinding {
        id: format!("{}:{id}", name_of(card.health)),
        severity,
        about: FindingSubject::Target { card: Box::new(card.clone()), others_good },
        next,
    })
}

/// The name of a unit variant as it is serialised.
fn name_of(kind: impl serde::Serialize) -> String {
    match serde_json::to_value(kind) {
        Ok(serde_json::Value::String(name)) => name,
        // Only unit variants come here, and those are strings.
        _ => String::new(),
    }
}
