//! The target's folder: browse, download, check, delete.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Query, State};
use bytes::Bytes;
use desk_archive::hash_in_name;
use serde_json::{Value, json};

use super::archive::hash_prefix;
use super::export::file;
use crate::server::{Administrator, Answer, Ask, Refusal, answer};
use crate::settings::{Destination, Settings};
use crate::state::{Instance, iso};
use crate::target::{Failure, Remote};

type Fields = HashMap<String, String>;

/// A file on a target, as a request names it.
struct Place {
    destination: Destination,
    remote: Remote,
    path: String,
}

impl Place {
    /// Finds the backup that a request names. Only ZIPs are backups.
    fn backup(instance: &Instance, destination_id: Option<&str>, path: &str) -> Result<Self, Refusal> {
        let path = checked_backup(path)?;
        let destination = destination(&instance.settings()?, destination_id).map_err(Refusal::conflict)?;
        let remote = open(instance, &destination).map_err(|failure| Refusal::conflict(&failure.words))?;
        Ok(Self { destination, remote, path })
    }

    fn asked(instance: &Instance, body: &Value) -> Result<Self, Refusal> {
        Self::backup(instance, body["destinationId"].as_str(), body["path"].as_str().unwrap_or_default())
    }

    fn asked_by_query(instance: &Instance, query: &Fields) -> Result<Self, Refusal> {
        let path = query.get("path").map_or("", String::as_str);
        Self::backup(instance, query.get("destinationId").map(String::as_str), path)
    }

    async fn download(&self) -> Result<Bytes, Refusal> {
        self.remote.download(&self.path).await.map_err(|failure| Refusal::conflict(&failure.words))
    }
}

/// `GET /api/admin/backup/remote`
pub(crate) async fn browse(
    State(instance): State<Arc<Instance>>,
    _admin: Administrator,
    Query(query): Query<Fields>,
) -> Answer {
    let path = checked(query.get("path").map_or("", String::as_str))?;
    let id = query.get("destinationId").map(String::as_str);
    let destination = destination(&instance.settings()?, id).map_err(Refusal::conflict)?;
    let listed = async { open(&instance, &destination)?.list(&path).await }.await;
    let items = listed.map_err(|failure: Failure| Refusal::conflict(&failure.words))?;
    let items: Vec<Value> = items
        .into_iter()
        .map(|item| {
            json!({
                "path": item.path,
                "name": name_of(&item.path),
                "isDirectory": item.is_directory,
                "size": item.size,
                "modifiedAt": item.modified.map(iso),
            })
        })
        .collect();
    let parent =
        (!path.is_empty()).then(|| path.rsplit_once('/').map_or("", |(parent, _)| parent).to_owned());
    Ok(answer(json!({
        "object": "backup-remote-browser",
        "destinationId": destination.id,
        "destinationName": destination.name,
        "provider": destination.provider(),
        "currentPath": path,
        "parentPath": parent,
        "items": items,
    })))
}

/// `POST /api/admin/backup/remote/download`
pub(crate) async fn download(
    State(instance): State<Arc<Instance>>,
    admin: Administrator,
    body: Bytes,
) -> Answer {
    let body = super::json(&body);
    admin.confirm(&instance, &body, Ask::Password).await?;
    sent(Place::asked(&instance, &body)?).await
}

/// `GET /api/admin/backup/remote/download`, as older servers have it.
pub(crate) async fn download_by_query(
    State(instance): State<Arc<Instance>>,
    _admin: Administrator,
    Query(query): Query<Fields>,
) -> Answer {
    sent(Place::asked_by_query(&instance, &query)?).await
}

/// `POST /api/admin/backup/remote/integrity`
pub(crate) async fn integrity(
    State(instance): State<Arc<Instance>>,
    admin: Administrator,
    body: Bytes,
) -> Answer {
    let body = super::json(&body);
    admin.confirm(&instance, &body, Ask::Password).await?;
    compared(Place::asked(&instance, &body)?).await
}

/// `GET /api/admin/backup/remote/integrity`, as older servers have it.
pub(crate) async fn integrity_by_query(
    State(instance): State<Arc<Instance>>,
    _admin: Administrator,
    Query(query): Query<Fields>,
) -> Answer {
    compared(Place::asked_by_query(&instance, &query)?).await
}

/// `DELETE /api/admin/backup/remote/file`
pub(crate) async fn delete(
    State(instance): State<Arc<Instance>>,
    admin: Administrator,
    Query(query): Query<Fields>,
    body: Bytes,
) -> Answer {
    let body = super::json(&body);
    admin.confirm(&instance, &body, Ask::Password).await?;
    let place = if body.get("path").is_some() {
        Place::asked(&instance, &body)?
    } else {
        Place::asked_by_query(&instance, &query)?
    };
    place.remote.delete(&place.path).await.map_err(|failure| Refusal::conflict(&failure.words))?;
    let facts = json!({ "destinationId": place.destination.id, "remotePath": place.path });
    instance.log(&admin.0, "admin.backup.remote.delete", "info", facts);
    Ok(answer(json!({ "object": "backup-remote-delete", "deleted": true, "path": place.path })))
}

async fn sent(place: Place) -> Answer {
    let bytes = place.download().await?;
    Ok(file(name_of(&place.path), bytes.into()))
}

async fn compared(place: Place) -> Answer {
    let bytes = place.download().await?;
    let name = name_of(&place.path);
    let actual = hash_prefix(&bytes);
    let expected = hash_in_name(name);
    // A name without a hash counts as a match: that is what the server says.
    let matches = expected.as_ref().is_none_or(|expected| *expected == actual);
    Ok(answer(json!({
        "object": "backup-remote-integrity",
        "destinationId": place.destination.id,
        "path": place.path,
        "fileName": name,
        "integrity": {
            "hasChecksumPrefix": expected.is_some(),
            "expectedPrefix": expected,
            "actualPrefix": actual,
            "matches": matches,
        },
    })))
}

/// The destination that a request means.
pub(super) fn destination(settings: &Settings, id: Option<&str>) -> Result<Destination, &'static str> {
    settings.find(id).cloned().ok_or("Backup destination not found")
}

/// A destination's target.
pub(super) fn open(instance: &Instance, destination: &Destination) -> Result<Remote, Failure> {
    if instance.faults.now().target_blocks_server {
        return Err(Failure { words: "Network connection lost.".to_owned(), status: None });
    }
    Remote::open(&instance.client, destination)
}

/// The last part of a path.
pub(super) fn name_of(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// The path of a backup: only ZIPs are.
pub(super) fn checked_backup(path: &str) -> Result<String, Refusal> {
    let path = checked(path)?;
    if path.to_lowercase().ends_with(".zip") {
        Ok(path)
    } else {
        Err(Refusal::conflict("Please select a backup ZIP file"))
    }
}

/// A path that stays inside the target's root.
fn checked(path: &str) -> Result<String, Refusal> {
    let path = path.trim().trim_matches('/');
    if path.split('/').any(|part| matches!(part, "." | "..")) || path.contains('\\') {
        return Err(Refusal::conflict("Invalid remote backup path"));
    }
    Ok(path.to_owned())
}
