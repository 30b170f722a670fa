//! How a command ends: scripts rely on these numbers.

use std::process::ExitCode;

use desk_core::error::{CommandDetail, FileDetail};
use desk_core::{Code, Error};

/// The exit codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    Good,
    Failed,
    Usage,
    Damaged,
    Refused,
    Skipped,
    NeedsRepair,
    Busy,
    Cancelled,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.number())
    }
}

impl Exit {
    /// The number that the process ends with.
    pub fn number(self) -> u8 {
        match self {
            Self::Good => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Damaged => 3,
            Self::Refused => 4,
            Self::Skipped => 5,
            Self::NeedsRepair => 6,
            Self::Busy => 7,
            Self::Cancelled => 130,
        }
    }

    /// How a command ends that failed with this code.
    fn of(code: Code) -> Self {
        match code {
            Code::AddressInvalid | Code::AddressInsecure => Self::Usage,
            Code::ArchiveDamaged | Code::HashMismatch => Self::Damaged,
            Code::NotFresh | Code::TooLarge | Code::ServerRefused => Self::Refused,
            Code::SettingsNeedRepair
            | Code::NoWrapForAccount
            | Code::EnvelopeDamaged
            | Code::EnvelopeVersionUnknown
            | Code::AccountKeysUnreadable => Self::NeedsRepair,
            Code::Busy => Self::Busy,
            _ => Self::Failed,
        }
    }
}

/// The end of a command that did not do what was asked.
#[derive(Debug)]
pub enum Failure {
    /// Something failed: the error for the person, the number for the script.
    Told { error: Error, exit: Exit },
    /// Someone asked it to stop.
    Cancelled,
}

/// What a command ends with.
pub type Ended<T = Exit> = Result<T, Failure>;

impl Failure {
    /// The command was given invalid arguments.
    pub fn usage(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Told {
            error: CommandDetail::Usage { what: message.into(), todo: hint.into() }.error(),
            exit: Exit::Usage,
        }
    }

    /// The same end under another number.
    pub fn with_exit(self, exit: Exit) -> Self {
        match self {
            Self::Told { error, .. } => Self::Told { error, exit },
            Self::Cancelled => Self::Cancelled,
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Told { exit: Exit::of(error.code()), error }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        FileDetail::ReadingFailed.error().caused_by(error).into()
    }
}
