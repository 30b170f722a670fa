use serde_json::json;

use super::super::detect;
use super::super::*;
use crate::error::{ConnectionDetail, ServerDetail};
use crate::health::TargetHealth;
use crate::view::{Overview, TargetCard};

fn card(id: &str, health: TargetHealth) -> TargetCard {
    let target = json!({
        "id": id, "name": id, "provider": "webdav", "location": "https://nas.example.org/backups",
        "includesAttachments": true,
        "schedule": {
            "enabled": true, "intervalHours": 24, "startTime": "03:00", "timezone": "UTC",
            "retentionCount": null,
        },
        "runtime": {
            "lastAttemptAt": null, "lastSuccessAt": null, "lastErrorAt": null, "lastErrorMessage": null,
            "lastUploadedFileName": null, "lastUploadedSizeBytes": null,
        },
    });
    TargetCard {
        no_storage: false,
        target: serde_json::from_value(target).expect("a target"),
        health,
        last_backup: None,
        retention_deletes: None,
        last_error: None,
        last_verified_at: None,
        last_verified_file_name: None,
        trend: Vec::new(),
    }
}

fn board(cards: &[(&str, TargetHealth)]) -> Overview {
    let targets = cards.iter().map(|(id, health)| card(id, *health)).collect();
    Overview { settings_need_repair: false, targets }
}

fn diagnosis(findings: Vec<RecoveryFinding>) -> Diagnosis {
    let (profile_id, server_url) = ("home".into(), "https://vault.example.org".into());
    Diagnosis { profile_id, server_url, at: "2026-11-28T08:00:00Z".into(), findings, checked: Vec::new() }
}

fn diagnosed(kind: FindingKind, next: Option<Playbook>, also: &[Playbook]) -> RecoveryFinding {
    let finding = match kind {
        FindingKind::OneCanRepair => RecoveryFinding::caution(kind, Advice::SecondAdministrator),
        _ => RecoveryFinding::danger(kind, Advice::RepairSettings),
    };
    RecoveryFinding { next, also: also.to_vec(), ..finding }
}

fn ids(findings: &[HealthFinding]) -> Vec<&str> {
    findings.iter().map(|finding| finding.id.as_str()).collect()
}

#[test]
fn a_healthy_server_has_no_findings() {
    let overview = board(&[("nas", TargetHealth::Good)]);
    assert_eq!(detect(&diagnosis(Vec::new()), Some(&overview), None), Vec::new());
}

#[test]
fn every_health_but_good_is_a_finding_the_worst_first() {
    use TargetHealth::*;
    let all = [Never, Unverified, AttachmentsMissing, Failed, Late, AllGone, NewestBackupBad, Good];
    let cards: Vec<(String, TargetHealth)> =
        all.iter().enumerate().map(|(at, health)| (format!("t{at}"), *health)).collect();
    let cards: Vec<(&str, TargetHealth)> = cards.iter().map(|(id, health)| (id.as_str(), *health)).collect();
    let found = detect(&diagnosis(Vec::new()), Some(&board(&cards)), None);
    assert_eq!(found.len(), all.len() - 1);
    assert!(found.is_sorted_by_key(|finding| finding.severity), "{:?}", ids(&found));
    assert_eq!(found[0].id, "failed:t3");
    assert_eq!(found[3].id, "newest-backup-bad:t6");
    assert!(found.iter().all(|finding| !finding.next.is_empty()));
    assert!(
        found.iter().all(|finding| matches!(finding.about, FindingSubject::Target { others_good: true, .. }))
    );
}

#[test]
fn a_single_target_has_no_other_healthy_target() {
    let overview = board(&[("nas", TargetHealth::Failed)]);
    let found = detect(&diagnosis(Vec::new()), Some(&overview), None);
    assert!(matches!(found[0].about, FindingSubject::Target { others_good: false, .. }));
}

#[test]
fn overdue_backups_without_any_error_lead_to_the_stopped_target() {
    let stopped = |health| {
        let found = detect(&diagnosis(Vec::new()), Some(&board(&[("nas", health)])), None);
        found[0].next.iter().any(|step| {
            matches!(step, FindingStep::Playbook { playbook: Playbook::TargetStopped, subject: CaseSubject::Target { target_id, .. } } if target_id == "nas")
        })
    };
    assert!(stopped(TargetHealth::Late));
    assert!(!stopped(TargetHealth::Unverified));
    assert!(!stopped(TargetHealth::Never), "a new target has had no run yet");
}

#[test]
fn a_diagnosis_takes_the_place_of_the_bare_refusal() {
    let overview = Overview { settings_need_repair: true, targets: Vec::new() };
    let bare = detect(&diagnosis(Vec::new()), Some(&overview), None);
    assert_eq!(ids(&bare), ["settings-need-repair"]);
    assert!(matches!(bare[0].about, FindingSubject::Refusal { .. }));
    assert_eq!(bare[0].next, [FindingStep::of(Playbook::Repair)]);

    let explained = diagnosed(FindingKind::SettingsNeedRepair, Some(Playbook::Repair), &[]);
    let found = detect(&diagnosis(vec![explained]), Some(&overview), None);
    assert_eq!(ids(&found), ["settings-need-repair"]);
    assert!(matches!(found[0].about, FindingSubject::Server { .. }));
}

#[test]
fn findings_are_sorted_by_severity_whatever_their_source() {
    let one = diagnosed(FindingKind::OneCanRepair, None, &[]);
    let found = detect(&diagnosis(vec![one]), Some(&board(&[("nas", TargetHealth::Failed)])), None);
    assert_eq!(ids(&found), ["failed:nas", "one-can-repair"]);
}

#[test]
fn an_unusable_key_leads_to_a_repair_from_a_backup() {
    let finding = diagnosed(FindingKind::SettingsNeedRepair, Some(Playbook::Offline), &[]);
    let found = detect(&diagnosis(vec![finding]), None, None);
    let playbooks = [Playbook::Repair, Playbook::Offline].map(FindingStep::of);
    assert_eq!(found[0].next, playbooks);
}

#[test]
fn a_server_without_a_secret_is_a_finding_even_undiagnosed() {
    let error = ServerDetail::JwtSecretMissing.error();
    let found = detect(&diagnosis(Vec::new()), None, Some(&error));
    assert_eq!(ids(&found), ["jwt-secret-missing"]);
    assert_eq!(found[0].severity, HealthSeverity::Danger);
}

#[test]
fn an_unreachable_server_proves_nothing() {
    let error = ConnectionDetail::HostUnreachable { host: "x".to_owned() }.error();
    assert_eq!(detect(&diagnosis(Vec::new()), None, Some(&error)), Vec::new());
}

#[test]
fn a_finding_that_an_earlier_version_kept_is_read() {
    let kept = json!({
        "kind": "settings-need-repair", "certainty": "proven", "cause": "not-known", "causeCertainty": null,
        "evidence": [], "affected": [], "next": "wizard-repair", "also": ["wizard-secret"],
    });
    let read: RecoveryFinding = serde_json::from_value(kept.clone()).expect("a finding");
    assert_eq!((read.next, read.also), (Some(Playbook::Repair), vec![Playbook::Secret]));
    let mut without = kept;
    without["next"] = json!("none");
    let read: RecoveryFinding = serde_json::from_value(without).expect("a finding");
    assert_eq!((read.next, read.severity), (None, HealthSeverity::Danger));
}
