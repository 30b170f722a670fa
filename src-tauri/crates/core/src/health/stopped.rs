//! Why a target stopped working, from what the server got there and what this computer got.

use serde::{Deserialize, Serialize};

use super::service::StorageService;
use crate::error::{Detail, ServerDetail, TargetDetail};
use crate::{Code, Error};

/// From where a target can be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum TargetReach {
    /// From the server and from this computer.
    Everywhere,
    /// From this computer, but not from the server.
    NotFromServer,
    /// From the server, but not from this computer.
    NotFromHere,
    /// From neither.
    Nowhere,
    /// From the server; this computer did not try.
    ServerOnlyTried,
    /// Not from the server; this computer did not try.
    NotFromServerHereUntried,
}

/// Why a target does not work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum StopCause {
    /// The user, password or key is not accepted.
    Login,
    /// The login is accepted, but may not do this.
    Permission,
    /// There is no space left.
    Full,
    /// A file is larger than the storage accepts.
    TooLarge,
    /// The certificate is not valid.
    Certificate,
    /// The address leads elsewhere now.
    Moved,
    /// The address is one that the server refuses.
    PrivateAddress,
    /// It accepts this computer and not the server.
    BlockedForServer,
    /// The folder or bucket is not there.
    PathMissing,
    /// Too many requests.
    RateLimit,
    /// It does not respond in time.
    Timeout,
    /// It is off, failing, or not connected.
    Down,
    /// Its clock is wrong.
    Clock,
    /// Its settings are incomplete or do not fit.
    Settings,
    /// The run needs more than Cloudflare gives a worker.
    WorkerLimits,
    /// The observations are inconclusive.
    NotKnown,
}

/// What looking at a target came to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TargetLooks<'a> {
    /// Why the server could not list it, if it could not.
    pub server: Option<&'a Error>,
    /// Why this computer could not list it; none when it did not try.
    pub here: Option<Option<&'a Error>>,
    /// Why the last run failed, if it did.
    pub last_run: Option<&'a Error>,
    /// The server refuses its address.
    pub is_private: bool,
    /// The service.
    pub service: StorageService,
}

impl TargetReach {
    pub(crate) fn of(looks: &TargetLooks<'_>) -> Self {
        match (looks.server.is_none(), looks.here.map(|error| error.is_none())) {
            (true, Some(true)) => Self::Everywhere,
            (false, Some(true)) => Self::NotFromServer,
            (true, Some(false)) => Self::NotFromHere,
            (false, Some(false)) => Self::Nowhere,
            (true, None) => Self::ServerOnlyTried,
            (false, None) => Self::NotFromServerHereUntried,
        }
    }
}

impl StopCause {
    /// Why it does not work; `None` when nothing is wrong with it now. What the last run failed with
    /// counts unless the server's look shows that it is over.
    pub(crate) fn of(looks: &TargetLooks<'_>) -> Option<Self> {
        let Some(error) = looks.server else {
            return looks
                .last_run
                .filter(|error| outlasts_a_listing(error))
                .map(|error| Self::of_error(error, looks.service));
        };
        let cause = Self::of_error(error, looks.service);
        let is_vague = matches!(cause, Self::Down | Self::Timeout | Self::NotKnown);
        let here = looks.here.flatten().map(|error| Self::of_error(error, looks.service));
        Some(match here {
            _ if is_vague && looks.is_private => Self::PrivateAddress,
            // This computer received a more specific error than the server.
            Some(here) if is_vague && here != Self::NotKnown => here,
            None if looks.here.is_some() && (is_vague || cause == Self::Permission) => Self::BlockedForServer,
            _ => cause,
        })
    }

