//! Measures work on targets: whole processes of `nwdesk` against a share and a bucket in this process.
//!
//! `scripts/bench-targets` builds `nwdesk` and runs this; `NWDESK` names another build of it.

#![allow(clippy::print_stdout, reason = "the figures are what one runs this for")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use desk_tests::archive_builder::Backup;
use desk_tests::bucket::Bucket;
use desk_tests::share::Share;
use desk_tests::target_folder::TargetOnDisk;
use tempfile::TempDir;

const MIB: u64 = 1 << 20;
/// How long each request takes.
const LATENCY: Duration = Duration::from_millis(30);
const BACKUPS: usize = 200;
const BODIES: usize = 10_000;

fn main() {
    let only: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let wanted = |name: &str| only.is_empty() || only.iter().any(|one| one == name);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        if wanted("doctor") {
            webdav().await;
            s3().await;
        }
        if wanted("verify") {
            verify().await;
        }
    });
}

/// The program to measure.
fn program() -> PathBuf {
    let beside = || {
        let own = std::env::current_exe().expect("a program");
        own.parent().and_then(Path::parent).expect("a folder").join("nwdesk")
    };
    std::env::var_os("NWDESK").map_or_else(beside, PathBuf::from)
}

/// 200 backups that list 10,000 bodies, a folder for each.
fn write(root: &Path) {
    let target = TargetOnDisk::write(root, BODIES, BODIES);
    let backup = Backup { index_only: true, ..Backup::sample(BODIES, BODIES) };
    let bytes = backup.archive().deflated().build();
    std::fs::remove_file(root.join(&target.zip)).expect("removed");
    for number in 0..BACKUPS {
        std::fs::write(root.join(format!("nodewarden_backup_{number:03}.zip")), &bytes).expect("written");
    }
}

/// Runs `nwdesk target` off the async threads: the time it took, and the most memory it had resident.
async fn run(arguments: Vec<String>) -> (Duration, u64) {
    tokio::task::spawn_blocking(move || {
        let home = TempDir::new().expect("a folder");
        let began = Instant::now();
        let mut child = Command::new(program())
            .arg("target")
            .args(&arguments)
            .arg("--json")
            .env("NWDESK_HOME", home.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .expect("nwdesk starts");
        let status = format!("/proc/{}/status", child.id());
        let mut peak = 0;
        let ended = loop {
            let text = std::fs::read_to_string(&status).unwrap_or_default();
            let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let now = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
            peak = peak.max(now.unwrap_or(0) * 1024);
            if let Some(ended) = child.try_wait().expect("it can be waited for") {
                break ended;
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        assert!(ended.success(), "{arguments:?}: {ended}");
        (began.elapsed(), peak)
    })
    .await
    .expect("it runs")
}

async fn webdav() {
    let share = Share::start().await;
    write(share.folder());
    share.slow(LATENCY);
    let login = share.folder().join(".login");
    std::fs::write(&login, "username=me\npassword=secret\n").expect("written");
    let (time, peak) = run(vec![
        "doctor".into(),
        "--webdav".into(),
        share.url(),
        "--credentials".into(),
        login.display().to_string(),
    ])
    .await;
    println!(
        "doctor, WebDAV, {BACKUPS} backups, {BODIES} bodies, {LATENCY:?} a request: {:.1} s, {} MiB, {} requests, {} at a time",
        time.as_secs_f64(),
        peak / MIB,
        share.asked().len(),
        share.most_under_way()
    );
}

async fn s3() {
    let bucket = Bucket::start("127.0.0.1", "backups", "key", "the secret key").await;
    write(&bucket.folder_of("home"));
    bucket.slow(LATENCY);
    let folder = TempDir::new().expect("a folder");
    let login = folder.path().join("login");
    std::fs::write(&login, "access_key_id=key\nsecret_access_key=the secret key\n").expect("written");
    let (time, peak) = run(vec![
        "doctor".into(),
        "--s3".into(),
        format!("http://{}/backups/home", bucket.address()),
        "--credentials".into(),
        login.display().to_string(),
    ])
    .await;
    println!(
        "doctor, S3, {BACKUPS} backups, {BODIES} bodies, {LATENCY:?} a request: {:.1} s, {} MiB",
        time.as_secs_f64(),
        peak / MIB
    );
}

/// Every body of a plain folder, read in full.
async fn verify() {
    const LARGE: usize = 64;
    let folder = TempDir::new().expect("a folder");
    let mut backup = Backup { index_only: true, ..Backup::sample(LARGE, LARGE) };
    let body = vec![7; usize::try_from(32 * MIB).expect("it fits")];
    let attachments = folder.path().join("attachments");
    for row in backup.db["attachments"].as_array_mut().expect("rows") {
        row["size"] = body.len().into();
        let name = format!("{}/{}", row["cipher_id"].as_str().expect("id"), row["id"].as_str().expect("id"));
        let path = attachments.join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(path, &body).expect("written");
    }
    std::fs::write(folder.path().join("backup.zip"), backup.archive().build()).expect("written");
    let (time, peak) =
        run(vec!["verify".into(), "--deep".into(), "--folder".into(), folder.path().display().to_string()])
            .await;
    let bytes = LARGE as u64 * body.len() as u64;
    println!(
        "verify --deep, a folder with {} MiB: {:.2} s, {:.0} MB/s, {} MiB",
        bytes / MIB,
        time.as_secs_f64(),
        bytes as f64 / 1e6 / time.as_secs_f64(),
        peak / MIB
    );
}
