//! Signing in with every second step, through gateways and proxies, with and
//! without a keyring.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::Form;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use desk_core::clock::{Clock, SystemClock};
use desk_core::desk::{ConnectionForm, Desk, HeaderForm, SignInForm, SignInResult};
use desk_core::secrets::{InMemory, SecretField, SecretKind, SecretStore};
use desk_core::server::{TwoStep, TwoStepMethod};
use desk_core::{Code, Error, Result};
use desk_practice::{Practice, PracticeOptions};
use desk_tests::at_desk::form;
use jiff::Timestamp;
use secrecy::SecretString;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::between::{Between, Fault};

/// A server whose account has second steps; it counts what it is asked.
#[derive(Clone, Default)]
struct Account {
    providers: Vec<&'static str>,
    /// "provider:code" of every password grant.
    steps: Arc<Mutex<Vec<String>>>,
    preludes: Arc<Mutex<u32>>,
    locked: Arc<AtomicBool>,
    /// The device is not remembered any more.
    forgot: Arc<AtomicBool>,
}

impl Account {
    fn with(providers: &[&'static str]) -> Self {
        Self { providers: providers.to_vec(), ..Self::default() }
    }

    async fn serve(&self) -> String {
        let (counted, answering) = (self.clone(), self.clone());
        let bootstrap = || async { Json(json!({"jwtUnsafeReason": null})) };
        let prelogin = move || async move {
            *counted.preludes.lock().expect("not poisoned") += 1;
            Json(json!({"kdf": 0, "kdfIterations": 5000}))
        };
        let token =
            move |Form(fields): Form<HashMap<String, String>>| async move { answering.token(&fields) };
        let settings = || async { Json(json!({"destinations": []})) };
        let router = Router::new()
            .route("/api/web-bootstrap", get(bootstrap))
            .route("/identity/accounts/prelogin", post(prelogin))
            .route("/identity/connect/token", post(token))
            .route("/api/admin/backup/settings", get(settings));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        tokio::spawn(async move { axum::serve(listener, router).await });
        url
    }

    fn token(&self, fields: &HashMap<String, String>) -> (StatusCode, Json<Value>) {
        let field = |name: &str| fields.get(name).map_or("", String::as_str);
        let step = format!("{}:{}", field("twoFactorProvider"), field("twoFactorToken"));
        self.steps.lock().expect("not poisoned").push(step.clone());
        if self.locked.load(Ordering::Relaxed) {
            let words = "Too many failed login attempts. Try again in 117 seconds.";
            return (
                StatusCode::TOO_MANY_REQUESTS,
                Json(json!({"error": "too_many_requests", "error_description": words})),
            );
        }
        let forgot = self.forgot.load(Ordering::Relaxed);
        match step.as_str() {
            "0:123456" | "3:cccccc" | "8:RECO VERY" => {}
            "5:device-token" if !forgot => {}
            "5:device-token" => {
                return (
                    StatusCode::BAD_REQUEST,
                    Json(
                        json!({"error": "invalid_grant", "error_description": "Two-step token is invalid. Try again."}),
                    ),
                );
            }
            ":" => {
                let demand = json!({"error": "invalid_grant", "error_description": "Two factor required.", "TwoFactorProviders": self.providers});
                return (StatusCode::BAD_REQUEST, Json(demand));
            }
            _ => {
                return (
                    StatusCode::BAD_REQUEST,
                    Json(
                        json!({"error": "invalid_grant", "error_description": "Two-step token is invalid. Try again."}),
                    ),
                );
            }
        }
        let mut answer = json!({"access_token": "access", "refresh_token": "refresh", "expires_in": 7200});
        if field("twoFactorRemember") == "1" {
            answer["TwoFactorToken"] = "device-token".into();
        }
        (StatusCode::OK, Json(answer))
    }

    fn steps(&self) -> Vec<String> {
        std::mem::take(&mut *self.steps.lock().expect("not poisoned"))
    }
}

/// A keyring that can be locked.
#[derive(Default)]
struct Lockable {
    inside: InMemory,
    locked: AtomicBool,
}

impl Lockable {
    fn open(&self) -> Result<&InMemory> {
        if self.locked.load(Ordering::Relaxed) {
            return Err(Error::new(Code::KeyringUnavailable, "The keyring is locked.", "Unlock it."));
        }
        Ok(&self.inside)
    }
}

impl SecretStore for Lockable {
    fn get(&self, profile_id: &str, kind: SecretKind) -> Result<Option<SecretString>> {
        self.open()?.get(profile_id, kind)
    }

