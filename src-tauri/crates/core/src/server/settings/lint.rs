//! What is wrong or doubtful with a target's settings, before they are saved.

use super::{BackupSettings, Destination, MOST_DESTINATIONS};
use crate::places::checks::Findings;
use crate::places::{Finding, FindingLevel, FindingRule, FolderKey, Provider};

/// What is wrong or doubtful with a target; the worst first.
pub fn lint(destination: &Destination) -> Vec<Finding> {
    let mut findings = Findings::of(&destination.id);
    // Nothing is known of a kind that this version does not support.
    if destination.location.provider() == Provider::Other {
        return Vec::new();
    }
    destination.location.kind().check(&mut findings);
    schedule(&mut findings, destination);
    let mut found = findings.found;
    found.sort_by_key(|finding| finding.level);
    found
}

/// The same for all targets, and what is wrong with them together.
pub fn lint_all(settings: &BackupSettings) -> Vec<Finding> {
    let mut found: Vec<Finding> = settings.destinations.iter().flat_map(lint).collect();
    for (at, destination) in settings.destinations.iter().enumerate() {
        let mut findings = Findings::of(&destination.id);
        if at == MOST_DESTINATIONS {
            findings.add(
                "name",
                FindingRule::TooMany,
                FindingLevel::Error,
                "The server supports up to 24 targets.",
            );
        }
        let folder = FolderKey::of(&destination.location);
        let twin = settings.destinations[..at]
            .iter()
            .find(|other| folder.is_some() && FolderKey::of(&other.location) == folder);
        if let Some(twin) = twin {
            let words = format!(
                "{} uses the same folder: the retention of one deletes the backups of the other. Give each a folder of its own.",
                twin.name
            );
            findings.add("name", FindingRule::SharedFolder, FindingLevel::Warning, words);
        }
        found.append(&mut findings.found);
    }
    found.sort_by_key(|finding| finding.level);
    found
}

fn schedule(findings: &mut Findings<'_>, destination: &Destination) {
    use FindingLevel::{Error, Note, Warning};
    let schedule = &destination.schedule;
    if !(1..=99).contains(&schedule.interval_hours) {
        findings.add("intervalHours", FindingRule::Interval, Error, "The interval must be 1 to 99 hours.");
    }
    if jiff::civil::Time::strptime("%H:%M", &schedule.start_time).is_err() || schedule.start_time.len() != 5 {
        findings.add(
            "startTime",
            FindingRule::StartTime,
            Error,
            "The start time must be hours and minutes, such as 03:00.",
        );
    }
    if jiff::tz::TimeZone::get(&schedule.timezone).is_err() {
        let words = "This is not a time zone. Use a name such as Europe/Berlin, Asia/Shanghai or UTC.";
        findings.add("timezone", FindingRule::Timezone, Error, words);
    }
    match schedule.retention_count {
        Some(count) if !(1..=1000).contains(&count) => {
            findings.add("retentionCount", FindingRule::Retention, Error, "Keep 1 to 1000 backups, or all.");
        }
        Some(1 | 2) => {
            let words =
                "With so few backups kept, one bad backup can replace the last good one. Keep seven or more.";
            findings.add("retentionCount", FindingRule::RetentionShort, Warning, words).suggestion =
                Some("7".into());
        }
        None if schedule.enabled => {
            let words = "Backups are never deleted, so the target will eventually fill up.";
            findings.add("retentionCount", FindingRule::RetentionUnlimited, Note, words);
        }
        _ => {}
    }
    if !schedule.enabled {
        let words = "The server never backs up to this target automatically.";
        findings.add("enabled", FindingRule::NotScheduled, Note, words);
    }
    if !destination.includes_attachments {
        let words = "Attachments are not backed up: a restore from this target does not include them.";
        findings.add("includeAttachments", FindingRule::NoAttachments, Note, words);
    }
}

#[cfg(test)]
pub(super) mod tests;
