//! Targets checked, examined, healed and copied as jobs: their records, and how they stop.

use std::path::Path;

use desk_core::granted::{FileGrants, not_chosen};
use desk_core::jobs::{
    CopyTargetJob, Depth, ExamineTargetJob, HealFrom, HealTargetJob, JobKind, JobResult, JobState, Outcome,
    TargetChoice, VerifyTargetJob, Watch,
};
use desk_core::ledger::JobQuery;
use desk_tests::at_desk::AtDesk;
use desk_tests::share::Share;
use desk_tests::target_folder::TargetOnDisk;
use tokio_util::sync::CancellationToken;

fn folder(path: &Path) -> TargetChoice {
    TargetChoice::from(path)
}

#[tokio::test(flavor = "multi_thread")]
async fn examination_repair_and_verification_of_a_target_are_recorded() {
    let (at, elsewhere) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let target = TargetOnDisk::write(at.path(), 3, 6);
    TargetOnDisk::write(elsewhere.path(), 3, 6);
    target.lose("cipher-1/attachment-1");
    let desk = AtDesk::empty();
    let examined = desk.run(ExamineTargetJob { target: folder(at.path()) }).await;
    assert_eq!((examined.kind, examined.state), (JobKind::ExamineTarget, JobState::Attention));

    let sources = vec![HealFrom::Folder { folder: elsewhere.path().into() }];
    let files = desk_core::granted::AllGranted;
    let jobs = desk.desk.jobs();
    let plan = jobs.plan_heal(folder(at.path()), sources.clone(), &files, &Watch::silent()).await;
    let Outcome::Done(plan) = plan.expect("a plan") else { panic!("it was not stopped") };
    let request =
        HealTargetJob { target: folder(at.path()), sources: sources.clone(), plan: plan.fingerprint.clone() };
    let healed = desk.run(request.clone()).await;
    assert_eq!(healed.state, JobState::Succeeded, "{healed:?}");

    // The plan was carried out: it fits no more.
    let again = desk.run(request).await;
    assert_eq!(again.state, JobState::Failed);
    assert_eq!(again.error.expect("another plan").kind(), "heal-plan-changed");

    let verified = desk.run(VerifyTargetJob { target: folder(at.path()), depth: Depth::Everything }).await;
    assert_eq!(verified.state, JobState::Succeeded, "{verified:?}");
    let kept = desk.desk.ledger().job(healed.id).expect("read").expect("kept");
    assert!(matches!(kept.result, Some(JobResult::HealTarget(healed)) if healed.uploaded.len() == 1));
    let history = desk.desk.ledger().jobs(&JobQuery::default()).expect("kept");
    assert_eq!(history.len(), 4);
    assert!(
        history.iter().all(|job| job.subject == at.path().file_name().expect("a name").to_string_lossy())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_repair_records_what_it_did() {
    let (share, elsewhere) = (Share::start().await, tempfile::tempdir().expect("a folder"));
    let target = TargetOnDisk::write(share.folder(), 10, 80);
    TargetOnDisk::write(elsewhere.path(), 10, 80);
    let names: Vec<String> = target.bodies.keys().cloned().collect();
    names.iter().for_each(|name| target.lose(name));
    let desk = AtDesk::empty();
    let at = TargetChoice::Typed {
        location: Box::new(share.location()),
        secret: "secret".into(),
        reach: desk_core::targets::Reach::default(),
    };
    let sources = vec![HealFrom::Folder { folder: elsewhere.path().into() }];
    let files = desk_core::granted::AllGranted;
    let plan = desk.desk.jobs().plan_heal(at.clone(), sources.clone(), &files, &Watch::silent()).await;
    let Outcome::Done(plan) = plan.expect("a plan") else { panic!("it was not stopped") };
    let cancel = CancellationToken::new();
    let stop = cancel.clone();
    share.instead(move |asked| {
        if asked.method.as_str() == "MOVE" && asked.path.contains("cipher-3") {
            stop.cancel();
        }
        None
    });
    let request = HealTargetJob { target: at, sources, plan: plan.fingerprint };
    let job = desk.desk.jobs().run(request, cancel).await.expect("its end is kept");
    assert_eq!(job.state, JobState::Cancelled, "{job:?}");
    let Some(JobResult::HealTarget(healed)) = job.result else { panic!("a result") };
    assert!(!healed.uploaded.is_empty() && healed.uploaded.len() < 80, "{}", healed.uploaded.len());
    assert_eq!(target.indexed().len(), healed.uploaded.len(), "the index lists what is there");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_is_a_job_that_names_both_places() {
    let (from, to) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    TargetOnDisk::write(from.path(), 2, 4);
    let desk = AtDesk::empty();
    let job = desk.run(CopyTargetJob { from: folder(from.path()), to: folder(to.path()) }).await;
    assert_eq!(job.state, JobState::Succeeded, "{job:?}");
    assert!(job.subject.contains(" → "), "{}", job.subject);
    let examined = desk.run(ExamineTargetJob { target: folder(to.path()) }).await;
    assert_eq!(examined.state, JobState::Succeeded, "{examined:?}");
}

/// A window in which the person chose nothing.
struct NothingChosen;

impl FileGrants for NothingChosen {
    fn may_read(&self, file: &Path) -> desk_core::Result<()> {
        Err(not_chosen(file))
    }
    fn may_read_folder(&self, folder: &Path) -> desk_core::Result<()> {
        Err(not_chosen(folder))
    }
    fn may_write_into(&self, folder: &Path) -> desk_core::Result<()> {
        Err(not_chosen(folder))
    }
    fn usual_folder(&self) -> desk_core::Result<std::path::PathBuf> {
        Err(not_chosen(Path::new("")))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_window_cannot_use_a_folder_that_was_not_chosen() {
    let at = tempfile::tempdir().expect("a folder");
    TargetOnDisk::write(at.path(), 1, 1);
    let desk = AtDesk::empty();
    let target = || folder(at.path());
    let jobs = desk.desk.jobs();
    let refused = [
        jobs.start(ExamineTargetJob { target: target() }, &NothingChosen).await,
        jobs.start(CopyTargetJob { from: target(), to: target() }, &NothingChosen).await,
        jobs.start(HealTargetJob { target: target(), sources: vec![], plan: String::new() }, &NothingChosen)
            .await,
    ];
    for refused in refused {
        assert_eq!(refused.expect_err("nobody chose it").kind(), "not-chosen");
    }
}
