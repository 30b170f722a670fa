//! Desk targets: places that this computer backs up to, because the server cannot reach them or is
//! not allowed to. What they are, when they are due, and which of their backups retention deletes.

mod retention;
mod schedule;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use retention::{Kept, over_retention};
pub use schedule::{DeskSchedule, NextRun, Past, next_run, retry_after};

use crate::error::AccountDetail;
use crate::granted::{FileToRead, Folder};
use crate::places::{Location, S3Place, WebdavPlace};
use crate::secrets::SecretField;
use crate::targets::{place_of, place_of_folder};
use crate::{Code, Error};

/// The most backups that retention may keep, as on the server.
pub const MOST_KEPT: u32 = 1000;

/// Where a desk target is. Private addresses are allowed: this computer goes there, not the server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum DeskPlace {
    /// A folder of this computer: a mounted share, a synced folder, an external disk.
    Folder {
        /// Its full path.
        path: String,
    },
    /// A WebDAV folder.
    Webdav(WebdavPlace),
    /// A folder of an S3 bucket.
    S3(S3Place),
}

impl DeskPlace {
    /// Where it is in the network; none for a folder of this computer.
    pub fn location(&self) -> Option<Location> {
        match self {
            Self::Folder { .. } => None,
            Self::Webdav(place) => Some(Location::Webdav(place.clone())),
            Self::S3(place) => Some(Location::S3(place.clone())),
        }
    }

    /// One text for the place, the same for the same folder however it is reached.
    pub fn key(&self) -> String {
        match self {
            Self::Folder { path } => place_of_folder(std::path::Path::new(path)),
            Self::Webdav(_) | Self::S3(_) => self.location().as_ref().map(place_of).unwrap_or_default(),
        }
    }

    /// Its secret; none for a folder of this computer.
    pub fn secret(&self) -> Option<&SecretField> {
        match self {
            Self::Folder { .. } => None,
            Self::Webdav(place) => Some(&place.password),
            Self::S3(place) => Some(&place.secret_access_key),
        }
    }

    /// Its path or address, without a login.
    pub fn shown(&self) -> String {
        match self {
            Self::Folder { path } => path.clone(),
            Self::Webdav(_) | Self::S3(_) => self.location().map(|at| at.place()).unwrap_or_default(),
        }
    }
}

/// A place that this computer backs up to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct DeskTarget {
    /// Its id.
    pub id: String,
    /// Its name, which no other desk target has.
    pub name: String,
    /// The profile whose server is backed up.
    pub profile_id: String,
    /// Where it is.
    pub place: DeskPlace,
    /// With the attachments.
    pub attachments: bool,
    /// When it is backed up to.
    pub schedule: DeskSchedule,
    /// How many backups stay; all when none.
    pub retention: Option<u32>,
    /// Plain http to another computer is accepted: the network sees the login and the backups.
    pub http_accepted: bool,
    /// A PEM file with a certificate authority to trust for it.
    pub ca_file: Option<String>,
}

/// A desk target as a person fills it in.
#[derive(Debug, Clone, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct DeskTargetForm {
    /// The one that is changed; a new one when none.
    pub id: Option<String>,
    /// Its name.
    pub name: String,
    /// Where it is.
    pub place: DeskPlaceForm,
    /// With the attachments.
    pub attachments: bool,
    /// When it is backed up to.
    pub schedule: DeskSchedule,
    /// How many backups stay; all when none.
    pub retention: Option<u32>,
    /// Plain http to another computer is accepted.
    pub http_accepted: bool,
    /// A PEM file with a certificate authority to trust for it.
    pub ca_file: Option<FileToRead>,
}

/// Where a desk target is, as a person fills it in.
#[derive(Debug, Clone, PartialEq, Deserialize, specta::Type)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum DeskPlaceForm {
    /// A folder of this computer.
    Folder {
        /// The folder.
        path: Folder,
    },
    /// A WebDAV folder.
    Webdav(WebdavPlace),
    /// A folder of an S3 bucket.
    S3(S3Place),
}

/// A desk target and how it stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct DeskTargetCard {
    /// The target.
    pub target: DeskTarget,
    /// Its path or address, without a login.
    pub place: String,
    /// The name of the profile whose server is backed up; none when it is gone.
    pub profile_name: Option<String>,
    /// The newest backup that this computer made there.
    pub newest: Option<DeskBackupKept>,
    /// The newest one that is whole: read back in full, with every attachment.
    pub newest_whole: Option<DeskBackupKept>,
    /// How many backups this computer made there and did not delete again.
    pub backups: u64,
    /// When a backup last started, RFC 3339.
    pub last_attempt_at: Option<String>,
    /// When one last ended well, RFC 3339.
    pub last_success_at: Option<String>,
    /// What the last one failed with.
    pub last_error: Option<Error>,
    /// When the next one is due, RFC 3339; none without a schedule, or when it waits.
    pub next_run_at: Option<String>,
    /// It is due and waits for somebody to sign in or to enter the master password.
    pub waits_for_person: bool,
}

/// A backup that this computer made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct DeskBackupKept {
    /// Its file name.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// SHA-256 of it, in lower-case hex digits.
    pub sha256: String,
    /// When it was made, RFC 3339.
    pub made_at: String,
    /// How many attachments it lists.
    pub attachments: u64,
    /// How many of them could not be had from anywhere.
    pub missing: u64,
    /// It was read back in full, and is as it should be.
    pub verified: bool,
}

impl DeskBackupKept {
    /// Restoring it loses nothing.
    pub fn is_whole(&self) -> bool {
        self.verified && self.missing == 0
    }
}

/// What is remembered of the runs of a desk target.
#[derive(Debug, Clone, PartialEq)]
pub struct DeskTargetRuns {
    /// What its schedule goes by.
    pub past: Past,
    /// When one last ended well.
    pub last_success: Option<Timestamp>,
    /// What the last one failed with.
    pub last_error: Option<Error>,
}

/// The error says that somebody has to sign in or to enter the master password.
pub fn lacks_person(error: &Error) -> bool {
    matches!(error.code(), Code::PasswordNeeded | Code::SessionEnded | Code::WrongPassword)
        || error.is(AccountDetail::OtherProfile)
}

/// This computer's time zone by its IANA name; UTC where it has none.
pub fn local_zone() -> String {
    jiff::tz::TimeZone::system().iana_name().unwrap_or("UTC").to_owned()
}