    /// What an error of a target, as the server or this computer got it, comes from.
    pub(crate) fn of_error(error: &Error, service: StorageService) -> Self {
        use TargetDetail as T;
        let of_target = match error.detail() {
            Some(Detail::Target(detail)) => detail,
            Some(Detail::Server(ServerDetail::PrivateAddress)) => return Self::PrivateAddress,
            _ => {
                return match error.code() {
                    Code::TimedOut => Self::Timeout,
                    Code::HostUnreachable | Code::ConnectionLost => Self::Down,
                    Code::TlsFailed => Self::Certificate,
                    _ => Self::NotKnown,
                };
            }
        };
        match of_target {
            // It says "unavailable" where others say "too many requests".
            T::TargetItselfFailed if service == StorageService::Jianguoyun => Self::RateLimit,
            T::StorageFailed { status: 503 } if service == StorageService::Jianguoyun => Self::RateLimit,
            T::TargetLoginRefused { .. }
            | T::TargetS3Refused { .. }
            | T::TargetSignature
            | T::TargetKey
            | T::StorageLoginRefused => Self::Login,
            // A bucket refuses a wrong key with the same status as one that may not.
            T::StorageForbidden if service.is_s3() => Self::Login,
            T::TargetForbidden { .. }
            | T::TargetNotWritable { .. }
            | T::TargetS3NotWritable { .. }
            | T::TargetNotReadable
            | T::TargetFileLocked { .. }
            | T::StorageForbidden
            | T::StorageReadOnly => Self::Permission,
            T::TargetFull | T::StorageFull => Self::Full,
            T::TargetFileTooLarge | T::StorageUploadTooLarge { .. } => Self::TooLarge,
            T::TargetCertificate | T::StorageNotTrusted => Self::Certificate,
            T::TargetRedirects
            | T::TargetRedirectsElsewhere { .. }
            | T::TargetRedirectsLoop
            | T::TargetRedirected => Self::Moved,
            T::TargetFolderMissing
            | T::TargetS3NotFound
            | T::TargetBucketMissing
            | T::TargetPathRefused { .. }
            | T::StorageNotFound
            | T::StorageNotAListing => Self::PathMissing,
            T::TargetRateLimited | T::StorageRateLimited => Self::RateLimit,
            T::StorageTimedOut | T::StorageTookTooLong => Self::Timeout,
            T::TargetUnreachable
            | T::TargetBehindCloudflare
            | T::TargetHostUnknown
            | T::TargetItselfFailed
            | T::StorageUnreachable
            | T::StorageBroken
            | T::StorageFailed { .. } => Self::Down,
            T::TargetClock | T::StorageClockDiffers => Self::Clock,
            T::TargetIncomplete | T::TargetMalformed | T::PlaceInvalid => Self::Settings,
            T::TargetSubrequests | T::TargetCpu | T::TargetMemory => Self::WorkerLimits,
            _ => Self::NotKnown,
        }
    }
}

