//! What a gateway, a crash or a stop leaves open is found out; what never left this
//! computer is not.

use desk_core::Code;
use desk_core::Error;
use desk_core::error::{CallOutcome, LostBecause};
use desk_core::jobs::{BackupJob, JobRecord, JobState};
use desk_core::server::{Connection, ConnectionSecrets, Server, ServerAddress, Timeouts};
use desk_practice::Fault;
use secrecy::SecretString;
use tokio_util::sync::CancellationToken;

use crate::between::Interception;
use crate::table::{RUN, SETTINGS, Table, code, hasty};

fn page(status: u16, body: &str) -> Interception {
    let headers = vec![("content-type", "text/html"), ("cf-ray", "1"), ("server", "cloudflare")];
    Interception::Instead(status, headers, body.as_bytes().to_vec())
}

fn found(job: &JobRecord) -> String {
    job.error.as_ref().map(Error::kind).unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_instead_of_a_run_response_is_no_failure() {
    for fault in [
        page(502, "<html>Bad gateway</html>"),
        page(524, "<html>A timeout occurred</html>"),
        page(500, "error code: 1101"),
        page(200, "<html>Sign in</html>"),
        Interception::Instead(302, vec![("location", "https://team.cloudflareaccess.com/login")], Vec::new()),
        Interception::Instead(200, vec![("content-type", "application/json")], b"{\"result\":{".to_vec()),
        Interception::Instead(
            200,
            vec![("content-type", "application/json")],
            b"{\"object\":\"x\"}".to_vec(),
        ),
    ] {
        let table = Table::set().await;
        table.between.at(RUN, fault.clone());
        let job = table.backup().await;
        assert_eq!((job.state, &*found(&job)), (JobState::Unknown, "outcome-no-sign"), "{fault:?}: {job:?}");
        let runs = table.between.seen().iter().filter(|asked| asked.ends_with(RUN)).count();
        assert_eq!(runs, 1, "a run is never asked for twice: {fault:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_in_front_of_the_server_counts_as_a_refusal() {
    let table = Table::set().await;
    table.between.at(RUN, page(403, "error code: 1020"));
    let job = table.backup().await;
    assert_eq!((job.state, code(&job)), (JobState::Failed, Some(Code::NotNodeWarden)), "{job:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_cannot_be_renewed_was_no_run() {
    let table = Table::set().await;
    table.between.when(|request| match request.uri().path() {
        RUN => Interception::Instead(
            401,
            vec![("content-type", "application/json")],
            b"{\"error\":\"Unauthorized\"}".to_vec(),
        ),
        "/identity/connect/token" => Interception::Stall,
        _ => Interception::Pass,
    });
    let job = table.backup().await;
    assert_eq!((job.state, code(&job)), (JobState::Failed, Some(Code::TimedOut)), "{job:?}");
    assert_eq!(job.error.expect("an error").context().call, Some(CallOutcome::NotSent));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_token_request_is_retried() {
    let table = Table::set().await;
    let mut left = 1;
    let mut refused = false;
    table.between.when(move |request| match request.uri().path() {
        RUN if !refused => {
            refused = true;
            Interception::Instead(
                401,
                vec![("content-type", "application/json")],
                b"{\"error\":\"Unauthorized\"}".to_vec(),
            )
        }
        "/identity/connect/token" if left > 0 => {
            left -= 1;
            Interception::Instead(503, vec![("retry-after", "1")], b"busy".to_vec())
        }
        _ => Interception::Pass,
    });
    let job = table.backup().await;
    assert_eq!(job.state, JobState::Succeeded, "{job:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn read_requests_are_retried_after_a_gateway_failure() {
    for status in [502, 503, 504, 522] {
        let table = Table::set().await;
        table.between.once_at(SETTINGS, page(status, "<html>sorry</html>"));
        table.desk.desk.board().overview().await.unwrap_or_else(|error| panic!("{status}: {error:?}"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_backup_continues_on_the_server_and_says_so() {
    let table = Table::set().await;
    table.practice.inject(&Fault::TargetHangs).expect("caused");
    let cancel = CancellationToken::new();
    let stop = async {
        while !table.between.seen().iter().any(|asked| asked.ends_with(RUN)) {
            tokio::task::yield_now().await;
        }
        cancel.cancel();
    };
    let work = BackupJob { target_id: None };
    let (job, ()) = tokio::join!(table.desk.desk.jobs().run(work, cancel.clone()), stop);
    let job = job.expect("its end is kept");
    assert_eq!(job.state, JobState::Unknown, "{job:?}");
    let error = job.error.as_ref().expect("what is known");
    assert_eq!(error.context().lost_because, Some(LostBecause::Stopped));
    assert!(matches!(&*found(&job), "outcome-under-way" | "outcome-no-sign"), "{job:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_is_never_made_is_not_a_lost_response() {
    // A queue of one that no one serves: whoever comes later waits forever.
    let socket = tokio::net::TcpSocket::new_v4().expect("a socket");
    socket.bind("127.0.0.1:0".parse().expect("an address")).expect("a port");
    let listener = socket.listen(1).expect("a listener");
    let address = listener.local_addr().expect("an address");
    let mut waiting = Vec::new();
    while let Ok(Ok(stream)) =
        tokio::time::timeout(std::time::Duration::from_millis(300), tokio::net::TcpStream::connect(address))
            .await
    {
        waiting.push(stream);
    }
    let timeouts = Timeouts { connecting: std::time::Duration::from_millis(300), ..hasty() };
    let address = ServerAddress::parse(&format!("http://{address}")).expect("an address");
    let server = Server::reached(address, &Connection::default(), &ConnectionSecrets::default(), timeouts)
        .expect("a client");
    let error = server.probe().await.expect_err("nobody there");
    assert_eq!(error.code(), Code::HostUnreachable, "{error:?}");
    assert_eq!(error.context().call, Some(CallOutcome::NotSent));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_refused_even_if_the_server_ignores_it() {
    for generation in [desk_practice::Generation::Current, desk_practice::Generation::V1_5] {
        let options = desk_practice::PracticeOptions::quick().generation(generation);
        let practice = desk_practice::Practice::start(options).await.expect("a practice instance");
        let desk = desk_tests::at_desk::AtDesk::at(&practice).await;
        desk.desk.lock();
        let session = &desk.desk.sessions().needs_signed().expect("signed in").session;
        let wrong = session.confirm(&SecretString::from("not the password")).await.expect_err("refused");
        assert_eq!(wrong.code(), Code::WrongPassword, "{generation:?}");
        assert!(!session.can_confirm(), "nothing is held: {generation:?}");
        session.confirm(&practice.admin_password()).await.expect("confirmed");
        assert!(session.can_confirm());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_a_server_refuses_is_not_used_again() {
    let table = Table::set().await;
    let refusal = br#"{"error":"Invalid password","ErrorModel":{"Message":"Invalid password"}}"#;
    table
        .between
        .at(RUN, Interception::Instead(400, vec![("content-type", "application/json")], refusal.to_vec()));
    let job = table.backup().await;
    assert_eq!(code(&job), Some(Code::WrongPassword));
    assert!(!table.session().session.can_confirm(), "the next step asks again");
}
