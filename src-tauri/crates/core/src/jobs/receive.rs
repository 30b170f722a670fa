//! A file on its way in, written and hashed as it comes.

use std::future::Future;
use std::path::Path;
use std::time::Duration;

use futures_util::StreamExt;

use super::{Outcome, PartFile, Watch};
use crate::archive::{self, DamageCode, InspectOptions, Inspection, NameHash, Storage};
use crate::checks::{CheckedHere, IntegrityLevel};
use crate::error::{FileDetail, JobDetail};
use crate::progress::{Stage, Update};
use crate::server::{Incoming, page_for_a_file};
use crate::{Code, Error, Result};
use desk_base::done_or_return;

/// How often a transfer that failed is made again.
const AGAIN: u32 = 2;

/// How much more than its listed size is read of a file, in bytes.
const MARGIN: u64 = 1 << 20;

/// The most that is read of a file whose size is unknown, in bytes.
const LARGEST_UNTOLD: u64 = 4 << 30;

/// Fetches a file that has `size` where it is listed. A transfer that breaks off, or
/// that brings something else than the listed file, is made again; nothing of it stays.
pub(super) async fn fetch<F>(
    coming: impl Fn() -> F,
    part: impl Fn() -> Result<PartFile>,
    size: Option<u64>,
    watch: &Watch,
) -> Result<Outcome<PartFile>>
where
    F: Future<Output = Result<Incoming>>,
{
    let mut failures = 0;
    loop {
        let mut file = part()?;
        watch.stage(Stage::Connecting);
        let received = match watch.until_stopped(coming()).await {
            Ok(incoming) => receive_listed(done_or_return!(incoming), size, &mut file, watch).await,
            // What else fails there was tried again already.
            Err(error) if error.code() != Code::NotNodeWarden => return Err(error),
            Err(error) => Err(error),
        };
        match received {
            Ok(received) => {
                done_or_return!(received);
                return Ok(Outcome::Done(file));
            }
            Err(error) if failures < AGAIN && is_bad_transfer(&error) => {
                tracing::info!(code = %error.code(), "a transfer failed and is made again");
                failures += 1;
                let pause = Duration::from_millis(400) * failures;
                let paused = async {
                    tokio::time::sleep(pause).await;
                    Ok(())
                };
                done_or_return!(watch.until_stopped(paused).await?);
            }
            Err(error) => return Err(error),
        }
    }
}

fn is_bad_transfer(error: &Error) -> bool {
    matches!(error.code(), Code::ConnectionLost | Code::TimedOut | Code::NotNodeWarden)
}

/// Writes everything that comes in. The file is whole on the disk afterwards, but
/// does not have its name yet.
pub(super) async fn receive(incoming: Incoming, file: &mut PartFile, watch: &Watch) -> Result<Outcome<u64>> {
    receive_listed(incoming, None, file, watch).await
}

/// The same of a file that must have `size`, where that is known.
async fn receive_listed(
    incoming: Incoming,
    size: Option<u64>,
    file: &mut PartFile,
    watch: &Watch,
) -> Result<Outcome<u64>> {
    watch.stage(Stage::Downloading);
    let Incoming { length, mut body, host, .. } = incoming;
    let most = size.or(length).map_or(LARGEST_UNTOLD, |size| size.saturating_add(MARGIN));
    let told = size.or(length);
    let mut gauge = watch.room.gauge(file.part_path());
    gauge.before(told)?;
    let (mut done, mut is_page) = (0_u64, false);
    loop {
        let next = tokio::select! {
            biased;
            () = watch.cancel.cancelled() => return Ok(Outcome::Stopped),
            next = body.next() => next,
        };
        let Some(chunk) = next else { break };
        let chunk = chunk?;
        is_page |= done == 0 && chunk.trim_ascii_start().starts_with(b"<");
        if done + chunk.len() as u64 > most {
            return Err(JobDetail::DownloadTooLarge.error());
        }
        file.write(&chunk)?;
        done += chunk.len() as u64;
        gauge.came(chunk.len() as u64, told.map(|told| told.saturating_sub(done)))?;
        watch.progress.report(Update::Bytes { done, total: length.or(size) });
    }
    // A page under the listed size is what the target holds: reading it says what it is.
    if is_page && size != Some(done) {
        return Err(page_for_a_file(&host));
    }
    if size.is_some_and(|size| size != done) {
        return Err(JobDetail::DownloadSizeDiffers.error());
    }
    if length.is_some_and(|length| length != done) {
        return Err(JobDetail::DownloadCutOff.error());
    }
    file.flush()?;
    Ok(Outcome::Done(done))
}

/// Reads a file in full, off the async threads.
pub(crate) async fn inspect(
    path: &Path,
    options: InspectOptions,
    watch: &Watch,
) -> Result<Outcome<Inspection>> {
    let (path, watch) = (path.to_owned(), watch.clone());
    let reading = tokio::task::spawn_blocking(move || {
        archive::inspect(&path, &options, watch.progress.as_ref(), &watch.cancel)
    });
    reading.await.unwrap_or_else(|_| Err(FileDetail::ReadingStopped.error()))
}

/// Reads a file in full and says how sure we are of it.
pub(super) async fn check_here(path: &Path, name: &str, watch: &Watch) -> Result<Outcome<CheckedHere>> {
    let options = InspectOptions { name: Some(name.to_owned()), ..InspectOptions::default() };
    let inspection = done_or_return!(inspect(path, options, watch).await?);
    Ok(Outcome::Done(CheckedHere::from(&inspection)))
}

impl From<&Inspection> for CheckedHere {
    fn from(inspection: &Inspection) -> Self {
        let verdicts = &inspection.server;
        let taken = verdicts.import.accepts || verdicts.remote_restore.accepts;
        let manifest = inspection.manifest.as_ref();
        Self {
            app_version: manifest.and_then(|manifest| manifest.app_version.clone()),
            storage: manifest.map(|manifest| Storage::named(manifest.storage_kind.as_deref())),
            exported_at: manifest.and_then(|manifest| manifest.exported_at.clone()),
            bytes: inspection.file.bytes,
            sha256: inspection.file.sha256.clone(),
            name_hash: inspection.name_hash,
            kind: inspection.kind,
            // Rows that are damaged may have lost a wrap or an account.
            repairable_by: (inspection.damage.is_empty() && !inspection.people.is_empty())
                .then(|| inspection.repairable_by.iter().map(|one| one.email.clone()).collect()),
            damage: inspection.damage.clone(),
            refusal: if taken { None } else { verdicts.remote_restore.error.clone() },
        }
    }
}

impl CheckedHere {
    /// How sure we are of a backup that was read in full.
    pub fn level(&self) -> IntegrityLevel {
        // Damage inside is worse than a name that does not match.
        if self.damage.iter().any(|damage| damage.code != DamageCode::NameHashMismatch) {
            IntegrityLevel::Damaged
        } else if self.name_hash == NameHash::Mismatch {
            IntegrityLevel::Mismatch
        } else {
            IntegrityLevel::Verified
        }
    }
}
