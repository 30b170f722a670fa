//! Responses that are refused, repeated or ended: odd connections, rate limits at
//! sign-in, pages in place of files, and responses that are far too large.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use desk_core::Code;
use desk_core::jobs::{DownloadJob, DownloadResult, IfThere, JobRecord, JobResult, JobState};
use desk_core::progress::{Silent, Update};
use desk_practice::{Generation, PracticeOptions};
use desk_tests::at_desk::{form, names_in};
use tokio_util::sync::CancellationToken;

use crate::between::Interception;
use crate::table::{DOWNLOAD, LIST, RUN, SETTINGS, Table, code};

const INTEGRITY: &str = "/api/admin/backup/remote/integrity";
const TOKEN: &str = "/identity/connect/token";
const PRELOGIN: &str = "/identity/accounts/prelogin";
const BOOTSTRAP: &str = "/api/web-bootstrap";

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_probe_does_not_affect_the_next_request() {
    let table = Table::with(PracticeOptions::quick().generation(Generation::V1_5)).await;
    table.backup().await;
    let (path, target_id) = (table.desk.zips().await[0].path.clone(), table.desk.target().await);
    table.between.when(|asked| match (asked.method().as_str(), asked.uri().path()) {
        ("POST", INTEGRITY | DOWNLOAD) => Interception::UnknownAndDeaf,
        _ => Interception::Pass,
    });
    let signed = table.session();
    let session = desk_core::server::Session::resume(
        signed.session.server().clone(),
        signed.session.account().clone(),
        signed.session.refresh_token(),
        None,
        None,
    );
    session.confirm(&table.practice.admin_password()).await.expect("confirmed");
    let probes = || table.between.seen().iter().filter(|one| **one == format!("POST {INTEGRITY}")).count();
    let before = probes();
    session.integrity(&target_id, &path, &Silent).await.expect("answered on a new connection");
    session.integrity(&target_id, &path, &Silent).await.expect("answered");
    assert_eq!(probes() - before, 1, "what the server speaks is remembered");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rate_limit_at_sign_in_is_waited_for_and_shown() {
    for path in [BOOTSTRAP, PRELOGIN, TOKEN] {
        let table = Table::set().await;
        let busy = br#"{"error":"Too many requests","error_description":"Slow down."}"#.to_vec();
        table.between.once_at(path, Interception::Instead(429, vec![("retry-after", "1")], busy));
        let waits = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&waits);
        table.desk.desk.sessions().report_waits_to(Arc::new(move |update| {
            if let Update::Waiting { seconds } = update {
                heard.lock().expect("not poisoned").push(seconds);
            }
        }));
        let entered = form(&table.between.url, table.practice.admin_email(), table.practice.admin_password());
        table.desk.desk.sessions().sign_in(entered).await.unwrap_or_else(|error| panic!("{path}: {error:?}"));
        assert_eq!(*waits.lock().expect("not poisoned"), [1], "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wait_at_sign_in_can_be_stopped() {
    let table = Table::set().await;
    table.desk.desk.sessions().sign_out().await.expect("signed out");
    let busy = br#"{"error":"Too many requests"}"#.to_vec();
    table.between.at(PRELOGIN, Interception::Instead(429, vec![("retry-after", "60")], busy));
    let cancel = CancellationToken::new();
    let stop = cancel.clone();
    table.desk.desk.sessions().report_waits_to(Arc::new(move |update| {
        if matches!(update, Update::Waiting { seconds: 60 }) {
            stop.cancel();
        }
    }));
    let entered = form(&table.between.url, table.practice.admin_email(), table.practice.admin_password());
    let began = Instant::now();
    let error =
        table.desk.desk.sessions().sign_in_until(entered, None, &cancel).await.err().expect("stopped");
    assert_eq!(error.code(), Code::Stopped);
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rate_limit_of_an_hour_ends_the_sign_in_with_that_time() {
    let table = Table::set().await;
    let busy = br#"{"error":"Too many requests"}"#.to_vec();
    table.between.at(PRELOGIN, Interception::Instead(429, vec![("retry-after", "3600")], busy));
    let entered = form(&table.between.url, table.practice.admin_email(), table.practice.admin_password());
    let error = table.desk.desk.sessions().sign_in(entered).await.err().expect("refused");
    assert_eq!(error.code(), Code::RateLimited);
    assert!(error.body().hint.contains("1 hour"), "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_web_page_or_a_truncated_body_is_not_saved_as_a_backup() {
    let table = Table::set().await;
    table.backup().await;
    let (path, target_id) = (table.desk.zips().await[0].path.clone(), table.desk.target().await);
    let folder = table.desk.folder.path().join("downloads");
    let work = || DownloadJob::into_folder(target_id.clone(), path.clone(), folder.clone(), IfThere::Refuse);
    let page = include_bytes!("../../fixtures/cases/download_page.html").to_vec();
    for (kind, body, told) in [
        ("text/html; charset=utf-8", page.clone(), Code::NotNodeWarden),
        ("application/zip", page, Code::NotNodeWarden),
        ("application/zip", b"PK\x03\x04 and no more".to_vec(), Code::ConnectionLost),
    ] {
        table.between.at(DOWNLOAD, Interception::Instead(200, vec![("content-type", kind)], body.clone()));
        let job = table.desk.run(work()).await;
        assert_eq!((job.state, code(&job)), (JobState::Failed, Some(told)), "{kind}: {job:?}");
        assert!(names_in(&folder).is_empty(), "{kind}");
        // Once is a bad moment: the next try brings the backup.
        table.between.once_at(DOWNLOAD, Interception::Instead(200, vec![("content-type", kind)], body));
        assert_eq!(table.desk.run(work()).await.state, JobState::Succeeded, "{kind}");
        std::fs::remove_file(folder.join(&path)).expect("removed");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_identical_download_is_fine_and_another_file_is_kept() {
    let table = Table::set().await;
    table.backup().await;
    let (path, target_id) = (table.desk.zips().await[0].path.clone(), table.desk.target().await);
    let folder = table.desk.folder.path().join("downloads");
    let work = || DownloadJob::into_folder(target_id.clone(), path.clone(), folder.clone(), IfThere::Refuse);
    assert_eq!(table.desk.run(work()).await.state, JobState::Succeeded);
    assert_eq!(table.desk.run(work()).await.state, JobState::Succeeded, "the same bytes are there");
    let mut other = std::fs::read(folder.join(&path)).expect("readable");
    other[100] ^= 1;
    std::fs::write(folder.join(&path), &other).expect("written");
    assert_eq!(code(&table.desk.run(work()).await), Some(Code::FileExists));
    assert_eq!(std::fs::read(folder.join(&path)).expect("readable"), other);
    assert_eq!(names_in(&folder), [path]);
}

fn downloaded(job: JobRecord) -> DownloadResult {
    match job.result {
        Some(JobResult::Download(download)) => download,
        other => panic!("{:?} {other:?}", job.error),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_existing_file_is_kept_or_replaced_as_chosen() {
    let table = Table::set().await;
    table.backup().await;
    let (path, target_id) = (table.desk.zips().await[0].path.clone(), table.desk.target().await);
    let folder = table.desk.folder.path().join("downloads");
    let run = |if_there| {
        let (path, target_id) = (path.clone(), target_id.clone());
        table.desk.run(DownloadJob::into_folder(target_id, path, folder.clone(), if_there))
    };
    let first = downloaded(run(IfThere::Refuse).await);
    assert!(!first.already_here);
    let good = std::fs::read(&first.saved_to).expect("readable");
    for if_there in [IfThere::Refuse, IfThere::Overwrite, IfThere::KeepBoth] {
        let again = downloaded(run(if_there).await);
        assert!(again.already_here && again.saved_to == first.saved_to, "{if_there:?} {again:?}");
    }
    assert_eq!(names_in(&folder), std::slice::from_ref(&path));
    // Other bytes of the same size, and a file of another size.
    let mut other = good.clone();
    other[100] ^= 1;
    for (nth, mine) in [other, b"mine".to_vec()].into_iter().enumerate() {
        std::fs::write(&first.saved_to, &mine).expect("written");
        assert_eq!(code(&run(IfThere::Refuse).await), Some(Code::FileExists));
        let beside = downloaded(run(IfThere::KeepBoth).await);
        let number = format!("{} ({}).zip", path.trim_end_matches(".zip"), nth + 1);
        assert_eq!(beside.saved_to, folder.join(number).to_string_lossy());
        assert_eq!(std::fs::read(&beside.saved_to).expect("readable"), good);
        assert_eq!(std::fs::read(&first.saved_to).expect("readable"), mine);
        assert_eq!(downloaded(run(IfThere::Overwrite).await).saved_to, first.saved_to);
        assert_eq!(std::fs::read(&first.saved_to).expect("readable"), good);
    }
    assert_eq!(names_in(&folder).len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_download_replaces_no_file() {
    let table = Table::set().await;
    table.backup().await;
    let (path, target_id) = (table.desk.zips().await[0].path.clone(), table.desk.target().await);
    let folder = table.desk.folder.path().join("downloads");
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join(&path), b"mine").expect("written");
    table.practice.inject(&desk_practice::Fault::FlipBit { file: None }).expect("flipped");
    let work = DownloadJob::into_folder(target_id, path.clone(), folder.clone(), IfThere::Overwrite);
    let job = table.desk.run(work).await;
    assert_eq!(job.state, JobState::Attention);
    assert!(downloaded(job).saved_to.ends_with(" (1).zip"));
    assert_eq!(std::fs::read(folder.join(&path)).expect("readable"), b"mine");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_verification_on_the_target_is_not_a_refused_backup() {
    let table = Table::set().await;
    for (body, kind) in [
        (&include_bytes!("../../fixtures/cases/error_upload_verify_404.json")[..], "target-not-returned"),
        (&include_bytes!("../../fixtures/cases/error_redirects.json")[..], "target-redirects"),
    ] {
        let headers = vec![("content-type", "application/json")];
        table.between.at(RUN, Interception::Instead(500, headers, body.to_vec()));
        let job = table.backup().await;
        assert_eq!(code(&job), Some(Code::TargetFailed), "{job:?}");
        assert_eq!(job.error.expect("failed").kind(), kind);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_entries_do_not_hide_the_rest_of_a_listing() {
    let table = Table::set().await;
    let listing = br#"{"object":"backup-remote-browser","items":[
        {"path":"a.zip","name":"a.zip","isDirectory":false,"size":-1,"modifiedAt":null},
        {"path":"b.zip","name":"b.zip","isDirectory":false,"size":5,"modifiedAt":null}]}"#;
    let headers = vec![("content-type", "application/json")];
    table.between.at(LIST, Interception::Instead(200, headers, listing.to_vec()));
    let items = table.session().session.list(None, "").await.expect("listed").value;
    let sizes: Vec<_> = items.iter().map(|item| (item.name.as_str(), item.size)).collect();
    assert_eq!(sizes, [("a.zip", None), ("b.zip", Some(5))]);
}

/// Small in bytes, and many times that as values.
fn nested(bytes: usize) -> Vec<u8> {
    let mut body =
        br#"{"kdf":0,"kdfIterations":600000,"jwtUnsafeReason":null,"destinations":[],"x":["#.to_vec();
    while body.len() < bytes {
        body.extend_from_slice(br#"{"":0},"#);
    }
    body.extend_from_slice(b"0]}");
    body
}

#[tokio::test(flavor = "multi_thread")]
async fn a_response_that_is_far_too_large_is_refused_early() {
    let table = Table::set().await;
    let headers = || vec![("content-type", "application/json")];
    for path in [BOOTSTRAP, PRELOGIN, TOKEN] {
        table.between.at(path, Interception::Instead(200, headers(), nested(300 << 10)));
        let entered = form(&table.between.url, table.practice.admin_email(), table.practice.admin_password());
        assert!(table.desk.desk.sessions().sign_in(entered).await.is_err(), "{path}");
    }
    for size in [3 << 20, 30 << 20] {
        table.between.at(SETTINGS, Interception::Instead(200, headers(), nested(size)));
        let error = table.session().session.targets().await.expect_err("too large");
        assert_eq!(error.code(), Code::AnswerUnreadable, "{size}");
    }
    #[cfg(target_os = "linux")]
    {
        let status = std::fs::read_to_string("/proc/self/status").expect("readable");
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a peak");
        let kib: u64 = peak.trim().trim_end_matches(" kB").parse().expect("a number");
        // The test process contains the hostile responses and a whole server besides the app.
        assert!(kib < 384 << 10, "{kib} KiB");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_response_that_arrives_too_slowly_times_out() {
    let table = Table::set().await;
    table.between.at(SETTINGS, Interception::Trickle);
    let began = Instant::now();
    let error = table.session().session.targets().await.expect_err("never whole");
    assert_eq!(error.code(), Code::TimedOut);
    assert!(began.elapsed() < Duration::from_secs(30), "{:?}", began.elapsed());
}
