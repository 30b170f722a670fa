//! The progress hub (PROTOCOL section 2, "Progress"): what the server says of its
//! steps while a long call runs. A job is right without it.

use std::convert::Infallible;
use std::future::Future;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use reqwest::StatusCode;
use reqwest::header::{CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE};
use secrecy::ExposeSecret;
use serde_json::Value;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

use super::session::Session;
use crate::progress::{Progress, Stage, Update};

const RECORD_SEPARATOR: char = '\u{1e}';
const BACKUP_PROGRESS: u64 = 102;
/// How long a job waits for the hub before it begins without it.
const CONNECTING: Duration = Duration::from_secs(2);

/// The largest message that is read, in bytes; real ones have a few hundred.
const LARGEST_MESSAGE: usize = 64 << 10;

/// The longest pause before the hub is tried again.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// A long call of the server, as its hub names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operation {
    Run,
    Restore,
    Export,
}

impl Operation {
    fn name(self) -> &'static str {
        match self {
            Self::Run => "backup-remote-run",
            Self::Restore => "backup-restore",
            Self::Export => "backup-export",
        }
    }
}

/// Makes a long call, and reports the server's steps meanwhile: those of this
/// operation only, since a device is notified of all its jobs.
pub(super) async fn with_stages<T>(
    session: &Session,
    operation: Operation,
    progress: &dyn Progress,
    call: impl Future<Output = T>,
) -> T {
    // Be there before the first step, but never wait long for it.
    let first = tokio::time::timeout(CONNECTING, connect(session)).await.ok().flatten();
    tokio::pin!(call);
    tokio::select! {
        biased;
        answer = &mut call => answer,
        never = keep_listening(session, operation, progress, first) => match never {},
    }
}

