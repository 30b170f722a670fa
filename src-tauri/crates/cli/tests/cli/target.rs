//! `nwdesk target`: a target's folder checked, healed and copied directly.

use std::path::Path;

use desk_practice::Fault;
use secrecy::ExposeSecret as _;

use crate::support::{nwdesk, practice};

/// The folder of the practice target after a backup, as a plain folder.
fn backed_up(practice: &desk_practice::Practice) -> std::path::PathBuf {
    nwdesk(["backup", "--json"]).on(practice).run().ended(0);
    practice.backups_folder()
}

fn lose_one(folder: &Path) -> String {
    let attachments = folder.join("attachments");
    let cipher = std::fs::read_dir(&attachments)
        .expect("attachments")
        .map(|entry| entry.expect("an entry").path())
        .find(|path| path.is_dir())
        .expect("a vault item");
    let body = std::fs::read_dir(&cipher).expect("bodies").next().expect("a body").expect("an entry").path();
    std::fs::remove_file(&body).expect("removed");
    body.strip_prefix(&attachments).expect("below").to_string_lossy().into_owned()
}

#[test]
fn a_target_is_healed_from_the_server_and_then_good() {
    let practice = practice();
    let folder = backed_up(&practice);
    let home = tempfile::tempdir().expect("a folder");
    let targets = nwdesk(["targets", "--json"]).on(&practice).run().ended(0).json();
    let id = targets["targets"][0]["id"].as_str().expect("an id").to_owned();
    let (login, url) = share(&practice, home.path());
    let at = |words: &[&str]| {
        let run = nwdesk(["target"]).args(words).args(["--json", "--target", &id, "--webdav", &url]);
        run.arg("--credentials").arg(&login).home(home.path()).on(&practice)
    };
    let good = at(&["doctor"]).run().ended(0).json();
    assert_eq!(good["index"]["state"], "good", "{good}");
    let lost = lose_one(&folder);
    let found = at(&["doctor"]).run().ended(5).json();
    assert_eq!(found["index"]["listedButMissing"][0]["path"], lost.as_str());
    let loses = &found["backups"][0]["wouldLose"][0];
    assert!(loses["path"] == lost.as_str() && loses["owner"].is_string() && loses["sizeBytes"].is_u64());
    let read = at(&["verify"]).run().ended(5).json();
    assert_eq!(
        (read["attachments"]["missing"].as_u64(), read["archives"][0]["intact"].as_bool()),
        (Some(1), Some(true))
    );

    at(&["heal", "--from-server"]).run().ended(2);
    let healed = at(&["heal", "--from-server", "--yes", "--backup"]).run().ended(0).json();
    assert_eq!(healed["uploaded"][0]["path"], lost.as_str(), "{healed}");
    assert_eq!(
        (healed["indexWritten"].as_bool(), healed["stillMissing"].as_array().map(Vec::len)),
        (Some(true), Some(0))
    );
    assert_eq!(healed["backup"]["check"]["level"], "verified", "{healed}");
    at(&["doctor"]).run().ended(0);
    at(&["verify", "--deep"]).run().ended(0);

    // With the server's own settings it gets as far as the target's address, which only the server knows.
    let alone = nwdesk(["target", "list", "--json", "--accept-target-http"]).on(&practice).run().ended(1);
    assert_eq!(alone.error(), "host-unreachable");
}

