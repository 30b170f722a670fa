//! Records the commit and the date of optimised builds. A development build has neither, so
//! that a commit does not make cargo build the programs again.

use std::path::Path;
use std::process::Command;

fn main() {
    set("rerun-if-env-changed", "SOURCE_DATE_EPOCH");
    let is_optimised = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    let in_checkout = is_optimised && is_own_checkout();
    if in_checkout {
        // HEAD changes with the branch, its log with every commit.
        for name in ["HEAD", "logs/HEAD"] {
            if let Some(path) = git(&["rev-parse", "--git-path", name]) {
                let path = Path::new(&path).canonicalize().unwrap_or_default();
                if path.exists() {
                    set("rerun-if-changed", &path.display().to_string());
                }
            }
        }
        if let Some(commit) = git(&["rev-parse", "--short=12", "HEAD"]) {
            set("rustc-env", &format!("DESK_COMMIT={commit}"));
        }
    } else {
        set("rerun-if-changed", "build.rs");
    }
    // The same sources give the same program: no clock is read.
    let of_commit = || in_checkout.then(|| git(&["show", "--no-patch", "--format=%ct", "HEAD"])).flatten();
    if let Some(seconds) = std::env::var("SOURCE_DATE_EPOCH").ok().or_else(of_commit) {
        set("rustc-env", &format!("DESK_DATE={seconds}"));
    }
}

/// The checkout is this project's: sources from an archive may be inside someone else's.
fn is_own_checkout() -> bool {
    let Some(top) = git(&["rev-parse", "--show-toplevel"]) else { return false };
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
    let same = |path: &Path| path.canonicalize().ok();
    same(Path::new(&top)).is_some_and(|top| Some(top) == same(&workspace))
}

fn git(arguments: &[&str]) -> Option<String> {
    let output =
        Command::new("git").args(arguments).output().ok().filter(|output| output.status.success())?;
    String::from_utf8(output.stdout).ok().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

#[allow(clippy::print_stdout, reason = "a build script speaks to cargo on stdout")]
fn set(name: &str, value: &str) {
    println!("cargo::{name}={value}");
}
