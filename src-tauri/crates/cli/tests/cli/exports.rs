//! `export`, `complete` and `decrypt`: the JSON, the exit codes, and what a kill leaves.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use desk_practice::{Fault, Practice, PracticeOptions, RateLimit, Sample, Side};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::support::{Ran, folder, names, nwdesk, started};

fn options() -> PracticeOptions {
    let rate_limit = RateLimit { calls: 100_000, window: Duration::from_secs(60) };
    PracticeOptions { rate_limit, ..PracticeOptions::quick() }.sample(Sample {
        ciphers: 20,
        attachments: 30,
        ..Sample::default()
    })
}

fn export(practice: &Practice, to: &Path, more: &[&str]) -> Ran {
    nwdesk(["export", "--json", "--to"]).arg(to).args(more).on(practice).run()
}

/// An index-only ZIP of what the server holds.
fn index_in(practice: &Practice, to: &Path) -> PathBuf {
    nwdesk(["backup", "--json"]).on(practice).run().ended(0);
    let made = names(&practice.backups_folder()).into_iter().find(|name| name.ends_with(".zip"));
    let made = made.expect("a backup");
    std::fs::copy(practice.backups_folder().join(&made), to.join(&made)).expect("copied");
    to.join(made)
}

fn stored(practice: &Practice) -> PathBuf {
    let mut ciphers: Vec<_> = std::fs::read_dir(practice.bodies_folder())
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    ciphers.sort();
    let body = std::fs::read_dir(&ciphers[0]).expect("a folder").next();
    body.expect("a body").expect("an entry").path()
}

fn sha256_of(path: &Path) -> String {
    Sha256::digest(std::fs::read(path).expect("readable")).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().expect("an object").keys().map(String::as_str).collect()
}

#[test]
fn a_complete_export_ends_with_0_and_says_what_is_inside() {
    let (practice, folder) = (started(&options()), folder());
    let told = export(&practice, folder.path(), &[]).ended(0).json();
    for key in ["file", "bytes", "sha256", "attachments", "sources", "importable", "reason"] {
        assert!(keys(&told).contains(&key), "{key}: {told}");
    }
    assert_eq!(told["importable"], true);
    assert_eq!(told["attachments"], json!({"listed": 30, "written": 30, "missing": []}));
    assert_eq!(told["sources"], json!({"server": 30}));
    let file = PathBuf::from(told["file"].as_str().expect("a path"));
    assert_eq!(told["sha256"], sha256_of(&file));
    nwdesk(["inspect", "--json"]).arg(&file).run().ended(0);
    let text = nwdesk(["export", "--no-attachments", "--to"]).arg(folder.path()).on(&practice).run().ended(0);
    assert!(text.stdout.contains("attachments: 0 of 0 included"), "{}", text.stdout);
}

#[test]
fn missing_attachments_end_with_5_in_each_way() {
    let (practice, folder) = (started(&options()), folder());
    std::fs::remove_file(stored(&practice)).expect("removed");
    let to = folder.path();
    let failed = export(&practice, to, &[]).ended(5).json();
    assert_eq!((&failed["file"], &failed["importable"]), (&Value::Null, &json!(false)));
    let missing = &failed["attachments"]["missing"][0];
    assert_eq!(missing["cause"], "not-found");
    assert!(missing["path"].as_str().expect("a path").starts_with("attachments/"));
    assert!(missing["sizeBytes"].as_u64().is_some() && missing["owner"].as_str().is_some(), "{missing}");
    let kept = export(&practice, to, &["--missing", "keep", "--resume"]).ended(5).json();
    assert!(kept["file"].as_str().expect("a path").ends_with("_incomplete.zip"));
    assert_eq!(kept["importable"], false);
    let left = export(&practice, to, &["--missing", "leave-out"]).ended(5).json();
    assert_eq!(left["importable"], true);
    nwdesk(["inspect"]).arg(left["file"].as_str().expect("a path")).run().ended(0);
    assert_eq!(names(to).len(), 2, "{:?}", names(to));
}

