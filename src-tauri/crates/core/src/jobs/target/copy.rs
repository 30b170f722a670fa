//! Mirrors a target's backups to a second place: only what is missing there, each read back. Bodies
//! come before the backups that need them, so that a backup is never there without them.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use futures_util::StreamExt as _;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;

use super::{index, zips};
use crate::archive::{NameHash, name_hash};
use crate::error::TargetDetail;
use crate::jobs::{Outcome, Watch};
use crate::progress::{Stage, Update};
use crate::targets::{BodiesThere, IN_FLIGHT, Spooled, Standing, TargetFolder, body_path};
use crate::{Code, Error, Result};
use desk_base::done_or_return;

/// How many MiB are on their way at a time.
const MIB_IN_FLIGHT: u32 = 32;

/// What copying a target did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct CopyResult {
    /// Where from, without any login.
    pub from: String,
    /// Where to.
    pub to: String,
    /// The backups that were copied.
    pub backups: Vec<String>,
    /// How many bodies were copied.
    pub bodies: u64,
    /// Their sizes added up, with those of the backups.
    pub bytes: u64,
    /// How many files were there already.
    pub already_there: u64,
    /// Files that have another content there, which stays.
    pub conflicts: Vec<CopyConflict>,
    /// Files that were not copied.
    pub failed: Vec<CopyFailure>,
    /// The second place has an index of its bodies.
    pub index_written: bool,
    /// Why it ended before its end. What was copied stays; starting again continues.
    pub error: Option<Error>,
}

/// A file that has another content at the second place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct CopyConflict {
    /// Its path below the target's root.
    pub path: String,
    /// Its size at the first place.
    pub from_bytes: Option<u64>,
    /// Its size at the second place.
    pub to_bytes: Option<u64>,
}

/// A file that was not copied.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct CopyFailure {
    /// Its path below the target's root.
    pub path: String,
    /// Why.
    pub error: Error,
}

/// A file to copy.
struct File {
    path: String,
    size: Option<u64>,
    name: String,
    is_backup: bool,
}

/// Copies what the second place lacks. Nothing there is replaced or deleted.
///
/// # Errors
/// What listing either place fails with; nothing was copied then. `InvalidRequest` when both are the
/// same place.
pub async fn copy_target(
    from: &TargetFolder,
    to: &TargetFolder,
    now: Timestamp,
    watch: &Watch,
) -> Result<Outcome<CopyResult>> {
    if from.overlaps(to) {
        return Err(TargetDetail::SamePlace.error());
    }
    watch.stage(Stage::Listing);
    let listing = async {
        Ok((
            zips::backups(from).await?,
            from.bodies(|done, total| watch.progress.report(Update::Files { done, total })).await?,
            zips::backups(to).await?,
            to.bodies(|done, total| watch.progress.report(Update::Files { done, total })).await?,
        ))
    };
    let (backups, bodies, there_backups, mut there) = done_or_return!(watch.until_stopped(listing).await?);
    let mut result = CopyResult {
        from: from.place().to_owned(),
        to: to.place().to_owned(),
        backups: Vec::new(),
        bodies: 0,
        bytes: 0,
        already_there: 0,
        conflicts: Vec::new(),
        failed: Vec::new(),
        index_written: false,
        error: None,
    };
    let missing = missing_bodies(&bodies, &there, &mut result);
    watch.stage(Stage::FetchingAttachments);
    let scratch = zips::scratch(watch)?;
    let copied = copy_all(from, to, &missing, scratch.path(), &mut result, watch).await;
    for file in copied {
        result.bodies += 1;
        there.sizes.insert(file.name.clone(), file.size);
    }
    if result.bodies > 0 && result.error.is_none() {
        let old = index::read(to).await.ok().and_then(Result::ok);
        let fresh = index::fresh(old.as_ref(), &there, &bodies_sizes(&bodies), now);
        match index::write(to, &fresh).await {
            Ok(()) => result.index_written = true,
            Err(error) => result.error = Some(error),
        }
    }
    if result.error.is_none() && !watch.cancel.is_cancelled() {
        let mut files = Vec::new();
        // The oldest first: what is newest there is always the newest that has everything before it.
        for item in backups.into_iter().rev() {
            match there_backups.iter().find(|one| one.name == item.name) {
                None => {
                    files.push(File { path: item.path, size: item.size, name: item.name, is_backup: true });
                }
                Some(one) if one.size == item.size || one.size.is_none() || item.size.is_none() => {
                    result.already_there += 1;
                }
                Some(one) => result.conflicts.push(CopyConflict {
                    path: item.path,
                    from_bytes: item.size,
                    to_bytes: one.size,
                }),
            }
        }
        watch.stage(Stage::Downloading);
        let copied = copy_all(from, to, &files, scratch.path(), &mut result, watch).await;
        result.backups = copied.into_iter().map(|file| file.name.clone()).collect();
        result.backups.sort();
    }
    Ok(Outcome::Done(result))
}

