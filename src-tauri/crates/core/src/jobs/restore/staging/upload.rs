//! The upload: several bodies at a time, as many as fit into a fixed amount of memory.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::{StreamExt as _, TryStreamExt as _};
use tokio::sync::Semaphore;

use super::journal::Journal;
use super::{Body, IndexOnly, read_body, sha256_of};
use crate::archive::ExportIndex;
use crate::error::JobDetail;
use crate::jobs::{Outcome, Watch};
use crate::progress::Update;
use crate::targets::TargetFolder;
use crate::{Error, Result};

/// How many bodies are uploaded at a time.
const PARALLEL: usize = 6;
/// How much of them is in memory at a time, in KiB; a larger body goes alone.
const MEMORY: u32 = 48 * 1024;

/// What an upload works with.
pub(super) struct Uploading<'a> {
    pub folder: &'a TargetFolder,
    pub index: &'a Arc<ExportIndex>,
    pub journal: &'a Journal,
    pub watch: &'a Watch,
}

impl Uploading<'_> {
    /// Uploads the bodies that are missing, of `all`.
    ///
    /// # Errors
    /// What the target fails with.
    pub async fn bodies(&self, missing: &[&Body], all: &[Body]) -> Result<Outcome<()>> {
        let (total, total_bytes) = (all.len() as u64, all.iter().map(|body| body.bytes).sum::<u64>());
        let missing_bytes: u64 = missing.iter().map(|body| body.bytes).sum();
        let done = AtomicU64::new(total - missing.len() as u64);
        let bytes = AtomicU64::new(total_bytes - missing_bytes);
        let report = || {
            let (done, bytes) = (done.load(Ordering::Relaxed), bytes.load(Ordering::Relaxed));
            self.watch.progress.report(Update::Attachments { done, total, bytes, total_bytes });
        };
        report();
        let (memory, report, done, bytes) = (&Semaphore::new(MEMORY as usize), &report, &done, &bytes);
        let uploads =
            futures_util::stream::iter(missing.iter().map(|&body| body.clone()).collect::<Vec<_>>())
                .map(|body| async move {
                    let wanted = u32::try_from(body.bytes / 1024 + 1).unwrap_or(MEMORY).min(MEMORY);
                    let _held = memory.acquire_many(wanted).await;
                    let content = read_body(self.index, &body, self.watch).await?;
                    self.put(&body.path(), content.into()).await?;
                    done.fetch_add(1, Ordering::Relaxed);
                    bytes.fetch_add(body.bytes, Ordering::Relaxed);
                    report();
                    Ok::<_, Error>(())
                })
                .buffer_unordered(PARALLEL)
                .try_collect::<()>();
        self.watch.until_stopped(uploads).await
    }

    /// Uploads the index-only ZIP, unless it is there.
    ///
    /// # Errors
    /// `InvalidRequest` when another file has its name, and what the target fails with.
    pub async fn zip(&self, zip: &IndexOnly) -> Result<()> {
        let bytes = zip.content.len() as u64;
        let ours = self.journal.file(&zip.name);
        match self.folder.size_of(&zip.name).await? {
            Some(size) if size == bytes && ours.as_ref().is_some_and(|file| file.whole) => return Ok(()),
            Some(size) if ours.is_none() => {
                let is_same =
                    size == bytes && sha256_of(&self.folder.content(&zip.name, bytes).await?) == zip.sha256;
                return if is_same { Ok(()) } else { Err(taken(&zip.name)) };
            }
            _ => {}
        }
        self.put(&zip.name, zip.content.clone()).await
    }

    /// Uploads one file: noted before and after.
    async fn put(&self, path: &str, content: bytes::Bytes) -> Result<()> {
        let bytes = content.len() as u64;
        self.journal.note(path, bytes, false)?;
        self.folder.upload(path, content).await?;
        self.journal.note(path, bytes, true)
    }
}

fn taken(name: &str) -> Error {
    JobDetail::TargetOccupied { names: name.to_owned() }.error()
}
