//! What goes wrong, each with its code and its number.

use desk_practice::{Contents, Fault, PracticeOptions, Side};

use crate::support::{archive_in, fixture, folder, names, nwdesk, practice, started};

#[test]
fn a_wrong_password_ends_with_1() {
    let practice = practice();
    let ran = nwdesk(["list", "--json", "--password-stdin", "--server", practice.server_url()])
        .args(["--email", practice.admin_email()])
        .stdin("not it\n")
        .run()
        .ended(1);
    assert_eq!(ran.error(), "wrong-password");
}

#[test]
fn errors_on_stderr_have_a_sentence_and_a_hint() {
    let practice = practice();
    let ran = nwdesk(["list", "--password-stdin", "--server", practice.server_url()])
        .args(["--email", practice.admin_email()])
        .stdin("not it\n")
        .run()
        .ended(1);
    assert_eq!(ran.stdout, "");
    assert!(ran.stderr.contains("master password is wrong"), "{ran:#?}");
    assert!(ran.stderr.lines().count() >= 2, "{ran:#?}");
}

#[test]
fn an_unreachable_host_or_another_site_ends_with_1() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = nobody.local_addr().expect("an address").port();
    drop(nobody);
    let at = |url: &str| {
        nwdesk(["list", "--json", "--password-stdin", "--email", "a@b", "--server", url]).stdin("x\n").run()
    };
    assert_eq!(at(&format!("http://127.0.0.1:{port}")).ended(1).error(), "host-unreachable");

    let practice = practice();
    // Its WebDAV target responds, too, but is no NodeWarden.
    assert_eq!(at(&practice.webdav_url()).ended(1).error(), "not-node-warden");
}

#[test]
fn a_jwt_secret_that_is_missing_or_too_short_says_which() {
    let practice = practice();
    practice.inject(&Fault::RemoveJwtSecret).expect("removed");
    assert_eq!(nwdesk(["list", "--json"]).on(&practice).run().ended(1).error(), "jwt-secret-missing");
    practice.inject(&Fault::ShortenJwtSecret).expect("shortened");
    assert_eq!(nwdesk(["list", "--json"]).on(&practice).run().ended(1).error(), "jwt-secret-too-short");
}

#[test]
fn settings_in_need_of_repair_end_with_6() {
    let practice = practice();
    practice.inject(&Fault::ChangeJwtSecret).expect("changed");
    for command in ["list", "backup"] {
        let ran = nwdesk([command, "--json"]).on(&practice).run().ended(6);
        assert_eq!(ran.error(), "settings-need-repair");
    }
}

#[test]
fn a_failing_target_ends_with_1_and_its_message() {
    let practice = practice();
    practice.inject(&Fault::FillTarget).expect("filled");
    let ran = nwdesk(["backup", "--json"]).on(&practice).run().ended(1);
    assert_eq!(ran.error(), "target-failed");
    assert_eq!(ran.json()["error"]["original"], "WebDAV upload failed: 507");
}

#[test]
fn an_unknown_target_ends_with_1() {
    let practice = practice();
    let ran = nwdesk(["backup", "--json", "--target", "nowhere"]).on(&practice).run().ended(1);
    assert_eq!(ran.error(), "target-not-found");
}

#[test]
fn a_second_concurrent_backup_ends_with_7() {
    let practice = practice();
    practice.inject(&Fault::Latency { side: Side::Target, milliseconds: 1_000 }).expect("slowed");
    let first = nwdesk(["backup", "--json"]).on(&practice).start();
    while !practice.state().expect("a state").busy {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert_eq!(nwdesk(["backup", "--json"]).on(&practice).run().ended(7).error(), "busy");
    practice.inject(&Fault::RestoreNormal).expect("normal again");
    assert_eq!(first.wait_with_output().expect("ends").status.code(), Some(0));
}

#[test]
fn a_server_with_data_refuses_a_restore_without_replace() {
    let practice = practice();
    let folder = folder();
    let file = archive_in(folder.path(), "local-export-complete.zip");
    let ran = nwdesk(["restore", "--json"]).arg(&file).on(&practice).run().ended(4);
    assert_eq!(ran.error(), "not-fresh");
}

#[test]
fn an_archive_that_the_server_would_refuse_is_not_uploaded() {
    let practice = started(&PracticeOptions::quick().contents(Contents::Administrator));
    let folder = folder();
    // Its bodies are elsewhere: a local import needs them inside.
    let file = archive_in(folder.path(), "remote-backup.zip");
    let ran = nwdesk(["restore", "--json", "--replace"]).arg(&file).on(&practice).run().ended(4);
    assert_eq!(ran.error(), "server-refused");
    assert_eq!(practice.state().expect("a state").users, 1, "nothing was changed");
}

#[test]
fn an_archive_with_a_hash_mismatch_is_restored_only_with_the_flag() {
    let practice = started(&PracticeOptions::quick().contents(Contents::Administrator));
    let folder = folder();
    let file = folder.path().join("nodewarden_backup_20261122_191500_00000.zip");
    std::fs::copy(fixture("archives/local-export-complete.zip"), &file).expect("copied");
    let restore =
        |more: &[&str]| nwdesk(["restore", "--json", "--replace"]).args(more).arg(&file).on(&practice).run();
    assert_eq!(restore(&[]).ended(3).error(), "hash-mismatch");
    restore(&["--accept-mismatch"]).ended(0);
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_with_130_and_leaves_no_partial_files() {
    stopped_half_way("-INT");
}

#[cfg(unix)]
#[test]
fn closing_the_terminal_stops_as_cleanly_as_ctrl_c() {
    stopped_half_way("-HUP");
    stopped_half_way("-TERM");
}

#[cfg(unix)]
fn stopped_half_way(signal: &str) {
    let practice = practice();
    let made = nwdesk(["backup", "--json"]).on(&practice).run().ended(0).json();
    let name = made["result"]["result"]["fileName"].as_str().expect("a name").to_owned();
    practice.inject(&Fault::TargetHangs).expect("hangs");
    let to = folder();
    let child = nwdesk(["download", &name, "--json", "--to"]).arg(to.path()).on(&practice).start();
    // It has started when its unfinished file is there, or when it asks the target before that.
    let begun = std::time::Instant::now();
    while names(to.path()).is_empty() && begun.elapsed() < std::time::Duration::from_secs(8) {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    crate::support::signal(&child, signal);
    let output = child.wait_with_output().expect("ends");
    assert_eq!(output.status.code(), Some(130), "{output:?}");
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(told["error"]["code"], "cancelled");
    assert_eq!(names(to.path()), Vec::<String>::new());
}
