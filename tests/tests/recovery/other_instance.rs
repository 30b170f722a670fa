//! A backup of another instance was restored: its people and its settings are there now.

use desk_core::Code;
use desk_core::app::KnownSource;
use desk_core::incidents::{
    CaseSubject, Cause, Certainty, FindingKind, Playbook, PlaybookPath, StepKind, StepState,
};
use desk_core::jobs::{JobResult, JobState, RepairJob};
use desk_core::secrets::SecretField;
use desk_core::server::{Location, WebdavPlace};
use desk_practice::Fault;
use desk_tests::at_desk::AtDesk;

use super::{assert_proven, diagnosis, practice, profile, state};

#[tokio::test(flavor = "multi_thread")]
async fn targets_are_entered_again_if_settings_are_encrypted_for_others() {
    let practice = practice().await;
    let desk = AtDesk::at(&practice).await;
    let id = profile(&desk);
    diagnosis(&desk).await;
    desk.desk.board().overview().await.expect("the targets are seen");
    let before = practice.state().expect("a state");
    practice.inject(&Fault::RestoreOtherInstance { wrapped: false }).expect("a switch");
    let after = practice.state().expect("a state");
    assert_ne!((before.users, before.ciphers), (after.users, after.ciphers));
    assert_eq!((after.bodies, after.jwt_secret.as_str()), (0, "first"));

    let over = desk.desk.settings().backup_settings().await.expect_err("every session is over");
    assert_eq!(over.code(), Code::SessionEnded);
    desk.sign_in(&practice).await;
    let found = diagnosis(&desk).await;
    let repair = found.finding(FindingKind::SettingsNeedRepair).expect("it is found");
    assert_eq!((repair.cause, repair.cause_certainty), (Some(Cause::AfterRestore), Some(Certainty::Proven)));
    assert_eq!(repair.next, Some(Playbook::Offline));
    let mine = found.finding(FindingKind::NoWrapForMe).expect("it is found");
    assert_eq!((mine.certainty, mine.next), (Certainty::Proven, Some(Playbook::Offline)));
    assert_eq!(mine.evidence[0].original.as_deref(), Some("owner@elsewhere.test"), "who could is named");
    let error = desk.desk.opened().open_portable(&practice.admin_password()).await.expect_err("no wrap");
    assert_eq!(error.kind(), "portable-others");

    let case = desk
        .desk
        .recovery()
        .begin_recovery(&id, PlaybookPath::RepairOnly, &CaseSubject::Server)
        .await
        .expect("a case");
    let known = KnownSource::Profile { profile_id: id };
    let mut typed = desk.desk.recovery().known_targets(&known).await.expect("remembered");
    assert_eq!(typed.destinations.len(), 1, "the targets of before: {typed:?}");
    let Location::Webdav(WebdavPlace { password, .. }) = &mut typed.destinations[0].location else {
        panic!("WebDAV")
    };
    *password = SecretField::New { value: practice.webdav_credentials().1 };
    let held = desk.desk.opened().hold_settings(&typed).expect("held");
    let test = vec![typed.destinations[0].id.clone()];
    let job = desk.run(RepairJob { handle: Some(held.handle), after: held.settings, test }).await;
    assert_proven(&job);
    let case = desk.desk.recovery().refresh_case(case.id).await.expect("looked");
    assert_eq!(state(&case, StepKind::VerifyBackup), StepState::Done, "{case:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_of_another_instance_open_if_wrapped_for_the_same_account() {
    let practice = practice().await;
    let desk = AtDesk::at(&practice).await;
    diagnosis(&desk).await;
    // Twice is the same as once: the account that knows the password stays an administrator.
    for _ in 0..2 {
        practice.inject(&Fault::RestoreOtherInstance { wrapped: true }).expect("a switch");
    }
    desk.sign_in(&practice).await;
    let found = diagnosis(&desk).await;
    assert!(found.finding(FindingKind::NoWrapForMe).is_none(), "{found:?}");
    let repair = found.finding(FindingKind::SettingsNeedRepair).expect("it is found");
    assert_eq!(repair.next, Some(Playbook::Repair));
    let opened = desk.desk.opened().open_portable(&practice.admin_password()).await.expect("it opens");
    let names: Vec<&str> = opened.settings.destinations.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["Elsewhere NAS", "Elsewhere bucket"]);
    let work = RepairJob { handle: Some(opened.handle), after: opened.settings, test: Vec::new() };
    let job = desk.run(work).await;
    let Some(JobResult::Repair(repaired)) = &job.result else { panic!("{job:?}") };
    assert_eq!((job.state, repaired.readable_again), (JobState::Succeeded, Some(true)), "{job:?}");
}