#[test]
fn an_export_over_a_limit_ends_with_4_and_says_so_first() {
    let sample = Sample { ciphers: 2, attachments: 1, largest_attachment: 66 << 20, ..Sample::default() };
    let (practice, folder) = (started(&options().sample(sample)), folder());
    let ran = export(&practice, folder.path(), &[]).ended(4);
    assert!(ran.stderr.contains("the server imports at most 67108864"), "{}", ran.stderr);
    assert!(ran.stderr.contains("--through-target"), "{}", ran.stderr);
    let told = ran.json();
    assert_eq!((&told["importable"], &told["attachments"]["written"]), (&json!(false), &json!(1)));
    assert!(told["reason"].as_str().expect("a reason").contains("67108864"));
}

#[test]
fn a_zip_is_made_complete_from_a_folder_without_any_server() {
    let (practice, folder) = (started(&options()), folder());
    let index = index_in(&practice, folder.path());
    let out = folder.path().join("out");
    let run = nwdesk(["complete", "--json"]).arg(&index).arg("--to").arg(&out);
    let told = run.arg("--from-folder").arg(practice.backups_folder()).run().ended(0).json();
    assert_eq!(told["sources"], json!({"folder": 30}));
    let complete = told["file"].as_str().expect("a path").to_owned();
    let run = nwdesk(["complete", "--json"]).arg(&index).arg("--to").arg(folder.path().join("b"));
    let again = run.args(["--from-zip", &complete]).run().ended(0).json();
    assert_eq!((&again["sources"], &again["sha256"]), (&json!({"zip": 30}), &told["sha256"]));
    let run = nwdesk(["complete", "--json"]).arg(&index).arg("--to").arg(folder.path().join("c"));
    let by_server = run.arg("--from-server").on(&practice).run().ended(0).json();
    assert_eq!((&by_server["sources"], &by_server["sha256"]), (&json!({"server": 30}), &told["sha256"]));
    let run = nwdesk(["complete"]).arg(&index).arg("--to").arg(folder.path().join("d"));
    run.args(["--from-target", "somewhere"]).run().ended(2);
    let run = nwdesk(["complete", "--json"]).arg(&index).arg("--to").arg(folder.path().join("e"));
    let unknown = run.args(["--from-target", "somewhere", "--password-stdin", "--email"]);
    let unknown = unknown.arg(practice.admin_email()).stdin(secret(&practice)).run().ended(1);
    assert_eq!(unknown.error(), "target-not-found");
}

fn secret(practice: &Practice) -> String {
    use secrecy::ExposeSecret as _;
    format!("{}\n", practice.admin_password().expose_secret())
}

#[test]
fn an_encrypted_export_is_decrypted_inspected_and_restored() {
    let (practice, folder) = (started(&options()), folder());
    let (key, wrong) = (folder.path().join("key"), folder.path().join("wrong"));
    std::fs::write(&key, "a long passphrase\n").expect("written");
    std::fs::write(&wrong, "another passphrase\n").expect("written");
    let home = folder.path().join("home");
    let run = nwdesk(["export", "--json", "--encrypt", "--passphrase-file"]).arg(&key).home(&home);
    let told = run.arg("--to").arg(folder.path()).on(&practice).run().ended(0).json();
    let file = told["file"].as_str().expect("a path").to_owned();
    assert!(file.ends_with(".zip.age"), "{file}");
    assert_eq!(names(&home.join("exports")), Vec::<String>::new());
    let out = folder.path().join("out");
    let decrypt = |key: &Path| {
        nwdesk(["decrypt", "--json", &file, "--passphrase-file"]).arg(key).arg("--to").arg(&out).run()
    };
    assert_eq!(decrypt(&wrong).ended(1).error(), "wrong-secret");
    let opened = decrypt(&key).ended(0).json();
    let opened = PathBuf::from(opened["file"].as_str().expect("a path"));
    assert_eq!(told["sha256"], sha256_of(&opened));
    nwdesk(["inspect", &file]).run().ended(2);
    let looked = nwdesk(["inspect", "--json", &file, "--passphrase-file"]).arg(&key).run().ended(0).json();
    assert_eq!((&looked["kind"], &looked["nameHash"]), (&json!("complete"), &json!("match")));
    let run = nwdesk(["restore", &file, "--replace", "--yes", "--passphrase-file"]).arg(&key).home(&home);
    run.on(&practice).run().ended(0);
}

