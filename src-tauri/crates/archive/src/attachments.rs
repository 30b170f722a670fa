//! The attachments of a backup, each with its owner.

use std::path::Path;

use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use super::content::read_rows;
use super::opened::Opened;
use super::people::People;
use super::rules::Judge;
use super::zip::Structure;
use super::{agreement, rules};
use desk_base::Outcome;
use desk_base::{Error, Result};

/// The largest body an instance on KV can keep: 25 MiB (PROTOCOL section 2).
pub const KV_LARGEST_BODY: u64 = rules::MAX_KV_BODY_BYTES;

/// One attachment of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Attachment {
    /// The vault item it belongs to.
    pub cipher_id: String,
    /// Its id.
    pub attachment_id: String,
    /// The size in bytes that its row names.
    pub size_bytes: u64,
    /// Whose it is.
    pub owner_email: Option<String>,
    /// Its body is inside the backup.
    pub present: bool,
}

impl Attachment {
    /// "cipherId/attachmentId", as the manifest and the target name the body.
    pub fn blob_name(&self) -> String {
        format!("{}/{}", self.cipher_id, self.attachment_id)
    }
}

/// Every attachment of the backup at `path`, in the order of its rows; at most
/// 100,000, more than the server can restore. Blocks; a cancel stops it.
///
/// # Errors
/// `NotAnArchive` when the rows cannot be read.
pub fn attachments(path: &Path, cancel: &CancellationToken) -> Result<Outcome<Vec<Attachment>>> {
    let opened = Opened::new(path)?;
    let packing = opened.rows()?;
    let read = read_rows(opened.read(packing, cancel), || opened.read(packing, cancel));
    if cancel.is_cancelled() {
        return Ok(Outcome::Stopped);
    }
    let (judge, people) = match read.map_err(|error| Error::file(path, &error))? {
        Ok((walked, judge, people)) if walked.is_object => (judge, people),
        // Whole rows before a damage are still rows.
        Err(broken) if !opened.is_protected() && broken.judge.rows(rules::Table::Attachments).is_some() => {
            (broken.judge, broken.people)
        }
        Ok(_) | Err(_) => return Err(opened.unreadable()),
    };
    Ok(Outcome::Done(of_rows(&judge, &people, &opened.structure)))
}

/// The attachments of rows that were read.
pub(super) fn of_rows(judge: &Judge, people: &People, structure: &Structure) -> Vec<Attachment> {
    let bodies = agreement::bodies(structure);
    let attachments = judge.attachments().iter().map(|row| Attachment {
        cipher_id: row.cipher_id().to_owned(),
        attachment_id: row.id().to_owned(),
        size_bytes: row.size,
        owner_email: row
            .owner
            .and_then(|place| people.people.get(place as usize))
            .map(|person| person.email.clone()),
        present: bodies.get(&row.entry()).is_some(),
    });
    attachments.collect()
}
