//! A server that asks for a weaker key derivation than the account was known to use.

use desk_core::Code;
use desk_core::account::Kdf;
use desk_core::app::{SignInForm, SignInResult};
use desk_core::error::AccountDetail;
use desk_practice::{Fault, Practice, PracticeOptions};
use desk_tests::at_desk::{AtDesk, form};

const QUICK: Kdf = Kdf::Pbkdf2 { iterations: 5_000 };
const USUAL: Kdf = Kdf::Pbkdf2 { iterations: 6_000 };

async fn practice(kdf: Kdf) -> Practice {
    Practice::start(PracticeOptions { kdf, ..PracticeOptions::quick() }).await.expect("an instance")
}

fn entered(practice: &Practice, accept_weaker_kdf: bool) -> SignInForm {
    let form = form(practice.server_url(), practice.admin_email(), practice.admin_password());
    SignInForm { accept_weaker_kdf, ..form }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_weaker_kdf_is_refused_before_any_request() {
    let practice = practice(USUAL).await;
    let desk = AtDesk::at(&practice).await;
    let profile = desk.desk.sessions().needs_signed().expect("signed in").profile.id.clone();
    assert_eq!(desk.desk.ledger().kdf(&profile), Ok(Some(USUAL)));

    practice.inject(&Fault::WeakDerivation { iterations: 5_000 }).expect("a switch");
    // Ten wrong hashes would lock the account.
    for _ in 0..10 {
        let Err(error) = desk.desk.sessions().sign_in(entered(&practice, false)).await else {
            panic!("it was sent")
        };
        assert_eq!(error.code(), Code::KdfWeaker);
    }
    let Err(error) = desk.desk.sessions().sign_in(entered(&practice, false)).await else {
        panic!("it was sent")
    };
    let (asked, known) = ("PBKDF2 (i=5000)".to_owned(), "PBKDF2 (i=6000)".to_owned());
    assert!(error.is(AccountDetail::KdfWeaker { asked, known }), "{error:?}");
    // The same holds where the password confirms a step of a session.
    let error = desk.desk.sessions().confirm(&practice.admin_password()).await.expect_err("weaker");
    assert_eq!(error.code(), Code::KdfWeaker);
    assert_eq!(desk.desk.ledger().kdf(&profile), Ok(Some(USUAL)), "what is known stays");

    practice.inject(&Fault::RestoreNormal).expect("a switch");
    desk.sign_in(&practice).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_with_a_weaker_kdf_signs_in_after_consent() {
    let practice = practice(QUICK).await;
    let desk = AtDesk::at(&practice).await;
    let signed = desk.desk.sessions().needs_signed().expect("signed in");
    assert_eq!(signed.weak_rounds(), Some(5_000), "few rounds are told");
    let profile = signed.profile.id.clone();
    let strong = Kdf::Argon2id { iterations: 3, memory_mib: 64, parallelism: 4 };
    desk.desk.ledger().note_kdf(&profile, strong).expect("noted");

    let Err(error) = desk.desk.sessions().sign_in(entered(&practice, false)).await else {
        panic!("it was sent")
    };
    assert_eq!(error.code(), Code::KdfWeaker);
    let Ok(SignInResult::Done(_)) = desk.desk.sessions().sign_in(entered(&practice, true)).await else {
        panic!("it was accepted")
    };
    assert_eq!(desk.desk.ledger().kdf(&profile), Ok(Some(QUICK)));
    desk.sign_in(&practice).await;
}
