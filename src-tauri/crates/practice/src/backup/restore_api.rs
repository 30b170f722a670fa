//! The two ways to restore: a file that is uploaded, and one on a target.

use std::sync::Arc;

use axum::extract::State;
use axum::extract::multipart::{Field, Multipart, MultipartRejection};
use bytes::{Bytes, BytesMut};
use desk_archive::rules::MAX_ARCHIVE_BYTES;
use serde_json::Value;

use super::remote::{checked_backup, destination, name_of, open};
use super::restore::{Restore, Source};
use crate::server::{Administrator, Answer, Ask, Refusal};
use crate::state::Instance;

/// What an upload carries.
#[derive(Default)]
struct Upload {
    file: Option<(String, Bytes)>,
    hash: Option<String>,
    replace: bool,
    accept_mismatch: bool,
}

/// `POST /api/admin/backup/import`
pub(crate) async fn import(
    State(instance): State<Arc<Instance>>,
    admin: Administrator,
    form: Result<Multipart, MultipartRejection>,
) -> Answer {
    let form = form.map_err(|_| Refusal::bad("Content-Type must be multipart/form-data"))?;
    let upload = read(form).await.map_err(|_| Refusal::bad("Invalid multipart form data"))?;
    let (file_name, bytes) = upload.file.ok_or_else(|| Refusal::bad("Backup file is required"))?;
    admin.confirm_hash(&instance, upload.hash.as_deref(), Ask::Password).await?;
    begin(Restore {
        instance,
        caller: admin.0,
        file_name,
        replace: upload.replace,
        accept_mismatch: upload.accept_mismatch,
        source: Source::Local(bytes),
    })
    .await
}

/// `POST /api/admin/backup/remote/restore`
pub(crate) async fn remote(
    State(instance): State<Arc<Instance>>,
    admin: Administrator,
    body: Bytes,
) -> Answer {
    let body = super::json(&body);
    admin.confirm(&instance, &body, Ask::Password).await?;
    let path = checked_backup(body["path"].as_str().unwrap_or_default())?;
    let destination =
        destination(&instance.settings()?, body["destinationId"].as_str()).map_err(Refusal::conflict)?;
    let remote = open(&instance, &destination).map_err(|failure| Refusal::conflict(&failure.words))?;
    begin(Restore {
        instance,
        caller: admin.0,
        file_name: name_of(&path).to_owned(),
        replace: is_set(&body["replaceExisting"]),
        accept_mismatch: is_set(&body["allowChecksumMismatch"]),
        source: Source::Remote(Box::new(remote), path),
    })
    .await
}

/// Once started, a restore continues when its caller hangs up.
async fn begin(restore: Restore) -> Answer {
    let held = restore.instance.lock.take()?;
    let restoring = tokio::spawn(async move {
        let outcome = restore.run().await;
        drop(held);
        outcome
    });
    restoring.await.unwrap_or_else(|error| Err(Refusal::failed(&error.to_string())))
}

async fn read(mut form: Multipart) -> Result<Upload, axum::extract::multipart::MultipartError> {
    let mut upload = Upload::default();
    while let Some(field) = form.next_field().await? {
        match field.name().unwrap_or_default() {
            "file" => {
                let name = field.file_name().unwrap_or_default().to_owned();
                upload.file = Some((name, file(field).await?));
            }
            "masterPasswordHash" => upload.hash = Some(field.text().await?),
            "replaceExisting" => upload.replace = is_set(&field.text().await?.into()),
            "allowChecksumMismatch" => upload.accept_mismatch = is_set(&field.text().await?.into()),
            _ => {}
        }
    }
    Ok(upload)
}

/// The file, as far as is needed to see that it is too large.
async fn file(mut field: Field<'_>) -> Result<Bytes, axum::extract::multipart::MultipartError> {
    let most = usize::try_from(MAX_ARCHIVE_BYTES).unwrap_or(usize::MAX - 1) + 1;
    let mut bytes = BytesMut::new();
    while let Some(mut chunk) = field.chunk().await? {
        chunk.truncate(most - bytes.len());
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.freeze())
}

fn is_set(value: &Value) -> bool {
    matches!(value, Value::Bool(true)) || matches!(value.as_str(), Some("1" | "true"))
}
