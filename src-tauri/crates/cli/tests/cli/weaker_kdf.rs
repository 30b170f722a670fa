//! A server that asks for a weaker key derivation than before.

use desk_core::account::Kdf;
use desk_core::clock::SystemClock;
use desk_core::ledger::Ledger;
use desk_core::server::Profile;

use crate::support::{folder, nwdesk, practice};

#[test]
fn a_weaker_kdf_needs_the_flag_that_accepts_it() {
    let practice = practice();
    let home = folder();
    {
        let ledger = Ledger::open(home.path(), &SystemClock).expect("a ledger");
        let profile = Profile {
            id: "p-1".to_owned(),
            name: "home".to_owned(),
            server_url: practice.server_url().to_owned(),
            email: practice.admin_email().to_owned(),
            user_id: None,
            generation: None,
            device_identifier: "d-1".to_owned(),
            last_used_at: None,
        };
        ledger.save_profile(&profile).expect("saved");
        ledger.note_kdf("p-1", Kdf::Pbkdf2 { iterations: 600_000 }).expect("noted");
    }
    let login = |more: &[&str]| nwdesk(["login", "--json"]).args(more).home(home.path()).on(&practice).run();
    let refused = login(&[]);
    let refused = refused.ended(1);
    assert_eq!(refused.error(), "kdf-weaker");
    let error = refused.json()["error"].clone();
    assert!(error["message"].to_string().contains("PBKDF2 (i=5000); before: PBKDF2 (i=600000)"));
    assert!(error["hint"].to_string().contains("--accept-weaker-kdf"), "{error}");
    login(&["--accept-weaker-kdf"]).ended(0);
    login(&[]).ended(0);
}

#[test]
fn few_iterations_are_reported_beside_the_result() {
    let practice = practice();
    let ran = nwdesk(["targets"]).on(&practice).run().ended(0);
    assert!(ran.stderr.contains("derived with 5000 rounds of PBKDF2"), "{ran:#?}");
    let ran = nwdesk(["targets", "--json"]).on(&practice).run().ended(0);
    assert!(!ran.stderr.contains("PBKDF2"), "{ran:#?}");
}
