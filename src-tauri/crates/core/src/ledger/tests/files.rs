//! The ledger as a file: other processes, damage, other versions.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use super::*;
use crate::Code;
use crate::jobs::{JobKind, JobState};

fn open(folder: &Path) -> Result<Ledger> {
    Ledger::open(folder, &At(100))
}

fn begin(ledger: &Ledger) -> i64 {
    ledger.begin_job(JobKind::Backup, None, "NAS", second(0)).expect("started").id
}

fn state(ledger: &Ledger, id: i64) -> JobState {
    ledger.job(id).expect("read").expect("kept").state
}

fn file(folder: &Path) -> PathBuf {
    folder.join(FILE_NAME)
}

#[test]
fn what_was_written_is_there_after_opening_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let deep = folder.path().join("made/on/the/way");
    let id = {
        let ledger = open(&deep).expect("opened");
        let id = begin(&ledger);
        ledger.end_job(id, JobState::Succeeded, None, None, second(1)).expect("ended");
        id
    };
    assert_eq!(state(&open(&deep).expect("opened"), id), JobState::Succeeded);
}

#[cfg(unix)]
#[test]
fn no_one_else_can_read_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().expect("a folder");
    let inner = folder.path().join("data");
    let ledger = open(&inner).expect("opened");
    begin(&ledger);
    let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
    assert_eq!(mode(&inner), 0o700);
    assert_eq!(mode(&file(&inner)), 0o600);
    assert_eq!(mode(&inner.join(format!("{FILE_NAME}-wal"))), 0o600);
}

#[cfg(unix)]
#[test]
fn a_folder_that_others_could_read_is_tightened_at_the_next_start() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().expect("a folder");
    let inner = folder.path().join("data");
    drop(open(&inner).expect("opened"));
    let set = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("set");
    set(&inner, 0o755);
    set(&file(&inner), 0o644);
    drop(open(&inner).expect("opened again"));
    let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
    assert_eq!((mode(&inner), mode(&file(&inner))), (0o700, 0o600));
}

#[test]
fn a_running_job_of_a_process_that_ended_was_interrupted() {
    let folder = tempfile::tempdir().expect("a folder");
    let id = begin(&open(folder.path()).expect("opened"));
    let ledger = open(folder.path()).expect("opened");
    let job = ledger.job(id).expect("read").expect("kept");
    assert_eq!(job.state, JobState::Interrupted);
    assert_eq!(job.ended_at, Some(time(second(100))));
}

#[test]
fn a_running_job_of_a_live_process_is_unchanged() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = open(folder.path()).expect("opened");
    let id = begin(&first);
    let second_one = open(folder.path()).expect("opened beside");
    assert_eq!(state(&second_one, id), JobState::Running);
    let refused = second_one.end_job(id, JobState::Failed, None, None, second(1)).expect_err("not its own");
    assert_eq!(refused.code(), Code::LedgerFailed);
    first.end_job(id, JobState::Succeeded, None, None, second(1)).expect("still its own");
}

/// Not a separate test: what the next one starts and kills.
#[test]
fn the_process_that_will_be_killed() {
    let Some(folder) = std::env::var_os("DESK_LEDGER_TO_BE_KILLED") else { return };
    let ledger = open(Path::new(&folder)).expect("opened");
    fs::write(Path::new(&folder).join("begun"), begin(&ledger).to_string()).expect("written");
    std::thread::sleep(Duration::from_secs(60));
}

#[test]
fn a_killed_process_leaves_an_interrupted_job_and_a_whole_ledger() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut child = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "ledger::tests::files::the_process_that_will_be_killed", "--nocapture"])
        .env("DESK_LEDGER_TO_BE_KILLED", folder.path())
        .stdout(Stdio::piped())
        .spawn()
        .expect("this program can be started");
    let begun = folder.path().join("begun");
    let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
    while !fs::read_to_string(&begun).is_ok_and(|id| !id.is_empty()) {
        assert!(child.try_wait().expect("a child").is_none(), "it ended early: {:?}", lines.next());
        std::thread::sleep(Duration::from_millis(20));
    }
    let id: i64 = fs::read_to_string(&begun).expect("written").parse().expect("a number");

    assert_eq!(state(&open(folder.path()).expect("opened beside"), id), JobState::Running);
    child.kill().expect("killed");
    child.wait().expect("gone");
    assert_eq!(state(&open(folder.path()).expect("opened after"), id), JobState::Interrupted);
    assert_eq!(fs::read_dir(folder.path().join("running")).expect("a folder").count(), 0, "no lock is left");
}

