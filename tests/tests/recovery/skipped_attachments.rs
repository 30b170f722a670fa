//! A restore left attachments out: from its kept list to a drill of everything that came back, and
//! the names of what did not.

use std::path::{Path, PathBuf};

use desk_core::archive::Storage;
use desk_core::granted::AllGranted;
use desk_core::incidents::{
    CaseSubject, FactDetail, FindingKind, FindingStep, Playbook, PlaybookPath, RecoveryCase, StepKind,
    StepState,
};
use desk_core::jobs::{
    BackupJob, DrillRequest, ExportRequest, HealFrom, HealTargetJob, JobRecord, JobResult, JobState, Outcome,
    RestoreSource, SourceChoice, TargetChoice, Watch,
};
use desk_practice::{Fault, Practice, PracticeOptions};
use desk_tests::at_desk::{AtDesk, copied, names_in};
use tokio_util::sync::CancellationToken;

use super::{assert_proven, profile, repaired, state};

/// A restore that left `lost` attachments out, and a copy of the target from before, from which the
/// first of them is gone too.
struct Loss {
    practice: Practice,
    desk: AtDesk,
    profile: String,
    job: JobRecord,
    copy: PathBuf,
    /// "cipherId/attachmentId" of the attachment that is nowhere.
    gone: String,
}

async fn loss(lost: u32) -> Loss {
    let practice = Practice::start(PracticeOptions::quick()).await.expect("a practice instance");
    let desk = AtDesk::at(&practice).await;
    let profile = profile(&desk);
    desk.run(BackupJob { target_id: None }).await;
    let copy = desk.folder.path().join("copy-of-the-target");
    copied(&practice.backups_folder(), &copy);
    practice.inject(&Fault::DeleteBodies { count: lost, forget: false }).expect("a switch");
    let path = desk.zips().await.remove(0).path;
    let job = restored(&desk, RestoreSource::Remote { target_id: desk.target().await, path }).await;
    let Some(JobResult::Restore(result)) = &job.result else { panic!("{job:?}") };
    assert_eq!(result.skipped.len(), lost as usize);
    let gone = result.skipped[0].blob_name().expect("named");
    std::fs::remove_file(copy.join("attachments").join(&gone)).expect("removed");
    Loss { practice, desk, profile, job, copy, gone }
}

async fn restored(desk: &AtDesk, source: RestoreSource) -> JobRecord {
    let mut plan = desk.confirmed_plan(source).await;
    plan.choices.accept_mismatch = true;
    desk.run(plan).await
}

impl Loss {
    async fn begin(&self) -> RecoveryCase {
        let subject = CaseSubject::Restore { job_id: self.job.id };
        let recovery = self.desk.desk.recovery();
        recovery
            .begin_recovery(&self.profile, PlaybookPath::SkippedAttachments, &subject)
            .await
            .expect("a case")
    }

    /// The case as it is found again: it can be left and resumed at every step.
    async fn looked(&self, case: &RecoveryCase) -> RecoveryCase {
        let open = self.desk.desk.recovery().recovery_case(&self.profile).expect("read").expect("open");
        assert_eq!(open.id, case.id);
        self.desk.desk.recovery().refresh_case(open.id).await.expect("looked at")
    }

    async fn is_at(&self, case: &RecoveryCase, kind: StepKind) -> RecoveryCase {
        let now = self.looked(case).await;
        let step = now.steps.iter().find(|step| step.state != StepState::Done).expect("something is open");
        assert_eq!((step.kind, step.state), (kind, StepState::NeedsYou), "{now:#?}");
        now
    }

    /// Whether the last restore is a finding that leads to this playbook.
    async fn is_found(&self) -> bool {
        let found = self.desk.desk.findings(Some(&self.profile)).await.expect("looked at");
        let subject = CaseSubject::Restore { job_id: self.job.id };
        let step = FindingStep::Playbook { playbook: Playbook::SkippedAttachments, subject };
        let is_there = found.diagnosis.finding(FindingKind::AttachmentsLeftOut).is_some();
        assert_eq!(is_there, found.findings.iter().any(|one| one.next.contains(&step)));
        is_there
    }

