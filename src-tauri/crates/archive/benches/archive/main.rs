//! How fast backups are read, whole processes against whole processes: each
//! pair runs one after the other, and the median counts. `cargo bench -p
//! desk-core --bench archive` makes the files once, measures and prints.

#![allow(clippy::print_stdout, clippy::print_stderr)]

mod files;
mod rows;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use desk_archive::{InspectOptions, first_facts, inspect};
use desk_base::Outcome;
use desk_base::progress::Silent;
use tokio_util::sync::CancellationToken;

const PAIRS: usize = 11;
const MIB: f64 = 1024.0 * 1024.0;
/// No inspection may hold more, whatever the file's size.
const MOST_RESIDENT_MIB: f64 = 64.0;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["inspect", path] => look(Path::new(path)),
        ["first", path] => first(Path::new(path)),
        ["rows", path] => println!("{} rows", rows::read(Path::new(path))),
        _ => return measure_all(),
    }
    ExitCode::SUCCESS
}

fn look(path: &Path) {
    match inspect(path, &InspectOptions::default(), &Silent, &CancellationToken::new()) {
        Ok(Outcome::Done(report)) => {
            println!("intact {} kind {:?} {}", report.intact, report.kind, report.file.sha256);
        }
        other => println!("not inspected: {other:?}"),
    }
    if let Some(kib) = peak_resident_kib() {
        println!("resident {kib}");
    }
}

fn first(path: &Path) {
    let started = Instant::now();
    let facts = first_facts(path);
    println!("kind {:?} in {:?}", facts.map(|facts| facts.kind), started.elapsed());
}

/// The most memory that this process held, where the system reports it.
fn peak_resident_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches("kB").trim().parse().ok()
}

/// What a process took.
struct Run {
    time: Duration,
    resident_mib: Option<f64>,
}

fn run(command: &mut Command) -> Run {
    let started = Instant::now();
    let output = command.output().expect("the program can be started");
    let time = started.elapsed();
    assert!(output.status.success(), "{command:?} failed: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stdout);
    let kib = text.lines().find_map(|line| line.strip_prefix("resident ")?.parse::<f64>().ok());
    Run { time, resident_mib: kib.map(|kib| kib / 1024.0) }
}

fn own(verb: &str, path: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("this program has a path"));
    command.args([verb.as_ref(), path.as_os_str()]);
    command
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// One line of the table; true when it holds.
fn line(what: &str, measured: &str, limit: &str, holds: bool) -> bool {
    println!("{} {what:46} {measured:34} {limit}", if holds { "ok  " } else { "OVER" });
    holds
}

/// Runs both alternately and compares the medians.
fn pair(what: &str, mut ours: Command, mut theirs: Command, most: f64) -> bool {
    let (mut our_times, mut their_times, mut resident) = (Vec::new(), Vec::new(), 0.0_f64);
    run(&mut ours);
    run(&mut theirs);
    for _ in 0..PAIRS {
        let run_of_ours = run(&mut ours);
        our_times.push(run_of_ours.time.as_secs_f64());
        resident = resident.max(run_of_ours.resident_mib.unwrap_or(0.0));
        their_times.push(run(&mut theirs).time.as_secs_f64());
    }
    let (ours, theirs) = (median(our_times), median(their_times));
    let ratio = ours / theirs;
    let times = format!("{ours:.3} s against {theirs:.3} s = {ratio:.2}");
    let fast = line(what, &times, &format!("at most {most:.2}"), ratio <= most);
    line("  resident", &format!("{resident:.1} MiB"), "at most 64 MiB", resident <= MOST_RESIDENT_MIB) && fast
}

/// Runs ours alone against a limit in seconds.
fn alone(what: &str, mut ours: Command, most: f64) -> bool {
    run(&mut ours);
    let runs: Vec<Run> = (0..PAIRS).map(|_| run(&mut ours)).collect();
    let resident = runs.iter().filter_map(|run| run.resident_mib).fold(0.0, f64::max);
    let time = median(runs.iter().map(|run| run.time.as_secs_f64()).collect());
    let measured =
        if resident > 0.0 { format!("{time:.3} s, {resident:.1} MiB") } else { format!("{time:.3} s") };
    line(
        what,
        &measured,
        &format!("at most {most:.2} s, 64 MiB"),
        time <= most && resident <= MOST_RESIDENT_MIB,
    )
}

fn measure_all() -> ExitCode {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("bench");
    let made = match files::make(&folder) {
        Ok(made) => made,
        Err(error) => {
            eprintln!("The files could not be made: {error}");
            return ExitCode::FAILURE;
        }
    };
    let size = |path: &Path| std::fs::metadata(path).map_or(0.0, |facts| facts.len() as f64 / MIB);
    println!("{PAIRS} pairs each, medians; whole processes, files in the cache");
    let mut openssl = Command::new("openssl");
    openssl.args(["dgst", "-sha256"]).arg(&made.gibibyte);
    let what = |name: &str, path: &Path| format!("{name} ({:.0} MiB)", size(path));
    let held = [
        pair(
            &what("256 entries against openssl", &made.gibibyte),
            own("inspect", &made.gibibyte),
            openssl,
            1.15,
        ),
        alone(&what("10,000 entries", &made.many), own("inspect", &made.many), 0.35),
        pair(
            &what("db.json against serde_json", &made.rows),
            own("inspect", &made.rows),
            own("rows", &made.rows_text),
            1.5,
        ),
        alone("first facts of 256 entries", own("first", &made.gibibyte), 0.2),
        alone("first facts of 10,000 entries", own("first", &made.many), 0.2),
        alone("first facts of 100,000 entries", own("first", &made.hostile), 0.2),
    ];
    if held.iter().all(|held| *held) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
