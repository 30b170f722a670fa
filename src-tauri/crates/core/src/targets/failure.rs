//! What a target answers to this computer, in plain language.

use opendal::ErrorKind;

use super::redirects::{self, Redirection};
use crate::{Code, Error};

/// A redirection that was not followed.
fn redirected(redirection: Redirection) -> Error {
    match redirection {
        Redirection::Elsewhere(host) => Error::new(
            Code::TargetFailed,
            format!("The target redirects to {host}; the login was not sent there."),
            "If that address is yours, enter it in the target's settings.",
        )
        .value("reason", "redirect-elsewhere")
        .value("host", host),
        Redirection::Loop => Error::new(
            Code::TargetFailed,
            "The target redirects in a loop.",
            "Check the address and the folder of these settings, and the storage's own settings.",
        )
        .value("reason", "redirect-loop"),
    }
}

/// A failed call. The words of the target are kept, without its headers.
pub(super) fn told(error: &opendal::Error) -> Error {
    if let Some(redirection) = redirects::found_in(&format!("{error:?}")) {
        return redirected(redirection);
    }
    let (code, message, hint) = match (error.kind(), status(error)) {
        (_, Some(401)) => (
            Code::TargetFailed,
            "The target did not accept the user and password.",
            "Check them at the storage; they may have been changed since this backup was made.",
        ),
        (ErrorKind::PermissionDenied, _) | (_, Some(403)) => (
            Code::TargetFailed,
            "The target refused access.",
            "Check the key, the password and what they may do, and that this computer's clock is right.",
        ),
        (ErrorKind::NotFound, _) => (
            Code::TargetFailed,
            "The target's folder or bucket is not there.",
            "Check the address, the bucket and the folder of these settings.",
        ),
        (_, Some(507)) => {
            (Code::TargetFailed, "The target is full.", "Free space at the storage, or use another target.")
        }
        (ErrorKind::RateLimited, _) => {
            (Code::TargetFailed, "The target asks to slow down.", "Wait a few minutes, then try again.")
        }
        (_, Some(_)) => (
            Code::TargetFailed,
            "The target answered with an error.",
            "Check the storage itself, then try again.",
        ),
        (_, None) => return unreached(error),
    };
    let told = Error::new(code, message, hint).original(words(error));
    match status(error) {
        Some(status) => told.value("targetStatus", status),
        None => told,
    }
}

/// An upload that took too long.
pub(super) fn too_slow() -> Error {
    Error::new(
        Code::TimedOut,
        "The target did not take a file in time.",
        "Check the network and the storage, then try again. What is uploaded already is not uploaded again.",
    )
}

/// A body that ended or stood still before it was whole.
pub(super) fn broken(error: &std::io::Error) -> Error {
    Error::new(
        Code::ConnectionLost,
        "The connection to the target broke before the file was whole.",
        "Try again; nothing incomplete was kept.",
    )
    .original(error.kind().to_string())
}

/// No answer came at all.
fn unreached(error: &opendal::Error) -> Error {
    let text = error.to_string().to_lowercase();
    let (code, message, hint) = if text.contains("timeout") || text.contains("timed out") {
        (
            Code::TimedOut,
            "The target did not answer in time.",
            "Check that the storage is up, then try again.",
        )
    } else if text.contains("certificate") {
        (
            Code::TlsFailed,
            "The target's certificate could not be trusted.",
            "Check the address; a storage with a certificate of its own has to be trusted by this computer first.",
        )
    } else {
        (
            Code::HostUnreachable,
            "The target could not be reached from this computer.",
            "Check the network and the address. A storage at home may be reachable only from there.",
        )
    };
    Error::new(code, message, hint).original(words(error))
}

/// The status of the answer; OpenDAL tells it only among the context of its error.
fn status(error: &opendal::Error) -> Option<u16> {
    let text = error.to_string();
    let (_, after) = text.split_once("Parts { status: ")?;
    after.get(..3)?.parse().ok()
}

/// The first line of what was said, cut to a sentence's length.
fn words(error: &opendal::Error) -> String {
    const LONGEST: usize = 300;
    let first = error.message().lines().map(str::trim).find(|line| !line.is_empty());
    match first {
        Some(line) => line.chars().take(LONGEST).collect(),
        None => status(error).map_or_else(|| error.kind().to_string(), |status| status.to_string()),
    }
}
