//! What is wrong, what proves it, what is affected and what comes next.

use serde::{Deserialize, Serialize};

use super::NotLooked;

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
    /// Everything that was looked at: the list of proofs.
    pub checked: Vec<Checked>,
}

impl Diagnosis {
    /// The finding of a kind.
    pub fn finding(&self, kind: FindingKind) -> Option<&RecoveryFinding> {
        self.findings.iter().find(|finding| finding.kind == kind)
    }
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Checked {
    /// The kind of evidence.
    pub what: EvidenceKind,
    /// What it said.
    pub answer: CheckedAnswer,
    /// The words of the server, unchanged.
    pub original: Option<String>,
    /// Why it was not looked at, if it was not.
    #[serde(default)]
    pub not_looked: Option<NotLooked>,
}

/// What can be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum EvidenceKind {
    /// What the server tells everyone of its JWT_SECRET.
    WebBootstrap,
    /// An access token of before: is it still taken?
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
    /// It could not be looked at.
    NotKnown,
    /// It was not looked at, because what else was seen says enough.
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
    /// What to do.
    pub next: NextStep,
    /// What else may be right, where it is not proven what the finding came from.
    #[serde(default)]
    pub also: Vec<NextStep>,
}

/// What can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum FindingKind {
    /// JWT_SECRET is not set.
    JwtSecretMissing,
    /// JWT_SECRET is under 32 characters.
    JwtSecretTooShort,
    /// JWT_SECRET is another one than before.
    JwtSecretChanged,
    /// The server cannot open its backup settings.
    SettingsNeedRepair,
    /// The settings have no part that an administrator could open.
    PortablePartAbsent,
    /// That part is wrapped for nobody.
    PortablePartWithoutWraps,
    /// That part is wrapped for others only.
    NoWrapForMe,
    /// Only one active administrator could repair.
    OneCanRepair,
    /// No active administrator could repair.
    NoneCanRepair,
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
    /// Nothing seen tells.
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

/// What was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum FactDetail {
    /// The server says that JWT_SECRET is not set.
    SecretMissing,
    /// The server says that JWT_SECRET is too short.
    SecretTooShort,
    /// The server says nothing against its JWT_SECRET.
    SecretAccepted,
    /// An access token was refused before its time was up.
    TokenRefusedBeforeExpiry,
    /// An access token of before is still taken.
    TokenAccepted,
    /// The refresh token gave a new access token, which is taken.
    RefreshWorks,
    /// The refresh token is not taken any more.
    RefreshRefused,
    /// The server cannot open its settings.
    SettingsNotReadable,
    /// The server can open its settings.
    SettingsReadable,
    /// The server says that the settings need repair.
    RepairNeeded,
    /// The settings have no portable part.
    PortableAbsent,
    /// The portable part is wrapped for nobody.
    PortableWithoutWraps,
    /// The portable part is wrapped for others.
    WrappedForOthers,
    /// The portable part is wrapped for the account in `original`, or for oneself.
    WrappedForAdministrator,
    /// This app restored a backup there.
    RestoredHere,
    /// The server's log names a restore.
    RestoreInLog,
    /// The server's log names a failed scheduled run.
    RunFailedInLog,
    /// The server's log names a failed run that was started by hand.
    ManualRunFailedInLog,
    /// The server's log names no restore since its settings could last be opened.
    NoRestoreInLog,
    /// The only access token at hand was given after the settings were last readable.
    SignedInSince,
    /// An access token was refused, but something else ends it as well.
    EndedOtherwise,
    /// The settings were readable at this time.
    LastReadable,
    /// The backup in `original` tells who could repair.
    ToldByBackup,
    /// A candidate for JWT_SECRET was proven right; `original` is its number.
    CandidateRight,
    /// A backup was made, read back and verified; `original` is its name.
    BackupVerified,
    /// The settings were opened from their portable part.
    PortableOpened,
    /// The person said so.
    ConfirmedByPerson,
    /// The account is signed in.
    SignedIn,
}

/// What is affected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Affected {
    /// Everyone's sessions.
    Sessions,
    /// Links to attachments and Sends.
    AttachmentLinks,
    /// Backups that the server makes by itself.
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
    /// Nobody can sign in.
    SignIn,
}

/// Where to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum NextStep {
    /// The wizard for JWT_SECRET.
    WizardSecret,
    /// The repair from the portable part.
    WizardRepair,
    /// The settings out of a backup, or typed anew.
    WizardOffline,
    /// Nothing has to be done now.
    None,
}
