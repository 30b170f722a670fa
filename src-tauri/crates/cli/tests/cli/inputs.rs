//! Small text inputs: byte order marks, UTF-16, and inputs without an end.

use secrecy::ExposeSecret as _;

use crate::support::{Run, case, fixture, folder, nwdesk, practice, started};
use desk_practice::PracticeOptions;

const RIGHT: &str = "fixture-jwt-secret-A-0123456789abcdef";

fn utf16(text: &str) -> Vec<u8> {
    format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn secret_check() -> Run {
    nwdesk(["secret-check", "--json", "--envelope-file"]).arg(fixture("runtime-envelope.json"))
}

#[test]
fn a_password_with_a_byte_order_mark_or_in_utf_16_signs_in() {
    let mut options = PracticeOptions::quick();
    options.admin_password = Some("example password".to_owned().into());
    let practice = started(&options);
    let list = || {
        nwdesk(["list", "--json", "--password-stdin", "--server", practice.server_url()])
            .args(["--email", practice.admin_email()])
    };
    let marked = std::fs::read(case("password_bom.txt")).expect("a case");
    for password in [marked, utf16("example password\r\n")] {
        list().stdin(password).run().ended(0);
    }
    let refused = list().stdin(b"\xffexample\n").run().ended(1);
    assert!(refused.json()["error"]["message"].to_string().contains("not UTF-8"), "{refused:#?}");
}

#[test]
fn invisible_characters_do_not_make_the_right_secret_fail() {
    for text in [format!("\u{feff}{RIGHT}\n").into_bytes(), utf16(&format!("{RIGHT}\r\n"))] {
        assert_eq!(secret_check().stdin(text).run().ended(0).json()[0]["verdict"], "right");
    }
    for hidden in ["\u{200b}", "\u{feff}", "\u{202e}", "\u{ad}", "\u{1b}", "\u{2060}"] {
        for candidate in [format!("{RIGHT}{hidden}"), RIGHT.replace("-A-", &format!("-A{hidden}-"))] {
            let told = secret_check().stdin(format!("x\n{candidate}\n")).run().ended(1).json();
            let reason = told[1]["reason"].as_str().expect("a reason");
            assert!(reason.contains("correct without the invisible characters"), "{hidden:?}: {reason}");
        }
    }
}

#[test]
fn header_and_certificate_files_may_start_with_a_byte_order_mark() {
    let practice = practice();
    nwdesk(["list", "--json", "--header-file"])
        .arg(case("headers_bom.txt"))
        .arg("--ca-file")
        .arg(case("ca_bom.pem"))
        .on(&practice)
        .run()
        .ended(0);
    let folder = folder();
    let wide = folder.path().join("wide.txt");
    std::fs::write(&wide, utf16("X-A: b\r\n")).expect("written");
    nwdesk(["list", "--json", "--header-file"]).arg(&wide).on(&practice).run().ended(0);
}

#[cfg(unix)]
#[test]
fn endless_input_is_refused_immediately() {
    let endless = || std::fs::File::open("/dev/zero").expect("opens");
    let settings = nwdesk(["settings-from", "--json", "--password-stdin", "--account", "a@b", "none.zip"]);
    let (code, told) = settings.run_from(endless());
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("longer than"), "{told}");
    let (code, told) = secret_check().run_from(endless());
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("longer than"), "{told}");
}

#[test]
fn only_the_first_line_of_stdin_is_read() {
    let practice = practice();
    let mut child = nwdesk(["list", "--json", "--password-stdin", "--server", practice.server_url()])
        .args(["--email", practice.admin_email()])
        .start_open(format!("{}\n", practice.admin_password().expose_secret()).as_bytes());
    // Standard input stays open: waiting for its end would last forever.
    let ended = child.wait().expect("ends");
    assert!(ended.success());
}

#[test]
fn a_file_in_a_relative_folder_is_recorded_with_its_full_path() {
    let practice = practice();
    let folder = folder();
    let to = folder.path().join("there");
    std::fs::create_dir(&to).expect("made");
    let made = nwdesk(["backup", "--json"]).on(&practice).run().ended(0).json();
    let name = made["result"]["result"]["fileName"].as_str().expect("a name").to_owned();
    let got = nwdesk(["download", &name, "--json", "--to", "there"]).on(&practice).within(folder.path());
    let saved = got.run().ended(0).json()["result"]["savedTo"].as_str().expect("a path").to_owned();
    assert!(std::path::Path::new(&saved).is_absolute(), "{saved}");
}
