//! The copy of what a restore replaces: made first, read in full, and kept on this computer until
//! a person removes it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::export::{self, Export};
use super::shown;
use crate::archive::InspectOptions;
use crate::error::JobDetail;
use crate::jobs::export::{MissingCause, safety_export};
use crate::jobs::receive::inspect;
use crate::jobs::{Outcome, SafetyCopy, SafetyCopyChoice, Watch};
use crate::progress::{Silent, Stage};
use crate::server::Session;
use crate::{Error, Result};
use desk_base::done_or_return;

/// Makes and verifies the safety copy that was chosen. `recent` is an export that still says
/// what the server holds.
pub(super) async fn keep(
    session: &Session,
    choice: SafetyCopyChoice,
    recent: Option<&Export>,
    folder: &Path,
    watch: &Watch,
) -> Result<Outcome<SafetyCopy>> {
    match choice {
        SafetyCopyChoice::None => Ok(Outcome::Done(SafetyCopy::declined())),
        SafetyCopyChoice::IndexOnly => {
            let path = match recent {
                Some(export) => export.keep_in(folder)?,
                None => done_or_return!(export::export_to(session, folder, watch).await?),
            };
            verified(path, watch).await
        }
        SafetyCopyChoice::Complete => complete(session, folder, watch).await,
    }
}

/// An index-only copy, once it was read in full.
async fn verified(path: PathBuf, watch: &Watch) -> Result<Outcome<SafetyCopy>> {
    watch.stage(Stage::CheckingHere);
    let inspection = done_or_return!(inspect(&path, InspectOptions::default(), watch).await?);
    if let Some(damage) = inspection.damage.first() {
        return Err(not_usable(&path, damage.message.clone()));
    }
    Ok(Outcome::Done(SafetyCopy {
        choice: SafetyCopyChoice::IndexOnly,
        path: Some(shown(&path)),
        bytes: inspection.file.bytes,
        sha256: Some(inspection.file.sha256),
        is_verified: true,
        missing_bodies: 0,
    }))
}

/// A complete copy. Bodies that the server does not have any more are lost already; when others
/// cannot be read, nothing is replaced.
async fn complete(session: &Session, folder: &Path, watch: &Watch) -> Result<Outcome<SafetyCopy>> {
    // The record stays the restore's: what the export would note there is not for it.
    let watch = &Watch { notes: Arc::new(Silent), ..watch.clone() };
    let export = done_or_return!(safety_export(session, folder, watch).await?);
    let file =
        export.file.as_ref().map(PathBuf::from).ok_or_else(|| JobDetail::SafetyCopyNotFinished.error())?;
    let missing = &export.attachments.missing;
    let unread: Vec<_> = missing.iter().filter(|one| one.cause != MissingCause::NotFound).collect();
    if let Some(first) = unread.first() {
        remove(&file);
        let error = JobDetail::SafetyCopyUnread { count: unread.len() as u64 }.error();
        return Err(match &first.original {
            Some(words) => error.original(words.as_str()),
            None => error,
        });
    }
    let check = export.check.as_ref();
    let damage = check.and_then(|check| {
        check.damage.iter().find(|damage| damage.code != crate::archive::DamageCode::BodyMissing)
    });
    if let Some(damage) = damage {
        return Err(not_usable(&file, damage.message.clone()));
    }
    Ok(Outcome::Done(SafetyCopy {
        choice: SafetyCopyChoice::Complete,
        path: Some(shown(&file)),
        bytes: export.bytes,
        sha256: Some(export.sha256),
        is_verified: check.is_some(),
        missing_bodies: missing.len() as u64,
    }))
}

/// A copy that cannot be relied on is no reason to replace anything.
fn not_usable(path: &Path, words: String) -> Error {
    remove(path);
    JobDetail::SafetyCopyDamaged.error().original(words)
}

fn remove(path: &Path) {
    if let Err(error) = std::fs::remove_file(path) {
        tracing::warn!(%error, "a safety copy that is of no use could not be removed");
    }
}
