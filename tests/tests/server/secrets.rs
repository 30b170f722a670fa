//! A whole run with everything logged leaves no secret in the log, the ledger,
//! the events or the errors.

use std::io::Write;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use desk_core::Error;
use desk_core::app::{ConnectionForm, HeaderForm, SignInForm, SignInResult};
use desk_core::envelope::{Evidence, Verdict, secret_check};
use desk_core::incidents::{CaseSubject, PlaybookPath, SecretEvidence};
use desk_core::jobs::{BackupJob, DownloadJob, IfThere, IntegrityJob, JobState, RepairJob, RestoreSource};
use desk_core::secrets::{InMemory, SecretField, SecretKind, SecretStore};
use desk_core::server::{
    AddressingStyle, BackupSettings, Location, S3Place, TwoStep, TwoStepMethod, WebdavPlace,
};
use desk_practice::{Fault, Generation, Practice, PracticeOptions};
use desk_tests::at_desk::{AtDesk, form};
use desk_tests::bucket::Bucket;
use desk_tests::leaks::{Secret, files, leaks};
use desk_tests::web_vault::{WebVault, totp};
use secrecy::{ExposeSecret, SecretString};
use tokio_util::sync::CancellationToken;
use tracing_subscriber::fmt::MakeWriter;

use crate::between::{Between, Interception};

const WRONG: &str = "wrong password 123";
const GATE: &str = "gate-secret-value";
const PROXY_PASSWORD: &str = "proxy-password-value";
const JWT_SECRET: &str = "the-JWT-secret-of-this-instance-0123456789";
const WRONG_JWT_SECRET: &str = "a-mistaken-JWT-secret-0123456789-abcdef";
const URL_PASSWORD: &str = "password-inside-an-address";
const S3_HOST: &str = "s3.practice.test";
const S3_KEY: &str = "s3-secret/access+key";
const WRONG_S3_KEY: &str = "mistyped-s3-secret/access+key";

/// Everything that is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn bytes(&self) -> Vec<u8> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// A desk that reaches a practice instance through a gateway and a proxy, with a
/// second step and a bucket: everything that has a secret.
struct Run {
    practice: Practice,
    bucket: Bucket,
    vault: WebVault,
    desk: AtDesk,
    keyring: Arc<InMemory>,
    /// The proxy; the gateway is behind it.
    proxy: Between,
    /// The headers that reached it.
    headers: Arc<Mutex<String>>,
    events: Arc<Mutex<Vec<String>>>,
    errors: Vec<Error>,
    /// What may be shown, as `Debug` and JSON show it.
    shown: String,
}

