//! `nwdesk repair`: the whole repair, and what it ends with.

use desk_practice::Incident;

use crate::support::{nwdesk, practice};

#[test]
fn settings_are_opened_sent_back_and_proven_by_a_backup() {
    let practice = practice();
    practice.incident(&Incident::ChangeJwtSecret).expect("changed");
    let repaired = nwdesk(["repair", "--json"]).on(&practice).run().ended(0).json();
    assert_eq!(repaired["readableAgain"], true);
    assert_eq!(repaired["targets"][0]["backup"]["check"]["level"], "verified", "{repaired}");
    nwdesk(["list", "--json"]).on(&practice).run().ended(0);
    let again = nwdesk(["repair", "--json"]).on(&practice).run().ended(0).json();
    assert_eq!(again["needed"], false);
}

#[test]
fn a_target_that_fails_afterwards_ends_with_5_and_the_settings_are_repaired() {
    let practice = practice();
    practice.incident(&Incident::ChangeJwtSecret).expect("changed");
    practice.incident(&Incident::FillTarget).expect("filled");
    let repaired = nwdesk(["repair", "--json"]).on(&practice).run().ended(5).json();
    assert_eq!(repaired["readableAgain"], true);
    assert_eq!(repaired["targets"][0]["error"]["original"], "WebDAV upload failed: 507", "{repaired}");
}

#[test]
fn a_wrong_password_ends_with_1_and_a_missing_wrap_with_6() {
    let practice = practice();
    practice.incident(&Incident::RemoveWraps { keep: None }).expect("removed");
    practice.incident(&Incident::ChangeJwtSecret).expect("changed");
    let wrong = nwdesk(["repair", "--json", "--server", practice.server_url()])
        .args(["--email", practice.admin_email(), "--password-stdin"])
        .stdin("not the master password\n")
        .run();
    assert_eq!(wrong.ended(1).error(), "wrong-password");
    let nobody = nwdesk(["repair", "--json"]).on(&practice).run().ended(6);
    assert_eq!(nobody.error(), "no-wrap-for-account");
}
