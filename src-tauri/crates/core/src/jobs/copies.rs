//! Other copies of the bodies that a restore left out: in ZIPs on this computer, and on targets
//! that are reached directly.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use futures_util::{StreamExt as _, stream};
use serde::{Deserialize, Serialize};

use super::{Outcome, SkippedAttachment, Watch};
use crate::archive::{Copied, ZipBodies, body_entry};
use crate::error::FileDetail;
use crate::progress::{Stage, Update};
use crate::targets::TargetFolder;
use crate::{Error, Result};
use desk_base::done_or_return;

/// Folders of a target that are listed at a time.
const LISTED_AT_A_TIME: usize = 8;

/// Where another copy of a body is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, specta::Type)]
#[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum BodyCopy {
    /// In a ZIP on this computer, where it was read and its checksum is right.
    Zip {
        /// The ZIP's full path.
        path: String,
    },
    /// In a folder of this computer with the layout of a target, with the right size.
    Folder {
        /// The folder's full path.
        path: String,
    },
    /// On a target that was reached from this computer, with the right size.
    Target {
        /// The target's id.
        target_id: String,
        /// Its name.
        name: String,
    },
}

/// What a search for copies checked, and how many lines it found a copy for.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct CopySearch {
    /// ZIPs that were read.
    pub zips: u64,
    /// ZIPs that could not be read, by path.
    pub unread: Vec<String>,
    /// Folders of this computer that were listed.
    pub folders: Vec<String>,
    /// Targets that were listed, by name.
    pub targets: Vec<String>,
    /// Targets and folders that could not be listed, and why.
    pub unreached: Vec<UnreachedTarget>,
    /// Lines of the skipped list that have a copy.
    pub found: u64,
}

/// A target or folder that could not be searched.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct UnreachedTarget {
    /// Its name; of a folder, its path.
    pub name: String,
    /// Why.
    pub error: Error,
}

/// A target, or a folder with the layout of one, that is to be searched.
pub struct SearchedTarget {
    /// How a copy there is noted.
    pub copy: BodyCopy,
    /// Its folder, or why it cannot be reached.
    pub folder: Result<TargetFolder>,
}

/// Copies by the path of the skipped line.
pub type Copies = BTreeMap<String, Vec<BodyCopy>>;

/// Looks for copies of skipped bodies. What cannot be read or reached is named in the result,
/// and does not end the search.
///
/// # Errors
/// `FileFailed` when reading a ZIP stops unexpectedly.
pub async fn find_copies(
    skipped: &[SkippedAttachment],
    zips: &[PathBuf],
    targets: &[SearchedTarget],
    watch: &Watch,
) -> Result<Outcome<(Copies, CopySearch)>> {
    watch.stage(Stage::CheckingHere);
    let mut copies = Copies::new();
    let mut search = CopySearch::default();
    for (at, zip) in zips.iter().enumerate() {
        watch.progress.report(Update::Bytes { done: at as u64, total: Some(zips.len() as u64) });
        let (path, wanted, cancel) = (zip.clone(), wanted(skipped), watch.cancel.clone());
        let reading = tokio::task::spawn_blocking(move || in_zip(&path, &wanted, &cancel));
        let found = reading.await.map_err(|_| FileDetail::ReadingStopped.error())?;
        if watch.cancel.is_cancelled() {
            return Ok(Outcome::Stopped);
        }
        let shown = zip.to_string_lossy().into_owned();
        match found {
            Ok(found) => {
                search.zips += 1;
                for line in found {
                    copies.entry(line).or_default().push(BodyCopy::Zip { path: shown.clone() });
                }
            }
            Err(_) => search.unread.push(shown),
        }
    }
    for target in targets {
        let listed = async {
            match &target.folder {
                Ok(folder) => on_target(folder, skipped).await,
                Err(error) => Err(error.clone()),
            }
        };
        let listed = done_or_return!(watch.until_stopped(async { Ok(listed.await) }).await?);
        match listed {
            Ok(found) => {
                match &target.copy {
                    BodyCopy::Target { name, .. } => search.targets.push(name.clone()),
                    BodyCopy::Zip { path } | BodyCopy::Folder { path } => search.folders.push(path.clone()),
                }
                for line in found {
                    copies.entry(line).or_default().push(target.copy.clone());
                }
            }
            Err(error) => {
                let (BodyCopy::Target { name, .. }
                | BodyCopy::Zip { path: name }
                | BodyCopy::Folder { path: name }) = target.copy.clone();
                search.unreached.push(UnreachedTarget { name, error });
            }
        }
    }
    search.found = copies.len() as u64;
    Ok(Outcome::Done((copies, search)))
}

/// `(path of the line, name of the body, size)` of every line that names a body.
fn wanted(skipped: &[SkippedAttachment]) -> Vec<(String, String, u64)> {
    let named = skipped.iter().filter_map(|one| Some((one.path.clone(), one.blob_name()?, one.size_bytes)));
    named.collect()
}

/// The lines whose bodies a ZIP holds whole.
fn in_zip(
    path: &Path,
    wanted: &[(String, String, u64)],
    cancel: &tokio_util::sync::CancellationToken,
) -> Result<Vec<String>> {
    let bodies = ZipBodies::open(path)?;
    if bodies.is_empty() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for (line, name, size) in wanted {
        // A body that cannot be read here may be whole elsewhere.
        let copied = bodies.copy(&body_entry(name), *size, cancel, &mut io::sink());
        if matches!(copied, Ok(Copied::Whole)) {
            found.push(line.clone());
        }
        if cancel.is_cancelled() {
            break;
        }
    }
    Ok(found)
}

/// The lines whose bodies are on a target with their size. Of each vault item, its folder is
/// listed once.
async fn on_target(folder: &TargetFolder, skipped: &[SkippedAttachment]) -> Result<Vec<String>> {
    let wanted = wanted(skipped);
    let there: BTreeSet<String> = folder
        .list("attachments")
        .await?
        .into_iter()
        .filter(|item| item.is_directory)
        .map(|item| item.name)
        .collect();
    let items: BTreeSet<String> = wanted
        .iter()
        .filter_map(|(_, name, _)| name.split_once('/').map(|(cipher, _)| cipher.to_owned()))
        .filter(|cipher| there.contains(cipher))
        .collect();
    let mut listings = stream::iter(items)
        .map(|cipher| async move {
            let listed = folder.list(&format!("attachments/{cipher}")).await;
            (cipher, listed)
        })
        .buffer_unordered(LISTED_AT_A_TIME);
    let mut sizes: BTreeMap<String, Option<u64>> = BTreeMap::new();
    while let Some((cipher, listed)) = listings.next().await {
        for item in listed? {
            sizes.insert(format!("{cipher}/{}", item.name), item.size);
        }
    }
    let is_there =
        |name: &str, size: u64| sizes.get(name).is_some_and(|found| found.is_none_or(|found| found == size));
    Ok(wanted.into_iter().filter(|(_, name, size)| is_there(name, *size)).map(|(line, ..)| line).collect())
}
