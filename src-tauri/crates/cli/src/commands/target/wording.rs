//! What looking at a target and healing it showed, for people.

use desk_core::jobs::{
    BodyTrouble, CopyResult, DoctorResult, HealAction, HealPlan, HealResult, HealSourceKind, LossCause,
    StillMissingCause, TargetLook, TargetSight, VerifyResult,
};
use desk_core::messages::message;
use desk_core::server::RemoteItem;
use desk_core::targets::IndexState;
use desk_core::text::{Noun, count};

use crate::words::{bytes, plain};

/// Things that a terminal lists; `--json` has them all.
const MOST_LINES: usize = 30;

const NO_BACKUPS: &str = "There are no backups in this folder.";

pub fn list(items: &[RemoteItem]) -> String {
    if items.is_empty() {
        return NO_BACKUPS.to_owned();
    }
    let line = |item: &RemoteItem| {
        let size = item.size.map_or_else(|| "unknown size".to_owned(), bytes);
        format!("{}  {size}\n", plain(&item.name))
    };
    items.iter().map(line).collect()
}

/// What both sides got at a target, why it does not work and what to do about it.
pub fn look(found: &TargetLook) -> String {
    let mut text = format!("{} ({})\n", plain(&found.target_name), plain(&found.place));
    let mut side = |who: &str, sight: &TargetSight| match &sight.error {
        None => text.push_str(&format!("  {who}: reachable, {}\n", count(sight.backups, Noun::Backup))),
        Some(error) => text.push_str(&format!("  {who}: {}\n", plain(&error.to_string()))),
    };
    side("the server", &found.from_server);
    if let Some(here) = &found.from_here {
        side("this computer", here);
    }
    if let Some(error) = &found.last_run {
        text.push_str(&format!("  last run failed: {}\n", plain(&error.to_string())));
    }
    if let Some(bodies) = &found.bodies {
        text.push_str(&format!(
            "  the next run uploads {} of {} ({})\n",
            bodies.to_upload,
            count(bodies.on_server, Noun::Attachment),
            bytes(bodies.to_upload_bytes)
        ));
    }
    let named = |before: &str, value: serde_json::Value| {
        let name = value.as_str().unwrap_or_default().replace('-', "_");
        message(&format!("{before}{name}"), &[("target", &found.target_name)])
    };
    match found.cause {
        None => text.push_str("  No problems found.\n"),
        Some(cause) => {
            text.push_str(&format!("  {}\n", plain(&named("stop_cause_", serde_json::json!(cause)))));
            for fix in &found.fixes {
                text.push_str(&format!("  - {}\n", plain(&named("fix_", serde_json::json!(fix)))));
            }
        }
    }
    text
}

pub fn doctor(found: &DoctorResult) -> String {
    let mut text = format!("{}\n", plain(&found.place));
    if found.backups.is_empty() {
        text.push_str(&format!("{NO_BACKUPS}\n"));
    }
    for backup in &found.backups {
        let name = plain(&backup.name);
        if let Some(error) = &backup.error {
            text.push_str(&format!("{name}: cannot be read. {}\n", plain(&error.body().message)));
            continue;
        }
        if backup.is_damaged() {
            text.push_str(&format!("{name}: DAMAGED\n"));
        }
        if let Some(words) = &backup.refusal {
            text.push_str(&format!("{name}: the server would refuse it: {}\n", plain(words)));
        }
        if backup.would_lose_count == 0 && !backup.is_useless() {
            text.push_str(&format!("{name}: good, {}\n", count(backup.listed, Noun::Attachment)));
        } else if backup.would_lose_count > 0 {
            let lost = count(backup.would_lose_count, Noun::Attachment);
            text.push_str(&format!("{name}: a restore today would lose {lost}\n"));
            for one in backup.would_lose.iter().take(MOST_LINES) {
                let owner = one.owner.as_deref().map_or_else(|| "unknown owner".to_owned(), plain);
                let cause = loss(one.cause);
                text.push_str(&format!(
                    "  {} ({owner}, {}): {cause}\n",
                    plain(&one.path),
                    bytes(one.size_bytes)
                ));
            }
            more(&mut text, backup.would_lose_count);
        }
    }
    text.push_str(&format!("Attachment index: {}\n", index(found.index.state)));
    let parts = [
        (found.index.listed_but_missing.len(), "listed but missing: the server never uploads them again"),
        (found.index.present_but_unlisted.len(), "present but not listed: the server uploads them again"),
        (found.index.size_differs.len(), "with a different size than listed"),
    ];
    for (number, what) in parts.into_iter().filter(|(number, _)| *number > 0) {
        text.push_str(&format!("  {} {what}\n", count(number as u64, Noun::Body)));
    }
    if !found.orphans.is_empty() {
        let orphans = count(found.orphans.len() as u64, Noun::Body);
        text.push_str(&format!("Not needed by any backup here: {orphans}. They are only reported.\n"));
    }
    for folder in &found.unread {
        let why = plain(&folder.error.body().message);
        text.push_str(&format!("Could not be listed: {}. {why}\n", plain(&folder.path)));
    }
    text
}

