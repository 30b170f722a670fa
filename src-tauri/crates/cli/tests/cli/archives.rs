//! Hostile, damaged and oddly packed backups.

use serde_json::json;

use crate::support::{fixture, folder, nwdesk};

#[cfg(target_os = "linux")]
#[test]
#[allow(clippy::print_stdout, reason = "the figures are what one runs this test for")]
fn hostile_rows_never_take_more_than_128_mib_of_memory() {
    use desk_tests::archive_builder::{Archive, Entry};
    let made = |rows: String| {
        let mut archive = Archive::default();
        archive.entries.push(Entry::new("manifest.json", "{}"));
        archive.entries.push(Entry { deflate: true, ..Entry::new("db.json", rows) });
        archive.build()
    };
    let settings = |value: String| {
        let row = json!({"key": "backup.settings.v1", "value": value});
        let user = json!({"id": "1", "email": "a@example.org"});
        json!({"users": [user], "config": [row]}).to_string()
    };
    let deep = format!("{}{}", "[".repeat(8 << 20), "]".repeat(8 << 20));
    let files = [
        std::fs::read(fixture("cases/mem-settings-from-objects.zip")).expect("a case"),
        made(format!("{{\"users\": {deep}}}")),
        made(format!("{{\"users\": [{{\"id\": {deep}}}]}}")),
        made(format!("{{\"{}\": 1}}", "k".repeat(60 << 20))),
        made(format!("{{\"users\": [{{\"email\": \"{}\"}}]}}", "\\u0001".repeat(5 << 20))),
        made(format!("{{\"users\": [{}{{}}]}}", "{\"id\":1,\"email\":1},".repeat(2 << 20))),
        made(settings(format!("{{\"version\":2,\"x\":[{}0]}}", "{\"\":0},".repeat(1 << 20)))),
        made(settings(format!("{{\"destinations\":[{}0]}}", "{\"\":0},".repeat(120_000)))),
        made(settings("[".repeat(900_000))),
    ];
    let folder = folder();
    for (nth, bytes) in files.iter().enumerate() {
        let path = folder.path().join(format!("{nth}.zip"));
        std::fs::write(&path, bytes).expect("written");
        let run = nwdesk(["settings-from", "--json", "--password-stdin", "--account", "a@example.org"]);
        let (peak, code) = run.arg(&path).stdin("x\n").peak();
        println!("{nth}: {} MiB", peak / 1024);
        assert!(peak > 0 && peak < 128 * 1024, "file {nth} took {} MiB", peak / 1024);
        assert!(matches!(code, Some(1 | 6)), "file {nth} ended with {code:?}");
    }
}

#[test]
fn an_empty_folder_is_an_error_and_unreadable_files_are_named() {
    let folder = folder();
    let empty = nwdesk(["inspect", "--json"]).arg(folder.path()).run().ended(1);
    assert_eq!(empty.error(), "file-not-found");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("nowhere", folder.path().join("gone.zip")).expect("linked");
        std::fs::copy(fixture("archives/remote-backup.zip"), folder.path().join("a.zip")).expect("copied");
        let table = nwdesk(["inspect", "--json"]).arg(folder.path()).run().ended(1).json();
        let names: Vec<_> =
            table.as_array().expect("a list").iter().map(|one| &one["file"]["name"]).collect();
        assert_eq!(names, ["gone.zip", "a.zip"]);
    }
}

#[test]
fn a_damaged_side_ends_a_diff_with_3() {
    let cut = fixture("cases/zip_cut_rows_whole.zip");
    let told = nwdesk(["diff"]).arg(&cut).arg(&cut).run().ended(3);
    assert!(told.stdout.contains("zip_cut_rows_whole.zip is damaged"), "{}", told.stdout);
}

#[test]
fn salvage_ends_with_5_and_lists_what_is_lost() {
    let folder = folder();
    let run = nwdesk(["salvage", "--json"]).arg(fixture("cases/zip_cut_rows_whole.zip"));
    let told = run.arg("--to").arg(folder.path().join("saved.zip")).run().ended(5).json();
    assert!(folder.path().join("saved-salvaged.zip").exists());
    assert_eq!(told["result"]["lost"][0]["what"], "end");
}

#[test]
fn a_protected_archive_is_refused_and_not_called_damaged() {
    let told = nwdesk(["inspect"]).arg(fixture("cases/zip_password.zip")).run().ended(4);
    assert!(told.stdout.contains("protected by a password") && told.stdout.contains("damage: none found"));
    let folder = folder();
    let (to, secret) = (folder.path().join("c.zip"), folder.path().join("secret.txt"));
    std::fs::write(&secret, "not it\n").expect("written");
    let run = nwdesk(["clean", "--json"]).arg(fixture("cases/zip_password.zip")).arg(&to);
    let wrong = run.arg("--password-file").arg(&secret).run().ended(1);
    assert_eq!(wrong.error(), "wrong-secret");
    assert!(!to.exists());
}
