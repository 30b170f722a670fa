//! A desk with the keyring of the operating system: kept, locked and missing.
//! `scripts/with-secret-service` promises a real one.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use desk_core::Code;
use desk_core::app::{ConnectionForm, Desk, HeaderForm, SignInForm, SignInResult};
use desk_core::clock::SystemClock;
use desk_core::secrets::{Keyring, SecretField, SecretKind, SecretStore};
use desk_core::server::{TwoStep, TwoStepMethod};
use desk_practice::{Practice, PracticeOptions};
use desk_tests::at_desk::{AtDesk, form};
use desk_tests::web_vault::{WebVault, totp};
use secrecy::ExposeSecret;

use crate::between::Between;

/// Fails where the tests would use the keyring of the account that runs them.
fn needs_secret_service() {
    let is_own = std::env::var_os("DESK_SECRET_SERVICE").is_some_and(|value| value == "1");
    assert!(is_own, "run the tests through scripts/with-secret-service");
}

/// A server behind a proxy and a gateway, whose administrator has a second step.
struct Behind {
    practice: Practice,
    proxy: Between,
}

impl Behind {
    async fn set() -> Self {
        let practice = Practice::start(PracticeOptions::quick()).await.expect("a practice instance");
        WebVault::sign_in(&practice).await.turn_totp_on().await;
        let proxy = Between::and(practice.server_url()).await;
        Self { practice, proxy }
    }

    fn entered(&self, code: Option<String>) -> SignInForm {
        let method = TwoStepMethod::Authenticator;
        let two_step = code.map(|code| TwoStep { method, code: code.into(), remember: true });
        // No such host: only the proxy knows the way.
        let practice = &self.practice;
        let form = form("http://vault.practice.test", practice.admin_email(), practice.admin_password());
        SignInForm { two_step, ..form }
    }

    fn way(&self) -> ConnectionForm {
        ConnectionForm {
            headers: vec![HeaderForm { name: "X-Gate".into(), value: SecretField::new("gate-secret") }],
            proxy: Some(self.proxy.url.clone()),
            proxy_login: SecretField::new("me:proxy-secret"),
            http_accepted: true,
            ..ConnectionForm::default()
        }
    }

    /// Signs in with a code and asks to remember the device; returns the profile's
    /// id and whether the keyring has what is needed to come back.
    async fn sign_in(&self, desk: &Desk) -> (String, bool) {
        match desk.sessions().sign_in_through(self.entered(Some(totp())), &self.way()).await {
            Ok(SignInResult::Done(signed)) => (signed.profile.id.clone(), signed.is_kept()),
            Ok(SignInResult::TwoStepNeeded(_)) => panic!("the code was given"),
            Err(error) => panic!("{error:?}"),
        }
    }
}

fn kept(id: &str, kind: SecretKind) -> Option<String> {
    Keyring.get(id, kind).expect("a keyring").map(|secret| secret.expose_secret().to_owned())
}

fn opened(folder: &Path) -> Arc<Desk> {
    Desk::open(folder, Arc::new(Keyring), Arc::new(SystemClock)).expect("a desk")
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(target_os = "linux"), ignore = "needs a keyring that belongs to the tests alone")]
async fn removing_a_profile_removes_its_secrets_from_the_real_keyring() {
    needs_secret_service();
    let behind = Behind::set().await;
    let here = AtDesk::with(Arc::new(Keyring));
    let (id, is_kept) = behind.sign_in(&here.desk).await;
    assert!(is_kept);
    let connection = kept(&id, SecretKind::Connection).expect("kept");
    assert!(connection.contains("gate-secret") && connection.contains("me:proxy-secret"));
    assert!(kept(&id, SecretKind::RememberedDevice).is_some());

    // The app is started again: everything is read back.
    let again = opened(here.folder.path());
    again.sessions().resume(&id).await.expect("it comes back through proxy and gateway");
    let answer = again.sessions().sign_in(behind.entered(None)).await;
    assert!(matches!(answer, Ok(SignInResult::Done(_))), "the device is remembered");
    // A form that touches nothing keeps them; one that takes them out forgets them.
    let keeping = HeaderForm { name: "X-Gate".into(), value: SecretField::Kept };
    let untouched = ConnectionForm { headers: vec![keeping], proxy_login: SecretField::Kept, ..behind.way() };
    again.sessions().set_connection(&id, &untouched).await.expect("changed");
    assert_eq!(kept(&id, SecretKind::Connection).as_deref(), Some(connection.as_str()));
    let without = ConnectionForm { headers: Vec::new(), proxy_login: SecretField::Unset, ..behind.way() };
    again.sessions().set_connection(&id, &without).await.expect("changed");
    assert_eq!(kept(&id, SecretKind::Connection), None);
    again.sessions().set_connection(&id, &behind.way()).await.expect("changed");
    again.profiles().remove_profile(&id, false).await.expect("removed");
    for kind in SecretKind::ALL {
        assert_eq!(kept(&id, kind), None, "{kind} is gone with the profile");
    }
}

