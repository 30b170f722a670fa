//! The newest backup on a target is damaged: from the finding to a drill of a new one.

use desk_core::incidents::{
    CaseSubject, FindingStep, Playbook, PlaybookPath, RecoveryCase, StepKind, StepState,
};
use desk_core::jobs::{BackupJob, JobRecord, JobResult, JobState};
use desk_practice::{Fault, Practice, PracticeOptions, Sample};
use desk_tests::at_desk::AtDesk;
use serde_json::json;

use super::{profile, state};

/// A server without attachments, and a backup of it that was read in full.
async fn backed_up() -> (Practice, AtDesk) {
    let options = PracticeOptions::quick().sample(Sample { ciphers: 3, attachments: 0, ..Sample::default() });
    let practice = Practice::start(options).await.expect("a practice instance");
    let desk = AtDesk::at(&practice).await;
    back_up(&desk).await;
    (practice, desk)
}

async fn back_up(desk: &AtDesk) -> JobRecord {
    let made = desk.run(BackupJob { target_id: None }).await;
    assert_eq!(made.state, JobState::Succeeded, "{made:?}");
    made
}

async fn job(desk: &AtDesk, request: serde_json::Value) -> JobRecord {
    desk.run(serde_json::from_value::<desk_core::jobs::JobRequest>(request).expect("a request")).await
}

async fn read(desk: &AtDesk, path: &str) -> JobRecord {
    let target = desk.target().await;
    job(desk, json!({"kind": "integrity", "targetId": target, "path": path, "deep": true})).await
}

/// What the findings say about the target, and where they lead.
async fn lead(desk: &AtDesk) -> Option<(Playbook, CaseSubject)> {
    let found = desk.desk.findings(None).await.expect("findings");
    found.findings.into_iter().flat_map(|finding| finding.next).find_map(|step| match step {
        FindingStep::Playbook { playbook, subject } => Some((playbook, subject)),
        _ => None,
    })
}

async fn looked(desk: &AtDesk, case: &RecoveryCase) -> RecoveryCase {
    desk.desk.recovery().refresh_case(case.id).await.expect("the case")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_backup_is_kept_replaced_and_the_new_one_drilled() {
    let (practice, desk) = backed_up().await;
    let good = desk.zips().await.remove(0).path;
    // Names have the time to the second.
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    back_up(&desk).await;
    let bad = desk.zips().await.into_iter().find(|zip| zip.path != good).expect("a second one").path;
    assert_eq!(lead(&desk).await, None, "nothing is wrong yet");
    practice.inject(&Fault::FlipBit { file: Some(bad.clone()) }).expect("a flipped bit");
    read(&desk, &bad).await;

    let (playbook, subject) = lead(&desk).await.expect("it is found");
    assert_eq!((playbook, subject.backup_name()), (Playbook::SuspiciousBackup, Some(bad.as_str())));
    let recovery = desk.desk.recovery();
    let case = recovery
        .begin_recovery(&profile(&desk), PlaybookPath::SuspiciousBackup, &subject)
        .await
        .expect("a case");
    assert_eq!(state(&case, StepKind::ReadBackup), StepState::NeedsYou);

    let target = desk.target().await;
    let plan = desk.desk.board().plan_delete(&target, std::slice::from_ref(&bad)).await.expect("a plan");
    assert_eq!(plan.blocked.map(|error| error.kind()), Some("target-frozen".into()));

    read(&desk, &bad).await;
    assert_eq!(
        state(&looked(&desk, &case).await, StepKind::ReadBackup),
        StepState::NeedsYou,
        "once is not twice"
    );
    read(&desk, &bad).await;
    let now = looked(&desk, &case).await;
    assert_eq!(state(&now, StepKind::ReadBackup), StepState::Done);
    assert_eq!(state(&now, StepKind::SaveEvidence), StepState::NeedsYou);

    let folder = desk.folder.path().join("evidence");
    std::fs::create_dir(&folder).expect("a folder");
    let saved = job(
        &desk,
        json!({
            "kind": "download", "from": {"type": "server", "targetId": target}, "path": bad,
            "to": {"type": "folder", "folder": folder}, "ifThere": "refuse",
        }),
    )
    .await;
    let Some(JobResult::Download(download)) = &saved.result else { panic!("{saved:?}") };
    assert!(std::path::Path::new(&download.saved_to).is_file(), "a damaged file is kept");
    assert_eq!(state(&looked(&desk, &case).await, StepKind::FindGoodBackup), StepState::NeedsYou);

    read(&desk, &good).await;
    assert_eq!(state(&looked(&desk, &case).await, StepKind::FindGoodBackup), StepState::Done);
    let now = recovery.confirm_step(case.id, StepKind::KeepBackups).await.expect("confirmed");
    assert_eq!(state(&now, StepKind::VerifyBackup), StepState::NeedsYou);
    let made = back_up(&desk).await;
    assert_eq!(state(&looked(&desk, &case).await, StepKind::DrillBackup), StepState::NeedsYou);

    let Some(JobResult::Backup(backup)) = &made.result else { panic!("{made:?}") };
    let fetched = job(
        &desk,
        json!({
            "kind": "download", "from": {"type": "server", "targetId": target}, "path": backup.file_name,
            "to": {"type": "folder", "folder": folder}, "ifThere": "refuse",
        }),
    )
    .await;
    let Some(JobResult::Download(download)) = &fetched.result else { panic!("{fetched:?}") };
    let drilled = job(
        &desk,
        json!({"kind": "drill", "file": download.saved_to, "storage": "r2", "folder": null, "passphrase": null}),
    )
    .await;
    assert_eq!(drilled.state, JobState::Succeeded, "{drilled:?}");
    let report = recovery.close_case(case.id).await.expect("a report");
    assert!(report.complete && report.open.is_empty(), "{report:?}");
    assert_eq!(report.case.subject, subject, "the report says which backup it was");

    let plan = desk.desk.board().plan_delete(&target, std::slice::from_ref(&bad)).await.expect("a plan");
    assert_eq!(plan.blocked, None, "a bad one may go again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_that_is_read_intact_twice_is_not_damaged() {
    let (_practice, desk) = backed_up().await;
    let path = desk.zips().await.remove(0).path;
    let subject =
        CaseSubject::Backup { target_id: desk.target().await, target_name: "NAS".into(), path: path.clone() };
    let recovery = desk.desk.recovery();
    let case = recovery
        .begin_recovery(&profile(&desk), PlaybookPath::SuspiciousBackup, &subject)
        .await
        .expect("a case");
    for _ in 0..2 {
        read(&desk, &path).await;
    }
    let now = looked(&desk, &case).await;
    assert_eq!(state(&now, StepKind::ReadBackup), StepState::Done);
    assert!(now.steps.iter().all(|step| step.kind != StepKind::SaveEvidence), "{now:?}");
    assert_eq!(state(&now, StepKind::VerifyBackup), StepState::NeedsYou);
}