    fn set(&self, profile_id: &str, kind: SecretKind, secret: &SecretString) -> Result<()> {
        self.open()?.set(profile_id, kind, secret)
    }

    fn delete(&self, profile_id: &str, kind: SecretKind) -> Result<()> {
        self.open()?.delete(profile_id, kind)
    }
}

struct Here {
    desk: Arc<Desk>,
    keyring: Arc<Lockable>,
    _folder: TempDir,
}

fn here() -> Here {
    with_clock(Arc::new(SystemClock))
}

fn with_clock(clock: Arc<dyn Clock>) -> Here {
    let folder = tempfile::tempdir().expect("a folder");
    let keyring = Arc::new(Lockable::default());
    let desk =
        Desk::open(folder.path(), Arc::clone(&keyring) as Arc<dyn SecretStore>, clock).expect("a desk");
    Here { desk, keyring, _folder: folder }
}

fn entered(url: &str, step: Option<(TwoStepMethod, &str, bool)>) -> SignInForm {
    let two_step = step.map(|(method, code, remember)| TwoStep { method, code: code.into(), remember });
    SignInForm { two_step, ..form(url, "admin@example.org", "right".into()) }
}

async fn practice() -> Practice {
    Practice::start(PracticeOptions::quick()).await.expect("a practice instance")
}

impl Here {
    async fn signs_in(&self, url: &str, step: Option<(TwoStepMethod, &str, bool)>) -> bool {
        matches!(self.desk.sign_in(entered(url, step)).await, Ok(SignInResult::Done(_)))
    }