/// Runs one of the ignored tests below in its own process, whose surroundings
/// are its own as well.
fn in_a_process_of_its_own(mut command: Command, test: &str) {
    let output = command.args(["--exact", test, "--ignored", "--nocapture"]).output().expect("it starts");
    let told = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    assert!(output.status.success() && told[0].contains("1 passed"), "{}\n{}", told[0], told[1]);
}

#[test]
#[cfg(target_os = "linux")]
fn without_a_bus_the_session_continues_and_no_profile_is_lost() {
    let mut command = Command::new(std::env::current_exe().expect("this test"));
    command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus").env_remove("XDG_RUNTIME_DIR");
    in_a_process_of_its_own(command, "keyring::on_a_computer_without_a_bus");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "run in a process without a bus by the test above"]
async fn on_a_computer_without_a_bus() {
    assert_eq!(Keyring.check().expect_err("no bus").code(), Code::KeyringUnavailable);
    let behind = Behind::set().await;
    let here = AtDesk::with(Arc::new(Keyring));
    let (id, is_kept) = behind.sign_in(&here.desk).await;
    assert!(!is_kept, "the session ends with the app");
    here.desk.board().overview().await.expect("until then it goes on");
    let again = opened(here.folder.path());
    let error = again.sessions().resume(&id).await.err().expect("nothing to come back with");
    assert_eq!(error.kind(), "session-in-keyring");
    let (same, _) = behind.sign_in(&again).await;
    assert_eq!(same, id, "asked again, and it is the same profile");
    assert_eq!(again.ledger().profiles().expect("a ledger").len(), 1);
    again.profiles().remove_profile(&id, false).await.expect("nothing of it is in a keyring");
}

#[test]
#[cfg(target_os = "linux")]
fn a_locked_keyring_keeps_every_profile_and_opens_again() {
    needs_secret_service();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts/with-secret-service");
    let mut command = Command::new(script);
    command.arg(std::env::current_exe().expect("this test"));
    in_a_process_of_its_own(command, "keyring::on_a_computer_whose_keyring_is_locked");
}

/// Locks every collection of the Secret Service, as its own window does.
fn lock() {
    let locked = Command::new("dbus-send")
        .args(["--session", "--print-reply", "--dest=org.freedesktop.secrets", "/org/freedesktop/secrets"])
        .arg("org.freedesktop.Secret.Service.Lock")
        .arg("array:objpath:/org/freedesktop/secrets/collection/login")
        .output()
        .expect("dbus-send is there with the bus");
    assert!(locked.status.success(), "{locked:?}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "run beside a Secret Service of its own by the test above"]
async fn on_a_computer_whose_keyring_is_locked() {
    let behind = Behind::set().await;
    let here = AtDesk::with(Arc::new(Keyring));
    let (id, is_kept) = behind.sign_in(&here.desk).await;
    assert!(is_kept);
    lock();
    let error = Keyring.get(&id, SecretKind::RefreshToken).expect_err("locked");
    assert_eq!(error.code(), Code::KeyringUnavailable);
    let again = opened(here.folder.path());
    let error = again.sessions().resume(&id).await.err().expect("nothing to come back with");
    assert_eq!(error.kind(), "session-in-keyring");
    let (same, is_kept) = behind.sign_in(&again).await;
    assert!(same == id && !is_kept, "it is the same profile, and its session ends with the app");
    again.board().overview().await.expect("it goes on without a keyring");
    assert!(
        again.profiles().remove_profile(&id, false).await.is_err(),
        "what is in the keyring is not left behind"
    );
    assert_eq!(again.ledger().profiles().expect("a ledger").len(), 1);
}
