//! Fetches the bodies that are not written yet, several at a time.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use futures_util::{StreamExt as _, TryStreamExt as _};

use super::part::Part;
use super::sources::{Fault, Source};
use super::{MissingBody, MissingCause};
use crate::archive::{Attachment, ExportIndex, Layout, TEXTS, body_entry};
use crate::error::JobDetail;
use crate::jobs::{Outcome, Watch};
use crate::progress::{Stage, Update};
use crate::{Error, Result};

/// How often a body that did not come whole is requested.
const TRIES: u32 = 3;
/// So many bodies in a row that the network failed are no chance: the job ends, and can continue.
const LOST_IN_A_ROW: u32 = 12;

/// A body that is to be fetched.
struct Wanted {
    attachment: Attachment,
    at: u64,
}

/// Where bodies come from.
pub(super) struct Supply<'a> {
    /// In this order.
    pub sources: &'a [Source<'a>],
    /// SHA-256 of bodies that were seen before.
    pub known: &'a HashMap<String, String>,
    /// How many are fetched at a time.
    pub parallel: usize,
}

/// What is done, for those who watch.
struct Tally<'a> {
    watch: &'a Watch,
    done: AtomicU64,
    bytes: AtomicU64,
    total: u64,
    total_bytes: u64,
    /// Bodies in a row that the network failed.
    lost: AtomicU32,
}

impl Tally<'_> {
    fn add_bytes(&self, bytes: u64) {
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        self.report();
    }

    fn takes_back(&self, bytes: u64) {
        self.bytes.fetch_sub(bytes, Ordering::Relaxed);
    }

    fn settled(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
        self.report();
    }

    fn report(&self) {
        self.watch.progress.report(Update::Attachments {
            done: self.done.load(Ordering::Relaxed),
            total: self.total,
            bytes: self.bytes.load(Ordering::Relaxed),
            total_bytes: self.total_bytes,
        });
    }
}

/// Fetches everything that is not in the part file; returns what is missing.
pub(super) async fn fetch_all(
    part: &Part,
    index: &ExportIndex,
    layout: &Layout,
    supply: &Supply<'_>,
    watch: &Watch,
) -> Result<Outcome<Vec<MissingBody>>> {
    watch.stage(Stage::FetchingAttachments);
    let mut missing: Vec<MissingBody> = Vec::new();
    let placed: std::collections::HashSet<String> = index.placed().map(Attachment::blob_name).collect();
    for attachment in index.attachments.iter().filter(|one| !placed.contains(&one.blob_name())) {
        missing.push(missing_body(attachment, MissingCause::UnsafeName, 0, None));
    }
    let (mut wanted, mut there, mut there_bytes) = (Vec::new(), 0, 0);
    {
        let lines = part.lines();
        for (attachment, entry) in index.placed().zip(layout.entries.iter().skip(TEXTS.len())) {
            match lines.get(&attachment.blob_name()) {
                Some(line) => {
                    there += 1;
                    there_bytes += line.bytes;
                }
                None => wanted.push(Wanted { attachment: attachment.clone(), at: entry.data_at() }),
            }
        }
    }
    let tally = Tally {
        watch,
        done: AtomicU64::new(there),
        bytes: AtomicU64::new(there_bytes),
        total: placed.len() as u64,
        total_bytes: index.placed().map(|one| one.size_bytes).sum(),
        lost: AtomicU32::new(0),
    };
    tally.report();
    let tally = &tally;
    let all = futures_util::stream::iter(wanted)
        .map(|wanted| async move { one(part, &wanted, supply, tally).await })
        .buffer_unordered(supply.parallel.clamp(1, 64))
        .try_filter_map(|found| async move { Ok(found) })
        .try_collect::<Vec<MissingBody>>();
    match watch.until_stopped(all).await? {
        Outcome::Done(found) => missing.extend(found),
        _ => return Ok(Outcome::Stopped),
    }
    missing.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(Outcome::Done(missing))
}

/// Fetches one body from the first source that has it whole.
async fn one(
    part: &Part,
    wanted: &Wanted,
    supply: &Supply<'_>,
    tally: &Tally<'_>,
) -> Result<Option<MissingBody>> {
    let (attachment, size) = (&wanted.attachment, wanted.attachment.size_bytes);
    let name = attachment.blob_name();
    let (mut cause, mut words, mut tries) = (MissingCause::NotFound, None, 0);
    let known = supply.known.get(&name);
    for source in supply.sources {
        for number in 1..=TRIES {
            tries += 1;
            let came = AtomicU64::new(0);
            let told = |bytes| {
                came.fetch_add(bytes, Ordering::Relaxed);
                tally.add_bytes(bytes);
            };
            let watch = tally.watch;
            let writer = part.body(wanted.at, size);
            let given = source.give(&name, size, writer, watch.progress.as_ref(), &told, &watch.cancel).await;
            let fault = match given.map(|writer| writer.finish(&name, source.kind())) {
                Ok(Some(line)) if known.is_some_and(|known| *known != line.sha256) => Fault::Lasting(
                    MissingCause::Damaged,
                    Some("its content is not what it was when it was last seen (SHA-256)".to_owned()),
                ),
                Ok(Some(line)) => {
                    tally.lost.store(0, Ordering::Relaxed);
                    part.note(line)?;
                    tally.settled();
                    return Ok(None);
                }
                Ok(None) => Fault::Passing(MissingCause::SizeDiffers, None),
                Err(fault) => fault,
            };
            tally.takes_back(came.load(Ordering::Relaxed));
            match fault {
                Fault::Absent => {}
                Fault::Ends(error) => return Err(error),
                Fault::Passing(why, said) => {
                    (cause, words) = (why, said);
                    if number < TRIES {
                        tokio::time::sleep(Duration::from_millis(300) * number).await;
                        continue;
                    }
                }
                Fault::Lasting(why, said) => (cause, words) = (why, said),
            }
            break;
        }
    }
    if matches!(cause, MissingCause::TimedOut | MissingCause::ConnectionLost) {
        if tally.lost.fetch_add(1, Ordering::Relaxed) + 1 >= LOST_IN_A_ROW {
            return Err(network_lost(words));
        }
    } else {
        tally.lost.store(0, Ordering::Relaxed);
    }
    tally.settled();
    Ok(Some(missing_body(attachment, cause, tries, words)))
}

fn missing_body(
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

fn network_lost(words: Option<String>) -> Error {
    let error = JobDetail::ExportNetworkLost.error();
    match words {
        Some(words) => error.original(words),
        None => error,
    }
}
