//! Findings about the settings of a target, and the checks that several kinds share.

mod address;
mod folder;

use serde::{Deserialize, Serialize};

pub(crate) use address::{address, filled, is_private, spaces};
pub(crate) use folder::folder;

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
    /// This storage requires the other addressing style.
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
    /// The server never backs up automatically.
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
    /// In the order of the checks.
    pub found: Vec<Finding>,
}

impl<'a> Findings<'a> {
    /// Nothing found yet in the target with this id.
    pub fn of(id: &'a str) -> Self {
        Self { id, found: Vec::new() }
    }

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
