//! A target stopped working: found, looked at from both sides, fixed or replaced by backups of this
//! computer, and proven.

use desk_core::desk_targets::{DeskPlaceForm, DeskSchedule, DeskTargetForm};
use desk_core::granted::AllGranted;
use desk_core::health::{StopCause, StorageService, TargetFix, TargetReach};
use desk_core::incidents::{
    CaseSubject, FactDetail, FindingStep, Playbook, PlaybookPath, RecoveryCase, StepKind, StepState,
};
use desk_core::jobs::{
    BackupJob, DeskBackupJob, JobRecord, JobResult, JobState, LookAtTargetJob, TargetChoice, TargetLook,
};
use desk_core::secrets::SecretField;
use desk_core::server::{AddressingStyle, Location, S3Place, WebdavPlace};
use desk_core::targets::Reach;
use desk_practice::{Fault, Practice, PracticeOptions, Sample};
use desk_tests::at_desk::AtDesk;
use desk_tests::bucket::Bucket;

use super::{profile, state};

const S3_HOST: &str = "s3.practice.test";

pub(super) async fn practice_with(attachments: u32) -> Practice {
    let sample = Sample { ciphers: 6, attachments, ..Sample::default() };
    Practice::start(PracticeOptions::quick().sample(sample)).await.expect("a practice instance")
}

pub(super) async fn back_up(desk: &AtDesk) -> JobRecord {
    desk.run(BackupJob { target_id: Some(desk.target().await) }).await
}

/// The practice target at the address that this computer reaches.
pub(super) fn from_here(practice: &Practice) -> TargetChoice {
    let (username, secret) = practice.webdav_credentials();
    let location = Location::Webdav(WebdavPlace {
        base_url: practice.webdav_url(),
        username: username.into(),
        password: SecretField::Kept,
        remote_path: "nodewarden".into(),
    });
    TargetChoice::Typed { location: Box::new(location), secret, reach: Reach::default() }
}

pub(super) async fn look(desk: &AtDesk, here: Option<TargetChoice>, bodies: bool) -> TargetLook {
    let job = desk.run(LookAtTargetJob { target_id: desk.target().await, here, bodies }).await;
    assert_eq!(job.profile_id, Some(profile(desk)), "it belongs to the server");
    let Some(JobResult::LookAtTarget(look)) = job.result else { panic!("{job:?}") };
    assert_eq!(job.state == JobState::Succeeded, look.cause.is_none(), "{look:?}");
    look
}

/// Where the finding of the target leads.
pub(super) async fn lead(desk: &AtDesk) -> Option<(Playbook, CaseSubject)> {
    let found = desk.desk.findings(None).await.expect("findings");
    found.findings.into_iter().flat_map(|finding| finding.next).find_map(|step| match step {
        FindingStep::Playbook { playbook, subject } => Some((playbook, subject)),
        _ => None,
    })
}

pub(super) async fn begin(desk: &AtDesk, path: PlaybookPath) -> RecoveryCase {
    let (playbook, subject) = lead(desk).await.expect("it is found");
    assert_eq!(playbook, path.playbook());
    assert_eq!(subject.target_id(), Some(desk.target().await.as_str()));
    desk.desk.recovery().begin_recovery(&profile(desk), path, &subject).await.expect("a case")
}

pub(super) async fn looked(desk: &AtDesk, case: &RecoveryCase) -> RecoveryCase {
    desk.desk.recovery().refresh_case(case.id).await.expect("the case")
}

