//! Whether manifest, rows and bodies agree, and which kind of
//! backup it is.

use super::damage::Damages;
use super::index::Index;
use super::json::LARGEST_SIZE;
use super::rules::{Judge, ManifestReader, TABLES, Table};
use super::zip::{Entry, Structure};
use super::{AttachmentFacts, DamageDetail, Kind};

/// The entries whose content is inside, by name.
pub(crate) type Bodies<'a> = Index<'a, Entry>;

/// Finds them.
pub(crate) fn bodies(structure: &Structure) -> Bodies<'_> {
    Index::new(&structure.entries, |entry| entry.data_at.is_some(), |entry| &entry.name)
}

/// Sums up the attachments.
pub(crate) fn attachment_facts(judge: &Judge, bodies: &Bodies<'_>) -> AttachmentFacts {
    let mut facts =
        AttachmentFacts { rows: judge.rows(Table::Attachments).unwrap_or(0), ..AttachmentFacts::default() };
    for row in judge.attachments() {
        if let Some(body) = bodies.get(&row.entry()) {
            facts.present += 1;
            facts.bytes = facts.bytes.saturating_add(body.size).min(LARGEST_SIZE);
        }
    }
    facts.missing = facts.rows - facts.present;
    facts
}

/// Which kind it is. `None` when some bodies are inside and some are not: such
/// a file was not made whole.
pub(crate) fn kind(includes_attachments: Option<bool>, rows: u64, present: u64) -> Option<Kind> {
    match (rows, present) {
        (0, _) if includes_attachments == Some(false) => Some(Kind::NoAttachments),
        (rows, present) if present >= rows => Some(Kind::Complete),
        (_, 0) => Some(Kind::IndexOnly),
        _ => None,
    }
}

/// Compares the three.
pub(crate) fn check(
    manifest: Option<&ManifestReader>,
    judge: &Judge,
    bodies: &Bodies<'_>,
    damages: &mut Damages,
) {
    if let Some(manifest) = manifest {
        check_counts(manifest, judge, damages);
        check_listed(manifest, damages);
    }
    check_bodies(manifest, judge, bodies, damages);
}

fn check_counts(manifest: &ManifestReader, judge: &Judge, damages: &mut Damages) {
    for table in TABLES {
        let Some(&counted) = manifest.counts.get(table.name()) else { continue };
        let found = judge.rows(table).unwrap_or(0);
        if counted != found {
            damages.entry("db.json", DamageDetail::CountDiffers { table, count: counted, found });
        }
    }
    let rows = judge.rows(Table::Attachments).unwrap_or(0);
    if manifest.includes_attachments == Some(false) && rows > 0 {
        damages.entry("manifest.json", DamageDetail::RowsNotLeftOut { count: rows });
    }
}

fn check_listed(manifest: &ManifestReader, damages: &mut Damages) {
    if !manifest.has_blob_list || manifest.has_more_blobs {
        return;
    }
    let listed = manifest.blobs.len() as u64;
    let bytes = manifest.blobs.iter().fold(0_u64, |sum, blob| sum.saturating_add(blob.size));
    let largest = manifest.blobs.iter().map(|blob| blob.size).max().unwrap_or(0);
    let mut compare = |told: Option<u64>, found: u64, detail: fn(u64, u64) -> DamageDetail| {
        if let Some(told) = told.filter(|&told| told != found) {
            damages.entry("manifest.json", detail(told, found));
        }
    };
    compare(manifest.blob_count, listed, |count, found| DamageDetail::BodyCountDiffers { count, found });
    compare(manifest.blob_bytes, bytes, |count, found| DamageDetail::BodyBytesDiffer { count, found });
    compare(manifest.largest_blob, largest, |count, found| DamageDetail::LargestBodyDiffers { count, found });
}

fn check_bodies(
    manifest: Option<&ManifestReader>,
    judge: &Judge,
    bodies: &Bodies<'_>,
    damages: &mut Damages,
) {
    let listed = manifest.map(ManifestReader::by_ids);
    let rows = judge.attachments();
    let holds_bodies = rows.iter().any(|row| bodies.get(&row.entry()).is_some());
    for row in rows {
        let entry = row.entry();
        let blob = listed.as_ref().and_then(|listed| listed.get(row.ids()));
        if let Some(blob) = blob.filter(|blob| blob.size != row.size) {
            damages.entry(&entry, DamageDetail::ListedSizeDiffers { count: blob.size, found: row.size });
        }
        match bodies.get(&entry).map(|body| body.size) {
            Some(size) if size != row.size => {
                damages.entry(&entry, DamageDetail::BodySize { count: size, expected: row.size });
            }
            Some(_) => {}
            None if holds_bodies => {
                damages.entry(&entry, DamageDetail::BodyMissing);
            }
            None if blob.is_none() && !row.id().is_empty() => {
                damages.entry(&entry, DamageDetail::BodyUnlisted);
            }
            None => {}
        }
    }
}
