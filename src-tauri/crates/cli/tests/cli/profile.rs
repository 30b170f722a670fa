//! Profiles: signing in once. What is kept needs a keyring, so most of this runs
//! only beside one (`DESK_SECRET_SERVICE=1`, as `make test` sets it).

use secrecy::ExposeSecret as _;

use crate::support::{Run, folder, nwdesk, practice};

/// Fails where the tests would use the keyring of the account that runs them.
pub fn needs_keyring() {
    let is_own = std::env::var_os("DESK_SECRET_SERVICE").is_some_and(|value| value == "1");
    assert!(is_own, "run the tests through scripts/with-secret-service");
}

fn login(practice: &desk_practice::Practice) -> Run {
    nwdesk(["login", "--json", "--profile", "rehearsal"]).on(practice)
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "needs a keyring that belongs to the tests alone")]
fn a_profile_works_without_a_password_until_one_is_needed() {
    needs_keyring();
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
    let listed = nwdesk(["list", "--profile", "rehearsal"]).home(home.path()).run().ended(0).stdout;
    assert!(listed.contains(".zip  verified"), "{listed}");
    practice.inject(&desk_practice::Fault::FlipBit { file: None }).expect("flipped");
    let name = listed.split_whitespace().find(|word| word.ends_with(".zip")).expect("a backup");
    nwdesk(["integrity", name, "--deep", "--profile", "rehearsal"])
        .home(home.path())
        .env("NWDESK_PASSWORD", practice.admin_password().expose_secret())
        .run()
        .ended(3);
    let listed = nwdesk(["list", "--profile", "rehearsal"]).home(home.path()).run().ended(0).stdout;
    assert!(listed.contains(".zip  DAMAGED, CHANGED since it was verified"), "{listed}");
}

#[test]
fn a_session_without_a_keyring_is_reported_as_not_saved() {
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

/// A data folder that knows one profile, without any keyring.
fn home_with_a_profile() -> tempfile::TempDir {
    let home = folder();
    let ledger =
        desk_core::ledger::Ledger::open(home.path(), &desk_core::clock::SystemClock).expect("a ledger");
    let profile = desk_core::server::Profile {
        id: "p-1".to_owned(),
        name: "home".to_owned(),
        server_url: "https://vault.example.org".to_owned(),
        email: "admin@example.org".to_owned(),
        user_id: None,
        generation: None,
        device_identifier: "d-1".to_owned(),
        last_used_at: None,
    };
    ledger.save_profile(&profile).expect("saved");
    home
}

#[test]
fn a_taken_or_empty_profile_name_is_refused_before_the_password() {
    let home = home_with_a_profile();
    for (name, email) in [
        ("home", "other@example.org"),
        ("p-1", "other@example.org"),
        ("", "other@example.org"),
        ("  ", "admin@example.org"),
        ("two\nlines", "other@example.org"),
        ("re\u{202e}versed", "other@example.org"),
    ] {
        let ran = nwdesk(["login", "--json", "--server", "https://vault.example.org"])
            .args(["--email", email, "--profile", name])
            .home(home.path())
            .run()
            .ended(2);
        assert_eq!(ran.error(), "invalid-request", "{name:?}");
        if name == "home" {
            let told = ran.json()["error"]["message"].to_string();
            assert!(told.contains("admin@example.org on https://vault.example.org"), "{told}");
        }
    }
}

#[test]
fn a_profile_is_renamed_only_with_the_flag() {
    let home = home_with_a_profile();
    let login = |more: &[&str]| {
        nwdesk(["login", "--json", "--server", "https://VAULT.example.org/", "--email", "Admin@example.org"])
            .args(["--profile", "work"])
            .args(more)
            .home(home.path())
            .run()
            .ended(2)
    };
    let refused = login(&[]);
    assert_eq!(refused.error(), "invalid-request");
    let hint = refused.json()["error"]["hint"].to_string();
    assert!(hint.contains("--profile home") && hint.contains("--rename"), "{hint}");
    // With consent the next thing that is missing is the password.
    assert_eq!(login(&["--rename"]).error(), "password-needed");
}

#[cfg(target_os = "linux")]
#[test]
fn renaming_a_profile_asks_on_a_terminal() {
    use crate::support::on_a_terminal;
    let home = home_with_a_profile();
    let login = |email: &str, name: &str, typed: &[&str]| {
        let arguments =
            ["login", "--server", "https://vault.example.org", "--email", email, "--profile", name];
        on_a_terminal(&arguments, typed, Some(home.path()))
    };
    let Some(no) = login("admin@example.org", "work", &["n\n"]) else { return };
    assert!(
        no.contains("admin@example.org on https://vault.example.org is already saved as the profile home"),
        "{no}"
    );
    assert!(no.contains("Rename it to work? [y/N]") && no.contains("--rename"), "{no}");
    assert!(!no.contains("Master password"), "{no}");
    let yes = login("admin@example.org", "work", &["y\n", "\u{3}"]).expect("it ran before");
    assert!(yes.contains("Master password for admin@example.org"), "{yes}");
    // A name of another account: another one is requested, and none is no name.
    let taken = login("other@example.org", "home", &["\n"]).expect("it ran before");
    assert!(
        taken.contains("The name home is already used for admin@example.org on https://vault.example.org"),
        "{taken}"
    );
    assert!(taken.contains("Another name for other@example.org"), "{taken}");
    assert!(!taken.contains("Master password"), "{taken}");
    let other = login("other@example.org", "home", &["office\n", "\u{3}"]).expect("it ran before");
    assert!(other.contains("Master password for other@example.org"), "{other}");
}
