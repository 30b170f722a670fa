//! What the network and the server can do to a job: what a person sees, and that
//! nothing is left half done.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::http::Method;
use desk_core::Code;
use desk_core::jobs::{DownloadJob, IfThere, IntegrityJob, JobState};
use desk_core::progress::Update;
use desk_core::server::{
    Connection, ConnectionSecrets, Credentials, Generation, Server, ServerAddress, Session, SignIn, Timeouts,
};
use desk_practice::{Practice, PracticeOptions, RateLimit, Sample};
use desk_tests::at_desk::{AtDesk, form, names_in};
use futures_util::StreamExt;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::between::{Between, Interception};
use crate::player::Player;
use crate::table::{DOWNLOAD, RESTORE, SETTINGS, Table, code, hasty};

#[tokio::test(flavor = "multi_thread")]
async fn interrupted_and_stalled_responses_are_requested_again() {
    for fault in [
        Interception::HalfBody,
        Interception::HalfChunked,
        Interception::StallBody,
        Interception::DropBefore,
        Interception::DropAfter,
        Interception::Stall,
    ] {
        let table = Table::set().await;
        table.between.once_at(SETTINGS, fault.clone());
        table.desk.desk.board().overview().await.unwrap_or_else(|error| panic!("{fault:?}: {error:?}"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_never_responds_times_out() {
    let table = Table::set().await;
    table.between.at(SETTINGS, Interception::Stall);
    let error = table.desk.desk.board().overview().await.expect_err("no answer");
    assert_eq!(error.code(), Code::TimedOut);
    let asked = table.between.seen().iter().filter(|asked| asked.ends_with(SETTINGS)).count();
    assert_eq!(asked, 1 + 3, "once at the sign-in, then three times and no more");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_cannot_be_connected_to_in_time_is_not_reached() {
    // An address that swallows what is sent to it (RFC 5737).
    let server = Server::reached(
        ServerAddress::parse("https://192.0.2.1").expect("an address"),
        &Connection::default(),
        &ConnectionSecrets::default(),
        Timeouts { connecting: Duration::from_millis(300), ..hasty() },
    );
    let began = Instant::now();
    let error = server.expect("a client").probe().await.expect_err("nobody is there");
    assert!([Code::HostUnreachable, Code::TimedOut].contains(&error.code()), "{error:?}");
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_download_leaves_no_file_and_an_unsized_one_is_complete() {
    let table = Table::set().await;
    table.backup().await;
    let target_id = table.desk.target().await;
    let path = table.desk.zips().await[0].path.clone();
    let folder = table.desk.folder.path().join("downloads");
    let work = || DownloadJob::into_folder(target_id.clone(), path.clone(), folder.clone(), IfThere::Refuse);
    for fault in [Interception::HalfBody, Interception::HalfChunked, Interception::StallBody] {
        table.between.at(DOWNLOAD, fault.clone());
        let job = table.desk.run(work()).await;
        let told = [Some(Code::ConnectionLost), Some(Code::TimedOut)];
        assert!(told.contains(&code(&job)), "{fault:?}: {job:?}");
        assert!(names_in(&folder).is_empty(), "{fault:?}");
    }
    table.between.at(DOWNLOAD, Interception::Chunked);
    let job = table.desk.run(work()).await;
    assert_eq!(job.state, JobState::Succeeded, "{job:?}");
    std::fs::remove_file(folder.join(&path)).expect("removed");
    table.between.at(DOWNLOAD, Interception::Gzip);
    let job = table.desk.run(work()).await;
    assert_eq!(job.state, JobState::Succeeded, "compressed on the way: {job:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn compressed_responses_are_read() {
    /// `{"destinations":[]}`, by Brotli.
    const BROTLI: &[u8] = &[
        11, 9, 128, 123, 34, 100, 101, 115, 116, 105, 110, 97, 116, 105, 111, 110, 115, 34, 58, 91, 93, 125,
        3,
    ];
    let table = Table::set().await;
    table.between.at(SETTINGS, Interception::Gzip);
    assert_eq!(table.session().session.settings().await.expect("read").destinations.len(), 1);
    let headers = vec![("content-encoding", "br"), ("content-type", "application/json")];
    table.between.at(SETTINGS, Interception::Instead(200, headers, BROTLI.to_vec()));
    assert_eq!(table.session().session.settings().await.expect("read").destinations.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn retry_after_is_respected_and_the_wait_is_shown() {
    let busy = br#"{"error":"Too many requests","error_description":"Rate limit exceeded. Try again in 1 seconds."}"#;
    for (status, body) in [(429, &busy[..]), (503, b"busy")] {
        let table = Table::set().await;
        table.backup().await;
        let (path, target_id) = (table.desk.zips().await[0].path.clone(), table.desk.target().await);
        table.between.once_at(
            "/api/admin/backup/remote/integrity",
            Interception::Instead(status, vec![("retry-after", "1")], body.to_vec()),
        );
        let waits = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&waits);
        let listener = move |update| {
            if let Update::Waiting { seconds } = update {
                heard.lock().expect("not poisoned").push(seconds);
            }
        };
        let began = Instant::now();
        table.session().session.integrity(&target_id, &path, &listener).await.expect("waited for");
        assert!(began.elapsed() >= Duration::from_secs(1));
        assert_eq!(*waits.lock().expect("not poisoned"), [1], "{status}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_server_does_not_sign_out() {
    let player = Player::start().await;
    player.besides_with(
        "POST",
        "/identity/connect/token",
        429,
        &json!({"error": "too_many_requests", "error_description": "Slow down"}),
    );
    let address = ServerAddress::parse(&player.url).expect("an address");
    let timeouts = Timeouts { longest_wait: Duration::ZERO, ..hasty() };
    let server = Server::reached(address, &Connection::default(), &ConnectionSecrets::default(), timeouts)
        .expect("a client");
    let account = desk_core::server::Account { email: "a@b.c".into(), device_identifier: "d".into() };
    let session = Session::resume(server, account, "token".into(), None, None);
    assert_eq!(session.renew().await.expect_err("busy").code(), Code::RateLimited);
}

#[tokio::test(flavor = "multi_thread")]
async fn more_calls_than_the_server_allows_get_through_without_a_refusal() {
    const CALLS: usize = 220;
    // What is sent in one window may arrive in the next: as many as are in flight.
    const IN_FLIGHT: usize = 16;
    let rate_limit = RateLimit { calls: 70, window: Duration::from_secs(2) };
    let options = PracticeOptions { rate_limit, ..PracticeOptions::quick() }.sample(Sample {
        ciphers: 20,
        attachments: 4,
        ..Sample::default()
    });
    let practice = Practice::start(options).await.expect("a practice instance");
    let refusals = Arc::new(AtomicUsize::new(0));
    let timeouts = Timeouts { calls: 50, window: Duration::from_secs(2), ..Timeouts::default() };
    let address = ServerAddress::parse(practice.server_url()).expect("an address");
    let server = Server::reached(address, &Connection::default(), &ConnectionSecrets::default(), timeouts)
        .expect("a client");
    let credentials = Credentials {
        email: practice.admin_email().into(),
        password: practice.admin_password(),
        two_step: None,
        device_identifier: "44bd70f2-0b7f-4f35-afd8-5f7fa10d6c35".into(),
    };
    let SignIn::Done { session, .. } = server.sign_in(&credentials).await.expect("signed in") else {
        panic!("no second step")
    };
    let (session, heard) = (&session, &refusals);
    let answers = futures_util::stream::iter(0..CALLS).map(|number| async move {
        let listener = move |update| {
            if let Update::Waiting { .. } = update {
                heard.fetch_add(1, Ordering::Relaxed);
            }
        };
        let name = format!("11111111-1111-4111-8111-111111111111/{number}");
        session.blob(&name, &listener).await.err().map(|error| error.code())
    });
    let codes: Vec<Option<Code>> = answers.buffer_unordered(IN_FLIGHT).collect().await;
    // These bodies are not there, and every single call was told so.
    assert_eq!(codes.iter().filter(|code| **code == Some(Code::BackupNotFound)).count(), CALLS, "{codes:?}");
    assert_eq!(refusals.load(Ordering::Relaxed), 0, "the shared rate_limiter keeps under the limit");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_stops_within_two_seconds_and_within_ten_when_the_peer_stalls() {
    let table = Table::set().await;
    table.backup().await;
    let (target_id, path) = (table.desk.target().await, table.desk.zips().await[0].path.clone());
    let folder = table.desk.folder.path().join("downloads");
    for fault in [Interception::Stall, Interception::StallBody] {
        table.between.at(DOWNLOAD, fault);
        let (cancel, began) = stopping();
        let work = DownloadJob::into_folder(target_id.clone(), path.clone(), folder.clone(), IfThere::Refuse);
        let job = table.desk.desk.jobs().run(work, cancel).await.expect("its end is kept");
        assert_eq!(job.state, JobState::Cancelled);
        assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
        assert!(names_in(&folder).is_empty());
    }
    table.between.when(|_| Interception::Pass);
    let cancel = CancellationToken::new();
    let (stop, between) = (cancel.clone(), &table.between);
    let stopper = async {
        while !between.seen().iter().any(|asked| asked.ends_with(RESTORE)) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        stop.cancel();
        Instant::now()
    };
    let (job, stopped_at) = tokio::join!(table.restore(cancel), stopper);
    assert!(stopped_at.elapsed() < Duration::from_secs(10), "{:?}", stopped_at.elapsed());
    assert_eq!(job.state, JobState::Unknown, "the server may go on: {job:?}");
}

/// Stops a little later.
fn stopping() -> (CancellationToken, Instant) {
    let cancel = CancellationToken::new();
    let stop = cancel.clone();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(200)).await;
        stop.cancel();
    });
    (cancel, Instant::now())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_without_a_web_vault_is_recognized() {
    let practice = Practice::start(PracticeOptions::quick()).await.expect("a practice instance");
    let between = Between::and(practice.server_url()).await;
    let hidden =
        Interception::Instead(404, vec![("content-type", "text/html")], b"<html>Not found</html>".to_vec());
    between.when(move |request| {
        let path = request.uri().path();
        let api = ["/api/", "/identity/", "/notifications/"].iter().any(|part| path.starts_with(part));
        if api && path != "/api/web-bootstrap" { Interception::Pass } else { hidden.clone() }
    });
    let desk = AtDesk::empty();
    let entered = form(&between.url, practice.admin_email(), practice.admin_password());
    assert!(desk.desk.sessions().sign_in(entered).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn both_protocols_are_tried_with_a_1_7_1_server_and_remembered() {
    let table = Table::set().await;
    table.backup().await;
    let (target_id, path) = (table.desk.target().await, table.desk.zips().await[0].path.clone());
    let answer = json!({"object": "backup-remote-integrity", "fileName": path, "integrity": {
        "hasChecksumPrefix": true, "expectedPrefix": "3cb70", "actualPrefix": "3cb70", "matches": true}});
    let unknown =
        br#"{"error":"Not found","error_description":"Not found","ErrorModel":{"Message":"Not found"}}"#;
    table.between.when(move |request| match (request.method(), request.uri().path()) {
        (&Method::POST, "/api/admin/backup/remote/integrity") => {
            Interception::Instead(404, vec![("content-type", "application/json")], unknown.to_vec())
        }
        (&Method::GET, "/api/admin/backup/remote/integrity") => {
            assert!(!request.uri().to_string().to_lowercase().contains("hash"), "no password in a URL");
            Interception::Instead(
                200,
                vec![("content-type", "application/json")],
                answer.to_string().into_bytes(),
            )
        }
        _ => Interception::Pass,
    });
    let check = || IntegrityJob { target_id: target_id.clone(), path: path.clone(), deep: true };
    assert_eq!(table.desk.run(check()).await.state, JobState::Succeeded);
    let profile = &table.desk.desk.ledger().profiles().expect("a ledger")[0];
    assert_eq!(profile.generation, Some(Generation::Mixed));
    let before = table.between.seen().len();
    assert_eq!(table.desk.run(check()).await.state, JobState::Succeeded);
    let asked = table.between.seen().split_off(before);
    assert_eq!(
        asked
            .iter()
            .filter(|asked| asked.contains("integrity") || asked.contains("download"))
            .collect::<Vec<_>>(),
        ["GET /api/admin/backup/remote/integrity", "POST /api/admin/backup/remote/download"],
        "once learned, nothing is asked twice"
    );
}
