//! Which storage service a target is at.

use serde::{Deserialize, Serialize};

use crate::places::Location;

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

    pub(super) fn is_s3(self) -> bool {
        matches!(self, Self::R2 | Self::Aws | Self::Backblaze | Self::S3)
    }
}
