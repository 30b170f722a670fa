//! How a server is reached: a certificate authority of one's own, a proxy, extra
//! request headers for an access gateway, and consent to plain http.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Certificate, ClientBuilder, Proxy};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::error::ConnectionDetail;
use crate::{Error, Result, text};

/// How a server is reached, as far as it may be read by anyone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase", default)]
pub struct Connection {
    /// A PEM file with certificate authorities that are trusted besides the system's.
    pub ca_file: Option<String>,
    /// The proxy, without its user and password: http, https, socks5 or socks5h.
    pub proxy: Option<String>,
    /// The proxy requires a user and a password.
    pub proxy_has_login: bool,
    /// The names of extra request headers; their values are secrets.
    pub headers: Vec<String>,
    /// The person accepted that plain http shows everything to the network.
    pub http_accepted: bool,
}

/// The secret half of a [`Connection`].
#[derive(Clone, Default)]
pub struct ConnectionSecrets {
    /// The values of the extra request headers, by name.
    pub headers: BTreeMap<String, SecretString>,
    /// "user:password" of the proxy.
    pub proxy_login: Option<SecretString>,
}

/// The secrets as the keyring keeps them.
#[derive(Serialize, Deserialize, Default)]
#[serde(default)]
struct Kept {
    headers: BTreeMap<String, String>,
    proxy_login: Option<String>,
}

impl ConnectionSecrets {
    /// There is none.
    pub fn is_empty(&self) -> bool {
        self.headers.is_empty() && self.proxy_login.is_none()
    }

    /// As one secret for the keyring.
    pub fn to_secret(&self) -> SecretString {
        let exposed = |secret: &SecretString| secret.expose_secret().to_owned();
        let kept = Kept {
            headers: self.headers.iter().map(|(name, value)| (name.clone(), exposed(value))).collect(),
            proxy_login: self.proxy_login.as_ref().map(exposed),
        };
        // A map of texts always serialises.
        serde_json::to_string(&kept).unwrap_or_default().into()
    }

    /// From what the keyring kept; what cannot be read is as good as lost.
    pub fn from_secret(secret: &SecretString) -> Self {
        let kept: Kept = serde_json::from_str(secret.expose_secret()).unwrap_or_default();
        Self {
            headers: kept.headers.into_iter().map(|(name, value)| (name, value.into())).collect(),
            proxy_login: kept.proxy_login.map(Into::into),
        }
    }
}

impl std::fmt::Debug for ConnectionSecrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ConnectionSecrets").field("headers", &self.headers.keys()).finish_non_exhaustive()
    }
}

/// Headers that the requests themselves need, or that would break them.
const TAKEN: [&str; 13] = [
    "authorization",
    "host",
    "content-type",
    "content-length",
    "content-encoding",
    "transfer-encoding",
    "accept-encoding",
    "connection",
    "upgrade",
    "te",
    "trailer",
    "proxy-authorization",
    "user-agent",
];

impl Connection {
    /// Checks everything that can be checked without connecting.
    ///
    /// # Errors
    /// `InvalidRequest`, or a file error for the certificate authorities.
    pub fn check(&self, secrets: &ConnectionSecrets) -> Result<()> {
        self.apply(reqwest::Client::builder(), secrets).map(drop)
    }

    /// Sets a client up accordingly.
    pub(super) fn apply(
        &self,
        mut client: ClientBuilder,
        secrets: &ConnectionSecrets,
    ) -> Result<ClientBuilder> {
        if let Some(file) = self.ca_file.as_deref().filter(|file| !file.is_empty()) {
            client = client.tls_certs_merge(authorities(Path::new(file))?);
        }
        if let Some(proxy) = self.proxy.as_deref().filter(|proxy| !proxy.is_empty()) {
            client = client.proxy(through(proxy, secrets.proxy_login.as_ref())?);
        }
        Ok(client.default_headers(self.header_map(secrets)?))
    }

    fn header_map(&self, secrets: &ConnectionSecrets) -> Result<HeaderMap> {
        let mut headers = HeaderMap::new();
        for name in &self.headers {
            let header = HeaderName::from_bytes(name.as_bytes()).map_err(|_| bad_header(name))?;
            if TAKEN.contains(&header.as_str()) || header.as_str().starts_with("sec-websocket") {
                return Err(ConnectionDetail::HeaderTaken { header: name.to_string() }.error());
            }
            let Some(value) = secrets.headers.get(name) else {
                return Err(ConnectionDetail::HeaderValueMissing { header: name.to_string() }.error());
            };
            let mut value =
                HeaderValue::from_str(value.expose_secret().trim()).map_err(|_| bad_header(name))?;
            value.set_sensitive(true);
            headers.insert(header, value);
        }
        Ok(headers)
    }
}

