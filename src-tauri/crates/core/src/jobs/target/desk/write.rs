//! The steps of a backup to a desk target, in the order that keeps it true at every moment: bodies,
//! index, ZIP, verification, retention.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::Path;
use std::time::Duration;

use super::bodies::{self, Bodies};
use super::types::{DeskAttachments, DeskBackupResult, RemovedDeskBackup};
use crate::archive::Attachment;
use crate::checks::{CheckedHere, SeenFile};
use crate::desk_targets::{DeskBackupKept, DeskTarget, Kept, over_retention};
use crate::error::{JobDetail, TargetDetail};
use crate::jobs::export::{base_name, sound};
use crate::jobs::receive::receive;
use crate::jobs::target::{index, on_server, zips};
use crate::jobs::{JobServices, Outcome, PartFile, Watch};
use crate::progress::Stage;
use crate::server::RemoteItem;
use crate::targets::{INDEX_PATH, IndexState, Spooled, Standing, TargetFolder, is_backup_name};
use crate::{Error, Result};
use desk_base::done_or_return;

/// The beginning of the names that the server gives backups.
const PREFIX: &str = "nodewarden_backup_";
/// A backup that cannot be read back is read once more after this long.
const PAUSE: Duration = Duration::from_millis(400);

/// The server's export on this computer.
struct Exported {
    file: PartFile,
    name: String,
    sha256: String,
    bytes: u64,
    /// What it lists without holding it.
    attachments: Vec<Attachment>,
}

pub(super) async fn back_up(
    target: &DeskTarget,
    services: &dyn JobServices,
    watch: &Watch,
) -> Result<Outcome<DeskBackupResult>> {
    let store = services.desk_targets();
    store.is_of_session(target)?;
    services.needs_session()?;
    watch.stage(Stage::Listing);
    // A place that cannot be reached is known before the server is asked for anything.
    let looking = async {
        let folder = store.open(target).await?;
        let root = folder.list("").await?;
        Ok((folder, root))
    };
    let (folder, root) = done_or_return!(watch.until_stopped(looking).await?);
    remove_unfinished(&folder, &root).await;
    let scratch = zips::scratch(watch)?;
    let exported = done_or_return!(fetch_export(target, services, scratch.path(), watch).await?);

    let mut result = DeskBackupResult {
        desk_target_id: target.id.clone(),
        desk_target_name: target.name.clone(),
        place: target.place.shown(),
        file_name: None,
        bytes: 0,
        check: None,
        is_whole: false,
        attachments: DeskAttachments {
            listed: exported.attachments.len() as u64,
            ..DeskAttachments::default()
        },
        kept_beside: Vec::new(),
        index_written: false,
        removed: Vec::new(),
        spared: Vec::new(),
        retention_error: None,
        error: None,
    };
    let writing = Writing { target, services, folder: &folder, scratch: scratch.path(), watch };
    match writing.all(&exported, &root, &mut result).await {
        Ok(Outcome::Done(())) => {}
        Ok(_) => return Ok(Outcome::Stopped),
        // An error after a stop is only the way it stopped.
        Err(_) if watch.cancel.is_cancelled() => return Ok(Outcome::Stopped),
        Err(error) => result.error = Some(error),
    }
    Ok(Outcome::Done(result))
}

/// Fetches the export, and refuses one that is damaged.
async fn fetch_export(
    target: &DeskTarget,
    services: &dyn JobServices,
    scratch: &Path,
    watch: &Watch,
) -> Result<Outcome<Exported>> {
    watch.stage(Stage::ExportCollectData);
    let asked = services.session()?.export(target.attachments, watch.progress.as_ref());
    let incoming = done_or_return!(watch.until_stopped(asked).await?);
    let named = incoming.file_name.clone();
    let mut file = PartFile::create(&scratch.join("export.zip"))?;
    done_or_return!(receive(incoming, &mut file, watch).await?);
    let inspection = done_or_return!(sound(file.part_path(), named.as_deref(), watch).await?);
    let sha256 = inspection.file.sha256.clone();
    let prefix = sha256.get(..5).unwrap_or_default();
    let name = format!("{}_{prefix}.zip", base_name(named.as_deref(), &inspection));
    let attachments = done_or_return!(on_server::listed(file.part_path(), watch).await?);
    Ok(Outcome::Done(Exported { file, name, sha256, bytes: inspection.file.bytes, attachments }))
}

