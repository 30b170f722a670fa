//! What a target answers to this computer, in plain language.

use opendal::ErrorKind;

use super::redirects::{self, Redirection};
use crate::Error;
use crate::error::TargetDetail;

/// A redirection that was not followed.
fn redirected(redirection: Redirection) -> Error {
    match redirection {
        Redirection::Elsewhere(host) => TargetDetail::TargetRedirectsElsewhere { host }.error(),
        Redirection::Loop => TargetDetail::TargetRedirectsLoop.error(),
    }
}

/// A failed call. The words of the target are kept, without its headers.
pub(super) fn told(error: &opendal::Error) -> Error {
    if let Some(redirection) = redirects::found_in(&format!("{error:?}")) {
        return redirected(redirection);
    }
    let detail = match (error.kind(), status(error)) {
        (_, Some(401)) => TargetDetail::StorageLoginRefused,
        (ErrorKind::PermissionDenied, _) | (_, Some(403)) => TargetDetail::StorageForbidden,
        (ErrorKind::NotFound, _) => TargetDetail::StorageNotFound,
        (_, Some(507)) => TargetDetail::StorageFull,
        (ErrorKind::RateLimited, _) => TargetDetail::StorageRateLimited,
        (_, Some(status)) => TargetDetail::StorageFailed { status },
        (_, None) => return unreached(error),
    };
    detail.error().original(words(error))
}

/// An upload that took too long.
pub(super) fn too_slow() -> Error {
    TargetDetail::StorageTookTooLong.error()
}

/// A body that ended or stood still before it was whole.
pub(super) fn broken(error: &std::io::Error) -> Error {
    TargetDetail::StorageBroken.error().original(error.kind().to_string())
}

/// No answer came at all.
fn unreached(error: &opendal::Error) -> Error {
    let text = error.to_string().to_lowercase();
    let detail = if text.contains("timeout") || text.contains("timed out") {
        TargetDetail::StorageTimedOut
    } else if text.contains("certificate") {
        TargetDetail::StorageNotTrusted
    } else {
        TargetDetail::StorageUnreachable
    };
    detail.error().original(words(error))
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
