//! Archives that are small and unpack to far more: refused, in a bounded amount of memory.
#![cfg(target_os = "linux")]

use std::path::{Path, PathBuf};

use desk_practice::Practice;
use desk_tests::archive_builder::{Backup, name_for, spaces};
use serde_json::json;

use crate::support::{Run, folder, nwdesk, practice, say};

/// The most that may be resident, in KiB.
const MOST: u64 = 200 * 1024;
/// What the rows unpack to: far more than may be in memory, and little enough for a build
/// without optimization.
const MIB: u32 = 240;

/// A backup whose rows are 240 MiB of spaces; `told` is the size that its headers say.
fn bomb(folder: &Path, told: Option<u32>) -> PathBuf {
    let mut archive = Backup::sample(2, 0).archive();
    let entry = archive.entry("db.json");
    *entry = spaces("db.json", MIB);
    entry.size = told.or(entry.size);
    let bytes = archive.build();
    assert!(bytes.len() < 8 << 20, "small on the disk: {}", bytes.len());
    let path = folder.join(name_for(&bytes));
    std::fs::write(&path, bytes).expect("written");
    path
}

fn commands(practice: &Practice, home: &Path, file: &Path) -> Vec<(&'static str, Run)> {
    vec![
        ("inspect", nwdesk(["inspect", "--json"]).arg(file)),
        ("drill", nwdesk(["drill", "--json"]).arg(file).home(home)),
        ("restore --plan", nwdesk(["restore", "--json", "--plan"]).arg(file).on(practice)),
    ]
}

#[test]
fn a_zip_bomb_of_spaces_is_refused_within_200_mib_of_memory() {
    let (practice, home) = (practice(), folder());
    let lying = bomb(home.path(), Some(1_000));
    let runs = commands(&practice, home.path(), &bomb(home.path(), None));
    let lies = vec![("inspect of a lie", nwdesk(["inspect", "--json"]).arg(&lying))];
    for (name, run) in runs.into_iter().chain(lies) {
        let (peak, code) = run.peak();
        say(&format!("{name}: {peak} KiB, ended with {code:?}"));
        assert!(peak < MOST, "{name}: {peak} KiB");
        assert!(matches!(code, Some(3 | 4)), "{name}: {code:?}");
    }
}

#[test]
fn a_zip_bomb_of_spaces_has_a_clear_error() {
    let (practice, home) = (practice(), folder());
    let file = bomb(home.path(), None);
    let planned = nwdesk(["restore", "--json", "--plan"]).arg(&file).on(&practice).run();
    let words = planned.json()["error"]["message"].to_string();
    assert!(words.contains("restore limit") || words.contains("too large"), "{words}");
    let drilled = nwdesk(["drill", "--json"]).arg(&file).home(home.path()).run().json();
    assert_eq!((&drilled["ok"], &drilled["accepted"]), (&json!(false), &json!(false)), "{drilled}");
}
