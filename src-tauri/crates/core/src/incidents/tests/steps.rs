//! What is done, whose turn it is, and what stands in the way.

use super::jobs::{job, repair, verified_backup};
use super::*;
use crate::error::TargetDetail;
use serde_json::Value;

use crate::jobs::{JobKind, JobRecord, JobState};

fn at(
    branch: PlaybookPath,
    seen: &Evidence,
    meanwhile: &CaseProgress,
    marks: &mut Vec<CompletedStep>,
) -> Vec<(StepKind, StepState)> {
    let first = diagnose(seen);
    steps(branch, &CaseSubject::Server, &first, seen, meanwhile, marks)
        .into_iter()
        .map(|step| (step.kind, step.state))
        .collect()
}

fn signed_in() -> CaseProgress {
    CaseProgress { signed_in: true, ..CaseProgress::default() }
}

fn mark(kind: StepKind) -> CompletedStep {
    CompletedStep { kind, at: NOW.into(), proof: Vec::new() }
}

fn backed_up() -> CaseProgress {
    CaseProgress { jobs: vec![verified_backup("NAS")], ..signed_in() }
}

fn state(steps: &[(StepKind, StepState)], kind: StepKind) -> StepState {
    steps.iter().find(|(one, _)| *one == kind).unwrap_or_else(|| panic!("{kind:?} in {steps:?}")).1
}

use StepKind::*;
use StepState::*;

#[test]
fn a_token_from_after_the_change_does_not_prove_the_old_secret() {
    let mut seen = unreadable();
    seen.token = Seen::As(TokenSeen::GivenSince);
    let mut marks = Vec::new();
    let now = at(PlaybookPath::HaveOldSecret, &seen, &signed_in(), &mut marks);
    assert_eq!(
        now,
        [(FindSecret, NeedsYou), (PutBack, Later), (ServerProvesItself, Later), (VerifyBackup, Later)]
    );
    assert_eq!(marks, []);
}

#[test]
fn without_a_test_the_server_confirms_the_secret() {
    let mut seen = unreadable();
    let mut marks = vec![mark(FindSecret)];
    assert!(PlaybookPath::HaveOldSecret.is_confirmable(FindSecret));
    let now = at(PlaybookPath::HaveOldSecret, &seen, &signed_in(), &mut marks);
    assert_eq!((state(&now, PutBack), state(&now, ServerProvesItself)), (Waiting, Later));
    // Also when the secret was put back without a word to the app.
    let mut untested = Vec::new();
    seen = healthy();
    let meanwhile = backed_up();
    let now = at(PlaybookPath::HaveOldSecret, &seen, &meanwhile, &mut untested);
    assert!(now.iter().all(|(_, state)| *state == Done), "{now:?}");
}

#[test]
fn signing_in_is_a_step_while_signed_out() {
    let mut marks = vec![mark(FindSecret)];
    let mut seen = evidence();
    let now = at(PlaybookPath::HaveOldSecret, &seen, &CaseProgress::default(), &mut marks);
    assert_eq!((state(&now, PutBack), state(&now, SignInAgain)), (Waiting, NeedsYou));
    let shown = now.iter().map(|(kind, _)| *kind).collect();
    seen = healthy();
    let now = at(PlaybookPath::HaveOldSecret, &seen, &CaseProgress { shown, ..signed_in() }, &mut marks);
    assert_eq!((state(&now, SignInAgain), state(&now, ServerProvesItself)), (Done, Done));
}

#[test]
fn a_session_that_is_over_never_blocks() {
    let mut seen = evidence();
    seen.settings = Seen::Failed(session_over());
    let now = at(PlaybookPath::RepairOnly, &seen, &signed_in(), &mut Vec::new());
    assert_eq!(now[..2], [(SignInAgain, NeedsYou), (OpenPortable, Later)]);
    // The refusal itself shows that the server responds under its new secret.
    let mut marks = Vec::new();
    let now = at(PlaybookPath::NoOldSecret, &seen, &signed_in(), &mut marks);
    assert_eq!((state(&now, ServerProvesItself), state(&now, SignInAgain)), (Done, NeedsYou));
    // And one that was proven once does not count when it has died since.
    let mut marks = vec![mark(PutSecret), mark(ServerProvesItself), mark(SignInAgain)];
    let now = at(PlaybookPath::NoOldSecret, &seen, &signed_in(), &mut marks);
    assert_eq!((state(&now, SignInAgain), state(&now, RepairSettings)), (NeedsYou, Later));
}

#[test]
fn a_session_is_confirmed_only_by_a_server_response() {
    let mut seen = evidence();
    seen.settings = Seen::Failed(TargetDetail::StorageTimedOut.error());
    let mut marks = vec![mark(PutSecret), mark(ServerProvesItself)];
    let now = at(PlaybookPath::NoOldSecret, &seen, &signed_in(), &mut marks);
    assert_eq!(state(&now, SignInAgain), NeedsYou);
    let now = at(PlaybookPath::NoOldSecret, &unreadable(), &signed_in(), &mut marks);
    assert_eq!(state(&now, SignInAgain), Done);
}

#[test]
fn settings_not_wrapped_for_the_account_are_repaired_otherwise() {
    let mut seen = unreadable();
    seen.portable = Seen::As(PortableSeen::Absent);
    let stands = |meanwhile: &CaseProgress, marks: &[CompletedStep]| {
        let mut marks = marks.to_vec();
        state(&at(PlaybookPath::NoOldSecret, &seen, meanwhile, &mut marks), RepairSettings)
    };
    assert_eq!(stands(&signed_in(), &[]), Cannot);
    assert_eq!(stands(&signed_in(), &[mark(OpenPortable)]), NeedsYou);
    let with = |state| CaseProgress { jobs: vec![repair(state)], ..signed_in() };
    assert_eq!(stands(&with(JobState::Failed), &[]), NeedsYou);
    assert_eq!(stands(&with(JobState::Running), &[]), Waiting);
}

#[test]
fn a_completed_repair_stays_on_screen() {
    let shown = vec![FindSecret, PutBack, ServerProvesItself, RepairSettings, VerifyBackup];
    let mut marks = vec![mark(FindSecret), mark(PutBack), mark(ServerProvesItself)];
    let now = at(PlaybookPath::HaveOldSecret, &healthy(), &CaseProgress { shown, ..signed_in() }, &mut marks);
    assert_eq!((state(&now, RepairSettings), state(&now, VerifyBackup)), (Done, NeedsYou));
}

#[test]
fn a_verified_backup_does_not_clear_another_targets_failure() {
    let failed = crate::server::error_from_target("WebDAV upload failed: 507");
    let other = JobRecord {
        subject: "R2".into(),
        ..job(JobKind::Backup, JobState::Failed, Value::Null, Some(failed.clone()))
    };
    let meanwhile = CaseProgress { jobs: vec![verified_backup("NAS"), other], ..signed_in() };
    let mut marks = vec![mark(OpenPortable), mark(RepairSettings)];
    let now = steps(
        PlaybookPath::RepairOnly,
        &CaseSubject::Server,
        &diagnose(&healthy()),
        &healthy(),
        &meanwhile,
        &mut marks,
    );
    let verify = now.iter().find(|step| step.kind == VerifyBackup).expect("a step");
    let failed = failed.with(|context| context.target = Some("R2".into()));
    assert_eq!((verify.state, &verify.error), (NeedsYou, &Some(failed)));
    let all = backed_up();
    assert_eq!(state(&at(PlaybookPath::RepairOnly, &healthy(), &all, &mut marks), VerifyBackup), Done);
}