pub(super) fn proof(case: &RecoveryCase, kind: StepKind) -> Vec<(FactDetail, Option<String>)> {
    let step = case.steps.iter().find(|step| step.kind == kind).expect("the step");
    step.proof.iter().map(|fact| (fact.detail, fact.original.clone())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_login_is_fixed_and_confirmed_by_a_verified_backup() {
    let practice = practice_with(3).await;
    let desk = AtDesk::at(&practice).await;
    assert_eq!(back_up(&desk).await.state, JobState::Succeeded);
    assert_eq!(lead(&desk).await, None, "nothing is wrong yet");
    practice.inject(&Fault::TargetStatus { status: 401 }).expect("refused");
    assert_eq!(back_up(&desk).await.state, JobState::Failed);

    let case = begin(&desk, PlaybookPath::TargetStopped).await;
    assert_eq!(state(&case, StepKind::LookFromServer), StepState::NeedsYou);
    assert_eq!(state(&case, StepKind::VerifyBackup), StepState::Later);
    let recovery = desk.desk.recovery();
    for kind in [StepKind::LookFromServer, StepKind::VerifyBackup] {
        recovery.confirm_step(case.id, kind).await.expect_err("only a proof completes it");
    }

    let seen = look(&desk, None, false).await;
    assert_eq!((seen.reach, seen.cause), (TargetReach::NotFromServerHereUntried, Some(StopCause::Login)));
    let now = looked(&desk, &case).await;
    assert_eq!(
        proof(&now, StepKind::LookFromServer),
        [(FactDetail::TargetNotListedByServer, Some("WebDAV listing failed: 401".into()))]
    );
    assert_eq!(state(&now, StepKind::LookFromHere), StepState::NeedsYou);
    let seen = look(&desk, Some(from_here(&practice)), false).await;
    assert_eq!((seen.reach, seen.cause), (TargetReach::Nowhere, Some(StopCause::Login)));
    assert_eq!(seen.fixes.first(), Some(&TargetFix::EnterLogin));
    assert_eq!(state(&looked(&desk, &case).await, StepKind::FixTarget), StepState::NeedsYou);

    // Left, and resumed in the same place.
    let resumed = recovery.recovery_case(&profile(&desk)).expect("read").expect("open");
    assert_eq!(resumed.id, case.id);
    look(&desk, None, false).await;
    assert_eq!(state(&looked(&desk, &resumed).await, StepKind::FixTarget), StepState::NeedsYou);

    practice.inject(&Fault::RestoreNormal).expect("fixed");
    assert_eq!(state(&looked(&desk, &case).await, StepKind::FixTarget), StepState::NeedsYou, "not by itself");
    assert_eq!(look(&desk, None, false).await.cause, None);
    let now = looked(&desk, &case).await;
    assert_eq!(state(&now, StepKind::FixTarget), StepState::Done);
    assert_eq!(state(&now, StepKind::VerifyBackup), StepState::NeedsYou);
    assert!(now.steps.iter().all(|step| step.kind != StepKind::BackUpHere));
    assert_eq!(back_up(&desk).await.state, JobState::Succeeded);
    let report = recovery.close_case(case.id).await.expect("a report");
    assert!(report.complete && report.open.is_empty(), "{report:?}");
    assert_eq!(report.backups.len(), 1);
    assert_eq!(lead(&desk).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_target_is_fixed_only_when_a_backup_shows_it() {
    let practice = practice_with(3).await;
    let desk = AtDesk::at(&practice).await;
    practice.inject(&Fault::FillTarget).expect("full");
    assert_eq!(back_up(&desk).await.state, JobState::Failed);
    let case = begin(&desk, PlaybookPath::TargetStopped).await;
    let seen = look(&desk, Some(from_here(&practice)), false).await;
    assert_eq!((seen.reach, seen.cause), (TargetReach::Everywhere, Some(StopCause::Full)));
    assert_eq!(seen.fixes, [TargetFix::FreeSpace, TargetFix::KeepFewer]);
    practice.inject(&Fault::RestoreNormal).expect("space is free again");
    assert_eq!(look(&desk, None, false).await.cause, Some(StopCause::Full), "a listing does not tell");
    assert_eq!(state(&looked(&desk, &case).await, StepKind::FixTarget), StepState::NeedsYou);
    assert_eq!(back_up(&desk).await.state, JobState::Succeeded);
    let now = looked(&desk, &case).await;
    for kind in [StepKind::FixTarget, StepKind::VerifyBackup] {
        assert_eq!(proof(&now, kind)[0].0, FactDetail::BackupVerified, "{kind:?}");
    }
    assert!(desk.desk.recovery().close_case(case.id).await.expect("a report").complete);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_only_this_computer_reaches_gets_a_backup_from_here() {
    let practice = practice_with(3).await;
    let desk = AtDesk::at(&practice).await;
    practice.inject(&Fault::TargetBlocksServer).expect("blocked");
    assert_eq!(back_up(&desk).await.state, JobState::Failed);
    let case = begin(&desk, PlaybookPath::TargetStopped).await;
    let seen = look(&desk, Some(from_here(&practice)), false).await;
    assert_eq!(
        (seen.reach, seen.cause),
        (TargetReach::NotFromServer, Some(StopCause::BlockedForServer)),
        "{seen:?}"
    );
    assert!(seen.fixes.contains(&TargetFix::BackUpHere), "{seen:?}");

    let recovery = desk.desk.recovery();
    let now = recovery.confirm_step(case.id, StepKind::FixTarget).await.expect("given up");
    assert!(now.steps.iter().all(|step| step.kind != StepKind::VerifyBackup), "{now:?}");
    assert_eq!(state(&now, StepKind::BackUpHere), StepState::NeedsYou);
    recovery.confirm_step(case.id, StepKind::BackUpHere).await.expect_err("only a backup completes it");
    assert!(!looked(&desk, &case).await.steps.iter().all(|step| step.state == StepState::Done));

    let folder = desk.folder.path().join("stick");
    std::fs::create_dir(&folder).expect("made");
    let form = DeskTargetForm {
        id: None,
        name: "Stick".into(),
        place: DeskPlaceForm::Folder { path: folder.clone().into() },
        attachments: true,
        schedule: DeskSchedule::Off,
        retention: None,
        http_accepted: false,
        ca_file: None,
    };
    let place = desk.desk.desk_targets().save(form, &profile(&desk), &AllGranted).await.expect("saved");
    // Without its folder the backup fails, and the step says why.
    let away = desk.folder.path().join("pulled-out");
    std::fs::rename(&folder, &away).expect("pulled out");
    assert_eq!(desk.run(DeskBackupJob::to(&place.id)).await.state, JobState::Failed);
    let failed = looked(&desk, &case).await;
    let step = failed.steps.iter().find(|step| step.kind == StepKind::BackUpHere).expect("the step");
    assert!(step.state == StepState::NeedsYou && step.error.is_some(), "{step:?}");
    std::fs::rename(&away, &folder).expect("back");

    assert_eq!(desk.run(DeskBackupJob::to(&place.id)).await.state, JobState::Succeeded);
    let report = recovery.close_case(case.id).await.expect("a report");
    assert!(report.complete, "{report:?}");
    assert_eq!(proof(&report.case, StepKind::BackUpHere)[0].0, FactDetail::DeskBackupVerified);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_targets_response_to_the_server_determines_the_cause() {
    let practice = practice_with(0).await;
    let desk = AtDesk::at(&practice).await;
    for (status, cause) in [
        (403, StopCause::Permission),
        (429, StopCause::RateLimit),
        (503, StopCause::Down),
        (526, StopCause::Certificate),
        (530, StopCause::Down),
    ] {
        practice.inject(&Fault::TargetStatus { status }).expect("a status");
        let seen = look(&desk, None, false).await;
        assert_eq!(seen.cause, Some(cause), "{status}");
        assert!(!seen.fixes.is_empty() && seen.from_server.error.is_some(), "{status}");
    }
    practice.inject(&Fault::RestoreNormal).expect("normal");
    let seen = look(&desk, Some(from_here(&practice)), false).await;
    assert_eq!((seen.cause, seen.reach), (None, TargetReach::Everywhere));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_whose_key_was_deleted_works_with_a_new_one() {
    let bucket = Bucket::start(S3_HOST, "backups", "new key", "the secret key").await;
    let options = PracticeOptions::quick().sample(Sample { ciphers: 3, attachments: 2, ..Sample::default() });
    let options = PracticeOptions { host_aliases: vec![(S3_HOST.into(), bucket.address())], ..options };
    let practice = Practice::start(options).await.expect("a practice instance");
    let desk = AtDesk::at(&practice).await;
    let save = async |key: &str, secret: &str| {
        let before = desk.desk.settings().backup_settings().await.expect("settings");
        let mut after = before.clone();
        after.destinations[0].location = Location::S3(S3Place {
            endpoint: format!("http://{S3_HOST}:{}", bucket.address().port()),
            bucket: "backups".into(),
            addressing_style: AddressingStyle::PathStyle,
            region: "us-east-1".into(),
            access_key_id: key.into(),
            secret_access_key: SecretField::new(secret),
            root_path: String::new(),
        });
        desk.desk.settings().save_backup_settings(&before, &after).await.expect("saved");
    };
    save("old key", "the old secret key").await;
    assert_eq!(back_up(&desk).await.state, JobState::Failed);
    let case = begin(&desk, PlaybookPath::TargetStopped).await;
    let seen = look(&desk, None, false).await;
    assert_eq!((seen.service, seen.cause), (StorageService::S3, Some(StopCause::Login)), "{seen:?}");
    assert_eq!(seen.fixes.first(), Some(&TargetFix::NewKey));

    save("new key", "the secret key").await;
    assert_eq!(look(&desk, None, false).await.cause, None);
    let now =
        desk.desk.recovery().confirm_step(case.id, StepKind::LookFromHere).await.expect("not from here");
    assert_eq!(state(&now, StepKind::FixTarget), StepState::Done);
    assert_eq!(back_up(&desk).await.state, JobState::Succeeded);
    assert!(desk.desk.recovery().close_case(case.id).await.expect("a report").complete);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_to_another_target_proves_nothing() {
    let practice = practice_with(0).await;
    let desk = AtDesk::at(&practice).await;
    practice.inject(&Fault::TargetStatus { status: 401 }).expect("refused");
    assert_eq!(back_up(&desk).await.state, JobState::Failed);
    let (_, mut subject) = lead(&desk).await.expect("it is found");
    if let CaseSubject::Target { target_id, target_name } = &mut subject {
        (*target_id, *target_name) = ("another".into(), "Another".into());
    }
    practice.inject(&Fault::RestoreNormal).expect("fixed");
    let recovery = desk.desk.recovery();
    let case = recovery
        .begin_recovery(&profile(&desk), PlaybookPath::TargetStopped, &subject)
        .await
        .expect("a case");
    look(&desk, None, false).await;
    assert_eq!(back_up(&desk).await.state, JobState::Succeeded);
    let now = looked(&desk, &case).await;
    assert!(now.steps.iter().all(|step| step.state != StepState::Done), "{now:?}");
}
