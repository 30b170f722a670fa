//! Attachments of the backups on a target are gone: from the finding to a drill that leaves out
//! nothing but what is named.

use std::path::Path;

use desk_core::archive::Storage;
use desk_core::granted::AllGranted;
use desk_core::incidents::{
    CaseSubject, FactDetail, FindingStep, FindingSubject, Playbook, PlaybookPath, RecoveryCase, StepKind,
    StepState,
};
use desk_core::jobs::{
    BackupJob, Depth, DrillRequest, ExamineTargetJob, ExportRequest, HealFrom, HealTargetJob, IntegrityJob,
    JobRecord, JobResult, JobState, Outcome, TargetChoice, VerifyTargetJob, Watch,
};
use desk_core::secrets::SecretField;
use desk_core::server::{Location, WebdavPlace};
use desk_core::targets::Reach;
use desk_practice::{Fault, Practice, PracticeOptions};
use desk_tests::archive_builder::Backup;
use desk_tests::at_desk::AtDesk;
use desk_tests::target_folder::put_backup;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::{profile, state};

/// How this computer reaches the target of the practice instance: over the network, or as a folder.
#[derive(Clone, Copy)]
enum Way {
    Share,
    Folder,
}

fn choice(practice: &Practice, way: Way) -> TargetChoice {
    match way {
        Way::Folder => TargetChoice::from(practice.backups_folder().as_path()),
        Way::Share => {
            let (user, secret) = practice.webdav_credentials();
            TargetChoice::Typed {
                location: Box::new(Location::Webdav(WebdavPlace {
                    base_url: practice.webdav_url(),
                    username: user.into(),
                    password: SecretField::Kept,
                    remote_path: "nodewarden".into(),
                })),
                secret,
                reach: Reach { http_accepted: true, ..Reach::default() },
            }
        }
    }
}

async fn backed_up() -> (Practice, AtDesk) {
    let practice = Practice::start(PracticeOptions::quick()).await.expect("a practice instance");
    let desk = AtDesk::at(&practice).await;
    assert_eq!(desk.run(BackupJob { target_id: None }).await.state, JobState::Succeeded);
    (practice, desk)
}

/// The finding about the target, when it leads to this playbook.
async fn found(desk: &AtDesk) -> Option<CaseSubject> {
    let findings = desk.desk.findings(None).await.expect("looked at").findings;
    findings.into_iter().filter(|one| matches!(one.about, FindingSubject::Target { .. })).find_map(|one| {
        match one.next.into_iter().next()? {
            FindingStep::Playbook { playbook: Playbook::DeletedFolder, subject } => Some(subject),
            _ => None,
        }
    })
}

async fn begin(desk: &AtDesk, subject: &CaseSubject) -> RecoveryCase {
    let recovery = desk.desk.recovery();
    recovery.begin_recovery(&profile(desk), PlaybookPath::DeletedFolder, subject).await.expect("a case")
}

/// The case as it is found again: it can be left and resumed at every step.
async fn looked(desk: &AtDesk, case: &RecoveryCase) -> RecoveryCase {
    let open = desk.desk.recovery().recovery_case(&profile(desk)).expect("read").expect("open");
    assert_eq!(open.id, case.id);
    desk.desk.recovery().refresh_case(open.id).await.expect("looked at")
}

async fn is_at(desk: &AtDesk, case: &RecoveryCase, kind: StepKind) {
    let now = looked(desk, case).await;
    let step = now.steps.iter().find(|step| step.state != StepState::Done).expect("something is open");
    assert_eq!((step.kind, step.state), (kind, StepState::NeedsYou), "{now:#?}");
}

fn proof(case: &RecoveryCase, kind: StepKind, detail: FactDetail) -> Vec<String> {
    let step = case.steps.iter().find(|step| step.kind == kind).expect("a step");
    let facts = step.proof.iter().filter(|fact| fact.detail == detail);
    facts.map(|fact| fact.original.clone().unwrap_or_default()).collect()
}

async fn keep_all(desk: &AtDesk) {
    let before = desk.desk.settings().backup_settings().await.expect("settings");
    let mut after = before.clone();
    after.destinations[0].schedule.retention_count = None;
    desk.desk.settings().save_backup_settings(&before, &after).await.expect("saved");
}

async fn examine(desk: &AtDesk, target: TargetChoice) -> JobRecord {
    desk.run(ExamineTargetJob { target }).await
}

