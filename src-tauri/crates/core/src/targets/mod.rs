//! A target reached directly, without its server (PROTOCOL section 4): the way to
//! the backups when the server is gone, and its settings were opened from a backup.

mod failure;
mod redirects;
mod sharing;

pub(crate) use sharing::{OtherServer, is_moved, shared_places};
pub use sharing::{SharedEvidence, SharedPlace};

use std::time::Duration;

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt};
use opendal::layers::{RetryLayer, TimeoutLayer};
use opendal::{Entry, HttpTransporter, OperationContext, Operator};
use opendal_http_transport_reqwest::ReqwestTransport;
use secrecy::SecretString;

use crate::error::{ConnectionDetail, TargetDetail};
use crate::places::Location;
use crate::server::{Incoming, RemoteItem};
use crate::{Error, Result};

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(10);
/// How long a single answer is waited for.
const ANSWER: Duration = Duration::from_secs(30);
/// How long a body may stand still.
const STILL: Duration = Duration::from_secs(30);

/// An upload that is slower is given up, in bytes a second.
const SLOWEST: u64 = 16 * 1024;

/// The folder of a target, reached from this computer.
pub struct TargetFolder {
    operator: Operator,
    /// The same for uploads, which take as long as their size.
    uploads: Operator,
}

impl TargetFolder {
    /// Prepares to reach a target with its own secret. Nothing is asked of it yet. Plain
    /// http to another computer is taken only when a person accepted that the network sees
    /// the login and the backups.
    ///
    /// # Errors
    /// `InvalidRequest` when the settings cannot be those of a target, `AddressInsecure`
    /// for plain http that was not accepted.
    pub fn open(location: &Location, secret: &SecretString, http_accepted: bool) -> Result<Self> {
        if !http_accepted && is_open_to_the_network(location) {
            return Err(insecure(location));
        }
        let client = reqwest::Client::builder()
            .connect_timeout(CONNECT)
            .redirect(redirects::same_place_only())
            .referer(false)
            .build();
        Self::open_through(location, secret, client.map_err(|_| no_client())?)
    }

    /// The same, with a client that was set up for it.
    ///
    /// # Errors
    /// As [`TargetFolder::open`].
    pub fn open_through(location: &Location, secret: &SecretString, client: reqwest::Client) -> Result<Self> {
        let operator = location.kind().operator(secret)?;
        let patience = TimeoutLayer::new().with_timeout(ANSWER).with_io_timeout(STILL);
        let transport = HttpTransporter::new(ReqwestTransport::new(client));
        let operator = operator.with_context(OperationContext::new().with_http_transport(transport));
        let again = || RetryLayer::new().with_max_times(2).with_jitter();
        let uploads = operator.clone().layer(again());
        Ok(Self { operator: operator.layer(patience).layer(again()), uploads })
    }

    /// One folder below the target's root, folders first and then by name. A folder
    /// that is not there is empty, as it is for the server.
    ///
    /// # Errors
    /// `TargetFailed`, `HostUnreachable`, `TlsFailed`, `TimedOut`.
    pub async fn list(&self, path: &str) -> Result<Vec<RemoteItem>> {
        let folder = folder(path);
        let listed = async {
            let entries = self.operator.lister(&folder).await?;
            entries.try_collect::<Vec<Entry>>().await
        };
        let entries = match listed.await {
            Ok(entries) => entries,
            Err(error) if error.kind() == opendal::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(failure::told(&error)),
        };
        let mut items: Vec<RemoteItem> =
            entries.iter().filter(|entry| entry.path() != folder).map(item).collect();
        items.sort_by(|one, other| (!one.is_directory, &one.name).cmp(&(!other.is_directory, &other.name)));
        Ok(items)
    }

    /// A file below the target's root, as it comes.
    ///
    /// # Errors
    /// `BackupNotFound`, and as [`TargetFolder::list`].
    pub async fn download(&self, path: &str) -> Result<Incoming> {
        let found = self.operator.stat(path).await.map_err(|error| missing(&error))?;
        let reader = self.operator.reader(path).await.map_err(|error| missing(&error))?;
        let body = reader.into_bytes_stream(..).await.map_err(|error| missing(&error))?;
        Ok(Incoming {
            file_name: path.rsplit('/').next().map(str::to_owned),
            host: self.operator.info().scheme().to_string(),
            length: Some(found.content_length()),
            body: body.map_err(|error| failure::broken(&error)).boxed(),
        })
    }
}