impl Run {
    async fn set(generation: Generation) -> Self {
        let bucket = Bucket::start(S3_HOST, "vault", "PRACTICE", S3_KEY).await;
        let options = PracticeOptions {
            jwt_secret: Some(JWT_SECRET.into()),
            host_aliases: vec![(S3_HOST.into(), SocketAddr::from(([127, 0, 0, 1], 0)))],
            ..PracticeOptions::quick().generation(generation)
        };
        let practice = Practice::start(options).await.expect("an instance");
        let vault = WebVault::sign_in(&practice).await;
        vault.turn_totp_on().await;
        let proxy = Between::and(practice.server_url()).await;
        let headers = Arc::new(Mutex::new(String::new()));
        let noted = Arc::clone(&headers);
        proxy.when(move |request| {
            *noted.lock().expect("not poisoned") = format!("{:?}", request.headers());
            Interception::Pass
        });
        let keyring = Arc::new(InMemory::new());
        let desk = AtDesk::with(Arc::clone(&keyring) as Arc<dyn SecretStore>);
        let events = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&events);
        desk.desk.runner().listen(Box::new(move |event| {
            let text = format!("{}{event:?}", serde_json::to_string(event).expect("JSON"));
            heard.lock().unwrap_or_else(PoisonError::into_inner).push(text);
            true
        }));
        let (errors, shown) = (Vec::new(), String::new());
        Self { practice, bucket, vault, desk, keyring, proxy, headers, events, errors, shown }
    }

    fn entered(&self, password: SecretString, code: Option<(&str, bool)>) -> SignInForm {
        let method = TwoStepMethod::Authenticator;
        let two_step = code.map(|(code, remember)| TwoStep { method, code: code.into(), remember });
        // No such host: only the proxy knows the way.
        SignInForm { two_step, ..form("http://vault.practice.test", self.practice.admin_email(), password) }
    }

    fn right(&self, code: Option<(&str, bool)>) -> SignInForm {
        self.entered(self.practice.admin_password(), code)
    }

    fn shows(&mut self, what: &impl std::fmt::Debug) {
        self.shown.push_str(&format!("{what:?}\n"));
    }

    async fn sign_in(&mut self) {
        let header = HeaderForm { name: "X-Gate".into(), value: SecretField::new(GATE) };
        let through = ConnectionForm {
            headers: vec![header],
            proxy: Some(self.proxy.url.clone()),
            proxy_login: SecretField::new(format!("proxy-user:{PROXY_PASSWORD}")),
            http_accepted: true,
            ..ConnectionForm::default()
        };
        self.shows(&through);
        let wrong = self.entered(WRONG.into(), None);
        self.errors.extend(self.desk.desk.sessions().sign_in_through(wrong, &through).await.err());
        let mistyped = self.right(Some(("000000", true)));
        self.errors.extend(self.desk.desk.sessions().sign_in_through(mistyped, &through).await.err());
        let right = self.right(Some((&totp(), true)));
        assert!(matches!(
            self.desk.desk.sessions().sign_in_through(right, &through).await,
            Ok(SignInResult::Done(_))
        ));
        let id = self.desk.desk.sessions().needs_signed().expect("signed in").profile.id.clone();
        self.desk.desk.sessions().resume(&id).await.expect("it comes back");
        // The device is remembered, and stands in for the code.
        assert!(matches!(
            self.desk.desk.sessions().sign_in(self.right(None)).await,
            Ok(SignInResult::Done(_))
        ));
        let connection = self.desk.desk.sessions().connection(&id).expect("known");
        self.shown.push_str(&serde_json::to_string(&connection).expect("JSON"));
        self.shows(&connection);
        let headers = self.headers.lock().expect("not poisoned").clone();
        assert!(headers.contains("x-gate") && headers.contains("proxy-authorization"), "{headers}");
    }

    /// Adds a bucket, at first with a mistyped key; then the WebDAV folder's password again.
    async fn change_targets(&mut self) {
        let before = self.settings().await;
        let mut after = before.clone();
        let mut copy = before.destinations[0].clone();
        copy.id = "33333333-3333-4333-8333-333333333333".into();
        copy.name = "Bucket".into();
        copy.location = Location::S3(S3Place {
            endpoint: format!("http://{S3_HOST}:{}", self.bucket.address().port()),
            bucket: "vault".into(),
            addressing_style: AddressingStyle::PathStyle,
            region: "auto".into(),
            access_key_id: "PRACTICE".into(),
            secret_access_key: SecretField::new(WRONG_S3_KEY),
            root_path: "a".into(),
        });
        after.destinations.push(copy);
        self.shows(&self.desk.desk.settings().review_settings(&before, &after).expect("a review"));
        let saved = self.desk.desk.settings().save_backup_settings(&before, &after).await.expect("saved");
        let bucket = saved.destinations[1].id.clone();
        let refused = self.desk.run(BackupJob { target_id: Some(bucket.clone()) }).await;
        assert_eq!(refused.state, JobState::Failed, "{refused:?}");
        self.errors.extend(refused.error);

        let mut right = saved.clone();
        if let Location::S3(S3Place { secret_access_key, .. }) = &mut right.destinations[1].location {
            *secret_access_key = SecretField::new(S3_KEY);
        }
        if let Location::Webdav(WebdavPlace { password, .. }) = &mut right.destinations[0].location {
            *password = SecretField::New { value: self.practice.webdav_credentials().1 };
        }
        self.shows(&right);
        self.desk.desk.settings().save_backup_settings(&saved, &right).await.expect("saved");
        let run = self.desk.run(BackupJob { target_id: Some(bucket) }).await;
        assert_eq!(run.state, JobState::Succeeded, "{run:?}");
    }

    async fn settings(&mut self) -> BackupSettings {
        let settings = self.desk.desk.settings().backup_settings().await.expect("settings");
        self.shown.push_str(&serde_json::to_string(&settings).expect("JSON"));
        self.shows(&settings);
        settings
    }

    /// The main job, with things that go wrong; the restore ends the session.
    async fn work(&mut self) {
        self.desk.run(BackupJob { target_id: None }).await;
        let (target_id, path) = (self.desk.target().await, self.desk.zips().await[0].path.clone());
        self.desk.run(IntegrityJob { target_id: target_id.clone(), path: path.clone(), deep: true }).await;
        let folder = self.desk.folder.path().join("downloads");
        self.desk
            .run(DownloadJob::into_folder(target_id.clone(), path.clone(), folder, IfThere::Refuse))
            .await;
        self.practice.inject(&Fault::TargetStatus { status: 401 }).expect("caused");
        self.errors.extend(self.desk.run(BackupJob { target_id: None }).await.error);
        self.practice.inject(&Fault::RestoreNormal).expect("normal");
        let audit = self.desk.desk.settings().audit(50, 0).await;
        self.shows(&audit);
        let plan = self.desk.confirmed_plan(RestoreSource::Remote { target_id, path }).await;
        self.shows(&plan);
        let restored = self.desk.run(plan).await;
        assert!(restored.result.is_some(), "{restored:?}");
    }

    /// Somebody looks for the previous JWT_SECRET; the server has another one.
    async fn lose_the_secret(&mut self) {
        let token = Evidence::AccessToken(&self.vault.token);
        let verdicts =
            [secret_check(&WRONG_JWT_SECRET.into(), token), secret_check(&JWT_SECRET.into(), token)];
        assert_eq!(verdicts, [Verdict::Wrong, Verdict::Right]);
        self.practice.inject(&Fault::ChangeJwtSecret).expect("caused");
        self.errors.extend(self.desk.desk.board().overview().await.err());
        assert!(self.desk.desk.sessions().sign_in(self.right(Some((&totp(), false)))).await.is_ok());
        let refused =
            self.desk.desk.jobs().run(BackupJob { target_id: None }, CancellationToken::new()).await;
        self.errors.extend(refused.err());
        assert!(self.errors.len() >= 4, "{:?}", self.errors);
    }

    /// The settings are opened, looked at and repaired, and the old secret is tested.
    async fn recover(&mut self) {
        let desk = Arc::clone(&self.desk.desk);
        let profile = desk.sessions().needs_signed().expect("signed in").profile.id.clone();
        let case = desk
            .recovery()
            .begin_recovery(&profile, PlaybookPath::HaveOldSecret, &CaseSubject::Server)
            .await
            .expect("a case");
        let against = || SecretEvidence::Pasted { text: self.vault.token.clone() };
        let candidates = vec![WRONG_JWT_SECRET.into(), format!("JWT_SECRET={JWT_SECRET}").into()];
        let wrong =
            desk.recovery().check_secrets(against(), candidates, Some(case.id)).await.expect("tested");
        let right = desk
            .recovery()
            .check_secrets(against(), vec![JWT_SECRET.into()], Some(case.id))
            .await
            .expect("tested");
        assert_eq!(right[0].verdict, Verdict::Right);
        self.errors.extend(desk.opened().open_portable(&WRONG.into()).await.err());
        let opened = desk.opened().open_portable(&self.practice.admin_password()).await.expect("opened");
        for target in &opened.settings.destinations {
            desk.opened().reveal_secret(&opened.handle, &target.id).expect("on request");
        }
        self.shows(&(case, wrong, right, &opened));
        let work = RepairJob { handle: Some(opened.handle), after: opened.settings, test: Vec::new() };
        self.shows(&work);
        let repaired = self.desk.run(work).await;
        assert_eq!(repaired.state, JobState::Succeeded, "{repaired:?}");
        let history = desk.recovery().recovery_history(&profile);
        self.shows(&(repaired, history));
    }

    fn secrets(&self, refresh: &SecretString) -> Vec<Secret> {
        let profile = self.desk.desk.sessions().needs_signed().expect("signed in").profile.id.clone();
        let remembered = self.keyring.get(&profile, SecretKind::RememberedDevice).expect("memory");
        let remembered = remembered.expect("the device was remembered");
        let key = &self.vault.user_key;
        let mut secrets = vec![
            Secret::text("the master password", self.practice.admin_password().expose_secret()),
            Secret::text("a wrong password", WRONG),
            Secret::text("the derived hash", self.vault.hash.expose_secret()),
            Secret::text("the refresh token", refresh.expose_secret()),
            // Every token of this server begins like this: {"alg":"HS256","typ":"JWT"}.
            Secret::text("an access token", "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."),
            Secret::text("the remembered device's token", remembered.expose_secret()),
            Secret::text("JWT_SECRET", JWT_SECRET),
            Secret::text("a mistaken JWT_SECRET", WRONG_JWT_SECRET),
            Secret::text("the WebDAV password", self.practice.webdav_credentials().1.expose_secret()),
            Secret::text("the S3 secret key", S3_KEY),
            Secret::text("a mistyped S3 secret key", WRONG_S3_KEY),
            Secret::text("a gateway's header", GATE),
            Secret::text("the proxy's password", PROXY_PASSWORD),
            Secret::bytes("the user key's first half", &key[..32]),
            Secret::bytes("the user key's second half", &key[32..]),
        ];
        // In pieces, as the lines of a PEM file would hold it; the first shows nothing.
        let pieces = self.vault.private_key.chunks_exact(24).enumerate().skip(2).step_by(5);
        secrets.extend(
            pieces.map(|(at, piece)| Secret::bytes(&format!("piece {at} of the private key"), piece)),
        );
        secrets
    }

    fn places(&self, log: &Log) -> Vec<(String, Vec<u8>)> {
        let events = self.events.lock().unwrap_or_else(PoisonError::into_inner).join("\n");
        let mut places = vec![
            ("the log".to_owned(), log.bytes()),
            ("events".to_owned(), events.into_bytes()),
            ("errors".to_owned(), format!("{:?}", self.errors).into_bytes()),
            ("errors as JSON".to_owned(), serde_json::to_vec(&self.errors).expect("JSON")),
            ("what is shown".to_owned(), self.shown.clone().into_bytes()),
        ];
        // Backups have the accounts' sealed keys and settings: that is what they are for.
        files(self.desk.folder.path(), &["downloads", "safety-copies"], &mut places);
        assert!(
            places.iter().any(|(name, bytes)| name.starts_with("ledger") && bytes.len() > 4096),
            "the ledger was read"
        );
        assert!(places[1].1.len() > 1000, "events were heard");
        places
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_complete_run_leaves_no_secret_on_disk() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter("warn,desk_core=trace,desk_practice=trace,nwdesk=trace")
        .with_writer(log.clone())
        .finish();
    // Other tests of this binary may be logged as well: the more the better.
    let _ = tracing::subscriber::set_global_default(subscriber);
    tracing::info!(target: "desk_core", "the log is on");

    for generation in [Generation::Current, Generation::V1_5] {
        let mut run = Run::set(generation).await;
        run.sign_in().await;
        let session = &run.desk.desk.sessions().needs_signed().expect("signed in").session;
        let refresh = session.refresh_token();
        run.shows(session);
        run.change_targets().await;
        run.work().await;
        run.lose_the_secret().await;
        run.recover().await;
        let found = leaks(&run.places(&log), &run.secrets(&refresh));
        assert!(found.is_empty(), "{generation:?}: {found:#?}");
    }
    assert!(String::from_utf8_lossy(&log.bytes()).contains("the log is on"), "the log was read");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_in_a_target_address_is_sent_only_to_the_server() {
    let log = Log::default();
    let mut run = Run::set(Generation::Current).await;
    run.sign_in().await;
    let before = run.settings().await;
    let mut after = before.clone();
    let mut copy = before.destinations[0].clone();
    copy.id = "44444444-4444-4444-8444-444444444444".into();
    copy.name = "Copied from a browser".into();
    if let Location::Webdav(WebdavPlace { base_url, password, .. }) = &mut copy.location {
        *password = SecretField::New { value: run.practice.webdav_credentials().1 };
        *base_url = base_url.replacen("://", &format!("://me:{URL_PASSWORD}@"), 1);
    }
    after.destinations.push(copy);
    run.shows(&run.desk.desk.settings().review_settings(&before, &after).expect("a review").changes);
    let saved = run.desk.desk.settings().save_backup_settings(&before, &after).await.expect("saved");
    let Location::Webdav(WebdavPlace { base_url, .. }) = &saved.destinations[1].location else {
        panic!("WebDAV")
    };
    assert!(base_url.contains("dav.practice.test") && !base_url.contains(URL_PASSWORD), "{base_url}");
    let target_id = saved.destinations[1].id.clone();
    run.practice.inject(&Fault::TargetStatus { status: 403 }).expect("caused");
    for target_id in [Some(target_id), None] {
        let job = run.desk.run(BackupJob { target_id }).await;
        run.errors.extend(job.error.clone());
        run.shows(&job);
    }
    run.practice.inject(&Fault::RestoreNormal).expect("normal");
    for _ in 0..2 {
        run.desk.run(BackupJob { target_id: None }).await;
    }
    let (overview, audit) =
        (run.desk.desk.board().overview().await, run.desk.desk.settings().audit(50, 0).await);
    run.shows(&overview);
    run.shows(&audit);
    let found = leaks(&run.places(&log), &[Secret::text("a login in an address", URL_PASSWORD)]);
    assert!(found.is_empty(), "{found:#?}");
}
