use super::*;
use crate::server::{Connection, Profile};

fn profile(id: &str) -> Profile {
    Profile {
        id: id.to_owned(),
        name: id.to_owned(),
        server_url: format!("https://{id}.example"),
        email: "admin@example.org".to_owned(),
        user_id: None,
        generation: None,
        device_identifier: "d-1".to_owned(),
        last_used_at: None,
    }
}

#[test]
fn a_profile_remembers_how_its_server_is_reached() {
    let ledger = ledger();
    ledger.save_profile(&profile("p-1")).expect("saved");
    assert_eq!(ledger.connection("p-1"), Ok(Connection::default()));
    let through = Connection {
        proxy: Some("socks5h://127.0.0.1:9050".into()),
        headers: vec!["X-Token".into()],
        http_accepted: true,
        ..Connection::default()
    };
    ledger.save_connection("p-1", &through).expect("saved");
    ledger.save_profile(&profile("p-1")).expect("saved again");
    assert_eq!(ledger.connection("p-1"), Ok(through), "saving the profile leaves it alone");
    assert_eq!(ledger.connection("unknown"), Ok(Connection::default()));
}

#[test]
fn a_new_profile_has_nothing_in_the_keyring_until_it_is_noted() {
    let ledger = ledger();
    ledger.save_profile(&profile("p-1")).expect("saved");
    assert_eq!(ledger.has_secrets("p-1"), Ok(false));
    ledger.note_secrets("p-1", true).expect("noted");
    ledger.save_profile(&profile("p-1")).expect("saved again");
    assert_eq!(ledger.has_secrets("p-1"), Ok(true));
}
