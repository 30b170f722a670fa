//! What is wrong or doubtful with a target's settings, before they are saved.

mod paths;
mod places;

use serde::{Deserialize, Serialize};

pub(crate) use paths::folder;
pub(crate) use places::{address, filled, spaces};

use super::{BackupSettings, Destination, MOST_DESTINATIONS};
use crate::server::Provider;
use crate::targets::FolderKey;

/// How much it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum FindingLevel {
    /// The server refuses it, or no backup can work with it.
    Error,
    /// It often goes wrong.
    Warning,
    /// Worth knowing.
    Note,
}

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum FindingRule {
    /// A field that is needed is empty.
    Missing,
    /// A part in capital letters of a preset was not replaced.
    Placeholder,
    /// Spaces before or after the value.
    Spaces,
    /// Not an http or https address.
    AddressInvalid,
    /// Plain http.
    HttpUnencrypted,
    /// A user or password inside the address.
    AddressHasLogin,
    /// A question mark or # part in the address.
    AddressHasQuery,
    /// A private host: the server refuses it.
    HostPrivate,
    /// The bucket stands in the endpoint as well.
    BucketInEndpoint,
    /// Not a name that a bucket can have.
    BucketInvalid,
    /// Dots in the bucket's name do not go with the virtual-hosted style over https.
    BucketDots,
    /// This storage wants the other addressing style.
    Style,
    /// The region does not go with the endpoint.
    Region,
    /// A path with parts that servers refuse.
    PathInvalid,
    /// A path of many levels.
    PathDeep,
    /// The path repeats the end of the address.
    PathRepeated,
    /// No path: backups lie in the root, beside everything else.
    PathEmpty,
    /// The interval is not from 1 to 99 hours.
    Interval,
    /// Not a time of day.
    StartTime,
    /// Not a time zone.
    Timezone,
    /// Retention is not from 1 to 1000.
    Retention,
    /// Only one or two backups are kept.
    RetentionShort,
    /// Backups are never deleted.
    RetentionUnlimited,
    /// The server never backs up by itself.
    NotScheduled,
    /// Attachment bodies are not backed up.
    NoAttachments,
    /// Two targets share a folder: one's retention deletes the other's backups.
    SharedFolder,
    /// More targets than the server keeps.
    TooMany,
}

impl FindingRule {
    /// The server refuses it when it is an error: what its validation was seen to refuse.
    fn is_refused(self) -> bool {
        matches!(
            self,
            Self::Missing
                | Self::AddressInvalid
                | Self::HostPrivate
                | Self::Interval
                | Self::StartTime
                | Self::Timezone
                | Self::Retention
                | Self::TooMany
        )
    }
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// The target it is about.
    pub destination_id: String,
    /// The field, as the server calls it.
    pub field: String,
    /// What it is.
    pub rule: FindingRule,
    /// How much it matters.
    pub level: FindingLevel,
    /// The server never saves settings with this.
    pub refused: bool,
    /// In a sentence, with what to do.
    pub message: String,
    /// A better value, where there is one.
    pub suggestion: Option<String>,
}

/// Everything found in one target.
pub(crate) struct Findings<'a> {
    id: &'a str,
    found: Vec<Finding>,
}

impl Findings<'_> {
    pub fn add(
        &mut self,
        field: &str,
        rule: FindingRule,
        level: FindingLevel,
        message: impl Into<String>,
    ) -> &mut Finding {
        self.found.push(Finding {
            destination_id: self.id.to_owned(),
            field: field.to_owned(),
            rule,
            level,
            refused: level == FindingLevel::Error && rule.is_refused(),
            message: message.into(),
            suggestion: None,
        });
        // Just pushed, so there is a last one.
        let last = self.found.len() - 1;
        &mut self.found[last]
    }

    pub fn missing(&mut self, field: &str, what: &str) {
        self.add(field, FindingRule::Missing, FindingLevel::Error, format!("{what} is missing."));
    }
}

/// What is wrong or doubtful with a target; the worst first.
pub fn lint(destination: &Destination) -> Vec<Finding> {
    let mut findings = Findings { id: &destination.id, found: Vec::new() };
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
        let mut findings = Findings { id: &destination.id, found: Vec::new() };
        if at == MOST_DESTINATIONS {
            findings.add(
                "name",
                FindingRule::TooMany,
                FindingLevel::Error,
                "The server keeps up to 24 targets.",
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
        findings.add("intervalHours", FindingRule::Interval, Error, "The interval is from 1 to 99 hours.");
    }
    if jiff::civil::Time::strptime("%H:%M", &schedule.start_time).is_err() || schedule.start_time.len() != 5 {
        findings.add(
            "startTime",
            FindingRule::StartTime,
            Error,
            "The start time is hours and minutes, such as 03:00.",
        );
    }
    if jiff::tz::TimeZone::get(&schedule.timezone).is_err() {
        let words = "This is no time zone; it is named like Europe/Berlin, Asia/Shanghai or UTC.";
        findings.add("timezone", FindingRule::Timezone, Error, words);
    }
    match schedule.retention_count {
        Some(count) if !(1..=1000).contains(&count) => {
            findings.add(
                "retentionCount",
                FindingRule::Retention,
                Error,
                "From 1 to 1000 backups are kept, or all.",
            );
        }
        Some(1 | 2) => {
            let words = "With so few backups kept, one bad backup can push out the last good one. Keep seven or more.";
            findings.add("retentionCount", FindingRule::RetentionShort, Warning, words).suggestion =
                Some("7".into());
        }
        None if schedule.enabled => {
            let words = "Backups are never deleted: the target fills up some day.";
            findings.add("retentionCount", FindingRule::RetentionUnlimited, Note, words);
        }
        _ => {}
    }
    if !schedule.enabled {
        let words = "The server never backs up to this target by itself.";
        findings.add("enabled", FindingRule::NotScheduled, Note, words);
    }
    if !destination.includes_attachments {
        let words = "Attachments are not backed up: a restore from here comes without them.";
        findings.add("includeAttachments", FindingRule::NoAttachments, Note, words);
    }
}

#[cfg(test)]
pub(super) mod tests;
