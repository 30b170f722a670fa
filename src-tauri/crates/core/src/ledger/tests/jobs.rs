use super::*;
use crate::Code;
use crate::error::TargetDetail;
use crate::jobs::{BackupResult, JobKind, JobResult, JobState, RestoreResult, SkipCause, SkippedAttachment};
use crate::jobs::{BodyCopy, ChecklistItem, ChecklistState, Copies, RestoreStep};
use crate::server::Imported;

fn backup() -> JobResult {
    JobResult::Backup(BackupResult {
        target_id: "t-1".to_owned(),
        target_name: "NAS".to_owned(),
        provider: "webdav".to_owned(),
        file_name: "nodewarden_backup_20261123_032645_a7de6.zip".to_owned(),
        file_size: 4_711,
        remote_path: "nodewarden_backup_20261123_032645_a7de6.zip".to_owned(),
        check: None,
        check_error: None,
        answer: serde_json::json!({"object": "backup-run"}),
    })
}

fn restore(lines: u32) -> JobResult {
    JobResult::Restore(RestoreResult {
        file_name: "backup.zip".to_owned(),
        target_id: None,
        imported: Imported { users: 2, ..Imported::default() },
        skipped_reason: Some("Cloudflare KV object size limit (25 MB)".to_owned()),
        skipped: (0..lines).map(line).collect(),
        skipped_count: u64::from(lines),
        missing: Vec::new(),
        counts: Vec::new(),
        source: None,
        sha256: String::new(),
        backup_made_at: None,
        safety_copy: None,
        answer: serde_json::Value::Null,
    })
}

fn line(n: u32) -> SkippedAttachment {
    SkippedAttachment {
        path: format!("attachments/c/{n}.bin"),
        size_bytes: 26_214_401,
        cause: SkipCause::TooLargeForKv,
        cipher_id: Some("c".to_owned()),
        owner_email: n.is_multiple_of(2).then(|| "member@example.org".to_owned()),
        copies: if n == 0 { vec![BodyCopy::Zip { path: "/other.zip".to_owned() }] } else { Vec::new() },
    }
}

#[test]
fn a_job_starts_running_and_ends_with_its_result() {
    let ledger = ledger();
    let begun = ledger.begin_job(JobKind::Backup, Some("p-1"), "NAS", second(0)).expect("started");
    assert_eq!((begun.state, begun.ended_at.as_deref()), (JobState::Running, None));

    let ended =
        ledger.end_job(begun.id, JobState::Succeeded, None, Some(&backup()), second(5)).expect("ended");
    assert_eq!(ended.state, JobState::Succeeded);
    assert_eq!(ended.result, Some(backup()));
    assert_eq!(ended.ended_at.as_deref(), Some("2026-09-21T14:13:25.000Z"));
    assert_eq!(ledger.job(begun.id), Ok(Some(ended)));
    assert_eq!(ledger.job(999), Ok(None));
}

#[test]
fn a_failed_job_keeps_its_exact_error() {
    let ledger = ledger();
    let error = TargetDetail::TargetFull.error().original("WebDAV upload failed: 507");
    let error = error.with(|context| context.target = Some("NAS".to_owned()));
    let job = ledger.begin_job(JobKind::Backup, None, "NAS", second(0)).expect("started");
    let ended = ledger.end_job(job.id, JobState::Failed, Some(&error), None, second(1)).expect("ended");
    assert_eq!(ended.error, Some(error));
}

#[test]
fn a_job_ends_once() {
    let ledger = ledger();
    let job = ledger.begin_job(JobKind::Delete, None, "old.zip", second(0)).expect("started");
    ledger.end_job(job.id, JobState::Cancelled, None, None, second(1)).expect("ended");
    let again = ledger.end_job(job.id, JobState::Succeeded, None, None, second(2)).expect_err("over");
    assert_eq!(again.code(), Code::LedgerFailed);
    assert_eq!(ledger.job(job.id).expect("read").expect("kept").state, JobState::Cancelled);
}