/// The largest file of authorities that is read: a system's whole bundle has a tenth.
const LARGEST_PEM: u64 = 4 << 20;

fn authorities(file: &Path) -> Result<Vec<Certificate>> {
    let mut pem = Vec::new();
    let opened = File::open(file).map_err(|error| Error::file(file, &error))?;
    opened.take(LARGEST_PEM).read_to_end(&mut pem).map_err(|error| Error::file(file, &error))?;
    let unusable = || ConnectionDetail::CertificateUnusable { path: file.display().to_string() }.error();
    // Notepad and PowerShell save with a byte order mark or in UTF-16.
    let text = text::decode(&pem).ok_or_else(unusable)?;
    let found = Certificate::from_pem_bundle(text.as_bytes()).map_err(|_| unusable())?;
    // Whether the content is a certificate shows only when a client takes it.
    let taken = reqwest::Client::builder().tls_certs_only(found.clone()).build();
    if found.is_empty() || taken.is_err() { Err(unusable()) } else { Ok(found) }
}

fn through(proxy: &str, login: Option<&SecretString>) -> Result<Proxy> {
    let unusable = || ConnectionDetail::ProxyInvalid.error();
    let url = Url::parse(proxy).map_err(|_| unusable())?;
    let known = matches!(url.scheme(), "http" | "https" | "socks5" | "socks5h");
    if !known || !url.has_host() || !url.username().is_empty() || url.password().is_some() {
        return Err(unusable());
    }
    let through = Proxy::all(url.as_str()).map_err(|_| unusable())?;
    Ok(match login.and_then(|login| login.expose_secret().split_once(':')) {
        Some((user, password)) => through.basic_auth(user, password),
        None => through,
    })
}

fn bad_header(name: &str) -> Error {
    ConnectionDetail::HeaderInvalid { header: name.to_owned() }.error()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Code;

    fn with(header: &str, value: &str) -> Result<()> {
        let secrets = ConnectionSecrets {
            headers: BTreeMap::from([(header.to_owned(), value.into())]),
            ..ConnectionSecrets::default()
        };
        Connection { headers: vec![header.to_owned()], ..Connection::default() }.check(&secrets)
    }

    fn proxy(url: &str) -> Result<()> {
        let connection = Connection { proxy: Some(url.to_owned()), ..Connection::default() };
        connection.check(&ConnectionSecrets::default())
    }

    #[test]
    fn gateway_headers_are_accepted_and_reserved_ones_refused() {
        assert_eq!(with("CF-Access-Client-Secret", "abc"), Ok(()));
        for bad in ["Authorization", "Host", "Sec-WebSocket-Key", "two words", ""] {
            assert_eq!(with(bad, "x").expect_err("refused").code(), Code::InvalidRequest, "{bad}");
        }
        let error = with("X-Token", "hush\nhush").expect_err("two lines");
        assert!(!format!("{error:?}").contains("hush"), "a value is never told");
    }

    #[test]
    fn a_header_with_a_lost_value_has_to_be_entered_again() {
        let connection = Connection { headers: vec!["X-Token".into()], ..Connection::default() };
        let error = connection.check(&ConnectionSecrets::default()).expect_err("lost");
        assert_eq!(error.code(), Code::KeyringUnavailable);
    }

    #[test]
    fn a_proxy_is_an_address_without_a_login() {
        assert_eq!(proxy("http://proxy.example.org:3128"), Ok(()));
        assert_eq!(proxy("socks5h://127.0.0.1:9050"), Ok(()));
        for bad in ["proxy.example.org", "ftp://x", "http://me:secret@proxy.example.org"] {
            let error = proxy(bad).expect_err("refused");
            assert_eq!(error.code(), Code::InvalidRequest, "{bad}");
            assert!(!format!("{error:?}").contains("secret"));
        }
    }

    #[test]
    fn a_file_without_certificates_is_refused() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let connection =
            Connection { ca_file: Some(file.path().to_string_lossy().into_owned()), ..Connection::default() };
        let error = connection.check(&ConnectionSecrets::default()).expect_err("refused");
        assert_eq!(error.code(), Code::InvalidRequest);
    }

    #[test]
    fn secrets_are_read_from_the_keyring_and_never_shown() {
        let secrets = ConnectionSecrets {
            headers: BTreeMap::from([("X-Token".to_owned(), "hush".into())]),
            proxy_login: Some("me:secret".into()),
        };
        let back = ConnectionSecrets::from_secret(&secrets.to_secret());
        assert_eq!(back.headers["X-Token"].expose_secret(), "hush");
        assert_eq!(
            back.proxy_login.as_ref().map(|login| login.expose_secret().to_owned()).as_deref(),
            Some("me:secret")
        );
        let shown = format!("{back:?}");
        assert!(!shown.contains("hush") && !shown.contains("secret"), "{shown}");
    }
}
