//! Too many attachments for one run of the worker: uploaded from here, then backed up by the server.

use desk_core::archive::Storage;
use desk_core::error::TargetDetail;
use desk_core::granted::AllGranted;
use desk_core::incidents::{FactDetail, PlaybookPath, StepKind, StepState};
use desk_core::jobs::{
    BodiesAhead, DrillRequest, HealAction, HealFrom, HealPlan, HealTargetJob, JobRecord, JobResult, JobState,
    Outcome, Watch,
};
use desk_practice::{Fault, Practice};
use desk_tests::at_desk::AtDesk;

use super::target_stopped::{back_up, begin, from_here, lead, look, looked, practice_with, proof};
use super::{profile, state};

const ATTACHMENTS: u32 = 12;
const MOST: u32 = 5;

async fn plan(desk: &AtDesk, practice: &Practice) -> HealPlan {
    let sources = vec![HealFrom::Server { new_bodies: true }];
    let planned =
        desk.desk.jobs().plan_heal(from_here(practice), sources, &AllGranted, &Watch::silent()).await;
    let Outcome::Done(plan) = planned.expect("a plan") else { panic!("it was not stopped") };
    plan
}

async fn upload(desk: &AtDesk, practice: &Practice) -> JobRecord {
    let plan = plan(desk, practice).await.fingerprint;
    let sources = vec![HealFrom::Server { new_bodies: true }];
    desk.run(HealTargetJob { target: from_here(practice), sources, plan }).await
}

fn met_the_limit(job: &JobRecord) -> bool {
    job.error.as_ref().is_some_and(|error| error.is(TargetDetail::TargetSubrequests))
}

async fn drilled(desk: &AtDesk, practice: &Practice, backup: &JobRecord) -> JobRecord {
    let Some(JobResult::Backup(backup)) = &backup.result else { panic!("{backup:?}") };
    let folder = practice.backups_folder();
    desk.run(DrillRequest {
        file: folder.join(&backup.file_name).into(),
        storage: Storage::R2,
        folder: Some(folder.into()),
        passphrase: None,
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn attachments_uploaded_from_here_let_the_server_run_within_the_limit() {
    let practice = practice_with(ATTACHMENTS).await;
    let desk = AtDesk::at(&practice).await;
    practice.inject(&Fault::SubrequestLimit { bodies: MOST }).expect("a limit");
    for _ in 0..2 {
        let failed = back_up(&desk).await;
        assert!(met_the_limit(&failed), "trying again does not help: {failed:?}");
    }
    let case = begin(&desk, PlaybookPath::SubrequestLimit).await;
    assert_eq!(state(&case, StepKind::CountBodies), StepState::NeedsYou);
    let recovery = desk.desk.recovery();
    for kind in [StepKind::CountBodies, StepKind::UploadBodies, StepKind::VerifyBackup, StepKind::DrillBackup]
    {
        recovery.confirm_step(case.id, kind).await.expect_err("only a proof completes it");
    }
    look(&desk, Some(from_here(&practice)), false).await;
    assert_eq!(state(&looked(&desk, &case).await, StepKind::CountBodies), StepState::NeedsYou, "not counted");

    let seen = look(&desk, Some(from_here(&practice)), true).await;
    let BodiesAhead { on_server, to_upload, to_upload_bytes } = seen.bodies.expect("counted");
    assert_eq!((on_server, to_upload), (12, 12));
    assert!(to_upload_bytes > 0);
    let now = looked(&desk, &case).await;
    assert_eq!(proof(&now, StepKind::CountBodies), [(FactDetail::BodiesToUpload, Some("12 / 12".into()))]);
    assert_eq!(state(&now, StepKind::UploadBodies), StepState::NeedsYou);

    // A plain repair knows only what backups on the target name: nothing.
    let sources = vec![HealFrom::Server { new_bodies: false }];
    let jobs = desk.desk.jobs();
    let plain = jobs.plan_heal(from_here(&practice), sources, &AllGranted, &Watch::silent()).await;
    let Outcome::Done(plain) = plain.expect("a plan") else { panic!("it was not stopped") };
    assert!(plain.bodies.is_empty(), "{plain:?}");
    let whole = plan(&desk, &practice).await;
    assert_eq!((whole.bodies.len(), whole.index), (12 - 5, HealAction::Write), "the run left five there");
    assert!(whole.bodies.iter().all(|body| body.owner.is_some()), "{whole:?}");

    let resumed = recovery.recovery_case(&profile(&desk)).expect("read").expect("open");
    let healed = upload(&desk, &practice).await;
    assert_eq!(healed.state, JobState::Succeeded, "{healed:?}");
    let now = looked(&desk, &resumed).await;
    assert_eq!(proof(&now, StepKind::UploadBodies), [(FactDetail::BodiesUploaded, Some("7".into()))]);
    assert!(plan(&desk, &practice).await.is_empty(), "all is there");
    assert_eq!(look(&desk, Some(from_here(&practice)), true).await.bodies.expect("counted").to_upload, 0);

    // The limit is still there; the run needs none of it.
    assert_eq!(state(&now, StepKind::VerifyBackup), StepState::NeedsYou);
    let made = back_up(&desk).await;
    assert_eq!(made.state, JobState::Succeeded, "{made:?}");
    assert_eq!(state(&looked(&desk, &case).await, StepKind::DrillBackup), StepState::NeedsYou);
    let drill = drilled(&desk, &practice, &made).await;
    assert_eq!(drill.state, JobState::Succeeded, "{drill:?}");
    let report = recovery.close_case(case.id).await.expect("a report");
    assert!(report.complete, "{report:?}");
    assert_eq!(lead(&desk).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_meets_the_limit_again_asks_for_another_upload() {
    let practice = practice_with(ATTACHMENTS).await;
    let desk = AtDesk::at(&practice).await;
    practice.inject(&Fault::SubrequestLimit { bodies: MOST }).expect("a limit");
    assert!(met_the_limit(&back_up(&desk).await));
    let case = begin(&desk, PlaybookPath::SubrequestLimit).await;
    look(&desk, Some(from_here(&practice)), true).await;
    assert_eq!(upload(&desk, &practice).await.state, JobState::Succeeded);
    assert_eq!(state(&looked(&desk, &case).await, StepKind::UploadBodies), StepState::Done);

    // Someone deletes the index: the server needs to upload everything once more.
    practice.inject(&Fault::DeleteIndex).expect("deleted");
    assert!(met_the_limit(&back_up(&desk).await));
    let now = looked(&desk, &case).await;
    assert_eq!(state(&now, StepKind::UploadBodies), StepState::NeedsYou, "{now:?}");
    assert_eq!(state(&now, StepKind::VerifyBackup), StepState::Later);
    let healed = upload(&desk, &practice).await;
    let Some(JobResult::HealTarget(heal)) = &healed.result else { panic!("{healed:?}") };
    assert!(heal.uploaded.is_empty() && heal.index_written, "only the index was missing: {heal:?}");
    assert_eq!(state(&looked(&desk, &case).await, StepKind::UploadBodies), StepState::Done);
    assert_eq!(back_up(&desk).await.state, JobState::Succeeded);
    assert_eq!(state(&looked(&desk, &case).await, StepKind::VerifyBackup), StepState::Done);
}
