//! The local export and single attachment bodies.

use std::collections::HashMap;
use std::io::ErrorKind;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use jiff::tz::TimeZone;
use serde_json::json;

use super::progress::{Operation, Reporter};
use crate::server::{Administrator, Answer, Ask, Refusal, no_store};
use crate::state::Instance;

/// `POST /api/admin/backup/export`
pub(crate) async fn export(
    State(instance): State<Arc<Instance>>,
    admin: Administrator,
    body: Bytes,
) -> Answer {
    let body = super::json(&body);
    admin.confirm(&instance, &body, Ask::Password).await?;
    let include_attachments = body["includeAttachments"].as_bool().unwrap_or(false);
    let detail = |stem: &str| {
        if include_attachments { format!("{stem}_with_attachments") } else { stem.to_owned() }
    };
    let mut reporter = Reporter::new(&instance, &admin.0, Operation::Export, "");

    let collect = "archive_progress_collect";
    reporter.step_with("export_collect_data", collect, &detail(collect));
    let at = instance.now();
    let collected = instance.collect(include_attachments)?;
    let package = "archive_progress_package";
    reporter.step_with("export_package_archive", package, &detail(package));
    let packed = instance.pack(&collected).map_err(|error| Refusal::failed(&error.to_string()))?;
    let name = packed.file_name(at, TimeZone::UTC);
    reporter.names(&name);
    reporter.step("export_archive_ready", "archive_progress_ready");

    instance.log(
        &admin.0,
        "admin.backup.export",
        "info",
        json!({ "includeAttachments": include_attachments, "bytes": packed.bytes.len() }),
    );
    Ok(file(&name, packed.bytes))
}

/// `POST /api/admin/backup/blob`
pub(crate) async fn blob(State(instance): State<Arc<Instance>>, admin: Administrator, body: Bytes) -> Answer {
    let body = super::json(&body);
    admin.confirm(&instance, &body, Ask::Password).await?;
    one_body(&instance, body["blobName"].as_str().unwrap_or_default()).await
}

/// `GET /api/admin/backup/blob`, as older servers have it.
pub(crate) async fn blob_by_query(
    State(instance): State<Arc<Instance>>,
    _admin: Administrator,
    Query(query): Query<HashMap<String, String>>,
) -> Answer {
    one_body(&instance, query.get("blobName").map_or("", String::as_str)).await
}

async fn one_body(instance: &Instance, blob_name: &str) -> Answer {
    if blob_name.is_empty() {
        return Err(Refusal::bad("Backup attachment blob is required"));
    }
    let invalid = || Refusal::bad("Backup attachment blob is invalid");
    let path = instance.bodies.path(blob_name).ok_or_else(invalid)?;
    let bytes = match tokio::fs::read(path).await {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Err(Refusal::new(StatusCode::NOT_FOUND, "Backup attachment blob not found"));
        }
        Err(error) => return Err(error.into()),
    };
    Ok(no_store(([(header::CONTENT_TYPE, "application/octet-stream")], Body::from(bytes)).into_response()))
}

/// A ZIP as a download.
pub(super) fn file(name: &str, bytes: Vec<u8>) -> Response {
    let mut answer = ([(header::CONTENT_TYPE, "application/zip")], Body::from(bytes)).into_response();
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
    if let Ok(disposition) = disposition {
        answer.headers_mut().insert(header::CONTENT_DISPOSITION, disposition);
    }
    no_store(answer)
}