fn more(text: &mut String, all: u64) {
    let shown = MOST_LINES as u64;
    if all > shown {
        text.push_str(&format!("  and {} more; use --json for a longer list\n", all - shown));
    }
}

fn loss(cause: LossCause) -> &'static str {
    match cause {
        LossCause::Missing => "not on the target",
        LossCause::SizeDiffers => "different size on the target",
        LossCause::UnsafeName => "its ID is not a valid file name",
    }
}

fn index(state: IndexState) -> &'static str {
    match state {
        IndexState::Absent => "none; the next backup uploads all attachments again",
        IndexState::Good => "right",
        IndexState::Stale => "stale",
        IndexState::Unreadable => "damaged",
        IndexState::NotRead => "could not be read",
        IndexState::Foreign => "different version",
    }
}

pub fn verify(found: &VerifyResult) -> String {
    let mut text = format!("{}\n", plain(&found.place));
    if found.archives.is_empty() {
        text.push_str(&format!("{NO_BACKUPS}\n"));
    }
    for archive in &found.archives {
        let name = plain(&archive.name);
        text.push_str(&match &archive.error {
            Some(error) => format!("{name}: could not be read. {}\n", plain(&error.body().message)),
            None if archive.changed => format!("{name}: CHANGED since it was first read here\n"),
            None if archive.is_damaged() => format!("{name}: DAMAGED\n"),
            None if archive.refusal.is_some() => format!(
                "{name}: undamaged, but the server would refuse it: {}\n",
                plain(archive.refusal.as_deref().unwrap_or_default())
            ),
            None => format!("{name}: good\n"),
        });
    }
    let counts = &found.attachments;
    text.push_str(&format!(
        "Attachments: {} of {} present, {} read in full\n",
        counts.present, counts.listed, counts.read
    ));
    for one in found.problems.iter().take(MOST_LINES) {
        let trouble = match &one.trouble {
            BodyTrouble::Missing => "missing".to_owned(),
            BodyTrouble::SizeDiffers => "different size".to_owned(),
            BodyTrouble::Changed => "CHANGED since it was first read here".to_owned(),
            BodyTrouble::Unstable => "two reads returned different content".to_owned(),
            BodyTrouble::Unreadable { error } => plain(&error.body().message),
        };
        let owner = one.owner.as_deref().map_or_else(|| "unknown owner".to_owned(), plain);
        text.push_str(&format!("  {} ({owner}): {trouble}\n", plain(&one.path)));
    }
    more(&mut text, found.problems.len() as u64);
    let coverage = &found.coverage;
    text.push_str(&format!("Read in full so far: {} of {}", coverage.checked, coverage.of));
    if let Some(at) = &coverage.oldest_check {
        text.push_str(&format!(", the oldest check on {}", plain(at.get(..10).unwrap_or(at))));
    }
    if let Some(per_day) = coverage.per_day {
        text.push_str(&format!("; {per_day} per day"));
    }
    text.push('\n');
    if found.passing_errors > 0 {
        text.push_str(&format!("Reads that succeeded only on the second try: {}\n", found.passing_errors));
    }
    for folder in &found.unread {
        let why = plain(&folder.error.body().message);
        text.push_str(&format!("Could not be listed: {}. {why}\n", plain(&folder.path)));
    }
    text
}

fn source(kind: HealSourceKind) -> &'static str {
    match kind {
        HealSourceKind::Server => "the server",
        HealSourceKind::Target => "another target",
        HealSourceKind::Folder => "a folder",
        HealSourceKind::Zip => "a backup",
    }
}

