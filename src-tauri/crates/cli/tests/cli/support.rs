//! Running the program.

use std::ffi::OsStr;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use desk_core::jobs::{BackupJob, RestoreSource};
use desk_practice::{Fault, Practice, PracticeOptions};
use desk_tests::at_desk::{AtDesk, copied};
use secrecy::ExposeSecret as _;
use serde_json::Value;
use tempfile::TempDir;

/// A run of the program, to be put together.
pub struct Run {
    command: Command,
    stdin: Vec<u8>,
}

/// What a run left.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

/// The program with these arguments, in its own environment.
pub fn nwdesk<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nwdesk"));
    command.args(arguments).env_remove("NWDESK_PASSWORD").env_remove("NWDESK_PRACTICE");
    command.env("NWDESK_HOME", nowhere());
    Run { command, stdin: Vec::new() }
}

/// A data folder that no test keeps anything in.
fn nowhere() -> PathBuf {
    std::env::temp_dir().join("nwdesk-tests-keep-nothing-here")
}

impl Run {
    pub fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    pub fn args<S: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = S>) -> Self {
        self.command.args(arguments);
        self
    }

    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    pub fn home(self, folder: &Path) -> Self {
        self.env("NWDESK_HOME", folder)
    }

    pub fn stdin(mut self, text: impl AsRef<[u8]>) -> Self {
        self.stdin.extend_from_slice(text.as_ref());
        self
    }

    /// Against this practice instance, as its administrator.
    pub fn on(self, practice: &Practice) -> Self {
        self.args(["--server", practice.server_url(), "--email", practice.admin_email(), "--password-stdin"])
            .stdin(practice.admin_password().expose_secret())
            .stdin("\n")
    }

    /// Runs it to its end.
    pub fn run(self) -> Ran {
        let child = self.start();
        let output = child.wait_with_output().expect("the program ends");
        Ran {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("text"),
            stderr: String::from_utf8(output.stderr).expect("text"),
        }
    }

    /// In this folder.
    pub fn within(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Runs it to its end with `file` as its input; returns how it ended and what it said.
    pub fn run_from(mut self, file: std::fs::File) -> (Option<i32>, String) {
        let output = self.command.stdin(file).output().expect("the program runs");
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Starts it with this on its input, which stays open.
    pub fn start_open(mut self, text: &[u8]) -> Child {
        self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = self.command.spawn().expect("the program starts");
        child.stdin.as_mut().expect("piped").write_all(text).expect("it reads");
        child
    }

    /// Runs it to its end with its output going into `file`; returns how it ended and
    /// what it said on standard error.
    pub fn run_into(mut self, file: std::fs::File) -> (Option<i32>, String) {
        self.command.stdin(Stdio::null()).stdout(file).stderr(Stdio::piped());
        let output = self.command.output().expect("the program runs");
        (output.status.code(), String::from_utf8(output.stderr).expect("text"))
    }

    /// Runs it to its end; returns the most memory it had resident, in KiB, and its exit
    /// code.
    #[cfg(target_os = "linux")]
    pub fn peak(mut self) -> (u64, Option<i32>) {
        self.command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = self.command.spawn().expect("the program starts");
        let mut stdin = child.stdin.take().expect("piped");
        // A program that refuses its arguments does not read.
        let _ = stdin.write_all(&self.stdin);
        drop(stdin);
        let status = format!("/proc/{}/status", child.id());
        let mut peak = 0;
        loop {
            let text = std::fs::read_to_string(&status).unwrap_or_default();
            let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let now = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
            peak = peak.max(now.unwrap_or(0));
            if let Some(status) = child.try_wait().expect("it can be waited for") {
                return (peak, status.code());
            }
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
    }

    /// Starts it and leaves it running.
    pub fn start(mut self) -> Child {
        self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = self.command.spawn().expect("the program starts");
        let mut stdin = child.stdin.take().expect("piped");
        // A program that refuses its arguments does not read.
        let _ = stdin.write_all(&self.stdin);
        child
    }
}

impl Ran {
    /// The run ended with this code; else everything it said is shown.
    #[track_caller]
    pub fn ended(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:#?}");
        self
    }

    /// The one JSON object on stdout.
    #[track_caller]
    pub fn json(&self) -> Value {
        assert_eq!(self.stdout.lines().count(), 1, "{self:#?}");
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:#?}"))
    }

    /// The code of the error that was reported.
    #[track_caller]
    pub fn error(&self) -> String {
        let error = &self.json()["error"];
        assert!(error["message"].as_str().is_some_and(|text| !text.is_empty()), "{self:#?}");
        assert!(error["hint"].is_string() && error.get("original").is_some(), "{self:#?}");
        error["code"].as_str().expect("a code").to_owned()
    }
}

/// A small practice instance.
pub fn practice() -> Practice {
    started(&PracticeOptions::quick())
}

pub fn started(options: &PracticeOptions) -> Practice {
    Practice::start_blocking(options).expect("a practice instance")
}

/// A desk whose last restore left out two attachments that the target had lost; a copy of the
/// target from before is in the folder `kept` of the desk's.
pub fn restored_with_losses(practice: &Practice) -> AtDesk {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let desk = AtDesk::at(practice).await;
        desk.run(BackupJob { target_id: None }).await;
        copied(&practice.backups_folder(), &desk.folder.path().join("kept"));
        practice.inject(&Fault::DeleteBodies { count: 2, forget: false }).expect("a switch");
        let path = desk.zips().await[0].path.clone();
        let source = RestoreSource::Remote { target_id: desk.target().await, path };
        let plan = desk.confirmed_plan(source).await;
        desk.run(plan).await;
        desk
    })
}

