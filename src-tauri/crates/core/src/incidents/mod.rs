//! Incidents: what is wrong with a server and its targets, and the playbooks that lead
//! out of it. All of it is data and pure functions: what was checked goes in, what it
//! means and the next step come out. Nothing here asks a server, a keyring or a clock;
//! `app/recovery` does.

mod case;
mod cause;
mod checked;
mod definition;
mod detect;
mod diagnosis;
mod engine;
mod evidence;
mod findings;
mod found;
mod losses;
mod playbooks;
mod progress;
mod repairers;
mod secret;
#[cfg(test)]
mod tests;
mod token_seen;

pub use case::{
    CaseReport, CaseSubject, CompletedStep, RecoveryCase, Step, StepState, VerifiedBackup, report,
};
pub use cause::made_readable;
pub use checked::{checked, diagnose};
pub(crate) use detect::detect;
pub use diagnosis::{
    Affected, Cause, Certainty, Checked, CheckedAnswer, Diagnosis, EvidenceKind, Fact, RecoveryFinding,
};
pub use engine::steps;
pub use evidence::{
    BackupTells, Evidence, LeftOut, NotLooked, PortableSeen, RestoredHere, Seen, SettingsSeen, TokenSeen,
};
pub use findings::{FindingStep, FindingSubject, Findings, HealthFinding, HealthSeverity};
pub use found::evidence_text;
pub use losses::{causes, found_copies};
pub use playbooks::{Advice, FactDetail, FindingKind, Playbook, PlaybookPath, StepKind, lost_now};
pub use progress::CaseProgress;
pub use repairers::{KnownFrom, Repairer, Repairers, TestValue};
pub use secret::{
    Against, CandidateAnswer, CandidateReason, KnownEvidence, NearMiss, SecretEvidence, check, make_secret,
};
