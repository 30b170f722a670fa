//! Why a target stopped working and what to do about it, from what the server got there and what
//! this computer got.

use serde::{Deserialize, Serialize};

use crate::error::{Detail, ServerDetail, TargetDetail};
use crate::places::Location;
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
    /// What was seen does not tell.
    NotKnown,
}

/// Storage services whose peculiarities are documented.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum StorageService {
    /// Nextcloud, ownCloud or another server with their addresses.
    Nextcloud,
    /// Koofr.
    Koofr,
    /// 坚果云.
    Jianguoyun,
    /// InfiniCLOUD, once TeraCLOUD.
    Infinicloud,
    /// pCloud.
    Pcloud,
    /// Box.
    Box,
    /// A Synology NAS.
    Synology,
    /// Cloudflare R2.
    R2,
    /// Amazon S3.
    Aws,
    /// Backblaze B2.
    Backblaze,
    /// Another S3 service, such as MinIO.
    S3,
    /// Another WebDAV service.
    Webdav,
    /// A kind that this version does not know.
    Other,
}

/// One thing to do. Its text is the message `fix_<name>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum TargetFix {
    /// Enter the login again.
    EnterLogin,
    /// Make a password for apps.
    AppPassword,
    /// The same in Nextcloud.
    NextcloudAppPassword,
    /// The same in InfiniCLOUD.
    InfinicloudAppPassword,
    /// The same in 坚果云.
    JianguoyunAppPassword,
    /// pCloud's WebDAV and two-factor authentication.
    PcloudTwoFactor,
    /// Box has no WebDAV any more.
    BoxWithoutWebdav,
    /// A key of the storage's own.
    NewKey,
    /// A token of R2.
    R2Token,
    /// An application key of B2.
    BackblazeKey,
    /// Let the login write.
    AllowWriting,
    /// Free space or more of it.
    FreeSpace,
    /// Keep fewer backups.
    KeepFewer,
    /// Raise the limit of uploads.
    RaiseSizeLimit,
    /// Renew the certificate.
    RenewCertificate,
    /// Enter the new address.
    EnterNewAddress,
    /// Enter the bucket's region.
    EnterRegion,
    /// pCloud's two regions have two addresses.
    PcloudRegion,
    /// Give the target a public name.
    PublicName,
    /// Let Cloudflare's addresses in.
    LetCloudflareIn,
    /// Correct address and folder.
    CorrectFolder,
    /// Correct bucket and addressing style.
    CorrectBucket,
    /// Back up less often.
    BackUpLessOften,
    /// The limits of 坚果云.
    JianguoyunRequests,
    /// Start the storage.
    StartStorage,
    /// The WebDAV package of a Synology NAS.
    SynologyPackage,
    /// Set the clock of the storage.
    SetClock,
    /// Complete the target's settings.
    CompleteSettings,
    /// Less for one run.
    SmallerRuns,
    /// Look at the storage's own log.
    StorageLog,
    /// Back up from this computer instead.
    BackUpHere,
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

impl StorageService {
    /// The service at a place.
    pub fn of(location: &Location) -> Self {
        let (place, host) = (location.place().to_ascii_lowercase(), location.host().to_ascii_lowercase());
        let is_at = |domain: &str| host == domain || host.ends_with(&format!(".{domain}"));
        match location {
            Location::Webdav(_) if place.contains("/remote.php/") => Self::Nextcloud,
            Location::Webdav(_) if is_at("koofr.net") => Self::Koofr,
            Location::Webdav(_) if is_at("jianguoyun.com") => Self::Jianguoyun,
            Location::Webdav(_) if is_at("teracloud.jp") || is_at("infini-cloud.net") => Self::Infinicloud,
            Location::Webdav(_) if is_at("pcloud.com") => Self::Pcloud,
            Location::Webdav(_) if is_at("box.com") => Self::Box,
            Location::Webdav(_) if is_at("synology.me") || place.contains(":5006") => Self::Synology,
            Location::Webdav(_) => Self::Webdav,
            Location::S3(_) if is_at("r2.cloudflarestorage.com") => Self::R2,
            Location::S3(_) if is_at("amazonaws.com") => Self::Aws,
            Location::S3(_) if is_at("backblazeb2.com") => Self::Backblaze,
            Location::S3(_) => Self::S3,
            Location::Other(_) => Self::Other,
        }
    }

