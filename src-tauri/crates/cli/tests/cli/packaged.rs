//! What a package of `nwdesk` brings: completions and man pages.

use std::process::{Command, Stdio};

use crate::support::nwdesk;

#[test]
fn every_shell_gets_a_completion_script_with_all_commands() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = nwdesk(["completions", shell]).run().ended(0).stdout;
        for command in ["backup", "restore", "safety-copies", "--json"] {
            let name = command.trim_start_matches('-');
            assert!(script.contains(name), "{shell} does not complete {command}");
        }
    }
    nwdesk(["completions", "dos"]).run().ended(2);
}

#[test]
fn the_completion_script_for_bash_is_valid() {
    let script = nwdesk(["completions", "bash"]).run().ended(0).stdout;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("nwdesk.bash");
    std::fs::write(&path, script).expect("written");
    let checked = Command::new("bash").arg("-n").arg(&path).stdin(Stdio::null()).output().expect("bash runs");
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
}

#[test]
fn every_command_gets_a_man_page() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("man1");
    let wrote = nwdesk(["manual", "--json"]).arg(&path).run().ended(0).json();
    let pages: Vec<&str> =
        wrote["pages"].as_array().expect("pages").iter().filter_map(|page| page.as_str()).collect();
    for page in ["nwdesk.1", "nwdesk-backup.1", "nwdesk-target-doctor.1", "nwdesk-restore.1"] {
        assert!(pages.contains(&page), "{page} is missing: {pages:?}");
    }
    let text = std::fs::read_to_string(path.join("nwdesk.1")).expect("readable");
    assert!(text.contains(".TH nwdesk 1") && text.contains("Exit codes"), "{text}");
    let in_the_way = folder.path().join("file");
    std::fs::write(&in_the_way, "x").expect("written");
    nwdesk(["manual"]).arg(&in_the_way).run().ended(1);
}

#[test]
fn the_version_is_that_of_the_workspace() {
    let short = nwdesk(["-V"]).run().ended(0).stdout;
    assert_eq!(short.trim(), concat!("nwdesk ", env!("CARGO_PKG_VERSION")));
    let long = nwdesk(["--version"]).run().ended(0).stdout;
    assert!(long.starts_with(short.trim()), "{long}");
}