/// A listing that works says nothing about what a run failed with when it wrote, nor of a folder that is
/// not there: the server lists that as empty.
fn outlasts_a_listing(error: &Error) -> bool {
    let is_writing = error.body().original.as_deref().is_some_and(|words| {
        words.contains("upload") || words.contains("mkdir") || words.contains("directory creation")
    });
    match StopCause::of_error(error, StorageService::Other) {
        StopCause::Login
        | StopCause::Certificate
        | StopCause::Moved
        | StopCause::PrivateAddress
        | StopCause::BlockedForServer
        | StopCause::Clock
        | StopCause::Settings => false,
        StopCause::Full | StopCause::TooLarge | StopCause::PathMissing | StopCause::WorkerLimits => true,
        StopCause::Permission
        | StopCause::RateLimit
        | StopCause::Timeout
        | StopCause::Down
        | StopCause::NotKnown => is_writing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::health::TargetFix;
    use crate::server::error_from_target;

    fn looks<'a>(server: Option<&'a Error>, here: Option<Option<&'a Error>>) -> TargetLooks<'a> {
        TargetLooks { server, here, last_run: None, is_private: false, service: StorageService::Webdav }
    }

    #[test]
    fn each_status_of_a_target_has_its_cause() {
        for (words, cause) in [
            ("WebDAV listing failed: 401", StopCause::Login),
            ("S3 listing failed: 403", StopCause::Login),
            ("S3 upload failed: 403 InvalidAccessKeyId", StopCause::Login),
            ("S3 upload failed: 403", StopCause::Permission),
            ("WebDAV upload failed: 403", StopCause::Permission),
            ("WebDAV upload failed: 507", StopCause::Full),
            ("WebDAV upload failed: 413", StopCause::TooLarge),
            ("WebDAV listing failed: 526", StopCause::Certificate),
            ("Too many redirects", StopCause::Moved),
            ("S3 listing failed: 301", StopCause::Moved),
            ("WebDAV server URL host is not allowed", StopCause::PrivateAddress),
            ("WebDAV upload failed: 404", StopCause::PathMissing),
            ("S3 upload failed: 404 NoSuchBucket", StopCause::PathMissing),
            ("WebDAV listing failed: 429", StopCause::RateLimit),
            ("WebDAV listing failed: 503", StopCause::Down),
            ("WebDAV listing failed: 530", StopCause::Down),
            ("Network connection lost.", StopCause::Down),
            ("S3 listing failed: 403 RequestTimeTooSkewed", StopCause::Clock),
            ("WebDAV password is required", StopCause::Settings),
            ("Too many subrequests by single Worker invocation.", StopCause::WorkerLimits),
            ("Something else", StopCause::NotKnown),
        ] {
            let error = error_from_target(words);
            assert_eq!(StopCause::of(&looks(Some(&error), None)), Some(cause), "{words}");
        }
    }

    #[test]
    fn a_target_only_the_server_cannot_reach_is_blocked_or_private() {
        let lost = error_from_target("Network connection lost.");
        let seen = looks(Some(&lost), Some(None));
        assert_eq!(TargetReach::of(&seen), TargetReach::NotFromServer);
        assert_eq!(StopCause::of(&seen), Some(StopCause::BlockedForServer));
        let private = TargetLooks { is_private: true, ..seen };
        assert_eq!(StopCause::of(&private), Some(StopCause::PrivateAddress));
        let forbidden = error_from_target("WebDAV listing failed: 403");
        assert_eq!(StopCause::of(&looks(Some(&forbidden), Some(None))), Some(StopCause::BlockedForServer));
        // Another password here proves nothing about the server's.
        let login = error_from_target("WebDAV listing failed: 401");
        assert_eq!(StopCause::of(&looks(Some(&login), Some(None))), Some(StopCause::Login));
        let fixes = StopCause::BlockedForServer.fixes(StorageService::Webdav, TargetReach::NotFromServer);
        assert_eq!(fixes, [TargetFix::LetCloudflareIn, TargetFix::BackUpHere]);
    }

    #[test]
    fn this_computer_explains_an_error_the_server_reports_as_lost() {
        let lost = error_from_target("Network connection lost.");
        for (here, cause) in [
            (TargetDetail::StorageNotTrusted.error(), StopCause::Certificate),
            (TargetDetail::TargetRedirectsElsewhere { host: "new.example".into() }.error(), StopCause::Moved),
            (TargetDetail::StorageUnreachable.error(), StopCause::Down),
        ] {
            let seen = looks(Some(&lost), Some(Some(&here)));
            assert_eq!(TargetReach::of(&seen), TargetReach::Nowhere);
            assert_eq!(StopCause::of(&seen), Some(cause), "{here:?}");
        }
    }

    #[test]
    fn a_successful_listing_clears_only_the_causes_it_disproves() {
        for (words, cause) in [
            ("WebDAV listing failed: 401", None),
            ("WebDAV upload failed: 401", None),
            ("WebDAV listing failed: 530", None),
            ("WebDAV upload failed: 507", Some(StopCause::Full)),
            ("WebDAV upload failed: 403", Some(StopCause::Permission)),
            ("WebDAV upload failed: 404", Some(StopCause::PathMissing)),
            ("WebDAV upload failed: 502", Some(StopCause::Down)),
            ("Too many subrequests.", Some(StopCause::WorkerLimits)),
        ] {
            let error = error_from_target(words);
            let seen = TargetLooks { last_run: Some(&error), ..looks(None, None) };
            assert_eq!(StopCause::of(&seen), cause, "{words}");
        }
        assert_eq!(StopCause::of(&looks(None, None)), None);
    }

    #[test]
    fn one_service_calls_too_many_requests_unavailable() {
        let busy = error_from_target("WebDAV listing failed: 503");
        assert_eq!(StopCause::of_error(&busy, StorageService::Jianguoyun), StopCause::RateLimit);
    }
}
