//! Signing in with every second step, through gateways and proxies.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use desk_core::Code;
use desk_core::app::{ConnectionForm, HeaderForm, SignInResult};
use desk_core::secrets::{SecretField, SecretKind, SecretStore};
use desk_core::server::TwoStepMethod;
use desk_tests::at_desk::form;

use crate::account::{Account, entered, here, practice};
use crate::between::{Between, Interception};

#[tokio::test(flavor = "multi_thread")]
async fn every_second_factor_works_with_one_key_derivation() {
    for (method, code) in [
        (TwoStepMethod::Authenticator, "123456"),
        (TwoStepMethod::Yubikey, "cccccc"),
        (TwoStepMethod::RecoveryCode, "RECO VERY"),
    ] {
        let account = Account::with(&["0", "3"]);
        let (url, here) = (account.serve().await, here());
        let Ok(SignInResult::TwoStepNeeded(methods)) =
            here.desk.sessions().sign_in(entered(&url, None)).await
        else {
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
async fn a_remembered_device_is_used_and_forgotten_when_refused() {
    let account = Account::with(&["0"]);
    let (url, here) = (account.serve().await, here());
    assert!(here.signs_in(&url, Some((TwoStepMethod::Authenticator, "123456", true))).await);
    account.steps();
    assert!(here.signs_in(&url, None).await);
    assert_eq!(account.steps(), ["5:device-token"]);

    account.forgot.store(true, Ordering::Relaxed);
    let answer = here.desk.sessions().sign_in(entered(&url, None)).await;
    assert!(matches!(answer, Ok(SignInResult::TwoStepNeeded(_))), "asked again, not refused");
    assert_eq!(account.steps(), ["5:device-token", ":"]);
    let profile = here.desk.ledger().profiles().expect("a ledger")[0].id.clone();
    let kept = here.keyring.get(&profile, SecretKind::RememberedDevice).expect("open");
    assert!(kept.is_none(), "forgotten");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_needs_a_browser_gets_a_hint() {
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
async fn gateway_headers_are_sent_always_and_stored_only_in_the_keyring() {
    let practice = practice().await;
    let between = Between::and(practice.server_url()).await;
    let page = Interception::Instead(
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
        Interception::Pass
    });
    let here = here();
    let again = || form(&between.url, practice.admin_email(), practice.admin_password());
    let error = here.desk.sessions().sign_in(again()).await.err().expect("stopped at the gate");
    assert_eq!(error.kind(), "access-gateway");

    let header =
        HeaderForm { name: "CF-Access-Client-Secret".into(), value: SecretField::new("gate-secret") };
    let through = ConnectionForm { headers: vec![header], ..ConnectionForm::default() };
    assert!(here.desk.sessions().sign_in_through(again(), &through).await.is_ok());
    let signed = here.desk.sessions().signed().expect("signed in");
    signed.session.run(None, &desk_core::progress::Silent).await.expect("a run");
    assert!(
        passed.lock().expect("not poisoned").iter().any(|path| path == "/notifications/hub"),
        "the hub too"
    );
    let id = signed.profile.id.clone();
    let shown = here.desk.sessions().connection(&id).expect("known");
    assert_eq!(shown.headers, ["CF-Access-Client-Secret"]);
    assert!(!serde_json::to_string(&shown).expect("JSON").contains("gate-secret"));
    here.desk.sessions().resume(&id).await.expect("it comes back through the gate");
    // Kept when the form does not touch it; then gone with the profile.
    let kept = HeaderForm { name: "CF-Access-Client-Secret".into(), value: SecretField::Kept };
    let untouched = ConnectionForm { headers: vec![kept], ..ConnectionForm::default() };
    here.desk.sessions().set_connection(&id, &untouched).await.expect("changed");
    here.desk.sessions().resume(&id).await.expect("the value was kept");
    here.desk.profiles().remove_profile(&id, false).await.expect("removed");
    assert!(here.keyring.get(&id, SecretKind::Connection).expect("open").is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_http_needs_consent_once_and_uses_the_proxy() {
    let practice = practice().await;
    let proxy = Between::and(practice.server_url()).await;
    let here = here();
    // No such host: only the proxy knows the way.
    let again =
        || form("http://vault.practice.test/#/vault", practice.admin_email(), practice.admin_password());
    let error = here.desk.sessions().sign_in(again()).await.err().expect("refused");
    assert_eq!(error.code(), Code::AddressInsecure);
    let mut through = ConnectionForm { proxy: Some(proxy.url.clone()), ..ConnectionForm::default() };
    let error = here.desk.sessions().sign_in_through(again(), &through).await.err().expect("refused");
    assert_eq!(error.code(), Code::AddressInsecure, "a proxy is no consent");
    assert!(proxy.seen().is_empty(), "nothing was sent before it was given");

    through.http_accepted = true;
    assert!(here.desk.sessions().sign_in_through(again(), &through).await.is_ok());
    assert!(proxy.seen().iter().any(|asked| asked == "POST /identity/connect/token"));
    let id = here.desk.sessions().signed().expect("signed in").profile.id.clone();
    assert!(here.desk.sessions().sign_in(again()).await.is_ok(), "remembered");
    here.desk.sessions().resume(&id).await.expect("remembered");
    here.desk
        .sessions()
        .set_connection(&id, &ConnectionForm { http_accepted: false, ..through })
        .await
        .expect("taken back");
    assert_eq!(here.desk.sessions().resume(&id).await.err().expect("refused").code(), Code::AddressInsecure);
}
