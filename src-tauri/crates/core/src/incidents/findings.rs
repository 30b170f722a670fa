//! Everything that is wrong with one server and its targets, in one list. The
//! diagnosis ([`super::diagnose`]) and the health of the targets ([`crate::health`])
//! come together here; the window and the command
//! line only show the result.

use serde::{Deserialize, Serialize};

use super::{CaseSubject, Diagnosis, Playbook, RecoveryFinding};
use crate::Error;
use crate::monitor::Alert;
use crate::view::TargetCard;

/// What is wrong with a server, and what was checked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Findings {
    /// What is wrong, the worst first.
    pub findings: Vec<HealthFinding>,
    /// The diagnosis of JWT_SECRET and the backup settings.
    pub diagnosis: Diagnosis,
    /// The number of targets that were checked; none while signed out, or
    /// when the targets could not be read.
    pub targets: Option<u32>,
    /// Why the targets could not be read.
    pub error: Option<Error>,
    /// What the watch alerts for; empty while signed out.
    #[serde(default)]
    pub alerts: Vec<Alert>,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct HealthFinding {
    /// The kind of finding and, for a target, its id: the same finding keeps its id.
    pub id: String,
    /// How serious it is.
    pub severity: HealthSeverity,
    /// What it is about.
    pub about: FindingSubject,
    /// Where to continue, the best way first.
    pub next: Vec<FindingStep>,
}

/// How serious a finding is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Hash, Serialize, Deserialize, specta::Type,
)]
#[serde(rename_all = "kebab-case")]
pub enum HealthSeverity {
    /// Backups or sign-in do not work, or a backup cannot be relied on.
    #[default]
    Danger,
    /// Nothing is lost yet.
    Caution,
}

/// What a finding is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum FindingSubject {
    /// JWT_SECRET or the backup settings, diagnosed.
    Server {
        /// What is wrong, with its evidence.
        finding: RecoveryFinding,
    },
    /// The server refuses to work and says why; nothing more is known.
    Refusal {
        /// What the server said.
        error: Error,
    },
    /// A target and its backups.
    Target {
        /// The target; its `health` says what is wrong.
        card: Box<TargetCard>,
        /// Another target is in good order.
        others_good: bool,
    },
}

/// Where to continue from a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum FindingStep {
    /// Back up from the overview.
    Overview,
    /// The backups of a target.
    Backups {
        /// The target.
        target_id: String,
    },
    /// A guided recovery.
    Playbook {
        /// Which one.
        playbook: Playbook,
        /// What it is to be about.
        #[serde(default)]
        subject: CaseSubject,
    },
}

impl FindingStep {
    /// A guided recovery of the server.
    pub(super) fn of(playbook: Playbook) -> Self {
        Self::Playbook { playbook, subject: CaseSubject::Server }
    }
}
