//! The words for people.

mod copies;
mod findings;
#[cfg(test)]
mod forbidden;
mod inspection;
mod recovery;
mod restoring;
mod sharing;

use desk_core::archive::{Kind, NameHash};
use desk_core::checks::CheckedHere;
use desk_core::health::BackupState;
use desk_core::jobs::{IntegrityResult, MissingCause, SkipCause, SkippedAttachment, SourceKind};
use desk_core::progress::Stage;
use desk_core::text::{self, Noun, count};
use desk_core::view::BackupRow;
use indicatif::BinaryBytes;

use crate::exit::Exit;

pub use copies::{copy_place, copy_search};
pub use findings::{finding, finding_title, not_checked};
pub use inspection::inspection;
pub use recovery::{recovery, recovery_report};
pub use restoring::{plan, restore_step, safety_copy};
pub use sharing::{brought, origin, shared};

/// What can be done with an export that a server does not import.
pub const OVER_LIMITS_HINT: &str = "You can still restore it: nwdesk restore FILE --through-target TARGET uploads its attachments to a target first, \
     where they do not count toward the limits.";

/// Why a body is missing.
pub fn missing_cause(cause: MissingCause) -> &'static str {
    match cause {
        MissingCause::NotFound => "not available from any source",
        MissingCause::SizeDiffers => "the received content differs in size from the row",
        MissingCause::Damaged => "the received content is damaged",
        MissingCause::SourceFailed => "the source failed",
        MissingCause::TimedOut => "the source did not respond in time",
        MissingCause::ConnectionLost => "the connection was lost each time",
        MissingCause::UnsafeName => "its ID is not a valid file name",
    }
}

/// Where bodies came from.
pub fn source(source: SourceKind) -> &'static str {
    match source {
        SourceKind::Itself => "from the backup itself",
        SourceKind::Zip => "from other ZIPs",
        SourceKind::Folder => "from folders",
        SourceKind::Target => "from targets",
        SourceKind::Server => "from the server",
    }
}

/// A size.
pub fn bytes(bytes: u64) -> String {
    BinaryBytes(bytes).to_string()
}

/// A stage of a job.
pub fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Connecting => "Connecting",
        Stage::RunPrepare => "Preparing the backup on the server",
        Stage::RunCollectData => "Collecting data on the server",
        Stage::RunPackageArchive => "Packaging the archive on the server",
        Stage::RunSyncAttachments => "Uploading attachments from the server",
        Stage::RunUploadArchive => "Uploading the archive from the server",
        Stage::RunVerifyArchive => "Verifying the upload",
        Stage::RunCleanup => "Removing old backups",
        Stage::ExportCollectData => "Collecting data on the server",
        Stage::ExportPackageArchive => "Packaging the export on the server",
        Stage::Uploading => "Uploading",
        Stage::RestoreReceived => "File received by the server",
        Stage::RestoreFetchArchive => "Fetching the backup on the server",
        Stage::RestoreCreateShadow => "Preparing the restore on the server",
        Stage::RestoreImportData => "Importing data on the server",
        Stage::RestoreFiles => "Restoring attachments on the server",
        Stage::RestoreFinalize => "Switching the server to the restored data",
        Stage::Downloading => "Downloading",
        Stage::CheckingOnServer => "Verifying the hash on the server",
        Stage::CheckingHere => "Reading the backup in full",
        Stage::Listing => "Listing",
        Stage::Deleting => "Deleting",
        Stage::RepairingSettings => "Sending the repaired settings",
        Stage::FetchingAttachments => "Fetching attachments",
        Stage::StagingAttachments => "Uploading attachments to the target",
        Stage::WritingArchive => "Writing the file",
        Stage::StartingDrill => "Starting a temporary server",
        Stage::Encrypting => "Encrypting the file and reading it back",
        Stage::FindingOut => "Checking what the server did",
    }
}

/// The state of a backup.
pub fn state(state: BackupState) -> &'static str {
    match state {
        BackupState::Verified => "verified: read in full, every checksum is correct",
        BackupState::AttachmentsNotChecked => {
            "ZIP verified; attachments could not be looked up on the target"
        }
        BackupState::NameHashMatches => "the hash in the name matches (compared by the server)",
        BackupState::Unverifiable => "unverifiable: the name has no hash; check it in full with --deep",
        BackupState::AttachmentsMissing => {
            "ZIP verified, but attachments are missing on the target or have a different size there"
        }
        BackupState::Refused => "the ZIP is intact, but the server would refuse it",
        BackupState::Changed => "changed: not the content that was verified under this name",
        BackupState::Mismatch => "mismatch: the content does not match the hash in the name",
        BackupState::Damaged => "damaged",
        BackupState::NotChecked => "not checked",
    }
}

/// What a backup holds of the attachments.
pub fn kind(kind: Option<Kind>) -> &'static str {
    match kind {
        Some(Kind::Complete) => "complete: all attachments are included",
        Some(Kind::IndexOnly) => "index only: attachments are listed; their contents are elsewhere",
        Some(Kind::NoAttachments) => "without attachments",
        None => "unknown",
    }
}

/// The name's hash against the content's.
pub fn name_hash(hash: NameHash) -> &'static str {
    match hash {
        NameHash::Match => "matches the name",
        NameHash::Mismatch => "does not match the name",
        NameHash::Absent => "not in the name",
    }
}