#[test]
fn many_can_open_a_new_ledger_together() {
    let folder = tempfile::tempdir().expect("a folder");
    let ids = std::thread::scope(|scope| {
        let openers: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    let ledger = open(folder.path()).expect("opened");
                    let id = begin(&ledger);
                    ledger.end_job(id, JobState::Succeeded, None, None, second(1)).expect("ended");
                    id
                })
            })
            .collect();
        openers.into_iter().map(|opener| opener.join().expect("no panic")).collect::<Vec<_>>()
    });
    let ledger = open(folder.path()).expect("opened");
    assert!(ids.iter().all(|id| state(&ledger, *id) == JobState::Succeeded));
}

#[test]
fn a_file_that_is_not_a_ledger_is_an_error_and_unchanged() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = "this is not a database, but someone may need it ".repeat(100);
    fs::write(file(folder.path()), &text).expect("written");
    let error = open(folder.path()).expect_err("no ledger");
    assert_eq!(error.code(), Code::LedgerFailed);
    assert_eq!(error.kind(), "ledger-damaged");
    assert_eq!(fs::read_to_string(file(folder.path())).expect("still there"), text);
}

#[test]
fn a_damaged_page_is_noticed_when_opening() {
    let folder = tempfile::tempdir().expect("a folder");
    {
        let ledger = open(folder.path()).expect("opened");
        for _ in 0..500 {
            begin(&ledger);
        }
    }
    let mut bytes = fs::read(file(folder.path())).expect("readable");
    let from = bytes.len() / 2;
    bytes[from..].fill(0x5a);
    fs::write(file(folder.path()), &bytes).expect("written");
    let error = open(folder.path()).expect_err("damaged");
    assert_eq!(error.kind(), "ledger-damaged");
    assert_eq!(fs::read(file(folder.path())).expect("still there"), bytes);
}

#[test]
fn a_ledger_moved_aside_is_replaced_and_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(file(folder.path()), "broken ".repeat(200)).expect("written");
    open(folder.path()).expect_err("damaged");
    let aside = Ledger::move_aside(folder.path(), &At(0)).expect("moved");
    assert_eq!(fs::read_to_string(&aside).expect("kept"), "broken ".repeat(200));
    assert_eq!(aside.file_name().and_then(|name| name.to_str()), Some("ledger-20260921-141320.sqlite3"));
    open(folder.path()).expect("a new one");

    let error = Ledger::move_aside(folder.path(), &At(0)).expect_err("the name is taken");
    assert_eq!(error.code(), Code::FileExists);
    open(folder.path()).expect("still the new one");
}

#[test]
fn a_ledger_of_a_newer_version_is_not_changed() {
    let folder = tempfile::tempdir().expect("a folder");
    open(folder.path()).expect("opened");
    let newer = Connection::open(file(folder.path())).expect("opened");
    newer.pragma_update(None, "user_version", 99).expect("set");
    drop(newer);
    let before = fs::read(file(folder.path())).expect("readable");
    let error = open(folder.path()).expect_err("newer");
    assert_eq!(error.kind(), "ledger-newer");
    assert_eq!(fs::read(file(folder.path())).expect("still there"), before);
}

#[test]
fn a_full_disk_is_reported_and_loses_nothing_written_before() {
    let ledger = ledger();
    let id = begin(&ledger);
    {
        let connection = ledger.lock();
        let pages: i64 = connection.query_row("PRAGMA page_count", [], |row| row.get(0)).expect("a number");
        let _: i64 = connection
            .query_row(&format!("PRAGMA max_page_count = {pages}"), [], |row| row.get(0))
            .expect("set");
    }
    let error = ledger
        .begin_job(JobKind::Backup, None, &"long ".repeat(10_000), second(0))
        .expect_err("there is no page left");
    assert_eq!(error.code(), Code::DiskFull);
    assert_eq!(state(&ledger, id), JobState::Running);
}

#[test]
fn a_folder_that_cannot_be_made_names_its_path() {
    let folder = tempfile::tempdir().expect("a folder");
    let in_the_way = folder.path().join("file");
    fs::write(&in_the_way, "").expect("written");
    let error = open(&in_the_way.join("data")).expect_err("a file is no folder");
    assert!(error.to_string().contains("file/data"), "{error:?}");
}
