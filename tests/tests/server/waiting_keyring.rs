//! A keyring that waits for its password, or has gone: no one waits for it forever,
//! and what is no secret is kept anyway.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use desk_core::app::{ConnectionForm, HeaderForm};
use desk_core::error::AccountDetail;
use desk_core::secrets::{InMemory, SecretField, SecretKind, SecretStore};
use desk_core::server::Timeouts;
use desk_core::{Code, Result};
use desk_practice::{Practice, PracticeOptions};
use desk_tests::at_desk::{AtDesk, form};
use secrecy::SecretString;

use crate::between::Between;

/// A keyring whose window waits for someone, until it is unlocked or dismissed.
#[derive(Default)]
struct Prompting {
    inside: InMemory,
    unlocked: AtomicBool,
    dismissed: AtomicBool,
}

impl Prompting {
    fn wait(&self) -> Result<&InMemory> {
        while !self.unlocked.load(Ordering::Relaxed) {
            if self.dismissed.load(Ordering::Relaxed) {
                return Err(AccountDetail::KeyringLocked.error());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(&self.inside)
    }
}

impl SecretStore for Prompting {
    fn get(&self, profile_id: &str, kind: SecretKind) -> Result<Option<SecretString>> {
        self.wait()?.get(profile_id, kind)
    }

    fn set(&self, profile_id: &str, kind: SecretKind, secret: &SecretString) -> Result<()> {
        self.wait()?.set(profile_id, kind, secret)
    }

    fn delete(&self, profile_id: &str, kind: SecretKind) -> Result<()> {
        self.wait()?.delete(profile_id, kind)
    }
}

fn desk_with(keyring: &Arc<Prompting>) -> AtDesk {
    let here = AtDesk::with(Arc::clone(keyring) as Arc<dyn SecretStore>);
    here.desk
        .sessions()
        .set_timeouts(Timeouts { keyring: Duration::from_millis(200), ..Timeouts::default() });
    here
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unanswered_keyring_prompt_does_not_block_the_sign_in() {
    let practice = Practice::start(PracticeOptions::quick()).await.expect("a practice instance");
    let keyring = Arc::new(Prompting::default());
    let here = desk_with(&keyring);
    let entered = form(practice.server_url(), practice.admin_email(), practice.admin_password());
    assert!(here.desk.sessions().sign_in(entered).await.is_ok());
    let signed = here.desk.sessions().signed().expect("signed in");
    assert!(!signed.is_kept(), "nobody has unlocked it yet");
    let asked = Instant::now();
    let error = here.desk.sessions().resume(&signed.profile.id).await.err().expect("it is silent");
    assert_eq!(error.kind(), "session-in-keyring");
    assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());

    keyring.unlocked.store(true, Ordering::Relaxed);
    let unlocked = Instant::now();
    while !signed.is_kept() && unlocked.elapsed() < Duration::from_secs(5) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(signed.is_kept(), "what waited was kept then");
    here.desk.sessions().resume(&signed.profile.id).await.expect("and it serves");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_keyring_connection_settings_are_kept_without_secrets() {
    let practice = Practice::start(PracticeOptions::quick()).await.expect("a practice instance");
    let proxy = Between::and(practice.server_url()).await;
    let keyring = Arc::new(Prompting { dismissed: true.into(), ..Prompting::default() });
    let here = desk_with(&keyring);
    let entered = || form("http://vault.practice.test", practice.admin_email(), practice.admin_password());
    let through = ConnectionForm {
        headers: vec![HeaderForm { name: "X-Gate".into(), value: SecretField::new("gate-secret") }],
        proxy: Some(proxy.url.clone()),
        http_accepted: true,
        ..ConnectionForm::default()
    };
    assert!(here.desk.sessions().sign_in_through(entered(), &through).await.is_ok());
    let id = here.desk.sessions().signed().expect("signed in").profile.id.clone();
    let known = here.desk.sessions().connection(&id).expect("known");
    assert!(known.http_accepted, "{known:?}");
    assert_eq!(
        (known.proxy.as_deref(), known.headers),
        (Some(proxy.url.as_str()), vec!["X-Gate".to_owned()])
    );
    // The header's value is requested again, rather than left out.
    let error = here.desk.sessions().sign_in(entered()).await.err().expect("a value is missing");
    assert_eq!(error.code(), Code::KeyringUnavailable, "{error:?}");
    assert!(
        here.desk.sessions().sign_in_through(entered(), &through).await.is_ok(),
        "given again, it goes on"
    );
}