    fn is_s3(self) -> bool {
        matches!(self, Self::R2 | Self::Aws | Self::Backblaze | Self::S3)
    }
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
            // This computer was told more than the server.
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

    /// What to do about it, the likeliest first.
    pub(crate) fn fixes(self, service: StorageService, reach: TargetReach) -> Vec<TargetFix> {
        use StorageService as S;
        use TargetFix as F;
        let mut fixes = match self {
            Self::Login => match service {
                S::Nextcloud => vec![F::NextcloudAppPassword, F::EnterLogin],
                S::Koofr => vec![F::AppPassword, F::EnterLogin],
                S::Infinicloud => vec![F::InfinicloudAppPassword, F::EnterLogin],
                S::Jianguoyun => vec![F::JianguoyunAppPassword, F::EnterLogin],
                S::Pcloud => vec![F::PcloudTwoFactor, F::PcloudRegion, F::EnterLogin],
                S::Box => vec![F::BoxWithoutWebdav],
                S::R2 => vec![F::R2Token, F::EnterLogin],
                S::Backblaze => vec![F::BackblazeKey, F::EnterLogin],
                S::Aws | S::S3 => vec![F::NewKey, F::SetClock],
                S::Synology | S::Webdav | S::Other => vec![F::EnterLogin, F::AppPassword],
            },
            Self::Permission => match service {
                S::R2 => vec![F::R2Token],
                S::Backblaze => vec![F::BackblazeKey],
                _ => vec![F::AllowWriting],
            },
            Self::Full => vec![F::FreeSpace, F::KeepFewer],
            Self::TooLarge => vec![F::RaiseSizeLimit],
            Self::Certificate => vec![F::RenewCertificate],
            Self::Moved if service == S::Pcloud => vec![F::PcloudRegion, F::EnterNewAddress],
            Self::Moved if service.is_s3() => vec![F::EnterRegion, F::EnterNewAddress],
            Self::Moved => vec![F::EnterNewAddress],
            Self::PrivateAddress => vec![F::PublicName],
            Self::BlockedForServer => vec![F::LetCloudflareIn],
            Self::PathMissing if service == S::Box => vec![F::BoxWithoutWebdav],
            Self::PathMissing if service.is_s3() => vec![F::CorrectBucket],
            Self::PathMissing => vec![F::CorrectFolder],
            Self::RateLimit if service == S::Jianguoyun => vec![F::JianguoyunRequests, F::BackUpLessOften],
            Self::RateLimit => vec![F::BackUpLessOften],
            Self::Timeout | Self::Down => match service {
                S::Synology => vec![F::SynologyPackage, F::StartStorage],
                S::Box => vec![F::BoxWithoutWebdav],
                _ => vec![F::StartStorage, F::StorageLog],
            },
            Self::Clock => vec![F::SetClock],
            Self::Settings => vec![F::CompleteSettings],
            Self::WorkerLimits => vec![F::SmallerRuns],
            Self::NotKnown => vec![F::StorageLog],
        };
        if reach == TargetReach::NotFromServer || self == Self::PrivateAddress {
            fixes.push(F::BackUpHere);
        }
        fixes
    }
}

