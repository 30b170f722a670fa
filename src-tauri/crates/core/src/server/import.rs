//! A ZIP on this computer, sent to be restored (PROTOCOL section 2, `import`).

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures_util::StreamExt;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use secrecy::ExposeSecret;
use serde_json::Value;
use tokio_util::io::ReaderStream;

use super::answer::Answer;
use super::backups::ImportAnswer;
use super::failure;
use super::hub::{Operation, with_stages};
use super::session::Session;
use crate::progress::{Progress, Update};
use crate::{Error, Result};

impl Session {
    /// Restores a ZIP on this computer. It is streamed; `name` is what the server
    /// compares the content's hash with.
    ///
    /// # Errors
    /// `NotFresh`, `HashMismatch`, `TooLarge`, `ServerRefused`, a file error, and what every call may fail with.
    pub async fn import(
        &self,
        file: &Path,
        name: &str,
        replace_existing: bool,
        accept_mismatch: bool,
        progress: &Arc<dyn Progress>,
    ) -> Result<Answer<ImportAnswer>> {
        let attempt = async |_fresh: bool| {
            let upload = Upload::open(file, progress).await?;
            let (taken, length) = (Arc::clone(&upload.taken), upload.length);
            let mut form =
                Form::new().text("masterPasswordHash", self.password_hash()?.expose_secret().to_owned());
            if replace_existing {
                form = form.text("replaceExisting", "1");
            }
            if accept_mismatch {
                form = form.text("allowChecksumMismatch", "1");
            }
            let form = form.part("file", upload.part(name, &self.server.address().host())?);
            let request = self.server.request(Method::POST, "/api/admin/backup/import").multipart(form);
            let (long, stalled) = (self.server.timeouts().long, self.server.timeouts().stalled);
            let response = tokio::select! {
                answer = self.send(request, false, long, progress.as_ref()) => answer?,
                () = stands_still(&taken, length, stalled) => {
                    return Err(failure::timed_out(&self.server.address().host()));
                }
            };
            self.server.json::<Value>(response).await
        };
        let send = self.persist(false, progress.as_ref(), attempt);
        let raw = with_stages(self, Operation::Restore, progress.as_ref(), send).await?;
        Ok(Answer { value: self.understand(&raw)?, raw })
    }
}

/// A file that is read as it is sent.
struct Upload {
    body: reqwest::Body,
    length: u64,
    /// How much of it was taken so far.
    taken: Arc<AtomicU64>,
}

impl Upload {
    async fn open(file: &Path, progress: &Arc<dyn Progress>) -> Result<Self> {
        let opened = tokio::fs::File::open(file).await.map_err(|error| Error::file(file, &error))?;
        let length = opened.metadata().await.map_err(|error| Error::file(file, &error))?.len();
        let taken = Arc::new(AtomicU64::new(0));
        let (counter, listener) = (Arc::clone(&taken), Arc::clone(progress));
        let counted = ReaderStream::with_capacity(opened, 64 << 10).inspect(move |chunk| {
            let more = chunk.as_ref().map_or(0, |bytes| bytes.len() as u64);
            let done = counter.fetch_add(more, Ordering::Relaxed) + more;
            listener.report(Update::Bytes { done, total: Some(length) });
        });
        Ok(Self { body: reqwest::Body::wrap_stream(counted), length, taken })
    }

    fn part(self, name: &str, host: &str) -> Result<Part> {
        Part::stream_with_length(self.body, self.length)
            .file_name(name.to_owned())
            .mime_str("application/zip")
            .map_err(|error| failure::network(error, host, None))
    }
}

/// Ends when an upload that has started is not whole, and nothing of it was taken for
/// this long.
async fn stands_still(taken: &AtomicU64, length: u64, stalled: Duration) {
    let mut before = 0;
    loop {
        tokio::time::sleep(stalled).await;
        let now = taken.load(Ordering::Relaxed);
        if now > 0 && now == before && now < length {
            return;
        }
        before = now;
    }
}
