//! A recovery that a person is led through: it can be left and resumed, and ends
//! with a report. Never with a secret in it.

use serde::{Deserialize, Serialize};

use super::{Checked, Diagnosis, Fact, Playbook, PlaybookPath, StepKind};
use crate::Error;

/// A recovery.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct RecoveryCase {
    /// Its number in the ledger.
    pub id: i64,
    /// The profile.
    pub profile_id: String,
    /// The path that it goes.
    pub branch: PlaybookPath,
    /// The playbook that the path belongs to.
    pub playbook: Playbook,
    /// What it is about.
    #[serde(default)]
    pub subject: CaseSubject,
    /// When it began, RFC 3339.
    pub began_at: String,
    /// When it ended, RFC 3339.
    pub ended_at: Option<String>,
    /// It was given up before its end.
    pub abandoned: bool,
    /// Its steps, in order.
    pub steps: Vec<Step>,
    /// What was wrong when it began.
    pub diagnosis: Diagnosis,
    /// What was checked last, and what it said.
    pub checked: Vec<Checked>,
}

/// What a recovery is about.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum CaseSubject {
    /// The server: its JWT_SECRET and its backup settings.
    #[default]
    Server,
    /// A target.
    Target {
        /// Its id.
        target_id: String,
        /// Its name when the recovery started.
        target_name: String,
    },
    /// A backup on a target.
    Backup {
        /// The target's id.
        target_id: String,
        /// The target's name when the recovery started.
        target_name: String,
        /// The backup's path below the target's root.
        path: String,
    },
    /// A restore that was made.
    Restore {
        /// The number of its job.
        job_id: i64,
    },
}

impl CaseSubject {
    /// The target that it is about.
    pub fn target_id(&self) -> Option<&str> {
        match self {
            Self::Target { target_id, .. } | Self::Backup { target_id, .. } => Some(target_id),
            Self::Server | Self::Restore { .. } => None,
        }
    }

    /// The file name of the backup that it is about.
    pub fn backup_name(&self) -> Option<&str> {
        match self {
            Self::Backup { path, .. } => path.rsplit('/').next(),
            Self::Server | Self::Target { .. } | Self::Restore { .. } => None,
        }
    }
}

/// One step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    /// The kind of step.
    pub kind: StepKind,
    /// How it stands.
    pub state: StepState,
    /// Since when it is done, RFC 3339.
    pub at: Option<String>,
    /// What proves it.
    pub proof: Vec<Fact>,
    /// Why it cannot be done, or what it failed with last.
    pub error: Option<Error>,
    /// A person may say that it is done.
    #[serde(default)]
    pub confirmable: bool,
    /// Something outside the app can complete it at any time.
    #[serde(default)]
    pub watched: bool,
}

/// How a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum StepState {
    /// Done, and proven or confirmed.
    Done,
    /// The person has to do something.
    NeedsYou,
    /// Something is under way, here or on the server.
    Waiting,
    /// It cannot be done; the error says why.
    Cannot,
    /// Its turn comes later.
    Later,
}

/// What a case remembers of a step that showed itself done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CompletedStep {
    /// The step.
    pub kind: StepKind,
    /// When, RFC 3339.
    pub at: String,
    /// What proved it.
    pub proof: Vec<Fact>,
}

/// What a recovery came to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct CaseReport {
    /// The recovery, ended.
    pub case: RecoveryCase,
    /// What was wrong when it began.
    pub before: Diagnosis,
    /// What is wrong now.
    pub after: Diagnosis,
    /// Every step is done.
    pub complete: bool,
    /// The steps that are not.
    pub open: Vec<StepKind>,
    /// The backups that were verified meanwhile.
    pub backups: Vec<VerifiedBackup>,
}

/// A backup made and verified during a recovery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct VerifiedBackup {
    /// The target's name.
    pub target_name: String,
    /// The backup's name.
    pub file_name: String,
    /// When it was verified, RFC 3339.
    pub verified_at: String,
}

/// The report of a case that ends.
pub fn report(case: RecoveryCase, after: Diagnosis, backups: Vec<VerifiedBackup>) -> CaseReport {
    let open: Vec<StepKind> =
        case.steps.iter().filter(|step| step.state != StepState::Done).map(|step| step.kind).collect();
    CaseReport { before: case.diagnosis.clone(), after, complete: open.is_empty(), open, backups, case }
}
