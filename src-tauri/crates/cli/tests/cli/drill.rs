//! `nwdesk drill`: exit codes and JSON.

use std::path::PathBuf;

use desk_practice::Practice;
use serde_json::json;

use crate::support::{folder, nwdesk, practice};

fn backed_up(practice: &Practice) -> PathBuf {
    let made = nwdesk(["backup", "--json"]).on(practice).run().ended(0).json();
    practice.backups_folder().join(made["result"]["result"]["fileName"].as_str().expect("a name"))
}

#[test]
fn a_drill_ends_with_0_whole_5_skipped_4_refused_3_damaged() {
    let practice = practice();
    let (home, zip, target) = (folder(), backed_up(&practice), practice.backups_folder());
    let drill = |more: &[&str]| nwdesk(["drill", "--json"]).home(home.path()).arg(&zip).args(more).run();
    let target = target.to_str().expect("text");

    let whole = drill(&["--folder", target]).ended(0).json();
    assert_eq!(
        (&whole["ok"], &whole["accepted"], &whole["error"]),
        (&json!(true), &json!(true), &json!(null))
    );
    assert_eq!(whole["imported"]["ciphers"], 24);
    assert_eq!(whole["skipped"], json!({"reason": null, "attachments": 0, "items": []}));
    assert!(whole["seconds"].as_f64().is_some_and(|seconds| seconds > 0.0));

    let skipped = drill(&["--folder", target, "--storage", "none"]).ended(5).json();
    assert_eq!((&skipped["ok"], &skipped["skipped"]["attachments"]), (&json!(false), &json!(6)));
    assert_eq!(skipped["skipped"]["reason"], "Some remote attachments were unavailable and were skipped");
    assert_eq!(skipped["skipped"]["items"].as_array().map(Vec::len), Some(6));

    let refused = drill(&[]).ended(4).json();
    assert_eq!((&refused["accepted"], &refused["imported"]), (&json!(false), &json!(null)));
    assert!(refused["error"].as_str().is_some_and(|words| words.contains("missing required file")));

    let mut bytes = std::fs::read(&zip).expect("readable");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 4;
    std::fs::write(&zip, bytes).expect("written");
    assert_eq!(drill(&["--folder", target]).ended(3).json()["intact"], false);
    let left = std::fs::read_dir(home.path()).expect("a folder");
    let left: Vec<String> =
        left.map(|one| one.expect("one").file_name().to_string_lossy().into_owned()).collect();
    assert!(!left.iter().any(|name| name.starts_with("reading-")), "{left:?}");
}

#[cfg(unix)]
#[test]
fn files_of_a_killed_drill_are_removed_at_the_next_start() {
    let practice = practice();
    let (home, zip) = (folder(), backed_up(&practice));
    let readings = || -> Vec<PathBuf> {
        let entries = std::fs::read_dir(home.path()).into_iter().flatten().flatten();
        let readings = entries.filter(|one| one.file_name().to_string_lossy().starts_with("reading-"));
        readings.map(|one| one.path()).collect()
    };
    let mut drill =
        nwdesk(["drill", "--folder"]).arg(practice.backups_folder()).arg(&zip).home(home.path()).start();
    // The temporary server has started to write.
    while !readings().iter().any(|reading| reading.join("instance").is_dir()) {
        assert!(drill.try_wait().expect("it runs").is_none(), "it did not end before");
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    crate::support::signal(&drill, "-KILL");
    drill.wait().expect("it ends");
    assert_eq!(readings().len(), 1, "nobody could tidy up");
    nwdesk(["safety-copies", "--json"]).home(home.path()).run().ended(0);
    assert_eq!(readings(), Vec::<PathBuf>::new());
}

#[test]
fn the_output_says_that_a_drill_proves_only_the_file() {
    let practice = practice();
    let (home, zip) = (folder(), backed_up(&practice));
    let passed = nwdesk(["drill", "--folder"])
        .home(home.path())
        .arg(practice.backups_folder())
        .arg(&zip)
        .run()
        .ended(0)
        .stdout;
    assert!(passed.starts_with("PASSED: everything in the backup was restored."), "{passed}");
    assert!(passed.contains("24 vault items"), "{passed}");
    assert!(
        passed.contains("It proves that the file can be restored, not that your Cloudflare account works."),
        "{passed}"
    );
    let refused = nwdesk(["drill"]).home(home.path()).arg(&zip).run().ended(4).stdout;
    assert!(refused.contains("Specify the target's folder with --folder"), "{refused}");
}
