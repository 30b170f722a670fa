//! A folder on a WebDAV share.

use opendal::Operator;
use opendal::services::Webdav;
use percent_encoding::percent_decode_str;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use super::{Field, Kind, before, secret, text, unusable, web_address};
use crate::Result;
use crate::places::Provider;
use crate::places::checks::{Findings, address, filled, folder};
use crate::secrets::SecretField;
use desk_base::redact::without_logins;

/// A folder on a WebDAV share.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct WebdavPlace {
    /// The share's address.
    pub base_url: String,
    /// Its user.
    pub username: String,
    /// Their password.
    pub password: SecretField,
    /// The folder below the address.
    pub remote_path: String,
}

impl WebdavPlace {
    pub(super) fn read(fields: &Value) -> Self {
        Self {
            base_url: without_logins(&text(fields, "baseUrl")),
            username: text(fields, "username"),
            password: secret(fields, "password"),
            remote_path: text(fields, "remotePath"),
        }
    }

    pub(super) fn from_place(place: &str, folder: &str) -> Self {
        let (address, folder) = match (before(place, folder), place) {
            (Some(address), _) => (address, folder),
            // Where nothing is known but the folder, that is worth keeping.
            (None, "") => ("", folder),
            (None, place) => (place, ""),
        };
        Self { base_url: address.to_owned(), remote_path: folder.to_owned(), ..Self::default() }
    }
}

impl Kind for WebdavPlace {
    fn provider(&self) -> Provider {
        Provider::Webdav
    }

    fn name(&self) -> &'static str {
        "webdav"
    }

    fn fields(&self) -> Vec<Field> {
        vec![
            Field::new("baseUrl", &*self.base_url),
            Field { exact: true, ..Field::new("username", &*self.username) },
            Field::new("remotePath", &*self.remote_path),
        ]
    }

    fn secret(&self) -> Option<(&'static str, &SecretField)> {
        Some(("password", &self.password))
    }

    fn secret_mut(&mut self) -> Option<&mut SecretField> {
        Some(&mut self.password)
    }

    fn address_mut(&mut self) -> Option<&mut String> {
        Some(&mut self.base_url)
    }

    fn parts(&self) -> Vec<&str> {
        vec![&self.base_url, &self.remote_path]
    }

    fn check(&self, findings: &mut Findings<'_>) {
        address(findings, "baseUrl", &self.base_url, "The address");
        filled(findings, "username", &self.username, "The user name");
        if !self.password.is_set() {
            findings.missing("password", "The password");
        }
        folder(findings, "remotePath", &self.remote_path, Some(&self.base_url));
    }

    fn operator(&self, secret: &SecretString) -> Result<Operator> {
        let address = web_address(&self.base_url)?;
        let (origin, folder) = origin_and_folder(address).unwrap_or((address.to_owned(), String::new()));
        let builder = Webdav::default()
            .endpoint(&origin)
            .root(&format!("{folder}/{}", self.remote_path.trim().trim_start_matches('/')))
            .username(&self.username)
            .password(secret.expose_secret());
        Operator::new(builder).map_err(|error| unusable().original(error.message()))
    }
}

/// An address without its path, and the path, decoded. The folders of the address then belong to
/// what is made before a file is written: it may name a folder that is not there yet.
fn origin_and_folder(address: &str) -> Option<(String, String)> {
    let url = Url::parse(address).ok()?;
    let folder = percent_decode_str(url.path()).decode_utf8().ok()?;
    Some((url.origin().ascii_serialization(), folder.trim_end_matches('/').to_owned()))
}
