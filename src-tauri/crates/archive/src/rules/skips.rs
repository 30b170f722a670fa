//! Which attachments the server would leave out, and what it says of them.

use std::collections::{BTreeMap, HashMap};

use super::super::{Skipped, SkippedItem, Storage};
use super::manifest::Blob;
use super::{MAX_KV_BODY_BYTES, ManifestReader, Mode, names};

const KV_LIMIT: &str = "Cloudflare KV object size limit (25 MB)";
const NO_STORAGE: &str = "Attachment storage is not configured";
const NOT_RESTORED: &str = "Some attachments could not be restored and were skipped";
const NOT_ON_TARGET: &str = "Some remote attachments were unavailable and were skipped";

/// A row of the attachments table.
#[derive(Debug, Clone)]
pub(crate) struct AttachmentRow {
    /// `cipherId/attachmentId`.
    ids: Box<str>,
    cipher_length: usize,
    /// The size in the row.
    pub size: u64,
    /// The place of the user whose vault item it is.
    pub owner: Option<u32>,
    /// Its ids are safe and its vault item is there.
    pub is_valid: bool,
}

impl AttachmentRow {
    /// A row whose vault item is still to be looked up.
    pub(crate) fn new(cipher_id: &str, id: &str, size: u64) -> Self {
        let is_valid = names::is_safe_segment(id) && names::is_safe_segment(cipher_id);
        let ids = format!("{cipher_id}/{id}").into();
        Self { ids, cipher_length: cipher_id.len(), size, owner: None, is_valid }
    }

    /// `cipherId/attachmentId`.
    pub(crate) fn ids(&self) -> &str {
        &self.ids
    }

    /// The vault item it belongs to.
    pub(crate) fn cipher_id(&self) -> &str {
        &self.ids[..self.cipher_length]
    }

    /// Its id.
    pub(crate) fn id(&self) -> &str {
        &self.ids[self.cipher_length + 1..]
    }

    /// The name of its entry.
    pub(crate) fn entry(&self) -> String {
        format!("attachments/{}.bin", self.ids)
    }
}

/// Where the server looks for bodies.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bodies<'a> {
    /// The entries of the archive with their unpacked sizes.
    pub inside: &'a HashMap<&'a str, u64>,
    /// The same in the order in which the server goes through them.
    pub in_order: &'a [(String, u64)],
    /// The bodies on the target; all that the manifest lists when not known.
    pub on_target: Option<&'a BTreeMap<String, u64>>,
}

/// What the server does with each row, and its skipped list.
#[derive(Debug, Default)]
pub(crate) struct Decision {
    /// For each row: it is not even inserted.
    pub left_out: Vec<bool>,
    /// For each row that is restored from the target: the place of its body in
    /// the manifest's list.
    pub fetched: Vec<Option<usize>>,
    /// The skipped list of what is not even tried.
    pub skipped: Skipped,
    /// What will be tried, and cannot be put in its place.
    pub lost: Vec<SkippedItem>,
}

impl Decision {
    /// The skipped list as it is when all was tried.
    pub(crate) fn foretold(self) -> Skipped {
        with_unrestored(self.skipped, self.lost)
    }
}

/// Decides for each row what happens to it.
pub(crate) fn skips(
    mode: Mode,
    storage: Storage,
    rows: &[AttachmentRow],
    manifest: &ManifestReader,
    bodies: Bodies<'_>,
) -> Decision {
    match mode {
        Mode::LocalImport => local(storage, rows, bodies),
        Mode::RemoteRestore => remote(storage, rows, manifest, bodies),
    }
}