impl TargetFolder {
    /// The size of a file below the target's root; `None` when it is not there.
    ///
    /// # Errors
    /// As [`TargetFolder::list`].
    pub async fn size_of(&self, path: &str) -> Result<Option<u64>> {
        match self.operator.stat(path).await {
            Ok(found) => Ok(Some(found.content_length())),
            Err(error) if error.kind() == opendal::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failure::told(&error)),
        }
    }

    /// The content of a file that should have `most` bytes, cut off one byte behind them.
    ///
    /// # Errors
    /// `BackupNotFound`, `ConnectionLost`, and as [`TargetFolder::list`].
    pub async fn content(&self, path: &str, most: u64) -> Result<Vec<u8>> {
        let mut body = self.download(path).await?.body;
        let mut content = Vec::new();
        while let Some(chunk) = body.next().await {
            content.extend_from_slice(&chunk?);
            if content.len() as u64 > most {
                break;
            }
        }
        Ok(content)
    }

    /// Puts a file at a place below the target's root. The folders above it are made; a file
    /// that is there is replaced.
    ///
    /// # Errors
    /// `TimedOut`, and as [`TargetFolder::list`].
    pub async fn upload(&self, path: &str, content: Bytes) -> Result<()> {
        let patience = STILL + Duration::from_secs(content.len() as u64 / SLOWEST);
        match tokio::time::timeout(patience, self.uploads.write(path, content)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(failure::told(&error)),
            Err(_) => Err(failure::too_slow()),
        }
    }

    /// Deletes a file below the target's root. One that is not there is no error.
    ///
    /// # Errors
    /// As [`TargetFolder::list`].
    pub async fn delete(&self, path: &str) -> Result<()> {
        self.operator.delete(path).await.map_err(|error| failure::told(&error))
    }
}

/// Plain http to another computer.
fn is_open_to_the_network(location: &Location) -> bool {
    let address = location.kind().parts().first().and_then(|address| url::Url::parse(address.trim()).ok());
    address.is_some_and(|url| {
        let is_here = match url.host() {
            Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(url::Host::Ipv4(address)) => address.is_loopback(),
            Some(url::Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        url.scheme() == "http" && !is_here
    })
}

fn insecure(location: &Location) -> Error {
    ConnectionDetail::TargetInsecure { host: location.host().to_string() }.error()
}

/// The path of a folder as OpenDAL spells it: ending in a slash.
fn folder(path: &str) -> String {
    let path = path.trim_matches('/');
    if path.is_empty() { "/".to_owned() } else { format!("{path}/") }
}

fn item(entry: &Entry) -> RemoteItem {
    let about = entry.metadata();
    let is_directory = about.is_dir();
    RemoteItem {
        path: entry.path().trim_matches('/').to_owned(),
        name: entry.name().trim_matches('/').to_owned(),
        is_directory,
        size: (!is_directory).then(|| about.content_length()),
        modified_at: about.last_modified().map(|at| at.to_string()),
    }
}

fn missing(error: &opendal::Error) -> Error {
    if error.kind() != opendal::ErrorKind::NotFound {
        return failure::told(error);
    }
    TargetDetail::BackupNotFound.error()
}

fn no_client() -> Error {
    ConnectionDetail::NoCertificateStore.error()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Code;
    use crate::places::WebdavPlace;
    use crate::secrets::SecretField;

    fn webdav(base_url: &str) -> Location {
        Location::Webdav(WebdavPlace {
            base_url: base_url.into(),
            username: "me".into(),
            password: SecretField::Kept,
            remote_path: "nodewarden".into(),
        })
    }

    #[test]
    fn what_is_no_address_is_refused_before_anything_is_sent() {
        for bad in ["", "nas.example.org", "ftp://nas.example.org", "https://"] {
            let Err(error) = TargetFolder::open(&webdav(bad), &"secret".into(), true) else {
                panic!("{bad}")
            };
            assert_eq!(error.code(), Code::InvalidRequest, "{bad}");
        }
        assert!(TargetFolder::open(&webdav("https://nas.example.org/dav"), &"secret".into(), false).is_ok());
    }

    #[test]
    fn plain_http_to_another_computer_needs_consent() {
        for (address, needs) in [
            ("http://nas.example.org/dav", true),
            (" HTTP://192.168.1.4:5005 ", true),
            ("http://localhost.example.org", true),
            ("https://nas.example.org/dav", false),
            ("http://localhost:5005", false),
            ("http://[::1]/dav", false),
            ("http://127.8.0.1", false),
        ] {
            let refused = TargetFolder::open(&webdav(address), &"secret".into(), false).err();
            let code = needs.then_some(Code::AddressInsecure);
            assert_eq!(refused.map(|error| error.code()), code, "{address}");
            assert!(TargetFolder::open(&webdav(address), &"secret".into(), true).is_ok(), "{address}");
        }
    }

    #[tokio::test]
    async fn a_host_that_refuses_is_said_to_be_unreachable() {
        let folder =
            TargetFolder::open(&webdav("http://127.0.0.1:9/"), &"hush hush".into(), false).expect("settings");
        let error = folder.list("").await.expect_err("nobody listens there");
        assert_eq!(error.code(), Code::HostUnreachable, "{error:?}");
        assert!(!format!("{error:?}").contains("hush"));
    }
}
