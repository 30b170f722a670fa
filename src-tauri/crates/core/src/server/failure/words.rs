//! What the server itself says, for a person.

use reqwest::StatusCode;

use super::{session_ended, target};
use crate::Error;
use crate::error::{AccountDetail, Detail, ServerDetail, TargetDetail};

/// The refusals that have their own response.
pub(super) fn known(words: &str) -> Option<Error> {
    let detail: Detail = match words {
        "Username or password is incorrect. Try again" => AccountDetail::WrongPassword.into(),
        "Invalid password" => AccountDetail::PasswordNotAccepted.into(),
        "masterPasswordHash is required" | "masterPasswordHash or userVerificationToken is required" => {
            AccountDetail::PasswordNeeded.into()
        }
        "Two-step token is invalid. Try again." => AccountDetail::TwoStepCodeWrong.into(),
        "Invalid refresh token" => return Some(session_ended()),
        "Account is disabled" => AccountDetail::AccountDisabled.into(),
        "You can save up to 24 backup destinations" => ServerDetail::TooManyTargets.into(),
        "WebDAV server URL host is not allowed" | "S3 endpoint host is not allowed" => {
            ServerDetail::PrivateAddress.into()
        }
        "Backup settings need administrator reactivation after restore" => {
            ServerDetail::SettingsNeedRepair.into()
        }
        "Another backup run is already in progress" => ServerDetail::Busy.into(),
        "Backup destination not found" => TargetDetail::TargetNotFound.into(),
        "Backup import requires a fresh instance with no vault or send data" => ServerDetail::NotFresh.into(),
        "Please select a backup ZIP file" | "Invalid remote backup path" => {
            ServerDetail::NotABackupPath.into()
        }
        "Backup attachment blob not found" => ServerDetail::BodyNotOnServer.into(),
        _ if words.contains("checksum does not match its filename") => ServerDetail::HashMismatch.into(),
        _ if words.contains("JWT_SECRET is not set or too weak") => ServerDetail::JwtSecretMissing.into(),
        _ if words.starts_with("Backup archive upload") => return Some(target::upload_failed(words)),
        _ if words.starts_with("Backup archive") || words == "Invalid backup archive" => {
            ServerDetail::BackupRefused { words: words.to_owned() }.into()
        }
        _ => return target::classify(words),
    };
    Some(Error::of(detail))
}

/// A target's last error, from the words that the server keeps.
pub fn error_from_target(words: &str) -> Error {
    let known = known(words).unwrap_or_else(|| TargetDetail::LastBackupFailed.error());
    known.original(words)
}

/// What a status says when the words are not known.
pub(super) fn by_status(status: StatusCode, words: &str) -> Error {
    match status.as_u16() {
        401 => session_ended(),
        403 => AccountDetail::NotAdministrator.error(),
        413 => ServerDetail::TooLarge.error(),
        429 if words.contains("login attempts") || words.contains("locked") => {
            AccountDetail::AccountLocked.error()
        }
        429 => ServerDetail::RateLimited.error(),
        400..=499 => ServerDetail::ServerRefused { words: words.to_owned() }.error(),
        _ => ServerDetail::ServerFailed { words: words.to_owned() }.error(),
    }
}
