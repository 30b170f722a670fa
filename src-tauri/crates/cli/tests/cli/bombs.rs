//! Archives that are small and unpack to gigabytes: refused, in a bounded amount of memory.
#![cfg(target_os = "linux")]

use std::path::{Path, PathBuf};

use desk_practice::Practice;
use desk_tests::archive_builder::{Backup, name_for, spaces};
use serde_json::json;

use crate::support::{Run, folder, nwdesk, practice, say};

/// The most that may be resident, in KiB.
const MOST: u64 = 200 * 1024;
/// Just below what a ZIP can say without its 64-bit form.
const MIB: u32 = 4_000;

/// A backup whose rows are 4,000 MiB of spaces; `told` is the size that its headers say.
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
fn gigabytes_of_spaces_are_refused_in_less_than_200_mib_of_memory() {
    let (practice, home) = (practice(), folder());
    for told in [None, Some(1_000)] {
        let file = bomb(home.path(), told);
        for (name, run) in commands(&practice, home.path(), &file) {
            let (peak, code) = run.peak();
            say(&format!("{name}, told {told:?}: {peak} KiB, ended with {code:?}"));
            assert!(peak < MOST, "{name}: {peak} KiB");
            assert!(matches!(code, Some(3 | 4)), "{name}: {code:?}");
        }
    }
}

#[test]
fn what_is_wrong_with_gigabytes_of_spaces_is_said_clearly() {
    let (practice, home) = (practice(), folder());
    let file = bomb(home.path(), None);
    let planned = nwdesk(["restore", "--json", "--plan"]).arg(&file).on(&practice).run();
    let words = planned.json()["error"]["message"].to_string();
    assert!(words.contains("restore limit") || words.contains("too large"), "{words}");
    let looked = nwdesk(["inspect", "--json"]).arg(&file).run().json();
    assert_eq!(looked["server"]["import"]["accepts"], json!(false), "{looked}");
    let drilled = nwdesk(["drill", "--json"]).arg(&file).home(home.path()).run().json();
    assert_eq!((&drilled["ok"], &drilled["accepted"]), (&json!(false), &json!(false)), "{drilled}");
}
