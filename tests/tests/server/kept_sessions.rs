//! Sessions that are kept: with a keyring that is locked, lost or was never there, and
//! until idle time or sleep asks for the master password again.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use desk_core::Code;
use desk_core::app::SignInResult;
use desk_core::clock::Clock;
use desk_core::secrets::{SecretKind, SecretStore};
use desk_tests::at_desk::form;
use jiff::Timestamp;

use crate::account::{here, practice, with_clock};

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_keyring_asks_for_the_password_and_keeps_profiles() {
    let practice = practice().await;
    let here = here();
    let again = || form(practice.server_url(), practice.admin_email(), practice.admin_password());
    assert!(here.desk.sessions().sign_in(again()).await.is_ok());
    let id = here.desk.sessions().signed().expect("signed in").profile.id.clone();
    here.keyring.locked.store(true, Ordering::Relaxed);

    let error = here.desk.sessions().resume(&id).await.err().expect("nothing to come back with");
    assert_eq!(error.kind(), "session-in-keyring");
    let Ok(SignInResult::Done(signed)) = here.desk.sessions().sign_in(again()).await else {
        panic!("signed in")
    };
    assert!(!signed.is_kept(), "the session ends with the app");
    assert_eq!(signed.profile.id, id, "it is the same profile");
    assert!(
        here.desk.profiles().remove_profile(&id, false).await.is_err(),
        "what is in the keyring is not left behind"
    );
    assert_eq!(here.desk.ledger().profiles().expect("a ledger").len(), 1);

    here.keyring.locked.store(false, Ordering::Relaxed);
    here.desk.sessions().resume(&id).await.expect("what was kept before is still there");
    here.desk.profiles().remove_profile(&id, false).await.expect("removed");
    assert!(here.keyring.get(&id, SecretKind::RefreshToken).expect("open").is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn profiles_can_be_added_and_removed_without_a_keyring() {
    let practice = practice().await;
    let here = here();
    here.keyring.locked.store(true, Ordering::Relaxed);
    let entered = form(practice.server_url(), practice.admin_email(), practice.admin_password());
    assert!(here.desk.sessions().sign_in(entered).await.is_ok());
    let id = here.desk.sessions().signed().expect("signed in").profile.id.clone();
    here.desk.sessions().sign_out().await.expect("signed out");
    here.desk.profiles().remove_profile(&id, false).await.expect("nothing of it is in a keyring");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_keyring_entry_asks_to_sign_in_again() {
    let practice = practice().await;
    let here = here();
    let entered = form(practice.server_url(), practice.admin_email(), practice.admin_password());
    assert!(here.desk.sessions().sign_in(entered).await.is_ok());
    let id = here.desk.sessions().signed().expect("signed in").profile.id.clone();
    here.keyring.delete_all(&id).expect("open");
    assert_eq!(here.desk.sessions().resume(&id).await.err().expect("lost").code(), Code::SessionEnded);
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
async fn the_password_hash_is_cleared_when_idle_after_sleep_and_on_request() {
    let practice = practice().await;
    let clock = Arc::new(Held(Mutex::new(Timestamp::now())));
    let here = with_clock(Arc::clone(&clock) as Arc<dyn Clock>);
    let entered = form(practice.server_url(), practice.admin_email(), practice.admin_password());
    assert!(here.desk.sessions().sign_in(entered).await.is_ok());
    let signed = here.desk.sessions().signed().expect("signed in");
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
