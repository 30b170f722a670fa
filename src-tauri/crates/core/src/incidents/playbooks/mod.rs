//! The playbooks: one file each, and the words that they share with the window. What
//! leads through them ([`super::engine`]) knows none of them by name.

mod deleted_folder;
mod jwt_secret;
mod settings_repair;
mod shared;
mod skipped_attachments;
mod subrequest_limit;
mod suspicious_backup;
mod target_stopped;

use serde::{Deserialize, Serialize};

pub use deleted_folder::lost_now;

use super::definition::PlaybookDefinition;

/// Every playbook, in the order in which their findings are listed.
pub(super) const ALL: &[&PlaybookDefinition] = &[
    &jwt_secret::PLAYBOOK,
    &settings_repair::PLAYBOOK,
    &suspicious_backup::PLAYBOOK,
    &deleted_folder::PLAYBOOK,
    &skipped_attachments::PLAYBOOK,
    &target_stopped::PLAYBOOK,
    &subrequest_limit::PLAYBOOK,
];

impl Playbook {
    /// Its paths; none for a screen without steps.
    pub fn paths(self) -> Vec<PlaybookPath> {
        let definition = ALL.iter().find(|one| one.playbook == self);
        definition.into_iter().flat_map(|one| one.paths).map(|path| path.path).collect()
    }
}

impl PlaybookPath {
    /// The playbook that this path belongs to.
    pub(super) fn definition(self) -> &'static PlaybookDefinition {
        match self {
            Self::HaveOldSecret | Self::NoOldSecret => &jwt_secret::PLAYBOOK,
            Self::RepairOnly => &settings_repair::PLAYBOOK,
            Self::SuspiciousBackup => &suspicious_backup::PLAYBOOK,
            Self::DeletedFolder => &deleted_folder::PLAYBOOK,
            Self::SkippedAttachments => &skipped_attachments::PLAYBOOK,
            Self::TargetStopped => &target_stopped::PLAYBOOK,
            Self::SubrequestLimit => &subrequest_limit::PLAYBOOK,
        }
    }
}

/// The guided procedures that a finding leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum Playbook {
    /// Recover JWT_SECRET.
    Secret,
    /// Repair the backup settings.
    Repair,
    /// A backup on a target may be corrupt.
    SuspiciousBackup,
    /// Attachments of the backups on a target are gone from there.
    DeletedFolder,
    /// A restore left attachments out.
    SkippedAttachments,
    /// A target stopped working.
    TargetStopped,
    /// A run needs more calls than a worker may make.
    SubrequestLimit,
    /// Take the settings from a backup, or enter them again: a screen without steps.
    Offline,
}

/// The paths through the playbooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum PlaybookPath {
    /// The old JWT_SECRET may be found, and is put back.
    HaveOldSecret,
    /// It is gone: continue with another one.
    NoOldSecret,
    /// JWT_SECRET is as it should be; only the settings need repair.
    RepairOnly,
    /// A backup on a target is read again, kept as evidence and replaced.
    SuspiciousBackup,
    /// The attachments of a target are put back from every copy there is.
    DeletedFolder,
    /// What a restore left out is brought back from every copy there is.
    SkippedAttachments,
    /// Why a target does not work is found out, and backups are made again.
    TargetStopped,
    /// This computer uploads what is too much for one run of the server.
    SubrequestLimit,
}

/// The steps there are. The window calls a step by the messages `step_<kind>` and
/// `step_<kind>_text`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum StepKind {
    /// Find the old JWT_SECRET among candidates.
    FindSecret,
    /// Put it back as a secret of the worker.
    PutBack,
    /// Make a new JWT_SECRET.
    MakeSecret,
    /// Put the new one in as a secret of the worker.
    PutSecret,
    /// The server shows that it took.
    ServerProvesItself,
    /// Sign in again.
    SignInAgain,
    /// Open the settings from their portable part.
    OpenPortable,
    /// Send the settings back to the server.
    RepairSettings,
    /// Make a backup and verify it.
    VerifyBackup,
    /// Ask everyone to sign in again.
    TellUsers,
    /// Keep the new secret where it will be found.
    StoreSecret,
    /// Read a suspicious backup in full, twice.
    ReadBackup,
    /// Save the suspicious file on this computer.
    SaveEvidence,
    /// Find the newest backup that is good.
    FindGoodBackup,
    /// Turn the target's retention off, so that the next run deletes nothing.
    KeepBackups,
    /// Rehearse a restore of the new backup.
    DrillBackup,
    /// Compare a target's backups, its attachment index and its attachments.
    ExamineTarget,
    /// Look for other copies of attachments.
    FindCopies,
    /// Put attachments back on a target, and make its index true.
    HealTarget,
    /// Make a backup that uploads attachments again.
    BackUpAttachments,
    /// Read every attachment on a target.
    VerifyTarget,
    /// Note which attachments are permanently lost, and whose they are.
    NameLost,
    /// See why a restore left attachments out.
    ReadSkipped,
    /// Make a complete ZIP that has what was left out.
    CompleteZip,
    /// Restore again with what was left out.
    RestoreAgain,
    /// Fetch every attachment from the server.
    FetchAttachments,
    /// Let the server list a target.
    LookFromServer,
    /// Look at a target from this computer.
    LookFromHere,
    /// Do away with what keeps a target from working.
    FixTarget,
    /// Back up from this computer to its own place.
    BackUpHere,
    /// Count the attachments that the next run has to upload.
    CountBodies,
    /// Upload attachments from this computer.
    UploadBodies,
}

