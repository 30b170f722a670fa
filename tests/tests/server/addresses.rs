//! One account that is reached under two addresses.

use desk_core::Code;
use desk_core::app::SignInResult;
use desk_core::jobs::BackupJob;
use desk_practice::{Practice, PracticeOptions};
use desk_tests::at_desk::{AtDesk, form};

use crate::account::practice;

/// Another address of the same practice instance.
fn other_address(practice: &Practice) -> String {
    practice.server_url().replace("127.0.0.1", "localhost")
}

/// Signs in under this address; the profile's id, and the name of the one it is the same as.
async fn signed_in(desk: &AtDesk, practice: &Practice, address: &str) -> (String, Option<String>) {
    let form = form(address, practice.admin_email(), practice.admin_password());
    match desk.desk.sessions().sign_in(form).await.expect("signed in") {
        SignInResult::Done(signed) => {
            (signed.profile.id.clone(), signed.same_account.as_ref().map(|same| same.name.clone()))
        }
        SignInResult::TwoStepNeeded(methods) => panic!("a second step: {methods:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_under_a_second_address_is_recognised_once() {
    let practice = practice().await;
    let desk = AtDesk::empty();
    let (old, same) = signed_in(&desk, &practice, practice.server_url()).await;
    assert_eq!(same, None, "it is the first");
    desk.desk.ledger().rename_profile(&old, "Home").expect("named");
    let kept = desk.desk.ledger().profile(&old).expect("kept");
    assert!(kept.user_id.is_some(), "the account is known");

    let (_, same) = signed_in(&desk, &practice, &other_address(&practice)).await;
    assert_eq!(same.as_deref(), Some("Home"));
    let (_, same) = signed_in(&desk, &practice, &other_address(&practice)).await;
    assert_eq!(same, None, "whoever kept both is not asked again");
}

#[tokio::test(flavor = "multi_thread")]
async fn changing_the_address_keeps_name_history_and_session() {
    let practice = practice().await;
    let desk = AtDesk::empty();
    let (old, _) = signed_in(&desk, &practice, practice.server_url()).await;
    desk.desk.ledger().rename_profile(&old, "Home").expect("named");
    let target = desk.target().await;
    let job = desk.run(BackupJob { target_id: Some(target) }).await;

    let (new, _) = signed_in(&desk, &practice, &other_address(&practice)).await;
    let kept = desk.desk.profiles().change_address(&old).await.expect("one server");
    assert_eq!((kept.id.as_str(), kept.name.as_str()), (new.as_str(), "Home"));
    assert!(kept.server_url.contains("localhost"), "{}", kept.server_url);
    assert_eq!(desk.desk.ledger().profiles().expect("read").len(), 1);
    let job = desk.desk.ledger().job(job.id).expect("read").expect("still there");
    assert_eq!(job.profile_id.as_deref(), Some(new.as_str()));
    desk.desk.board().overview().await.expect("the session goes on");
    desk.desk.sessions().resume(&new).await.expect("and comes back");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_servers_address_is_never_changed() {
    let practice = practice().await;
    let other = Practice::start(PracticeOptions::quick()).await.expect("a second instance");
    let desk = AtDesk::empty();
    let (first, _) = signed_in(&desk, &practice, practice.server_url()).await;
    let (_, same) = signed_in(&desk, &other, other.server_url()).await;
    assert_eq!(same, None, "it is another server");
    let refused = desk.desk.profiles().change_address(&first).await.expect_err("not the same");
    assert_eq!(refused.code(), Code::InvalidRequest);
    assert_eq!(desk.desk.ledger().profiles().expect("read").len(), 2);
}