async fn heal(desk: &AtDesk, target: TargetChoice, sources: Vec<HealFrom>) -> JobRecord {
    let jobs = desk.desk.jobs();
    let plan = jobs.plan_heal(target.clone(), sources.clone(), &AllGranted, &Watch::silent()).await;
    let Outcome::Done(plan) = plan.expect("a plan") else { panic!("stopped") };
    desk.run(HealTargetJob { target, sources, plan: plan.fingerprint }).await
}

async fn search(desk: &AtDesk, case: &RecoveryCase) -> desk_core::Result<u64> {
    let restores = desk.desk.restores();
    match restores.find_case_copies(case.id, Vec::new(), &AllGranted, &Watch::silent()).await? {
        Outcome::Done(search) => Ok(search.found),
        _ => panic!("stopped"),
    }
}

async fn back_up(desk: &AtDesk) -> String {
    // Names have seconds: the next one must differ.
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    let made = desk.run(BackupJob { target_id: None }).await;
    assert_eq!(made.state, JobState::Succeeded, "{made:?}");
    let Some(JobResult::Backup(backup)) = made.result else { panic!("no result") };
    backup.file_name
}

async fn drill(desk: &AtDesk, practice: &Practice, name: &str) -> JobRecord {
    let folder = practice.backups_folder();
    let request = DrillRequest {
        file: folder.join(name).as_path().into(),
        storage: Storage::R2,
        folder: Some(folder.as_path().into()),
        passphrase: None,
    };
    desk.run(request).await
}

