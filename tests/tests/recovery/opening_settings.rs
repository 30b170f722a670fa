//! Settings that are opened, that cannot be, and that are entered again.

use desk_core::Code;
use desk_core::app::OpenedSource;
use desk_core::granted::AllGranted;
use desk_core::incidents::{CaseSubject, FindingKind, PlaybookPath, StepKind, StepState};
use desk_core::jobs::{JobState, RepairJob};
use desk_core::secrets::SecretField;
use desk_core::server::{Location, WebdavPlace};
use desk_practice::Fault;
use desk_tests::at_desk::AtDesk;
use desk_tests::backups::{changed, settings_row as row};
use serde_json::{Value, json};

use super::{diagnosis, practice, profile, state};

/// What is done to the rows of a backup.
type Change<'a> = &'a dyn Fn(&mut Value);

#[tokio::test(flavor = "multi_thread")]
async fn without_wraps_the_targets_are_entered_again_and_repaired() {
    let practice = practice().await;
    for (fault, kind, wrapped) in [
        (Fault::RemoveWraps { keep: None }, FindingKind::PortablePartWithoutWraps, "nobody"),
        (Fault::RemovePortablePart, FindingKind::PortablePartAbsent, "absent"),
    ] {
        let desk = AtDesk::at(&practice).await;
        let id = profile(&desk);
        let mut typed = desk.desk.settings().backup_settings().await.expect("readable");
        practice.inject(&fault).expect("a switch");
        practice.inject(&Fault::ChangeJwtSecret).expect("a switch");
        let found = diagnosis(&desk).await;
        assert!(found.finding(kind).is_some(), "{found:?}");
        let error = desk.desk.opened().open_portable(&practice.admin_password()).await.expect_err("no wrap");
        assert_eq!((error.code(), error.kind()), (Code::NoWrapForAccount, format!("portable-{wrapped}")));
        let case = desk
            .desk
            .recovery()
            .begin_recovery(&id, PlaybookPath::NoOldSecret, &CaseSubject::Server)
            .await
            .expect("a case");
        assert_eq!(state(&case, StepKind::RepairSettings), StepState::Cannot, "{case:?}");

        let kept = desk.desk.opened().hold_settings(&typed).expect_err("nobody has the secret");
        assert_eq!(kept.code(), Code::InvalidRequest);
        let secret = practice.webdav_credentials().1;
        for target in &mut typed.destinations {
            if let Location::Webdav(WebdavPlace { password, .. }) = &mut target.location {
                *password = SecretField::New { value: secret.clone() };
            }
        }
        let held = desk.desk.opened().hold_settings(&typed).expect("held");
        assert_eq!(held.source, OpenedSource::Typed);
        assert_eq!(desk.desk.opened().opened_settings(&held.handle).expect("open"), held);
        let test = held.settings.destinations.iter().map(|one| one.id.clone()).collect();
        let work = RepairJob { handle: Some(held.handle), after: held.settings, test };
        let job = desk.run(work).await;
        assert_eq!(job.state, JobState::Succeeded, "{job:?}");
        let case = desk.desk.recovery().refresh_case(case.id).await.expect("looked");
        assert_eq!(state(&case, StepKind::VerifyBackup), StepState::Done, "{case:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_single_remaining_wrap_opens_the_settings() {
    let practice = practice().await;
    let desk = AtDesk::at(&practice).await;
    diagnosis(&desk).await;
    let keep = Some(practice.admin_email().to_owned());
    practice.inject(&Fault::RemoveWraps { keep }).expect("a switch");
    practice.inject(&Fault::ChangeJwtSecret).expect("a switch");
    let found = diagnosis(&desk).await;
    assert!(found.finding(FindingKind::OneCanRepair).is_some(), "{found:?}");
    desk.desk.opened().open_portable(&practice.admin_password()).await.expect("it opens");
    let nobody = Fault::RemoveWraps { keep: Some("nobody@example.org".into()) };
    assert_eq!(practice.inject(&nobody).expect_err("unknown").code(), Code::AccountNotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repair_with_closed_settings_is_refused_before_it_starts() {
    let practice = practice().await;
    let desk = AtDesk::at(&practice).await;
    diagnosis(&desk).await;
    practice.inject(&Fault::ChangeJwtSecret).expect("a switch");
    let opened = desk.desk.opened().open_portable(&practice.admin_password()).await.expect("it opens");
    desk.desk.opened().close_opened_settings(&opened.handle);
    let work = RepairJob { handle: Some(opened.handle), after: opened.settings, test: Vec::new() };
    let error = desk.desk.jobs().start(work, &AllGranted).await.expect_err("closed");
    assert_eq!(error.kind(), "settings-closed");
    assert!(desk.desk.runner().running().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn each_reason_why_a_zip_does_not_open_names_its_accounts() {
    let folder = tempfile::tempdir().expect("a folder");
    let (email, password) = ("admin@example.org", "correct horse battery staple".into());
    let settings = |value: Value| move |tables: &mut Value| *row(tables) = value.to_string().into();
    let without = |tables: &mut Value| tables["config"] = json!([]);
    let cut = |tables: &mut Value| {
        let text = row(tables).as_str().expect("text").to_owned();
        *row(tables) = text[..text.len() / 2].into();
    };
    let newer = settings(json!({"version": 9, "sealed": "x"}));
    let unwrapped = |tables: &mut Value| {
        let mut value: Value = serde_json::from_str(row(tables).as_str().expect("text")).expect("JSON");
        value["portable"]["wraps"] = json!([]);
        *row(tables) = value.to_string().into();
    };
    let changes: [(Code, Change<'_>); 4] = [
        (Code::EnvelopeDamaged, &without),
        (Code::EnvelopeDamaged, &cut),
        (Code::EnvelopeVersionUnknown, &newer),
        (Code::NoWrapForAccount, &unwrapped),
    ];
    let desk = AtDesk::empty();
    for (code, change) in changes {
        let zip = changed(folder.path(), change);
        let listed =
            desk.desk.opened().backup_accounts(&zip).await.expect("the accounts are read all the same");
        assert!(listed.accounts.iter().all(|one| !one.has_wrap) && !listed.accounts.is_empty());
        assert_eq!(listed.error.expect("a reason").code(), code);
        let error =
            desk.desk.opened().open_backup_settings(&zip, email, &password, None).await.expect_err("closed");
        assert_eq!(error.code(), code);
    }
    let zip = changed(folder.path(), |_| {});
    let error =
        desk.desk.opened().open_backup_settings(&zip, email, &"wrong".into(), None).await.expect_err("wrong");
    assert_eq!(error.kind(), "wrong-password-then");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invalid_row_hides_no_other() {
    let folder = tempfile::tempdir().expect("a folder");
    let zip = changed(folder.path(), |tables| {
        let users = tables["users"].as_array_mut().expect("users");
        let admin = users.iter_mut().find(|user| user["email"] == "admin@example.org").expect("the admin");
        admin["kdf_iterations"] = admin["kdf_iterations"].to_string().into();
        admin["kdf_type"] = Value::Null;
        users.push(json!({"id": "x", "email": null, "kdf_type": "none"}));
        users.push(json!("no row at all"));
        tables["config"].as_array_mut().expect("config").insert(0, json!({"key": 7, "value": null}));
    });
    let desk = AtDesk::empty();
    let listed = desk.desk.opened().backup_accounts(&zip).await.expect("read");
    assert!(listed.error.is_none() && listed.accounts[0].has_wrap, "{listed:?}");
    let password = "correct horse battery staple".into();
    desk.desk
        .opened()
        .open_backup_settings(&zip, "admin@example.org", &password, None)
        .await
        .expect("opened");
}
