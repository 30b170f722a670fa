//! An inspection in words, the verdict first.

use std::fmt::Write as _;

use desk_core::archive::{Inspection, ManifestFacts, PersonFacts, ServerVerdict, TargetMemory};
use desk_core::text::{Noun, count};

use super::{bytes, kind, name_hash, plain, verdict};
use crate::exit::Exit;

/// Lines of a long list that a terminal shows; `--json` has them all.
const MOST_LINES: usize = 20;

/// Everything an inspection says.
pub fn inspection(report: &Inspection, exit: Exit) -> String {
    let mut text = String::new();
    line(&mut text, format_args!("{}: {}", plain(&report.file.name), verdict(exit)));
    line(&mut text, format_args!("  {}, SHA-256 {}", bytes(report.file.bytes), report.file.sha256));
    line(&mut text, format_args!("  hash: {}", name_hash(report.name_hash)));
    line(&mut text, format_args!("  kind: {}", kind(report.kind)));
    if let Some(manifest) = &report.manifest {
        made(&mut text, manifest);
    }
    damage(&mut text, report);
    answer(&mut text, "local import", &report.server.import);
    answer(&mut text, "remote restore", &report.server.remote_restore);
    for warning in &report.warnings {
        line(&mut text, format_args!("  * {}", plain(&warning.message)));
        line(&mut text, format_args!("    {}", plain(&warning.hint)));
    }
    contents(&mut text, report);
    people(&mut text, &report.people);
    targets(&mut text, &report.targets);
    text
}

fn line(text: &mut String, words: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{words}");
}

fn made(text: &mut String, manifest: &ManifestFacts) {
    let word = |value: &Option<String>| plain(value.as_deref().unwrap_or("not specified"));
    line(
        text,
        format_args!(
            "  made: {}, by NodeWarden {}, attachments then in: {}",
            word(&manifest.exported_at),
            word(&manifest.app_version),
            plain(manifest.storage_kind.as_deref().unwrap_or("none")),
        ),
    );
}

fn damage(text: &mut String, report: &Inspection) {
    match report.damage.len() {
        0 => line(text, format_args!("  damage: none found")),
        found => line(text, format_args!("  damage: {found}")),
    }
    for one in &report.damage {
        let entry = one.entry.as_deref().unwrap_or("the file");
        line(text, format_args!("  ! {}: {}", plain(entry), plain(&one.message)));
    }
}

fn answer(text: &mut String, what: &str, verdict: &ServerVerdict) {
    let answer = match &verdict.error {
        _ if verdict.accepts => "accepted".to_owned(),
        Some(words) => format!("refused: {}", plain(words)),
        None => "refused".to_owned(),
    };
    line(text, format_args!("  {what}: {answer}"));
    let skipped = &verdict.skipped;
    if skipped.items.is_empty() {
        return;
    }
    let reason = plain(skipped.reason.as_deref().unwrap_or("no reason given"));
    line(text, format_args!("    skips {}: {reason}", count(skipped.attachments, Noun::Attachment)));
    for item in skipped.items.iter().take(MOST_LINES) {
        line(text, format_args!("      {} ({})", plain(&item.path), bytes(item.size_bytes)));
    }
    more(text, "      ", skipped.items.len());
}

fn contents(text: &mut String, report: &Inspection) {
    let facts = &report.attachments;
    line(
        text,
        format_args!(
            "  attachments: {} listed, {} included ({}), {} elsewhere",
            facts.rows,
            facts.present,
            bytes(facts.bytes),
            facts.missing
        ),
    );
    for (table, rows) in report.tables.iter().filter(|(table, _)| *table != "attachments") {
        line(text, format_args!("  {table}: {rows}"));
    }
    for exposure in &report.exposes {
        line(text, format_args!("  readable by anyone with the file: {} {}", exposure.count, exposure.kind));
    }
}

fn people(text: &mut String, people: &[PersonFacts]) {
    for person in people.iter().take(MOST_LINES) {
        let PersonFacts { ciphers, folders, attachments, .. } = person;
        let repairs = if person.has_wrap { ", can repair the backup settings" } else { "" };
        line(
            text,
            format_args!(
                "  {} ({}, {}): {}, {}, {}{repairs}",
                plain(&person.email),
                plain(&person.role),
                plain(&person.status),
                count(*ciphers, Noun::VaultItem),
                count(*folders, Noun::Folder),
                count(*attachments, Noun::Attachment),
            ),
        );
    }
    more(text, "  ", people.len());
}

fn targets(text: &mut String, targets: &[TargetMemory]) {
    for target in targets {
        let word = |value: &Option<String>| plain(value.as_deref().unwrap_or("never"));
        let error = target.runtime.last_error_message.as_deref().map(|words| format!(" ({})", plain(words)));
        line(
            text,
            format_args!(
                "  target {}: last success {}, last failure {}{}",
                plain(&target.id),
                word(&target.runtime.last_success_at),
                word(&target.runtime.last_error_at),
                error.unwrap_or_default(),
            ),
        );
    }
}

fn more(text: &mut String, indent: &str, all: usize) {
    if all > MOST_LINES {
        line(text, format_args!("{indent}and {} more; use --json for the full list", all - MOST_LINES));
    }
}
