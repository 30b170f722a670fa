//! The scripts of docs/WATCH.md, as they are, against a receiver on this computer.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};

use desk_practice::Fault;
use tempfile::TempDir;

use crate::profile::needs_keyring;
use crate::support::{folder, nwdesk, practice};

/// What a service on the internet would have received: path and body of each request.
#[derive(Clone)]
struct Receiver {
    url: String,
    received: Arc<Mutex<Vec<(String, String)>>>,
}

impl Receiver {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let received: Arc<Mutex<Vec<_>>> = Arc::default();
        let kept = Arc::clone(&received);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                kept.lock().expect("not poisoned").push(request(stream));
            }
        });
        Self { url, received }
    }

    fn take(&self) -> Vec<(String, String)> {
        std::mem::take(&mut self.received.lock().expect("not poisoned"))
    }
}

fn request(stream: TcpStream) -> (String, String) {
    let mut reader = BufReader::new(stream);
    let (mut path, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).expect("text");
        if path.is_empty() {
            path = line.split(' ').nth(1).expect("a path").to_owned();
        }
        let (name, value) = line.split_once(':').unwrap_or_default();
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().expect("a length");
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("a body");
    reader.get_mut().write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").expect("sent");
    (path, String::from_utf8(body).expect("text"))
}

/// The script below a heading of docs/WATCH.md.
fn script(heading: &str) -> String {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../docs/WATCH.md");
    let text = std::fs::read_to_string(file).expect("the document");
    let (_, section) = text.split_once(&format!("### {heading}")).expect("the section");
    let (_, script) = section.split_once("```sh\n").expect("a script");
    script.split_once("```").expect("its end").0.to_owned()
}

struct Here {
    home: TempDir,
    receiver: Receiver,
}

impl Here {
    /// Runs a script whose service is the receiver.
    fn run(&self, heading: &str, service: &str) -> Vec<(String, String)> {
        let text = script(heading);
        assert!(text.contains(service), "{heading} sends to {service}");
        let file = self.home.path().join("script");
        std::fs::write(&file, text.replace(service, &self.receiver.url)).expect("written");
        let own = PathBuf::from(env!("CARGO_BIN_EXE_nwdesk"));
        let path = std::env::var("PATH").unwrap_or_default();
        let path = format!("{}:{path}", own.parent().map(Path::display).expect("a folder"));
        let ran = Command::new("sh")
            .arg(&file)
            .env("PATH", path)
            .env("NWDESK_HOME", self.home.path().join("desk"))
            .env("XDG_STATE_HOME", self.home.path().join("state"))
            .output()
            .expect("it runs");
        assert_eq!(String::from_utf8_lossy(&ran.stderr), "", "{heading}");
        self.receiver.take()
    }
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "needs a keyring that belongs to the tests alone")]
fn each_documented_script_notifies_of_a_failed_backup() {
    needs_keyring();
    let has = |program: &str| Command::new(program).arg("--version").output().is_ok();
    assert!(has("jq") && has("curl"), "the scripts need jq and curl: scripts/setup test installs them");
    let practice = practice();
    let here = Here { home: folder(), receiver: Receiver::start() };
    let desk = here.home.path().join("desk");
    nwdesk(["login", "--profile", "home"]).on(&practice).home(&desk).run().ended(0);
    nwdesk(["backup"]).on(&practice).run().ended(0);
    practice.inject(&Fault::TargetStatus { status: 507 }).expect("a switch");
    nwdesk(["backup"]).on(&practice).run().ended(1);

    let ntfy = here.run("ntfy", "https://ntfy.sh");
    assert!(!ntfy.is_empty(), "something is wrong");
    assert!(ntfy.iter().all(|(path, _)| path == "/my-nodewarden"), "{ntfy:?}");
    assert!(ntfy.iter().any(|(_, body)| body.starts_with("home: The last backup to")), "{ntfy:?}");
    assert_eq!(here.run("ntfy", "https://ntfy.sh"), [], "nothing is repeated");

    let telegram = here.run("Telegram", "https://api.telegram.org");
    let [(path, body)] = telegram.as_slice() else { panic!("one message: {telegram:?}") };
    assert_eq!(path, "/bot123456:replace-me/sendMessage");
    assert!(body.starts_with("chat_id=123456789&text=home%3A"), "{body}");

    let checks = here.run("Healthchecks", "https://hc-ping.com");
    let [(path, body)] = checks.as_slice() else { panic!("one report: {checks:?}") };
    assert!(path.ends_with("/1"), "the exit status: {path}");
    let report: serde_json::Value = serde_json::from_str(body).expect("JSON");
    assert_eq!(report["servers"][0]["alerts"][0]["kind"], "backup-failed", "{report}");
}
