//! How a target stands, from the server's facts and what was seen here.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{BackupState, ChangedContent};
use crate::checks::AttachmentsOnTarget;
use crate::server::Schedule;

/// A full verification older than this says little about today's backups.
pub(crate) const VERIFICATION_HOLDS: SignedDuration = SignedDuration::from_hours(8 * 24);

/// How a target stands: the first that is true.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum TargetHealth {
    /// The newest backup is known to be damaged, changed, refused, or not what its
    /// name says.
    NewestBackupBad,
    /// The last run failed.
    Failed,
    /// There were backups on it, and it lists none any more.
    AllGone,
    /// There never was a backup on it, as far as the server and this computer know.
    Never,
    /// Scheduled backups are overdue.
    Late,
    /// Attachments of the newest backup are missing on the target.
    AttachmentsMissing,
    /// Attachments of the newest backup could not be looked up on the target.
    AttachmentsNotChecked,
    /// No backup was verified in full for more than eight days.
    Unverified,
    /// Backed up and verified.
    Good,
}

/// Where the knowledge of a backup comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum EvidenceSource {
    /// The server's record of its last run.
    Server,
    /// The list of the target's folder.
    Listing,
}

/// The newest backup on a target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct LastBackup {
    /// When it was made, RFC 3339.
    pub at: String,
    /// Its name, when known.
    pub file_name: Option<String>,
    /// Where this is known from.
    pub source: EvidenceSource,
    /// Its state.
    pub state: BackupState,
    /// How its content changed since it was verified, if it did.
    pub changed: Option<ChangedContent>,
    /// Its attachments on the target, when they were looked up.
    pub attachments: Option<AttachmentsOnTarget>,
}

impl LastBackup {
    /// The same with its attachments as they were looked up on the target later.
    pub(crate) fn with_attachments(mut self, found: AttachmentsOnTarget) -> Self {
        self.state = match (self.state, found.lost() > 0) {
            (state, true) => state.max(BackupState::AttachmentsMissing),
            (BackupState::AttachmentsMissing | BackupState::AttachmentsNotChecked, false) => {
                BackupState::Verified
            }
            (state, false) => state,
        };
        self.attachments = Some(found);
        self
    }
}

/// What the health of a target depends on.
pub(crate) struct TargetFacts<'a> {
    /// Its schedule.
    pub schedule: &'a Schedule,
    /// The last run failed.
    pub failed_last: bool,
    /// The newest backup.
    pub last_backup: Option<&'a LastBackup>,
    /// There were backups, and none is listed any more.
    pub all_gone: bool,
    /// When a backup on it was last verified in full, RFC 3339.
    pub last_verified_at: Option<&'a str>,
}

impl TargetHealth {
    /// How a target stands now.
    pub(crate) fn of(facts: &TargetFacts<'_>, now: Timestamp) -> Self {
        let state = facts.last_backup.map(|backup| backup.state);
        if state.is_some_and(BackupState::is_bad) {
            return Self::NewestBackupBad;
        }
        if facts.all_gone {
            return Self::AllGone;
        }
        if facts.failed_last {
            return Self::Failed;
        }
        let Some(backup) = facts.last_backup else { return Self::Never };
        // One run may be late or be missed; two in a row are a sign.
        let interval = SignedDuration::from_hours(i64::from(facts.schedule.interval_hours));
        let overdue = interval * 2 + SignedDuration::from_hours(1);
        if facts.schedule.enabled && older_than(&backup.at, overdue, now) {
            Self::Late
        } else if state == Some(BackupState::AttachmentsMissing) {
            Self::AttachmentsMissing
        } else if facts.last_verified_at.is_none_or(|at| older_than(at, VERIFICATION_HOLDS, now)) {
            Self::Unverified
        } else if state == Some(BackupState::AttachmentsNotChecked) {
            Self::AttachmentsNotChecked
        } else {
            Self::Good
        }
    }
}

/// Where the last good backup is among those of a target, the newest first, when the
/// retention of the next run deletes it: the run adds one and keeps `retention` in all.
/// Only where newer ones are known to be bad: otherwise retention does what it should.
pub(crate) fn retention_deletes_last_good(states: &[BackupState], retention: Option<u32>) -> Option<usize> {
    let stays = usize::try_from(retention?).unwrap_or(usize::MAX).saturating_sub(1);
    let good = states.iter().position(|state| state.is_usable())?;
    let is_newer_bad = states.iter().take(good).any(|state| state.is_bad());
    (is_newer_bad && good >= stays).then_some(good)
}

/// The newest of what is known; of two at the same time the first.
pub(crate) fn newest(known: impl IntoIterator<Item = LastBackup>) -> Option<LastBackup> {
    let at = |backup: &LastBackup| backup.at.parse::<Timestamp>().ok();
    known.into_iter().reduce(|best, next| if at(&next) > at(&best) { next } else { best })
}

