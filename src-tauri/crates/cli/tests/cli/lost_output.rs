//! A result that no one could read is no success.

use crate::support::{archive_in, folder, nwdesk};

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_while_writing_output_is_a_failure() {
    let folder = folder();
    let zip = archive_in(folder.path(), "local-export-complete.zip");
    for more in [&[][..], &["--json"]] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("opens");
        let (code, told) = nwdesk(["inspect"]).arg(&zip).args(more).run_into(full);
        assert_eq!(code, Some(1), "{told}");
        assert!(told.contains("could not be written") && told.contains("No space left"), "{told}");
    }
}

#[cfg(unix)]
#[test]
fn a_closed_output_pipe_ends_the_command_quietly() {
    let folder = folder();
    let zip = archive_in(folder.path(), "local-export-complete.zip");
    let mut child = nwdesk(["inspect"]).arg(&zip).start();
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("ends");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(output.stderr, b"");
}

#[test]
fn wrong_arguments_are_reported_as_json_for_scripts() {
    for arguments in [
        &["list", "--json", "--nonsense"][..],
        &["--json"],
        &["--json", "nonsense"],
        &["restore", "--json"],
        &["practice", "--port", "x", "--json"],
    ] {
        let ran = nwdesk(arguments).run().ended(2);
        assert_eq!(ran.error(), "invalid-request", "{ran:#?}");
        assert_eq!(ran.stderr, "");
    }
    let ran = nwdesk(["list", "--nonsense"]).run().ended(2);
    assert!(ran.stdout.is_empty() && ran.stderr.contains("--nonsense"), "{ran:#?}");
    let ran = nwdesk(["list", "--help", "--json"]).run().ended(0);
    assert!(ran.stdout.contains("--path"), "{ran:#?}");
}
