//! Recoveries of a target in each of their steps, for the window's sample backend: the steps come from
//! the real rules, the jobs that prove them are made up.

use super::*;
use crate::error::TargetDetail;
use crate::health::{StopCause, StorageService, TargetReach};
use crate::jobs::{BodiesAhead, JobKind, JobRecord, JobState, TargetLook, TargetSight};
use crate::server::error_from_target;

const FILE: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../../ui/src/backend/sample/data/target-cases.json");
const BEGAN: &str = "2026-11-20T15:18:00Z";
const AT: &str = "2026-11-20T15:24:00Z";
const BAD: &str = "nodewarden_backup_20261120_033014_9c41e.zip";
const GOOD: &str = "nodewarden_backup_20261119_033011_02bd7.zip";
const NEW: &str = "nodewarden_backup_20261120_152401_b7d20.zip";
const PLACE: &str = "https://dav.lindqvist.example/backup/nodewarden";

fn ended(kind: JobKind, state: JobState, result: &Value, error: Option<&Error>) -> JobRecord {
    let record = json!({
        "id": 0, "kind": kind, "state": state, "profileId": "home", "subject": "Attic NAS",
        "startedAt": AT, "endedAt": AT, "error": error, "result": result,
    });
    serde_json::from_value(record).expect("a job record")
}

fn here() -> Value {
    json!({
        "bytes": 2_814_223, "sha256": "9c41e".repeat(13).get(..64), "nameHash": "match", "kind": "index-only",
        "appVersion": "1.8.0", "exportedAt": AT, "damage": [], "refusal": null,
    })
}

fn check(name: &str, is_good: bool) -> Value {
    let (level, state) = if is_good { ("verified", "verified") } else { ("damaged", "damaged") };
    json!({
        "fileName": name, "level": level, "state": state, "checkedAt": AT, "server": null, "here": here(),
    })
}

fn read(name: &str, is_good: bool) -> JobRecord {
    let mut result = check(name, is_good);
    result["kind"] = json!("integrity");
    let state = if is_good { JobState::Succeeded } else { JobState::Attention };
    ended(JobKind::Integrity, state, &result, None)
}

fn saved() -> JobRecord {
    let to = format!("/home/mira/Downloads/{BAD}");
    let result = json!({"kind": "download", "savedTo": to, "check": check(BAD, false)});
    ended(JobKind::Download, JobState::Attention, &result, None)
}

fn backup() -> JobRecord {
    let result = json!({
        "kind": "backup", "targetId": "nas", "targetName": "Attic NAS", "provider": "webdav",
        "fileName": NEW, "fileSize": 2_815_004, "remotePath": NEW, "check": check(NEW, true),
        "checkError": null,
    });
    ended(JobKind::Backup, JobState::Succeeded, &result, None)
}

fn refused_backup() -> JobRecord {
    let error = error_from_target("Too many subrequests by single Worker invocation.");
    ended(JobKind::Backup, JobState::Failed, &Value::Null, Some(&error))
}

fn drill() -> JobRecord {
    let result = json!({
        "kind": "drill", "fileName": NEW, "file": format!("/home/mira/Downloads/{NEW}"),
        "sha256": "b7d20".repeat(13).get(..64), "storage": "r2", "folder": null, "ok": true, "intact": true,
        "accepted": true, "error": null, "needsFolder": false, "imported": null,
        "skipped": {"reason": null, "attachments": 0, "items": []}, "missing": [], "seconds": 2.4,
    });
    ended(JobKind::Drill, JobState::Succeeded, &result, None)
}

/// A look: what the server, this computer and the last run failed with.
fn look(
    server: Option<&str>,
    from_here: Option<Option<Error>>,
    last_run: Option<&str>,
    bodies: Option<BodiesAhead>,
) -> JobRecord {
    let server = server.map(error_from_target);
    let last_run = last_run.map(error_from_target);
    let looks = crate::health::TargetLooks {
        server: server.as_ref(),
        here: from_here.as_ref().map(Option::as_ref),
        last_run: last_run.as_ref(),
        is_private: false,
        service: StorageService::Nextcloud,
    };
    let (reach, cause) = (TargetReach::of(&looks), StopCause::of(&looks));
    let sight = |error: Option<Error>| TargetSight { backups: if error.is_none() { 12 } else { 0 }, error };
    let look = TargetLook {
        target_id: "nas".into(),
        target_name: "Attic NAS".into(),
        place: PLACE.into(),
        service: StorageService::Nextcloud,
        reach,
        cause,
        fixes: cause.map(|cause| cause.fixes(StorageService::Nextcloud, reach)).unwrap_or_default(),
        from_server: sight(server),
        from_here: from_here.map(sight),
        last_run,
        bodies,
    };
    let state = if cause.is_none() { JobState::Succeeded } else { JobState::Attention };
    let mut result = json!(look);
    result["kind"] = json!("look-at-target");
    ended(JobKind::LookAtTarget, state, &result, None)
}

