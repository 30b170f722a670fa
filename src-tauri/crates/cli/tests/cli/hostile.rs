//! A server that puts control characters and overrides into everything it says, and
//! every command that talks to one.

use std::path::Path;
use std::sync::{Arc, Mutex};

use desk_practice::{Fault, Practice};
use desk_tests::altered::{Altered, altered};
use desk_tests::at_desk::AtDesk;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use crate::shown::{HOSTILE, safe};
#[cfg(target_os = "linux")]
use crate::support::on_a_terminal;
use crate::support::{Ran, Run, case, folder, nwdesk, practice};

/// What is requested from the server and must get back unchanged to continue.
const NEEDED: [&str; 13] = [
    "portable",
    "access_token",
    "refresh_token",
    "Key",
    "PrivateKey",
    "kdf",
    "id",
    "startTime",
    "timezone",
    "intervalHours",
    "role",
    "status",
    "version",
];

/// Puts hostile text behind every string that is only shown.
fn spoil(value: &mut Value) {
    match value {
        Value::String(text) => text.push_str(HOSTILE),
        Value::Array(items) => items.iter_mut().for_each(spoil),
        Value::Object(fields) => {
            let shown = fields.iter_mut().filter(|(name, _)| !NEEDED.contains(&name.as_str()));
            shown.for_each(|(_, field)| spoil(field));
        }
        _ => {}
    }
}

/// A practice instance behind something that changes its responses.
struct Hostile {
    practice: Practice,
    url: String,
    /// Which responses fail: their paths end so.
    failing: Arc<Mutex<Option<&'static str>>>,
    _runtime: tokio::runtime::Runtime,
}

impl Hostile {
    fn server() -> Self {
        let practice = practice();
        let failing = Arc::new(Mutex::new(None));
        let fails = Arc::clone(&failing);
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let change = move |asked: &str, answer: Altered| {
            let failing = *fails.lock().expect("not poisoned");
            if failing.is_some_and(|end| asked.ends_with(end)) {
                let words = format!("WebDAV upload failed: {HOSTILE}");
                return Altered::json(500, &json!({"error": words, "error_description": words}));
            }
            // What signing in needs stays as it is.
            let is_needed = ["prelogin", "token", "web-bootstrap"].iter().any(|end| asked.ends_with(end));
            if is_needed { answer } else { answer.change(spoil) }
        };
        let url = runtime.block_on(altered(practice.server_url(), change));
        Self { practice, url, failing, _runtime: runtime }
    }

    fn fail(&self, end: Option<&'static str>) {
        *self.failing.lock().expect("not poisoned") = end;
    }

    fn run(&self, arguments: &[&str]) -> Run {
        nwdesk(arguments)
            .args(["--server", &self.url, "--email", self.practice.admin_email(), "--password-stdin"])
            .stdin(self.practice.admin_password().expose_secret())
            .stdin("\n")
    }
}

/// Runs it as text, as JSON and with its log: nothing acts on the terminal. Returns
/// what the first one said.
#[track_caller]
fn all_safe(run: impl Fn() -> Run) -> Ran {
    let ran = run().run();
    safe(&ran);
    let json = run().arg("--json").run();
    safe(&json);
    json.json();
    safe(&run().env("NWDESK_LOG", "debug,h2=off,hyper=off").run());
    ran
}

#[track_caller]
fn told(ran: &Ran) {
    assert!(format!("{}{}", ran.stdout, ran.stderr).contains("forged line"), "{ran:#?}");
}

#[test]
fn no_server_response_sends_control_codes_to_the_terminal() {
    let server = Hostile::server();
    let made = nwdesk(["backup", "--json"]).on(&server.practice).run().ended(0).json();
    let name = made["result"]["result"]["fileName"].as_str().expect("a name").to_owned();
    told(&all_safe(|| server.run(&["targets"])));
    told(&all_safe(|| server.run(&["list"])));
    told(&all_safe(|| server.run(&["list", "--target", "none"])));
    all_safe(|| server.run(&["diagnose"]));
    told(&all_safe(|| server.run(&["backup"])));
    let to = folder();
    all_safe(|| server.run(&["integrity", &name, "--deep"]));
    all_safe(|| server.run(&["download", &name, "--to"]).arg(to.path()));
    all_safe(|| server.run(&["restore", "--replace", "--remote", &name]));
}