/// A listing that works says nothing of what a run failed with when it wrote, nor of a folder that is
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
    use crate::places::Provider;
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
    fn what_only_the_server_cannot_reach_is_blocked_for_it_or_private() {
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
    fn this_computer_explains_what_the_server_only_calls_lost() {
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
    fn a_listing_that_works_ends_only_what_it_disproves() {
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
    fn known_services_get_the_fix_that_their_documentation_names() {
        let reach = TargetReach::NotFromServerHereUntried;
        for (provider, address, service, first) in [
            (
                Provider::Webdav,
                "https://cloud.example.org/remote.php/dav/files/me",
                StorageService::Nextcloud,
                TargetFix::NextcloudAppPassword,
            ),
            (
                Provider::Webdav,
                "https://app.koofr.net/dav/Koofr",
                StorageService::Koofr,
                TargetFix::AppPassword,
            ),
            (
                Provider::Webdav,
                "https://dav.jianguoyun.com/dav",
                StorageService::Jianguoyun,
                TargetFix::JianguoyunAppPassword,
            ),
            (
                Provider::Webdav,
                "https://ewebdav.pcloud.com/backups",
                StorageService::Pcloud,
                TargetFix::PcloudTwoFactor,
            ),
            (Provider::Webdav, "https://dav.box.com/dav", StorageService::Box, TargetFix::BoxWithoutWebdav),
            (
                Provider::Webdav,
                "https://aki.teracloud.jp/dav",
                StorageService::Infinicloud,
                TargetFix::InfinicloudAppPassword,
            ),
            (
                Provider::Webdav,
                "https://me.synology.me:5006/home",
                StorageService::Synology,
                TargetFix::EnterLogin,
            ),
            (
                Provider::S3,
                "https://account.r2.cloudflarestorage.com/bucket",
                StorageService::R2,
                TargetFix::R2Token,
            ),
            (
                Provider::S3,
                "https://s3.us-west-004.backblazeb2.com/bucket",
                StorageService::Backblaze,
                TargetFix::BackblazeKey,
            ),
            (
                Provider::S3,
                "https://s3.eu-central-1.amazonaws.com/bucket",
                StorageService::Aws,
                TargetFix::NewKey,
            ),
            (Provider::S3, "https://minio.example.org/bucket", StorageService::S3, TargetFix::NewKey),
        ] {
            let found = StorageService::of(&Location::at(provider, address));
            assert_eq!(found, service, "{address}");
            assert_eq!(StopCause::Login.fixes(found, reach).first(), Some(&first), "{address}");
        }
        let busy = error_from_target("WebDAV listing failed: 503");
        assert_eq!(StopCause::of_error(&busy, StorageService::Jianguoyun), StopCause::RateLimit);
    }

    #[test]
    fn every_cause_has_a_fix_and_every_fix_its_message() {
        use StopCause::*;
        let causes = [
            Login,
            Permission,
            Full,
            TooLarge,
            Certificate,
            Moved,
            PrivateAddress,
            BlockedForServer,
            PathMissing,
            RateLimit,
            Timeout,
            Down,
            Clock,
            Settings,
            WorkerLimits,
            NotKnown,
        ];
        let services = [
            StorageService::Nextcloud,
            StorageService::Koofr,
            StorageService::Jianguoyun,
            StorageService::Infinicloud,
            StorageService::Pcloud,
            StorageService::Box,
            StorageService::Synology,
            StorageService::R2,
            StorageService::Aws,
            StorageService::Backblaze,
            StorageService::S3,
            StorageService::Webdav,
            StorageService::Other,
        ];
        let text = |before: &str, value: serde_json::Value| {
            let key = format!("{before}{}", value.as_str().unwrap_or_default().replace('-', "_"));
            let text = crate::messages::message(&key, &[("target", "NAS")]);
            assert_ne!(text, key, "a message");
        };
        for cause in causes {
            text("stop_cause_", serde_json::json!(cause));
            for service in services {
                let fixes = cause.fixes(service, TargetReach::NotFromServer);
                assert!(fixes.len() > 1, "{cause:?} {service:?}");
                fixes.iter().for_each(|fix| text("fix_", serde_json::json!(fix)));
            }
        }
    }
}
