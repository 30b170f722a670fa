//! Findings as a person reads them.

use desk_core::Error;
use desk_core::checks::AttachmentsOnTarget;
use desk_core::health::TargetHealth;
use desk_core::incidents::{Advice, Affected, Cause, Certainty, Fact, RecoveryFinding};
use desk_core::incidents::{FindingStep, FindingSubject, HealthFinding, HealthSeverity, Playbook};
use desk_core::view::TargetCard;

use super::{plain, state};
use desk_core::messages::message;

/// A finding in a sentence.
pub fn finding_title(finding: &HealthFinding) -> String {
    parts(finding).title
}

/// One finding: what is wrong, whom it affects, what shows it and what to do now.
pub fn finding(finding: &HealthFinding) -> String {
    let severity = match finding.severity {
        HealthSeverity::Danger => "Danger",
        HealthSeverity::Caution => "Caution",
    };
    let Parts { title, affected, evidence, now } = parts(finding);
    let mut text = format!("  {severity}: {}\n", plain(&title));
    let mut line = |label: &str, value: &str| {
        if !value.is_empty() {
            text.push_str(&format!("    {label:<9} {}\n", plain(value)));
        }
    };
    affected.iter().for_each(|value| line("affected", value));
    evidence.iter().for_each(|value| line("evidence", value));
    line("now", &now);
    let playbooks = finding.next.iter().filter_map(|step| match step {
        FindingStep::Playbook { playbook, .. } => Some(message(playbook_title(*playbook), &[])),
        FindingStep::Overview | FindingStep::Backups { .. } => None,
    });
    let playbooks = playbooks.collect::<Vec<_>>().join("; ");
    line("playbook", &playbooks);
    text
}

/// Why something could not be checked, and what to do.
pub fn not_checked(error: &Error) -> String {
    let (error, hint) = (plain(&error.to_string()), plain(&error.body().hint));
    format!("  Not everything could be checked: {error}\n    now       {hint}\n")
}

/// The key of what the app calls a playbook.
pub(super) fn playbook_title(playbook: Playbook) -> &'static str {
    match playbook {
        Playbook::Secret => "wizard_secret",
        Playbook::Repair => "wizard_repair",
        Playbook::SuspiciousBackup => "wizard_suspicious",
        Playbook::DeletedFolder => "wizard_folder",
        Playbook::SkippedAttachments => "wizard_skipped",
        Playbook::TargetStopped => "wizard_target_stopped",
        Playbook::SubrequestLimit => "wizard_subrequest_limit",
        Playbook::Offline => "wizard_offline",
    }
}

fn parts(finding: &HealthFinding) -> Parts {
    match &finding.about {
        FindingSubject::Server { finding } => of_server(finding),
        FindingSubject::Refusal { error } => Parts {
            title: error.to_string(),
            affected: Vec::new(),
            evidence: error.body().original.iter().cloned().collect(),
            now: error.body().hint.clone(),
        },
        FindingSubject::Target { card, .. } => of_target(card),
    }
}

struct Parts {
    title: String,
    affected: Vec<String>,
    evidence: Vec<String>,
    now: String,
}

fn of_server(finding: &RecoveryFinding) -> Parts {
    let now = match finding.advice {
        // The terminal does not lead through the playbook: it says what to do.
        Advice::RecoverSecret => message("incident_jwt_now", &[]),
        advice => named("advice_", advice, ""),
    };
    Parts {
        title: named("finding_", finding.kind, "_title"),
        affected: finding.affected.iter().map(affected).collect(),
        evidence: cause(finding).into_iter().chain(finding.evidence.iter().map(fact)).collect(),
        now,
    }
}

/// The message whose key is made from the name of a unit variant.
pub(super) fn named(before: &str, variant: impl serde::Serialize, after: &str) -> String {
    let name = serde_json::to_value(variant).unwrap_or_default();
    let name = name.as_str().unwrap_or_default().replace('-', "_");
    message(&format!("{before}{name}{after}"), &[])
}

fn cause(finding: &RecoveryFinding) -> Option<String> {
    let word = match finding.cause? {
        Cause::NotKnown => return Some(message("cause_not_known", &[])),
        Cause::AfterRestore => message("cause_after_restore", &[]),
        Cause::SecretChanged => message("cause_secret_changed", &[]),
    };
    let sure = match finding.cause_certainty {
        Some(Certainty::Likely) => "cause_likely",
        _ => "cause_proven",
    };
    Some(message(sure, &[("cause", &word)]))
}

