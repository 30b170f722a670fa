//! What to do about a target that stopped working, by its cause and its service.

use serde::{Deserialize, Serialize};

use super::service::StorageService;
use super::stopped::{StopCause, TargetReach};

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

impl StopCause {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::places::{Location, Provider};

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
