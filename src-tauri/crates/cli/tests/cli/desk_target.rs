//! `nwdesk desk-target` and `nwdesk backup --desk-target`: backups made by this computer, for cron.

use std::path::Path;

use desk_practice::Practice;
use secrecy::ExposeSecret as _;

use crate::support::{Run, names, nwdesk, practice, started};

/// Signed in once, and a folder that is a desk target.
fn prepared(home: &Path, practice: &Practice) -> std::path::PathBuf {
    let folder = home.join("disk");
    std::fs::create_dir(&folder).expect("made");
    nwdesk(["login", "--profile", "office"]).on(practice).home(home).run().ended(0);
    let add =
        nwdesk(["desk-target", "add", "Disk", "--profile", "office", "--keep", "7", "--daily", "03:00"]);
    let added = add.args(["--zone", "Europe/Berlin", "--json", "--folder"]).arg(&folder).home(home).run();
    let added = added.ended(0).json();
    assert_eq!(added["deskTarget"]["schedule"]["at"], "03:00", "{added}");
    folder
}

fn back_up(home: &Path, practice: &Practice) -> Run {
    nwdesk(["backup", "--desk-target", "Disk", "--json"])
        .home(home)
        .env("NWDESK_PASSWORD", practice.admin_password().expose_secret())
}

#[test]
fn a_desk_target_is_backed_up_checked_listed_and_removed() {
    let (practice, home) = (practice(), tempfile::tempdir().expect("a folder"));
    let folder = prepared(home.path(), &practice);
    let made = back_up(home.path(), &practice).run().ended(0).json();
    assert_eq!(made["isWhole"], true, "{made}");
    let zip = made["fileName"].as_str().expect("a name").to_owned();
    assert!(names(&folder).contains(&zip));
    let on = |words: &[&str]| {
        nwdesk(["target"]).args(words).args(["--json", "--desk-target", "Disk"]).home(home.path())
    };
    assert_eq!(on(&["doctor"]).run().ended(0).json()["index"]["state"], "good");
    on(&["verify", "--deep"]).run().ended(0);
    assert_eq!(on(&["list"]).run().ended(0).json()["backups"][0]["name"], zip.as_str());
    let copy = home.path().join("copy");
    on(&["copy", "--to-folder", copy.to_str().expect("text")]).run().ended(0);

    // A body that is lost comes back from the server, whose profile the desk target knows.
    let attachments = folder.join("attachments");
    let cipher = names(&attachments).into_iter().find(|name| !name.starts_with('.')).expect("an item");
    let body = names(&attachments.join(&cipher)).remove(0);
    std::fs::remove_file(attachments.join(&cipher).join(&body)).expect("removed");
    on(&["doctor"]).run().ended(5);
    let heal = on(&["heal", "--from-server", "--yes"]);
    heal.env("NWDESK_PASSWORD", practice.admin_password().expose_secret()).run().ended(0);
    on(&["doctor"]).run().ended(0);

    let listed = nwdesk(["desk-target", "list", "--json"]).home(home.path()).run().ended(0).json();
    assert_eq!(listed["deskTargets"][0]["newestWhole"]["name"], zip.as_str(), "{listed}");
    nwdesk(["desk-target", "remove", "Disk"]).home(home.path()).run().ended(0);
    assert!(names(&folder).contains(&zip), "its backups stay");
    assert_eq!(back_up(home.path(), &practice).run().ended(1).error(), "target-not-found");
}

#[test]
fn missing_attachments_end_with_5_and_a_missing_folder_with_1() {
    let (practice, home) = (practice(), tempfile::tempdir().expect("a folder"));
    let folder = prepared(home.path(), &practice);
    let stored = practice.bodies_folder().to_owned();
    let cipher = names(&stored).remove(0);
    std::fs::remove_dir_all(stored.join(&cipher)).expect("removed");
    let made = back_up(home.path(), &practice).run().ended(5).json();
    assert_eq!(made["attachments"]["missing"][0]["cipherId"], cipher.as_str(), "{made}");
    std::fs::rename(&folder, home.path().join("away")).expect("pulled out");
    assert_eq!(back_up(home.path(), &practice).run().ended(1).error(), "file-not-found");
}

#[test]
fn an_invalid_desk_target_is_refused() {
    let (practice, home) = (practice(), tempfile::tempdir().expect("a folder"));
    let folder = prepared(home.path(), &practice);
    let add = |name: &str, words: &[&str], folder: &Path| {
        let run = nwdesk(["desk-target", "add", name, "--profile", "office", "--json", "--folder"]);
        run.arg(folder).args(words).home(home.path()).run()
    };
    add("Disk", &[], &home.path().join("elsewhere")).ended(1);
    add("Other", &[], &folder).ended(1);
    add("Other", &["--every", "100"], home.path()).ended(1);
    add("Other", &["--keep", "0"], home.path()).ended(1);
    add("Other", &["--daily", "25:00"], home.path()).ended(1);
    nwdesk(["desk-target", "add", "Other", "--profile", "office"]).home(home.path()).run().ended(2);
    nwdesk(["backup", "--desk-target", "Disk", "--all-targets"]).home(home.path()).run().ended(2);
}

#[cfg(unix)]
#[test]
fn a_killed_backup_is_completed_by_the_next_one() {
    use desk_practice::{Fault, PracticeOptions, Sample, Side};

    let sample = Sample { ciphers: 24, attachments: 100, ..Sample::default() };
    let practice = started(&PracticeOptions::quick().sample(sample));
    let home = tempfile::tempdir().expect("a folder");
    let folder = prepared(home.path(), &practice);
    let attachments = folder.join("attachments");
    let written = || {
        let ciphers = names(&attachments);
        ciphers.iter().map(|cipher| names(&attachments.join(cipher)).len()).sum::<usize>()
    };
    let slow = |milliseconds| {
        practice.inject(&Fault::Latency { side: Side::Server, milliseconds }).expect("a switch");
    };
    slow(300);
    let mut child = back_up(home.path(), &practice).start();
    while written() == 0 {
        assert!(child.try_wait().expect("it runs").is_none(), "it ended before it wrote a body");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    // It waits for the next bodies from here on.
    slow(60_000);
    child.kill().expect("killed");
    child.wait().expect("gone");
    assert!(!names(&folder).iter().any(|name| name.ends_with(".zip")), "no backup without its bodies");
    practice.inject(&Fault::RestoreNormal).expect("a switch");
    let made = back_up(home.path(), &practice).run().ended(0).json();
    assert_eq!(made["isWhole"], true, "{made}");
    assert_eq!(names(&folder).iter().filter(|name| name.ends_with(".zip")).count(), 1);
    let doctor = nwdesk(["target", "doctor", "--json", "--desk-target", "Disk"]).home(home.path());
    let found = doctor.run().ended(0).json();
    assert_eq!(found["orphans"].as_array().map(Vec::len), Some(0), "nothing is there twice: {found}");
}
