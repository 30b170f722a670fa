//! The kinds of target. Everything that differs between them is in one file each: the
//! fields as the server spells them, their checks, their secret, and how they are
//! reached from this computer.

pub(crate) mod checks;
mod folder_key;
mod other;
mod provider;
mod s3;
mod webdav;

use opendal::Operator;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use checks::{Finding, FindingLevel, FindingRule};
pub(crate) use folder_key::FolderKey;
pub use folder_key::Overlap;
pub use other::OtherPlace;
pub use provider::Provider;
pub use s3::{AddressingStyle, S3Place};
pub use webdav::WebdavPlace;

use crate::error::TargetDetail;
use crate::secrets::SecretField;
use crate::{Error, Result};
use checks::Findings;
use desk_base::redact::without_logins;

/// Where a target is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Location {
    /// A WebDAV folder.
    Webdav(WebdavPlace),
    /// A folder of an S3 bucket.
    S3(S3Place),
    /// A kind that this version does not know. Everything the server has of the target
    /// is saved back as it came; it can be moved and removed, not changed.
    Other(OtherPlace),
}

/// One setting of a target, but for its secret.
#[derive(Debug, PartialEq)]
pub(crate) struct Field {
    /// Its name, as the server spells it.
    pub name: &'static str,
    /// Its value, as the server spells it.
    pub value: Value,
    /// Spaces around it belong to it.
    pub exact: bool,
}

impl Field {
    pub fn new(name: &'static str, value: impl Into<Value>) -> Self {
        Self { name, value: value.into(), exact: false }
    }
}

/// What a kind of target has to say of itself.
pub(crate) trait Kind {
    /// The kind.
    fn provider(&self) -> Provider;

    /// The name that the server has for the kind.
    fn name(&self) -> &str;

    /// Whether the server reads this name as the same kind.
    fn is_named(&self, name: &str) -> bool {
        self.name() == name
    }

    /// Every setting but the secret.
    fn fields(&self) -> Vec<Field>;

    /// The secret and its name, as the server spells it.
    fn secret(&self) -> Option<(&'static str, &SecretField)>;

    /// The secret, to change it.
    fn secret_mut(&mut self) -> Option<&mut SecretField>;

    /// The address, to change it.
    fn address_mut(&mut self) -> Option<&mut String>;

    /// The address and the folders below it; empty where they are not known.
    fn parts(&self) -> Vec<&str>;

    /// Adds what is wrong or doubtful with it.
    fn check(&self, findings: &mut Findings<'_>);

    /// How it is reached from this computer.
    fn operator(&self, secret: &SecretString) -> Result<Operator>;
}

impl Location {
    /// Reads a target's own settings as the server spells them; secrets become "kept".
    pub(crate) fn read(kind: &str, fields: &Value) -> Self {
        match kind {
            "webdav" => Self::Webdav(WebdavPlace::read(fields)),
            "s3" | "e3" => Self::S3(S3Place::read(fields)),
            _ => Self::Other(OtherPlace { kind: kind.to_owned() }),
        }
    }

    /// Splits a place that is known as one address. `folder` is the end of it that is
    /// known to be the folder.
    pub(crate) fn from_place(provider: Provider, place: &str, folder: &str) -> Self {
        match provider {
            Provider::Webdav => Self::Webdav(WebdavPlace::from_place(place, folder)),
            Provider::S3 => Self::S3(S3Place::from_place(place, folder)),
            Provider::Other => Self::Other(OtherPlace::default()),
        }
    }

    /// A place that is typed as one address: a share and its folder, or an endpoint, a bucket and
    /// its folder.
    pub fn at(provider: Provider, address: &str) -> Self {
        Self::from_place(provider, address.trim().trim_end_matches('/'), "")
    }

    pub(crate) fn kind(&self) -> &dyn Kind {
        match self {
            Self::Webdav(place) => place,
            Self::S3(place) => place,
            Self::Other(place) => place,
        }
    }

    pub(crate) fn kind_mut(&mut self) -> &mut dyn Kind {
        match self {
            Self::Webdav(place) => place,
            Self::S3(place) => place,
            Self::Other(place) => place,
        }
    }

    /// The host that it is at; the whole address when that is no URL.
    pub fn host(&self) -> String {
        let parts = self.kind().parts();
        let address = parts.first().copied().unwrap_or_default();
        let host = url::Url::parse(address).ok().and_then(|url| url.host_str().map(str::to_owned));
        host.unwrap_or_else(|| without_logins(address))
    }

    /// The server refuses its host: it is inside of somebody's own network.
    pub fn is_private(&self) -> bool {
        let parts = self.kind().parts();
        let address = parts.first().and_then(|address| url::Url::parse(address.trim()).ok());
        address.is_some_and(|url| checks::is_private(&url))
    }

    /// Address and folders in one, without a login: `https://host/bucket/folder`.
    pub fn place(&self) -> String {
        let parts = self.kind().parts();
        let parts = parts.iter().map(|part| part.trim().trim_matches('/')).filter(|part| !part.is_empty());
        without_logins(&parts.collect::<Vec<_>>().join("/"))
    }

    /// The kind of target.
    pub fn provider(&self) -> Provider {
        self.kind().provider()
    }

    /// The secret of this kind of target; one of an unknown kind keeps whatever it has.
    pub fn secret(&self) -> &SecretField {
        self.kind().secret().map_or(&SecretField::Kept, |(_, secret)| secret)
    }

    /// The secret, to change it.
    pub fn secret_mut(&mut self) -> Option<&mut SecretField> {
        self.kind_mut().secret_mut()
    }
}

/// The address before a folder, when the place ends with that and leaves a host.
fn before<'a>(place: &'a str, folder: &str) -> Option<&'a str> {
    let address = place.strip_suffix(folder).filter(|_| !folder.is_empty())?.strip_suffix('/')?;
    (!address.ends_with('/')).then_some(address)
}

/// A text among a target's settings; empty where there is none.
fn text(fields: &Value, name: &str) -> String {
    fields[name].as_str().unwrap_or_default().to_owned()
}

/// A secret among a target's settings.
fn secret(fields: &Value, name: &str) -> SecretField {
    if fields[name].as_str().is_none_or(str::is_empty) { SecretField::Unset } else { SecretField::Kept }
}

/// An address that can be spoken to. Settings typed in a hurry may hold anything.
fn web_address(text: &str) -> Result<&str> {
    let address = text.trim();
    match url::Url::parse(address) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Ok(address),
        _ => Err(unusable().original(without_logins(address))),
    }
}

fn unusable() -> Error {
    TargetDetail::PlaceInvalid.error()
}
