//! What must be known of a job however it ends, so that its outcome can be recovered later.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::SafetyCopy;
use crate::server::Target;

/// What must be known of a job however it ends.
#[derive(Debug, Clone)]
pub enum JobNote {
    /// What the job works on, once the server has named it.
    Subject(String),
    /// The copy of what a restore replaces, or that it was declined.
    SafetyCopy(SafetyCopy),
    /// What was true before the call whose response may be lost.
    Checkpoint(Checkpoint),
}

/// What was true before such a call: with it, what came of the call can be found
/// out later, also by the next start of the app.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Checkpoint {
    /// A manual backup.
    Backup(Box<BeforeBackup>),
    /// A restore.
    Restore(BeforeRestore),
}

/// What was known of a target before a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BeforeBackup {
    pub(super) target: Target,
    /// The server's own clock then: what it did later has a later time.
    pub(super) told_time: Option<Timestamp>,
}

/// What the server showed before a restore.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BeforeRestore {
    /// Its settings needed repair already; none when it could not say.
    pub(super) needed_repair: Option<bool>,
    /// The restores in its log; none when it could not be read.
    pub(super) restores: Option<Vec<String>>,
    /// The server's own clock then: what it did later has a later time.
    pub(super) told_time: Option<Timestamp>,
}
