//! Servers whose certificate comes from an authority of one's own.

use std::path::Path;

use desk_core::app::{ConnectionForm, SignInResult};
use desk_core::jobs::{BackupJob, DownloadJob, IfThere, JobState, RestoreSource};
use desk_core::progress::Stage;
use desk_core::{Code, Error};
use desk_practice::{Fault, Practice, PracticeOptions, Side};
use desk_tests::at_desk::{AtDesk, form};
use desk_tests::authority::{Certificate, authority, secured, stranger};

struct Here {
    practice: Practice,
    desk: AtDesk,
}

impl Here {
    async fn set() -> Self {
        let practice = Practice::start(PracticeOptions::quick()).await.expect("a practice instance");
        Self { practice, desk: AtDesk::empty() }
    }

    async fn secured(&self, certificate: Certificate) -> String {
        secured(self.practice.server_url(), certificate).await
    }

    async fn sign_in(&self, url: &str, through: &ConnectionForm) -> Result<(), Error> {
        let entered = form(url, self.practice.admin_email(), self.practice.admin_password());
        match self.desk.desk.sessions().sign_in_through(entered, through).await? {
            SignInResult::Done(_) => Ok(()),
            SignInResult::TwoStepNeeded(methods) => panic!("a second step is needed: {methods:?}"),
        }
    }

    async fn refusal(&self, url: &str, through: &ConnectionForm) -> Error {
        let error = self.sign_in(url, through).await.expect_err("refused");
        assert!(!error.body().hint.is_empty(), "{error:?}");
        assert!(self.desk.desk.ledger().profiles().expect("a ledger").is_empty(), "nothing is kept");
        error
    }
}

fn trusting(file: &Path) -> ConnectionForm {
    ConnectionForm { ca_file: Some(file.to_string_lossy().into_owned()), ..ConnectionForm::default() }
}

fn cause(error: &Error) -> (Code, String) {
    (error.code(), error.kind())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_certificate_authority_is_trusted_only_with_its_file() {
    let here = Here::set().await;
    let url = here.secured(Certificate::Valid).await;
    let error = here.refusal(&url, &ConnectionForm::default()).await;
    assert_eq!(cause(&error), (Code::TlsFailed, "tls-issuer".to_owned()), "{error:?}");
    assert!(error.body().hint.contains("connection settings"), "{error:?}");

    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("authority.pem");
    std::fs::copy(authority(), &file).expect("copied");
    here.sign_in(&url, &trusting(&file)).await.expect("signed in");
    let desk = &here.desk;
    let before = desk.desk.settings().backup_settings().await.expect("settings");
    let mut after = before.clone();
    after.destinations[0].name = "Renamed".into();
    desk.desk.settings().save_backup_settings(&before, &after).await.expect("saved");
    // The server's steps are reported while it works, not after.
    here.practice.inject(&Fault::Latency { side: Side::Target, milliseconds: 100 }).expect("slowed");
    let job = desk.run(BackupJob { target_id: None }).await;
    assert_eq!(job.state, JobState::Succeeded, "{job:?}");
    // Only the hub shows the server's own steps: it is heard over wss.
    let stages = desk.stages();
    assert!(stages.contains(&Stage::RunPrepare) && stages.contains(&Stage::RunUploadArchive), "{stages:?}");
    let (target_id, path) = (desk.target().await, desk.zips().await[0].path.clone());
    let folder = desk.folder.path().join("downloads");
    let job =
        desk.run(DownloadJob::into_folder(target_id.clone(), path.clone(), folder, IfThere::Refuse)).await;
    assert_eq!(job.state, JobState::Succeeded, "{job:?}");
    let id = desk.desk.sessions().needs_signed().expect("signed in").profile.id.clone();
    desk.desk.sessions().resume(&id).await.expect("the file is remembered");
    let again = form(&url, here.practice.admin_email(), here.practice.admin_password());
    assert!(desk.desk.sessions().sign_in(again).await.is_ok(), "remembered here too");
    let plan = desk.confirmed_plan(RestoreSource::Remote { target_id, path }).await;
    let job = desk.run(plan).await;
    assert_eq!(job.state, JobState::Succeeded, "{job:?}");

    // A file that is gone or is no certificate any more: the profile stays.
    std::fs::write(&file, "no certificate").expect("written");
    assert_eq!(desk.desk.sessions().resume(&id).await.err().expect("refused").code(), Code::InvalidRequest);
    std::fs::remove_file(&file).expect("removed");
    assert_eq!(desk.desk.sessions().resume(&id).await.err().expect("refused").code(), Code::FileNotFound);
    assert_eq!(desk.desk.ledger().profiles().expect("a ledger").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_certificate_problem_has_its_own_message() {
    let here = Here::set().await;
    let over = here.secured(Certificate::Expired).await;
    let error = here.refusal(&over, &trusting(&authority())).await;
    assert_eq!(cause(&error), (Code::TlsFailed, "tls-expired".to_owned()), "{error:?}");
    assert!(error.body().message.contains("expired") && error.body().hint.contains("renewed"));

    let other = here.secured(Certificate::OtherName).await;
    let error = here.refusal(&other, &trusting(&authority())).await;
    assert_eq!(cause(&error), (Code::TlsFailed, "tls-name".to_owned()), "{error:?}");
    assert!(error.body().message.contains("a different name"), "{error:?}");

    let url = here.secured(Certificate::Valid).await;
    let error = here.refusal(&url, &trusting(&stranger())).await;
    assert_eq!(
        cause(&error),
        (Code::TlsFailed, "tls-issuer".to_owned()),
        "another authority is none: {error:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_self_signed_certificate_gets_a_hint_and_a_usable_one_is_accepted() {
    let here = Here::set().await;
    let url = here.secured(Certificate::SelfSigned).await;
    for through in [ConnectionForm::default(), trusting(&Certificate::SelfSigned.file())] {
        let error = here.refusal(&url, &through).await;
        assert_eq!(cause(&error), (Code::TlsFailed, "tls-self-signed".to_owned()), "{error:?}");
        assert!(error.body().hint.contains("CA:FALSE"), "{error:?}");
    }
    let url = here.secured(Certificate::SelfSignedLeaf).await;
    let error = here.refusal(&url, &ConnectionForm::default()).await;
    assert_eq!(cause(&error), (Code::TlsFailed, "tls-issuer".to_owned()), "{error:?}");
    here.sign_in(&url, &trusting(&Certificate::SelfSignedLeaf.file())).await.expect("signed in");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_without_a_certificate_is_refused_before_any_request() {
    let here = Here::set().await;
    let url = here.secured(Certificate::Valid).await;
    let folder = tempfile::tempdir().expect("a folder");
    for (name, content) in [
        ("text.pem", "this is no certificate"),
        ("key.pem", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"),
        ("broken.pem", "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n"),
        ("nonsense.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
    ] {
        let path = folder.path().join(name);
        std::fs::write(&path, content).expect("written");
        let error = here.refusal(&url, &trusting(&path)).await;
        assert_eq!(error.code(), Code::InvalidRequest, "{name}: {error:?}");
        assert!(error.body().message.contains("no certificate"), "{name}: {error:?}");
        assert!(error.to_string().contains(&*path.to_string_lossy()), "which file: {error}");
    }
    let error = here.refusal(&url, &trusting(&folder.path().join("missing.pem"))).await;
    assert_eq!(error.code(), Code::FileNotFound, "{error:?}");
}
