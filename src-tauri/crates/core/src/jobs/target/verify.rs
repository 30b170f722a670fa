//! Reads a target: every backup in full, and the bodies that they need.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures_util::StreamExt as _;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::read::{Reading, read_twice};
use super::zips::{self, ZIPS_AT_A_TIME};
use super::{AttachmentCounts, BodyProblem, BodyTrouble, Coverage, VerifiedArchive, VerifyResult, doctor};
use crate::Result;
use crate::archive::Attachment;
use crate::checks::{IntegrityLevel, SeenFile, SeenFiles};
use crate::jobs::{Outcome, Watch};
use crate::progress::{Stage, Update};
use crate::server::RemoteItem;
use crate::targets::{BodiesThere, IN_FLIGHT, Standing, TargetFolder, body_path, is_body_name};

/// How many files are remembered at a time.
const BATCH: usize = 256;
/// A second check on the same day counts for that day.
const A_DAY: SignedDuration = SignedDuration::from_hours(20);

/// How much of the bodies is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, specta::Type)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum Depth {
    /// None: that they are there with the right size is enough.
    Listing,
    /// So many a day that each is read once in this many days.
    Rotating {
        /// The days.
        days: u32,
    },
    /// All.
    Everything,
}

/// Reads every backup of a target and checks every body that one needs. Only reads.
///
/// # Errors
/// What listing the target fails with, and `LedgerFailed`.
pub async fn verify(
    folder: &TargetFolder,
    depth: Depth,
    seen: &dyn SeenFiles,
    now: Timestamp,
    watch: &Watch,
) -> Result<Outcome<VerifyResult>> {
    watch.until_stopped(read_all(folder, depth, seen, now, watch)).await
}

async fn read_all(
    folder: &TargetFolder,
    depth: Depth,
    seen: &dyn SeenFiles,
    now: Timestamp,
    watch: &Watch,
) -> Result<VerifyResult> {
    watch.stage(Stage::Listing);
    let known = seen.known()?;
    let backups = zips::backups(folder).await?;
    let there = folder.bodies(|done, total| watch.progress.report(Update::Files { done, total })).await?;

    watch.stage(Stage::CheckingHere);
    let mut result = VerifyResult {
        place: folder.place().to_owned(),
        archives: Vec::new(),
        attachments: AttachmentCounts::default(),
        problems: Vec::new(),
        coverage: Coverage::default(),
        passing_errors: 0,
        unread: doctor::unread(&there),
    };
    let mut needed: BTreeMap<(String, u64), Option<String>> = BTreeMap::new();
    let mut batch = Vec::new();
    let scratch = zips::scratch(watch)?;
    let total = backups.len() as u64;
    {
        let known = &known;
        let mut readings = futures_util::stream::iter(backups)
            .map(|item| {
                let scratch = scratch.path();
                async move { archive_twice(folder, item, known, scratch, watch).await }
            })
            .buffered(ZIPS_AT_A_TIME);
        while let Some((mut archive, attachments, was_passing)) = readings.next().await {
            result.passing_errors += u64::from(was_passing);
            if let (Some(sha256), Some(bytes), false) = (&archive.sha256, archive.bytes, archive.is_damaged())
            {
                batch.push(SeenFile {
                    path: archive.name.clone(),
                    bytes,
                    sha256: sha256.clone(),
                    checked_at: now.to_string(),
                });
            }
            for attachment in attachments.into_iter().filter(|one| !one.present) {
                archive.listed += 1;
                archive.lost += u64::from(is_lost(&attachment, &there));
                needed.insert((attachment.blob_name(), attachment.size_bytes), attachment.owner_email);
            }
            result.archives.push(archive);
            watch.progress.report(Update::Files { done: result.archives.len() as u64, total });
        }
    }
    seen.keep(&std::mem::take(&mut batch))?;

    let readable = look_up(&needed, &there, &mut result);
    let due = due(&readable, &known, depth, now);
    result.coverage.per_day = match depth {
        Depth::Rotating { days } => Some(per_day(readable.len(), days) as u64),
        Depth::Listing | Depth::Everything => None,
    };
    let read = read_bodies(folder, &due, &known, seen, now, watch, &mut result).await?;
    cover(&readable, &known, &read, now, &mut result.coverage);
    Ok(result)
}

/// The listing says that the body of an attachment is missing or has another size.
fn is_lost(attachment: &Attachment, there: &BodiesThere) -> bool {
    let name = attachment.blob_name();
    let standing = there.standing(&name, attachment.size_bytes);
    !is_body_name(&name) || matches!(standing, Standing::Missing | Standing::SizeDiffers(_))
}

/// A body that is there and can be read.
struct Readable {
    name: String,
    size: u64,
    owner: Option<String>,
}

