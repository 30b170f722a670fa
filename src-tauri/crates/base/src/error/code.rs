//! What went wrong, for those who act on it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What went wrong, for those who act on it: the window's wording, the exit code
/// of `nwdesk`, a retry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum Code {
    /// The address given is not one this app can connect to.
    AddressInvalid,
    /// Plain http to a host that is not this computer.
    AddressInsecure,
    /// No connection could be made: name not found, refused, no network.
    HostUnreachable,
    /// The host responded, but its certificate could not be trusted.
    TlsFailed,
    /// No response within the time allowed.
    TimedOut,
    /// The connection died after it had been made.
    ConnectionLost,
    /// Something responds at the address, but it is not a NodeWarden server.
    NotNodeWarden,
    /// JWT_SECRET is not set on the server.
    JwtSecretMissing,
    /// JWT_SECRET on the server is shorter than 32 characters.
    JwtSecretTooShort,
    /// E-mail or master password wrong.
    WrongPassword,
    /// Too many failed sign-ins; the account is locked for a while.
    AccountLocked,
    /// The two-step code was not accepted.
    TwoStepCodeWrong,
    /// A two-step code is needed to continue.
    TwoStepRequired,
    /// The account only has two-step methods that need a browser.
    TwoStepUnsupported,
    /// More calls than the server allows in a minute.
    RateLimited,
    /// The server asks for a weaker key derivation than the account was known to use.
    KdfWeaker,
    /// The account is not an active administrator of this server.
    NotAdministrator,
    /// The session is over: sign in again.
    SessionEnded,
    /// The master password is needed again to confirm this step.
    PasswordNeeded,
    /// The stored backup settings cannot be opened by the server and need repair.
    SettingsNeedRepair,
    /// Another backup or restore is under way on the server.
    Busy,
    /// No target with this id, or none at all.
    TargetNotFound,
    /// The target refused or failed; `original` has its words.
    TargetFailed,
    /// The file is not there.
    BackupNotFound,
    /// The server refuses a restore because it already holds data.
    NotFresh,
    /// The name's hash and the content differ.
    HashMismatch,
    /// Larger than the server takes.
    TooLarge,
    /// The server refused; `original` has its words.
    ServerRefused,
    /// The server failed; `original` has its words.
    ServerFailed,
    /// A response that could not be understood.
    AnswerUnreadable,
    /// The file is not a ZIP that can be read.
    NotAnArchive,
    /// The archive is damaged.
    ArchiveDamaged,
    /// The settings envelope or one of its parts is damaged.
    EnvelopeDamaged,
    /// The settings envelope is of a version this app does not know.
    EnvelopeVersionUnknown,
    /// The portable part has no wrap for this account.
    NoWrapForAccount,
    /// The account is not in this backup.
    AccountNotFound,
    /// The account's keys are damaged or of an unknown kind.
    AccountKeysUnreadable,
    /// A secret does not open what it should open.
    WrongSecret,
    /// No space left where the file was to be written.
    DiskFull,
    /// This computer does not allow reading or writing there.
    PermissionDenied,
    /// A file of that name is already there.
    FileExists,
    /// The file or folder is not there.
    FileNotFound,
    /// Reading or writing a file failed.
    FileFailed,
    /// The operating system's keyring is missing or locked.
    KeyringUnavailable,
    /// The ledger could not be read or written.
    LedgerFailed,
    /// Refused here: it would destroy the last good backup.
    LastGoodBackup,
    /// Something asked for is not valid; `message` says what.
    InvalidRequest,
    /// A profile with this name is not known.
    ProfileNotFound,
    /// The practice instance could not be started or failed.
    PracticeFailed,
    /// What the server did could not be found out; `message` says what is known.
    OutcomeUnknown,
    /// Someone stopped it, as asked.
    Stopped,
    /// A fault of this app.
    InternalFault,
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A unit variant always serialises to its name.
        match serde_json::to_value(self) {
            Ok(serde_json::Value::String(name)) => f.write_str(&name),
            _ => write!(f, "{self:?}"),
        }
    }
}
