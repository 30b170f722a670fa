//! Looks at a target as a whole: its backups, its attachment index and the bodies there.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::StreamExt as _;

use super::zips::{self, ZIPS_AT_A_TIME};
use super::{
    BackupLosses, DoctorResult, IndexReport, LossCause, MOST_LISTED, OwnerLosses, TargetBody, UnreadFolder,
    WouldLose, index,
};
use crate::Result;
use crate::archive::Attachment;
use crate::checks::{CheckedHere, IntegrityLevel};
use crate::jobs::{Outcome, Watch};
use crate::progress::{Stage, Update};
use crate::server::RemoteItem;
use crate::targets::{BodiesThere, IndexState, Standing, TargetFolder, is_body_name};

/// Reads every backup of a target in full, and compares it and the attachment index with the bodies
/// there. Only reads.
///
/// # Errors
/// What listing the target fails with. A backup that cannot be read is part of the result.
pub async fn doctor(folder: &TargetFolder, watch: &Watch) -> Result<Outcome<DoctorResult>> {
    watch.until_stopped(examine(folder, watch)).await
}

async fn examine(folder: &TargetFolder, watch: &Watch) -> Result<DoctorResult> {
    watch.stage(Stage::Listing);
    let backups = zips::backups(folder).await?;
    let there = folder.bodies(|done, total| watch.progress.report(Update::Files { done, total })).await?;
    let (index, index_error) = match index::read(folder).await {
        Ok(index) => (index, None),
        Err(error) => (Err(IndexState::NotRead), Some(error)),
    };

    watch.stage(Stage::CheckingHere);
    let scratch = zips::scratch(watch)?;
    let total = backups.len() as u64;
    let mut gathered = Gathered::default();
    let mut readings = futures_util::stream::iter(backups)
        .map(|item| {
            let scratch = scratch.path();
            async move {
                let read = zips::examined(folder, &item, scratch, watch).await;
                (item, read)
            }
        })
        .buffered(ZIPS_AT_A_TIME);
    while let Some((item, read)) = readings.next().await {
        gathered.add(item, read, &there);
        watch.progress.report(Update::Files { done: gathered.backups.len() as u64, total });
    }
    let orphans = there.sizes.iter().filter(|(name, _)| !gathered.named.contains(*name));
    let orphans = orphans.map(|(name, size)| TargetBody { path: name.clone(), size_bytes: *size }).collect();
    Ok(DoctorResult {
        place: folder.place().to_owned(),
        backups: gathered.backups,
        lost: gathered.lost.into_values().collect(),
        index: IndexReport { error: index_error, ..index::compared(&index, &there) },
        orphans,
        bodies: there.sizes.len() as u64,
        unread: unread(&there),
    })
}

/// The folders that could not be listed.
pub(super) fn unread(there: &BodiesThere) -> Vec<UnreadFolder> {
    let folders = there.unread.iter();
    folders
        .map(|(name, error)| UnreadFolder { path: format!("attachments/{name}"), error: error.clone() })
        .collect()
}

/// What reading a backup in full showed.
type Read = (CheckedHere, bool, Vec<Attachment>);

/// What the backups show, one after the other: only what is wrong is kept of each.
#[derive(Default)]
struct Gathered {
    backups: Vec<BackupLosses>,
    lost: BTreeMap<(String, u64), WouldLose>,
    named: BTreeSet<String>,
}

impl Gathered {
    fn add(&mut self, item: RemoteItem, read: Result<Read>, there: &BodiesThere) {
        let mut backup = BackupLosses {
            name: item.name,
            bytes: item.size,
            level: IntegrityLevel::NotChecked,
            refusal: None,
            listed: 0,
            would_lose_count: 0,
            would_lose: Vec::new(),
            owners: Vec::new(),
            error: None,
        };
        let mut owners: BTreeMap<Option<String>, (u64, u64)> = BTreeMap::new();
        match read {
            Ok((here, _, attachments)) => {
                backup.level = here.level();
                backup.refusal = here.refusal;
                for attachment in attachments {
                    // A body inside the ZIP needs no target; the one on the target is named anyway.
                    let name = attachment.blob_name();
                    if attachment.present {
                        self.named.insert(name);
                        continue;
                    }
                    backup.listed += 1;
                    let cause = loss(&name, attachment.size_bytes, there);
                    self.named.insert(name.clone());
                    let Some(cause) = cause else { continue };
                    let owner = attachment.owner_email;
                    let sums = owners.entry(owner.clone()).or_default();
                    *sums = (sums.0 + 1, sums.1 + attachment.size_bytes);
                    let loss = WouldLose { path: name, size_bytes: attachment.size_bytes, owner, cause };
                    backup.would_lose_count += 1;
                    if backup.would_lose.len() < MOST_LISTED {
                        backup.would_lose.push(loss.clone());
                    }
                    self.lost.entry((loss.path.clone(), loss.size_bytes)).or_insert(loss);
                }
            }
            Err(error) => backup.error = Some(error),
        }
        let owners = owners.into_iter();
        backup.owners =
            owners.map(|(owner, (attachments, bytes))| OwnerLosses { owner, attachments, bytes }).collect();
        self.backups.push(backup);
    }
}

/// Why a restore would lose a body; `None` when it is there, or nothing is known of it.
fn loss(name: &str, size: u64, there: &BodiesThere) -> Option<LossCause> {
    if !is_body_name(name) {
        return Some(LossCause::UnsafeName);
    }
    match there.standing(name, size) {
        Standing::There | Standing::Unknown => None,
        Standing::Missing => Some(LossCause::Missing),
        Standing::SizeDiffers(_) => Some(LossCause::SizeDiffers),
    }
}
