//! A target's backup on this computer for one reading; nothing of it stays.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::archive::{self, Attachment, InspectOptions};
use crate::checks::CheckedHere;
use crate::error::{JobDetail, TargetDetail};
use crate::jobs::{Outcome, Watch};
use crate::progress::Silent;
use crate::server::RemoteItem;
use crate::targets::{TargetFolder, is_backup_name, received};
use crate::{Error, Result};

/// How many backups are read at a time: more would only need more memory.
pub(super) const ZIPS_AT_A_TIME: usize = 2;

/// The most that is read of a backup whose size is unknown, in bytes.
const LARGEST_UNTOLD: u64 = 4 << 30;

/// A backup that can be read.
pub(super) struct ZipHere {
    path: PathBuf,
    /// It goes when this does.
    _temporary: Option<NamedTempFile>,
}

impl ZipHere {
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// The backups of a target, the newest name first.
pub(super) async fn backups(folder: &TargetFolder) -> Result<Vec<RemoteItem>> {
    let mut items = folder.list("").await?;
    items.retain(|item| !item.is_directory && is_backup_name(&item.name));
    items.sort_by(|one, other| other.name.cmp(&one.name));
    Ok(items)
}

/// Makes a backup readable: a plain folder's where it is, another one's in a file below `scratch`.
pub(super) async fn zip_here(
    folder: &TargetFolder,
    item: &RemoteItem,
    scratch: &Path,
    watch: &Watch,
) -> Result<ZipHere> {
    if let Some(path) = folder.local_path(&item.path)? {
        return Ok(ZipHere { path, _temporary: None });
    }
    let mut file = NamedTempFile::new_in(scratch).map_err(|error| Error::file(scratch, &error))?;
    let mut gauge = watch.room.gauge(file.path());
    gauge.before(item.size)?;
    let path = file.path().to_owned();
    let mut done = 0_u64;
    received(folder.read(&item.path, item.size).await?, None, |piece| {
        done += piece.len() as u64;
        if done > item.size.unwrap_or(LARGEST_UNTOLD) {
            return Err(longer());
        }
        gauge.came(piece.len() as u64, item.size.map(|size| size.saturating_sub(done)))?;
        file.write_all(piece).map_err(|error| Error::file(&path, &error))
    })
    .await?;
    file.flush().map_err(|error| Error::file(&path, &error))?;
    Ok(ZipHere { path, _temporary: Some(file) })
}

fn longer() -> Error {
    TargetDetail::StorageSizeDiffers.error()
}

/// Reads a backup in full: what that showed, whether nothing in it is damaged, and the
/// attachments that it lists.
pub(super) async fn examined(
    folder: &TargetFolder,
    item: &RemoteItem,
    scratch: &Path,
    watch: &Watch,
) -> Result<(CheckedHere, bool, Vec<Attachment>)> {
    let zip = zip_here(folder, item, scratch, watch).await?;
    let options = InspectOptions { name: Some(item.name.clone()), ..InspectOptions::default() };
    let cancel = watch.cancel.clone();
    // Each backup alone is no progress to show.
    let reading = tokio::task::spawn_blocking(move || {
        archive::inspect_with_attachments(zip.path(), &options, &Silent, &cancel)
    });
    match reading.await.map_err(|_| stopped_unexpectedly())?? {
        Outcome::Done((inspection, attachments)) => {
            Ok((CheckedHere::from(&inspection), inspection.intact, attachments))
        }
        Outcome::Stopped | Outcome::Unknown(_) => Err(JobDetail::Stopped.error()),
    }
}

pub(super) fn stopped_unexpectedly() -> Error {
    JobDetail::InternalFault.error()
}

/// A folder for files of one reading.
pub(super) fn scratch(watch: &Watch) -> Result<crate::jobs::PrivateFolder> {
    watch.room.private_folder()
}