    async fn search(&self, case: &RecoveryCase, places: Vec<SourceChoice>) -> u64 {
        let restores = self.desk.desk.restores();
        let outcome = restores.find_case_copies(case.id, places, &AllGranted, &Watch::silent()).await;
        match outcome.expect("searched") {
            Outcome::Done(search) => search.found,
            _ => panic!("stopped"),
        }
    }

    fn place(&self) -> SourceChoice {
        SourceChoice::Folder { folder: self.copy.as_path().into() }
    }

    /// Signs in and repairs the settings: both follow from every restore.
    async fn recover_server(&self) {
        self.desk.sign_in(&self.practice).await;
        assert_proven(&repaired(&self.desk, &self.practice).await);
    }

    /// A complete export of what the server holds; its file.
    async fn fetch(&self) -> PathBuf {
        let request = ExportRequest::of_server(&self.desk.folder.path().join("after"));
        let job = self.desk.desk.jobs().run(request, CancellationToken::new()).await.expect("a job");
        let Some(JobResult::Export(export)) = job.result else { panic!("{job:?}") };
        export.file.expect("a file").into()
    }

    async fn drill(&self, file: &Path) -> JobRecord {
        let request =
            DrillRequest { file: file.into(), storage: Storage::R2, folder: None, passphrase: None };
        self.desk.run(request).await
    }

    /// Fetches everything, names what is gone, drills, and ends the case.
    async fn end(&self, case: &RecoveryCase, gone: &[&str]) {
        let recovery = self.desk.desk.recovery();
        self.is_at(case, StepKind::FetchAttachments).await;
        let file = self.fetch().await;
        self.is_at(case, StepKind::NameLost).await;
        let drilled = self.drill(&file).await;
        assert_eq!(drilled.state, JobState::Succeeded, "{drilled:?}");
        self.is_at(case, StepKind::NameLost).await;
        assert!(self.is_found().await, "it is not settled yet");
        let now = recovery.confirm_step(case.id, StepKind::NameLost).await.expect("its turn has come");
        let named = proof(&now, StepKind::NameLost, FactDetail::AttachmentsLost).join("\n");
        assert!(gone.iter().all(|path| named.contains(path)), "{gone:?} in {named}");
        assert_eq!(named.matches('/').count(), gone.len(), "{named}");
        assert!(named.contains('@'), "its owner: {named}");
        assert_eq!(state(&now, StepKind::DrillBackup), StepState::Done, "{now:#?}");
        let report = recovery.close_case(case.id).await.expect("a report");
        assert!(report.complete && report.open.is_empty(), "{report:?}");
        assert!(!self.is_found().await, "it is settled");
    }
}

fn proof(case: &RecoveryCase, kind: StepKind, detail: FactDetail) -> Vec<String> {
    let step = case.steps.iter().find(|step| step.kind == kind).expect("a step");
    let facts = step.proof.iter().filter(|fact| fact.detail == detail);
    facts.map(|fact| fact.original.clone().unwrap_or_default()).collect()
}

fn has_step(case: &RecoveryCase, kind: StepKind) -> bool {
    case.steps.iter().any(|step| step.kind == kind)
}