/// Listens for as long as it is polled; a hub that went away or is not there is
/// tried again, less and less often.
async fn keep_listening(
    session: &Session,
    operation: Operation,
    progress: &dyn Progress,
    first: Option<Socket>,
) -> Infallible {
    let timeouts = session.server().timeouts();
    let (mut socket, mut pause) = (first, timeouts.between_looks);
    loop {
        if let Some(socket) = socket.take() {
            pause = timeouts.between_looks;
            listen(socket, operation, timeouts.silent, progress).await;
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
        socket = connect(session).await;
    }
}

type Socket = WebSocketStream<reqwest::Upgraded>;

/// Connects through the session's own client, so that its certificate
/// authorities, proxy and extra headers hold for the hub as well.
async fn connect(session: &Session) -> Option<Socket> {
    let token = session.access_token().await.ok()?;
    let mut url = session.server().address().join("/notifications/hub");
    url.query_pairs_mut().append_pair("access_token", token.expose_secret());
    let key = generate_key();
    let request = session
        .server()
        .upgrade(url)
        .header(CONNECTION, "Upgrade")
        .header(UPGRADE, "websocket")
        .header(SEC_WEBSOCKET_VERSION, "13")
        .header(SEC_WEBSOCKET_KEY, &key);
    let answer = session.server().send(request, CONNECTING).await.ok()?;
    let accepted = answer.headers().get(SEC_WEBSOCKET_ACCEPT)?.as_bytes();
    if answer.status() != StatusCode::SWITCHING_PROTOCOLS
        || accepted != derive_accept_key(key.as_bytes()).as_bytes()
    {
        return None;
    }
    let upgraded = answer.upgrade().await.ok()?;
    let limits = WebSocketConfig::default()
        .max_message_size(Some(LARGEST_MESSAGE))
        .max_frame_size(Some(LARGEST_MESSAGE));
    let mut socket = WebSocketStream::from_raw_socket(upgraded, Role::Client, Some(limits)).await;
    let hello = format!(r#"{{"protocol":"json","version":1}}{RECORD_SEPARATOR}"#);
    socket.send(Message::text(hello)).await.ok()?;
    // The response to the greeting is an empty object: from then on messages are accepted.
    socket.next().await?.ok()?;
    Some(socket)
}

/// Reports what the hub says until it hangs up, or says nothing for so long that
/// the connection must be dead: it pings four times a minute.
async fn listen(mut socket: Socket, operation: Operation, silent: Duration, progress: &dyn Progress) {
    while let Ok(Some(Ok(message))) = tokio::time::timeout(silent, socket.next()).await {
        let Ok(text) = message.to_text() else { continue };
        for frame in text.split(RECORD_SEPARATOR).filter(|frame| !frame.is_empty()) {
            for step in steps(frame, operation) {
                progress.report(step);
            }
        }
    }
}

/// The steps of an operation in a frame. A frame that names none is taken.
fn steps(frame: &str, operation: Operation) -> Vec<Update> {
    let Ok(frame) = serde_json::from_str::<Value>(frame) else { return Vec::new() };
    let arguments = frame.get("arguments").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let text =
        |argument: &'_ Value, field: &str| argument.get("Payload")?.get(field)?.as_str().map(str::to_owned);
    arguments
        .iter()
        .filter(|argument| argument.get("Type").and_then(Value::as_u64) == Some(BACKUP_PROGRESS))
        .filter(|argument| text(argument, "operation").is_none_or(|named| named == operation.name()))
        .filter_map(|argument| update(&text(argument, "step")?))
        .collect()
}

/// A step in this app's words; an end is reported by the call itself.
fn update(step: &str) -> Option<Update> {
    let stage = match step {
        "remote_run_prepare" => Stage::RunPrepare,
        "remote_run_collect_data" => Stage::RunCollectData,
        "remote_run_package_archive" => Stage::RunPackageArchive,
        "remote_run_sync_attachments" => Stage::RunSyncAttachments,
        "remote_run_upload_archive" => Stage::RunUploadArchive,
        "remote_run_verify_archive" => Stage::RunVerifyArchive,
        "remote_run_cleanup" => Stage::RunCleanup,
        "export_collect_data" => Stage::ExportCollectData,
        "export_package_archive" => Stage::ExportPackageArchive,
        "local_upload_received" => Stage::RestoreReceived,
        "remote_fetch_archive" => Stage::RestoreFetchArchive,
        "local_create_shadow" | "remote_create_shadow" => Stage::RestoreCreateShadow,
        "local_import_data" | "remote_import_data" => Stage::RestoreImportData,
        "local_restore_files" | "remote_restore_files" => Stage::RestoreFiles,
        "local_finalize" | "remote_finalize" => Stage::RestoreFinalize,
        _ if step.ends_with("_complete") || step.ends_with("_failed") || step == "export_archive_ready" => {
            return None;
        }
        unknown => return Some(Update::UnknownStep { step: unknown.to_owned() }),
    };
    Some(Update::Stage { stage })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_recorded_frame_is_understood() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../tests/fixtures/transcripts");
        let mut seen = 0;
        for (name, operation) in [
            ("run-webdav", Operation::Run),
            ("import-replace", Operation::Restore),
            ("remote-restore-skipped", Operation::Restore),
            ("export", Operation::Export),
        ] {
            let text = std::fs::read_to_string(format!("{folder}/{name}.json")).expect("a recording");
            let recording: Value = serde_json::from_str(&text).expect("JSON");
            let frames = recording["steps"]
                .as_array()
                .expect("steps")
                .iter()
                .filter_map(|step| step.get("hub_frames"));
            for frame in frames.flat_map(|frames| frames.as_array().expect("frames")) {
                for step in steps(&frame.to_string(), operation) {
                    assert!(matches!(step, Update::Stage { .. }), "{step:?}");
                    seen += 1;
                }
                let others = [Operation::Run, Operation::Restore, Operation::Export];
                for other in others.into_iter().filter(|other| *other != operation) {
                    assert_eq!(steps(&frame.to_string(), other), [], "{name} is no {other:?}");
                }
            }
        }
        assert!(seen > 15, "only {seen} steps seen");
    }

    #[test]
    fn an_unknown_step_is_shown_unchanged() {
        let frame = r#"{"type":1,"arguments":[{"Type":102,"Payload":{"step":"remote_run_dream"}}]}"#;
        assert_eq!(steps(frame, Operation::Run), [Update::UnknownStep { step: "remote_run_dream".into() }]);
        assert!(steps("not json", Operation::Run).is_empty());
        assert!(steps(r#"{"type":6}"#, Operation::Run).is_empty());
    }
}
