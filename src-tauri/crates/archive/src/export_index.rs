//! The index that an export is made from: a backup ZIP with manifest and rows, and where
//! each body has its place in the complete ZIP.

use desk_base::limits::{ImportLimit, OverLimit};
use std::collections::HashSet;
use std::io::Read;
use std::path::{Path, PathBuf};

use tokio_util::sync::CancellationToken;

use super::bodies::ZipBodies;
use super::content::Packing;
use super::opened::Opened;
use super::rules::{self, is_safe_blob};
use super::source::{Source, Stretch};
use super::write::{Packed, Written, directory};
use super::{Attachment, attachments};
use desk_base::{Error, Result};
use desk_base::{Outcome, done_or_return};

/// The two texts of a backup, in the order of the server.
pub const TEXTS: [&str; 2] = ["manifest.json", "db.json"];

/// The member of the manifest that names missing bodies.
pub const INCOMPLETE: &str = "incomplete";
/// A manifest longer than this is taken as it is, in bytes.
const LONGEST_MANIFEST: u64 = 64 * 1024 * 1024;

/// An index, open for reading.
pub struct ExportIndex {
    path: PathBuf,
    bodies: ZipBodies,
    /// The manifest in place of its own, when that says that bodies are missing.
    manifest: Option<Vec<u8>>,
    /// Its attachments, each name once, in the order of the rows.
    pub attachments: Vec<Attachment>,
}

/// Where everything is in a complete ZIP: known before a single body is there.
pub struct Layout {
    /// The two texts first, then the bodies.
    pub entries: Vec<Written>,
    /// Where the list of entries begins.
    pub end_at: u64,
}

impl ExportIndex {
    /// Opens an index. Blocks.
    ///
    /// # Errors
    /// `NotAnArchive` when manifest or rows cannot be read.
    pub fn open(path: &Path, cancel: &CancellationToken) -> Result<Outcome<Self>> {
        let opened = Opened::new(path)?;
        let mut attachments = done_or_return!(attachments(path, cancel)?);
        let mut seen = HashSet::new();
        attachments.retain(|attachment| seen.insert(attachment.blob_name()));
        for text in TEXTS {
            opened.find(text).ok_or_else(|| opened.unreadable())?;
        }
        let manifest = without_note(&opened, cancel);
        let bodies = ZipBodies::of(opened);
        Ok(Outcome::Done(Self { path: path.to_owned(), bodies, manifest, attachments }))
    }

    /// The bodies that it holds itself.
    pub fn bodies(&self) -> &ZipBodies {
        &self.bodies
    }

    /// A text as it is packed.
    ///
    /// # Errors
    /// `NotAnArchive`.
    pub fn packed_text(&self, name: &str) -> Result<(Packed, Box<dyn Read + '_>)> {
        if let Some(manifest) = self.manifest.as_deref().filter(|_| name == TEXTS[0]) {
            let packed = Packed::stored(manifest.len() as u64, crc32fast::hash(manifest));
            return Ok((packed, Box::new(manifest)));
        }
        let opened = self.bodies.opened();
        let entry = opened.structure.find(name).ok_or_else(|| opened.unreadable())?;
        let packing = Packing::of(entry, opened.source().size()).ok_or_else(|| opened.unreadable())?;
        let bytes = Stretch::new(opened.source(), packing.from, packing.packed);
        Ok((entry.as_packed(), Box::new(bytes)))
    }

    /// A text, unpacked.
    ///
    /// # Errors
    /// `NotAnArchive`.
    pub fn text<'a>(&'a self, name: &str, cancel: &'a CancellationToken) -> Result<impl Read + 'a> {
        let opened = self.bodies.opened();
        let packing = opened.find(name).ok_or_else(|| opened.unreadable())?;
        Ok(opened.read(packing, cancel))
    }

    /// The size of a text, unpacked.
    pub fn text_size(&self, name: &str) -> u64 {
        self.bodies.opened().structure.find(name).map_or(0, |entry| entry.size)
    }

    /// The attachments whose bodies can be inside a ZIP: the names of others could lead
    /// out of a folder, and the server refuses them.
    pub fn placed(&self) -> impl Iterator<Item = &Attachment> {
        self.attachments.iter().filter(|attachment| is_safe_blob(&attachment.blob_name()))
    }

    /// Where everything is in the complete ZIP.
    ///
    /// # Errors
    /// `NotAnArchive`.
    pub fn layout(&self) -> Result<Layout> {
        let mut layout = Layout { entries: Vec::new(), end_at: 0 };
        for name in TEXTS {
            layout.add(name.to_owned(), self.packed_text(name)?.0);
        }
        for attachment in self.placed() {
            layout.add(body_entry(&attachment.blob_name()), Packed::stored(attachment.size_bytes, 0));
        }
        Ok(layout)
    }

    /// A failure of reading it.
    pub fn failed(&self, error: &std::io::Error) -> Error {
        Error::file(&self.path, error)
    }
}

/// The manifest of an incomplete export without its note that bodies are missing: the complete
/// ZIP has them. `None` for any other manifest, which stays as it is.
fn without_note(opened: &Opened, cancel: &CancellationToken) -> Option<Vec<u8>> {
    let mut text = Vec::new();
    opened.read(opened.find(TEXTS[0])?, cancel).take(LONGEST_MANIFEST).read_to_end(&mut text).ok()?;
    let mut manifest: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(&text).ok()?;
    manifest.remove(INCOMPLETE)?;
    serde_json::to_vec_pretty(&manifest).ok()
}

impl Layout {
    fn add(&mut self, name: String, content: Packed) {
        let entry = Written { name, content, header_at: self.end_at };
        self.end_at = entry.end_at();
        self.entries.push(entry);
    }

    /// The list of entries and the end, once all checksums are known.
    pub fn directory(&self) -> Vec<u8> {
        directory(&self.entries, self.end_at)
    }

    /// The size of the whole file. The list of entries is as long without checksums.
    pub fn file_size(&self) -> u64 {
        self.end_at + self.directory().len() as u64
    }

    /// What all entries come to, unpacked.
    pub fn unpacked(&self) -> u64 {
        self.entries.iter().fold(0, |sum, entry| sum.saturating_add(entry.content.size))
    }
}

/// The entry of a body in a complete ZIP.
pub fn body_entry(blob_name: &str) -> String {
    format!("attachments/{blob_name}.bin")
}

/// The limits of the server's import that an archive of this layout exceeds.
pub fn over_limits(layout: &Layout, rows_bytes: u64, on_kv: bool) -> Vec<OverLimit> {
    let bodies = layout.entries.iter().skip(TEXTS.len()).filter(|_| on_kv);
    let over_kv = bodies.filter(|entry| entry.content.size > rules::MAX_KV_BODY_BYTES).count() as u64;
    let found = [
        (ImportLimit::ArchiveBytes, layout.file_size(), rules::MAX_ARCHIVE_BYTES),
        (ImportLimit::UnpackedBytes, layout.unpacked(), rules::MAX_UNPACKED_BYTES),
        (ImportLimit::Entries, layout.entries.len() as u64, rules::MAX_ENTRIES),
        (ImportLimit::RowsBytes, rows_bytes, rules::MAX_DB_JSON_BYTES),
        (ImportLimit::KvBodies, over_kv, 0),
    ];
    let over = found.into_iter().filter(|(_, found, most)| found > most);
    over.map(|(limit, found, most)| OverLimit { limit, found, most }).collect()
}