#[tokio::test(flavor = "multi_thread")]
async fn attachments_with_copies_are_restored_and_others_listed() {
    let loss = loss(3).await;
    let (desk, recovery) = (&loss.desk, loss.desk.desk.recovery());
    assert!(loss.is_found().await, "nobody has to be signed in");
    let case = loss.begin().await;
    let now = loss.is_at(&case, StepKind::FindCopies).await;
    assert_eq!(proof(&now, StepKind::ReadSkipped, FactDetail::LeftOutMissing), ["3"]);
    assert!(!has_step(&now, StepKind::CompleteZip), "no copy is known");
    let refused = recovery.confirm_step(case.id, StepKind::FindCopies).await.expect_err("by a search only");
    assert_eq!(refused.kind(), "step-shows-itself");
    let kept = desk.desk.restores().safety_copies().expect("read");
    if let [first, ..] = kept.as_slice() {
        let frozen = desk.desk.restores().remove_safety_copy(&first.name).expect_err("it may be needed");
        assert_eq!(frozen.kind(), "safety-copy-frozen");
    }

    assert_eq!(loss.search(&case, vec![loss.place()]).await, 2);
    loss.is_at(&case, StepKind::SignInAgain).await;
    desk.sign_in(&loss.practice).await;
    loss.is_at(&case, StepKind::OpenPortable).await;
    repaired(desk, &loss.practice).await;
    let now = loss.is_at(&case, StepKind::CompleteZip).await;
    assert_eq!(proof(&now, StepKind::FindCopies, FactDetail::CopiesFound), ["2 / 3"]);
    let zip = names_in(&loss.copy).into_iter().find(|name| name.ends_with(".zip")).expect("the backup");
    let zip = loss.copy.join(zip);
    let again = desk.folder.path().join("again");
    let request = desk.desk.restores().retry_request(loss.job.id, &again, &[]);
    assert_eq!(request.expect_err("not on this computer yet").kind(), "restored-backup-not-here");
    desk.desk.archives().inspect(&zip, Storage::R2, &Watch::silent()).await.expect("known from now on");
    let request = desk.desk.restores().retry_request(loss.job.id, &again, &[]).expect("copies are known");
    desk.desk.jobs().run(request, CancellationToken::new()).await.expect("a job");
    let now = loss.is_at(&case, StepKind::RestoreAgain).await;
    assert_eq!(proof(&now, StepKind::CompleteZip, FactDetail::BodiesPutBack), ["2 / 3"]);
    let path = proof(&now, StepKind::CompleteZip, FactDetail::CompleteZipMade).remove(0);

    restored(desk, RestoreSource::Local { path }).await;
    loss.is_at(&case, StepKind::SignInAgain).await;
    desk.sign_in(&loss.practice).await;
    let now = loss.is_at(&case, StepKind::OpenPortable).await;
    assert_eq!(proof(&now, StepKind::RestoreAgain, FactDetail::AttachmentsBack), ["2 / 3"]);
    // The index of the target is still stale: the repair's own backup there needs attention.
    repaired(desk, &loss.practice).await;
    loss.is_at(&case, StepKind::FetchAttachments).await;
    // The second restore is the last one now, and left nothing out that the ZIP had.
    let file = loss.fetch().await;
    loss.is_at(&case, StepKind::NameLost).await;
    let now = recovery.confirm_step(case.id, StepKind::NameLost).await.expect("its turn has come");
    let named = proof(&now, StepKind::NameLost, FactDetail::AttachmentsLost).join("\n");
    assert!(named.contains(&loss.gone) && named.matches('/').count() == 1, "{named}");
    assert_eq!(state(&now, StepKind::DrillBackup), StepState::NeedsYou);
    assert_eq!(loss.drill(&file).await.state, JobState::Succeeded);
    let report = recovery.close_case(case.id).await.expect("a report");
    assert!(report.complete, "{report:?}");
    assert!(!loss.is_found().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_zip_in_the_place_of_the_complete_one_proves_nothing() {
    let loss = loss(2).await;
    let (desk, case) = (&loss.desk, loss.begin().await);
    assert_eq!(loss.search(&case, vec![loss.place()]).await, 1);
    desk.sign_in(&loss.practice).await;
    repaired(desk, &loss.practice).await;
    let zip = names_in(&loss.copy).into_iter().find(|name| name.ends_with(".zip")).expect("the backup");
    let zip = loss.copy.join(zip);
    desk.desk.archives().inspect(&zip, Storage::R2, &Watch::silent()).await.expect("known from now on");
    let again = desk.folder.path().join("again");
    let request = desk.desk.restores().retry_request(loss.job.id, &again, &[]).expect("copies are known");
    desk.desk.jobs().run(request, CancellationToken::new()).await.expect("a job");
    let now = loss.is_at(&case, StepKind::RestoreAgain).await;
    let path = proof(&now, StepKind::CompleteZip, FactDetail::CompleteZipMade).remove(0);

    std::fs::copy(&zip, &path).expect("replaced by the backup without attachments");
    let refused = restored(desk, RestoreSource::Local { path }).await;
    let error = refused.error.expect("it is not what its name says");
    assert_eq!(error.kind(), "backup-would-be-refused");
    loss.is_at(&case, StepKind::RestoreAgain).await;

    // One that is restored, and has none of what was left out.
    let path = loss.fetch().await.to_string_lossy().into_owned();
    assert_eq!(restored(desk, RestoreSource::Local { path }).await.error, None);
    desk.sign_in(&loss.practice).await;
    repaired(desk, &loss.practice).await;
    loss.is_at(&case, StepKind::RestoreAgain).await;
    let refused = desk.desk.recovery().confirm_step(case.id, StepKind::RestoreAgain).await;
    assert_eq!(refused.expect_err("by a restore only").kind(), "step-shows-itself");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_copies_every_lost_attachment_is_listed_with_its_owner() {
    let loss = loss(2).await;
    let case = loss.begin().await;
    assert_eq!(loss.search(&case, Vec::new()).await, 0);
    let now = loss.is_at(&case, StepKind::SignInAgain).await;
    assert!(!has_step(&now, StepKind::CompleteZip) && !has_step(&now, StepKind::RestoreAgain), "{now:#?}");
    loss.recover_server().await;
    let Some(JobResult::Restore(result)) = &loss.job.result else { panic!("a restore") };
    let gone: Vec<String> =
        result.skipped.iter().filter_map(desk_core::jobs::SkippedAttachment::blob_name).collect();
    let gone: Vec<&str> = gone.iter().map(String::as_str).collect();
    loss.end(&case, &gone).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repaired_target_can_be_restored_from() {
    let loss = loss(2).await;
    let case = loss.begin().await;
    assert_eq!(loss.search(&case, vec![loss.place()]).await, 1);
    loss.is_at(&case, StepKind::SignInAgain).await;
    loss.desk.sign_in(&loss.practice).await;
    repaired(&loss.desk, &loss.practice).await;
    loss.is_at(&case, StepKind::CompleteZip).await;
    let target = TargetChoice::from(loss.practice.backups_folder().as_path());
    let sources = vec![HealFrom::Folder { folder: loss.copy.as_path().into() }];
    let jobs = loss.desk.desk.jobs();
    let plan = jobs.plan_heal(target.clone(), sources.clone(), &AllGranted, &Watch::silent()).await;
    let Outcome::Done(plan) = plan.expect("a plan") else { panic!("stopped") };
    loss.desk.run(HealTargetJob { target, sources, plan: plan.fingerprint }).await;
    loss.is_at(&case, StepKind::RestoreAgain).await;
    let Some(JobResult::Restore(first)) = &loss.job.result else { panic!("a restore") };
    let path = first.file_name.clone();
    let target_id = loss.desk.target().await;
    restored(&loss.desk, RestoreSource::Remote { target_id, path }).await;
    loss.is_at(&case, StepKind::SignInAgain).await;
    loss.recover_server().await;
    let now = loss.is_at(&case, StepKind::FetchAttachments).await;
    assert_eq!(proof(&now, StepKind::RestoreAgain, FactDetail::AttachmentsBack), ["1 / 2"]);
    let file = loss.fetch().await;
    loss.is_at(&case, StepKind::NameLost).await;
    let now =
        loss.desk.desk.recovery().confirm_step(case.id, StepKind::NameLost).await.expect("its turn has come");
    let named = proof(&now, StepKind::NameLost, FactDetail::AttachmentsLost).join("\n");
    assert!(named.contains(&loss.gone), "{named}");
    assert_eq!(loss.drill(&file).await.state, JobState::Succeeded);
    assert!(loss.desk.desk.recovery().close_case(case.id).await.expect("a report").complete);
}