/// Uploads of ZIPs that were killed half-way: a share has them under temporary names.
async fn remove_unfinished(folder: &TargetFolder, root: &[RemoteItem]) {
    let is_unfinished = |item: &&RemoteItem| {
        let inner = item.name.strip_prefix('.').and_then(|name| name.strip_suffix(".uploading"));
        !item.is_directory && inner.is_some_and(|name| name.starts_with(PREFIX) && is_backup_name(name))
    };
    for item in root.iter().filter(is_unfinished) {
        // One that stays is met again next time.
        let _ = folder.delete(&item.path).await;
    }
}

struct Writing<'a> {
    target: &'a DeskTarget,
    services: &'a dyn JobServices,
    folder: &'a TargetFolder,
    scratch: &'a Path,
    watch: &'a Watch,
}

impl Writing<'_> {
    async fn all(
        &self,
        exported: &Exported,
        root: &[RemoteItem],
        result: &mut DeskBackupResult,
    ) -> Result<Outcome<()>> {
        if self.target.attachments {
            done_or_return!(self.bodies(exported, result).await?);
        }
        self.watch.stage(Stage::WritingArchive);
        let is_there =
            root.iter().any(|item| item.name == exported.name && item.size == Some(exported.bytes));
        if !is_there {
            let mut content = self.spooled(exported).await?;
            let written = self.folder.write(&exported.name, &mut content);
            done_or_return!(self.watch.until_stopped(written).await?);
        }
        (result.file_name, result.bytes) = (Some(exported.name.clone()), exported.bytes);
        self.watch.stage(Stage::CheckingHere);
        let checked = self.watch.until_stopped(self.verify(exported, result)).await;
        let checked = match checked {
            // The backup is there, and the record says that it was not verified.
            Ok(Outcome::Stopped | Outcome::Unknown(_)) => Ok(()),
            Ok(Outcome::Done(())) => Ok(()),
            Err(error) => Err(error),
        };
        self.keep(exported, result)?;
        checked?;
        if let Some(keep) = self.target.retention
            && !self.watch.cancel.is_cancelled()
        {
            self.watch.stage(Stage::Deleting);
            if let Err(error) = self.retention(keep, result).await {
                result.retention_error = Some(error);
            }
        }
        Ok(Outcome::Done(()))
    }

    async fn bodies(&self, exported: &Exported, result: &mut DeskBackupResult) -> Result<Outcome<()>> {
        let (folder, watch) = (self.folder, self.watch);
        let looking = async { Ok((folder.bodies(|_, _| ()).await?, index::read(folder).await?)) };
        let (mut there, old) = done_or_return!(watch.until_stopped(looking).await?);
        if let Some(error) = there.unread.values().next() {
            return Err(error.clone());
        }
        let needed: BTreeMap<String, Attachment> =
            exported.attachments.iter().map(|one| (one.blob_name(), one.clone())).collect();
        let needed: Vec<(String, Attachment)> = needed.into_iter().collect();
        let work = Bodies {
            session: self.services.session()?,
            folder,
            store: self.services.desk_targets(),
            known: self.services.known_bodies(),
            scratch: self.scratch,
            watch,
        };
        let ended = bodies::write_all(&work, &needed, &mut there, result).await;
        // What is there now is listed, also when the rest could not be written.
        if !watch.cancel.is_cancelled() {
            let right: BTreeMap<String, u64> =
                needed.iter().map(|(name, one)| (name.clone(), one.size_bytes)).collect();
            let written = self.write_index(&old, &there, &right).await;
            match (&ended, written) {
                (_, Ok(was_written)) => result.index_written = was_written,
                (Ok(_), Err(error)) => return Err(error),
                (Err(_), Err(_)) => {}
            }
        }
        ended
    }

    async fn write_index(
        &self,
        old: &Result<crate::targets::AttachmentIndex, IndexState>,
        there: &crate::targets::BodiesThere,
        right: &BTreeMap<String, u64>,
    ) -> Result<bool> {
        let now = self.services.desk_targets().now();
        let fresh = index::fresh(old.as_ref().ok(), there, right, now);
        match old {
            Ok(old) if *old == fresh => return Ok(false),
            Err(IndexState::Absent) if fresh.blobs.is_empty() => return Ok(false),
            Ok(_) | Err(IndexState::Absent) => {}
            Err(_) => self.folder.keep_beside(INDEX_PATH, &index::beside(now)).await?,
        }
        index::write(self.folder, &fresh).await?;
        Ok(true)
    }

    /// The ZIP, as it is handed on. Reads off the async threads.
    async fn spooled(&self, exported: &Exported) -> Result<Spooled> {
        let (path, scratch) = (exported.file.part_path().to_owned(), self.scratch.to_owned());
        let copying = tokio::task::spawn_blocking(move || {
            let copied = Spooled::copied(&scratch, |to| {
                File::open(&path)
                    .and_then(|mut file| std::io::copy(&mut file, to))
                    .map_err(|error| Error::file(&path, &error))
            });
            copied.map(|(content, _)| content)
        });
        copying.await.unwrap_or_else(|_| Err(JobDetail::InternalFault.error()))
    }

    /// Reads the ZIP back in full, and checks every body once more.
    async fn verify(&self, exported: &Exported, result: &mut DeskBackupResult) -> Result<()> {
        let item = RemoteItem {
            path: exported.name.clone(),
            name: exported.name.clone(),
            is_directory: false,
            size: Some(exported.bytes),
            modified_at: None,
        };
        let (check, intact) = match self.examined(&item).await {
            Ok(read) => read,
            Err(_) => {
                tokio::time::sleep(PAUSE).await;
                self.examined(&item).await?
            }
        };
        let is_same = check.sha256 == exported.sha256;
        let is_intact = intact && check.refusal.is_none() && is_same;
        result.check = Some(check);
        if !is_same {
            return Err(TargetDetail::StorageNotKept { path: exported.name.clone() }.error());
        }
        let mut all_there = true;
        if self.target.attachments && !exported.attachments.is_empty() {
            let there = self.folder.bodies(|_, _| ()).await?;
            let lost: BTreeSet<String> = result
                .attachments
                .missing
                .iter()
                .map(|one| format!("{}/{}", one.cipher_id, one.attachment_id))
                .collect();
            for one in &exported.attachments {
                let name = one.blob_name();
                if !lost.contains(&name) && there.standing(&name, one.size_bytes) != Standing::There {
                    all_there = false;
                    result.error.get_or_insert(
                        TargetDetail::StorageNotKept { path: crate::targets::body_path(&name) }.error(),
                    );
                }
            }
        }
        result.is_whole = is_intact && all_there && result.attachments.missing.is_empty();
        Ok(())
    }

    async fn examined(&self, item: &RemoteItem) -> Result<(CheckedHere, bool)> {
        let (check, intact, _) = zips::examined(self.folder, item, self.scratch, self.watch).await?;
        Ok((check, intact))
    }

    fn keep(&self, exported: &Exported, result: &DeskBackupResult) -> Result<()> {
        let (store, place) = (self.services.desk_targets(), self.folder.place());
        let check = result.check.as_ref().filter(|check| check.sha256 == exported.sha256);
        let verified = check.is_some_and(|check| check.damage.is_empty() && check.refusal.is_none());
        let now = store.now();
        store.keep(
            &self.target.id,
            place,
            &DeskBackupKept {
                name: exported.name.clone(),
                bytes: exported.bytes,
                sha256: exported.sha256.clone(),
                made_at: now.to_string(),
                attachments: result.attachments.listed,
                missing: result.attachments.missing.len() as u64,
                verified,
            },
        )?;
        if check.is_none() {
            return Ok(());
        }
        store.seen(place).keep(&[SeenFile {
            path: exported.name.clone(),
            bytes: exported.bytes,
            sha256: exported.sha256.clone(),
            checked_at: now.to_string(),
        }])
    }

    /// Deletes the oldest backups that this computer made here, beyond the number that stays.
    async fn retention(&self, keep: u32, result: &mut DeskBackupResult) -> Result<()> {
        let (store, place) = (self.services.desk_targets(), self.folder.place());
        let listed = self.folder.list("").await?;
        let mut made = Vec::new();
        for one in store.backups(&self.target.id, place)? {
            if listed.iter().any(|item| !item.is_directory && item.name == one.name) {
                made.push(one);
            } else {
                store.forget(&self.target.id, place, &one.name)?;
            }
        }
        let kept: Vec<Kept> =
            made.iter().map(|one| Kept { intact: one.verified, whole: one.is_whole() }).collect();
        let gone: BTreeSet<usize> = over_retention(&kept, keep).into_iter().collect();
        let stays = usize::try_from(keep).unwrap_or(usize::MAX).max(1);
        for (at, one) in made.into_iter().enumerate().skip(stays) {
            if !gone.contains(&at) {
                result.spared.push(one.name);
                continue;
            }
            if self.watch.cancel.is_cancelled() {
                break;
            }
            self.folder.delete(&one.name).await?;
            store.forget(&self.target.id, place, &one.name)?;
            result.removed.push(RemovedDeskBackup { name: one.name, bytes: one.bytes, made_at: one.made_at });
        }
        Ok(())
    }
}
