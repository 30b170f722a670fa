//! Profiles: signing in once. What is kept needs a keyring, so most of this runs
//! only beside one (`DESK_SECRET_SERVICE=1`, as `make test` sets it).

use secrecy::ExposeSecret as _;

use crate::support::{Run, folder, nwdesk, practice};

pub fn keyring_promised() -> bool {
    std::env::var_os("DESK_SECRET_SERVICE").is_some_and(|value| value == "1")
}

fn login(practice: &desk_practice::Practice) -> Run {
    nwdesk(["login", "--json", "--profile", "rehearsal"]).on(practice)
}

#[test]
fn a_profile_works_without_a_password_until_one_is_needed() {
    if !keyring_promised() {
        return;
    }
    let practice = practice();
    let home = folder();
    let kept = login(&practice).home(home.path()).run().ended(0).json();
    assert_eq!(kept["result"]["name"], "rehearsal");

    nwdesk(["list", "--profile", "rehearsal"]).home(home.path()).run().ended(0);
    let asked = nwdesk(["backup", "--json", "--profile", "rehearsal"]).home(home.path()).run().ended(2);
    assert_eq!(asked.error(), "password-needed");
    nwdesk(["backup", "--profile", "rehearsal"])
        .home(home.path())
        .env("NWDESK_PASSWORD", practice.admin_password().expose_secret())
        .run()
        .ended(0);
}

#[test]
fn a_session_that_no_keyring_can_keep_is_not_pretended_to_be_kept() {
    let practice = practice();
    let home = folder();
    let ran = login(&practice)
        .home(home.path())
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
        .env("XDG_RUNTIME_DIR", home.path())
        .run();
    if cfg!(target_os = "linux") {
        assert_eq!(ran.ended(1).error(), "keyring-unavailable");
    }
}

#[test]
fn an_unknown_profile_ends_with_1() {
    let home = folder();
    let ran = nwdesk(["list", "--json", "--profile", "nobody"]).home(home.path()).run().ended(1);
    assert_eq!(ran.error(), "profile-not-found");
}