/// Why an attachment was left out.
pub fn cause(cause: SkipCause) -> &'static str {
    match cause {
        SkipCause::TooLargeForKv => "over 25 MiB, the limit of KV",
        SkipCause::NoStorage => "the server has no attachment storage",
        SkipCause::MissingOnTarget => "its content was not on the target",
        SkipCause::TransferFailed => "its content could not be read or written",
        SkipCause::NotTold => "the server gave no reason",
    }
}

/// A skipped list, a line each.
pub fn skipped(lines: &[SkippedAttachment]) -> String {
    lines
        .iter()
        .map(|line| {
            let owner = line.owner_email.as_deref().map(|email| format!(", of {email}")).unwrap_or_default();
            let (path, owner) = (plain(&line.path), plain(&owner));
            format!("  {path} ({}{owner}): {}\n", bytes(line.size_bytes), cause(line.cause))
        })
        .collect()
}

/// The state of a backup at the end of its line in a list; nothing when it was not checked.
pub fn short_state(row: &BackupRow) -> String {
    let text = match row.state {
        BackupState::NotChecked => return String::new(),
        BackupState::Verified => "verified".to_owned(),
        BackupState::AttachmentsNotChecked => "ZIP verified, attachments not checked".to_owned(),
        BackupState::NameHashMatches => "hash in the name matches".to_owned(),
        BackupState::Unverifiable => "unverifiable".to_owned(),
        BackupState::AttachmentsMissing => {
            let found = row.attachments.clone().unwrap_or_default();
            format!("ZIP verified, {} of {} missing", found.lost(), count(found.listed, Noun::Attachment))
        }
        BackupState::Refused => "the server would refuse it".to_owned(),
        BackupState::Changed => "CHANGED since it was verified".to_owned(),
        BackupState::Mismatch => "MISMATCH".to_owned(),
        BackupState::Damaged => "DAMAGED".to_owned(),
    };
    let changed = row.changed.is_some() && row.state != BackupState::Changed;
    format!("  {text}{}", if changed { ", CHANGED since it was verified" } else { "" })
}

/// What a check showed.
pub fn check(check: &IntegrityResult) -> String {
    let mut text = state(check.state).to_owned();
    if let Some(found) = check.attachments.as_ref().filter(|found| found.lost() > 0) {
        let listed = count(found.listed, Noun::Attachment);
        if found.missing > 0 {
            text.push_str(&format!("\n  {} of {listed} missing on the target", found.missing));
        }
        if found.wrong_size > 0 {
            text.push_str(&format!(
                "\n  {} of {listed} with a different size on the target",
                found.wrong_size
            ));
        }
        for path in &found.paths {
            text.push_str(&format!("\n  missing or of a different size: {}", plain(path)));
        }
    }
    if let Some(unknown) = check.attachments.as_ref().map(|found| found.unknown).filter(|&count| count > 0) {
        text.push_str(&format!(
            "\n  could not be looked up on the target: {}",
            count(unknown, Noun::Attachment)
        ));
    }
    if let Some(changed) = &check.changed {
        text.push_str(&format!(
            "\n  verified {}: SHA-256 {}\n  found {}: SHA-256 {}",
            plain(&changed.verified_at),
            plain(&changed.verified_sha256),
            plain(&changed.found_at),
            plain(&changed.found_sha256)
        ));
    }
    if let Some(CheckedHere { sha256, bytes: size, damage, refusal, .. }) = &check.here {
        text.push_str(&format!("\n  {}, SHA-256 {}", count(*size, Noun::Byte), plain(sha256)));
        for one in damage {
            let entry = one.entry.as_deref().map(|entry| format!("{entry}: ")).unwrap_or_default();
            text.push_str(&format!("\n  {}{}", plain(&entry), plain(&one.message)));
        }
        if let Some(words) = refusal {
            text.push_str(&format!("\n  the server would refuse it: {}", plain(words)));
        }
    }
    text
}

/// An inspection in a word, as it ends.
pub fn verdict(exit: Exit) -> &'static str {
    match exit {
        Exit::Good => "good",
        Exit::Damaged => "damaged",
        Exit::Refused => "would be refused",
        _ => "unreadable",
    }
}

/// Text from a file or a server as part of one line.
pub fn plain(outside: &str) -> String {
    text::line(outside).into_owned()
}

/// A word of a command line of a POSIX shell.
pub fn quoted(word: &str) -> String {
    let word = plain(word);
    let is_simple = |one: char| one.is_ascii_alphanumeric() || "-_./:@%+,=".contains(one);
    if !word.is_empty() && word.chars().all(is_simple) {
        return word;
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn sources(folder: &Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).expect("the sources are there").flatten() {
            match entry.path() {
                path if path.is_dir() => sources(&path, found),
                path => found.push(std::fs::read_to_string(path).expect("text")),
            }
        }
    }

    #[test]
    fn no_command_formats_a_plural_noun_after_a_number() {
        let mut found = Vec::new();
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/commands"), &mut found);
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/words"), &mut found);
        found.push(include_str!("words.rs").to_owned());
        for noun in Noun::ALL {
            let several = count(2_u8, noun);
            let written = several.replacen('2', "}", 1);
            for source in &found {
                let by_itself = source.match_indices(&written).any(|(at, _)| {
                    let next = source[at + written.len()..].chars().next();
                    next.is_none_or(|next| !next.is_alphanumeric())
                });
                assert!(!by_itself, "\"{{{written}\": count() knows when it is one");
            }
        }
    }
}
