//! A target reached directly, without its server (PROTOCOL section 4): the way to
//! the backups when the server is gone, and to what the server does not look at.

mod bodies;
mod bounded;
mod dav;
mod digest;
mod failure;
mod index;
mod local;
mod names;
mod redirects;
mod sharing;
mod spool;
mod writing;
pub mod xml;

pub use bodies::{BodiesThere, IN_FLIGHT, Standing};
pub use index::{AttachmentIndex, IndexState, IndexedBody};
pub use names::{INDEX_PATH, body_path, is_backup_name, is_body_name};
pub(crate) use sharing::{OtherServer, is_moved, shared_places};
pub use sharing::{SharedEvidence, SharedPlace};
pub(crate) use spool::hex;
pub use spool::{Received, Spooled, received};

use std::path::{Path, PathBuf};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt};
use http::HeaderValue;
use opendal::layers::{RetryLayer, TimeoutLayer};
use opendal::{Entry, HttpTransporter, OperationContext, Operator};
use opendal_http_transport_reqwest::ReqwestTransport;
use secrecy::{ExposeSecret as _, SecretString};

use crate::error::{ConnectionDetail, JobDetail, TargetDetail};
use crate::places::{FolderKey, Location};
use crate::server::{Incoming, RemoteItem};
use crate::{Error, Result};
use dav::Dav;
use local::LocalFolder;

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(10);
/// How long a single response is waited for.
const ANSWER: Duration = Duration::from_secs(30);
/// How long a body may stand still.
const STILL: Duration = Duration::from_secs(30);

/// An upload that is slower is given up, in bytes a second.
const SLOWEST: u64 = 16 * 1024;

/// The folder of a target, reached from this computer.
pub struct TargetFolder {
    /// Reaches it for uploads, which may take as long as their size; none for a plain folder.
    uploads: Option<Operator>,
    access: Access,
    place: String,
}

/// How the folder is reached.
enum Access {
    Webdav { operator: Operator, dav: Dav },
    S3(Operator),
    Folder(LocalFolder),
}