fn affected(affected: &Affected) -> String {
    let (since, since_at_least, last, targets) = match affected {
        Affected::SignIn => return message("affected_sign_in", &[]),
        Affected::Sessions => return message("affected_sessions", &[]),
        Affected::AttachmentLinks => return message("affected_links", &[]),
        Affected::ManualBackups => return message("affected_manual", &[]),
        Affected::ScheduledBackups { since, since_at_least, last_success_at, targets } => {
            (since, since_at_least, last_success_at, targets)
        }
    };
    let number = targets.len().to_string();
    let mut sentences = vec![match targets.as_slice() {
        [] => message("affected_scheduled", &[]),
        names => message(
            "affected_scheduled_of",
            &[("count", &number), ("shown", &number), ("targets", &names.join(", "))],
        ),
    }];
    if let Some(since) = since {
        let key = if *since_at_least { "affected_since_at_least" } else { "affected_since" };
        sentences.push(message(key, &[("time", since)]));
    }
    if let Some(last) = last {
        sentences.push(message("affected_last", &[("time", last)]));
    }
    sentences.join(" ")
}

pub(super) fn fact(fact: &Fact) -> String {
    let mut text = named("fact_", fact.detail, "");
    for more in [&fact.original, &fact.at].into_iter().flatten() {
        text.push_str(&format!(" {more}"));
    }
    text
}

fn of_target(card: &TargetCard) -> Parts {
    let TargetCard { target, last_backup: newest, .. } = card;
    let name = ("target", target.name.as_str());
    let at = newest.as_ref().map(|backup| backup.at.as_str());
    let say = |key: &str| message(key, &[name]);
    let since = |key: &str| message(key, &[name, ("ago", at.unwrap_or_default())]);
    let newest_file = newest.as_ref().and_then(|backup| backup.file_name.as_deref()).unwrap_or_default();
    let (title, affected, evidence, now) = match card.health {
        TargetHealth::NewestBackupBad => (
            say("incident_newest_bad_title"),
            match &card.last_verified_file_name {
                Some(file) => message("incident_newest_bad_affected", &[name, ("file", file)]),
                None => say("incident_newest_bad_affected_none"),
            },
            newest
                .as_ref()
                .map(|backup| format!("{newest_file}: {}", state(backup.state)))
                .unwrap_or_default(),
            {
                let keeps = target.schedule.retention_count.unwrap_or_default().to_string();
                let endangered = card.retention_deletes.as_ref().map(|file| {
                    message("incident_newest_bad_retention", &[("keeps", &keeps), ("file", file)])
                });
                let now = say("incident_newest_bad_now");
                endangered.into_iter().chain([now]).collect::<Vec<_>>().join(" ")
            },
        ),
        TargetHealth::AttachmentsMissing => {
            let missing = newest.as_ref().and_then(|backup| backup.attachments.as_ref());
            let listed = missing.map_or(0, |missing| missing.listed).to_string();
            let gone = missing.map_or(0, AttachmentsOnTarget::lost).to_string();
            (
                say("incident_attachments_missing_title"),
                message(
                    "integrity_missing_count",
                    &[("count", &listed), ("missing", &gone), ("listed", &listed)],
                ),
                message("incident_attachments_missing_evidence", &[("file", newest_file)]),
                say("incident_attachments_missing_now"),
            )
        }
        TargetHealth::AttachmentsNotChecked => (
            say("incident_attachments_not_checked_title"),
            say("incident_attachments_not_checked_affected"),
            newest
                .as_ref()
                .map(|backup| format!("{newest_file}: {}", state(backup.state)))
                .unwrap_or_default(),
            say("incident_attachments_not_checked_now"),
        ),
        TargetHealth::Failed => (
            say("incident_failed_title"),
            at.map_or_else(|| say("incident_failed_affected_never"), |_| since("incident_failed_affected")),
            {
                let time = target.runtime.last_error_at.as_deref().unwrap_or_default();
                let words = target.runtime.last_error_message.as_deref().unwrap_or_default();
                format!("{} {words}", message("incident_failed_evidence", &[("time", time)]))
            },
            card.last_error.as_ref().map(|error| error.body().hint.clone()).unwrap_or_default(),
        ),
        TargetHealth::Late => (
            say("incident_late_title"),
            since("incident_late_affected"),
            {
                let hours = target.schedule.interval_hours.to_string();
                let time = at.unwrap_or_default();
                message("incident_late_evidence", &[("hours", &hours), ("time", time)])
            },
            say("incident_late_now"),
        ),
        TargetHealth::AllGone => (
            say("incident_all_gone_title"),
            say("incident_all_gone_affected"),
            say("incident_all_gone_evidence"),
            say("incident_all_gone_now"),
        ),
        TargetHealth::Never => (
            say("incident_never_title"),
            say("incident_never_affected"),
            say("incident_never_evidence"),
            say("incident_never_now"),
        ),
        TargetHealth::Unverified => (
            say("incident_unverified_title"),
            say("incident_unverified_affected"),
            {
                let when = card.last_verified_at.as_deref().unwrap_or("never");
                message("incident_unverified_evidence", &[("when", when)])
            },
            say("incident_unverified_now"),
        ),
        // Nothing is wrong with it.
        TargetHealth::Good => Default::default(),
    };
    Parts { title, affected: vec![affected], evidence: vec![evidence], now }
}
