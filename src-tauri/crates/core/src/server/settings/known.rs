//! Targets as far as they are known without any key, to be entered again. Their secrets
//! are unset.

use super::Destination;
use crate::places::Location;
use crate::places::Provider;
use crate::secrets::SecretField;
use crate::server::model::{Schedule, Target, TargetRuntime};

impl Destination {
    /// What is known of a target that was only ever listed. `uploaded`, where its last
    /// backup was put below its address, shows where address and folder meet.
    pub fn from_target(target: &Target, uploaded: Option<&str>) -> Self {
        let folder = uploaded.map(folder_of).unwrap_or_default();
        let location = Location::from_place(target.provider, &target.location, folder);
        Self {
            id: target.id.clone(),
            name: target.name.clone(),
            includes_attachments: target.includes_attachments,
            location,
            schedule: target.schedule.clone(),
            runtime: target.runtime.clone(),
        }
    }

    /// A target known only from its results and the log: its id, its kind, and
    /// where its last backup was put.
    pub fn unknown(id: &str, provider: Provider, uploaded: Option<&str>) -> Self {
        let folder = uploaded.map(folder_of).unwrap_or_default();
        Self {
            id: id.to_owned(),
            name: String::new(),
            includes_attachments: true,
            location: Location::from_place(provider, "", folder),
            schedule: Schedule {
                enabled: false,
                interval_hours: 24,
                start_time: "03:00".to_owned(),
                timezone: "UTC".to_owned(),
                retention_count: None,
            },
            runtime: TargetRuntime::default(),
        }
    }

    /// The same without its secret.
    #[must_use]
    pub fn without_secret(mut self) -> Self {
        if let Some(secret) = self.location.secret_mut() {
            *secret = SecretField::Unset;
        }
        self
    }
}

/// The folder of an uploaded file.
fn folder_of(uploaded: &str) -> &str {
    uploaded.rsplit_once('/').map_or("", |(folder, _)| folder.trim_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::{S3Place, WebdavPlace};

    fn target(provider: Provider, location: &str) -> Target {
        let Destination { schedule, runtime, .. } = Destination::unknown("t", provider, None);
        Target {
            id: "t".into(),
            name: "Vault".into(),
            provider,
            location: location.into(),
            includes_attachments: true,
            schedule,
            runtime,
        }
    }

    fn bucket(location: &str, uploaded: Option<&str>) -> [String; 3] {
        match Destination::from_target(&target(Provider::S3, location), uploaded).location {
            Location::S3(S3Place { endpoint, bucket, root_path, .. }) => [endpoint, bucket, root_path],
            _ => panic!("a bucket"),
        }
    }

    #[test]
    fn a_bucket_is_split_off_its_address() {
        for (location, expected) in [
            ("https://s3.example.org/vault/nw/backups", ["https://s3.example.org", "vault", "nw/backups"]),
            ("https://s3.example.org:9000/vault/nw", ["https://s3.example.org:9000", "vault", "nw"]),
            ("https://s3.example.org/vault", ["https://s3.example.org", "vault", ""]),
            ("https://s3.example.org", ["https://s3.example.org", "", ""]),
            ("s3.example.org/vault/nw", ["s3.example.org", "vault", "nw"]),
            ("", ["", "", ""]),
        ] {
            assert_eq!(bucket(location, None), expected, "{location}");
        }
    }

    #[test]
    fn the_last_upload_separates_an_address_path_from_the_bucket() {
        let place = "https://x.example.org/storage/v1/s3/vault/nw/backups";
        assert_eq!(
            bucket(place, Some("nw/backups/nodewarden_backup_1.zip")),
            ["https://x.example.org/storage/v1/s3", "vault", "nw/backups"]
        );
        // The folder was changed since, or there is none: it shows nothing.
        for uploaded in ["elsewhere/x.zip", "x.zip", "vault/nw/x.zip"] {
            assert_eq!(
                bucket("https://s3.example.org/vault/nw", Some(uploaded)),
                ["https://s3.example.org", "vault", "nw"],
                "{uploaded}"
            );
        }
    }

    #[test]
    fn a_webdav_folder_is_split_off_only_where_it_is_known() {
        let split = |uploaded| match Destination::from_target(
            &target(Provider::Webdav, "https://dav.example.org/files/me/nodewarden"),
            uploaded,
        )
        .location
        {
            Location::Webdav(WebdavPlace { base_url, remote_path, .. }) => [base_url, remote_path],
            _ => panic!("a folder"),
        };
        assert_eq!(split(None), ["https://dav.example.org/files/me/nodewarden", ""]);
        assert_eq!(split(Some("nodewarden/x.zip")), ["https://dav.example.org/files/me", "nodewarden"]);
        assert_eq!(split(Some("warden/x.zip")), ["https://dav.example.org/files/me/nodewarden", ""]);
    }
}