fn uploaded() -> JobRecord {
    let bodies: Vec<Value> = (0..86)
        .map(|at| json!({"path": format!("cipher/{at}"), "sizeBytes": 48_123, "source": "server"}))
        .collect();
    let result = json!({
        "kind": "heal-target", "place": PLACE, "onServer": 214, "uploaded": bodies, "stillMissing": [],
        "indexWritten": true, "indexKeptAs": null, "keptBeside": [], "error": null, "after": null,
    });
    ended(JobKind::HealTarget, JobState::Succeeded, &result, None)
}

fn desk_backup() -> JobRecord {
    let result = json!({
        "kind": "desk-backup", "deskTargetId": "stick", "deskTargetName": "Blue stick",
        "place": "/media/mira/Blue/nodewarden", "fileName": NEW, "bytes": 2_815_004, "check": here(),
        "isWhole": true,
        "attachments": {
            "listed": 42, "alreadyThere": 0, "readAgain": 0, "uploaded": 42, "uploadedBytes": 2_021_166,
            "missing": [],
        },
        "keptBeside": [], "indexWritten": true, "removed": [], "spared": [], "retentionError": null,
        "error": null,
    });
    ended(JobKind::DeskBackup, JobState::Succeeded, &result, None)
}

/// A case after these jobs, the oldest first, and with these steps confirmed by the person.
fn case(path: PlaybookPath, jobs: Vec<JobRecord>, confirmed: &[StepKind]) -> Value {
    let target = ("nas".to_owned(), "Attic NAS".to_owned());
    let subject = match path {
        PlaybookPath::SuspiciousBackup => {
            CaseSubject::Backup { target_id: target.0, target_name: target.1, path: BAD.into() }
        }
        _ => CaseSubject::Target { target_id: target.0, target_name: target.1 },
    };
    let mut seen = healthy();
    seen.at = time(AT);
    seen.refresh = Seen::As(true);
    let first = diagnose(&seen);
    let mut jobs: Vec<JobRecord> = jobs;
    jobs.iter_mut().zip(400..).for_each(|(job, id)| job.id = id);
    jobs.reverse();
    let progress = CaseProgress { jobs, signed_in: true, ..CaseProgress::default() };
    let mut done: Vec<CompletedStep> = confirmed
        .iter()
        .map(|kind| CompletedStep {
            kind: *kind,
            at: AT.into(),
            proof: vec![Fact::new(EvidenceKind::Ledger, FactDetail::ConfirmedByPerson).at(AT.to_owned())],
        })
        .collect();
    let steps = steps(path, &subject, &first, &seen, &progress, &mut done);
    let case = RecoveryCase {
        id: 1,
        profile_id: "home".into(),
        branch: path,
        playbook: path.playbook(),
        subject,
        began_at: BEGAN.into(),
        ended_at: None,
        abandoned: false,
        steps,
        diagnosis: first,
        checked: Vec::new(),
    };
    json!({"case": case, "jobs": progress.jobs, "backups": progress.verified_backups()})
}

