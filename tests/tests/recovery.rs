//! Recovery, whole: JWT_SECRET and backup settings, on a practice instance.

#[path = "recovery/access_tokens.rs"]
mod access_tokens;
#[path = "recovery/deleted_folder.rs"]
mod deleted_folder;
#[path = "recovery/entering_targets.rs"]
mod entering_targets;
#[path = "recovery/opening_settings.rs"]
mod opening_settings;
#[path = "recovery/other_instance.rs"]
mod other_instance;
#[path = "recovery/skipped_attachments.rs"]
mod skipped_attachments;
#[path = "recovery/subrequest_limit.rs"]
mod subrequest_limit;
#[path = "recovery/suspicious_backup.rs"]
mod suspicious_backup;
#[path = "recovery/target_stopped.rs"]
mod target_stopped;

use desk_core::Code;
use desk_core::app::KnownSource;
use desk_core::incidents::{
    Affected, CaseSubject, Cause, Certainty, CheckedAnswer, Diagnosis, EvidenceKind, FindingKind, NotLooked,
    Playbook, PlaybookPath, RecoveryCase, SecretEvidence, StepKind, StepState, TestValue,
};
use desk_core::jobs::{BackupJob, JobRecord, JobResult, JobState, RepairJob, RestoreSource};
use desk_core::secrets::SecretField;
use desk_core::server::{Location, WebdavPlace};
use desk_practice::{Fault, Practice, PracticeOptions};
use desk_tests::at_desk::AtDesk;
use secrecy::ExposeSecret as _;

const SECRET: &str = "the JWT_SECRET that this instance was born with";

async fn practice() -> Practice {
    let options = PracticeOptions { jwt_secret: Some(SECRET.into()), ..PracticeOptions::quick() };
    Practice::start(options).await.expect("a practice instance")
}

fn profile(desk: &AtDesk) -> String {
    desk.desk.sessions().signed().expect("signed in").profile.id.clone()
}

async fn diagnosis(desk: &AtDesk) -> Diagnosis {
    desk.desk.recovery().diagnose(None).await.expect("a diagnosis")
}

fn state(case: &RecoveryCase, kind: StepKind) -> StepState {
    case.steps.iter().find(|step| step.kind == kind).unwrap_or_else(|| panic!("{kind:?} in {case:?}")).state
}

async fn repaired(desk: &AtDesk, practice: &Practice) -> JobRecord {
    let opened =
        desk.desk.opened().open_portable(&practice.admin_password()).await.expect("the portable part opens");
    let test = opened.settings.destinations.iter().map(|one| one.id.clone()).collect();
    desk.run(RepairJob { handle: Some(opened.handle), after: opened.settings, test }).await
}