#[test]
fn a_target_check_from_both_sides_reports_cause_and_fix() {
    let practice = practice();
    let home = tempfile::tempdir().expect("a folder");
    let (login, url) = share(&practice, home.path());
    let targets = nwdesk(["targets", "--json"]).on(&practice).run().ended(0).json();
    let id = targets["targets"][0]["id"].as_str().expect("an id").to_owned();
    let at = |words: &[&str]| {
        let run = nwdesk(["target"]).args(words).args(["--target", &id, "--webdav", &url]);
        run.arg("--credentials").arg(&login).home(home.path()).on(&practice)
    };
    let good = at(&["look", "--json"]).run().ended(0).json();
    assert_eq!((good["reach"].as_str(), good["cause"].as_str()), (Some("everywhere"), None), "{good}");

    practice.inject(&Fault::TargetBlocksServer).expect("blocked");
    let found = at(&["look", "--json"]).run().ended(1).json();
    assert_eq!(found["cause"], "blocked-for-server", "{found}");
    assert_eq!(found["fixes"][1], "back-up-here", "{found}");
    let text = at(&["look"]).run().ended(1).stdout;
    for wanted in ["this computer: reachable", "accepts this computer, but not the server", "- Allow"] {
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
}

#[test]
fn new_attachments_are_uploaded_before_a_run_that_could_not_take_them() {
    let practice = practice();
    let home = tempfile::tempdir().expect("a folder");
    let (login, url) = share(&practice, home.path());
    let targets = nwdesk(["targets", "--json"]).on(&practice).run().ended(0).json();
    let id = targets["targets"][0]["id"].as_str().expect("an id").to_owned();
    let at = |words: &[&str]| {
        let run = nwdesk(["target"]).args(words).args(["--json", "--target", &id, "--webdav", &url]);
        run.arg("--credentials").arg(&login).home(home.path()).on(&practice)
    };
    practice.inject(&Fault::SubrequestLimit { bodies: 1 }).expect("a limit");
    let refused = nwdesk(["backup", "--json"]).on(&practice).run().ended(1).json();
    assert_eq!(refused["error"]["detail"]["kind"], "target-subrequests", "{refused}");
    let ahead = at(&["look", "--bodies"]).run().ended(1).json();
    assert_eq!(ahead["bodies"]["toUpload"], ahead["bodies"]["onServer"], "{ahead}");
    let healed = at(&["heal", "--from-server", "--new", "--yes", "--backup"]).run().ended(0).json();
    assert_eq!(healed["backup"]["check"]["level"], "verified", "{healed}");
    assert_eq!(healed["onServer"], ahead["bodies"]["onServer"], "{healed}");
    let after = at(&["look", "--bodies"]).run().ended(0).json();
    assert_eq!(after["bodies"]["toUpload"], 0, "{after}");
}

/// A file with the login of the practice share, and its address.
pub fn share(practice: &desk_practice::Practice, folder: &Path) -> (std::path::PathBuf, String) {
    let (user, password) = practice.webdav_credentials();
    let login = folder.join("login");
    std::fs::write(&login, format!("username={user}\npassword={}\n", password.expose_secret()))
        .expect("written");
    (login, format!("{}/nodewarden", practice.webdav_url().trim_end_matches('/')))
}

#[test]
fn a_plain_folder_is_checked_healed_and_copied_without_any_server() {
    let practice = practice();
    let from = backed_up(&practice);
    let (home, work) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let copy = work.path().join("copy");
    let run = |words: &[&str], folder: &Path| {
        nwdesk(["target"]).args(words).arg("--folder").arg(folder).arg("--json").home(home.path()).run()
    };
    let copied = run(&["copy", "--to-folder", copy.to_str().expect("text")], &from).ended(0).json();
    assert!(
        copied["bodies"].as_u64() > Some(0)
            && copied["backups"].as_array().is_some_and(|all| !all.is_empty())
    );
    run(&["verify", "--deep"], &copy).ended(0);
    let lost = lose_one(&copy);
    run(&["doctor"], &copy).ended(5);
    let healed =
        run(&["heal", "--yes", "--from-folder", from.to_str().expect("text")], &copy).ended(0).json();
    assert_eq!(healed["uploaded"][0]["path"], lost.as_str());
    assert_eq!(healed["uploaded"][0]["source"], "folder");
    run(&["doctor"], &copy).ended(0);
    let listed = run(&["list"], &copy).ended(0).json();
    assert!(listed["backups"][0]["name"].as_str().is_some_and(|name| name.ends_with(".zip")));

    // A folder without any backup is not in order.
    let empty = work.path().join("empty");
    std::fs::create_dir(&empty).expect("made");
    run(&["doctor"], &empty).ended(5);
    run(&["verify"], &empty).ended(5);

    // What was read once is remembered: another content under its name is an alarm.
    let body = copy.join("attachments").join(&lost);
    run(&["verify", "--deep"], &copy).ended(0);
    let mut content = std::fs::read(&body).expect("a body");
    content[0] ^= 1;
    std::fs::write(&body, content).expect("written");
    let read = run(&["verify", "--deep"], &copy).ended(3).json();
    assert_eq!(read["problems"][0]["trouble"]["type"], "changed", "{read}");
    let rotating = run(&["verify", "--rotate", "30"], &copy).json();
    assert!(rotating["coverage"]["perDay"].as_u64() >= Some(1), "{rotating}");
}

#[test]
fn a_target_is_copied_to_a_share_and_to_a_desk_target() {
    let (office, other) = (practice(), practice());
    let from = backed_up(&office);
    let home = tempfile::tempdir().expect("a folder");
    let (login, url) = share(&other, home.path());
    let copy = |words: &[&str]| {
        nwdesk(["target", "copy", "--json"]).args(words).arg("--folder").arg(&from).home(home.path())
    };
    let to_share = copy(&["--to-webdav", &url]).arg("--to-credentials").arg(&login).run().ended(0).json();
    assert!(to_share["backups"].as_array().is_some_and(|all| all.len() == 1), "{to_share}");
    nwdesk(["login", "--profile", "office"]).on(&office).home(home.path()).run().ended(0);
    let disk = home.path().join("disk");
    std::fs::create_dir(&disk).expect("made");
    let add = nwdesk(["desk-target", "add", "Disk", "--profile", "office", "--folder"]).arg(&disk);
    add.home(home.path()).run().ended(0);
    copy(&["--to-desk-target", "Disk"]).run().ended(0);
    // Folders that do not exist yet, with every kind of character, are made where they belong.
    let odd = format!("{url}/a%20b/%E5%A4%87%E4%BB%BD/50%25%23/it's+me");
    copy(&["--to-webdav", &odd]).arg("--to-credentials").arg(&login).run().ended(0);
    let made = other.backups_folder().join("a b/备份/50%#/it's+me");
    let at_odd = |work: &str| nwdesk(["target", work, "--webdav", &odd, "--json"]).home(home.path());
    assert_eq!(
        at_odd("doctor").arg("--credentials").arg(&login).run().ended(0).json()["bodies"],
        to_share["bodies"]
    );
    for place in [other.backups_folder(), disk, made] {
        nwdesk(["target", "verify", "--deep", "--folder"]).arg(&place).home(home.path()).run().ended(0);
    }
    copy(&["--to-desk-target", "None of them"]).run().ended(1);
    copy(&["--to-desk-target", "Disk", "--to-webdav", &url]).run().ended(2);
    copy(&["--to-webdav", &url]).run().ended(2);
}

#[test]
fn a_login_from_a_file_reaches_a_share_and_is_never_shown() {
    let practice = practice();
    backed_up(&practice);
    let work = tempfile::tempdir().expect("a folder");
    let (user, password) = practice.webdav_credentials();
    let (login, url) = share(&practice, work.path());
    let run = |login: &Path| {
        nwdesk(["target", "doctor", "--json", "--webdav", &url, "--credentials"])
            .arg(login)
            .home(work.path())
            .run()
    };
    let found = run(&login).ended(0);
    assert!(!found.stdout.contains(password.expose_secret()));
    std::fs::write(&login, format!("username={user}\npasswrd={}\n", password.expose_secret()))
        .expect("written");
    let refused = run(&login).ended(1);
    assert!(!refused.stdout.contains(password.expose_secret()), "{refused:?}");
    practice.inject(&Fault::TargetStatus { status: 503 }).expect("a switch");
    nwdesk(["target", "list", "--webdav", &url]).run().ended(2);
    nwdesk(["target", "doctor"]).run().ended(2);
    nwdesk(["target", "copy", "--folder", "/tmp"]).run().ended(2);
}
