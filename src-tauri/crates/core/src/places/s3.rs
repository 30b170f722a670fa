//! A folder of an S3 bucket.

mod checks;

use opendal::Operator;
use opendal::services::S3;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Field, Kind, before, secret, text, unusable, web_address};
use crate::Result;
use crate::places::Provider;
use crate::places::checks::Findings;
use crate::secrets::SecretField;
use desk_base::redact::without_logins;

/// A folder of an S3 bucket.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct S3Place {
    /// The storage's address, without the bucket.
    pub endpoint: String,
    /// The bucket.
    pub bucket: String,
    /// Where the bucket's name stands in requests.
    pub addressing_style: AddressingStyle,
    /// The region; "auto" where there is none.
    pub region: String,
    /// The access key's id.
    pub access_key_id: String,
    /// The secret key.
    pub secret_access_key: SecretField,
    /// The folder inside the bucket.
    pub root_path: String,
}

/// Where the bucket's name stands in S3 requests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum AddressingStyle {
    /// In the path: `https://endpoint/bucket/…`.
    #[default]
    PathStyle,
    /// In the host: `https://bucket.endpoint/…`.
    VirtualHostedStyle,
}

impl AddressingStyle {
    fn name(self) -> &'static str {
        match self {
            Self::PathStyle => "path-style",
            Self::VirtualHostedStyle => "virtual-hosted-style",
        }
    }
}

impl S3Place {
    pub(super) fn read(fields: &Value) -> Self {
        Self {
            endpoint: without_logins(&text(fields, "endpoint")),
            bucket: text(fields, "bucket"),
            addressing_style: match fields["addressingStyle"].as_str() {
                Some("virtual-hosted-style") => AddressingStyle::VirtualHostedStyle,
                _ => AddressingStyle::PathStyle,
            },
            region: text(fields, "region"),
            access_key_id: text(fields, "accessKeyId"),
            secret_access_key: secret(fields, "secretAccessKey"),
            root_path: text(fields, "rootPath"),
        }
    }

    /// The bucket comes after the address. Where the folder inside of it is not known, the
    /// address is taken to be a host alone, as nearly every storage has it.
    pub(super) fn from_place(place: &str, folder: &str) -> Self {
        let at = |endpoint: &str, bucket: &str, root: &str| Self {
            endpoint: endpoint.to_owned(),
            bucket: bucket.to_owned(),
            root_path: root.to_owned(),
            ..Self::default()
        };
        if place.is_empty() {
            return at("", "", folder);
        }
        let split = before(place, folder).and_then(|place| place.rsplit_once('/'));
        if let Some((endpoint, bucket)) = split.filter(|(endpoint, _)| !endpoint.ends_with('/')) {
            return at(endpoint, bucket, folder);
        }
        let host = place.find("://").map_or(0, |at| at + "://".len());
        let (endpoint, path) = match place[host..].find('/') {
            Some(at) => place.split_at(host + at),
            None => (place, ""),
        };
        let path = path.trim_matches('/');
        let (bucket, root) = path.split_once('/').unwrap_or((path, ""));
        at(endpoint, bucket, root)
    }
}

impl Kind for S3Place {
    fn provider(&self) -> Provider {
        Provider::S3
    }

    fn name(&self) -> &'static str {
        "s3"
    }

    fn is_named(&self, name: &str) -> bool {
        // The second is what older settings carry.
        matches!(name, "s3" | "e3")
    }

    fn fields(&self) -> Vec<Field> {
        vec![
            Field::new("endpoint", &*self.endpoint),
            Field::new("bucket", &*self.bucket),
            Field::new("addressingStyle", self.addressing_style.name()),
            Field::new("region", &*self.region),
            Field::new("accessKeyId", &*self.access_key_id),
            Field::new("rootPath", &*self.root_path),
        ]
    }

    fn secret(&self) -> Option<(&'static str, &SecretField)> {
        Some(("secretAccessKey", &self.secret_access_key))
    }

    fn secret_mut(&mut self) -> Option<&mut SecretField> {
        Some(&mut self.secret_access_key)
    }

    fn address_mut(&mut self) -> Option<&mut String> {
        Some(&mut self.endpoint)
    }

    fn parts(&self) -> Vec<&str> {
        vec![&self.endpoint, &self.bucket, &self.root_path]
    }

    fn check(&self, findings: &mut Findings<'_>) {
        checks::check(findings, self);
    }

    fn operator(&self, secret: &SecretString) -> Result<Operator> {
        let region = self.region.trim();
        let builder = S3::default()
            .endpoint(web_address(&self.endpoint)?)
            .bucket(self.bucket.trim())
            .root(self.root_path.trim())
            .region(if region.is_empty() { "auto" } else { region })
            .access_key_id(self.access_key_id.trim())
            .secret_access_key(secret.expose_secret())
            // Only what the settings say: nothing of this computer's own accounts.
            .disable_config_load()
            .disable_ec2_metadata();
        Operator::new(match self.addressing_style {
            AddressingStyle::PathStyle => builder,
            AddressingStyle::VirtualHostedStyle => builder.enable_virtual_host_style(),
        })
        .map_err(|error| unusable().original(error.message()))
    }
}
