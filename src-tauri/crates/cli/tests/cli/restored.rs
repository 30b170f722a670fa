//! `nwdesk safety-copies` and `nwdesk restored`.

use serde_json::json;

use crate::support::{folder, nwdesk, practice, restored_with_losses};

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
fn a_name_that_points_outside_the_folder_removes_nothing() {
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
fn an_unknown_restore_is_reported() {
    let home = folder();
    let ran = nwdesk(["restored", "--json", "7"]).home(home.path()).run().ended(1);
    assert_eq!(ran.error(), "invalid-request");
}

#[test]
fn copies_of_skipped_attachments_are_found_in_a_folder() {
    let practice = practice();
    let desk = restored_with_losses(&practice);
    let home = desk.folder.path();
    let restored = |more: &[&str]| nwdesk(["restored"]).args(more).home(home);
    let before = restored(&["--json", "--copies"]).run().ended(5).json();
    assert_eq!(before["search"]["found"], 0, "{before}");
    let kept = home.join("kept");
    let found = restored(&["--json", "--from-folder"]).arg(&kept).run().ended(5).json();
    assert_eq!((&found["search"]["found"], &found["search"]["folders"]), (&json!(2), &json!([kept])));
    let copy = json!([{"type": "folder", "path": kept}]);
    assert_eq!(found["restore"]["result"]["skipped"][0]["copies"], copy, "{found}");
    let text = restored(&["--from-folder"]).arg(&kept).run().ended(5).stdout;
    assert!(text.contains("Copies found of 2 attachments.") && text.contains("copy: "), "{text}");
}
