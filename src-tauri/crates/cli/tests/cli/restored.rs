//! `nwdesk safety-copies` and `nwdesk restored`.

use serde_json::json;

use crate::support::{folder, nwdesk};

#[test]
fn without_a_safety_copy_the_list_is_empty_and_none_is_removed() {
    let home = folder();
    let listed = nwdesk(["safety-copies", "--json"]).home(home.path()).run().ended(0).json();
    assert_eq!(listed["safetyCopies"], json!([]));
    let removed = nwdesk(["safety-copies", "--json", "--remove", "x.zip"]).home(home.path()).run();
    assert_eq!(removed.ended(1).error(), "invalid-request");
}

#[test]
fn a_safety_copy_is_listed_until_it_is_removed_by_name() {
    let home = folder();
    let copies = home.path().join("safety-copies");
    std::fs::create_dir_all(&copies).expect("a folder");
    std::fs::write(copies.join("nodewarden_backup_20261120_152901_04d7e.zip"), b"PK").expect("written");
    let listed = nwdesk(["safety-copies", "--json"]).home(home.path()).run().ended(0).json();
    assert_eq!(listed["bytes"], 2);
    let name = listed["safetyCopies"][0]["name"].as_str().expect("a name").to_owned();
    let left = nwdesk(["safety-copies", "--json", "--remove", &name]).home(home.path()).run().ended(0).json();
    assert_eq!(left["safetyCopies"], json!([]));
}

#[test]
fn a_name_that_leads_out_of_the_folder_removes_nothing() {
    let home = folder();
    std::fs::create_dir_all(home.path().join("safety-copies")).expect("a folder");
    let outside = home.path().join("x.zip");
    std::fs::write(&outside, b"PK").expect("written");
    for name in ["../x.zip", "./../x.zip", outside.to_str().expect("text"), "..", "../ledger.sqlite3"] {
        let removed = nwdesk(["safety-copies", "--json", "--remove", name]).home(home.path()).run();
        assert_eq!(removed.ended(1).error(), "invalid-request", "{name}");
    }
    assert!(outside.is_file());
}

#[test]
fn a_restore_that_is_not_on_record_is_named_so() {
    let home = folder();
    let ran = nwdesk(["restored", "--json", "7"]).home(home.path()).run().ended(1);
    assert_eq!(ran.error(), "invalid-request");
}