/// Counts how the bodies stand by the listing; returns those that can be read.
fn look_up(
    needed: &BTreeMap<(String, u64), Option<String>>,
    there: &BodiesThere,
    result: &mut VerifyResult,
) -> Vec<Readable> {
    let mut readable = Vec::new();
    let counts = &mut result.attachments;
    for ((name, size), owner) in needed {
        counts.listed += 1;
        let standing = if is_body_name(name) { there.standing(name, *size) } else { Standing::Missing };
        let trouble = match standing {
            Standing::There => {
                counts.present += 1;
                readable.push(Readable { name: name.clone(), size: *size, owner: owner.clone() });
                continue;
            }
            Standing::Unknown => {
                counts.unreadable += 1;
                continue;
            }
            Standing::Missing => {
                counts.missing += 1;
                BodyTrouble::Missing
            }
            Standing::SizeDiffers(_) => {
                counts.size_differs += 1;
                BodyTrouble::SizeDiffers
            }
        };
        let (path, owner) = (name.clone(), owner.clone());
        result.problems.push(BodyProblem { path, size_bytes: *size, owner, trouble });
    }
    readable
}

fn per_day(bodies: usize, days: u32) -> usize {
    bodies.div_ceil(usize::try_from(days.max(1)).unwrap_or(usize::MAX))
}

/// The bodies whose turn it is, those first that were not read for the longest time.
fn due<'a>(
    readable: &'a [Readable],
    known: &BTreeMap<String, SeenFile>,
    depth: Depth,
    now: Timestamp,
) -> Vec<&'a Readable> {
    let most = match depth {
        Depth::Listing => return Vec::new(),
        Depth::Everything => return readable.iter().collect(),
        Depth::Rotating { days } => per_day(readable.len(), days),
    };
    let checked = |body: &Readable| {
        known.get(&body_path(&body.name)).and_then(|seen| seen.checked_at.parse::<Timestamp>().ok())
    };
    let is_today = |body: &&Readable| checked(body).is_some_and(|at| now.duration_since(at) < A_DAY);
    let today = readable.iter().filter(is_today).count();
    let mut due: Vec<&Readable> = readable.iter().filter(|body| !is_today(body)).collect();
    due.sort_by_key(|body| checked(body));
    due.truncate(most.saturating_sub(today));
    due
}

/// Reads bodies; returns the names of those that were read and found right.
async fn read_bodies(
    folder: &TargetFolder,
    due: &[&Readable],
    known: &BTreeMap<String, SeenFile>,
    seen: &dyn SeenFiles,
    now: Timestamp,
    watch: &Watch,
    result: &mut VerifyResult,
) -> Result<Vec<String>> {
    let (total, total_bytes) = (due.len() as u64, due.iter().map(|body| body.size).sum::<u64>());
    let (done, bytes) = (AtomicU64::new(0), AtomicU64::new(0));
    let report = || {
        watch.progress.report(Update::Attachments {
            done: done.load(Ordering::Relaxed),
            total,
            bytes: bytes.load(Ordering::Relaxed).min(total_bytes),
            total_bytes,
        });
    };
    if total > 0 {
        report();
    }
    let count = |more: u64| {
        bytes.fetch_add(more, Ordering::Relaxed);
    };
    let (mut right, mut batch) = (Vec::new(), Vec::new());
    let mut readings = futures_util::stream::iter(0..due.len())
        .map(|at| {
            let (body, count) = (due[at], &count);
            async move {
                let path = body_path(&body.name);
                let hash = known.get(&path).filter(|seen| seen.bytes == body.size);
                let hash = hash.map(|seen| seen.sha256.as_str());
                let reading = read_twice(folder, &path, body.size, hash, &watch.cancel, count).await;
                (body, path, reading)
            }
        })
        .buffer_unordered(IN_FLIGHT);
    while let Some((body, path, reading)) = readings.next().await {
        done.fetch_add(1, Ordering::Relaxed);
        report();
        let counts = &mut result.attachments;
        let trouble = match reading {
            Reading::Right(read, was_passing) => {
                counts.read += 1;
                result.passing_errors += u64::from(was_passing);
                right.push(body.name.clone());
                let checked_at = now.to_string();
                batch.push(SeenFile { path, bytes: read.bytes, sha256: read.sha256, checked_at });
                if batch.len() >= BATCH {
                    seen.keep(&std::mem::take(&mut batch))?;
                }
                continue;
            }
            Reading::Changed => {
                counts.changed += 1;
                BodyTrouble::Changed
            }
            Reading::Unstable => {
                counts.changed += 1;
                BodyTrouble::Unstable
            }
            Reading::Gone => {
                counts.missing += 1;
                BodyTrouble::Missing
            }
            Reading::OtherSize => {
                counts.size_differs += 1;
                BodyTrouble::SizeDiffers
            }
            Reading::Failed(error) => {
                counts.unreadable += 1;
                BodyTrouble::Unreadable { error }
            }
        };
        counts.present -= 1;
        result.problems.push(BodyProblem {
            path: body.name.clone(),
            size_bytes: body.size,
            owner: body.owner.clone(),
            trouble,
        });
    }
    seen.keep(&batch)?;
    Ok(right)
}