fn bodies_sizes(bodies: &BodiesThere) -> std::collections::BTreeMap<String, u64> {
    bodies.sizes.iter().filter_map(|(name, size)| Some((name.clone(), (*size)?))).collect()
}

fn missing_bodies(bodies: &BodiesThere, there: &BodiesThere, result: &mut CopyResult) -> Vec<File> {
    for (folder, error) in &bodies.unread {
        result.failed.push(CopyFailure { path: format!("attachments/{folder}"), error: error.clone() });
    }
    let mut missing = Vec::new();
    for (name, size) in &bodies.sizes {
        let standing = size.map_or_else(
            || if there.sizes.contains_key(name) { Standing::There } else { Standing::Missing },
            |size| there.standing(name, size),
        );
        match standing {
            Standing::There => result.already_there += 1,
            Standing::Missing => {
                let path = body_path(name);
                missing.push(File { path, size: *size, name: name.clone(), is_backup: false });
            }
            Standing::SizeDiffers(found) => result.conflicts.push(CopyConflict {
                path: body_path(name),
                from_bytes: *size,
                to_bytes: Some(found),
            }),
            Standing::Unknown => {
                let folder = name.split('/').next().unwrap_or_default();
                if let Some(error) = there.unread.get(folder) {
                    result.failed.push(CopyFailure { path: body_path(name), error: error.clone() });
                }
            }
        }
    }
    missing
}

/// Copies files; returns those that are there now. A place that takes nothing any more ends it.
async fn copy_all<'a>(
    from: &TargetFolder,
    to: &TargetFolder,
    files: &'a [File],
    scratch: &std::path::Path,
    result: &mut CopyResult,
    watch: &Watch,
) -> Vec<&'a File> {
    let (total, total_bytes) = (files.len() as u64, files.iter().filter_map(|file| file.size).sum::<u64>());
    let (bytes, ended) = (AtomicU64::new(0), AtomicBool::new(false));
    let room = Semaphore::new(MIB_IN_FLIGHT as usize);
    let (room, ended) = (&room, &ended);
    let mut copies = futures_util::stream::iter(0..files.len())
        .map(|at| async move {
            let file = &files[at];
            let mib = (file.size.unwrap_or(0) >> 20) + 1;
            let mib = u32::try_from(mib).unwrap_or(u32::MAX).min(MIB_IN_FLIGHT);
            let _room = room.acquire_many(mib).await;
            if ended.load(Ordering::Relaxed) || watch.cancel.is_cancelled() {
                return (file, None);
            }
            let copied = copy_one(from, to, file, scratch).await;
            if copied.as_ref().is_err_and(takes_nothing) {
                ended.store(true, Ordering::Relaxed);
            }
            (file, Some(copied))
        })
        .buffer_unordered(IN_FLIGHT);
    let (mut copied, mut done) = (Vec::new(), 0);
    while let Some((file, outcome)) = copies.next().await {
        done += 1;
        match outcome {
            None => {}
            Some(Ok(size)) => {
                bytes.fetch_add(size, Ordering::Relaxed);
                result.bytes += size;
                copied.push(file);
            }
            Some(Err(error)) => {
                if takes_nothing(&error) {
                    result.error.get_or_insert(error.clone());
                }
                result.failed.push(CopyFailure { path: file.path.clone(), error });
            }
        }
        let bytes = bytes.load(Ordering::Relaxed);
        watch.progress.report(Update::Attachments { done, total, bytes, total_bytes });
    }
    copied
}

async fn copy_one(
    from: &TargetFolder,
    to: &TargetFolder,
    file: &File,
    scratch: &std::path::Path,
) -> Result<u64> {
    let mut time = 0;
    let mut content = loop {
        let taking = async {
            Spooled::take(from.read(&file.path, file.size).await?, file.size, scratch, |_| ()).await
        };
        match taking.await {
            Ok(content)
                if file.is_backup && name_hash(&file.name, content.sha256()) == NameHash::Mismatch =>
            {
                if time > 0 {
                    return Err(TargetDetail::DamagedAtSource.error());
                }
            }
            Ok(content) => break content,
            Err(error) if time > 0 => return Err(error),
            Err(_) => {}
        }
        time += 1;
        tokio::time::sleep(std::time::Duration::from_millis(400)).await;
    };
    to.write(&file.path, &mut content).await?;
    Ok(content.bytes())
}

/// The second place takes nothing any more.
fn takes_nothing(error: &Error) -> bool {
    error.is(TargetDetail::StorageFull)
        || error.is(TargetDetail::StorageReadOnly)
        || matches!(error.code(), Code::DiskFull | Code::PermissionDenied)
}
