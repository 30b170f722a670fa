//! `nwdesk repair`: the whole repair, and what it ends with.

use desk_practice::Fault;

use secrecy::ExposeSecret as _;

use crate::profile::needs_keyring;
use crate::support::{folder, nwdesk, practice};

#[test]
fn settings_are_repaired_and_verified_by_a_backup() {
    let practice = practice();
    practice.inject(&Fault::ChangeJwtSecret).expect("changed");
    let repaired = nwdesk(["repair", "--json"]).on(&practice).run().ended(0).json();
    assert_eq!(repaired["readableAgain"], true);
    assert_eq!(repaired["targets"][0]["backup"]["check"]["level"], "verified", "{repaired}");
    nwdesk(["list", "--json"]).on(&practice).run().ended(0);
    let again = nwdesk(["repair", "--json"]).on(&practice).run().ended(0).json();
    assert_eq!(again["needed"], false);
}

#[test]
fn a_target_that_fails_after_the_repair_ends_with_5() {
    let practice = practice();
    practice.inject(&Fault::ChangeJwtSecret).expect("changed");
    practice.inject(&Fault::FillTarget).expect("filled");
    let repaired = nwdesk(["repair", "--json"]).on(&practice).run().ended(5).json();
    assert_eq!(repaired["readableAgain"], true);
    assert_eq!(repaired["targets"][0]["error"]["original"], "WebDAV upload failed: 507", "{repaired}");
}

#[test]
fn a_wrong_password_ends_with_1_and_a_missing_wrap_with_6() {
    let practice = practice();
    practice.inject(&Fault::RemoveWraps { keep: None }).expect("removed");
    practice.inject(&Fault::ChangeJwtSecret).expect("changed");
    let wrong = nwdesk(["repair", "--json", "--server", practice.server_url()])
        .args(["--email", practice.admin_email(), "--password-stdin"])
        .stdin("not the master password\n")
        .run();
    assert_eq!(wrong.ended(1).error(), "wrong-password");
    let nobody = nwdesk(["repair", "--json"]).on(&practice).run().ended(6);
    assert_eq!(nobody.error(), "no-wrap-for-account");
}

#[test]
fn settings_are_repaired_after_a_restore_with_the_same_secret() {
    let practice = practice();
    let made = nwdesk(["backup", "--json"]).on(&practice).run().ended(0).json();
    let name = made["result"]["result"]["fileName"].as_str().expect("a name").to_owned();
    nwdesk(["restore", "--json", "--replace", "--remote", &name]).on(&practice).run().ended(0);
    nwdesk(["backup", "--json"]).on(&practice).run().ended(6);
    let repaired = nwdesk(["repair", "--json"]).on(&practice).run().ended(0).json();
    assert_eq!((&repaired["needed"], &repaired["readableAgain"]), (&true.into(), &true.into()));
    nwdesk(["backup", "--json"]).on(&practice).run().ended(0);
}

#[test]
fn settings_encrypted_for_others_end_with_6() {
    let practice = practice();
    let restored = || {
        nwdesk(["practice", "fault", "--json", "--control"])
            .arg(practice.control_url())
            .arg("restore-other-instance")
    };
    let state = restored().run().ended(0).json();
    assert_eq!(state["result"]["users"], 2, "{state}");
    let others = nwdesk(["repair", "--json"]).on(&practice).run().ended(6);
    assert_eq!(others.error(), "no-wrap-for-account");
    assert_eq!(others.json()["error"]["detail"]["kind"], "portable-others");

    restored().arg("--wrapped").run().ended(0);
    // The targets of the other instance are back, and cannot be reached from here.
    let opened = nwdesk(["repair", "--json"]).on(&practice).run().ended(5).json();
    assert_eq!(opened["readableAgain"], true, "{opened}");
    assert_eq!(opened["targets"][0]["name"], "Elsewhere NAS", "{opened}");
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "needs a keyring that belongs to the tests alone")]
fn a_profile_repairs_after_the_password_is_asked_for() {
    needs_keyring();
    let practice = practice();
    let home = folder();
    nwdesk(["login", "--profile", "rehearsal"]).on(&practice).home(home.path()).run().ended(0);
    practice.inject(&Fault::ChangeJwtSecret).expect("changed");
    let repair = || nwdesk(["repair", "--json", "--profile", "rehearsal"]).home(home.path());
    assert_eq!(repair().run().ended(2).error(), "password-needed");
    let wrong = repair().env("NWDESK_PASSWORD", "not the master password").run().ended(1);
    assert_eq!(wrong.error(), "wrong-password");
    let password = practice.admin_password();
    let repaired = repair().env("NWDESK_PASSWORD", password.expose_secret()).run().ended(0).json();
    assert_eq!(repaired["readableAgain"], true, "{repaired}");
    let again = repair().env("NWDESK_PASSWORD", password.expose_secret()).run().ended(0).json();
    assert_eq!(again["needed"], false);
}