/// A backup on the target whose attachments no one has any more.
fn orphaned_backup(folder: &Path) -> usize {
    let elsewhere = tempfile::tempdir().expect("a folder");
    let backup = Backup { index_only: true, ..Backup::sample(2, 3) };
    let name = put_backup(elsewhere.path(), &backup);
    let old = name.replace("20261122", "20200102");
    std::fs::copy(elsewhere.path().join(&name), folder.join(old)).expect("copied");
    backup.bodies.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_folder_on_a_share_is_restored_and_losses_are_listed() {
    whole(Way::Share).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_local_folder_is_restored_and_losses_are_listed() {
    whole(Way::Folder).await;
}

async fn whole(way: Way) {
    let (practice, desk) = backed_up().await;
    let export = ExportRequest::of_server(&desk.folder.path().join("kept"));
    desk.desk.jobs().run(export, CancellationToken::new()).await.expect("exported");
    let gone = orphaned_backup(&practice.backups_folder());
    practice.inject(&Fault::DeleteAttachmentsFolder).expect("deleted");
    assert_eq!(found(&desk).await, None, "nobody looked yet");
    examine(&desk, choice(&practice, way)).await;
    let target = desk.target().await;
    let subject = found(&desk).await.expect("examining the target is enough");
    assert_eq!(subject.target_id(), Some(target.as_str()));

    let case = begin(&desk, &subject).await;
    let recovery = desk.desk.recovery();
    is_at(&desk, &case, StepKind::KeepBackups).await;
    let old = desk.zips().await.remove(0).path;
    let plan = desk.desk.board().plan_delete(&target, std::slice::from_ref(&old)).await.expect("a plan");
    assert_eq!(plan.blocked.map(|error| error.kind()), Some("target-frozen".into()));
    keep_all(&desk).await;
    is_at(&desk, &case, StepKind::ExamineTarget).await;
    assert_eq!(search(&desk, &case).await.expect_err("nobody examined it").kind(), "step-not-yet");
    let refused = recovery.confirm_step(case.id, StepKind::ExamineTarget).await.expect_err("by a proof only");
    assert_eq!(refused.kind(), "step-shows-itself");
    let refused = recovery.confirm_step(case.id, StepKind::NameLost).await.expect_err("too early");
    assert_eq!(refused.kind(), "step-not-yet");

    // Another folder is not this target.
    let other = tempfile::tempdir().expect("a folder");
    put_backup(other.path(), &Backup::sample(1, 1));
    examine(&desk, TargetChoice::from(other.path())).await;
    is_at(&desk, &case, StepKind::ExamineTarget).await;
    examine(&desk, choice(&practice, way)).await;
    is_at(&desk, &case, StepKind::FindCopies).await;
    assert_eq!(search(&desk, &case).await.expect("searched"), 6);
    is_at(&desk, &case, StepKind::HealTarget).await;
    let zips = proof(&looked(&desk, &case).await, StepKind::FindCopies, FactDetail::CopyInZip);
    let sources = zips.iter().map(|zip| HealFrom::Zip { zip: Path::new(zip).into() }).collect();
    heal(&desk, choice(&practice, way), sources).await;
    is_at(&desk, &case, StepKind::BackUpAttachments).await;
    let put_back = proof(&looked(&desk, &case).await, StepKind::HealTarget, FactDetail::BodiesPutBack);
    assert_eq!(put_back, ["6"]);

    let made = back_up(&desk).await;
    is_at(&desk, &case, StepKind::VerifyTarget).await;
    desk.run(VerifyTargetJob { target: choice(&practice, way), depth: Depth::Listing }).await;
    is_at(&desk, &case, StepKind::VerifyTarget).await;
    desk.run(VerifyTargetJob { target: choice(&practice, way), depth: Depth::Everything }).await;
    is_at(&desk, &case, StepKind::NameLost).await;
    drill(&desk, &practice, &made).await;
    is_at(&desk, &case, StepKind::NameLost).await;
    let now = recovery.confirm_step(case.id, StepKind::NameLost).await.expect("its turn has come");
    assert_eq!(state(&now, StepKind::DrillBackup), StepState::Done, "{now:#?}");
    let named = proof(&now, StepKind::NameLost, FactDetail::AttachmentsLost).join("\n");
    assert_eq!(named.matches("attachment-").count(), gone, "{named}");
    assert!(named.contains("member@example.org: "), "{named}");

    let report = recovery.close_case(case.id).await.expect("a report");
    assert!(report.complete && report.open.is_empty(), "{report:?}");
    assert_eq!(report.backups.len(), 1);
    assert_eq!(found(&desk).await, None, "the newest backup lacks nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stale_index_is_moved_aside_and_the_server_uploads_again() {
    let (practice, desk) = backed_up().await;
    practice.inject(&Fault::DeleteBodies { count: 2, forget: false }).expect("deleted");
    let path = desk.zips().await.remove(0).path;
    let check = IntegrityJob { target_id: desk.target().await, path, deep: true };
    assert_eq!(desk.run(check).await.state, JobState::Attention);
    let subject = found(&desk).await.expect("the check of the server is enough");
    let case = begin(&desk, &subject).await;
    keep_all(&desk).await;
    let at = || choice(&practice, Way::Share);
    examine(&desk, at()).await;
    assert_eq!(search(&desk, &case).await.expect("searched"), 0);
    // A backup before the index is true uploads nothing, and proves nothing.
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    desk.run(BackupJob { target_id: None }).await;
    is_at(&desk, &case, StepKind::HealTarget).await;
    heal(&desk, at(), Vec::new()).await;
    is_at(&desk, &case, StepKind::BackUpAttachments).await;
    let now = looked(&desk, &case).await;
    assert_eq!(proof(&now, StepKind::HealTarget, FactDetail::IndexKeptBeside).len(), 1);

    let made = back_up(&desk).await;
    desk.run(VerifyTargetJob { target: at(), depth: Depth::Everything }).await;
    is_at(&desk, &case, StepKind::DrillBackup).await;
    assert_eq!(drill(&desk, &practice, &made).await.state, JobState::Succeeded);
    let report = desk.desk.recovery().close_case(case.id).await.expect("a report");
    assert!(report.complete, "{report:?}");
    assert!(report.case.steps.iter().all(|step| step.kind != StepKind::NameLost), "nothing is gone");
    assert_eq!(found(&desk).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn attachments_beyond_the_limit_of_a_run_are_uploaded_from_here() {
    let (practice, desk) = backed_up().await;
    practice.inject(&Fault::DeleteAttachmentsFolder).expect("deleted");
    examine(&desk, choice(&practice, Way::Share)).await;
    let subject = found(&desk).await.expect("found");
    let case = begin(&desk, &subject).await;
    keep_all(&desk).await;
    examine(&desk, choice(&practice, Way::Share)).await;
    search(&desk, &case).await.expect("searched");
    is_at(&desk, &case, StepKind::BackUpAttachments).await;
    let server: HealFrom = serde_json::from_value(json!({"type": "server"})).expect("a source");
    let healed = heal(&desk, choice(&practice, Way::Share), vec![server]).await;
    let Some(JobResult::HealTarget(result)) = &healed.result else { panic!("{healed:?}") };
    assert_eq!(result.uploaded.len(), 6);
    let made = back_up(&desk).await;
    desk.run(VerifyTargetJob { target: choice(&practice, Way::Share), depth: Depth::Everything }).await;
    is_at(&desk, &case, StepKind::DrillBackup).await;
    drill(&desk, &practice, &made).await;
    assert!(desk.desk.recovery().close_case(case.id).await.expect("a report").complete);
}
