//! The attachments that the server holds now, by its own list.

use std::path::Path;

use super::zips::{scratch, stopped_unexpectedly};
use crate::Result;
use crate::archive::{self, Attachment};
use crate::jobs::receive::receive;
use crate::jobs::{Outcome, PartFile, Watch};
use crate::server::Session;
use desk_base::done_or_return;

/// What a backup made now would list: read from an export, which has no bodies.
///
/// # Errors
/// `PasswordNeeded`, and what every call may fail with.
pub(super) async fn attachments_on_server(
    session: &Session,
    watch: &Watch,
) -> Result<Outcome<Vec<Attachment>>> {
    let scratch = scratch(watch)?;
    let asked = session.export(true, watch.progress.as_ref());
    let incoming = done_or_return!(watch.until_stopped(asked).await?);
    let mut file = PartFile::create(&scratch.path().join("export.zip"))?;
    done_or_return!(receive(incoming, &mut file, watch).await?);
    listed(file.part_path(), watch).await
}

/// The attachments that a ZIP lists without holding them.
pub(super) async fn listed(zip: &Path, watch: &Watch) -> Result<Outcome<Vec<Attachment>>> {
    let (path, cancel) = (zip.to_owned(), watch.cancel.clone());
    let reading = tokio::task::spawn_blocking(move || archive::attachments(&path, &cancel));
    let mut attachments = done_or_return!(reading.await.map_err(|_| stopped_unexpectedly())??);
    attachments.retain(|one| !one.present);
    Ok(Outcome::Done(attachments))
}
