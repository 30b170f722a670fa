//! A complete ZIP that is over the limits of the import, put on a target: its attachment
//! bodies into `attachments/`, and beside them its index-only form, which the server then
//! restores from there. It can be stopped at any moment and continues where it was.

mod job;
mod journal;
mod removal;
mod survey;
mod upload;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};

pub use job::{StagingJob, StagingTarget};
pub use journal::{StagedFile, StagedZip, damaged_journals, staged_zips};
pub use removal::{KeptFile, KeptReason, RemovalPlan, plan_removal, remove_staged};

use journal::{Header, Journal};

use crate::archive::rules::{MAX_ARCHIVE_BYTES, MAX_ENTRIES, MAX_UNPACKED_BYTES};
use crate::archive::{
    self, Attachment, ExportIndex, InspectOptions, Inspection, Kind, ZipBodies, body_entry, write_index_only,
};
use crate::error::{ArchiveDetail, JobDetail};
use crate::jobs::receive::inspect;
use crate::jobs::{Outcome, Watch, export};
use crate::progress::{Silent, Stage};
use crate::server::Session;
use crate::{Code, Error, Result};
use desk_base::done_or_return;

/// A ZIP to be staged.
pub(super) struct StagingOrder<'a> {
    /// The complete ZIP.
    pub file: &'a Path,
    /// Where it goes.
    pub target: &'a StagingTarget,
    /// The folder of the journals.
    pub journals: &'a Path,
}

/// A complete ZIP that is on a target now, ready to be restored from there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct StagingResult {
    /// What it is asked for by when it is removed.
    pub id: String,
    /// The complete ZIP's name.
    pub file_name: String,
    /// The id of the target that it is on.
    pub target_id: String,
    /// The target's name.
    pub target_name: String,
    /// Where the index-only ZIP is, below the target's root.
    pub path: String,
    /// Attachment bodies of the ZIP that are on the target.
    pub attachments: u64,
    /// How many of them were uploaded now.
    pub uploaded: u64,
    /// Their bytes.
    pub uploaded_bytes: u64,
    /// How many were there already, with the right content.
    pub already_there: u64,
}

/// A body of the ZIP.
#[derive(Clone)]
struct Body {
    name: String,
    bytes: u64,
}

impl Body {
    /// Where it is on the target.
    fn path(&self) -> String {
        format!("attachments/{}", self.name)
    }
}

/// The index-only ZIP, ready to be uploaded.
struct IndexOnly {
    name: String,
    content: bytes::Bytes,
    sha256: String,
}

/// Stages a ZIP: whatever is on the target already is never changed.
///
/// # Errors
/// `ArchiveDamaged` when the ZIP is damaged, `InvalidRequest` when the target's folder is not
/// the one that the server uses or holds other content under one of the names, and what
/// reaching server and target may fail with. What was uploaded is kept and is not uploaded
/// again.
pub(super) async fn stage(
    session: &Session,
    order: &StagingOrder<'_>,
    watch: &Watch,
) -> Result<Outcome<StagingResult>> {
    let (target, folder) = (order.target, &order.target.folder);
    let options = InspectOptions::default();
    let inspection = done_or_return!(inspect(order.file, options, watch).await?);
    if !inspection.intact {
        return Err(damaged(&inspection));
    }
    let (file, cancel) = (order.file.to_owned(), watch.cancel.clone());
    let base = export::base_name(Some(&inspection.file.name), &inspection);
    let opening = export::blocking(move || {
        let index = match ExportIndex::open(&file, &cancel)? {
            Outcome::Done(index) => index,
            Outcome::Stopped | Outcome::Unknown(_) => return Ok(Outcome::Stopped),
        };
        let slim = index_only(&index, &file, &base)?;
        Ok(Outcome::Done((Arc::new(index), slim)))
    });
    let (index, slim) = done_or_return!(opening.await?);
    let bodies = bodies_inside(&index);
    watch.stage(Stage::Listing);
    done_or_return!(watch.until_stopped(same_folder(session, target)).await?);
    let header = Header {
        nodewarden_staging: Header::VERSION,
        sha256: inspection.file.sha256.clone(),
        file_name: inspection.file.name.clone(),
        target_id: target.target_id.clone(),
        target_name: target.target_name.clone(),
        place: target.place.clone(),
        zip: slim.name.clone(),
    };
    let journal = Journal::open(order.journals, &header)?;
    let found = done_or_return!(survey::survey(folder, &index, &bodies, &journal, watch).await?);
    watch.stage(Stage::StagingAttachments);
    let missing: Vec<&Body> = bodies.iter().filter(|body| found.missing.contains(&body.name)).collect();
    let uploaded = upload::Uploading { folder, index: &index, journal: &journal, watch };
    let uploaded_bytes = missing.iter().map(|body| body.bytes).sum();
    done_or_return!(uploaded.bodies(&missing, &bodies).await?);
    done_or_return!(watch.until_stopped(uploaded.zip(&slim)).await?);
    watch.stage(Stage::CheckingOnServer);
    done_or_return!(watch.until_stopped(server_sees(session, target, &slim)).await?);
    Ok(Outcome::Done(StagingResult {
        id: journal.id().to_owned(),
        file_name: inspection.file.name,
        target_id: target.target_id.clone(),
        target_name: target.target_name.clone(),
        path: slim.name,
        attachments: bodies.len() as u64,
        uploaded: missing.len() as u64,
        uploaded_bytes,
        already_there: (bodies.len() - missing.len()) as u64,
    }))
}