    async fn refusal(&self, url: &str, step: Option<(TwoStepMethod, &str, bool)>) -> Error {
        self.desk.sign_in(entered(url, step)).await.err().expect("refused")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_second_step_works_and_signing_in_costs_one_key_derivation() {
    for (method, code) in [
        (TwoStepMethod::Authenticator, "123456"),
        (TwoStepMethod::Yubikey, "cccccc"),
        (TwoStepMethod::RecoveryCode, "RECO VERY"),
    ] {
        let account = Account::with(&["0", "3"]);
        let (url, here) = (account.serve().await, here());
        let Ok(SignInResult::TwoStepNeeded(methods)) = here.desk.sign_in(entered(&url, None)).await else {
            panic!("a second step is needed")
        };
        assert_eq!(
            methods,
            [TwoStepMethod::Authenticator, TwoStepMethod::Yubikey, TwoStepMethod::RecoveryCode]
        );
        let error = here.refusal(&url, Some((method, "mistyped", false))).await;
        assert_eq!(error.code(), Code::TwoStepCodeWrong);
        assert!(here.signs_in(&url, Some((method, code, false))).await, "{method:?}");
        assert_eq!(*account.preludes.lock().expect("not poisoned"), 1, "derived once for all three tries");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_remembered_device_is_used_by_itself_and_forgotten_when_refused() {
    let account = Account::with(&["0"]);
    let (url, here) = (account.serve().await, here());
    assert!(here.signs_in(&url, Some((TwoStepMethod::Authenticator, "123456", true))).await);
    account.steps();
    assert!(here.signs_in(&url, None).await);
    assert_eq!(account.steps(), ["5:device-token"]);

    account.forgot.store(true, Ordering::Relaxed);
    let answer = here.desk.sign_in(entered(&url, None)).await;
    assert!(matches!(answer, Ok(SignInResult::TwoStepNeeded(_))), "asked again, not refused");
    assert_eq!(account.steps(), ["5:device-token", ":"]);
    let profile = here.desk.ledger().profiles().expect("a ledger")[0].id.clone();
    let kept = here.keyring.get(&profile, SecretKind::RememberedDevice).expect("open");
    assert!(kept.is_none(), "forgotten");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_needs_a_browser_is_told_what_to_do() {
    let url = Account::with(&["7"]).serve().await;
    let error = here().refusal(&url, None).await;
    assert_eq!(error.code(), Code::TwoStepUnsupported);
    assert!(error.body().hint.contains("authenticator"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_account_counts_down() {
    let account = Account::with(&[]);
    account.locked.store(true, Ordering::Relaxed);
    let error = here().refusal(&account.serve().await, None).await;
    assert_eq!((error.code(), error.body().retry_after_seconds), (Code::AccountLocked, Some(117)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_keyring_asks_for_the_password_and_never_costs_a_profile() {
    let practice = practice().await;
    let here = here();
    let again = || form(practice.server_url(), practice.admin_email(), practice.admin_password());
    assert!(here.desk.sign_in(again()).await.is_ok());
    let id = here.desk.signed().expect("signed in").profile.id.clone();
    here.keyring.locked.store(true, Ordering::Relaxed);

    let error = here.desk.resume(&id).await.err().expect("nothing to come back with");
    assert_eq!((error.code(), error.body().values["reason"].as_str()), (Code::SessionEnded, "keyring"));
    let Ok(SignInResult::Done(signed)) = here.desk.sign_in(again()).await else { panic!("signed in") };
    assert!(!signed.is_kept(), "the session ends with the app");
    assert_eq!(signed.profile.id, id, "it is the same profile");
    assert!(here.desk.remove_profile(&id, false).await.is_err(), "what is in the keyring is not left behind");
    assert_eq!(here.desk.ledger().profiles().expect("a ledger").len(), 1);

    here.keyring.locked.store(false, Ordering::Relaxed);
    here.desk.resume(&id).await.expect("what was kept before is still there");
    here.desk.remove_profile(&id, false).await.expect("removed");
    assert!(here.keyring.get(&id, SecretKind::RefreshToken).expect("open").is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_any_keyring_profiles_come_and_go() {
    let practice = practice().await;
    let here = here();
    here.keyring.locked.store(true, Ordering::Relaxed);
    let entered = form(practice.server_url(), practice.admin_email(), practice.admin_password());
    assert!(here.desk.sign_in(entered).await.is_ok());
    let id = here.desk.signed().expect("signed in").profile.id.clone();
    here.desk.sign_out().await.expect("signed out");
    here.desk.remove_profile(&id, false).await.expect("nothing of it is in a keyring");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_keyring_entry_asks_to_sign_in_again() {
    let practice = practice().await;
    let here = here();
    let entered = form(practice.server_url(), practice.admin_email(), practice.admin_password());
    assert!(here.desk.sign_in(entered).await.is_ok());
    let id = here.desk.signed().expect("signed in").profile.id.clone();
    here.keyring.delete_all(&id).expect("open");
    assert_eq!(here.desk.resume(&id).await.err().expect("lost").code(), Code::SessionEnded);
    assert_eq!(here.desk.ledger().profiles().expect("a ledger").len(), 1);
}

/// A clock that a test holds.
struct Held(Mutex<Timestamp>);

impl Held {
    fn advance(&self, by: Duration) {
        let mut now = self.0.lock().expect("not poisoned");
        *now += by;
    }
}

impl Clock for Held {
    fn now(&self) -> Timestamp {
        *self.0.lock().expect("not poisoned")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hash_that_confirms_is_forgotten_when_idle_after_sleep_and_on_request() {
    let practice = practice().await;
    let clock = Arc::new(Held(Mutex::new(Timestamp::now())));
    let here = with_clock(Arc::clone(&clock) as Arc<dyn Clock>);
    let entered = form(practice.server_url(), practice.admin_email(), practice.admin_password());
    assert!(here.desk.sign_in(entered).await.is_ok());
    let signed = here.desk.signed().expect("signed in");
    let minutes = |count: u64| {
        (0..count * 2).any(|_| {
            clock.advance(Duration::from_secs(30));
            here.desk.tick();
            !signed.session.can_confirm()
        })
    };
    here.desk.set_lock_after(Duration::from_secs(600));
    assert!(!minutes(9) && signed.session.can_confirm(), "nine minutes are not ten");
    assert!(minutes(1) && !signed.session.can_confirm(), "ten are");
    let password = practice.admin_password();
    signed.session.confirm(&password).await.expect("confirmed");
    {
        let _job = signed.session.at_work();
        assert!(!minutes(60) && signed.session.can_confirm(), "while a job is at work, it stays");
    }
    assert!(!minutes(9), "idle time begins after the job");
    assert!(minutes(1));
    signed.session.confirm(&password).await.expect("confirmed");
    clock.advance(Duration::from_secs(200));
    here.desk.tick();
    assert!(!signed.session.can_confirm(), "the computer slept");
    signed.session.confirm(&password).await.expect("confirmed");
    here.desk.lock();
    assert!(!signed.session.can_confirm());
    let error = signed.session.run(None, &desk_core::progress::Silent).await.expect_err("locked");
    assert_eq!(error.code(), Code::PasswordNeeded);
    signed.session.targets().await.expect("the session itself goes on");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateways_headers_go_with_every_request_and_are_kept_in_the_keyring_alone() {
    let practice = practice().await;
    let between = Between::and(practice.server_url()).await;
    let page = Fault::Instead(
        403,
        vec![("content-type", "text/html"), ("cf-ray", "1")],
        b"<a href=https://team.cloudflareaccess.com>Sign in</a>".to_vec(),
    );
    let passed = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&passed);
    between.when(move |request| {
        let let_in =
            request.headers().get("cf-access-client-secret").is_some_and(|value| value == "gate-secret");
        if !let_in {
            return page.clone();
        }
        noted.lock().expect("not poisoned").push(request.uri().path().to_owned());
        Fault::Pass
    });
    let here = here();
    let again = || form(&between.url, practice.admin_email(), practice.admin_password());
    let error = here.desk.sign_in(again()).await.err().expect("stopped at the gate");
    assert_eq!((error.code(), error.body().values["cause"].as_str()), (Code::NotNodeWarden, "gateway"));

    let header =
        HeaderForm { name: "CF-Access-Client-Secret".into(), value: SecretField::new("gate-secret") };
    let through = ConnectionForm { headers: vec![header], ..ConnectionForm::default() };
    assert!(here.desk.sign_in_through(again(), &through).await.is_ok());
    let signed = here.desk.signed().expect("signed in");
    signed.session.run(None, &desk_core::progress::Silent).await.expect("a run");
    assert!(
        passed.lock().expect("not poisoned").iter().any(|path| path == "/notifications/hub"),
        "the hub too"
    );
    let id = signed.profile.id.clone();
    let shown = here.desk.connection(&id).expect("known");
    assert_eq!(shown.headers, ["CF-Access-Client-Secret"]);
    assert!(!serde_json::to_string(&shown).expect("JSON").contains("gate-secret"));
    here.desk.resume(&id).await.expect("it comes back through the gate");
    // Kept when the form does not touch it; then gone with the profile.
    let kept = HeaderForm { name: "CF-Access-Client-Secret".into(), value: SecretField::Kept };
    let untouched = ConnectionForm { headers: vec![kept], ..ConnectionForm::default() };
    here.desk.set_connection(&id, &untouched).await.expect("changed");
    here.desk.resume(&id).await.expect("the value was kept");
    here.desk.remove_profile(&id, false).await.expect("removed");
    assert!(here.keyring.get(&id, SecretKind::Connection).expect("open").is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_http_needs_a_consent_that_is_remembered_and_goes_through_the_proxy() {
    let practice = practice().await;
    let proxy = Between::and(practice.server_url()).await;
    let here = here();
    // No such host: only the proxy knows the way.
    let again =
        || form("http://vault.practice.test/#/vault", practice.admin_email(), practice.admin_password());
    let error = here.desk.sign_in(again()).await.err().expect("refused");
    assert_eq!(error.code(), Code::AddressInsecure);
    let mut through = ConnectionForm { proxy: Some(proxy.url.clone()), ..ConnectionForm::default() };
    let error = here.desk.sign_in_through(again(), &through).await.err().expect("refused");
    assert_eq!(error.code(), Code::AddressInsecure, "a proxy is no consent");
    assert!(proxy.seen().is_empty(), "nothing was sent before it was given");

    through.http_accepted = true;
    assert!(here.desk.sign_in_through(again(), &through).await.is_ok());
    assert!(proxy.seen().iter().any(|asked| asked == "POST /identity/connect/token"));
    let id = here.desk.signed().expect("signed in").profile.id.clone();
    assert!(here.desk.sign_in(again()).await.is_ok(), "remembered");
    here.desk.resume(&id).await.expect("remembered");
    here.desk
        .set_connection(&id, &ConnectionForm { http_accepted: false, ..through })
        .await
        .expect("taken back");
    assert_eq!(here.desk.resume(&id).await.err().expect("refused").code(), Code::AddressInsecure);
}