#[test]
fn every_line_of_a_skipped_list_is_kept_and_comes_back_in_order() {
    let ledger = ledger();
    let job = ledger.begin_job(JobKind::Restore, Some("p-1"), "backup.zip", second(0)).expect("started");
    let ended =
        ledger.end_job(job.id, JobState::Attention, None, Some(&restore(2_000)), second(9)).expect("ended");
    assert_eq!(ended.result, Some(restore(2_000)));

    let lines = ledger.skipped_lines("p-1").expect("read");
    assert_eq!(lines.len(), 2_000);
    assert_eq!(lines[1_999].attachment, line(1_999));
    assert_eq!((lines[0].job_id, lines[0].restored_at.as_str()), (job.id, job.started_at.as_str()));
    assert_eq!(ledger.skipped_lines("p-2"), Ok(Vec::new()));
}

#[test]
fn the_activity_list_is_newest_first_filtered_and_paged() {
    let ledger = ledger();
    for n in 0..6 {
        let kind = if n % 2 == 0 { JobKind::Backup } else { JobKind::Integrity };
        let profile = if n < 3 { "p-1" } else { "p-2" };
        ledger.begin_job(kind, Some(profile), &n.to_string(), second(n)).expect("started");
    }
    let subjects = |query: JobQuery| -> Vec<String> {
        ledger.jobs(&query).expect("read").into_iter().map(|job| job.subject).collect()
    };
    assert_eq!(subjects(JobQuery::default()), ["5", "4", "3", "2", "1", "0"]);
    let page = JobQuery { limit: Some(2), ..JobQuery::default() };
    assert_eq!(subjects(page.clone()), ["5", "4"]);
    let last = ledger.jobs(&page).expect("read").last().map(|job| job.id);
    assert_eq!(subjects(JobQuery { before: last, ..page }), ["3", "2"]);
    let query =
        JobQuery { profile_id: Some("p-1".to_owned()), kind: Some(JobKind::Backup), ..JobQuery::default() };
    assert_eq!(subjects(query), ["2", "0"]);
}

#[test]
fn copies_found_later_replace_earlier_ones() {
    let ledger = ledger();
    let begun = ledger.begin_job(JobKind::Restore, None, "backup.zip", second(0)).expect("started");
    ledger.end_job(begun.id, JobState::Attention, None, Some(&restore(2)), second(5)).expect("ended");
    let copies = |id| match ledger.job(id).expect("a ledger").expect("a job").result {
        Some(JobResult::Restore(restored)) => {
            restored.skipped.into_iter().map(|line| line.copies).collect::<Vec<_>>()
        }
        _ => panic!("no result"),
    };
    assert_eq!(copies(begun.id)[0], [BodyCopy::Zip { path: "/other.zip".to_owned() }]);
    let target = BodyCopy::Target { target_id: "t".to_owned(), name: "NAS".to_owned() };
    let found = Copies::from([("attachments/c/1.bin".to_owned(), vec![target.clone()])]);
    ledger.keep_copies(begun.id, &found).expect("kept");
    assert_eq!(copies(begun.id), [vec![], vec![target]]);
}

#[test]
fn ten_thousand_skipped_lines_are_read_in_a_moment() {
    let ledger = ledger();
    let begun = ledger.begin_job(JobKind::Restore, None, "backup.zip", second(0)).expect("started");
    ledger.end_job(begun.id, JobState::Attention, None, Some(&restore(10_000)), second(5)).expect("ended");
    let started = std::time::Instant::now();
    let job = ledger.job(begun.id).expect("a ledger").expect("a job");
    let Some(JobResult::Restore(restored)) = job.result else { panic!("no result") };
    assert_eq!(restored.skipped.len(), 10_000);
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
}

#[test]
fn a_step_after_a_restore_is_kept_as_it_was_last_seen() {
    let ledger = ledger();
    let begun = ledger.begin_job(JobKind::Restore, None, "backup.zip", second(0)).expect("started");
    assert!(ledger.steps(begun.id).expect("steps").iter().all(|item| item.state == ChecklistState::Open));
    for state in [ChecklistState::Unknown, ChecklistState::Done] {
        let item = ChecklistItem { state, ..ChecklistItem::open(RestoreStep::SignedIn) };
        ledger.keep_step(begun.id, &item).expect("kept");
        assert_eq!(ledger.steps(begun.id).expect("steps")[0], item);
    }
}
