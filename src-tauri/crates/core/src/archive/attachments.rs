//! The attachments of a backup, each with its owner.

use std::path::Path;

use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use super::bounded::{Bounded, most_unpacked};
use super::content::{Packing, read_rows};
use super::damage::Damages;
use super::inflate::{DEFLATED, STORED};
use super::source::Source;
use super::{agreement, folder, inspect, rules, zip};
use crate::jobs::Outcome;
use crate::{Code, Error, Result};

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
    let source = inspect::open(path)?;
    match list(&source, cancel) {
        _ if cancel.is_cancelled() => Ok(Outcome::Stopped),
        Ok(Some(attachments)) => Ok(Outcome::Done(attachments)),
        Ok(None) => Err(Error::new(
            Code::NotAnArchive,
            "The rows of this backup cannot be read.",
            "Inspect the file to see what is wrong with it.",
        )),
        Err(error) => Err(Error::file(path, &error)),
    }
}

fn list<S: Source + ?Sized>(
    source: &S,
    cancel: &CancellationToken,
) -> std::io::Result<Option<Vec<Attachment>>> {
    let mut structure = zip::read(source, &mut Damages::default())?;
    folder::take_out(&mut structure);
    let packing = structure.find("db.json").and_then(|entry| Packing::of(entry, source.size()));
    let Some(packing) = packing.filter(|packing| matches!(packing.method, STORED | DEFLATED)) else {
        return Ok(None);
    };
    let open = || Bounded::new(packing.open(source), most_unpacked(source.size()), cancel);
    let Ok((walked, judge, people)) = read_rows(open(), open)? else {
        return Ok(None);
    };
    let bodies = agreement::bodies(&structure);
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
    Ok(walked.is_object.then(|| attachments.collect()))
}