/// How a target may be reached.
#[derive(Debug, Clone, Default)]
pub struct Reach {
    /// Plain http to another computer is accepted: the network sees the login and the backups.
    pub http_accepted: bool,
    /// A PEM file with a certificate authority to trust besides the system's.
    pub ca_file: Option<PathBuf>,
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
        Self::open_with(location, secret, &Reach { http_accepted, ca_file: None })
    }

    /// The same, where more is said of how it may be reached.
    ///
    /// # Errors
    /// As [`TargetFolder::open`], and `InvalidRequest` for a file that holds no certificate.
    pub fn open_with(location: &Location, secret: &SecretString, reach: &Reach) -> Result<Self> {
        if !reach.http_accepted && is_open_to_the_network(location) {
            return Err(insecure(location));
        }
        let mut client = reqwest::Client::builder()
            .connect_timeout(CONNECT)
            .redirect(redirects::same_place_only())
            .referer(false);
        if let Some(file) = &reach.ca_file {
            let pem = std::fs::read(file).map_err(|error| Error::file(file, &error))?;
            let authorities =
                reqwest::Certificate::from_pem_bundle(&pem).map_err(|_| no_certificate(file))?;
            if authorities.is_empty() {
                return Err(no_certificate(file));
            }
            for authority in authorities {
                client = client.add_root_certificate(authority);
            }
        }
        Self::open_through(location, secret, client.build().map_err(|_| no_client())?)
    }

    /// The same, with a client that was set up for it.
    ///
    /// # Errors
    /// As [`TargetFolder::open`].
    pub fn open_through(location: &Location, secret: &SecretString, client: reqwest::Client) -> Result<Self> {
        let operator = location.kind().operator(secret)?;
        let patience = TimeoutLayer::new().with_timeout(ANSWER).with_io_timeout(STILL);
        let login = match location {
            Location::Webdav(place) => Some((place.username.clone(), secret.clone())),
            Location::S3(_) | Location::Other(_) => None,
        };
        let transport =
            HttpTransporter::new(digest::DigestTransport::new(ReqwestTransport::new(client), login));
        let operator = operator.with_context(OperationContext::new().with_http_transport(transport.clone()));
        let again = || RetryLayer::new().with_max_times(2).with_jitter();
        let uploads = Some(operator.clone().layer(again()));
        let operator = operator.layer(patience).layer(again());
        let access = match location {
            Location::Webdav(place) => {
                let dav = Dav::new(place, transport, basic(&place.username, secret))?;
                Access::Webdav { operator, dav }
            }
            Location::S3(_) | Location::Other(_) => Access::S3(operator),
        };
        Ok(Self { access, place: place_of(location), uploads })
    }

    /// A plain folder of this computer: a mounted share, a synced folder, an external disk.
    ///
    /// # Errors
    /// A file error when it is not there or cannot be listed.
    pub fn local(path: &Path) -> Result<Self> {
        let folder = LocalFolder::new(path)?;
        let place = place_of_folder(folder.root());
        Ok(Self { access: Access::Folder(folder), place, uploads: None })
    }

    /// One text for the place, the same for the same folder however it is reached; without any login.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// Where a file is on this computer, when the target is a plain folder; refused when it
    /// leads out of the folder.
    ///
    /// # Errors
    /// `FileFailed` for a link.
    pub fn local_path(&self, path: &str) -> Result<Option<PathBuf>> {
        match &self.access {
            Access::Folder(folder) => folder.path(path).map(Some),
            Access::Webdav { .. } | Access::S3(_) => Ok(None),
        }
    }

    /// It is the same folder as another one, or one of them is inside the other.
    pub fn overlaps(&self, other: &Self) -> bool {
        let is_in = |inner: &str, outer: &str| {
            let rest = inner.strip_prefix(outer.trim_end_matches('/'));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', std::path::MAIN_SEPARATOR]))
        };
        is_in(&self.place, &other.place) || is_in(&other.place, &self.place)
    }

    /// One folder below the target's root, folders first and then by name. A folder
    /// that is not there is empty, as it is for the server.
    ///
    /// # Errors
    /// `TargetFailed`, `HostUnreachable`, `TlsFailed`, `TimedOut`.
    pub async fn list(&self, path: &str) -> Result<Vec<RemoteItem>> {
        let mut items = match &self.access {
            Access::Webdav { dav, .. } => {
                let items = dav.list(path).await?.unwrap_or_default();
                let parent = path.trim_matches('/');
                let below = |name: &str| {
                    if parent.is_empty() { name.to_owned() } else { format!("{parent}/{name}") }
                };
                items
                    .into_iter()
                    .map(|item| RemoteItem {
                        path: below(&item.name),
                        name: item.name,
                        is_directory: item.is_directory,
                        size: item.size,
                        modified_at: item.modified,
                    })
                    .collect()
            }
            Access::S3(operator) => {
                let folder = folder(path);
                let listed = async {
                    let entries = operator.lister(&folder).await?;
                    entries.try_collect::<Vec<Entry>>().await
                };
                let entries = match listed.await {
                    Ok(entries) => entries,
                    Err(error) if error.kind() == opendal::ErrorKind::NotFound => Vec::new(),
                    Err(error) => return Err(failure::of(&error)),
                };
                entries.iter().filter(|entry| entry.path() != folder).map(item).collect::<Vec<_>>()
            }
            Access::Folder(folder) => {
                let (folder, path) = (folder.clone(), path.to_owned());
                blocking(move || folder.list(&path)).await?
            }
        };
        items.sort_by(|one, other| (!one.is_directory, &one.name).cmp(&(!other.is_directory, &other.name)));
        Ok(items)
    }

    /// Whether a file is there, and its size where the target reports it.
    ///
    /// # Errors
    /// As [`TargetFolder::list`].
    pub async fn stat(&self, path: &str) -> Result<Option<Option<u64>>> {
        match &self.access {
            Access::Webdav { dav, .. } => {
                Ok(dav.stat(path).await?.filter(|item| !item.is_directory).map(|item| item.size))
            }
            Access::S3(operator) => match operator.stat(path).await {
                Ok(found) => Ok(Some(Some(found.content_length()))),
                Err(error) if error.kind() == opendal::ErrorKind::NotFound => Ok(None),
                Err(error) => Err(failure::of(&error)),
            },
            Access::Folder(folder) => Ok(folder.facts(path)?.map(|facts| Some(facts.len()))),
        }
    }

    /// A file below the target's root, as it comes.
    ///
    /// # Errors
    /// `BackupNotFound`, and as [`TargetFolder::list`].
    pub async fn download(&self, path: &str) -> Result<Incoming> {
        let length = self.stat(path).await?.ok_or_else(gone)?;
        self.read(path, length).await
    }

    /// The same of a file whose listing is known: nothing is asked before it comes.
    ///
    /// # Errors
    /// As [`TargetFolder::download`].
    pub async fn read(&self, path: &str, length: Option<u64>) -> Result<Incoming> {
        let operator = match &self.access {
            Access::Webdav { operator, .. } | Access::S3(operator) => operator,
            Access::Folder(folder) => return folder.read(path).await?.ok_or_else(gone),
        };
        let reader = operator.reader(path).await.map_err(|error| missing(&error))?;
        let body = reader.into_bytes_stream(..).await.map_err(|error| missing(&error))?;
        Ok(Incoming {
            file_name: path.rsplit('/').next().map(str::to_owned),
            host: operator.info().scheme().to_string(),
            length,
            body: body.map_err(|error| broken(&error)).boxed(),
        })
    }

    /// A small file; `None` where it is not there.
    ///
    /// # Errors
    /// As [`TargetFolder::download`], and `TooLarge`.
    pub async fn small(&self, path: &str, most: u64) -> Result<Option<Vec<u8>>> {
        let Some(length) = self.stat(path).await? else { return Ok(None) };
        let mut content = Vec::new();
        let incoming = self.read(path, length).await?;
        received(incoming, None, |piece| {
            if content.len() as u64 + piece.len() as u64 > most {
                return Err(TargetDetail::StorageFileTooLarge { path: path.to_owned() }.error());
            }
            content.extend_from_slice(piece);
            Ok(())
        })
        .await?;
        Ok(Some(content))
    }
}

