//! What is kept of every job, permanently: what it was, how it ended, and all that
//! it found.

use serde::{Deserialize, Serialize};

use super::{JobKind, JobResult, SafetyCopy};
use crate::Error;
use crate::progress::Update;

/// How a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum JobState {
    /// Under way.
    Running,
    /// Done, and nothing was left out.
    Succeeded,
    /// Done, but with something left out or found wrong: look at the result.
    Attention,
    /// Failed; the error says why.
    Failed,
    /// Stopped because someone asked for it.
    Cancelled,
    /// The connection died and what the server did could not be found out.
    Unknown,
    /// The app ended while the job ran.
    Interrupted,
}

/// One job, as the ledger keeps it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct JobRecord {
    /// Its number in the ledger.
    pub id: i64,
    /// What it was.
    pub kind: JobKind,
    /// How it stands.
    pub state: JobState,
    /// The profile it ran for.
    pub profile_id: Option<String>,
    /// What it worked on: a file name or a target's name.
    pub subject: String,
    /// When it began, RFC 3339.
    pub started_at: String,
    /// When it ended, RFC 3339.
    pub ended_at: Option<String>,
    /// Why it failed.
    pub error: Option<Error>,
    /// What it found.
    pub result: Option<JobResult>,
    /// Where what was on the server before a restore is kept on this computer,
    /// whatever the outcome of the restore.
    #[serde(default)]
    pub safety_copy: Option<String>,
    /// The safety copy of a restore: what was chosen, and whether it is whole.
    #[serde(default)]
    pub safety: Option<SafetyCopy>,
    /// What the server did was not found out, and it can be checked again.
    #[serde(default)]
    pub can_recheck: bool,
}

/// What the window is shown of running jobs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum JobEvent {
    /// A job began.
    Started {
        /// As the ledger has it.
        job: JobRecord,
    },
    /// A job reported.
    Progress {
        /// Which.
        job_id: i64,
        /// What.
        update: Update,
    },
    /// A job ended.
    Ended {
        /// As the ledger has it now.
        job: JobRecord,
    },
}
