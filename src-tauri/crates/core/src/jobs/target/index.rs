//! The attachment index of a target, read and written.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{IndexReport, IndexedSize, TargetBody};
use crate::Result;
use crate::targets::{
    AttachmentIndex, BodiesThere, INDEX_PATH, IndexState, IndexedBody, Spooled, Standing, TargetFolder,
};

/// More than any index has, in bytes.
const LARGEST: u64 = 64 << 20;

/// The index of a target, and what it is when it cannot be read.
pub(super) async fn read(folder: &TargetFolder) -> Result<Result<AttachmentIndex, IndexState>> {
    match folder.small(INDEX_PATH, LARGEST).await {
        Ok(Some(bytes)) => Ok(AttachmentIndex::read(&bytes)),
        Ok(None) => Ok(Err(IndexState::Absent)),
        Err(error) if matches!(error.code(), crate::Code::TooLarge) => Ok(Err(IndexState::Foreign)),
        Err(error) => Err(error),
    }
}

/// The index against the bodies.
pub(super) fn compared(index: &Result<AttachmentIndex, IndexState>, there: &BodiesThere) -> IndexReport {
    let body = |path: &str, size_bytes| TargetBody { path: path.to_owned(), size_bytes };
    let index = match index {
        Ok(index) => index,
        Err(state) => {
            return IndexReport {
                state: *state,
                error: None,
                entries: 0,
                listed_but_missing: Vec::new(),
                present_but_unlisted: Vec::new(),
                size_differs: Vec::new(),
            };
        }
    };
    let mut report = IndexReport {
        state: IndexState::Good,
        error: None,
        entries: index.blobs.len() as u64,
        listed_but_missing: Vec::new(),
        present_but_unlisted: Vec::new(),
        size_differs: Vec::new(),
    };
    for (name, indexed) in &index.blobs {
        match there.standing(name, indexed.size_bytes) {
            Standing::There | Standing::Unknown => {}
            Standing::Missing => report.listed_but_missing.push(body(name, Some(indexed.size_bytes))),
            Standing::SizeDiffers(found_bytes) => report.size_differs.push(IndexedSize {
                path: name.clone(),
                listed_bytes: indexed.size_bytes,
                found_bytes,
            }),
        }
    }
    let unlisted = there.sizes.iter().filter(|(name, _)| !index.blobs.contains_key(*name));
    report.present_but_unlisted = unlisted.map(|(name, size)| body(name, *size)).collect();
    if !report.listed_but_missing.is_empty() || !report.size_differs.is_empty() {
        report.state = IndexState::Stale;
    }
    report
}

/// An index of what is there. `right` are the sizes that backups name: a body of another size is
/// left out, so that the server uploads it again. What could not be listed stays as it was.
pub(super) fn fresh(
    old: Option<&AttachmentIndex>,
    there: &BodiesThere,
    right: &BTreeMap<String, u64>,
    now: Timestamp,
) -> AttachmentIndex {
    let mut blobs = BTreeMap::new();
    for (name, size) in &there.sizes {
        let known = old.and_then(|old| old.blobs.get(name));
        let Some(size) =
            size.or_else(|| right.get(name).copied()).or_else(|| known.map(|one| one.size_bytes))
        else {
            continue;
        };
        if right.get(name).is_some_and(|right| *right != size) {
            continue;
        }
        let same = known.filter(|one| one.size_bytes == size).cloned();
        let new = || IndexedBody { size_bytes: size, updated_at: now.to_string() };
        blobs.insert(name.clone(), same.unwrap_or_else(new));
    }
    for (name, indexed) in old.into_iter().flat_map(|old| &old.blobs) {
        if there.standing(name, indexed.size_bytes) == Standing::Unknown {
            blobs.insert(name.clone(), indexed.clone());
        }
    }
    AttachmentIndex::of(blobs)
}

/// Writes an index.
pub(super) async fn write(folder: &TargetFolder, index: &AttachmentIndex) -> Result<()> {
    folder.write(INDEX_PATH, &mut Spooled::of(&index.to_bytes())).await
}

/// Where the index is kept that was there before.
pub(super) fn beside(now: Timestamp) -> String {
    format!("{INDEX_PATH}.before-{}", now.strftime("%Y%m%d-%H%M%S-%3f"))
}