pub fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

/// A recording.
pub fn fixture(path: &str) -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../tests/fixtures")).join(path)
}

/// An input that once failed.
pub fn case(name: &str) -> PathBuf {
    fixture("cases").join(name)
}

/// A recorded archive under the name that its hash is of.
pub fn archive_in(folder: &Path, name: &str) -> PathBuf {
    let names: Value = serde_json::from_str(&read(&fixture("archives/original-names.json"))).expect("a map");
    let to = folder.join(names[name].as_str().expect("a known archive"));
    std::fs::copy(fixture("archives").join(name), &to).expect("copied");
    to
}

pub fn read(path: &Path) -> String {
    std::fs::read_to_string(path).expect("readable")
}

/// The names in a folder.
pub fn names(folder: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut names: Vec<_> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// Asks a running program to stop, as Ctrl-C does.
#[cfg(unix)]
pub fn interrupt(child: &Child) {
    signal(child, "-INT");
}

/// Sends a running program a signal.
#[cfg(unix)]
pub fn signal(child: &Child, signal: &str) {
    let done = Command::new("kill").args([signal, &child.id().to_string()]).status().expect("kill runs");
    assert!(done.success());
}

/// Runs it on its own terminal; returns everything it wrote there.
#[cfg(target_os = "linux")]
pub fn on_a_terminal(arguments: &[&str], typed: &[&str], home: Option<&Path>) -> Option<String> {
    let quoted = |text: &str| format!("'{}'", text.replace('\'', r"'\''"));
    let words = std::iter::once(env!("CARGO_BIN_EXE_nwdesk")).chain(arguments.iter().copied());
    let line = words.map(quoted).collect::<Vec<_>>().join(" ");
    let mut child = Command::new("script")
        .args(["-qec", &line, "/dev/null"])
        .env_remove("NWDESK_PASSWORD")
        .env("NWDESK_HOME", home.map_or_else(nowhere, Path::to_path_buf))
        .env("TERM", "xterm")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let mut stdin = child.stdin.take()?;
    let typed: Vec<String> = typed.iter().map(|one| (*one).to_owned()).collect();
    let typing = std::thread::spawn(move || {
        for one in typed {
            // Each prompt comes first.
            std::thread::sleep(std::time::Duration::from_millis(1_500));
            let _ = stdin.write_all(one.as_bytes());
        }
        stdin
    });
    let output = child.wait_with_output().ok()?;
    drop(typing.join());
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Shows what a test found, to whoever runs it with `--no-capture`.
#[allow(clippy::print_stdout, reason = "this is what it is for")]
pub fn say(text: &str) {
    println!("{text}");
}