#[test]
fn no_server_error_sends_control_codes_to_the_terminal() {
    let server = Hostile::server();
    let made = nwdesk(["backup", "--json"]).on(&server.practice).run().ended(0).json();
    let name = made["result"]["result"]["fileName"].as_str().expect("a name").to_owned();
    let to = folder();
    let download: [&str; 4] = ["download", &name, "--to", to.path().to_str().expect("text")];
    for (end, arguments) in [
        ("/backup/settings", &["targets"][..]),
        ("/backup/remote", &["list"]),
        ("/backup/run", &["backup"]),
        ("/remote/integrity", &["integrity", &name]),
        ("/remote/download", &download),
        ("/remote/restore", &["restore", "--replace", "--yes", "--remote", &name]),
        ("/connect/token", &["list"]),
        ("/backup/settings", &["diagnose"]),
        ("/prelogin", &["list"]),
    ] {
        server.fail(Some(end));
        told(&all_safe(|| server.run(arguments)));
    }
}

#[test]
fn a_repair_escapes_hostile_target_names() {
    let server = Hostile::server();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let desk = AtDesk::at(&server.practice).await;
        let before = desk.desk.settings().backup_settings().await.expect("settings");
        let mut after = before.clone();
        after.destinations[0].name = format!("NAS{}", HOSTILE.replace(['\r', '\n'], ""));
        desk.desk.settings().save_backup_settings(&before, &after).await.expect("saved");
    });
    server.practice.inject(&Fault::ChangeJwtSecret).expect("changed");
    server.fail(Some("/backup/run"));
    let run = || nwdesk(["repair", "--server", &server.url]);
    let on = |run: Run| {
        run.args(["--email", server.practice.admin_email(), "--password-stdin"])
            .stdin(server.practice.admin_password().expose_secret())
            .stdin("\n")
    };
    let ran = on(run()).run();
    safe(&ran);
    told(&ran);
    server.practice.inject(&Fault::ChangeJwtSecret).expect("changed");
    let ran = on(run().arg("--json")).run();
    safe(&ran);
    ran.json();
}

#[test]
fn responses_of_practice_instances_are_escaped() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let practice = practice();
    for status in [200, 400, 500] {
        let change = move |_: &str, _| Altered::json(status, &json!({"error": HOSTILE, "result": HOSTILE}));
        let url = runtime.block_on(altered(&practice.control_url(), change));
        let run = || nwdesk(["practice", "fault", "--control", &url, "fill-target"]);
        safe(&run().run());
        safe(&run().arg("--json").run());
    }
}

#[test]
fn hostile_file_and_secret_names_are_escaped() {
    let folder = folder();
    let zip = case("zip_escape_name.zip");
    let hostile = folder.path().join(format!("{HOSTILE}.zip").replace('/', ""));
    std::fs::copy(&zip, &hostile).expect("copied");
    for more in [&[][..], &["--json"]] {
        for file in [zip.as_path(), hostile.as_path(), folder.path()] {
            safe(&nwdesk(["inspect"]).arg(file).args(more).run());
        }
        safe(
            &nwdesk(["salvage"]).arg(&hostile).arg("--to").arg(folder.path().join("s.zip")).args(more).run(),
        );
        let _ = std::fs::remove_file(folder.path().join("s-salvaged.zip"));
        let gone = Path::new(HOSTILE);
        safe(&nwdesk(["settings-from", "--account", HOSTILE]).arg(&hostile).args(more).stdin("x\n").run());
        safe(&nwdesk(["secret-check", "--envelope-file"]).arg(gone).args(more).stdin(HOSTILE).run());
        let envelope = crate::support::fixture("runtime-envelope.json");
        safe(&nwdesk(["secret-check", "--envelope-file"]).arg(envelope).args(more).stdin(HOSTILE).run());
    }
}

/// Without what a terminal line is drawn with: colours, and moves of the cursor.
#[cfg(target_os = "linux")]
fn without_drawing(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("\u{1b}[") {
        out.push_str(&rest[..at]);
        let after = &rest[at + 2..];
        let end = after.find(|c: char| !c.is_ascii_digit() && c != ';' && c != '?');
        rest = &after[end.map_or(after.len(), |end| end + 1)..];
    }
    out.push_str(rest);
    out.replace('\r', "")
}

#[cfg(target_os = "linux")]
#[test]
fn prompts_and_progress_are_escaped_on_a_terminal() {
    let server = Hostile::server();
    let password = format!("{}\n", server.practice.admin_password().expose_secret());
    let email = server.practice.admin_email().to_owned();
    let backup = ["backup", "--server", &server.url, "--email", &email];
    let Some(said) = on_a_terminal(&backup, &[&password], None) else { return };
    assert!(said.contains("Master password for"), "{said:?}");
    let said = Ran { code: None, stdout: without_drawing(&said), stderr: String::new() };
    safe(&said);
    told(&said);
    // A prompt that names an account with everything in it.
    let prompted = ["list", "--server", &server.url, "--email", HOSTILE];
    let said = on_a_terminal(&prompted, &["x\n"], None).expect("it ran before");
    assert!(said.contains("Master password for"), "{said:?}");
    safe(&Ran { code: None, stdout: without_drawing(&said), stderr: String::new() });
}
