//! The bodies of a backup to a desk target. One that is there with content that is known is not
//! fetched again; every other one is fetched, written and read back.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt as _, StreamExt as _};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Semaphore;

use super::store::DeskTargetStore;
use super::types::DeskBackupResult;
use crate::archive::{Attachment, body_entry};
use crate::checks::SeenFile;
use crate::jobs::target::read::{Reading, read_twice};
use crate::jobs::target::sources::{Given, Open};
use crate::jobs::{KnownBodies, MissingBody, MissingCause, Outcome, PARALLEL, Watch};
use crate::progress::{Stage, Update};
use crate::server::Session;
use crate::targets::{BodiesThere, Spooled, Standing, TargetFolder, body_path, is_body_name};
use crate::{Code, Error, Result};

/// How often a body is asked for that fails in a way that may pass.
const TRIES: u32 = 3;
/// So many bodies in a row that the network lost end the backup.
const LOST_IN_A_ROW: u32 = 3;
/// How many MiB are on their way at a time.
const MIB_IN_FLIGHT: u32 = 32;
/// A body that was not read for this long is read again before it is relied on.
const READ_AGAIN: SignedDuration = SignedDuration::from_hours(30 * 24);

/// What writing bodies works with.
pub(super) struct Bodies<'a> {
    pub session: &'a Session,
    pub folder: &'a TargetFolder,
    pub store: &'a dyn DeskTargetStore,
    pub known: &'a dyn KnownBodies,
    pub scratch: &'a Path,
    pub watch: &'a Watch,
}

/// What happened to a body.
enum Became {
    /// It was there; whether it was read now, with its hash.
    There(Option<String>),
    Written {
        sha256: String,
        beside: Option<String>,
    },
    Missing(MissingCause, u32, Option<String>),
    /// It was not checked, because the backup ended.
    Skipped,
}

/// Writes the bodies that are missing. `there` lists them afterwards.
pub(super) async fn write_all(
    work: &Bodies<'_>,
    needed: &[(String, Attachment)],
    there: &mut BodiesThere,
    result: &mut DeskBackupResult,
) -> Result<Outcome<()>> {
    let watch = work.watch;
    watch.stage(Stage::FetchingAttachments);
    let seen = work.store.seen(work.folder.place());
    let at_place = seen.known()?;
    let named: Vec<(String, u64)> = needed.iter().map(|(name, one)| (name.clone(), one.size_bytes)).collect();
    let at_server = work.known.hashes(&named);
    let now = work.store.now();
    let (total, total_bytes) =
        (needed.len() as u64, needed.iter().map(|(_, one)| one.size_bytes).sum::<u64>());
    let mut first_error = None;
    let mut changes = Vec::new();
    {
        let one = One {
            work,
            at_place: &at_place,
            at_server: &at_server,
            there,
            now,
            lost: AtomicU32::new(0),
            ended: AtomicBool::new(false),
            room: Semaphore::new(MIB_IN_FLIGHT as usize),
        };
        let (mut waiting, mut at_work) = (needed.iter(), FuturesUnordered::new());
        let (mut done, mut bytes) = (0, 0);
        loop {
            while at_work.len() < PARALLEL
                && let Some(needed) = waiting.next()
            {
                at_work.push(one.attend(needed));
            }
            let Some((name, attachment, became)) = at_work.next().await else { break };
            done += 1;
            let size = attachment.size_bytes;
            let counts = &mut result.attachments;
            let keep = |sha256: String| SeenFile {
                path: body_path(name),
                bytes: size,
                sha256,
                checked_at: now.to_string(),
            };
            match became {
                Ok(Became::There(sha256)) => {
                    counts.already_there += 1;
                    if let Some(sha256) = sha256 {
                        counts.read_again += 1;
                        seen.keep(&[keep(sha256)])?;
                    }
                }
                Ok(Became::Written { sha256, beside }) => {
                    counts.uploaded += 1;
                    counts.uploaded_bytes += size;
                    result.kept_beside.extend(beside);
                    changes.push((name.to_owned(), size));
                    // At once: after a kill, the next backup knows that it is there.
                    seen.keep(&[keep(sha256)])?;
                }
                Ok(Became::Missing(cause, tries, words)) => {
                    counts.missing.push(missing(attachment, cause, tries, words));
                }
                Ok(Became::Skipped) => {}
                Err(error) => {
                    first_error.get_or_insert(error);
                }
            }
            bytes += size;
            watch.progress.report(Update::Attachments { done, total, bytes, total_bytes });
        }
    }
    for (name, size) in changes {
        there.sizes.insert(name, Some(size));
    }
    result.attachments.missing.sort_by(|one, other| one.path.cmp(&other.path));
    match first_error {
        Some(error) => Err(error),
        None if watch.cancel.is_cancelled() => Ok(Outcome::Stopped),
        None => Ok(Outcome::Done(())),
    }
}