/// A whole, complete ZIP that is over limits of the import which a restore from a target does not
/// have: there, bodies do not count.
pub(super) fn is_over_limits(inspection: &Inspection) -> bool {
    let bodies = inspection.attachments.present;
    inspection.intact
        && inspection.kind == Some(Kind::Complete)
        && (inspection.file.bytes > MAX_ARCHIVE_BYTES
            || inspection.attachments.bytes > MAX_UNPACKED_BYTES
            || bodies + archive::TEXTS.len() as u64 > MAX_ENTRIES)
}

/// The bodies that the ZIP holds itself.
fn bodies_inside(index: &ExportIndex) -> Vec<Body> {
    let listed = index.placed().map(|one: &Attachment| Body { name: one.blob_name(), bytes: one.size_bytes });
    listed.filter(|body| index.bodies().size_of(&body_entry(&body.name)) == Some(body.bytes)).collect()
}

fn index_only(index: &ExportIndex, file: &Path, base: &str) -> Result<IndexOnly> {
    let packed = write_index_only(index, std::io::Cursor::new(Vec::new()));
    let content = packed.map_err(|error| Error::file(file, &error))?.into_inner();
    let sha256 = sha256_of(&content);
    let name = format!("{base}_{}.zip", &sha256[..5]);
    Ok(IndexOnly { name, content: content.into(), sha256 })
}

fn sha256_of(content: &[u8]) -> String {
    export::hex(digest(&SHA256, content).as_ref())
}

/// A body out of the ZIP; its checksum is right.
async fn read_body(index: &Arc<ExportIndex>, body: &Body, watch: &Watch) -> Result<Vec<u8>> {
    let (index, entry, bytes, cancel) =
        (Arc::clone(index), body_entry(&body.name), body.bytes, watch.cancel.clone());
    export::blocking(move || {
        let mut content = Vec::with_capacity(usize::try_from(bytes).unwrap_or_default());
        let bodies: &ZipBodies = index.bodies();
        let copied =
            bodies.copy(&entry, bytes, &cancel, &mut content).map_err(|error| index.failed(&error))?;
        if copied == archive::Copied::Whole { Ok(content) } else { Err(changed(&entry)) }
    })
    .await
}

/// The target's folder is the one that the server uses: both see the same backups.
async fn same_folder(session: &Session, target: &StagingTarget) -> Result<()> {
    let (by_server, here) = (session.list(Some(&target.target_id), "").await?, target.folder.list("").await?);
    let zips = |names: &mut dyn Iterator<Item = String>| {
        let mut zips: Vec<String> = names.filter(|name| name.to_lowercase().ends_with(".zip")).collect();
        zips.sort();
        zips
    };
    let by_server = zips(&mut by_server.value.into_iter().map(|item| item.name));
    let here = zips(&mut here.into_iter().map(|item| item.name));
    if by_server == here { Ok(()) } else { Err(another_folder()) }
}

/// The server reads the index-only ZIP as it was uploaded.
async fn server_sees(session: &Session, target: &StagingTarget, slim: &IndexOnly) -> Result<()> {
    let seen = match session.integrity(&target.target_id, &slim.name, &Silent).await {
        Ok(seen) => seen.value,
        Err(error) if error.code() == Code::BackupNotFound => return Err(another_folder()),
        Err(error) => return Err(error),
    };
    let read = seen.actual_prefix.unwrap_or_default().to_lowercase();
    if !read.is_empty() && slim.sha256.starts_with(&read) { Ok(()) } else { Err(another_folder()) }
}

fn another_folder() -> Error {
    JobDetail::AnotherFolder.error()
}

fn damaged(inspection: &Inspection) -> Error {
    let words = inspection.damage.first().map(|damage| damage.message.clone()).unwrap_or_default();
    ArchiveDetail::ArchiveDamaged.error().original(words)
}

fn changed(entry: &str) -> Error {
    ArchiveDetail::EntryDamaged { entry: entry.to_owned() }.error()
}

/// The folder of journals below the data folder.
pub fn journals_folder(data: &Path) -> PathBuf {
    data.join("staging")
}