/// It is longer ago than this. A time that cannot be read is.
fn older_than(at: &str, age: SignedDuration, now: Timestamp) -> bool {
    at.parse::<Timestamp>().map_or(true, |at| now.duration_since(at) > age)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3600;

    fn now() -> Timestamp {
        Timestamp::from_second(1_800_000_000).expect("a time")
    }

    fn ago(hours: i64) -> String {
        Timestamp::from_second(now().as_second() - hours * HOUR).expect("a time").to_string()
    }

    fn backup(hours: i64, state: BackupState) -> LastBackup {
        LastBackup {
            at: ago(hours),
            file_name: None,
            source: EvidenceSource::Listing,
            state,
            changed: None,
            attachments: None,
        }
    }

    #[allow(clippy::needless_pass_by_value, reason = "a fact made for one call")]
    fn health(
        backup: Option<LastBackup>,
        verified: Option<i64>,
        failed_last: bool,
        enabled: bool,
    ) -> TargetHealth {
        let schedule = Schedule {
            enabled,
            interval_hours: 24,
            start_time: "03:00".into(),
            timezone: "UTC".into(),
            retention_count: None,
        };
        let verified = verified.map(ago);
        let facts = TargetFacts {
            schedule: &schedule,
            failed_last,
            last_backup: backup.as_ref(),
            all_gone: false,
            last_verified_at: verified.as_deref(),
        };
        TargetHealth::of(&facts, now())
    }

    #[test]
    fn a_recent_verified_backup_makes_a_target_good() {
        assert_eq!(health(Some(backup(3, BackupState::Verified)), Some(3), false, true), TargetHealth::Good);
    }

    #[test]
    fn a_target_with_a_bad_newest_backup_is_never_healthy() {
        for state in [BackupState::Damaged, BackupState::Mismatch, BackupState::Changed, BackupState::Refused]
        {
            for failed in [false, true] {
                let found = health(Some(backup(3, state)), Some(1), failed, true);
                assert_eq!(found, TargetHealth::NewestBackupBad, "{state:?}");
            }
        }
    }

    #[test]
    fn a_target_is_late_after_two_missed_runs() {
        let state = BackupState::Verified;
        assert_eq!(health(Some(backup(49, state)), Some(1), false, true), TargetHealth::Good);
        assert_eq!(health(Some(backup(50, state)), Some(1), false, true), TargetHealth::Late);
        assert_eq!(
            health(Some(backup(50, state)), Some(1), false, false),
            TargetHealth::Good,
            "without a schedule"
        );
    }

    #[test]
    fn a_target_needs_a_verification_every_eight_days() {
        let state = BackupState::NameHashMatches;
        assert_eq!(health(Some(backup(1, state)), None, false, true), TargetHealth::Unverified);
        assert_eq!(health(Some(backup(1, state)), Some(9 * 24), false, true), TargetHealth::Unverified);
        assert_eq!(health(Some(backup(1, state)), Some(7 * 24), false, true), TargetHealth::Good);
    }

    #[test]
    fn lost_attachments_of_the_newest_backup_need_attention() {
        let found = health(Some(backup(1, BackupState::AttachmentsMissing)), Some(1), false, true);
        assert_eq!(found, TargetHealth::AttachmentsMissing);
    }

    #[test]
    fn attachments_that_could_not_be_looked_up_are_never_good() {
        let state = BackupState::AttachmentsNotChecked;
        assert_eq!(health(Some(backup(1, state)), Some(1), false, true), TargetHealth::AttachmentsNotChecked);
        assert_eq!(health(Some(backup(1, state)), None, false, true), TargetHealth::Unverified);
    }

    #[test]
    fn retention_endangers_the_last_good_backup_behind_bad_ones() {
        use BackupState::{Damaged, Mismatch, NotChecked, Verified};
        let deletes = retention_deletes_last_good;
        assert_eq!(deletes(&[Mismatch, Verified], Some(2)), Some(1));
        assert_eq!(deletes(&[Mismatch, Verified, Verified], Some(2)), Some(1), "both go");
        assert_eq!(deletes(&[Mismatch, Verified], Some(3)), None, "it stays");
        assert_eq!(deletes(&[Mismatch, Verified], None), None, "nothing is deleted");
        assert_eq!(deletes(&[Verified, Damaged], Some(1)), None, "the newest is good");
        assert_eq!(deletes(&[NotChecked, Verified], Some(2)), None);
        assert_eq!(deletes(&[Damaged], Some(1)), None, "there is no good one");
    }

    #[test]
    fn a_target_that_lost_all_its_backups_is_not_good() {
        let schedule = Schedule {
            enabled: false,
            interval_hours: 24,
            start_time: "03:00".into(),
            timezone: "UTC".into(),
            retention_count: None,
        };
        let verified = ago(1);
        let facts = TargetFacts {
            schedule: &schedule,
            failed_last: false,
            last_backup: None,
            all_gone: true,
            last_verified_at: Some(&verified),
        };
        assert_eq!(TargetHealth::of(&facts, now()), TargetHealth::AllGone);
    }

    #[test]
    fn a_target_without_any_known_backup_was_never_backed_up() {
        assert_eq!(health(None, None, false, true), TargetHealth::Never);
        assert_eq!(health(None, None, true, true), TargetHealth::Failed);
    }

    #[test]
    fn the_newest_backup_counts_wherever_it_is_known_from() {
        let server = LastBackup { source: EvidenceSource::Server, ..backup(30, BackupState::NotChecked) };
        let found = newest([server.clone(), backup(2, BackupState::Verified)]).expect("one");
        assert_eq!(found.source, EvidenceSource::Listing);
        assert_eq!(newest([server.clone()]), Some(server));
        assert_eq!(newest([]), None);
    }
}
