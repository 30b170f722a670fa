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
    let status = match (error.kind(), status(error)) {
        (ErrorKind::PermissionDenied, None) => 403,
        (ErrorKind::NotFound, None) => 404,
        (ErrorKind::RateLimited, None) => 429,
        (_, Some(status)) => status,
        (_, None) => return unreached(error),
    };
    let told = refused(status).original(words(error));
    if self::status(error).is_some() { told.value("targetStatus", status) } else { told }
}

/// A call that was returned with this status and this page.
pub(super) fn of_status(status: u16, page: &str) -> Error {
    refused(status)
        .original(first_line(page).unwrap_or_else(|| status.to_string()))
        .value("targetStatus", status)
}

fn refused(status: u16) -> Error {
    let (message, hint) = match status {
        401 => (
            "The target did not accept the user and password.",
            "Check them at the storage; they may have been changed since this backup was made.",
        ),
        403 => (
            "The target refused access.",
            "Check the key, the password and what they may do, and that this computer's clock is right.",
        ),
        404 => (
            "The target's folder or bucket is not there.",
            "Check the address, the bucket and the folder of these settings.",
        ),
        429 => ("The target asks to slow down.", "Wait a few minutes, then try again."),
        _ => ("The target answered with an error.", "Check the storage itself, then try again."),
    };
    Error::new(Code::TargetFailed, message, hint)
}

/// The target said no, rather than nothing.
pub(super) fn is_refusal(error: &opendal::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::PermissionDenied | ErrorKind::RateLimited)
        || status(error).is_some()
        || redirects::found_in(&format!("{error:?}")).is_some()
}

/// A failed upload: whether the target is full or read-only decides what a person does.
pub(super) fn writing(error: &opendal::Error) -> Error {
    let (reason, message, hint) = match status(error) {
        Some(413 | 507) => (
            "target-full",
            "The target has no space left for this file.",
            "Free space on the target or raise its quota, then start again: what was uploaded stays.",
        ),
        Some(403 | 405 | 423) => (
            "target-read-only",
            "The target does not accept new files.",
            "Check what this user or key may do at the storage, then start again: what was uploaded stays.",
        ),
        _ => return told(error),
    };
    let failed = Error::new(Code::TargetFailed, message, hint).original(words(error)).value("reason", reason);
    match status(error) {
        Some(status) => failed.value("targetStatus", status),
        None => failed,
    }
}

/// The target keeps something else than what was written.
pub(super) fn not_kept(path: &str) -> Error {
    Error::new(
        Code::TargetFailed,
        "The target does not return the file as it was uploaded.",
        "Check the storage: it may be full, damaged, or change files. Then start again.",
    )
    .value("reason", "not-kept")
    .value("path", path)
}

pub(super) fn redirected_elsewhere(host: String) -> Error {
    redirected(Redirection::Elsewhere(if host.is_empty() { "?".to_owned() } else { host }))
}

pub(super) fn redirected_in_a_loop() -> Error {
    redirected(Redirection::Loop)
}

pub(super) fn timed_out() -> Error {
    Error::new(
        Code::TimedOut,
        "The target did not answer in time.",
        "Check that the storage is up, then try again.",
    )
}

pub(super) fn no_address() -> Error {
    Error::new(
        Code::InvalidRequest,
        "These settings do not lead to a target.",
        "Check the address, the bucket and the folder.",
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
    if text.contains("timeout") || text.contains("timed out") {
        return timed_out().original(words(error));
    }
    let (code, message, hint) = if text.contains("certificate") {
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
    let first = first_line(error.message());
    first.unwrap_or_else(|| {
        status(error).map_or_else(|| error.kind().to_string(), |status| status.to_string())
    })
}

fn first_line(text: &str) -> Option<String> {
    const LONGEST: usize = 300;
    let line = text.lines().map(str::trim).find(|line| !line.is_empty())?;
    Some(line.chars().take(LONGEST).collect())
}
