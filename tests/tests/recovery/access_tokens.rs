//! What an access token proves, and what it does not.

use desk_core::Code;
use desk_core::envelope::Verdict;
use desk_core::incidents::{
    CaseSubject, Cause, Certainty, FindingKind, Playbook, PlaybookPath, SecretEvidence, StepKind, StepState,
    TestValue,
};
use desk_core::jobs::{BackupJob, JobState, RestoreSource};
use desk_practice::Fault;
use desk_tests::at_desk::AtDesk;

use super::{diagnosis, practice, profile, repaired, state};

#[tokio::test(flavor = "multi_thread")]
async fn a_token_issued_after_the_change_proves_nothing() {
    let practice = practice().await;
    let desk = AtDesk::at(&practice).await;
    let id = profile(&desk);
    diagnosis(&desk).await;
    practice.inject(&Fault::ChangeJwtSecret).expect("a switch");
    // Its refresh token continues; the access token is of the current secret.
    desk.desk.sessions().resume(&id).await.expect("the session goes on");

    let found = diagnosis(&desk).await;
    assert!(found.finding(FindingKind::JwtSecretChanged).is_none(), "nothing proves it: {found:?}");
    let repair = found.finding(FindingKind::SettingsNeedRepair).expect("it is found");
    assert_eq!((repair.cause, repair.cause_certainty), (Some(Cause::SecretChanged), Some(Certainty::Likely)));
    assert_eq!((repair.next, &repair.also[..]), (Some(Playbook::Secret), &[Playbook::Repair][..]));
    let case = desk
        .desk
        .recovery()
        .begin_recovery(&id, PlaybookPath::HaveOldSecret, &CaseSubject::Server)
        .await
        .expect("a case");
    for kind in [StepKind::FindSecret, StepKind::PutBack, StepKind::ServerProvesItself] {
        assert_ne!(state(&case, kind), StepState::Done, "{case:?}");
    }
    let case =
        desk.desk.recovery().confirm_step(case.id, StepKind::FindSecret).await.expect("without a test");
    assert_eq!(state(&case, StepKind::PutBack), StepState::Waiting);
    practice.inject(&Fault::RestoreNormal).expect("the old secret is back");
    let case = desk.desk.recovery().refresh_case(case.id).await.expect("looked");
    assert_eq!(state(&case, StepKind::ServerProvesItself), StepState::Done, "{case:?}");
    assert_ne!(case.checked, case.diagnosis.checked, "what was seen last is told, not what was first");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_token_after_a_restore_does_not_mean_a_changed_secret() {
    let practice = practice().await;
    let desk = AtDesk::at(&practice).await;
    desk.desk.recovery().keep_test_value(true).await.expect("kept");
    let made = desk.run(BackupJob { target_id: None }).await;
    assert_eq!(made.state, JobState::Succeeded, "{made:?}");
    let path = desk.zips().await.remove(0).path;
    let plan = desk.confirmed_plan(RestoreSource::Remote { target_id: desk.target().await, path }).await;
    desk.run(plan).await;
    desk.sign_in(&practice).await;
    let found = diagnosis(&desk).await;
    assert!(found.finding(FindingKind::JwtSecretChanged).is_none(), "{found:?}");
    let repair = found.finding(FindingKind::SettingsNeedRepair).expect("it is found");
    assert_eq!(repair.cause, Some(Cause::AfterRestore));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_saved_test_value_verifies_the_current_secret_after_sign_out() {
    let practice = practice().await;
    let desk = AtDesk::at(&practice).await;
    let id = profile(&desk);
    desk.desk.recovery().keep_test_value(true).await.expect("kept");
    practice.inject(&Fault::ChangeJwtSecret).expect("a switch");
    let now = practice.jwt_secret().expect("it is set");
    let verdict = async |secret| {
        let against = SecretEvidence::KeptToken { profile_id: id.clone() };
        desk.desk
            .recovery()
            .check_secrets(against, vec![secret], None)
            .await
            .expect("tested")
            .remove(0)
            .verdict
    };
    let refused =
        desk.desk.recovery().keep_test_value(true).await.expect_err("a token of now proves nothing");
    assert_eq!(refused.code(), Code::SettingsNeedRepair);
    assert_eq!(verdict(now.clone()).await, Verdict::Wrong, "the old one is still kept");

    let job = repaired(&desk, &practice).await;
    assert_eq!(job.state, JobState::Succeeded, "{job:?}");
    assert_eq!(verdict(now.clone()).await, Verdict::Right, "after a repair it is of the new secret");
    desk.desk.sessions().sign_out().await.expect("signed out");
    assert_eq!(verdict(now).await, Verdict::Right, "signing out does not lose it");
    desk.sign_in(&practice).await;
    assert_eq!(desk.desk.recovery().repairers().await.expect("asked").test_value, TestValue::Kept);
}