#[test]
fn a_full_disk_leaves_nothing_under_a_final_name() {
    let (practice, folder) = (
        started(&options().sample(Sample {
            ciphers: 2,
            attachments: 2,
            largest_attachment: 3 << 20,
            ..Sample::default()
        })),
        folder(),
    );
    let index = index_in(&practice, folder.path());
    // A small file system of its own, where this computer allows one to be mounted.
    let script = r#"mount -t tmpfs -o size=2m tmpfs "$1" || exit 99
        "$2" complete "$3" --to "$1" --from-folder "$4" --json; echo "$?"; ls -A "$1""#;
    let to = folder.path().join("small");
    std::fs::create_dir(&to).expect("a folder");
    let mut command = std::process::Command::new("unshare");
    command.args(["-rm", "sh", "-c", script, "sh"]).arg(&to).arg(env!("CARGO_BIN_EXE_nwdesk"));
    command.arg(&index).arg(practice.backups_folder()).env("NWDESK_HOME", folder.path().join("home"));
    let Ok(ran) = command.output() else { return };
    if ran.status.code() == Some(99)
        || !String::from_utf8_lossy(&ran.stderr).is_empty() && ran.stdout.is_empty()
    {
        return;
    }
    let said = String::from_utf8(ran.stdout).expect("text");
    assert!(said.contains("disk-full"), "{said}");
    let left: Vec<&str> = said.lines().skip_while(|line| *line != "1").skip(1).collect();
    assert!(!left.is_empty() && left.iter().all(|name| name.starts_with('.')), "{said}");
}

#[cfg(unix)]
#[test]
fn a_cancelled_export_ends_with_130_and_is_resumed() {
    let (practice, folder) = (started(&options()), folder());
    practice.inject(&Fault::Latency { side: Side::Server, milliseconds: 150 }).expect("a switch");
    let run = nwdesk(["export", "--to"]).arg(folder.path()).args(["--parallel", "1"]).on(&practice);
    let child = run.start();
    while !names(folder.path()).iter().any(|name| name.ends_with(".journal")) {
        std::thread::sleep(Duration::from_millis(10));
    }
    std::thread::sleep(Duration::from_millis(600));
    crate::support::interrupt(&child);
    let ended = child.wait_with_output().expect("it ends");
    assert_eq!(ended.status.code(), Some(130));
    assert!(String::from_utf8_lossy(&ended.stderr).contains("--resume"));
    practice.inject(&Fault::RestoreNormal).expect("a switch");
    let told = export(&practice, folder.path(), &["--resume"]).ended(0).json();
    assert_eq!(told["attachments"]["written"], 30);
    assert_eq!(names(folder.path()).len(), 1);
}

