//! Storage services that people use, and how their targets are filled in.

use serde::{Deserialize, Serialize};

use super::{AddressingStyle, Location, S3Place, WebdavPlace};
use crate::secrets::SecretField;

/// A storage service. In capital letters: what a person replaces by their own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Preset {
    /// Its id, for translation.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// How the target is filled in.
    pub location: Location,
    /// It requires a password made for apps instead of the account's own.
    pub app_password: bool,
}

/// Every preset, WebDAV first.
pub fn presets() -> Vec<Preset> {
    let webdav = |id, name, base_url, app_password| Preset {
        app_password,
        ..preset(
            id,
            name,
            Location::Webdav(WebdavPlace {
                base_url: String::from(base_url),
                username: String::new(),
                password: SecretField::Unset,
                remote_path: "nodewarden".to_owned(),
            }),
        )
    };
    let s3 = |id, name, endpoint, region, addressing_style| {
        preset(
            id,
            name,
            Location::S3(S3Place {
                endpoint: String::from(endpoint),
                bucket: String::new(),
                addressing_style,
                region: String::from(region),
                access_key_id: String::new(),
                secret_access_key: SecretField::Unset,
                root_path: "nodewarden".to_owned(),
            }),
        )
    };
    use AddressingStyle::{PathStyle, VirtualHostedStyle};
    vec![
        webdav("webdav", "WebDAV", "https://HOST/PATH", false),
        webdav("nextcloud", "Nextcloud", "https://HOST/remote.php/dav/files/USER", true),
        webdav("owncloud", "ownCloud", "https://HOST/remote.php/webdav", true),
        webdav("koofr", "Koofr", "https://app.koofr.net/dav/Koofr", true),
        webdav("jianguoyun", "坚果云 (Jianguoyun)", "https://dav.jianguoyun.com/dav", true),
        webdav("infinicloud", "InfiniCLOUD", "https://HOST.teracloud.jp/dav", true),
        webdav("pcloud", "pCloud (US)", "https://webdav.pcloud.com", false),
        webdav("pcloud-eu", "pCloud (EU)", "https://ewebdav.pcloud.com", false),
        webdav("hetzner", "Hetzner Storage Box", "https://USER.your-storagebox.de", false),
        webdav("synology", "Synology WebDAV Server", "https://HOST:5006", false),
        s3("s3", "S3", "https://HOST", "us-east-1", PathStyle),
        s3("r2", "Cloudflare R2", "https://ACCOUNT.r2.cloudflarestorage.com", "auto", PathStyle),
        s3("aws", "Amazon S3", "https://s3.REGION.amazonaws.com", "REGION", VirtualHostedStyle),
        s3("backblaze", "Backblaze B2", "https://s3.REGION.backblazeb2.com", "REGION", PathStyle),
        s3("wasabi", "Wasabi", "https://s3.REGION.wasabisys.com", "REGION", PathStyle),
        s3("minio", "MinIO", "https://HOST", "us-east-1", PathStyle),
        s3("spaces", "DigitalOcean Spaces", "https://REGION.digitaloceanspaces.com", "us-east-1", PathStyle),
        s3("scaleway", "Scaleway", "https://s3.REGION.scw.cloud", "REGION", PathStyle),
        s3(
            "tencent",
            "腾讯云 COS (Tencent)",
            "https://cos.REGION.myqcloud.com",
            "REGION",
            VirtualHostedStyle,
        ),
        s3(
            "aliyun",
            "阿里云 OSS (Alibaba)",
            "https://s3.oss-REGION.aliyuncs.com",
            "oss-REGION",
            VirtualHostedStyle,
        ),
    ]
}

fn preset(id: &str, name: &str, location: Location) -> Preset {
    Preset { id: id.to_owned(), name: name.to_owned(), location, app_password: false }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique_and_no_preset_holds_a_secret() {
        let presets = presets();
        let ids: std::collections::BTreeSet<&str> = presets.iter().map(|preset| preset.id.as_str()).collect();
        assert_eq!(ids.len(), presets.len());
        assert!(presets.iter().all(|preset| !preset.location.secret().is_set()));
    }
}
