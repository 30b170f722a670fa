//! One manual backup: rows into a ZIP, bodies and ZIP onto the target.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use bytes::Bytes;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::archive::hash_prefix;
use super::progress::{Operation, Reporter};
use super::remote::{destination, name_of, open};
use super::settings_api::shown_value;
use super::stored::Unusable;
use crate::server::{Administrator, Answer, Ask, Caller, Refusal, answer};
use crate::settings::{Destination, Runtime, Settings};
use crate::state::Held;
use crate::state::{Instance, iso};
use crate::target::{Failure, Remote};

const INDEX: &str = "attachments/.nodewarden-attachment-index.v1.json";

/// What a worker fails with that makes more calls than its plan allows.
const TOO_MANY_SUBREQUESTS: &str = "Too many subrequests by single Worker invocation. To configure this limit, refer to https://developers.cloudflare.com/workers/wrangler/configuration/#limits";

/// What a run did.
struct Uploaded {
    file_name: String,
    size: u64,
    remote_path: String,
}

/// The bodies that a target holds, as it remembers them. It is trusted.
#[derive(Default, Serialize, Deserialize)]
struct Index {
    version: u32,
    blobs: BTreeMap<String, Blob>,
}

/// One of them.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Blob {
    size_bytes: u64,
    updated_at: String,
}

/// `POST /api/admin/backup/run`
pub(crate) async fn run(State(instance): State<Arc<Instance>>, admin: Administrator, body: Bytes) -> Answer {
    let body = super::json(&body);
    admin.confirm(&instance, &body, Ask::Password).await?;
    let held = instance.lock.take()?;
    let id = body["destinationId"].as_str().map(str::to_owned);
    // Once started, a run continues when its caller hangs up.
    let run = tokio::spawn(manual(instance, admin.0, id, held));
    run.await.unwrap_or_else(|error| Err(Refusal::failed(&error.to_string())))
}

async fn manual(instance: Arc<Instance>, caller: Caller, id: Option<String>, _held: Held) -> Answer {
    let failed = |error: Unusable| Refusal::failed(&error.words());
    let settings = instance.settings().map_err(failed)?;
    let destination = destination(&settings, id.as_deref()).map_err(Refusal::failed)?;
    let mut reporter = Reporter::new(&instance, &caller, Operation::Run, "");
    reporter.step("remote_run_prepare", "remote_run_progress_prepare");
    let (outcome, settings, facts) =
        attempt(&instance, &destination, "manual", &mut reporter).await.map_err(failed)?;
    match outcome {
        Ok(uploaded) => {
            instance.log(&caller, "admin.backup.remote.manual", "info", facts);
            reporter.done("remote_run_complete", "remote_run_progress_complete", None);
            Ok(answer(json!({
                "object": "backup-run",
                "result": {
                    "fileName": uploaded.file_name,
                    "fileSize": uploaded.size,
                    "provider": destination.provider(),
                    "remotePath": uploaded.remote_path,
                },
                "settings": shown_value(&instance, settings),
            })))
        }
        Err(Failure { words, .. }) => {
            instance.log(&caller, "admin.backup.remote.manual.failed", "error", facts);
            reporter.done("remote_run_failed", "remote_run_progress_failed", Some(&words));
            Err(Refusal::failed(&words))
        }
    }
}

/// A run by the schedule of the first target: no one asked for it, and only the log says how it
/// went.
pub(crate) async fn scheduled(instance: &Arc<Instance>) -> Result<(), String> {
    let words = |error: Unusable| error.words();
    let settings = instance.settings().map_err(words)?;
    let destination = destination(&settings, None).map_err(str::to_owned)?;
    let mut reporter = Reporter::unheard(instance, Operation::Run);
    let (outcome, _, facts) =
        attempt(instance, &destination, "scheduled", &mut reporter).await.map_err(words)?;
    match outcome {
        Ok(_) => instance.log_own("admin.backup.remote.scheduled", "info", facts),
        Err(_) => instance.log_own("admin.backup.remote.scheduled.failed", "error", facts),
    }
    Ok(())
}

/// Backs up and keeps how it went; returns what the log is to say of it, too.
async fn attempt(
    instance: &Arc<Instance>,
    destination: &Destination,
    trigger: &str,
    reporter: &mut Reporter,
) -> Result<(Result<Uploaded, Failure>, Settings, Value), Unusable> {
    let at = instance.now();
    let mut runtime = Runtime {
        last_attempt_at: Some(iso(at)),
        last_attempt_local_date: Some(at.to_zoned(destination.schedule.zone()).date().to_string()),
        ..destination.runtime.clone()
    };
    instance.keep_runtime(&destination.id, &runtime)?;
    let outcome = back_up(instance, destination, at, reporter).await;
    let more = match &outcome {
        Ok(uploaded) => {
            runtime = Runtime {
                last_success_at: Some(instance.now_text()),
                last_error_at: None,
                last_error_message: None,
                last_uploaded_file_name: Some(uploaded.file_name.clone()),
                last_uploaded_size_bytes: Some(uploaded.size),
                last_uploaded_destination: Some(uploaded.remote_path.clone()),
                ..runtime
            };
            json!({ "fileName": uploaded.file_name, "bytes": uploaded.size })
        }
        Err(Failure { words, .. }) => {
            runtime.last_error_at = Some(instance.now_text());
            runtime.last_error_message = Some(words.clone());
            json!({ "error": words })
        }
    };
    let settings = instance.keep_runtime(&destination.id, &runtime)?;
    let mut facts = json!({
        "destinationId": destination.id,
        "destinationName": destination.name,
        "provider": destination.provider(),
        "trigger": trigger,
    });
    if let (Value::Object(facts), Value::Object(more)) = (&mut facts, more) {
        facts.extend(more);
    }
    Ok((outcome, settings, facts))
}

