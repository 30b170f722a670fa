//! Manifest and rows of a backup without some of its attachments.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufWriter, Read as _, Seek as _, SeekFrom, Write as _};

use serde_json::{Map, Value as Json, json};
use tokio_util::sync::CancellationToken;

use super::export_index::{ExportIndex, INCOMPLETE};
use super::json::{Member, Row, Visitor, WalkError, walk};
use super::rules::Table;
use desk_base::Outcome;
use desk_base::Result;
use desk_base::error::ArchiveDetail;

/// A manifest longer than this is not rewritten, in bytes.
const LONGEST_MANIFEST: u64 = 64 * 1024 * 1024;
/// Attachments that a manifest names as missing or left out.
const MOST_NAMED: usize = 1_000;

/// Writes the rows of `index` without the attachments in `names` ("cipherId/attachmentId")
/// to `spool`, which is at its beginning afterwards; returns its length. Blocks.
///
/// # Errors
/// `NotAnArchive`, a file error.
pub fn rows_without(
    index: &ExportIndex,
    names: &HashSet<String>,
    spool: File,
    cancel: &CancellationToken,
) -> Result<Outcome<(File, u64)>> {
    let mut rewriting = Rewriting::new(BufWriter::new(spool), names);
    let walked = walk(index.text("db.json", cancel)?, &mut rewriting);
    if cancel.is_cancelled() {
        return Ok(Outcome::Stopped);
    }
    match walked {
        Ok(walked) if walked.is_object && !rewriting.too_long => {}
        Err(WalkError::Io(error)) => return Err(index.failed(&error)),
        _ => {
            return Err(ArchiveDetail::RowsIncomplete.error());
        }
    }
    let finished = rewriting.finish().map_err(|error| index.failed(&error))?;
    Ok(Outcome::Done(finished))
}

/// The manifest of `index` without those attachments (`leave_out`), or with a note that
/// their bodies are missing.
///
/// # Errors
/// `NotAnArchive`, a file error.
pub fn manifest_noting(
    index: &ExportIndex,
    names: &HashSet<String>,
    leave_out: bool,
    cancel: &CancellationToken,
) -> Result<Vec<u8>> {
    let mut text = Vec::new();
    let read = index.text("manifest.json", cancel)?.take(LONGEST_MANIFEST).read_to_end(&mut text);
    read.map_err(|error| index.failed(&error))?;
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&text);
    let mut manifest: Map<String, Json> =
        serde_json::from_slice(text).map_err(|_| ArchiveDetail::ManifestUnreadable.error())?;
    let mut named: Vec<&String> = names.iter().collect();
    named.sort_unstable();
    named.truncate(MOST_NAMED);
    let note = json!({"count": names.len(), "attachments": named});
    if leave_out {
        forget(&mut manifest, names, index);
        manifest.insert("leftOut".to_owned(), note);
    } else {
        manifest.insert(INCOMPLETE.to_owned(), note);
    }
    serde_json::to_vec_pretty(&manifest).map_err(|error| index.failed(&error.into()))
}

/// Takes the attachments out of the manifest's list and counts.
fn forget(manifest: &mut Map<String, Json>, names: &HashSet<String>, index: &ExportIndex) {
    let kept = |blob: &Json| {
        let id = |name: &str| blob.get(name).and_then(Json::as_str).unwrap_or_default();
        !names.contains(&format!("{}/{}", id("cipherId"), id("attachmentId")))
    };
    if let Some(blobs) = manifest.get_mut("attachmentBlobs").and_then(Json::as_array_mut) {
        blobs.retain(kept);
        let sizes = || blobs.iter().filter_map(|blob| blob.get("sizeBytes")?.as_u64());
        let (total, largest) = (sizes().fold(0_u64, u64::saturating_add), sizes().max().unwrap_or(0));
        let summary = json!({
            "attachmentFiles": blobs.len(), "totalBytes": total, "largestObjectBytes": largest,
        });
        manifest.insert("blobSummary".to_owned(), summary);
    }
    let left = index.attachments.iter().filter(|one| !names.contains(&one.blob_name())).count();
    if let Some(counts) = manifest.get_mut("tableCounts").and_then(Json::as_object_mut) {
        counts.insert("attachments".to_owned(), json!(left));
    }
}

/// Writes the rows again as they come.
struct Rewriting<'a> {
    out: BufWriter<File>,
    names: &'a HashSet<String>,
    members: u64,
    /// Inside an array, and how many of its rows were written.
    array: Option<u64>,
    is_attachments: bool,
    too_long: bool,
    failed: Option<io::Error>,
}

impl<'a> Rewriting<'a> {
    fn new(out: BufWriter<File>, names: &'a HashSet<String>) -> Self {
        Self { out, names, members: 0, array: None, is_attachments: false, too_long: false, failed: None }
    }

    fn put(&mut self, bytes: &[u8]) {
        if self.failed.is_none() {
            self.failed = self.out.write_all(bytes).err();
        }
    }

    fn end_array(&mut self) {
        if self.array.take().is_some() {
            self.put(b"]");
        }
    }

    fn finish(mut self) -> io::Result<(File, u64)> {
        if self.members == 0 {
            self.put(b"{");
        }
        self.end_array();
        self.put(b"}");
        if let Some(error) = self.failed {
            return Err(error);
        }
        let mut file = self.out.into_inner().map_err(io::IntoInnerError::into_error)?;
        let length = file.seek(SeekFrom::End(0))?;
        file.rewind()?;
        Ok((file, length))
    }
}

impl Visitor for Rewriting<'_> {
    fn begin(&mut self, key: &str, member: Member<'_>) -> bool {
        self.end_array();
        self.put(if self.members == 0 { b"{" } else { b"," });
        self.members += 1;
        self.put(format!("{}:", Json::from(key)).as_bytes());
        self.is_attachments = false;
        match member {
            Member::Array => {
                self.array = Some(0);
                self.is_attachments = key == Table::Attachments.name();
                self.put(b"[");
            }
            Member::Object => {}
            Member::Plain(value) => self.put(value.to_json().to_string().as_bytes()),
        }
        true
    }

    fn row(&mut self, row: &Row<'_>) {
        self.too_long |= row.too_long;
        if self.is_attachments {
            let (cipher, id) = (row.get("cipher_id").trimmed(), row.get("id").trimmed());
            if self.names.contains(&format!("{cipher}/{id}")) {
                return;
            }
        }
        if let Some(written) = &mut self.array {
            *written += 1;
            if *written > 1 {
                self.put(b",");
            }
        }
        self.put(row.raw());
    }
}
