//! What the window shows of targets and backups: the server's facts and the
//! ledger's memory, put together.

use serde::{Deserialize, Serialize};

use crate::Error;
use crate::archive::{Kind, NameHash, Storage};
use crate::checks::{AttachmentsOnTarget, IntegrityLevel};
use crate::health::{BackupOrigin, BackupState, ChangedContent, LastBackup, Run, TargetHealth};
use crate::server::Target;

/// The health board.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Overview {
    /// The backup settings cannot be opened by the server: scheduled backups have stopped.
    pub settings_need_repair: bool,
    /// Every target; empty when the settings need repair.
    pub targets: Vec<TargetCard>,
}

/// One target on the board.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct TargetCard {
    /// The target as the server has it.
    pub target: Target,
    /// How it stands.
    pub health: TargetHealth,
    /// The newest backup on it, from whatever knows of it.
    pub last_backup: Option<LastBackup>,
    /// The last good backup, where the retention of the next run deletes it.
    #[serde(default)]
    pub retention_deletes: Option<String>,
    /// The last error in plain language, when the last run failed.
    pub last_error: Option<Error>,
    /// The newest backup on it that was read in full and found good, RFC 3339.
    pub last_verified_at: Option<String>,
    /// That backup's name.
    pub last_verified_file_name: Option<String>,
    /// The server last said that it keeps no attachments: there are none to back up.
    #[serde(default)]
    pub no_storage: bool,
    /// Sizes of its backups over time, oldest first.
    pub trend: Vec<TrendPoint>,
}

/// The past of one target, as far as this computer knows it: shown without asking the server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct TargetHistory {
    /// The target's id.
    pub target_id: String,
    /// The target's name.
    pub target_name: String,
    /// Its last runs, the oldest first; 30 at most.
    pub runs: Vec<Run>,
    /// The last drill of one of its backups that brought everything back.
    pub last_drill: Option<LastDrill>,
    /// Where else backups of the same server are.
    pub copies: Vec<CopyElsewhere>,
}

/// A place with backups of the same server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct CopyElsewhere {
    /// What kind of place it is.
    pub place: CopyPlace,
    /// Its name; none for this computer.
    pub name: Option<String>,
    /// When the newest backup there was made, RFC 3339.
    pub at: String,
}

/// What kind of place has backups of the same server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum CopyPlace {
    /// Another target of the server.
    Target,
    /// A place that this computer backs up to.
    DeskTarget,
    /// A file on this computer.
    ThisComputer,
}

/// One point of a trend.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct TrendPoint {
    /// When, RFC 3339.
    pub at: String,
    /// Size of the archive in bytes.
    pub bytes: u64,
}

/// The last drill of a backup that brought everything back: a rehearsal in a temporary
/// practice instance, which proves the file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct LastDrill {
    /// When, RFC 3339.
    pub at: String,
    /// What the temporary server kept attachments in.
    pub storage: Storage,
    /// How long the restore took.
    pub seconds: f64,
}

/// One line of a target's folder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct BackupRow {
    /// Its path below the target's root.
    pub path: String,
    /// Its name.
    pub name: String,
    /// It is a folder.
    pub is_directory: bool,
    /// Its size in bytes, when the target reports it.
    pub size: Option<u64>,
    /// When it was made: from its name, else the target's time; RFC 3339.
    pub made_at: Option<String>,
    /// What it holds of the attachments, when it was ever read here.
    pub kind: Option<Kind>,
    /// What the last check found.
    pub integrity: IntegrityLevel,
    /// Its state, from everything that is known of it.
    pub state: BackupState,
    /// How its content changed since it was verified, if it did.
    #[serde(default)]
    pub changed: Option<ChangedContent>,
    /// Its attachments on the target, when they were looked up.
    #[serde(default)]
    pub attachments: Option<AttachmentsOnTarget>,
    /// When it was last checked, RFC 3339.
    pub checked_at: Option<String>,
    /// E-mails of the active administrators who could repair the settings from it;
    /// `None` when it was never read in full here.
    #[serde(default)]
    pub repairable_by: Option<Vec<String>>,
    /// It was read in full here, and the server would refuse to restore it.
    #[serde(default)]
    pub refused: bool,
    /// Which server made it; `None` where nothing hints at another server in this folder.
    #[serde(default)]
    pub origin: Option<BackupOrigin>,
    /// The last drill of this content that brought everything back.
    #[serde(default)]
    pub last_drill: Option<LastDrill>,
}

/// A backup on this computer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct LocalBackup {
    /// The full path.
    pub path: String,
    /// Its name.
    pub name: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// SHA-256 of the whole file when it was last read.
    pub sha256: String,
    /// The name's hash against it.
    pub name_hash: NameHash,
    /// What it holds of the attachments.
    pub kind: Option<Kind>,
    /// What the last check found.
    pub integrity: IntegrityLevel,
    /// Its state, from everything that is known of it.
    pub state: BackupState,
    /// How its content changed since it was verified, if it did.
    #[serde(default)]
    pub changed: Option<ChangedContent>,
    /// When it was exported, RFC 3339.
    pub exported_at: Option<String>,
    /// When it was last checked, RFC 3339.
    pub checked_at: Option<String>,
    /// E-mails of the active administrators who could repair the settings from it;
    /// `None` when it was never read in full here.
    #[serde(default)]
    pub repairable_by: Option<Vec<String>>,
    /// It was read in full here, and the server would refuse to restore it.
    #[serde(default)]
    pub refused: bool,
    /// The last drill of this content that brought everything back.
    #[serde(default)]
    pub last_drill: Option<LastDrill>,
}
