//! Puts back what a target lacks. No backup and no body is ever deleted: what is in the way gets
//! another name. Wherever it ends, the index lists only what is there.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use futures_util::StreamExt as _;
use jiff::Timestamp;
use tokio::sync::Semaphore;

use super::heal_plan::plan_of;
use super::sources::{Given, Open, new_bodies};
use super::{
    HealAction, HealResult, HealSource, LossCause, StillMissing, StillMissingCause, UploadedBody, WouldLose,
    doctor, index, zips,
};
use crate::checks::{SeenFile, SeenFiles};
use crate::error::TargetDetail;
use crate::jobs::{Outcome, Watch};
use crate::progress::{Stage, Update};
use crate::targets::{AttachmentIndex, BodiesThere, IN_FLIGHT, INDEX_PATH, TargetFolder, body_path};
use crate::{Code, Error, Result};
use desk_base::done_or_return;

/// How many MiB of bodies are on their way at a time.
const MIB_IN_FLIGHT: u32 = 32;

/// Puts back what a target lacks, and lets its index list what is there. Everything is checked
/// again first. Being stopped, or a target that is full or read-only, ends it early with a result
/// that says what was done: another plan then continues.
///
/// # Errors
/// `InvalidRequest` when another plan than the one with the fingerprint `plan` would be made now.
/// As [`doctor`], and when a source cannot be opened. Nothing was changed then.
pub async fn heal(
    folder: &TargetFolder,
    sources: &[HealSource<'_>],
    plan: &str,
    seen: &dyn SeenFiles,
    now: Timestamp,
    watch: &Watch,
) -> Result<Outcome<HealResult>> {
    let new = done_or_return!(new_bodies(sources, watch).await?);
    let found = done_or_return!(doctor(folder, watch).await?);
    let looking = async {
        let sources = Open::all(sources).await?;
        let there = folder.bodies(|_, _| ()).await?;
        Ok((sources, there, index::read(folder).await?))
    };
    let (sources, mut there, old) = done_or_return!(watch.until_stopped(looking).await?);
    let planning = async { Ok(plan_of(found, new.as_deref(), &there, &sources).await) };
    let planned = done_or_return!(watch.until_stopped(planning).await?);
    if planned.fingerprint != plan {
        return Err(TargetDetail::HealPlanChanged.error());
    }
    let found = planned.found;
    let mut result = HealResult {
        place: folder.place().to_owned(),
        on_server: new.map(|new| new.len() as u64),
        uploaded: Vec::new(),
        still_missing: Vec::new(),
        index_written: false,
        index_kept_as: None,
        kept_beside: Vec::new(),
        error: None,
        after: None,
    };
    // A backup that names another size for a body than the newest one does cannot be satisfied too.
    let mut right: BTreeMap<String, u64> = BTreeMap::new();
    for lost in &found.lost {
        right.insert(lost.path.clone(), lost.size_bytes);
    }
    let known = seen.known()?;
    let mut healing =
        Healing { folder, known: &known, right, now, old: old.as_ref().ok(), result: &mut result };

    // First of all the index says the truth: whatever ends this job, the next run uploads what is missing.
    let must_write = planned.index == HealAction::Write;
    let mut written = Ok(());
    if must_write {
        written = healing.replace_index(old != Err(crate::targets::IndexState::Absent), &there).await;
    }
    match written {
        Ok(()) => {
            healing.upload_all(&found.lost, &sources, &mut there, watch).await;
            if must_write && !healing.result.uploaded.is_empty() {
                let fresh = index::fresh(healing.old, &there, &healing.right, now);
                if let Err(error) = index::write(folder, &fresh).await {
                    // The index from before the uploads is still there: at worst, the server uploads these again.
                    healing.result.error.get_or_insert(error);
                }
            }
        }
        Err(error) => {
            let why = StillMissingCause::NotTaken;
            let missing = found.lost.iter().map(|lost| still(lost, why, Some(error.clone())));
            healing.result.still_missing = missing.collect();
            healing.result.error = Some(error);
        }
    }
    // What was done is done, and is said also after a stop.
    let quiet = Watch { cancel: tokio_util::sync::CancellationToken::new(), ..watch.clone() };
    if !watch.cancel.is_cancelled()
        && let Ok(Outcome::Done(after)) = doctor(folder, &quiet).await
    {
        result.after = Some(Box::new(after));
    }
    result.uploaded.sort_by(|one, other| one.path.cmp(&other.path));
    result.still_missing.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(Outcome::Done(result))
}

fn still(lost: &WouldLose, why: StillMissingCause, error: Option<Error>) -> StillMissing {
    StillMissing {
        path: lost.path.clone(),
        size_bytes: lost.size_bytes,
        owner: lost.owner.clone(),
        why,
        error,
    }
}

struct Healing<'a> {
    folder: &'a TargetFolder,
    known: &'a BTreeMap<String, SeenFile>,
    /// The sizes that backups name for the bodies that they lack.
    right: BTreeMap<String, u64>,
    now: Timestamp,
    old: Option<&'a AttachmentIndex>,
    result: &'a mut HealResult,
}

