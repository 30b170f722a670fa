//! Checks a target as a whole: its backups, its attachment index and the bodies there.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};

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
    let (index, index_error) = match index::read(folder).await {
        Ok(index) => (index, None),
        Err(error) => (Err(IndexState::NotRead), Some(error)),
    };

    // Listing waits for the network, reading keeps the processor busy.
    watch.stage(Stage::CheckingHere);
    let done = Done::of(backups.len() as u64, watch);
    let listing = folder.bodies(|listed, folders| done.listed(listed, folders));
    let (there, mut lists) = tokio::try_join!(listing, read_all(folder, backups, &done, watch))?;
    let rows = lists.rows();
    let mut gathered = Gathered::default();
    for backup in lists.backups {
        gathered.add(backup, &rows, &there);
    }
    let orphans = there.sizes.iter().filter(|(name, _)| !gathered.named.contains(name.as_str()));
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

/// How far listing and reading have come, as one count.
struct Done<'a> {
    backups: u64,
    read: AtomicU64,
    listed: AtomicU64,
    folders: AtomicU64,
    watch: &'a Watch,
}

impl<'a> Done<'a> {
    fn of(backups: u64, watch: &'a Watch) -> Self {
        let [read, listed, folders] = Default::default();
        Self { backups, read, listed, folders, watch }
    }

    fn read_one(&self) {
        self.read.fetch_add(1, Ordering::Relaxed);
        self.report();
    }

    fn listed(&self, folders: u64, of: u64) {
        self.listed.store(folders, Ordering::Relaxed);
        self.folders.store(of, Ordering::Relaxed);
        self.report();
    }

    fn report(&self) {
        let [read, listed, folders] =
            [&self.read, &self.listed, &self.folders].map(|count| count.load(Ordering::Relaxed));
        self.watch.progress.report(Update::Files { done: read + listed, total: self.backups + folders });
    }
}

/// Reads every backup in full, some at a time.
async fn read_all(
    folder: &TargetFolder,
    backups: Vec<RemoteItem>,
    done: &Done<'_>,
    watch: &Watch,
) -> Result<Lists> {
    let scratch = zips::scratch(watch)?;
    let mut lists = Lists::default();
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
        lists.add(item, read);
        done.read_one();
    }
    Ok(lists)
}

/// One attachment as backups list it.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    name: String,
    size_bytes: u64,
    owner: Option<String>,
    /// Its body is inside the ZIP.
    present: bool,
}

/// What the backups list. Backups of one server list mostly the same: each row is kept once.
#[derive(Default)]
struct Lists {
    backups: Vec<(BackupLosses, Vec<u32>)>,
    numbers: BTreeMap<Row, u32>,
}

impl Lists {
    fn add(&mut self, item: RemoteItem, read: Result<Read>) {
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
        let mut rows = Vec::new();
        match read {
            Ok((here, _, attachments)) => {
                backup.level = here.level();
                backup.refusal = here.refusal;
                rows.reserve_exact(attachments.len());
                for attachment in attachments {
                    let row = Row {
                        name: attachment.blob_name(),
                        size_bytes: attachment.size_bytes,
                        owner: attachment.owner_email,
                        present: attachment.present,
                    };
                    let next = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
                    rows.push(*self.numbers.entry(row).or_insert(next));
                }
            }
            Err(error) => backup.error = Some(error),
        }
        self.backups.push((backup, rows));
    }

    /// The rows by their number.
    fn rows(&mut self) -> Vec<Row> {
        let mut rows: Vec<(u32, Row)> =
            std::mem::take(&mut self.numbers).into_iter().map(|(row, number)| (number, row)).collect();
        rows.sort_unstable_by_key(|(number, _)| *number);
        rows.into_iter().map(|(_, row)| row).collect()
    }
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

/// What restoring the backups would lose.
#[derive(Default)]
struct Gathered<'a> {
    backups: Vec<BackupLosses>,
    lost: BTreeMap<(&'a str, u64), WouldLose>,
    named: BTreeSet<&'a str>,
}

impl<'a> Gathered<'a> {
    fn add(&mut self, (mut backup, numbers): (BackupLosses, Vec<u32>), rows: &'a [Row], there: &BodiesThere) {
        let mut owners: BTreeMap<&Option<String>, (u64, u64)> = BTreeMap::new();
        for row in numbers.into_iter().filter_map(|number| rows.get(usize::try_from(number).ok()?)) {
            self.named.insert(&row.name);
            // A body inside the ZIP needs no target; the one on the target is named anyway.
            if row.present {
                continue;
            }
            backup.listed += 1;
            let Some(cause) = loss(&row.name, row.size_bytes, there) else { continue };
            let sums = owners.entry(&row.owner).or_default();
            *sums = (sums.0 + 1, sums.1 + row.size_bytes);
            let loss = WouldLose {
                path: row.name.clone(),
                size_bytes: row.size_bytes,
                owner: row.owner.clone(),
                cause,
            };
            backup.would_lose_count += 1;
            if backup.would_lose.len() < MOST_LISTED {
                backup.would_lose.push(loss.clone());
            }
            self.lost.entry((&row.name, row.size_bytes)).or_insert(loss);
        }
        let owners = owners.into_iter();
        backup.owners = owners
            .map(|(owner, (attachments, bytes))| OwnerLosses { owner: owner.clone(), attachments, bytes })
            .collect();
        self.backups.push(backup);
    }
}

/// Why a restore would lose a body; `None` when it is there, or nothing is known of it.
pub(super) fn loss(name: &str, size: u64, there: &BodiesThere) -> Option<LossCause> {
    if !is_body_name(name) {
        return Some(LossCause::UnsafeName);
    }
    match there.standing(name, size) {
        Standing::There | Standing::Unknown => None,
        Standing::Missing => Some(LossCause::Missing),
        Standing::SizeDiffers(_) => Some(LossCause::SizeDiffers),
    }
}
