//! Targets as far as they are known without any key, to be typed anew. Their secrets
//! are unset.

use super::{AddressingStyle, Destination, Location};
use crate::secrets::SecretField;
use crate::server::model::{Provider, Schedule, Target, TargetRuntime};

impl Destination {
    /// What is known of a target that was only ever listed. `uploaded`, where its last
    /// backup was put below its address, tells where address and folder meet.
    pub fn from_target(target: &Target, uploaded: Option<&str>) -> Self {
        let folder = uploaded.map(folder_of).unwrap_or_default();
        let location = match target.provider {
            Provider::Webdav => webdav(&target.location, folder),
            Provider::S3 => s3(&target.location, folder),
            Provider::Other => Location::Other { kind: String::new() },
        };
        Self {
            id: target.id.clone(),
            name: target.name.clone(),
            includes_attachments: target.includes_attachments,
            location,
            schedule: target.schedule.clone(),
            runtime: target.runtime.clone(),
        }
    }

    /// A target that nothing tells of but its results and the log: its id, its kind, and
    /// where its last backup was put.
    pub fn unknown(id: &str, provider: Provider, uploaded: Option<&str>) -> Self {
        let folder = uploaded.map(folder_of).unwrap_or_default();
        Self {
            id: id.to_owned(),
            name: String::new(),
            includes_attachments: true,
            location: match provider {
                Provider::Webdav => webdav_in("", folder),
                Provider::S3 => s3_in("", "", folder),
                Provider::Other => Location::Other { kind: String::new() },
            },
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
        match &mut self.location {
            Location::Webdav { password: secret, .. } | Location::S3 { secret_access_key: secret, .. } => {
                *secret = SecretField::Unset;
            }
            Location::Other { .. } => {}
        }
        self
    }
}

/// The folder of an uploaded file.
fn folder_of(uploaded: &str) -> &str {
    uploaded.rsplit_once('/').map_or("", |(folder, _)| folder.trim_matches('/'))
}

fn webdav(place: &str, folder: &str) -> Location {
    match before(place, folder) {
        Some(address) => webdav_in(address, folder),
        None => webdav_in(place, ""),
    }
}

/// The bucket comes after the address. Where the folder inside of it is not known, the
/// address is taken to be a host alone, as nearly every storage has it.
fn s3(place: &str, folder: &str) -> Location {
    let split = before(place, folder).and_then(|place| place.rsplit_once('/'));
    if let Some((endpoint, bucket)) = split.filter(|(endpoint, _)| !endpoint.ends_with('/')) {
        return s3_in(endpoint, bucket, folder);
    }
    let host = place.find("://").map_or(0, |at| at + "://".len());
    let (endpoint, path) = match place[host..].find('/') {
        Some(at) => place.split_at(host + at),
        None => (place, ""),
    };
    let (bucket, root) = path.trim_matches('/').split_once('/').unwrap_or((path.trim_matches('/'), ""));
    s3_in(endpoint, bucket, root)
}

/// The address before a folder, when the place ends with that and leaves a host.
fn before<'a>(place: &'a str, folder: &str) -> Option<&'a str> {
    let address = place.strip_suffix(folder).filter(|_| !folder.is_empty())?.strip_suffix('/')?;
    (!address.ends_with('/')).then_some(address)
}

fn webdav_in(base_url: &str, folder: &str) -> Location {
    Location::Webdav {
        base_url: base_url.to_owned(),
        username: String::new(),
        password: SecretField::Unset,
        remote_path: folder.to_owned(),
    }
}

fn s3_in(endpoint: &str, bucket: &str, folder: &str) -> Location {
    Location::S3 {
        endpoint: endpoint.to_owned(),
        bucket: bucket.to_owned(),
        addressing_style: AddressingStyle::default(),
        region: String::new(),
        access_key_id: String::new(),
        secret_access_key: SecretField::Unset,
        root_path: folder.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
            Location::S3 { endpoint, bucket, root_path, .. } => [endpoint, bucket, root_path],
            other => panic!("a bucket, not {other:?}"),
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
    fn the_folder_of_the_last_upload_tells_an_address_with_a_path_from_the_bucket() {
        let place = "https://x.example.org/storage/v1/s3/vault/nw/backups";
        assert_eq!(
            bucket(place, Some("nw/backups/nodewarden_backup_1.zip")),
            ["https://x.example.org/storage/v1/s3", "vault", "nw/backups"]
        );
        // The folder was changed since, or there is none: it tells nothing.
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
            Location::Webdav { base_url, remote_path, .. } => [base_url, remote_path],
            other => panic!("a folder, not {other:?}"),
        };
        assert_eq!(split(None), ["https://dav.example.org/files/me/nodewarden", ""]);
        assert_eq!(split(Some("nodewarden/x.zip")), ["https://dav.example.org/files/me", "nodewarden"]);
        assert_eq!(split(Some("warden/x.zip")), ["https://dav.example.org/files/me/nodewarden", ""]);
    }
}
