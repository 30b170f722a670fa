//! Measures exports: whole processes of `nwdesk` against a practice instance, medians.
//!
//! `scripts/bench-exports` builds `nwdesk` and runs this; `NWDESK` names another build of it.

#![allow(clippy::print_stdout, reason = "the figures are what one runs this for")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use desk_core::jobs::{self, BodySource, ExportFrom, ExportOrder, Missing, Outcome, PARALLEL, Resume, Watch};
use desk_core::progress::{Silent, Stage, Update};
use desk_practice::{Fault, Practice, PracticeOptions, RateLimit, Sample, Side};
use desk_tests::at_desk::AtDesk;
use futures_util::{StreamExt, TryStreamExt};
use secrecy::ExposeSecret;
use tempfile::TempDir;

const MIB: u64 = 1 << 20;
/// How often each is measured; the median counts.
const TIMES: usize = 3;

fn main() {
    let only: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let wanted = |name: &str| only.is_empty() || only.iter().any(|one| one == name);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        if wanted("parallel") {
            parallel().await;
        }
        if wanted("memory") {
            memory().await;
        }
        if wanted("limit") {
            limit().await;
        }
    });
}

/// A practice instance whose attachments are all of one size.
async fn instance(attachments: u32, bytes: u64, rate_limit: RateLimit) -> Practice {
    let sample = Sample {
        ciphers: attachments.clamp(1, 400),
        attachments,
        largest_attachment: u32::try_from(bytes).expect("below 4 GiB"),
        all_largest: true,
        ..Sample::default()
    };
    let options = PracticeOptions { rate_limit, ..PracticeOptions::quick() }.sample(sample);
    Practice::start(options).await.expect("a practice instance")
}

fn no_limit() -> RateLimit {
    RateLimit { calls: 1_000_000, window: Duration::from_secs(60) }
}

/// The server's own export: rows and a list of bodies.
async fn index_of(practice: &Practice, folder: &Path) -> PathBuf {
    let desk = AtDesk::at(practice).await;
    let signed = desk.desk.sessions().needs_signed().expect("signed in");
    let incoming = signed.session.export(true, &Silent).await.expect("an export");
    let path = folder.join(incoming.file_name.clone().expect("a name"));
    let bytes: Vec<_> = incoming.body.try_collect().await.expect("a whole body");
    std::fs::write(&path, bytes.concat()).expect("written");
    path
}

/// The program to measure.
fn program() -> PathBuf {
    let beside = || {
        let own = std::env::current_exe().expect("a program");
        own.parent().and_then(Path::parent).expect("a folder").join("nwdesk")
    };
    std::env::var_os("NWDESK").map_or_else(beside, PathBuf::from)
}

