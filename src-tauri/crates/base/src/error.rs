//! The one error that leaves this crate: a code, a sentence for the person, and
//! what to do now. The window translates by code and values; the terminal prints
//! the English sentence and hint.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// The result of everything in this crate that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

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
    /// The host answered, but its certificate could not be trusted.
    TlsFailed,
    /// No answer within the time allowed.
    TimedOut,
    /// The connection died after it had been made.
    ConnectionLost,
    /// Something answers at the address, but it is not a NodeWarden server.
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
    /// A two-step code is needed to go on.
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
    /// An answer that could not be understood.
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

/// An error for a person. Cheap to pass around: one pointer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(transparent)]
pub struct Error(Box<ErrorBody>);

/// The parts of an [`Error`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct ErrorBody {
    /// What went wrong, for those who act on it.
    pub code: Code,
    /// What went wrong, in a sentence.
    pub message: String,
    /// What to do now, in a sentence.
    pub hint: String,
    /// The words of the server, the target or the operating system, unchanged.
    pub original: Option<String>,
    /// How long to wait before trying again, in seconds, when the server says so.
    pub retry_after_seconds: Option<u32>,
    /// The values inside the sentence, by name, so that it can be translated.
    pub values: BTreeMap<String, String>,
}

impl Error {
    /// An error with its sentence and what to do now.
    pub fn new(code: Code, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self(Box::new(ErrorBody {
            code,
            message: message.into(),
            hint: hint.into(),
            original: None,
            retry_after_seconds: None,
            values: BTreeMap::new(),
        }))
    }

    /// Adds the words of the one who failed, unchanged.
    #[must_use]
    pub fn original(mut self, words: impl Into<String>) -> Self {
        self.0.original = Some(words.into());
        self
    }

    /// Replaces what to do now.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = hint.into();
        self
    }

    /// Adds how long the server asks to wait.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.0.retry_after_seconds = Some(seconds);
        self
    }

    /// Adds a value that the sentence contains, for translation.
    #[must_use]
    pub fn value(mut self, name: &str, value: impl fmt::Display) -> Self {
        self.0.values.insert(name.to_owned(), value.to_string());
        self
    }

    /// What went wrong, for those who act on it.
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// All parts.
    pub fn body(&self) -> &ErrorBody {
        &self.0
    }

    /// A file operation that failed: says which file, and tells a full disk, a
    /// missing permission and a missing file apart.
    pub fn file(path: &std::path::Path, error: &std::io::Error) -> Self {
        use std::io::ErrorKind;
        let shown = path.display();
        let (code, message, hint) = match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => (
                Code::DiskFull,
                format!("There is no space left to write {shown}."),
                "Free some space or choose another folder, then try again. Nothing incomplete was left under a final name.",
            ),
            ErrorKind::FileTooLarge => (
                Code::FileFailed,
                format!("{shown} may not grow that large."),
                "The drive or a limit of this computer takes no larger file (FAT32: 4 GiB). Choose another drive. Nothing incomplete was left under a final name.",
            ),
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => (
                Code::PermissionDenied,
                format!("This computer does not allow access to {shown}."),
                "Choose a folder that you may read and write.",
            ),
            ErrorKind::NotFound => (
                Code::FileNotFound,
                format!("{shown} is not there."),
                "Check the path; the file may have been moved or its drive removed.",
            ),
            ErrorKind::AlreadyExists => {
                (Code::FileExists, format!("{shown} already exists."), "Choose another folder or name.")
            }
            _ => (
                Code::FileFailed,
                format!("{shown} could not be read or written."),
                "Check the drive, then try again.",
            ),
        };
        Self::new(code, message, hint).original(error.to_string()).value("path", shown)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for Error {}