fn local(storage: Storage, rows: &[AttachmentRow], bodies: Bodies<'_>) -> Decision {
    let mut decision = Decision { left_out: vec![false; rows.len()], ..Decision::default() };
    decision.fetched = vec![None; rows.len()];
    match storage {
        Storage::R2 => {}
        Storage::None => {
            decision.left_out = vec![true; rows.len()];
            decision.skipped = list(NO_STORAGE, rows.iter().map(|row| item(row.entry(), row.size)).collect());
        }
        Storage::Kv => {
            let is_oversized = |size: u64| size > MAX_KV_BODY_BYTES;
            let oversized =
                bodies.in_order.iter().filter(|(name, size)| name.ends_with(".bin") && is_oversized(*size));
            decision.skipped =
                list(KV_LIMIT, oversized.map(|(name, size)| item(name.clone(), *size)).collect());
            for (left_out, row) in decision.left_out.iter_mut().zip(rows) {
                *left_out = bodies.inside.get(&*row.entry()).is_some_and(|&size| is_oversized(size));
            }
        }
    }
    decision
}

fn remote(
    storage: Storage,
    rows: &[AttachmentRow],
    manifest: &ManifestReader,
    bodies: Bodies<'_>,
) -> Decision {
    let listed = manifest.by_ids();
    let mut decision = Decision::default();
    let (mut before, mut lost) = (Vec::new(), Vec::new());
    for row in rows {
        let ids = row.ids();
        let place = listed.find(ids).filter(|&place| manifest.blobs[place].is_fetchable);
        let blob = place.map(|place| &manifest.blobs[place]);
        let path = format!("attachments/{}", blob.map_or(ids, |blob| blob.blob_name(ids)));
        let size = blob.map(|blob| blob.size).filter(|&size| size > 0).unwrap_or(row.size);
        let inside = bodies.inside.get(&*row.entry()).copied();
        let is_left_out = match (inside, blob, storage) {
            (Some(_), ..) => false,
            (None, None, _) | (None, _, Storage::None) => true,
            (None, _, Storage::Kv) => size > MAX_KV_BODY_BYTES,
            (None, _, Storage::R2) => false,
        };
        decision.left_out.push(is_left_out);
        decision.fetched.push(place.filter(|_| inside.is_none() && !is_left_out));
        if is_left_out {
            before.push(item(path, size));
            continue;
        }
        // A body inside a copy taken from the target is put in its place too,
        // and fails there as it would when fetched.
        let found = inside.or_else(|| match (bodies.on_target, blob) {
            (Some(target), Some(blob)) => target.get(blob.blob_name(ids)).copied(),
            _ => Some(size),
        });
        match found {
            None => lost.push(item(path_if_lost(row, blob), size)),
            Some(bytes) if fails_to_store(storage, bytes) => {
                lost.push(item(path_if_lost(row, blob), bytes));
            }
            Some(_) => {}
        }
    }
    decision.skipped = list(NOT_ON_TARGET, before);
    decision.lost = lost;
    decision
}

/// The path under which a remote restore lists a body that it could not put in
/// its place: the target's where the manifest lists one, else the archive's.
pub(super) fn path_if_lost(row: &AttachmentRow, blob: Option<&Blob>) -> String {
    blob.map_or_else(|| row.entry(), |blob| format!("attachments/{}", blob.blob_name(row.ids())))
}

fn fails_to_store(storage: Storage, bytes: u64) -> bool {
    match storage {
        Storage::R2 => false,
        Storage::Kv => bytes > MAX_KV_BODY_BYTES,
        Storage::None => true,
    }
}

/// The list that joins what was left out before with what could not be restored.
pub(crate) fn with_unrestored(mut skipped: Skipped, items: Vec<SkippedItem>) -> Skipped {
    if !items.is_empty() {
        skipped.items.extend(items);
        skipped.attachments = skipped.items.len() as u64;
        skipped.reason = Some(NOT_RESTORED.to_owned());
    }
    skipped
}

/// One line of the list.
pub(crate) fn item(path: String, size_bytes: u64) -> SkippedItem {
    SkippedItem { kind: "attachment".to_owned(), path, size_bytes }
}

fn list(reason: &str, items: Vec<SkippedItem>) -> Skipped {
    let reason = (!items.is_empty()).then(|| reason.to_owned());
    Skipped { reason, attachments: items.len() as u64, items }
}