/// What can be wrong with a server. Its title is the message `finding_<kind>_title`.
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
    /// That part is wrapped for no account.
    PortablePartWithoutWraps,
    /// That part is wrapped for others only.
    NoWrapForMe,
    /// Only one active administrator could repair.
    OneCanRepair,
    /// No active administrator could repair.
    NoneCanRepair,
    /// The last restore left attachments out.
    AttachmentsLeftOut,
}

/// What to do now, in one sentence: the message `advice_<name>`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum Advice {
    /// Be led to a JWT_SECRET that the server takes.
    RecoverSecret,
    /// Put the old JWT_SECRET back, or keep the new one and repair the settings.
    PutSecretBack,
    /// Repair the settings with the master password.
    #[default]
    RepairSettings,
    /// Look for the old JWT_SECRET first, then repair the settings.
    SecretOrRepair,
    /// Take the targets from an older backup, or enter them again.
    SettingsFromBackup,
    /// Sign in as another administrator, or take the targets from an older backup.
    OtherAdministrator,
    /// Make a second administrator.
    SecondAdministrator,
    /// Save the settings once as an active administrator.
    SaveSettings,
    /// Bring back what a restore left out.
    BringBackAttachments,
}

/// What was seen. A fact is described by the message `fact_<detail>`.
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
    /// An earlier access token is still accepted.
    TokenAccepted,
    /// The refresh token gave a new access token, which is accepted.
    RefreshWorks,
    /// The refresh token is not accepted any more.
    RefreshRefused,
    /// The server cannot open its settings.
    SettingsNotReadable,
    /// The server can open its settings.
    SettingsReadable,
    /// The server says that the settings need repair.
    RepairNeeded,
    /// The settings have no portable part.
    PortableAbsent,
    /// The portable part is wrapped for no account.
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
    /// The backup in `original` shows who could repair.
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
    /// The backup in `original` was read in full and is good.
    BackupReadGood,
    /// The backup in `original` was read in full and is damaged, changed or refused.
    BackupReadBad,
    /// The file was saved on this computer; `original` is its path.
    BackupSaved,
    /// A rehearsal of a restore brought everything back; `original` is the backup's name.
    DrillPassed,
    /// The same, but for attachments that are permanently lost; `original` is how many.
    DrillLeftOut,
    /// The target keeps all backups.
    RetentionOff,
    /// The target was examined; `original` is how many attachments are missing.
    TargetExamined,
    /// Copies of `original` attachments were found.
    CopiesFound,
    /// A ZIP on this computer has copies; `original` is its path.
    CopyInZip,
    /// A folder of this computer has copies; `original` is its path.
    CopyInFolder,
    /// A target has copies; `original` is its name.
    CopyOnTarget,
    /// The attachment index lists only what is there.
    IndexTrue,
    /// The old attachment index is kept; `original` is its name.
    IndexKeptBeside,
    /// This computer put `original` attachments back.
    BodiesPutBack,
    /// Attachments were read on the target; `original` is how many of how many.
    BodiesVerified,
    /// Attachments are permanently lost; `original` is whose, and which.
    AttachmentsLost,
    /// A restore of the backup in `original` left attachments out.
    RestoreLeftOut,
    /// `original` attachments are over the size that KV can keep.
    LeftOutTooLarge,
    /// `original` attachments were left out because the server has no storage for them.
    LeftOutNoStorage,
    /// `original` attachments were not on the target.
    LeftOutMissing,
    /// Reading or writing `original` attachments failed.
    LeftOutTransfer,
    /// The server does not say why it left out `original` attachments.
    LeftOutNotTold,
    /// The server does not say which `original` attachments it left out.
    LeftOutUnlisted,
    /// A complete ZIP was made; `original` is its path.
    CompleteZipMade,
    /// `original` was restored again.
    RestoredAgain,
    /// `original` attachments came back.
    AttachmentsBack,
    /// The server returned its attachments; `original` is how many of how many.
    AttachmentsFetched,
    /// The server could list the target.
    TargetListedByServer,
    /// The server could not list the target; `original` says why.
    TargetNotListedByServer,
    /// This computer could list the target.
    TargetListedHere,
    /// This computer could not list the target; `original` says why.
    TargetNotListedHere,
    /// `original` is how many attachments the next run has to upload, of how many.
    BodiesToUpload,
    /// `original` is how many attachments this computer uploaded; all are listed in the index.
    BodiesUploaded,
    /// This computer made a backup and verified it; `original` is where and its name.
    DeskBackupVerified,
}