fn cover(
    readable: &[Readable],
    known: &BTreeMap<String, SeenFile>,
    read: &[String],
    now: Timestamp,
    coverage: &mut Coverage,
) {
    let read: std::collections::BTreeSet<&str> = read.iter().map(String::as_str).collect();
    let mut oldest: Option<Timestamp> = None;
    coverage.of = readable.len() as u64;
    for body in readable {
        let at = if read.contains(body.name.as_str()) {
            Some(now)
        } else {
            let seen = known.get(&body_path(&body.name)).filter(|seen| seen.bytes == body.size);
            seen.and_then(|seen| seen.checked_at.parse().ok())
        };
        let Some(at) = at else { continue };
        coverage.checked += 1;
        oldest = Some(oldest.map_or(at, |oldest| oldest.min(at)));
    }
    coverage.oldest_check = oldest.map(|at| at.to_string());
}

/// Reads a backup, and once more when the first time is not right. Says whether the first was
/// only a passing error.
async fn archive_twice(
    folder: &TargetFolder,
    item: RemoteItem,
    known: &BTreeMap<String, SeenFile>,
    scratch: &std::path::Path,
    watch: &Watch,
) -> (VerifiedArchive, Vec<Attachment>, bool) {
    let known = known.get(&item.path);
    let (first, attachments) = archive_once(folder, &item, known, scratch, watch).await;
    let is_right = |archive: &VerifiedArchive| archive.error.is_none() && !archive.is_damaged();
    if is_right(&first) || watch.cancel.is_cancelled() {
        return (first, attachments, false);
    }
    tokio::time::sleep(Duration::from_millis(400)).await;
    let (second, attachments) = archive_once(folder, &item, known, scratch, watch).await;
    let was_passing = is_right(&second);
    (second, attachments, was_passing)
}

async fn archive_once(
    folder: &TargetFolder,
    item: &RemoteItem,
    known: Option<&SeenFile>,
    scratch: &std::path::Path,
    watch: &Watch,
) -> (VerifiedArchive, Vec<Attachment>) {
    let mut archive = VerifiedArchive {
        name: item.name.clone(),
        bytes: item.size,
        intact: false,
        name_hash: None,
        kind: None,
        refusal: None,
        level: IntegrityLevel::NotChecked,
        sha256: None,
        changed: false,
        listed: 0,
        lost: 0,
        error: None,
    };
    match zips::examined(folder, item, scratch, watch).await {
        Ok((here, intact, attachments)) => {
            archive.changed = known.is_some_and(|known| known.sha256 != here.sha256);
            archive.level = here.level();
            archive.bytes = Some(here.bytes);
            archive.intact = intact && !archive.changed;
            archive.name_hash = Some(here.name_hash);
            archive.kind = here.kind;
            archive.refusal = here.refusal;
            archive.sha256 = Some(here.sha256);
            (archive, attachments)
        }
        Err(error) => {
            archive.error = Some(error);
            (archive, Vec::new())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(name: &str, checked_at: &str) -> (String, SeenFile) {
        let path = body_path(name);
        (path.clone(), SeenFile { path, bytes: 1, sha256: String::new(), checked_at: checked_at.into() })
    }

    #[test]
    fn a_rotating_check_reads_the_oldest_first_and_counts_todays_reads() {
        let readable: Vec<Readable> = ["c/a", "c/b", "c/c", "c/d", "c/e", "c/f"]
            .map(|name| Readable { name: name.into(), size: 1, owner: None })
            .into();
        let now: Timestamp = "2026-11-28T12:00:00Z".parse().expect("a time");
        let known = BTreeMap::from([
            seen("c/a", "2026-11-28T11:00:00Z"),
            seen("c/b", "2026-11-20T11:00:00Z"),
            seen("c/d", "2026-11-10T11:00:00Z"),
        ]);
        let names = |depth| {
            let due = due(&readable, &known, depth, now);
            due.into_iter().map(|body| body.name.clone()).collect::<Vec<_>>()
        };
        assert_eq!(names(Depth::Rotating { days: 2 }), ["c/c", "c/e"], "3 a day, one was read already");
        assert_eq!(names(Depth::Rotating { days: 1 }), ["c/c", "c/e", "c/f", "c/d", "c/b"]);
        assert_eq!(names(Depth::Listing).len(), 0);
        assert_eq!(names(Depth::Everything).len(), 6);

        let mut coverage = Coverage::default();
        cover(&readable, &known, &["c/c".into()], now, &mut coverage);
        assert_eq!((coverage.checked, coverage.of), (4, 6));
        assert_eq!(coverage.oldest_check.as_deref(), Some("2026-11-10T11:00:00Z"));
    }
}