/// Runs `nwdesk complete` to its end: the time it took, and the most memory it had resident.
fn complete(practice: &Practice, index: &Path, to: &Path, parallel: usize) -> (Duration, u64) {
    let began = Instant::now();
    let mut command = Command::new(program());
    command.arg("complete").arg(index).arg("--to").arg(to).args(["--from-server", "--json", "--server"]);
    command.args([practice.server_url(), "--email", practice.admin_email(), "--password-stdin"]);
    command.args(["--parallel", &parallel.to_string()]).env("NWDESK_HOME", to.join("home"));
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().expect("nwdesk runs");
    let mut stdin = child.stdin.take().expect("piped");
    let password = format!("{}\n", practice.admin_password().expose_secret());
    std::io::Write::write_all(&mut stdin, password.as_bytes()).expect("it reads");
    drop(stdin);
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    let ended = loop {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        peak = peak.max(line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0));
        if let Some(ended) = child.try_wait().expect("it can be waited for") {
            break ended;
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    // 4: complete, and over a limit of the import.
    assert!(matches!(ended.code(), Some(0 | 4)), "{ended}");
    (began.elapsed(), peak)
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// 180 bodies of 1 MiB with 80 ms of latency, in parallel and one at a time.
async fn parallel() {
    let practice = instance(180, MIB, no_limit()).await;
    let folder = TempDir::new().expect("a folder");
    let index = index_of(&practice, folder.path()).await;
    println!("practice instance alone: {}", ceiling(&practice, &index).await);
    practice.inject(&Fault::Latency { side: Side::Server, milliseconds: 80 }).expect("a switch");
    let measure = |parallel: usize| {
        let times = (0..TIMES).map(|_| {
            let to = TempDir::new().expect("a folder");
            complete(&practice, &index, to.path(), parallel).0
        });
        median(times.collect())
    };
    let (many, one) = (measure(PARALLEL), measure(1));
    println!(
        "180 bodies of 1 MiB, 80 ms latency: {PARALLEL} at a time {:.2} s, one at a time {:.2} s, {:.1} times faster",
        many.as_secs_f64(),
        one.as_secs_f64(),
        one.as_secs_f64() / many.as_secs_f64()
    );
}

/// How fast the practice instance sends bodies to someone who throws them away.
async fn ceiling(practice: &Practice, index: &Path) -> String {
    let desk = AtDesk::at(practice).await;
    let signed = desk.desk.sessions().needs_signed().expect("signed in");
    let never = tokio_util::sync::CancellationToken::new();
    let Ok(Outcome::Done(all)) = desk_core::archive::attachments(index, &never) else { panic!("rows") };
    let began = Instant::now();
    let bodies = futures_util::stream::iter(all.iter().map(desk_core::archive::Attachment::blob_name));
    let session = &signed.session;
    let sizes = bodies.map(|name| async move {
        let incoming = session.blob(&name, &Silent).await.expect("a body");
        incoming.body.fold(0_u64, |sum, chunk| async move { sum + chunk.expect("bytes").len() as u64 }).await
    });
    let bytes: u64 = sizes.buffer_unordered(PARALLEL).collect::<Vec<_>>().await.into_iter().sum();
    let took = began.elapsed().as_secs_f64();
    let (bodies, mib) = (all.len() as f64, bytes as f64 / MIB as f64);
    format!("{:.0} bodies a second, {:.0} MiB a second", bodies / took, mib / took)
}

/// 2 GiB: the most memory, and what writing costs beside a copy.
async fn memory() {
    let practice = instance(128, 16 * MIB, no_limit()).await;
    let folder = TempDir::new().expect("a folder");
    let index = index_of(&practice, folder.path()).await;
    let to = TempDir::new().expect("a folder");
    let (took, peak) = complete(&practice, &index, to.path(), PARALLEL);
    println!(
        "2 GiB in 128 bodies: {:.1} s, at most {:.1} MiB resident",
        took.as_secs_f64(),
        peak as f64 / 1024.0
    );
    drop(to);
    let (mut writing, mut copying) = (Vec::new(), Vec::new());
    for _ in 0..TIMES {
        let to = TempDir::new().expect("a folder");
        writing.push(written(&index, practice.bodies_folder(), to.path()).await);
        let made = std::fs::read_dir(to.path()).expect("a folder").find_map(|entry| {
            let path = entry.expect("an entry").path();
            path.extension().is_some_and(|ending| ending == "zip").then_some(path)
        });
        let began = Instant::now();
        let copy = to.path().join("copy");
        let made = made.expect("the export");
        assert!(Command::new("cp").arg(&made).arg(&copy).status().expect("cp runs").success());
        std::fs::File::open(&copy).and_then(|file| file.sync_all()).expect("on the disk");
        copying.push(began.elapsed());
    }
    let (writing, copying) = (median(writing), median(copying));
    println!(
        "writing 2 GiB (with SHA-256 and CRC-32 of each body, on the disk): {:.2} s; cp of the same, on the disk: {:.2} s; {:.2} times",
        writing.as_secs_f64(),
        copying.as_secs_f64(),
        writing.as_secs_f64() / copying.as_secs_f64()
    );
}

/// The time from the first body to the whole file on the disk, without the inspection after it.
async fn written(index: &Path, bodies: &Path, to: &Path) -> Duration {
    let marks: Arc<Mutex<Vec<(Stage, Instant)>>> = Arc::default();
    let heard = Arc::clone(&marks);
    let listener = move |update| {
        if let Update::Stage { stage } = update {
            heard.lock().expect("not poisoned").push((stage, Instant::now()));
        }
    };
    let watch = Watch { progress: Arc::new(listener), ..Watch::silent() };
    let order = ExportOrder {
        from: ExportFrom::Zip(index.to_owned()),
        folder: to.to_owned(),
        work: None,
        sources: vec![BodySource::Folder(bodies.to_owned())],
        session: None,
        missing: Missing::Fail,
        parallel: PARALLEL,
        passphrase: None,
        resume: Resume::New,
        ask_over_limits: false,
    };
    let Ok(Outcome::Done(_)) = jobs::export(&order, &watch).await else { panic!("the export ends") };
    let marks = marks.lock().expect("not poisoned");
    let from = marks.iter().find(|(stage, _)| *stage == Stage::FetchingAttachments).expect("it began").1;
    let last = marks.iter().rev().find(|(stage, _)| *stage == Stage::CheckingHere).expect("it was read").1;
    last.duration_since(from)
}

/// 1,000 bodies under the limit of 200 calls a minute.
async fn limit() {
    let rate_limit = RateLimit { calls: 200, window: Duration::from_secs(60) };
    let practice = instance(1_000, 1_024, rate_limit).await;
    let folder = TempDir::new().expect("a folder");
    let index = index_of(&practice, folder.path()).await;
    // The calls that made the index are forgotten by then.
    tokio::time::sleep(rate_limit.window).await;
    let to = TempDir::new().expect("a folder");
    let (took, _) = complete(&practice, &index, to.path(), PARALLEL);
    println!(
        "1,000 bodies under 200 calls a minute: {:.1} s; the limit itself allows 1,000 calls in {:.0} s",
        took.as_secs_f64(),
        1_000.0 / 200.0 * 60.0
    );
}