fn assert_proven(job: &JobRecord) {
    assert_eq!(job.state, JobState::Succeeded, "{job:?}");
    let Some(JobResult::Repair(repair)) = &job.result else { panic!("{job:?}") };
    assert!(repair.readable_again == Some(true) && !repair.targets.is_empty());
    assert!(repair.targets.iter().all(|target| target.tested && target.backup.is_some()), "{repair:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_healthy_server_has_no_incidents() {
    let practice = practice().await;
    let desk = AtDesk::at(&practice).await;
    let found = diagnosis(&desk).await;
    assert_eq!(found.findings, [], "{found:?}");
    let said = |what| found.checked.iter().find(|one| one.what == what).expect("listed").answer;
    assert_eq!(said(EvidenceKind::Refresh), CheckedAnswer::Ok, "someone is signed in");
    assert_eq!(said(EvidenceKind::PortablePart), CheckedAnswer::NotNeeded);
    let error =
        desk.desk.opened().open_portable(&practice.admin_password()).await.expect_err("nothing to repair");
    assert_eq!(error.kind(), "repair-not-needed");
}

#[tokio::test(flavor = "multi_thread")]
async fn skipped_checks_give_their_reason() {
    let practice = practice().await;
    let desk = AtDesk::at(&practice).await;
    let id = profile(&desk);
    let why = async |what: EvidenceKind| {
        let found = desk.desk.recovery().diagnose(Some(&id)).await.expect("a diagnosis");
        found.checked.iter().find(|one| one.what == what).expect("listed").not_looked
    };
    practice.inject(&Fault::ShortenJwtSecret).expect("a switch");
    assert_eq!(why(EvidenceKind::PortablePart).await, Some(NotLooked::SecretUnsafe));
    practice.inject(&Fault::RestoreNormal).expect("a switch");
    assert_eq!(why(EvidenceKind::PortablePart).await, Some(NotLooked::NotNeeded));
    assert_eq!(why(EvidenceKind::Refresh).await, None);
    practice.inject(&Fault::ChangeJwtSecret).expect("a switch");
    assert_eq!(why(EvidenceKind::PortablePart).await, None, "it is needed, and opens");
    desk.desk.sessions().sign_out().await.expect("signed out");
    assert_eq!(why(EvidenceKind::Refresh).await, Some(NotLooked::NobodySignedIn));
    assert_eq!(why(EvidenceKind::PortablePart).await, Some(NotLooked::NobodySignedIn));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_previous_token_proves_a_changed_secret_until_it_is_set_again() {
    let practice = practice().await;
    let desk = AtDesk::at(&practice).await;
    let id = profile(&desk);
    assert_eq!(desk.desk.recovery().keep_test_value(true).await.expect("kept"), TestValue::Kept);
    practice.inject(&Fault::ChangeJwtSecret).expect("a switch");

    let found = diagnosis(&desk).await;
    let changed = found.finding(FindingKind::JwtSecretChanged).expect("it is found");
    assert_eq!((changed.certainty, changed.next), (Certainty::Proven, Some(Playbook::Secret)));
    assert!(
        changed.affected.contains(&Affected::Sessions)
            && changed.affected.contains(&Affected::AttachmentLinks)
    );
    let repair = found.finding(FindingKind::SettingsNeedRepair).expect("it is found");
    assert_eq!(repair.cause, Some(Cause::SecretChanged));
    let again = diagnosis(&desk).await;
    assert!(
        again.finding(FindingKind::JwtSecretChanged).is_some(),
        "the proof is not lost by renewing: {again:?}"
    );

    let case = desk
        .desk
        .recovery()
        .begin_recovery(&id, PlaybookPath::HaveOldSecret, &CaseSubject::Server)
        .await
        .expect("a case");
    assert_eq!(state(&case, StepKind::FindSecret), StepState::NeedsYou);
    let candidates = vec!["not it, but long enough to be one".into(), SECRET.into()];
    let against = SecretEvidence::KeptToken { profile_id: id.clone() };
    let answers =
        desk.desk.recovery().check_secrets(against, candidates, Some(case.id)).await.expect("tested");
    let words: Vec<String> = answers.iter().map(|one| format!("{:?}", one.verdict)).collect();
    assert_eq!(words, ["Wrong", "Right"]);

    practice.inject(&Fault::RestoreNormal).expect("the old secret is back");
    let case = desk.desk.recovery().refresh_case(case.id).await.expect("looked");
    assert_eq!(state(&case, StepKind::FindSecret), StepState::Done);
    assert_eq!(state(&case, StepKind::PutBack), StepState::Done);
    assert_eq!(state(&case, StepKind::ServerProvesItself), StepState::Done, "{case:?}");
    let made = desk.run(BackupJob { target_id: None }).await;
    assert_eq!(made.state, JobState::Succeeded, "{made:?}");
    let report = desk.desk.recovery().close_case(case.id).await.expect("a report");
    assert!(report.complete, "{report:?}");
    assert_eq!(report.after.findings.iter().filter(|one| one.next.is_some()).count(), 0, "{report:?}");
    assert_eq!(report.backups.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_or_short_secret_is_replaced_and_a_backup_verified() {
    for (fault, kind) in [
        (Fault::RemoveJwtSecret, FindingKind::JwtSecretMissing),
        (Fault::ShortenJwtSecret, FindingKind::JwtSecretTooShort),
    ] {
        let practice = practice().await;
        let desk = AtDesk::at(&practice).await;
        let id = profile(&desk);
        diagnosis(&desk).await;
        practice.inject(&fault).expect("a switch");
        let found = desk.desk.recovery().diagnose(Some(&id)).await.expect("nobody has to be signed in");
        let secret = found.finding(kind).expect("it is found");
        assert_eq!((secret.certainty, secret.next), (Certainty::Proven, Some(Playbook::Secret)));
        assert!(secret.affected.contains(&Affected::SignIn));

        let case = desk
            .desk
            .recovery()
            .begin_recovery(&id, PlaybookPath::NoOldSecret, &CaseSubject::Server)
            .await
            .expect("a case");
        assert_eq!(state(&case, StepKind::MakeSecret), StepState::NeedsYou);
        let made = desk.desk.recovery().make_secret();
        assert_eq!(made.expose_secret().len(), 64);
        assert_ne!(made.expose_secret(), desk.desk.recovery().make_secret().expose_secret());
        desk.desk.recovery().confirm_step(case.id, StepKind::MakeSecret).await.expect("confirmed");
        let error = desk
            .desk
            .recovery()
            .confirm_step(case.id, StepKind::RepairSettings)
            .await
            .expect_err("not by word");
        assert_eq!(error.code(), Code::InvalidRequest);

        practice.inject(&Fault::ChangeJwtSecret).expect("the new secret is put in");
        desk.sign_in(&practice).await;
        let case = desk.desk.recovery().refresh_case(case.id).await.expect("looked");
        for kind in [StepKind::PutSecret, StepKind::ServerProvesItself, StepKind::SignInAgain] {
            assert_eq!(state(&case, kind), StepState::Done, "{kind:?} {case:?}");
        }
        assert_eq!(state(&case, StepKind::RepairSettings), StepState::NeedsYou);
        assert_proven(&repaired(&desk, &practice).await);
        for kind in [StepKind::TellUsers, StepKind::StoreSecret] {
            desk.desk.recovery().confirm_step(case.id, kind).await.expect("confirmed");
        }
        let resumed =
            desk.desk.recovery().recovery_case(&id).expect("read").expect("it can be left and resumed");
        assert_eq!(resumed.id, case.id);
        let report = desk.desk.recovery().close_case(case.id).await.expect("a report");
        assert!(report.complete, "{:?}", report.open);
        assert!(desk.desk.recovery().recovery_case(&id).expect("read").is_none(), "it has ended");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_repaired_after_a_restore_with_an_unchanged_secret() {
    let practice = practice().await;
    let desk = AtDesk::at(&practice).await;
    let id = profile(&desk);
    let made = desk.run(BackupJob { target_id: None }).await;
    assert_eq!(made.state, JobState::Succeeded, "{made:?}");
    let path = desk.zips().await.remove(0).path;
    let plan = desk.confirmed_plan(RestoreSource::Remote { target_id: desk.target().await, path }).await;
    let restored = desk.run(plan).await;
    assert!(matches!(restored.state, JobState::Succeeded | JobState::Attention), "{restored:?}");
    desk.sign_in(&practice).await;

    let found = diagnosis(&desk).await;
    let repair = found.finding(FindingKind::SettingsNeedRepair).expect("it is found");
    assert_eq!((repair.cause, repair.cause_certainty), (Some(Cause::AfterRestore), Some(Certainty::Proven)));
    assert_eq!(repair.next, Some(Playbook::Repair));
    assert!(
        found.finding(FindingKind::JwtSecretChanged).is_none(),
        "a restore ends sessions, too: {found:?}"
    );

    let case = desk
        .desk
        .recovery()
        .begin_recovery(&id, PlaybookPath::RepairOnly, &CaseSubject::Server)
        .await
        .expect("a case");
    assert_eq!(state(&case, StepKind::OpenPortable), StepState::NeedsYou);
    let wrong = desk.desk.opened().open_portable(&"not the master password".into()).await.expect_err("wrong");
    assert_eq!(wrong.code(), Code::WrongPassword);
    let job = repaired(&desk, &practice).await;
    assert_proven(&job);
    let report = desk.desk.recovery().close_case(case.id).await.expect("a report");
    assert!(report.complete, "{report:?}");

    let secret = practice.webdav_credentials().1;
    let ledger = std::fs::read_dir(desk.folder.path()).expect("a folder");
    for file in ledger.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_file()) {
        let bytes = std::fs::read(&file).expect("a file");
        for secret in [secret.expose_secret(), practice.admin_password().expose_secret()] {
            let leaked = bytes.windows(secret.len()).any(|part| part == secret.as_bytes());
            assert!(!leaked, "a secret is in {}", file.display());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn opened_settings_show_one_secret_at_a_time_and_close_when_locked() {
    let practice = practice().await;
    let desk = AtDesk::at(&practice).await;
    diagnosis(&desk).await;
    practice.inject(&Fault::ChangeJwtSecret).expect("a switch");
    let opened = desk.desk.opened().open_portable(&practice.admin_password()).await.expect("opened");
    let target = &opened.settings.destinations[0];
    assert_eq!(*target.location.secret(), SecretField::Kept);
    let secret = practice.webdav_credentials().1;
    let shown = serde_json::to_string(&opened).expect("JSON");
    assert!(
        !shown.contains(secret.expose_secret()) && !format!("{opened:?}").contains(secret.expose_secret())
    );
    let revealed = desk.desk.opened().reveal_secret(&opened.handle, &target.id).expect("on request");
    assert_eq!(revealed.expose_secret(), secret.expose_secret());

    let file = desk.folder.path().join("settings.age");
    let short = desk.desk.opened().save_opened_settings(&opened.handle, &file, &"short".into()).await;
    assert_eq!(short.expect_err("too short").code(), Code::InvalidRequest);
    // Saved again under the same name it takes the place of the first.
    for passphrase in ["a long passphrase", "another long passphrase"] {
        desk.desk
            .opened()
            .save_opened_settings(&opened.handle, &file, &passphrase.into())
            .await
            .expect("saved");
    }
    let saved = std::fs::read(&file).expect("the file");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(&file).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "only its owner reads it");
    }
    assert!(saved.starts_with(b"age-encryption.org/v1"));
    assert!(
        !saved.windows(secret.expose_secret().len()).any(|part| part == secret.expose_secret().as_bytes())
    );

    let known = KnownSource::Profile { profile_id: profile(&desk) };
    let known = desk.desk.recovery().known_targets(&known).await.expect("remembered");
    let Location::Webdav(WebdavPlace { base_url, password, .. }) = &known.destinations[0].location else {
        panic!("WebDAV")
    };
    assert!(!base_url.is_empty() && *password == SecretField::Unset, "everything but the secret: {known:?}");

    desk.desk.lock();
    let error = desk.desk.opened().reveal_secret(&opened.handle, &target.id).expect_err("closed");
    assert_eq!(error.code(), Code::PasswordNeeded);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inspected_backup_lists_the_accounts_that_can_repair() {
    let practice = practice().await;
    let desk = AtDesk::at(&practice).await;
    let before = desk.desk.recovery().repairers().await.expect("asked");
    assert_eq!(before.wrapped, None, "a healthy server does not tell");
    let made = desk.run(BackupJob { target_id: None }).await;
    assert_eq!(made.state, JobState::Succeeded, "{made:?}");
    let after = desk.desk.recovery().repairers().await.expect("asked");
    assert!(after.wrapped.is_some_and(|wrapped| wrapped >= 1), "{after:?}");
    assert!(after.administrators.iter().any(|one| one.is_me && one.has_wrap == Some(true)), "{after:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_zip_alone_opens_the_settings_with_any_wrapped_key() {
    let fixtures = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let zip = fixtures.join("archives/local-export-complete.zip");
    let accounts: serde_json::Value =
        serde_json::from_slice(&std::fs::read(fixtures.join("accounts.json")).expect("accounts"))
            .expect("JSON");
    let text = |path: &str| accounts.pointer(path).and_then(|value| value.as_str()).expect("text").to_owned();
    let desk = AtDesk::empty();
    let listed = desk.desk.opened().backup_accounts(&zip).await.expect("read").accounts;
    assert!(listed[0].has_wrap && listed[0].is_administrator, "who can open comes first: {listed:?}");
    assert_eq!(listed[0].email, text("/admin/email"));

    let password = text("/admin/password").into();
    let opened = desk
        .desk
        .opened()
        .open_backup_settings(&zip, &text("/admin/email"), &password, None)
        .await
        .expect("opened");
    assert!(!opened.settings.destinations.is_empty());
    let wrong =
        desk.desk.opened().open_backup_settings(&zip, &text("/admin/email"), &"wrong".into(), None).await;
    assert_eq!(wrong.expect_err("wrong").code(), Code::WrongPassword);
    let member = text("/member/password").into();
    let member = desk.desk.opened().open_backup_settings(&zip, &text("/member/email"), &member, None).await;
    assert_eq!(member.expect_err("no wrap").code(), Code::NoWrapForAccount);
    let nobody = desk.desk.opened().open_backup_settings(&zip, "nobody@example.org", &password, None).await;
    assert_eq!(nobody.expect_err("unknown").code(), Code::AccountNotFound);
}
