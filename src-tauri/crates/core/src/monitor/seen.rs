//! What was seen of a server at one time, and what it is alerted for.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::messages::message;
use crate::server::Schedule;

/// What was seen of one server at one time.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ServerSeen {
    /// The server cannot open its backup settings.
    pub needs_repair: bool,
    /// JWT_SECRET is missing or too short: the server does not work.
    pub secret_unsafe: bool,
    /// The number of administrators who could repair the settings; none when that is not known.
    pub repairers: Option<u32>,
    /// The version of the server, when it shows one.
    pub version: Option<String>,
    /// The version that it had before, while the change is news.
    pub version_before: Option<String>,
    /// The session is over: nothing more can be seen until somebody signs in.
    pub signed_out: bool,
    /// Its targets; empty when they cannot be read.
    pub targets: Vec<TargetSeen>,
}

/// What was seen of one target.
#[derive(Debug, Clone, PartialEq)]
pub struct TargetSeen {
    /// The target's id.
    pub id: String,
    /// The target's name.
    pub name: String,
    /// When the server backs up to it.
    pub schedule: Schedule,
    /// When this computer saw the target first.
    pub first_seen: Timestamp,
    /// When the last backup succeeded.
    pub last_success: Option<Timestamp>,
    /// When the last run failed, by the server's log or its record of the target.
    pub last_failure: Option<Timestamp>,
    /// What it failed with.
    pub failure: Option<Error>,
    /// The newest backup is shorter than what the server uploaded.
    pub newest_is_short: bool,
    /// The newest backup is known to be damaged, changed, or one that the server would refuse.
    pub newest_is_bad: bool,
    /// There were backups on it, and it lists none any more.
    pub all_gone: bool,
    /// Sizes of its backups in bytes, the oldest first.
    pub sizes: Vec<u64>,
    /// When a backup on it was last verified in full.
    pub last_verified: Option<Timestamp>,
    /// Its certificate, when it was checked.
    pub certificate: Option<CertificateSeen>,
}

/// The certificate of a target's server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CertificateSeen {
    /// When it ends.
    pub ends: Timestamp,
}

/// One thing that a person should know of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Alert {
    /// The kind of alert and, for a target, its id: the same alert keeps its id.
    pub id: String,
    /// What is wrong.
    pub kind: AlertKind,
    /// The target; none for the server as a whole.
    pub target_id: Option<String>,
    /// The target's name.
    pub target_name: Option<String>,
    /// What it is caused by, when that is known.
    #[serde(default)]
    pub cause: Option<Error>,
}

/// What a person is alerted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum AlertKind {
    /// JWT_SECRET is missing or too short: the server does not work.
    SecretUnsafe,
    /// The server cannot open its backup settings: scheduled backups have stopped.
    SettingsNeedRepair,
    /// The session is over: the server cannot be watched.
    SignInNeeded,
    /// There were backups on a target, and it lists none any more.
    BackupsGone,
    /// The last run failed.
    BackupFailed,
    /// No backup for 1.25 times the interval of the schedule.
    BackupOverdue,
    /// The newest backup is smaller than any ZIP can be.
    BackupEmpty,
    /// The newest backup is shorter than what the server uploaded.
    BackupTruncated,
    /// The newest backup is damaged, changed, or one that the server would refuse.
    BackupBad,
    /// The newest backup has less than half the usual size.
    BackupShrank,
    /// No backup was verified in full for more than eight days.
    NotVerified,
    /// No one could repair the backup settings.
    NobodyCanRepair,
    /// The certificate of a target ends within 14 days.
    CertificateEnds,
    /// The server has another version than the last time.
    ServerUpdated,
}

impl Alert {
    /// What is wrong, in a sentence.
    pub fn sentence(&self) -> String {
        let kind = match serde_json::to_value(self.kind) {
            Ok(serde_json::Value::String(kind)) => kind.replace('-', "_"),
            // A unit variant serialises to a string.
            _ => String::new(),
        };
        let target = self.target_name.as_deref().unwrap_or_default();
        let what = message(&format!("alert_{kind}"), &[("target", target)]);
        match &self.cause {
            Some(cause) => format!("{what} {}", cause.body().message),
            None => what,
        }
    }
}

impl AlertKind {
    /// Backups or sign-in do not work, or a backup cannot be relied on.
    pub fn is_danger(self) -> bool {
        match self {
            Self::SecretUnsafe
            | Self::SettingsNeedRepair
            | Self::BackupsGone
            | Self::BackupFailed
            | Self::BackupOverdue
            | Self::BackupEmpty
            | Self::BackupTruncated
            | Self::BackupBad => true,
            Self::SignInNeeded
            | Self::BackupShrank
            | Self::NotVerified
            | Self::NobodyCanRepair
            | Self::CertificateEnds
            | Self::ServerUpdated => false,
        }
    }
}

/// How everything that is watched stands, in one word: what the icon in the tray shows.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, specta::Type,
)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Nothing is wrong, as far as anyone looked.
    #[default]
    Good,
    /// A job runs.
    Working,
    /// Something should be checked.
    Attention,
    /// Backups do not work, or a backup cannot be relied on.
    Failed,
}

impl Standing {
    /// The standing with these alerts.
    pub fn of(alerts: impl IntoIterator<Item = AlertKind>, is_working: bool) -> Self {
        let worst = alerts.into_iter().map(|kind| match kind {
            _ if kind.is_danger() => Self::Failed,
            AlertKind::ServerUpdated => Self::Good,
            _ => Self::Attention,
        });
        if is_working { Self::Working } else { worst.max().unwrap_or_default() }
    }
}
