//! The state of one backup file.

use serde::{Deserialize, Serialize};

use crate::archive::Inspection;
use crate::checks::{CheckedHere, IntegrityLevel};

/// The state of a backup, from best to worst.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, specta::Type,
)]
#[serde(rename_all = "kebab-case")]
pub enum BackupState {
    /// Read in full here: every checksum is right, and the server would restore it.
    Verified,
    /// The ZIP is verified, but its attachments could not be looked up on the target.
    AttachmentsNotChecked,
    /// The server compared the hash in the name with the content, and they match.
    NameHashMatches,
    /// Not checked, or changed since the last check.
    #[default]
    NotChecked,
    /// The name has no hash, so the server cannot check it.
    Unverifiable,
    /// The ZIP is verified, but attachments that it lists are missing on the target, or have
    /// another size there.
    AttachmentsMissing,
    /// The ZIP is whole, but the server would refuse to restore it.
    Refused,
    /// The content is not what it was when it was verified in full under this name.
    Changed,
    /// The content does not match the hash in the name.
    Mismatch,
    /// Read in full here, and damaged.
    Damaged,
}

/// What the state of a backup depends on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BackupFacts {
    /// What the last check found; `None` when there was no check.
    pub level: Option<IntegrityLevel>,
    /// The server would refuse to restore what was read.
    pub is_refused: bool,
    /// The file now has another size or time than the one that was checked.
    pub is_stale: bool,
    /// Its content differs from what was verified in full under the same name.
    pub is_changed: bool,
    /// How many of its attachments are missing on the target, or have another size there.
    pub missing_attachments: u64,
    /// How many of its attachments could not be looked up on the target.
    pub unknown_attachments: u64,
}

impl BackupState {
    /// The state of a backup: the worst that is known. What a check found wrong stays
    /// until the file is checked again; what it found right ends when the file changes.
    pub fn of(facts: BackupFacts) -> Self {
        let found = match facts.level {
            Some(IntegrityLevel::Verified) => Self::Verified,
            Some(IntegrityLevel::NameHashMatches) => Self::NameHashMatches,
            Some(IntegrityLevel::Unverifiable) => Self::Unverifiable,
            Some(IntegrityLevel::Mismatch) => Self::Mismatch,
            Some(IntegrityLevel::Damaged) => Self::Damaged,
            Some(IntegrityLevel::NotChecked) | None => Self::NotChecked,
        };
        let content = [
            Some(found),
            facts.is_refused.then_some(Self::Refused),
            (facts.missing_attachments > 0).then_some(Self::AttachmentsMissing),
            (facts.unknown_attachments > 0).then_some(Self::AttachmentsNotChecked),
        ];
        let worst = content.into_iter().flatten().max().unwrap_or_default();
        let worst = if facts.is_stale && !matches!(found, Self::Mismatch | Self::Damaged) {
            Self::NotChecked
        } else {
            worst
        };
        if facts.is_changed { worst.max(Self::Changed) } else { worst }
    }

    /// The state of a file that was read in full on this computer, restored the one way
    /// that suits what it holds: from its target when the attachments are there.
    pub fn of_inspection(inspection: &Inspection) -> Self {
        let attachments = &inspection.attachments;
        let bodies_are_elsewhere = attachments.rows > 0 && attachments.present == 0;
        let server = &inspection.server;
        let answer = if bodies_are_elsewhere { &server.remote_restore } else { &server.import };
        Self::of(BackupFacts {
            level: Some(CheckedHere::from(inspection).level()),
            is_refused: !answer.accepts,
            ..BackupFacts::default()
        })
    }

    /// As far as anyone looked, the ZIP is whole and the server would restore it.
    pub fn is_usable(self) -> bool {
        matches!(
            self,
            Self::Verified | Self::AttachmentsNotChecked | Self::NameHashMatches | Self::AttachmentsMissing
        )
    }

    /// It was read in full here, is whole, and the server would restore it.
    pub fn is_verified(self) -> bool {
        matches!(self, Self::Verified | Self::AttachmentsNotChecked | Self::AttachmentsMissing)
    }

