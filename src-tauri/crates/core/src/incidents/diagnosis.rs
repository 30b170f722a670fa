//! What is wrong, what proves it, what is affected and what comes next.

use serde::de::{IntoDeserializer as _, value::StrDeserializer};
use serde::{Deserialize, Deserializer, Serialize};

use super::{Advice, CaseSubject, FactDetail, FindingKind, HealthSeverity, NotLooked, Playbook};

/// What is wrong with a server's JWT_SECRET and backup settings, and what was
/// looked at to say so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Diagnosis {
    /// The profile.
    pub profile_id: String,
    /// Its server.
    pub server_url: String,
    /// When, RFC 3339.
    pub at: String,
    /// What was found, the worst first.
    pub findings: Vec<RecoveryFinding>,
    /// Everything that was checked: the list of proofs.
    pub checked: Vec<Checked>,
}

impl Diagnosis {
    /// The finding of a kind.
    pub fn finding(&self, kind: FindingKind) -> Option<&RecoveryFinding> {
        self.findings.iter().find(|finding| finding.kind == kind)
    }
}

/// One thing that was checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Checked {
    /// The kind of evidence.
    pub what: EvidenceKind,
    /// What it said.
    pub answer: CheckedAnswer,
    /// The words of the server, unchanged.
    pub original: Option<String>,
    /// Why it was not checked, if it was not.
    #[serde(default)]
    pub not_looked: Option<NotLooked>,
}

/// What can be checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum EvidenceKind {
    /// What the server says publicly about its JWT_SECRET.
    WebBootstrap,
    /// A previous access token: is it still taken?
    AccessToken,
    /// The session's refresh token: does it still give access tokens?
    Refresh,
    /// The backup settings: can the server open them?
    Settings,
    /// Whether the server says that they need repair.
    RepairState,
    /// The part of the settings that administrators can open.
    PortablePart,
    /// The server's own log.
    AuditLog,
    /// What this app remembers.
    Ledger,
}

/// What looking at something said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum CheckedAnswer {
    /// It is as it should be.
    Ok,
    /// It is not.
    Bad,
    /// It could not be checked.
    NotKnown,
    /// It was not checked, because what else was seen says enough.
    NotNeeded,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct RecoveryFinding {
    /// What is wrong.
    pub kind: FindingKind,
    /// Whether that is proven.
    pub certainty: Certainty,
    /// What it came from, for settings that need repair.
    pub cause: Option<Cause>,
    /// Whether the cause is proven.
    pub cause_certainty: Option<Certainty>,
    /// What shows it.
    pub evidence: Vec<Fact>,
    /// What it affects.
    pub affected: Vec<Affected>,
    /// The playbook that leads on; none when nothing has to be done now.
    #[serde(deserialize_with = "playbook")]
    #[specta(type = Option<Playbook>)]
    pub next: Option<Playbook>,
    /// What else may be right, where it is not proven what the finding came from.
    #[serde(default, deserialize_with = "playbooks")]
    #[specta(type = Vec<Playbook>)]
    pub also: Vec<Playbook>,
    /// How serious it is.
    #[serde(default)]
    pub severity: HealthSeverity,
    /// What to do now.
    #[serde(default)]
    pub advice: Advice,
    /// What the playbook is to be about.
    #[serde(default)]
    pub subject: CaseSubject,
}

impl RecoveryFinding {
    /// A proven finding: backups or sign-in do not work.
    pub(super) fn danger(kind: FindingKind, advice: Advice) -> Self {
        Self {
            kind,
            certainty: Certainty::Proven,
            cause: None,
            cause_certainty: None,
            evidence: Vec::new(),
            affected: Vec::new(),
            next: None,
            also: Vec::new(),
            severity: HealthSeverity::Danger,
            advice,
            subject: CaseSubject::Server,
        }
    }

    /// A proven finding: nothing is lost yet.
    pub(super) fn caution(kind: FindingKind, advice: Advice) -> Self {
        Self { severity: HealthSeverity::Caution, ..Self::danger(kind, advice) }
    }
}

/// A playbook by its name. Earlier versions wrote "wizard-secret", and "none" for none.
fn named(name: &str) -> Option<Playbook> {
    let name: StrDeserializer<'_, serde::de::value::Error> =
        name.strip_prefix("wizard-").unwrap_or(name).into_deserializer();
    Playbook::deserialize(name).ok()
}

fn playbook<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Playbook>, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.and_then(|name| named(&name)))
}

fn playbooks<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Playbook>, D::Error> {
    Ok(Vec::<String>::deserialize(deserializer)?.iter().filter_map(|name| named(name)).collect())
}

/// How sure a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum Certainty {
    /// What was seen leaves no other explanation.
    Proven,
    /// What was seen fits it best.
    Likely,
}

/// What settings came to need repair from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// A restore: after every one they need repair, under the same JWT_SECRET too.
    AfterRestore,
    /// JWT_SECRET is another one.
    SecretChanged,
    /// The evidence is inconclusive.
    NotKnown,
}

/// Something that was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Fact {
    /// Where it was seen.
    pub kind: EvidenceKind,
    /// What was seen.
    pub detail: FactDetail,
    /// When it happened or was seen, RFC 3339.
    pub at: Option<String>,
    /// The words of the server, or a name, unchanged.
    pub original: Option<String>,
}

impl Fact {
    /// A fact without a time.
    pub fn new(kind: EvidenceKind, detail: FactDetail) -> Self {
        Self { kind, detail, at: None, original: None }
    }

    /// The same with its time.
    #[must_use]
    pub fn at(self, at: impl Into<Option<String>>) -> Self {
        Self { at: at.into(), ..self }
    }

    /// The same with words.
    #[must_use]
    pub fn words(self, words: impl Into<Option<String>>) -> Self {
        Self { original: words.into(), ..self }
    }
}

/// What is affected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Affected {
    /// Everyone's sessions.
    Sessions,
    /// Links to attachments and Sends.
    AttachmentLinks,
    /// Backups that the server makes automatically.
    ScheduledBackups {
        /// Stopped since this time, when that is known, RFC 3339.
        since: Option<String>,
        /// They may have stopped earlier: the server's log was not read so far back.
        #[serde(default)]
        since_at_least: bool,
        /// The last backup that is known to have been made, RFC 3339.
        last_success_at: Option<String>,
        /// The names of the targets with a schedule, as far as they are known.
        targets: Vec<String>,
    },
    /// Backups that are started by hand.
    ManualBackups,
    /// No one can sign in.
    SignIn,
}
