//! The incident playbooks as data and pure functions: what was looked at goes
//! in, what it means and the next step come out. Nothing here asks a server, a
//! keyring or a clock; `desk/recovery` does.

mod advance;
mod case;
mod cause;
mod diagnose;
mod diagnosis;
mod evidence;
mod found;
mod repairers;
mod secret;
#[cfg(test)]
mod tests;
mod token_seen;

pub use advance::{CaseProgress, steps};
pub use case::{
    CaseReport, CompletedStep, PlaybookPath, RecoveryCase, Step, StepKind, StepState, VerifiedBackup,
    confirmable, report,
};
pub use cause::made_readable;
pub use diagnose::{checked, diagnose};
pub use diagnosis::{
    Affected, Cause, Certainty, Checked, CheckedAnswer, Diagnosis, EvidenceKind, Fact, FactDetail,
    FindingKind, NextStep, RecoveryFinding,
};
pub use evidence::{
    BackupTells, Evidence, NotLooked, PortableSeen, RestoredHere, Seen, SettingsSeen, TokenSeen,
};
pub use found::evidence_text;
pub use repairers::{KnownFrom, Repairer, Repairers, TestValue};
pub use secret::{
    Against, CandidateAnswer, CandidateReason, KnownEvidence, NearMiss, SecretEvidence, check, make_secret,
};
