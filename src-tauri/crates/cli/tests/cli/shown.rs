//! Text from servers, targets and files never acts on the terminal.

use desk_core::text::is_unsafe;

use crate::support::{Ran, case, folder, nwdesk, practice};

/// What an attacker would put into a name: a title, colours, a C1 introducer, an
/// override, its own line.
pub const HOSTILE: &str = "x\u{1b}]0;t\u{7}\u{9b}31m\u{202e}\u{2066}\r\n! forged line";

#[track_caller]
pub fn safe(ran: &Ran) {
    for said in [&ran.stdout, &ran.stderr] {
        let bad: Vec<char> = said.chars().filter(|c| *c != '\n' && is_unsafe(*c)).collect();
        assert!(bad.is_empty(), "{bad:?} in {said:?}");
        assert!(!said.lines().any(|line| line.trim_start().starts_with("! forged")), "{said}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_hostile_file_name_is_one_escaped_line_of_the_list() {
    let practice = practice();
    nwdesk(["backup", "--json"]).on(&practice).run().ended(0);
    let name = format!("{HOSTILE}.zip").replace('/', "");
    std::fs::write(practice.backups_folder().join(name), "PK").expect("written");
    let ran = nwdesk(["list"]).on(&practice).run().ended(0);
    safe(&ran);
    assert!(ran.stdout.contains("forged line.zip"), "{ran:#?}");
    let ran = nwdesk(["list", "--json"]).on(&practice).run().ended(0);
    safe(&ran);
    ran.json();
}

#[test]
fn hostile_names_in_a_backup_are_escaped_in_every_command() {
    let folder = folder();
    let zip = case("zip_escape_name.zip");
    let out = folder.path().join("out.zip");
    for more in [&[][..], &["--json"]] {
        safe(&nwdesk(["inspect"]).arg(&zip).args(more).run());
        safe(&nwdesk(["diff"]).arg(&zip).arg(&zip).args(more).run());
        safe(&nwdesk(["clean"]).arg(&zip).arg(&out).args(more).run());
        let _ = std::fs::remove_file(&out);
    }
}

#[test]
fn unencrypted_settings_are_shown_escaped() {
    for more in [&[][..], &["--json"], &["--reveal"]] {
        let ran = nwdesk(["settings-from", "--account", "a@b", "--password-stdin"])
            .arg(case("ansi-plain-settings.zip"))
            .args(more)
            .stdin("x\n")
            .run()
            .ended(0);
        safe(&ran);
        assert!(ran.stdout.contains("FAKE"), "{ran:#?}");
    }
}

#[test]
fn arguments_are_escaped_in_messages() {
    let hostile = HOSTILE.replace('\n', "");
    for arguments in [vec!["list", &hostile], vec!["inspect", &hostile], vec!["list", "--json", &hostile]] {
        safe(&nwdesk(arguments).run());
    }
    safe(&nwdesk(["list", "--profile", HOSTILE]).run().ended(1));
}
