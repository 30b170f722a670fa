//! What targets answer, as the server passes it on, in plain language.

use crate::{Code, Error};

/// "WebDAV upload failed: 507" and its like (PROTOCOL section 2, `run`), and what
/// Cloudflare says when a target cannot be spoken to at all.
pub(super) fn classify(words: &str) -> Option<Error> {
    by_cause(words).or_else(|| by_status(words))
}

/// "Backup archive upload verification failed after 3 attempts: …" and its like: the
/// archive is fine, the target did not store it or does not return what it stored.
pub(super) fn upload_failed(words: &str) -> Error {
    let verifying = words.contains("verification");
    let download = find_operation(words).filter(|(_, operation, _)| verifying && *operation == "download");
    if let Some((provider, operation, status)) = download {
        let hint = match status {
            "401" | "403" => {
                "The target takes uploads but refuses this account's downloads. Give the account permission to read, or check its user name and password."
            }
            "404" => {
                "The target takes uploads but does not return the file at the same address. Check the address and the path: they must lead to the storage itself, not to a share link, a web page or a cache in front of it."
            }
            _ => hint(provider, operation, status),
        };
        return failed(provider, operation, status, hint);
    }
    classify(words).unwrap_or_else(|| {
        Error::new(
            Code::TargetFailed,
            "The target did not store the backup as it was sent.",
            "Check that the target is up, has space and returns the files that it stores; then back up again.",
        )
        .value("targetStatus", "")
    })
}

/// Causes that have a name, whatever is around it.
fn by_cause(words: &str) -> Option<Error> {
    let cause = |name: &str, message: &str, hint: &str| {
        Some(Error::new(Code::TargetFailed, message, hint).value("targetStatus", name))
    };
    let says = |part: &str| words.contains(part);
    match () {
        () if says("Network connection lost") => cause(
            "unreachable",
            "The server could not reach the backup target.",
            "Check that the target is up and reachable from the internet; the server refuses private addresses.",
        ),
        () if says("Too many subrequests") => cause(
            "subrequests",
            "The run needed more calls than Cloudflare allows a worker.",
            "There are too many new attachments for one run. Run it again: bodies already uploaded are not sent twice. A paid plan allows more.",
        ),
        () if says("Too many redirects") || says("redirected too many times") || says("redirect loop") => {
            cause(
                "redirects",
                "The target's address only leads to other addresses.",
                "Enter the target's final address in its settings: with https, and without a page for signing in between.",
            )
        }
        () if says("exceeded CPU") || says("Exceeded CPU") || says("exceeded its CPU") => cause(
            "cpu",
            "The run took more computing time than Cloudflare allows the worker.",
            "Run it again without attachments, or move the worker to a paid plan.",
        ),
        () if says("exceeded its memory") || says("Exceeded Memory") || says("exceeded memory") => cause(
            "memory",
            "The backup is larger than the worker's memory.",
            "Export without attachments, or remove very large attachments.",
        ),
        () if says("RequestTimeTooSkewed") => cause(
            "clock",
            "The S3 target's clock differs too much from the server's.",
            "Set the clock of the storage machine; NTP keeps it right.",
        ),
        () if says("SignatureDoesNotMatch") => cause(
            "signature",
            "The S3 target did not accept the signature.",
            "Enter the secret key again, and check the region and the addressing style.",
        ),
        () if says("InvalidAccessKeyId") => cause(
            "key",
            "The S3 target does not know the access key.",
            "Check the access key id; it may have been deleted or belong to another account.",
        ),
        () if says("NoSuchBucket") => cause(
            "bucket",
            "The bucket is not there.",
            "Check the bucket's name and that it does not stand in the endpoint as well.",
        ),
        () if says("is required") && (says("WebDAV ") || says("S3 ")) => cause(
            "incomplete",
            "The target's settings are not filled in.",
            "Fill in the address, the user or key and the password or secret of the target.",
        ),
        () => None,
    }
}

fn by_status(words: &str) -> Option<Error> {
    let (provider, operation, status) = find_operation(words)?;
    if status == "404" && operation == "download" {
        return Some(
            Error::new(
                Code::BackupNotFound,
                "The file is not on the target.",
                "Reload the list; it may have been deleted or moved.",
            )
            .value("targetStatus", status),
        );
    }
    Some(failed(provider, operation, status, hint(provider, operation, status)))
}

/// Provider, operation and status of "WebDAV upload failed: 507", wherever it stands.
fn find_operation(words: &str) -> Option<(&str, &str, &str)> {
    let start = ["WebDAV ", "S3 "].iter().filter_map(|provider| words.find(provider)).min()?;
    let (what, rest) = words[start..].split_once(" failed")?;
    let (provider, operation) = what.split_once(' ')?;
    let rest = rest.trim_start_matches([':', ' ']);
    let status = rest.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
    Some((provider, operation, status))
}

/// A target that failed at an operation.
fn failed(provider: &str, operation: &str, status: &str, hint: &str) -> Error {
    let message = if status.is_empty() {
        format!("The target failed: {provider} {operation}.")
    } else {
        format!("The target failed: {provider} {operation}, status {status}.")
    };
    Error::new(Code::TargetFailed, message, hint)
        .value("targetStatus", status)
        .value("provider", provider)
        .value("operation", operation)
}

