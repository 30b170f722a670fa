//! The incident playbooks as data and pure functions: what was looked at goes
//! in, what it means and the next step come out. Nothing here asks a server, a
//! keyring or a clock; `desk/recovery` does.

mod advance;
mod case;
mod diagnose;
mod diagnosis;
mod evidence;
mod repairers;
mod secret;

pub use advance::{Meanwhile, steps};
pub use case::{
    Branch, CaseReport, Mark, RecoveryCase, Step, StepKind, StepState, VerifiedBackup, confirmable, report,
};
pub use diagnose::diagnose;
pub use diagnosis::{
    Affected, Cause, Certainty, Checked, CheckedAnswer, Diagnosis, EvidenceKind, Fact, FactDetail,
    FindingKind, NextStep, RecoveryFinding,
};
pub use evidence::{BackupTells, Evidence, PortableSeen, Seen, SettingsSeen, TokenSeen};
pub use repairers::{KnownFrom, Repairer, Repairers, TestValue};
pub use secret::{
    AccessToken, Against, CandidateAnswer, CandidateReason, KnownEvidence, SecretEvidence, check, make_secret,
};
