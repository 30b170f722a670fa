//! What the server itself says, for a person.

use reqwest::StatusCode;

use super::{session_ended, target};
use crate::{Code, Error};

/// The refusals that have an answer of their own.
pub(super) fn known(words: &str) -> Option<Error> {
    let explained = |code, message: &str, hint: &str| Some(Error::new(code, message, hint));
    match words {
        "Username or password is incorrect. Try again" => explained(
            Code::WrongPassword,
            "E-mail or master password is wrong.",
            "Check both; after ten failures the server locks the account for two minutes.",
        ),
        "Invalid password" => explained(
            Code::WrongPassword,
            "The server did not accept the master password.",
            "Enter the master password of the account you are signed in with.",
        ),
        "masterPasswordHash is required" | "masterPasswordHash or userVerificationToken is required" => {
            explained(
                Code::PasswordNeeded,
                "The master password is needed to confirm this.",
                "Enter the master password and try again.",
            )
        }
        "Two-step token is invalid. Try again." => explained(
            Code::TwoStepCodeWrong,
            "The two-step code was not accepted.",
            "Enter the newest code; check this computer's clock if codes keep failing.",
        ),
        "Invalid refresh token" => Some(session_ended()),
        "Account is disabled" => explained(
            Code::NotAdministrator,
            "This account is disabled on the server.",
            "Another administrator can enable it again in the web vault.",
        ),
        "You can save up to 24 backup destinations" => explained(
            Code::InvalidRequest,
            "The server keeps up to 24 targets.",
            "Delete a target that is not needed any more, then save again.",
        ),
        "WebDAV server URL host is not allowed" | "S3 endpoint host is not allowed" => explained(
            Code::InvalidRequest,
            "The server does not back up to private addresses.",
            "Workers run outside your network: give the target a public name, for instance through a tunnel.",
        ),
        "Backup settings need administrator reactivation after restore" => explained(
            Code::SettingsNeedRepair,
            "The server cannot open its backup settings: they need repair.",
            "Scheduled and manual backups are stopped until an administrator repairs the settings. This is so after every restore, and after JWT_SECRET changed.",
        ),
        "Another backup run is already in progress" => explained(
            Code::Busy,
            "Another backup or restore is under way on the server.",
            "Wait until it has ended, then try again.",
        ),
        "Backup destination not found" => explained(
            Code::TargetNotFound,
            "The server has no such target.",
            "Reload the list of targets; it may have been changed elsewhere.",
        ),
        "Backup import requires a fresh instance with no vault or send data" => explained(
            Code::NotFresh,
            "The server already holds data.",
            "Restore with replacing what is there, or onto a fresh instance.",
        ),
        "Please select a backup ZIP file" | "Invalid remote backup path" => explained(
            Code::InvalidRequest,
            "The server accepts only backup ZIPs inside the target's folder.",
            "Choose a .zip file from the list.",
        ),
        "Backup attachment blob not found" => explained(
            Code::BackupNotFound,
            "The attachment's body is not on the server.",
            "It may have been deleted; a backup that holds it can bring it back.",
        ),
        _ if words.contains("checksum does not match its filename") => explained(
            Code::HashMismatch,
            "The file's content does not match the hash in its name.",
            "The file was changed or damaged after the backup. Use another backup if there is one; inspect this one before you accept it.",
        ),
        _ if words.contains("JWT_SECRET is not set or too weak") => explained(
            Code::JwtSecretMissing,
            "The server's JWT_SECRET is missing or too short.",
            "Set a JWT_SECRET of 32 characters or more as a secret of the worker.",
        ),
        _ if words.starts_with("Backup archive upload") => Some(target::upload_failed(words)),
        _ if words.starts_with("Backup archive") || words == "Invalid backup archive" => Some(
            Error::new(
                Code::ServerRefused,
                format!("The server refused the backup: {words}"),
                "Inspect the backup to see what is wrong with it, or choose another one.",
            )
            .value("words", words),
        ),
        _ => target::classify(words),
    }
}

/// A target's last error, from the words that the server keeps.
pub fn error_from_target(words: &str) -> Error {
    let known = known(words).unwrap_or_else(|| {
        Error::new(
            Code::TargetFailed,
            "The last backup to this target failed.",
            "Check that the target is up and has space, then back up again.",
        )
    });
    known.original(words)
}

/// What a status says when the words are not known.
pub(super) fn by_status(status: StatusCode, words: &str, host: &str) -> Error {
    match status.as_u16() {
        401 => session_ended(),
        403 => Error::new(
            Code::NotAdministrator,
            "This account is not an active administrator of the server.",
            "Sign in with an administrator's account.",
        ),
        413 => Error::new(
            Code::TooLarge,
            "The file is larger than the server takes.",
            "A server takes archives of up to 64 MiB. A remote restore from the target has no such upload.",
        ),
        429 if words.contains("login attempts") || words.contains("locked") => Error::new(
            Code::AccountLocked,
            "The server has locked sign-in for this account after too many failures.",
            "Wait two minutes, then try again with the right password.",
        ),
        429 => Error::new(
            Code::RateLimited,
            "The server takes no more calls for now.",
            "Wait a moment; the app goes on by itself where it can.",
        ),
        400..=499 => Error::new(
            Code::ServerRefused,
            format!("The server refused: {words}"),
            "Nothing was changed on the server.",
        )
        .value("words", words),
        _ => Error::new(
            Code::ServerFailed,
            format!("The server failed: {words}"),
            "Try again in a moment; if it stays, look at the worker's logs.",
        )
        .value("words", words),
    }
    .value("host", host)
}
