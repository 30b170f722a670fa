//! Removing what was staged, in two steps. A file goes only when it was uploaded from here, is
//! still the same size, and no backup of the server relies on it.

use std::collections::BTreeSet;
use std::path::Path;

use futures_util::{StreamExt as _, TryStreamExt as _};
use serde::{Deserialize, Serialize};

use super::journal::{StagedFile, StagedZip, forget, staged_zips};
use crate::error::{JobDetail, TargetDetail};
use crate::jobs::{Outcome, Watch};
use crate::progress::{Stage, Update};
use crate::targets::TargetFolder;
use crate::{Error, Result};
use desk_base::done_or_return;

/// The list of bodies that the server's backups rely on (PROTOCOL section 4).
const INDEX: &str = "attachments/.nodewarden-attachment-index.v1.json";
/// A list longer than this is not read, in bytes.
const LONGEST_INDEX: u64 = 256 << 20;
/// How many files are checked or deleted at a time.
const PARALLEL: usize = 8;

/// What removing a staged ZIP would delete, and what stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct RemovalPlan {
    /// The staged ZIP.
    pub id: String,
    /// The complete ZIP's name.
    pub file_name: String,
    /// The target's name.
    pub target_name: String,
    /// What would be deleted.
    pub remove: Vec<StagedFile>,
    /// The bytes of it.
    pub bytes: u64,
    /// What was uploaded and stays.
    pub keep: Vec<KeptFile>,
}

/// A file that was uploaded and stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct KeptFile {
    /// Its path below the target's root.
    pub path: String,
    /// Why.
    pub reason: KeptReason,
}

/// Why a file stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum KeptReason {
    /// A backup that the server made since relies on it.
    UsedByBackups,
    /// It was changed since.
    Changed,
}

/// Says what removing the staged ZIP `id` would delete. Reads only.
///
/// # Errors
/// `InvalidRequest` when nothing is staged under that id, and what the target fails with.
pub async fn plan_removal(
    journals: &Path,
    id: &str,
    folder: &TargetFolder,
    watch: &Watch,
) -> Result<Outcome<RemovalPlan>> {
    let staged = staged(journals, id)?;
    watch.stage(Stage::Listing);
    let planning = planned(&staged, folder);
    watch.until_stopped(planning).await
}

/// Deletes what the plan names, as far as it still holds. The journal goes when nothing is left.
///
/// # Errors
/// What the target fails with; what is left can be removed again.
pub async fn remove_staged(
    journals: &Path,
    plan: &RemovalPlan,
    folder: &TargetFolder,
    watch: &Watch,
) -> Result<Outcome<RemovalPlan>> {
    let staged = staged(journals, &plan.id)?;
    watch.stage(Stage::Listing);
    let now = done_or_return!(watch.until_stopped(planned(&staged, folder)).await?);
    let shown: BTreeSet<&str> = plan.remove.iter().map(|file| file.path.as_str()).collect();
    let remove: Vec<StagedFile> =
        now.remove.iter().filter(|file| shown.contains(file.path.as_str())).cloned().collect();
    watch.stage(Stage::Deleting);
    let total = remove.len() as u64;
    // The ZIP first: without it, no one restores from bodies that are half gone.
    let (mut paths, bodies): (Vec<String>, Vec<String>) =
        remove.iter().map(|file| file.path.clone()).partition(|path| *path == staged.zip);
    paths.extend(bodies);
    let deletes = futures_util::stream::iter(paths.into_iter().enumerate())
        .map(|(done, path)| async move {
            folder.delete(&path).await?;
            watch.progress.report(Update::Files { done: done as u64 + 1, total });
            Ok::<_, Error>(())
        })
        .buffered(PARALLEL)
        .try_collect::<()>();
    done_or_return!(watch.until_stopped(deletes).await?);
    if now.remove.len() == remove.len() {
        forget(journals, &plan.id)?;
    }
    let bytes = remove.iter().map(|file| file.bytes).sum();
    Ok(Outcome::Done(RemovalPlan { remove, bytes, ..now }))
}

fn staged(journals: &Path, id: &str) -> Result<StagedZip> {
    let found = staged_zips(journals).into_iter().find(|staged| staged.id == id);
    found.ok_or_else(|| JobDetail::NothingStaged.error())
}

async fn planned(staged: &StagedZip, folder: &TargetFolder) -> Result<RemovalPlan> {
    let used = used_by_backups(folder).await?;
    let used = &used;
    let looks = futures_util::stream::iter(staged.files.clone())
        .map(|file| async move {
            let is_used = file.path.strip_prefix("attachments/").is_some_and(|name| used.contains(name));
            let size = folder.size_of(&file.path).await?;
            Ok::<_, Error>((file, is_used, size))
        })
        .buffered(PARALLEL)
        .try_collect::<Vec<_>>();
    let (mut remove, mut keep) = (Vec::new(), Vec::new());
    for (file, is_used, size) in looks.await? {
        let kept = |reason| KeptFile { path: file.path.clone(), reason };
        match size {
            None => {}
            Some(_) if is_used => keep.push(kept(KeptReason::UsedByBackups)),
            // An upload that was cut off is ours, whatever its size.
            Some(size) if file.whole && size != file.bytes => keep.push(kept(KeptReason::Changed)),
            Some(_) => remove.push(file.clone()),
        }
    }
    Ok(RemovalPlan {
        id: staged.id.clone(),
        file_name: staged.file_name.clone(),
        target_name: staged.target_name.clone(),
        bytes: remove.iter().map(|file| file.bytes).sum(),
        remove,
        keep,
    })
}

/// The names of the bodies that the server's backups rely on.
async fn used_by_backups(folder: &TargetFolder) -> Result<BTreeSet<String>> {
    let Some(size) = folder.size_of(INDEX).await? else { return Ok(BTreeSet::new()) };
    if size > LONGEST_INDEX {
        return Err(unreadable_index());
    }
    let text = folder.content(INDEX, size).await?;
    let index: serde_json::Value = serde_json::from_slice(&text).map_err(|_| unreadable_index())?;
    let blobs = index.get("blobs").and_then(serde_json::Value::as_object).ok_or_else(unreadable_index)?;
    Ok(blobs.keys().cloned().collect())
}

fn unreadable_index() -> Error {
    TargetDetail::TargetIndexUnreadable.error()
}
