//! What a check of a backup showed.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::checks::{AttachmentsOnTarget, CheckedHere, IntegrityLevel, ListedFile};
use crate::health::{BackupFacts, BackupState, ChangedContent};
use crate::server::ServerIntegrity;

/// What a check showed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct IntegrityResult {
    /// The file's name.
    pub file_name: String,
    /// How sure we are now.
    pub level: IntegrityLevel,
    /// When it was checked, RFC 3339.
    pub checked_at: String,
    /// The server's comparison, when it was asked.
    pub server: Option<ServerIntegrity>,
    /// What reading it in full here showed, when that was done.
    pub here: Option<CheckedHere>,
    /// The state of the backup, from all of this.
    #[serde(default)]
    pub state: BackupState,
    /// How its content changed since it was verified, if it did.
    #[serde(default)]
    pub changed: Option<ChangedContent>,
    /// Its attachments on the target, when they were looked up.
    #[serde(default)]
    pub attachments: Option<AttachmentsOnTarget>,
    /// How the target listed the file right before it was read.
    #[serde(default)]
    pub listed: Option<ListedFile>,
    /// The server's own response, for scripts; secrets are never in it.
    #[serde(default)]
    pub answer: serde_json::Value,
}

/// What reading a backup in full showed.
pub(super) struct ReadBack {
    pub here: CheckedHere,
    /// Its attachments on the target, when they were looked up.
    pub attachments: Option<AttachmentsOnTarget>,
    /// How the target listed the file right before.
    pub listed: Option<ListedFile>,
    /// Where it is now, if it was to stay; and the same bytes were there already.
    pub saved: Option<(PathBuf, bool)>,
}

/// What a check showed, from its two halves.
pub(super) fn integrity_result(
    name: &str,
    server: Option<ServerIntegrity>,
    read: Option<ReadBack>,
) -> IntegrityResult {
    let (here, attachments, listed) = match read {
        Some(read) => (Some(read.here), read.attachments, read.listed),
        None => (None, None, None),
    };
    let level = match (&here, &server) {
        (Some(here), _) => here.level(),
        (None, Some(server)) if !server.has_checksum_prefix => IntegrityLevel::Unverifiable,
        (None, Some(server)) if server.matches => IntegrityLevel::NameHashMatches,
        (None, Some(_)) => IntegrityLevel::Mismatch,
        (None, None) => IntegrityLevel::NotChecked,
    };
    let state = BackupState::of(BackupFacts {
        level: Some(level),
        is_refused: here.as_ref().is_some_and(|here| here.refusal.is_some()),
        missing_attachments: attachments.as_ref().map_or(0, AttachmentsOnTarget::lost),
        unknown_attachments: attachments.as_ref().map_or(0, |found| found.unknown),
        ..BackupFacts::default()
    });
    IntegrityResult {
        file_name: name.to_owned(),
        level,
        checked_at: jiff::Timestamp::now().to_string(),
        server,
        here,
        state,
        changed: None,
        attachments,
        listed,
        answer: serde_json::Value::Null,
    }
}

/// What reading a file on this computer showed.
pub(crate) fn local_check(name: &str, here: CheckedHere) -> IntegrityResult {
    integrity_result(name, None, Some(ReadBack { here, attachments: None, listed: None, saved: None }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_without_a_hash_is_unverifiable_even_if_the_server_agrees() {
        let server = ServerIntegrity {
            has_checksum_prefix: false,
            expected_prefix: None,
            actual_prefix: Some("3cb70".into()),
            matches: true,
        };
        assert_eq!(integrity_result("x.zip", Some(server), None).level, IntegrityLevel::Unverifiable);
    }
}