async fn back_up(
    instance: &Instance,
    destination: &Destination,
    at: Timestamp,
    reporter: &mut Reporter,
) -> Result<Uploaded, Failure> {
    let with_attachments = destination.include_attachments;
    let detail =
        |stem: &str| if with_attachments { format!("{stem}_with_attachments") } else { stem.to_owned() };
    let collect = "archive_progress_collect";
    reporter.step_with("remote_run_collect_data", collect, &detail(collect));
    let collected = instance.collect(with_attachments).map_err(|error| failure(&error))?;
    let package = "archive_progress_package";
    reporter.step_with("remote_run_package_archive", package, &detail(package));
    let packed = instance.pack(&collected).map_err(|error| failure(&error))?;
    let file_name = packed.file_name(at, destination.schedule.zone());
    reporter.names(&file_name);

    let remote = open(instance, destination)?;
    if with_attachments {
        reporter.step("remote_run_sync_attachments", "remote_run_progress_sync_attachments");
        sync(instance, &remote, &packed.bodies).await?;
    }

    reporter.step("remote_run_upload_archive", "remote_run_progress_upload");
    let bytes = Bytes::from(packed.bytes);
    remote.upload(&file_name, bytes.clone(), "application/zip").await?;
    reporter.step("remote_run_verify_archive", "remote_run_progress_verify");
    verify(&remote, &file_name, &bytes).await?;
    reporter.step("remote_run_cleanup", "remote_run_progress_cleanup");
    if let Some(keep) = destination.schedule.retention_count {
        retain(&remote, usize::try_from(keep).unwrap_or(usize::MAX)).await?;
    }
    let remote_path = remote.full_path(&file_name);
    Ok(Uploaded { file_name, size: bytes.len() as u64, remote_path })
}

/// Uploads the bodies that the index does not list with the same size.
async fn sync(instance: &Instance, remote: &Remote, bodies: &[(String, u64)]) -> Result<(), Failure> {
    let kept = remote.download_if_there(INDEX).await?;
    let mut index: Index = kept.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
    index.version = 1;
    let mut changed = false;
    let mut left = instance.faults.now().subrequest_limit;
    for (blob_name, size) in bodies {
        if index.blobs.get(blob_name).is_some_and(|blob| blob.size_bytes == *size) {
            continue;
        }
        match &mut left {
            Some(0) => return Err(failure(&TOO_MANY_SUBREQUESTS)),
            Some(left) => *left -= 1,
            None => {}
        }
        let body = instance.bodies.read(blob_name).map_err(|error| failure(&error))?;
        remote.upload(&format!("attachments/{blob_name}"), body.into(), "application/octet-stream").await?;
        let blob = Blob { size_bytes: *size, updated_at: instance.now_text() };
        index.blobs.insert(blob_name.clone(), blob);
        changed = true;
    }
    if changed {
        let text = serde_json::to_vec(&index).expect("text and numbers always serialise");
        remote.upload(INDEX, text.into(), "application/json").await?;
    }
    Ok(())
}

/// Compares the size when the target reports it, and the content when it does not.
async fn verify(remote: &Remote, file_name: &str, bytes: &Bytes) -> Result<(), Failure> {
    let same = match remote.size(file_name).await? {
        Some(size) => size == bytes.len() as u64,
        None => hash_prefix(&remote.download(file_name).await?) == hash_prefix(bytes),
    };
    if same { Ok(()) } else { Err(failure(&"Uploaded backup file verification failed")) }
}

/// Deletes the oldest ZIPs in the root beyond `keep`, whatever they are called.
async fn retain(remote: &Remote, keep: usize) -> Result<(), Failure> {
    let mut backups = remote.list("").await?;
    backups.retain(|item| !item.is_directory && name_of(&item.path).to_lowercase().ends_with(".zip"));
    backups.sort_by(|a, b| (b.modified, &b.path).cmp(&(a.modified, &a.path)));
    for old in backups.iter().skip(keep) {
        remote.delete(&old.path).await?;
    }
    Ok(())
}

fn failure(error: &impl ToString) -> Failure {
    Failure { words: error.to_string(), status: None }
}
