//! Warnings of the file itself and of the bodies in it.

use super::super::content::Contents;
use super::super::name::is_own_number;
use super::super::rules::{
    MAX_ARCHIVE_BYTES, MAX_DB_JSON_BYTES, MAX_ENTRIES, MAX_KV_BODY_BYTES, MAX_UNPACKED_BYTES, is_body_name,
};
use super::super::zip::Structure;
use super::super::{InspectOptions, Inspection, Kind, NameHash, Storage, WarningDetail};
use super::super::{agreement, hash_in_name};

/// A digit group at the end of a name is taken for a hash; on some days, a person
/// meant a number by it.
pub(super) fn warn_of_name(report: &Inspection, warnings: &mut Vec<WarningDetail>) {
    match report.name_hash {
        NameHash::Absent => warnings.push(WarningDetail::NameWithoutHash),
        NameHash::Mismatch if is_own_number(&report.file.name) => {
            let digits = hash_in_name(&report.file.name).unwrap_or_default();
            warnings.push(WarningDetail::NumberTakenForHash { digits });
        }
        NameHash::Match | NameHash::Mismatch => {}
    }
}

pub(super) fn warn_of_file(
    report: &Inspection,
    structure: &Structure,
    contents: &Contents,
    warnings: &mut Vec<WarningDetail>,
) {
    if !report.intact && (report.server.import.accepts || report.server.remote_restore.accepts) {
        warnings.push(WarningDetail::DamageAccepted);
    }
    let has_bom = |bom: Option<bool>| bom == Some(true);
    let manifest_bom = contents.manifest.as_ref().and_then(|(_, text)| Some(text.as_ref().ok()?.0.bom));
    let rows_bom = contents.rows.as_ref().and_then(|(_, text)| Some(text.as_ref().ok()?.0.bom));
    if has_bom(manifest_bom) || has_bom(rows_bom) {
        warnings.push(WarningDetail::ByteOrderMark);
    }
    warn_of_limits(report, structure, warnings);
}

fn warn_of_limits(report: &Inspection, structure: &Structure, warnings: &mut Vec<WarningDetail>) {
    let mut compare = |found: u64, limit: u64, detail: fn(u64, u64) -> WarningDetail| {
        if found > limit {
            warnings.push(detail(found, limit));
        }
    };
    compare(report.file.bytes, MAX_ARCHIVE_BYTES, |found, limit| WarningDetail::FileTooLarge {
        found,
        limit,
    });
    let unpacked = structure.entries.iter().fold(0_u64, |sum, entry| sum.saturating_add(entry.size));
    compare(unpacked, MAX_UNPACKED_BYTES, |found, limit| WarningDetail::UnpackedTooLarge { found, limit });
    let rows = structure.find("db.json").map_or(0, |entry| entry.size);
    compare(rows, MAX_DB_JSON_BYTES, |found, limit| WarningDetail::RowsTooLarge { found, limit });
    let entries = structure.entries.len() as u64;
    compare(entries, MAX_ENTRIES, |found, limit| WarningDetail::TooManyEntries { found, limit });
}

pub(super) fn warn_of_bodies(
    report: &Inspection,
    structure: &Structure,
    contents: &Contents,
    options: &InspectOptions,
    warnings: &mut Vec<WarningDetail>,
) {
    if report.kind == Some(Kind::IndexOnly) {
        warnings.push(WarningDetail::BodiesElsewhere { count: report.attachments.missing });
    }
    if report.kind == Some(Kind::NoAttachments) {
        warnings.push(WarningDetail::NoAttachments);
    }
    let Some((judge, _)) = contents.rows() else { return };
    let inside = agreement::bodies(structure).count(is_body_name) as u64;
    let unused = inside.saturating_sub(report.attachments.present);
    if unused > 0 {
        warnings.push(WarningDetail::UnusedBodies { count: unused });
    }
    let oversized = judge.attachments().iter().filter(|row| row.size > MAX_KV_BODY_BYTES);
    match (oversized.count() as u64, options.storage) {
        (0, _) => {}
        (count, Storage::Kv) => warnings.push(WarningDetail::LeftOutOnKv { count }),
        (count, _) => warnings.push(WarningDetail::WouldBeLeftOutOnKv { count }),
    }
    if options.storage == Storage::None && report.attachments.rows > 0 {
        warnings.push(WarningDetail::NoStorage { count: report.attachments.rows });
    }
}