fn cases() -> Vec<(&'static str, Value)> {
    use PlaybookPath::{SubrequestLimit, SuspiciousBackup, TargetStopped};
    use StepKind::{FixTarget, KeepBackups, LookFromHere};
    let bad = || vec![read(BAD, false), read(BAD, false)];
    let and = |mut jobs: Vec<JobRecord>, more: Vec<JobRecord>| {
        jobs.extend(more);
        jobs
    };
    let refused = || look(Some("WebDAV listing failed: 401"), None, Some("WebDAV upload failed: 401"), None);
    let login = TargetDetail::StorageLoginRefused.error();
    let both = || look(Some("WebDAV listing failed: 401"), Some(Some(login.clone())), None, None);
    let blocked =
        || look(Some("Network connection lost."), Some(None), Some("Network connection lost."), None);
    let full = || look(None, Some(None), Some("WebDAV upload failed: 507"), None);
    let works = || look(None, Some(None), None, None);
    let count = || {
        let bodies = BodiesAhead { on_server: 214, to_upload: 86, to_upload_bytes: 4_138_578 };
        look(None, Some(None), Some("Too many subrequests by single Worker invocation."), Some(bodies))
    };
    vec![
        ("suspicious-read", case(SuspiciousBackup, vec![], &[])),
        ("suspicious-save", case(SuspiciousBackup, bad(), &[])),
        ("suspicious-find", case(SuspiciousBackup, and(bad(), vec![saved()]), &[])),
        ("suspicious-keep", case(SuspiciousBackup, and(bad(), vec![saved(), read(GOOD, true)]), &[])),
        (
            "suspicious-verify",
            case(SuspiciousBackup, and(bad(), vec![saved(), read(GOOD, true)]), &[KeepBackups]),
        ),
        (
            "suspicious-drill",
            case(SuspiciousBackup, and(bad(), vec![saved(), read(GOOD, true), backup()]), &[KeepBackups]),
        ),
        (
            "suspicious-done",
            case(
                SuspiciousBackup,
                and(bad(), vec![saved(), read(GOOD, true), backup(), drill()]),
                &[KeepBackups],
            ),
        ),
        ("stopped-look", case(TargetStopped, vec![], &[])),
        ("stopped-here", case(TargetStopped, vec![refused()], &[])),
        ("stopped-login", case(TargetStopped, vec![refused(), both()], &[])),
        ("stopped-full", case(TargetStopped, vec![full()], &[])),
        ("stopped-blocked", case(TargetStopped, vec![blocked()], &[])),
        ("stopped-back-up-here", case(TargetStopped, vec![blocked()], &[FixTarget])),
        ("stopped-verify", case(TargetStopped, vec![refused(), both(), works()], &[])),
        ("stopped-done", case(TargetStopped, vec![refused(), works(), backup()], &[LookFromHere])),
        ("stopped-done-here", case(TargetStopped, vec![blocked(), desk_backup()], &[FixTarget])),
        ("limit-count", case(SubrequestLimit, vec![refused_backup()], &[])),
        ("limit-upload", case(SubrequestLimit, vec![refused_backup(), count()], &[])),
        ("limit-verify", case(SubrequestLimit, vec![refused_backup(), count(), uploaded()], &[])),
        ("limit-drill", case(SubrequestLimit, vec![refused_backup(), count(), uploaded(), backup()], &[])),
        ("limit-done", case(SubrequestLimit, vec![count(), uploaded(), backup(), drill()], &[])),
    ]
}

#[test]
fn the_committed_samples_of_target_recoveries_match_the_code() {
    let lines: Vec<String> =
        cases().iter().map(|(name, value)| format!("  {}: {value}", json!(name))).collect();
    let fresh = format!("{{\n{}\n}}\n", lines.join(",\n"));
    if std::env::var_os("UPDATE_SAMPLES").is_some() {
        std::fs::write(FILE, &fresh).expect("the sample data is writable");
    }
    let committed = std::fs::read_to_string(FILE).unwrap_or_default();
    assert!(committed == fresh, "the samples changed: run UPDATE_SAMPLES=1 cargo test -p desk-core samples");
}

#[test]
fn each_step_of_a_target_recovery_waits_for_its_proof() {
    for (name, value) in cases() {
        let steps = value["case"]["steps"].as_array().expect("steps");
        let open: Vec<&str> = steps
            .iter()
            .filter(|step| step["state"] == "needs-you")
            .map(|step| step["kind"].as_str().expect("a kind"))
            .collect();
        let expected: &[&str] = match name {
            "suspicious-read" => &["read-backup"],
            "suspicious-save" => &["save-evidence"],
            "suspicious-find" => &["find-good-backup"],
            "suspicious-keep" => &["keep-backups"],
            "stopped-look" => &["look-from-server"],
            "stopped-here" => &["look-from-here"],
            "stopped-login" | "stopped-full" | "stopped-blocked" => &["fix-target"],
            "stopped-back-up-here" => &["back-up-here"],
            "suspicious-verify" | "stopped-verify" | "limit-verify" => &["verify-backup"],
            "limit-count" => &["count-bodies"],
            "limit-upload" => &["upload-bodies"],
            "suspicious-drill" | "limit-drill" => &["drill-backup"],
            _ => &[],
        };
        assert_eq!(open, expected, "{name}");
        let is_done = steps.iter().all(|step| step["state"] == "done");
        assert_eq!(is_done, expected.is_empty(), "{name}");
    }
}
