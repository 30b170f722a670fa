//! Warnings of the file itself and of the bodies in it.

use super::super::content::Contents;
use super::super::name::is_own_number;
use super::super::rules::{
    MAX_ARCHIVE_BYTES, MAX_DB_JSON_BYTES, MAX_ENTRIES, MAX_KV_BODY_BYTES, MAX_UNPACKED_BYTES, is_body_name,
};
use super::super::{agreement, hash_in_name};
use crate::WarningCode;
use desk_base::text::{Noun, count, verb};

use super::super::zip::Structure;
use super::super::{InspectOptions, Inspection, Kind, NameHash, Severity, Storage, Warning};
use super::warning;

/// A digit group at the end of a name is taken for a hash; on some days, a person
/// meant a number by it.
pub(super) fn warn_of_name(report: &Inspection, warnings: &mut Vec<Warning>) {
    match report.name_hash {
        NameHash::Absent => warnings.push(warning(
            WarningCode::NameWithoutHash,
            Severity::Note,
            "The name carries no hash, so nobody can tell from it whether the file is still as it was made. The server calls such a file valid.",
            "Compare the full hash with one you have kept, or trust the checks made here.",
        )),
        NameHash::Mismatch if is_own_number(&report.file.name) => {
            let digits = hash_in_name(&report.file.name).unwrap_or_default();
            let message = format!(
                "The digits at the end of the name ({digits}) were taken for a hash, as the server takes them. If they are a number of your own, the file need not have changed."
            );
            let hint = "Rename the file so that its name does not end in an underscore and five digits.";
            warnings.push(
                warning(WarningCode::NumberTakenForHash, Severity::Caution, message, hint).value("digits", digits),
            );
        }
        NameHash::Match | NameHash::Mismatch => {}
    }
}

pub(super) fn warn_of_file(
    report: &Inspection,
    structure: &Structure,
    contents: &Contents,
    warnings: &mut Vec<Warning>,
) {
    if !report.intact && (report.server.import.accepts || report.server.remote_restore.accepts) {
        warnings.push(warning(
            WarningCode::DamageAccepted,
            Severity::Danger,
            "The file is damaged, but the server would take it without a word.",
            "Do not restore it. Look for another copy, or an older backup.",
        ));
    }
    let has_bom = |bom: Option<bool>| bom == Some(true);
    let manifest_bom = contents.manifest.as_ref().and_then(|(_, text)| Some(text.as_ref().ok()?.0.bom));
    let rows_bom = contents.rows.as_ref().and_then(|(_, text)| Some(text.as_ref().ok()?.0.bom));
    if has_bom(manifest_bom) || has_bom(rows_bom) {
        warnings.push(warning(
            WarningCode::ByteOrderMark,
            Severity::Note,
            "A text begins with a byte order mark: an editor wrote it, not the server. The server takes it.",
            "Make sure that you know who changed this file and why.",
        ));
    }
    warn_of_limits(report, structure, warnings);
}

fn warn_of_limits(report: &Inspection, structure: &Structure, warnings: &mut Vec<Warning>) {
    let unpacked = structure.entries.iter().fold(0_u64, |sum, entry| sum.saturating_add(entry.size));
    let rows = structure.find("db.json").map_or(0, |entry| entry.size);
    let entries = structure.entries.len() as u64;
    let limits = [
        ("bytes", "The file", report.file.bytes, MAX_ARCHIVE_BYTES),
        ("unpacked-bytes", "The unpacked content", unpacked, MAX_UNPACKED_BYTES),
        ("rows-bytes", "db.json", rows, MAX_DB_JSON_BYTES),
    ];
    let hint = "No setting changes this limit. Restore from the target, where attachment bodies stay outside the file, or take another export without attachments.";
    for (what, name, found, limit) in limits {
        if found > limit {
            let message = format!("{name} is {found} bytes; the server restores at most {limit}.");
            warnings.push(
                warning(WarningCode::OverLimit, Severity::Danger, message, hint)
                    .value("what", what)
                    .value("found", found)
                    .value("limit", limit),
            );
        }
    }
    if entries > MAX_ENTRIES {
        let message = format!("There are {entries} entries; the server restores at most {MAX_ENTRIES}.");
        warnings.push(
            warning(WarningCode::OverLimit, Severity::Danger, message, hint)
                .value("what", "entries")
                .value("found", entries)
                .value("limit", MAX_ENTRIES),
        );
    }
}

pub(super) fn warn_of_bodies(
    report: &Inspection,
    structure: &Structure,
    contents: &Contents,
    options: &InspectOptions,
    warnings: &mut Vec<Warning>,
) {
    if report.kind == Some(Kind::IndexOnly) {
        let missing = report.attachments.missing;
        let message = format!(
            "The bodies of {} are not in this file; they are on the target it was made for.",
            count(missing, Noun::Attachment)
        );
        let hint = "Keep the target's attachments folder as well: without it, these attachments cannot be restored. From this file alone the server restores nothing.";
        warnings.push(
            warning(WarningCode::BodiesElsewhere, Severity::Caution, message, hint).value("count", missing),
        );
    }
    if report.kind == Some(Kind::NoAttachments) {
        let message = "Attachments were left out of this backup.";
        let hint = "After restoring it, no vault item has attachments. Keep a backup with attachments too.";
        warnings.push(warning(WarningCode::NoAttachments, Severity::Caution, message, hint));
    }
    let Some((judge, _)) = contents.rows() else { return };
    let inside = agreement::bodies(structure).count(is_body_name) as u64;
    let unused = inside.saturating_sub(report.attachments.present);
    if unused > 0 {
        let message = format!(
            "{} {} inside that no row names; the server ignores what no row names.",
            count(unused, Noun::Body),
            verb(unused, "is", "are")
        );
        let hint = "They were added later, or their rows were lost. Nothing of them is restored.";
        warnings
            .push(warning(WarningCode::UnusedBodies, Severity::Note, message, hint).value("count", unused));
    }
    let oversized = judge.attachments().iter().filter(|row| row.size > MAX_KV_BODY_BYTES).count();
    if oversized > 0 {
        let severity = if options.storage == Storage::Kv { Severity::Caution } else { Severity::Note };
        let message = format!(
            "{} {} larger than 25 MiB, the most that Cloudflare KV keeps.",
            count(oversized, Noun::Attachment),
            verb(oversized, "is", "are")
        );
        let hint = "An instance on KV leaves them out and deletes their rows. Restore into an instance on R2, or keep these files elsewhere.";
        warnings
            .push(warning(WarningCode::OversizedForKv, severity, message, hint).value("count", oversized));
    }
    if options.storage == Storage::None && report.attachments.rows > 0 {
        let rows = report.attachments.rows;
        let message = format!(
            "The instance keeps no attachments: all {rows} would be left out and their rows deleted."
        );
        let hint = "Bind R2 or KV to the instance first, then restore.";
        warnings.push(warning(WarningCode::NoStorage, Severity::Caution, message, hint).value("count", rows));
    }
}