    /// Restoring it is known to fail, or its content cannot be trusted.
    pub fn is_bad(self) -> bool {
        matches!(self, Self::Refused | Self::Changed | Self::Mismatch | Self::Damaged)
    }
}

/// The content under a name is no longer what was verified in full.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct ChangedContent {
    /// SHA-256 of what was verified, 64 lower-case hex digits.
    pub verified_sha256: String,
    /// When that was verified, RFC 3339.
    pub verified_at: String,
    /// SHA-256 of what was found later.
    pub found_sha256: String,
    /// When that was found, RFC 3339.
    pub found_at: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use IntegrityLevel as Level;

    const LEVELS: [Option<Level>; 7] = [
        None,
        Some(Level::Verified),
        Some(Level::NameHashMatches),
        Some(Level::Unverifiable),
        Some(Level::Mismatch),
        Some(Level::Damaged),
        Some(Level::NotChecked),
    ];

    fn every_combination() -> impl Iterator<Item = BackupFacts> {
        LEVELS.into_iter().flat_map(|level| {
            (0..32_u8).map(move |bits| BackupFacts {
                level,
                is_refused: bits & 1 != 0,
                is_stale: bits & 2 != 0,
                is_changed: bits & 4 != 0,
                missing_attachments: u64::from(bits >> 3 & 1),
                unknown_attachments: u64::from(bits >> 4),
            })
        })
    }

    #[test]
    fn a_refusal_never_hides_damage_or_a_mismatch() {
        for facts in every_combination() {
            let state = BackupState::of(facts);
            match facts.level {
                Some(Level::Damaged) => assert_eq!(state, BackupState::Damaged, "{facts:?}"),
                Some(Level::Mismatch) => assert_eq!(state, BackupState::Mismatch, "{facts:?}"),
                _ => assert!(state < BackupState::Mismatch, "{facts:?}"),
            }
        }
    }

    #[test]
    fn a_backup_is_verified_only_without_contrary_evidence() {
        for facts in every_combination() {
            let spotless = facts == BackupFacts { level: Some(Level::Verified), ..BackupFacts::default() };
            assert_eq!(BackupState::of(facts) == BackupState::Verified, spotless, "{facts:?}");
        }
    }

    #[test]
    fn a_file_that_changed_keeps_only_the_bad_news() {
        for facts in every_combination().filter(|facts| facts.is_stale) {
            let state = BackupState::of(facts);
            assert!(!state.is_usable(), "{facts:?}");
            let fresh = BackupState::of(BackupFacts { is_stale: false, ..facts });
            if matches!(fresh, BackupState::Damaged | BackupState::Mismatch | BackupState::Changed) {
                assert_eq!(state, fresh, "{facts:?}");
            }
        }
    }

    #[test]
    fn changed_content_is_bad_whatever_the_other_evidence() {
        for facts in every_combination().filter(|facts| facts.is_changed) {
            assert!(BackupState::of(facts).is_bad(), "{facts:?}");
        }
    }

    #[test]
    fn more_bad_news_never_makes_a_state_better() {
        for facts in every_combination().filter(|facts| !facts.is_stale) {
            let state = BackupState::of(facts);
            let worse = [
                BackupFacts { is_refused: true, ..facts },
                BackupFacts { is_changed: true, ..facts },
                BackupFacts { missing_attachments: 1, ..facts },
                BackupFacts { unknown_attachments: 1, ..facts },
            ];
            for worse in worse {
                assert!(BackupState::of(worse) >= state, "{facts:?} {worse:?}");
            }
        }
    }

    #[test]
    fn missing_attachments_show_unless_the_zip_itself_is_worse() {
        let facts =
            |level| BackupFacts { level: Some(level), missing_attachments: 2, ..BackupFacts::default() };
        assert_eq!(BackupState::of(facts(Level::Verified)), BackupState::AttachmentsMissing);
        assert_eq!(BackupState::of(facts(Level::Damaged)), BackupState::Damaged);
    }
}
