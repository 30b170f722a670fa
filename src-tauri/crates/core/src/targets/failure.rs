//! What a target returns to this computer, in plain language.

use opendal::ErrorKind;

use super::redirects::{self, Redirection};
use crate::Error;
use crate::error::{Cause, TargetDetail};

/// A redirection that was not followed.
fn redirected(redirection: Redirection) -> Error {
    match redirection {
        Redirection::Elsewhere(host) => TargetDetail::TargetRedirectsElsewhere { host }.error(),
        Redirection::Loop => TargetDetail::TargetRedirectsLoop.error(),
    }
}

/// A failed call. The words of the target are kept, without its headers.
pub(super) fn of(error: &opendal::Error) -> Error {
    if let Some(redirection) = redirects::found_in(&format!("{error:?}")) {
        return redirected(redirection);
    }
    if error.to_string().contains("RequestTimeTooSkewed") {
        return TargetDetail::StorageClockDiffers.error().original(words(error));
    }
    let status = match (error.kind(), status(error)) {
        (ErrorKind::NotADirectory, _) => {
            return TargetDetail::StorageNotAListing.error().original(words(error));
        }
        (ErrorKind::PermissionDenied, None) => 403,
        (ErrorKind::NotFound, None) => 404,
        (ErrorKind::RateLimited, None) => 429,
        (_, Some(status)) => status,
        (_, None) => return unreached(error),
    };
    refused(status).caused_by(cause(error))
}

/// A call that was returned with this status and this page.
pub(super) fn of_status(status: u16, page: &str) -> Error {
    refused(status).original(first_line(page).unwrap_or_else(|| status.to_string()))
}

fn refused(status: u16) -> Error {
    let detail = match status {
        401 => TargetDetail::StorageLoginRefused,
        403 => TargetDetail::StorageForbidden,
        404 => TargetDetail::StorageNotFound,
        429 => TargetDetail::StorageRateLimited,
        507 => TargetDetail::StorageFull,
        _ => TargetDetail::StorageFailed { status },
    };
    detail.error()
}

/// The target said no, rather than nothing.
pub(super) fn is_refusal(error: &opendal::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::PermissionDenied | ErrorKind::RateLimited)
        || status(error).is_some()
        || redirects::found_in(&format!("{error:?}")).is_some()
}

/// A failed upload: whether the target is full or read-only decides what a person does.
pub(super) fn writing(path: &str, error: &opendal::Error) -> Error {
    let detail = match status(error) {
        Some(413) => TargetDetail::StorageUploadTooLarge { path: path.to_owned() },
        Some(400) if error.message().contains("EntityTooLarge") => {
            TargetDetail::StorageUploadTooLarge { path: path.to_owned() }
        }
        Some(507) => TargetDetail::StorageFull,
        Some(403 | 405 | 423) => TargetDetail::StorageReadOnly,
        _ => return of(error),
    };
    detail.error().caused_by(cause(error))
}

/// An upload that took too long.
pub(super) fn too_slow() -> Error {
    TargetDetail::StorageTookTooLong.error()
}

/// The target keeps something else than what was written.
pub(super) fn not_kept(path: &str) -> Error {
    TargetDetail::StorageNotKept { path: path.to_owned() }.error()
}

pub(super) fn redirected_elsewhere(host: String) -> Error {
    redirected(Redirection::Elsewhere(if host.is_empty() { "?".to_owned() } else { host }))
}

pub(super) fn redirected_in_a_loop() -> Error {
    redirected(Redirection::Loop)
}

pub(super) fn timed_out() -> Error {
    TargetDetail::StorageTimedOut.error()
}

pub(super) fn no_address() -> Error {
    TargetDetail::PlaceInvalid.error()
}

/// A body that ended or stood still before it was whole.
pub(super) fn broken(error: &std::io::Error) -> Error {
    let of_opendal = error.get_ref().and_then(|inner| inner.downcast_ref::<opendal::Error>());
    let cause = of_opendal.map_or_else(|| Cause::of(error), cause);
    TargetDetail::StorageBroken.error().original(error.kind().to_string()).caused_by(cause)
}

/// No response came at all.
fn unreached(error: &opendal::Error) -> Error {
    // What failed below says it: the text of the error itself may only say that sending failed.
    let mut text = error.to_string();
    let mut below = std::error::Error::source(error);
    while let Some(cause) = below {
        text.push_str(&format!("; {cause}"));
        below = cause.source();
    }
    let text = text.to_lowercase();
    let detail = if text.contains("timeout") || text.contains("timed out") {
        TargetDetail::StorageTimedOut
    } else if text.contains("certificate") {
        TargetDetail::StorageNotTrusted
    } else {
        TargetDetail::StorageUnreachable
    };
    detail.error().caused_by(cause(error))
}

/// The status of the response; OpenDAL shows it only among the context of its error.
fn status(error: &opendal::Error) -> Option<u16> {
    let text = error.to_string();
    let (_, after) = text.split_once("Parts { status: ")?;
    after.get(..3)?.parse().ok()
}

/// The error of OpenDAL without its context, which holds the request's address and the response's
/// headers.
fn cause(error: &opendal::Error) -> Cause {
    Cause::new(&words(error), std::error::Error::source(error))
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

#[cfg(test)]
mod tests {
    use std::error::Error as _;
    use std::io;

    use super::*;

    #[test]
    fn the_cause_of_a_failed_call_is_kept_without_logins_and_headers() {
        let under = io::Error::other("no route to https://me:hush@dav.example.org/backups");
        let error = opendal::Error::new(ErrorKind::Unexpected, "the connection failed")
            .with_context("uri", "https://me:hush@dav.example.org/backups")
            .with_context("response", "Parts { status: 502, headers: {\"set-cookie\": \"hush\"} }")
            .set_source(under);
        for error in [of(&error), writing("index.json", &error), unreached(&error)] {
            let of_opendal = error.source().expect("the error of OpenDAL");
            let of_system = of_opendal.source().expect("the error of the system");
            assert_eq!(of_opendal.to_string(), "the connection failed");
            assert_eq!(of_system.to_string(), "no route to https://dav.example.org/backups");
            let all = format!("{error:?} {of_opendal:?} {of_system:?}");
            assert!(!all.contains("hush"), "{all}");
        }
        let broken = broken(&io::Error::other(error));
        assert_eq!(broken.source().expect("the error of OpenDAL").to_string(), "the connection failed");
    }
}