/// What to do about a status.
fn hint(provider: &str, operation: &str, status: &str) -> &'static str {
    let writes = matches!(operation, "upload" | "delete" | "directory creation" | "mkdir");
    match (provider, status) {
        ("S3", "301" | "307") => {
            "The bucket is in another region. Enter its region in the target's settings."
        }
        ("S3", "400") => {
            "The request was malformed for this storage. Check the region and the addressing style (path or virtual-hosted)."
        }
        ("S3", "401" | "403") if writes => {
            "Reading may work while writing is refused: the key needs permission to put and delete objects in this bucket. A wrong secret, region or clock shows like this too."
        }
        ("S3", "401" | "403") => {
            "Check the access key, the secret key and the region; a clock that is wrong by minutes on the storage shows like this too."
        }
        ("S3", "404") => {
            "Check the bucket's name and the addressing style; the bucket must not stand in the endpoint too."
        }
        (_, "401") => {
            "The target did not accept the user name or password. Check them in the target's settings."
        }
        (_, "403") if writes => {
            "The target lets this account read but not write there. Give it write permission, or choose another folder."
        }
        (_, "403") => "The target refuses this account. Check its permissions for the folder.",
        (_, "404") => "The folder is not there. Check the address and the path in the target's settings.",
        (_, "405" | "409") => {
            "The target does not take this at that path. WebDAV addresses often need a longer path, and the folder above must be there."
        }
        (_, "411" | "501") => {
            "The target does not take uploads in this form; another WebDAV server or S3 may."
        }
        (_, "413") => "The target or a proxy before it refuses files of this size. Raise its limit.",
        (_, "423") => "The file is locked on the target. Remove the lock, or wait until it ends.",
        (_, "429") => "The target takes no more requests for now. Back up less often, or wait.",
        (_, "507") => "The target is full. Free space there or lower the retention.",
        (_, "520" | "521" | "522" | "523" | "524") => {
            "Cloudflare stands before the target and cannot reach it. Check that the target's machine and its tunnel are up."
        }
        (_, "525" | "526") => {
            "The target's certificate is not valid for Cloudflare. Renew it or correct its name."
        }
        (_, "530") => {
            "Cloudflare could not find or reach the target's host. Check its name, its DNS entry and its tunnel."
        }
        (_, "500" | "502" | "503" | "504") => {
            "The target itself failed. Look at its own log, then try again."
        }
        _ => "The target answered with an error. Check that it is up, then try again.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::error_from_target;

    fn status(words: &str) -> Option<String> {
        classify(words)?.body().values.get("targetStatus").cloned()
    }

    #[test]
    fn every_status_of_a_target_says_what_to_do() {
        for number in [401, 403, 404, 405, 409, 413, 423, 429, 500, 503, 507, 522, 526, 530] {
            for operation in ["WebDAV upload", "WebDAV listing", "S3 upload", "S3 listing"] {
                let words = format!("{operation} failed: {number}");
                let error = error_from_target(&words);
                assert_eq!(error.code(), Code::TargetFailed, "{words}");
                assert_eq!(error.body().values["targetStatus"], number.to_string());
                assert_eq!(error.body().original.as_deref(), Some(words.as_str()));
                assert!(!error.body().hint.is_empty());
            }
        }
    }

    #[test]
    fn a_refused_write_is_told_from_a_refused_read() {
        let hint = |words| error_from_target(words).body().hint.clone();
        assert!(hint("WebDAV upload failed: 403").contains("read but not write"));
        assert!(!hint("WebDAV listing failed: 403").contains("write"));
        assert!(hint("S3 upload failed: 403").contains("put and delete"));
    }

    #[test]
    fn a_failed_upload_is_the_targets_failure_and_not_a_refused_archive() {
        let verification = "Backup archive upload verification failed after 3 attempts: ";
        for (cause, status) in [
            ("WebDAV download failed: 404", "404"),
            ("WebDAV download failed: 401", "401"),
            ("WebDAV download failed: 526", "526"),
            ("S3 download failed: 403", "403"),
            ("Too many redirects", "redirects"),
            ("Too many subrequests by single Worker invocation.", "subrequests"),
            ("size differs", ""),
        ] {
            let error = error_from_target(&format!("{verification}{cause}"));
            assert_eq!(error.code(), Code::TargetFailed, "{cause}");
            assert_eq!(error.body().values["targetStatus"], status, "{cause}");
        }
        assert_eq!(error_from_target("Backup archive upload failed").code(), Code::TargetFailed);
        let refused = error_from_target("Backup archive is missing required file: db.json");
        assert_eq!(refused.code(), Code::ServerRefused);
    }

    #[test]
    fn named_causes_are_known_wherever_they_stand() {
        assert_eq!(status("Network connection lost.").as_deref(), Some("unreachable"));
        assert_eq!(status("Too many subrequests.").as_deref(), Some("subrequests"));
        assert_eq!(status("S3 upload failed: 403 SignatureDoesNotMatch").as_deref(), Some("signature"));
        assert_eq!(status("S3 listing failed: 403 RequestTimeTooSkewed").as_deref(), Some("clock"));
        assert_eq!(status("S3 upload failed: 404 NoSuchBucket").as_deref(), Some("bucket"));
        assert_eq!(status("WebDAV password is required").as_deref(), Some("incomplete"));
        assert_eq!(status("WebDAV listing failed").as_deref(), Some(""));
        assert_eq!(status("Something else failed: 500"), None);
    }
}