pub fn plan(plan: &HealPlan) -> String {
    let with_source = plan.bodies.iter().filter(|body| body.from.is_some());
    let uploads = count(with_source.clone().count() as u64, Noun::Attachment);
    let mut text = format!("On {}:\n  upload {uploads}\n", plain(&plan.found.place));
    for body in with_source.take(MOST_LINES) {
        let from = body.from.map_or("nowhere", source);
        let kept = if body.replaces { "; the existing file is renamed" } else { "" };
        text.push_str(&format!("    {} from {from}{kept}\n", plain(&body.path)));
    }
    let without = plan.bodies.iter().filter(|body| body.from.is_none()).count() as u64;
    if without > 0 {
        text.push_str(&format!("  not available from any source: {}\n", count(without, Noun::Attachment)));
    }
    text.push_str(match plan.index {
        HealAction::Keep => "  keep the attachment index\n",
        HealAction::Write => {
            "  write the attachment index from the actual content; the old one is kept beside it\n"
        }
    });
    text.push_str("Nothing is deleted.");
    text
}

pub fn nothing_to_heal(plan: &HealPlan) -> String {
    if plan.bodies.is_empty() {
        return "Nothing needs to be repaired.".to_owned();
    }
    let missing = count(plan.bodies.len() as u64, Noun::Attachment);
    format!("None of the sources has the missing attachments: {missing}. Add other sources.")
}

pub fn healed(healed: &HealResult) -> String {
    let mut text = format!("Uploaded: {}\n", count(healed.uploaded.len() as u64, Noun::Attachment));
    if healed.index_written {
        text.push_str("The attachment index lists the actual content.\n");
    }
    if let Some(kept) = &healed.index_kept_as {
        text.push_str(&format!("The old index is kept as {}\n", plain(kept)));
    }
    for kept in &healed.kept_beside {
        text.push_str(&format!("Renamed files: {}\n", plain(kept)));
    }
    if !healed.still_missing.is_empty() {
        let missing = count(healed.still_missing.len() as u64, Noun::Attachment);
        text.push_str(&format!("Still missing: {missing}\n"));
    }
    for one in healed.still_missing.iter().take(MOST_LINES) {
        let owner = one.owner.as_deref().map_or_else(|| "unknown owner".to_owned(), plain);
        let cause = one.error.as_ref().map(|error| format!(". {}", plain(&error.body().message)));
        let cause = cause.unwrap_or_default();
        text.push_str(&format!("  {} ({owner}): {}{cause}\n", plain(&one.path), why(one.why)));
    }
    more(&mut text, healed.still_missing.len() as u64);
    if let Some(error) = &healed.error {
        text.push_str(&format!(
            "Ended early: {} {}\n",
            plain(&error.body().message),
            plain(&error.body().hint)
        ));
    }
    text
}

fn why(cause: StillMissingCause) -> &'static str {
    match cause {
        StillMissingCause::NoSource => "not available from any source",
        StillMissingCause::DoesNotFit => "a source has different content under this name",
        StillMissingCause::SourceFailed => "the source failed",
        StillMissingCause::NotTaken => "not accepted by the target",
        StillMissingCause::NotReached => "not processed; start again to continue",
    }
}

pub fn copied(copied: &CopyResult) -> String {
    let mut text = format!(
        "Copied to {}: {}, {}, {}\n",
        plain(&copied.to),
        count(copied.backups.len() as u64, Noun::Backup),
        count(copied.bodies, Noun::Attachment),
        bytes(copied.bytes)
    );
    if copied.already_there > 0 {
        text.push_str(&format!("Already there: {}\n", copied.already_there));
    }
    for one in copied.conflicts.iter().take(MOST_LINES) {
        text.push_str(&format!("Different content there was kept: {}\n", plain(&one.path)));
    }
    for one in copied.failed.iter().take(MOST_LINES) {
        text.push_str(&format!("Not copied: {}. {}\n", plain(&one.path), plain(&one.error.body().message)));
    }
    if let Some(error) = &copied.error {
        text.push_str(&format!(
            "Ended early: {} {}\n",
            plain(&error.body().message),
            plain(&error.body().hint)
        ));
    }
    text
}