/// How often the program is killed; a hundred times with `NWDESK_KILLS=100`.
fn kills() -> u64 {
    std::env::var("NWDESK_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(8)
}

/// What the program was doing when it was killed.
#[cfg(unix)]
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Phase {
    BeforeTheFirstBody,
    WritingBodies,
    Finishing,
    Ended,
}

/// The phase that the files in `to` show, of an export of `all` bodies.
#[cfg(unix)]
fn phase(to: &Path, all: usize) -> Phase {
    let there = names(to);
    if there.iter().any(|name| !name.starts_with('.')) {
        return Phase::Ended;
    }
    let Some(journal) = there.iter().find(|name| name.ends_with(".journal")) else {
        return Phase::BeforeTheFirstBody;
    };
    // The first line says which export it is; bodies are under way as soon as it is there.
    if lines_of(&to.join(journal)) > all { Phase::Finishing } else { Phase::WritingBodies }
}

/// The number of lines of a journal; none when it is gone by now.
#[cfg(unix)]
fn lines_of(journal: &Path) -> usize {
    std::fs::read(journal).unwrap_or_default().iter().filter(|byte| **byte == b'\n').count()
}

/// Waits until the journal in `to` has so many lines, or the program has ended.
#[cfg(unix)]
fn wait_for_lines(to: &Path, lines: usize, child: &mut std::process::Child) {
    let journal = || names(to).into_iter().find(|name| name.ends_with(".journal"));
    while child.try_wait().expect("it can be asked").is_none()
        && journal().is_none_or(|name| lines_of(&to.join(name)) < lines)
    {
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// A number of 32 bits, another one for each `n`.
#[cfg(unix)]
fn mixed(n: u64) -> u32 {
    let mixed = (n + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 31)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    u32::try_from(mixed >> 32).unwrap_or_default()
}

/// A number from 0 to 1, another one for each `n`.
#[cfg(unix)]
fn fraction(n: u64) -> f64 {
    f64::from(mixed(n)) / f64::from(u32::MAX)
}

#[cfg(unix)]
#[test]
fn an_export_killed_at_any_time_leaves_no_bad_file_and_resumes() {
    use std::collections::BTreeMap;
    const BODIES: usize = 30;

    let (practice, folder) = (started(&options()), folder());
    let index = index_in(&practice, folder.path());
    practice.inject(&Fault::Latency { side: Side::Server, milliseconds: 60 }).expect("a switch");
    let complete = |to: &Path| {
        let run = nwdesk(["complete", "--json", "--from-server", "--resume", "--parallel", "3"]).arg(&index);
        run.arg("--to").arg(to).on(&practice)
    };
    // An uninterrupted run, and how long it takes.
    let (to, at) = (folder.path().join("whole"), Instant::now());
    let whole = complete(&to).run().ended(0).json();
    let usual = at.elapsed();
    let expected = std::fs::read(whole["file"].as_str().expect("a path")).expect("readable");
    let mut table: BTreeMap<Phase, (u64, u64)> = BTreeMap::new();
    for kill in 0..kills() {
        let to = folder.path().join(format!("killed-{kill}"));
        let mut child = complete(&to).start();
        // One of five at any moment, also before the first body. The others after any number of
        // bodies, however fast the computer is, and at any moment of those that are under way.
        let at = Instant::now();
        if kill % 5 == 0 {
            std::thread::sleep(usual.mul_f64(fraction(kill)));
        } else {
            // Up to all of them: then the list of entries is written and the file is read.
            wait_for_lines(
                &to,
                1 + usize::try_from(mixed(kill)).expect("32 bits fit") % (BODIES + 1),
                &mut child,
            );
            std::thread::sleep(Duration::from_millis(30).mul_f64(fraction(kill + 1_000)));
        }
        let after = at.elapsed();
        child.kill().expect("killed");
        child.wait().expect("it is over");
        let phase = phase(&to, BODIES);
        for name in names(&to).iter().filter(|name| !name.starts_with('.')) {
            assert!(std::fs::read(to.join(name)).expect("readable") == expected, "killed after {after:?}");
        }
        let resumed = complete(&to).run().ended(0).json();
        let file = PathBuf::from(resumed["file"].as_str().expect("a path"));
        assert!(std::fs::read(&file).expect("readable") == expected, "killed after {after:?}, {phase:?}");
        assert_eq!(names(&to).len(), 1, "{:?}", names(&to));
        let (killed, equal) = table.entry(phase).or_default();
        (*killed, *equal) = (*killed + 1, *equal + 1);
        std::fs::remove_dir_all(&to).expect("removed");
    }
    crate::support::say("phase                 kills  resumed, equal byte for byte");
    for (phase, (killed, equal)) in &table {
        crate::support::say(&format!("{:<20}  {killed:>5}  {equal:>5}", format!("{phase:?}")));
    }
    let of = |phase| table.get(&phase).map_or(0, |(killed, _)| *killed);
    let inside = of(Phase::WritingBodies) + of(Phase::Finishing);
    assert!(inside * 2 >= kills(), "too few kills while it worked: {table:?}");
}
