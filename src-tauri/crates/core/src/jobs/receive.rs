//! A file on its way in, written and hashed as it comes.

use std::path::Path;

use futures_util::StreamExt;

use super::outcome::done_or_return;
use super::{CheckedHere, IntegrityLevel, Outcome, PartFile, Watch};
use crate::archive::{self, InspectOptions, Inspection, NameHash};
use crate::progress::{Stage, Update};
use crate::server::Incoming;
use crate::{Code, Error, Result};

/// Writes everything that comes in. The file is whole on the disk afterwards, but
/// does not have its name yet.
pub(super) async fn receive(incoming: Incoming, file: &mut PartFile, watch: &Watch) -> Result<Outcome<u64>> {
    watch.stage(Stage::Downloading);
    let Incoming { length, mut body, .. } = incoming;
    let mut done = 0_u64;
    loop {
        let next = tokio::select! {
            biased;
            () = watch.cancel.cancelled() => return Ok(Outcome::Stopped),
            next = body.next() => next,
        };
        let Some(chunk) = next else { break };
        let chunk = chunk?;
        file.write(&chunk)?;
        done += chunk.len() as u64;
        watch.progress.report(Update::Bytes { done, total: length });
    }
    if length.is_some_and(|length| length != done) {
        return Err(Error::new(
            Code::ConnectionLost,
            "The download ended before the file was whole.",
            "Try again; nothing incomplete was kept.",
        ));
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
    reading.await.unwrap_or_else(|_| {
        Err(Error::new(
            Code::FileFailed,
            "Reading the backup stopped unexpectedly.",
            "Try again; if it happens again, this is a fault of the app: keep the file and report it.",
        ))
    })
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
        match self.name_hash {
            NameHash::Mismatch => IntegrityLevel::Mismatch,
            _ if !self.damage.is_empty() => IntegrityLevel::Damaged,
            _ => IntegrityLevel::Verified,
        }
    }
}