fn missing(
    attachment: &Attachment,
    cause: MissingCause,
    tries: u32,
    original: Option<String>,
) -> MissingBody {
    MissingBody {
        path: body_entry(&attachment.blob_name()),
        cipher_id: attachment.cipher_id.clone(),
        attachment_id: attachment.attachment_id.clone(),
        size_bytes: attachment.size_bytes,
        owner: attachment.owner_email.clone(),
        cause,
        tries,
        original,
    }
}

struct One<'a> {
    work: &'a Bodies<'a>,
    /// What was read at the place before.
    at_place: &'a BTreeMap<String, SeenFile>,
    /// What the server's bodies are known to be.
    at_server: &'a HashMap<String, String>,
    there: &'a BodiesThere,
    now: Timestamp,
    /// How many the network lost in a row.
    lost: AtomicU32,
    /// No further body is started.
    ended: AtomicBool,
    room: Semaphore,
}

impl One<'_> {
    fn attend<'b>(
        &'b self,
        (name, attachment): &'b (String, Attachment),
    ) -> BoxFuture<'b, (&'b str, &'b Attachment, Result<Became>)> {
        async move {
            let mib = u32::try_from((attachment.size_bytes >> 20) + 1).unwrap_or(u32::MAX);
            let _room = self.room.acquire_many(mib.min(MIB_IN_FLIGHT)).await;
            if self.ended.load(Ordering::Relaxed) || self.work.watch.cancel.is_cancelled() {
                return (name.as_str(), attachment, Ok(Became::Skipped));
            }
            // Dropping a write could leave half a file under a temporary name: it comes to its end.
            let became = self.write(name, attachment).await;
            if became.is_err() {
                self.ended.store(true, Ordering::Relaxed);
            }
            (name.as_str(), attachment, became)
        }
        .boxed()
    }

    async fn write(&self, name: &str, attachment: &Attachment) -> Result<Became> {
        if !is_body_name(name) {
            return Ok(Became::Missing(MissingCause::UnsafeName, 0, None));
        }
        let (path, size) = (body_path(name), attachment.size_bytes);
        let standing = self.there.standing(name, size);
        let known = self.at_server.get(name).map(String::as_str);
        let seen = self.at_place.get(&path).filter(|seen| seen.bytes == size);
        if standing == Standing::There
            && let Some(seen) = seen
            && known.is_none_or(|known| known == seen.sha256)
        {
            if !self.is_due(seen) {
                return Ok(Became::There(None));
            }
            if let Some(sha256) = self.read(&path, size, Some(&seen.sha256)).await {
                return Ok(Became::There(Some(sha256)));
            }
        }
        let fetching = self.work.watch.until_stopped(self.fetch(name, size, known));
        let Outcome::Done(fetched) = fetching.await? else { return Ok(Became::Skipped) };
        match fetched {
            Ok(body) => self.put(&path, size, standing, body).await,
            // The server lost it, and the place still has it.
            Err(_) if standing == Standing::There => {
                let known = known.or_else(|| seen.map(|seen| seen.sha256.as_str()));
                match self.read(&path, size, known).await {
                    Some(sha256) => Ok(Became::There(Some(sha256))),
                    None => Ok(Became::Missing(MissingCause::NotFound, TRIES, None)),
                }
            }
            Err((cause, tries, words)) => Ok(Became::Missing(cause, tries, words)),
        }
    }

    fn is_due(&self, seen: &SeenFile) -> bool {
        let checked = seen.checked_at.parse::<Timestamp>();
        checked.is_ok_and(|at| self.now.duration_since(at) > READ_AGAIN)
    }

    /// The hash of a body at the place, when it can be read and is what it should be.
    async fn read(&self, path: &str, size: u64, known: Option<&str>) -> Option<String> {
        match read_twice(self.work.folder, path, size, known, &self.work.watch.cancel, &|_| ()).await {
            Reading::Right(read, _) => Some(read.sha256),
            _ => None,
        }
    }

    /// Fetches a body from the server, or says why it cannot be had.
    async fn fetch(
        &self,
        name: &str,
        size: u64,
        known: Option<&str>,
    ) -> Result<Result<Spooled, (MissingCause, u32, Option<String>)>> {
        let server = Open::Server(self.work.session);
        let mut number = 1;
        loop {
            let given = server.give(name, size, known, self.work.scratch, &self.work.watch.cancel).await;
            let (cause, error) = match given {
                Ok(Given::Body(body)) => {
                    self.lost.store(0, Ordering::Relaxed);
                    return Ok(Ok(body));
                }
                Ok(Given::Absent) => {
                    self.lost.store(0, Ordering::Relaxed);
                    return Ok(Err((MissingCause::NotFound, number, None)));
                }
                Ok(Given::DoesNotFit) if known.is_some() => (MissingCause::Damaged, None),
                Ok(Given::DoesNotFit) => (MissingCause::SizeDiffers, None),
                Err(error) => match error.code() {
                    Code::TimedOut => (MissingCause::TimedOut, Some(error)),
                    Code::ConnectionLost => (MissingCause::ConnectionLost, Some(error)),
                    Code::ServerFailed
                    | Code::AnswerUnreadable
                    | Code::NotNodeWarden
                    | Code::ServerRefused => (MissingCause::SourceFailed, Some(error)),
                    _ => return Err(error),
                },
            };
            if number < TRIES && !self.work.watch.cancel.is_cancelled() {
                tokio::time::sleep(Duration::from_millis(300) * number).await;
                number += 1;
                continue;
            }
            if let (MissingCause::TimedOut | MissingCause::ConnectionLost, Some(error)) = (cause, &error)
                && self.lost.fetch_add(1, Ordering::Relaxed) + 1 >= LOST_IN_A_ROW
            {
                return Err(error.clone());
            }
            let words = error.map(|error: Error| {
                error.body().original.clone().unwrap_or_else(|| error.body().message.clone())
            });
            return Ok(Err((cause, number, words)));
        }
    }

    /// Writes a body, unless the place has the same already. What is in the way gets another name.
    async fn put(&self, path: &str, size: u64, standing: Standing, mut body: Spooled) -> Result<Became> {
        let folder = self.work.folder;
        let mut beside = None;
        if standing == Standing::There
            && let Some(sha256) = self.read(path, size, Some(body.sha256())).await
        {
            return Ok(Became::There(Some(sha256)));
        }
        if matches!(standing, Standing::There | Standing::SizeDiffers(_)) {
            let other = format!("{path}.replaced-{}", self.now.strftime("%Y%m%d-%H%M%S"));
            folder.keep_beside(path, &other).await?;
            beside = Some(other);
        }
        folder.write(path, &mut body).await?;
        Ok(Became::Written { sha256: body.sha256().to_owned(), beside })
    }
}