/// The text of a place in the network, as [`TargetFolder::place`] has it.
pub(crate) fn place_of(location: &Location) -> String {
    FolderKey::of(location).map_or_else(|| location.place(), |key| key.to_string())
}

/// The same of a folder of this computer, by its full path.
pub(crate) fn place_of_folder(path: &Path) -> String {
    format!("folder:{}", path.display())
}

/// The login of a share, as its first request carries it.
fn basic(user: &str, secret: &SecretString) -> Option<HeaderValue> {
    use base64::Engine as _;
    if user.is_empty() && secret.expose_secret().is_empty() {
        return None;
    }
    let login = zeroize::Zeroizing::new(format!("{user}:{}", secret.expose_secret()));
    let value = format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(login.as_bytes()));
    let mut value = HeaderValue::from_str(&value).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// Runs what blocks off the async threads.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| Err(JobDetail::InternalFault.error()))
}

fn no_certificate(file: &Path) -> Error {
    ConnectionDetail::CertificateUnusable { path: file.display().to_string() }.error()
}

impl TargetFolder {
    /// The size of a file below the target's root; `None` when it is not there.
    ///
    /// # Errors
    /// As [`TargetFolder::list`].
    pub async fn size_of(&self, path: &str) -> Result<Option<u64>> {
        match self.stat(path).await? {
            Some(Some(size)) => Ok(Some(size)),
            // A share that does not say: what it sends is counted.
            Some(None) => Ok(Some(self.content(path, u64::MAX).await?.len() as u64)),
            None => Ok(None),
        }
    }

    /// The content of a file that should have `most` bytes, cut off behind them.
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
        let (Access::Webdav { .. } | Access::S3(_), Some(uploads)) = (&self.access, &self.uploads) else {
            return self.write_locally(path, &content);
        };
        let patience = STILL + Duration::from_secs(content.len() as u64 / SLOWEST);
        match tokio::time::timeout(patience, uploads.write(path, content)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(failure::writing(path, &error)),
            Err(_) => Err(failure::too_slow()),
        }
    }

    fn write_locally(&self, path: &str, content: &[u8]) -> Result<()> {
        let Access::Folder(folder) = &self.access else { return Ok(()) };
        let mut file = folder.write(path)?;
        file.write(content)?;
        file.finish().map(drop)
    }

    /// Deletes a file below the target's root. One that is not there is no error.
    ///
    /// # Errors
    /// As [`TargetFolder::list`].
    pub async fn delete(&self, path: &str) -> Result<()> {
        match &self.access {
            Access::Webdav { operator, .. } | Access::S3(operator) => {
                operator.delete(path).await.map_err(|error| failure::of(&error))
            }
            Access::Folder(folder) => {
                let file = folder.path(path)?;
                match std::fs::remove_file(&file) {
                    Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                        Err(Error::file(&file, &error))
                    }
                    _ => Ok(()),
                }
            }
        }
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

/// A body that did not come, or not whole. The first request is made only when its bytes are
/// asked for.
fn broken(error: &std::io::Error) -> Error {
    let refused = error.get_ref().and_then(|inner| inner.downcast_ref::<opendal::Error>());
    match refused {
        Some(refused) if failure::is_refusal(refused) => missing(refused),
        _ => failure::broken(error),
    }
}

fn missing(error: &opendal::Error) -> Error {
    if error.kind() == opendal::ErrorKind::NotFound { gone() } else { failure::of(error) }
}

fn gone() -> Error {
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
    fn an_invalid_address_is_refused_before_any_request() {
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
    async fn a_host_that_refuses_is_reported_as_unreachable() {
        let folder =
            TargetFolder::open(&webdav("http://127.0.0.1:9/"), &"hush hush".into(), false).expect("settings");
        let error = folder.list("").await.expect_err("nobody listens there");
        assert_eq!(error.code(), Code::HostUnreachable, "{error:?}");
        assert!(!format!("{error:?}").contains("hush"));
    }
}