/// What happened to one body.
enum Put<'a> {
    Uploaded(&'a WouldLose, super::HealSourceKind, Option<String>),
    Missing(&'a WouldLose, StillMissingCause, Option<Error>),
    /// The target does not take anything any more.
    Ends(&'a WouldLose, Error),
}

impl Healing<'_> {
    async fn replace_index(&mut self, is_there: bool, there: &BodiesThere) -> Result<()> {
        if is_there {
            let beside = index::beside(self.now);
            self.folder.keep_beside(INDEX_PATH, &beside).await?;
            self.result.index_kept_as = Some(beside);
        }
        let fresh = index::fresh(self.old, there, &self.right, self.now);
        index::write(self.folder, &fresh).await?;
        self.result.index_written = true;
        Ok(())
    }

    async fn upload_all(
        &mut self,
        lost: &[WouldLose],
        sources: &[Open<'_>],
        there: &mut BodiesThere,
        watch: &Watch,
    ) {
        let scratch = match zips::scratch(watch) {
            Ok(scratch) => scratch,
            Err(error) => {
                let why = StillMissingCause::NotReached;
                self.result.still_missing.extend(lost.iter().map(|lost| still(lost, why, None)));
                self.result.error = Some(error);
                return;
            }
        };
        watch.stage(Stage::FetchingAttachments);
        let (total, total_bytes) = (lost.len() as u64, lost.iter().map(|lost| lost.size_bytes).sum::<u64>());
        let (bytes, ended) = (AtomicU64::new(0), AtomicBool::new(false));
        let room = Semaphore::new(MIB_IN_FLIGHT as usize);
        let this = &*self;
        let (room, ended, scratch) = (&room, &ended, scratch.path());
        let mut puts = futures_util::stream::iter(0..lost.len())
            .map(|at| async move {
                let lost = &lost[at];
                let mib = u32::try_from((lost.size_bytes >> 20) + 1).unwrap_or(u32::MAX).min(MIB_IN_FLIGHT);
                let _room = room.acquire_many(mib).await;
                if ended.load(Ordering::Relaxed) || watch.cancel.is_cancelled() {
                    return Put::Missing(lost, StillMissingCause::NotReached, None);
                }
                let put = this.put(lost, sources, scratch, watch).await;
                if matches!(put, Put::Ends(..)) {
                    ended.store(true, Ordering::Relaxed);
                }
                put
            })
            .buffer_unordered(IN_FLIGHT);
        let (mut uploaded, mut missing, mut beside, mut error, mut done) =
            (Vec::new(), Vec::new(), Vec::new(), None, 0_u64);
        while let Some(put) = puts.next().await {
            done += 1;
            match put {
                Put::Uploaded(lost, source, kept) => {
                    bytes.fetch_add(lost.size_bytes, Ordering::Relaxed);
                    there.sizes.insert(lost.path.clone(), Some(lost.size_bytes));
                    beside.extend(kept);
                    uploaded.push(UploadedBody {
                        path: lost.path.clone(),
                        size_bytes: lost.size_bytes,
                        source,
                    });
                }
                Put::Missing(lost, why, error) => missing.push(still(lost, why, error)),
                Put::Ends(lost, cause) => {
                    missing.push(still(lost, StillMissingCause::NotTaken, Some(cause.clone())));
                    error.get_or_insert(cause);
                }
            }
            let bytes = bytes.load(Ordering::Relaxed);
            watch.progress.report(Update::Attachments { done, total, bytes, total_bytes });
        }
        drop(puts);
        self.result.uploaded = uploaded;
        self.result.still_missing.extend(missing);
        self.result.kept_beside = beside;
        if let Some(error) = error {
            self.result.error.get_or_insert(error);
        }
    }

    async fn put<'b>(
        &self,
        lost: &'b WouldLose,
        sources: &[Open<'_>],
        scratch: &std::path::Path,
        watch: &Watch,
    ) -> Put<'b> {
        if lost.cause == LossCause::UnsafeName {
            return Put::Missing(lost, StillMissingCause::NoSource, None);
        }
        let path = body_path(&lost.path);
        let known = self.known.get(&path).filter(|seen| seen.bytes == lost.size_bytes);
        let known = known.map(|seen| seen.sha256.as_str());
        let (mut why, mut failed) = (StillMissingCause::NoSource, None);
        for source in sources {
            match source.give(&lost.path, lost.size_bytes, known, scratch, &watch.cancel).await {
                Ok(Given::Body(mut body)) => {
                    let beside = match self.make_way(lost, &path).await {
                        Ok(beside) => beside,
                        Err(error) => return refused(lost, error),
                    };
                    return match self.folder.write(&path, &mut body).await {
                        Ok(()) => Put::Uploaded(lost, source.kind(), beside),
                        Err(error) => {
                            if let Some(beside) = beside {
                                // Where it was, as far as the target still lets us.
                                let _ = self.folder.keep_beside(&beside, &path).await;
                            }
                            refused(lost, error)
                        }
                    };
                }
                Ok(Given::Absent) => {}
                Ok(Given::DoesNotFit) => why = StillMissingCause::DoesNotFit,
                Err(error) => {
                    why = StillMissingCause::SourceFailed;
                    failed = Some(error);
                }
            }
        }
        Put::Missing(lost, why, failed)
    }

    /// Gives another name to a body of a wrong size.
    async fn make_way(&self, lost: &WouldLose, path: &str) -> Result<Option<String>> {
        if lost.cause != LossCause::SizeDiffers {
            return Ok(None);
        }
        let beside = format!("{path}.replaced-{}", self.now.strftime("%Y%m%d-%H%M%S"));
        self.folder.keep_beside(path, &beside).await?;
        Ok(Some(beside))
    }
}

/// Whether the target takes nothing any more, or only not this one.
fn refused(lost: &WouldLose, error: Error) -> Put<'_> {
    let ends = error.is(TargetDetail::StorageFull)
        || error.is(TargetDetail::StorageReadOnly)
        || matches!(
            error.code(),
            Code::DiskFull | Code::PermissionDenied | Code::HostUnreachable | Code::TlsFailed
        );
    if ends { Put::Ends(lost, error) } else { Put::Missing(lost, StillMissingCause::NotTaken, Some(error)) }
}
