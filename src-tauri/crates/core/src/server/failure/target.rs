//! What targets return, as the server passes it on, in plain language.

use crate::Error;
use crate::error::{TargetCall, TargetDetail};

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
    match download {
        Some((.., "401" | "403")) => TargetDetail::TargetNotReadable.error(),
        Some((.., "404")) => TargetDetail::TargetNotReturned.error(),
        Some((provider, operation, status)) => failed(provider, operation, status),
        None => classify(words).unwrap_or_else(|| TargetDetail::TargetNotStored.error()),
    }
}

/// Causes that have a name, whatever is around it.
fn by_cause(words: &str) -> Option<Error> {
    let says = |part: &str| words.contains(part);
    let detail = match () {
        () if says("Network connection lost") => TargetDetail::TargetUnreachable,
        () if says("Too many subrequests") => TargetDetail::TargetSubrequests,
        () if says("Too many redirects") || says("redirected too many times") || says("redirect loop") => {
            TargetDetail::TargetRedirects
        }
        () if says("exceeded CPU") || says("Exceeded CPU") || says("exceeded its CPU") => {
            TargetDetail::TargetCpu
        }
        () if says("exceeded its memory") || says("Exceeded Memory") || says("exceeded memory") => {
            TargetDetail::TargetMemory
        }
        () if says("RequestTimeTooSkewed") => TargetDetail::TargetClock,
        () if says("SignatureDoesNotMatch") => TargetDetail::TargetSignature,
        () if says("InvalidAccessKeyId") => TargetDetail::TargetKey,
        () if says("NoSuchBucket") => TargetDetail::TargetBucketMissing,
        () if says("is required") && (says("WebDAV ") || says("S3 ")) => TargetDetail::TargetIncomplete,
        () => return None,
    };
    Some(detail.error())
}

fn by_status(words: &str) -> Option<Error> {
    let (provider, operation, status) = find_operation(words)?;
    if status == "404" && operation == "download" {
        return Some(TargetDetail::BackupNotFound.error());
    }
    Some(failed(provider, operation, status))
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
fn failed(provider: &str, operation: &str, status: &str) -> Error {
    let (provider, operation, status) = (provider.to_owned(), operation.to_owned(), status.to_owned());
    let call = TargetCall { provider, operation, status };
    let writes = call.writes();
    let detail = match (&*call.provider, &*call.status) {
        ("S3", "301" | "307") => TargetDetail::TargetRedirected,
        ("S3", "400") => TargetDetail::TargetMalformed,
        ("S3", "401" | "403") if writes => TargetDetail::TargetS3NotWritable { call },
        ("S3", "401" | "403") => TargetDetail::TargetS3Refused { call },
        ("S3", "404") => TargetDetail::TargetS3NotFound,
        (_, "401") => TargetDetail::TargetLoginRefused { call },
        (_, "403") if writes => TargetDetail::TargetNotWritable { call },
        (_, "403") => TargetDetail::TargetForbidden { call },
        (_, "404") => TargetDetail::TargetFolderMissing,
        (_, "405" | "409") => TargetDetail::TargetPathRefused { call },
        (_, "411" | "501") => TargetDetail::TargetForm,
        (_, "413") => TargetDetail::TargetFileTooLarge,
        (_, "423") => TargetDetail::TargetFileLocked { call },
        (_, "429") => TargetDetail::TargetRateLimited,
        (_, "507") => TargetDetail::TargetFull,
        (_, "520" | "521" | "522" | "523" | "524") => TargetDetail::TargetBehindCloudflare,
        (_, "525" | "526") => TargetDetail::TargetCertificate,
        (_, "530") => TargetDetail::TargetHostUnknown,
        (_, "500" | "502" | "503" | "504") => TargetDetail::TargetItselfFailed,
        (_, "") => TargetDetail::TargetOperation { provider: call.provider, operation: call.operation },
        _ => TargetDetail::TargetStatus {
            provider: call.provider,
            operation: call.operation,
            status: call.status,
        },
    };
    detail.error()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Code;
    use crate::server::error_from_target;

    fn kind(words: &str) -> Option<String> {
        Some(classify(words)?.kind())
    }

    #[test]
    fn every_status_of_a_target_says_what_to_do() {
        for number in [401, 403, 404, 405, 409, 413, 423, 429, 500, 503, 507, 522, 526, 530] {
            for operation in ["WebDAV upload", "WebDAV listing", "S3 upload", "S3 listing"] {
                let words = format!("{operation} failed: {number}");
                let error = error_from_target(&words);
                assert_eq!(error.code(), Code::TargetFailed, "{words}");
                assert!(!["target-failed", "target-status"].contains(&&*error.kind()), "{words}");
                assert_eq!(error.body().original.as_deref(), Some(words.as_str()));
                assert!(!error.body().hint.is_empty());
            }
        }
    }

    #[test]
    fn a_refused_write_differs_from_a_refused_read() {
        let hint = |words| error_from_target(words).body().hint.clone();
        assert!(error_from_target("WebDAV upload failed: 403").to_string().contains("but not to write"));
        assert!(!hint("WebDAV listing failed: 403").contains("write"));
        assert!(hint("S3 upload failed: 403").contains("put and delete"));
    }

    #[test]
    fn a_failed_upload_is_a_target_failure_not_a_refused_archive() {
        let verification = "Backup archive upload verification failed after 3 attempts: ";
        for (cause, kind) in [
            ("WebDAV download failed: 404", "target-not-returned"),
            ("WebDAV download failed: 401", "target-not-readable"),
            ("WebDAV download failed: 526", "target-certificate"),
            ("S3 download failed: 403", "target-not-readable"),
            ("Too many redirects", "target-redirects"),
            ("Too many subrequests by single Worker invocation.", "target-subrequests"),
            ("size differs", "target-not-stored"),
        ] {
            let error = error_from_target(&format!("{verification}{cause}"));
            assert_eq!(error.code(), Code::TargetFailed, "{cause}");
            assert_eq!(error.kind(), kind, "{cause}");
        }
        assert_eq!(error_from_target("Backup archive upload failed").code(), Code::TargetFailed);
        let refused = error_from_target("Backup archive is missing required file: db.json");
        assert_eq!(refused.code(), Code::ServerRefused);
    }

    #[test]
    fn known_causes_are_found_anywhere_in_a_message() {
        assert_eq!(kind("Network connection lost.").as_deref(), Some("target-unreachable"));
        assert_eq!(kind("Too many subrequests.").as_deref(), Some("target-subrequests"));
        assert_eq!(kind("S3 upload failed: 403 SignatureDoesNotMatch").as_deref(), Some("target-signature"));
        assert_eq!(kind("S3 listing failed: 403 RequestTimeTooSkewed").as_deref(), Some("target-clock"));
        assert_eq!(kind("S3 upload failed: 404 NoSuchBucket").as_deref(), Some("target-bucket-missing"));
        assert_eq!(kind("WebDAV password is required").as_deref(), Some("target-incomplete"));
        assert_eq!(kind("WebDAV listing failed").as_deref(), Some("target-operation"));
        assert_eq!(kind("Something else failed: 500"), None);
    }
}
