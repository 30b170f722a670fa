//! Servers whose certificates come from an authority of one's own.
//!
//! The certificates are in `fixtures/tls`, made once with openssl; the authority's
//! own key was thrown away.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// What a server shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Certificate {
    /// Valid, for localhost.
    Valid,
    /// For localhost, until the second it was made.
    Expired,
    /// Valid, for another name.
    OtherName,
    /// Its own authority, as openssl makes one by default.
    SelfSigned,
    /// Self-signed, and no authority.
    SelfSignedLeaf,
}

impl Certificate {
    /// Where it is, in PEM form.
    pub fn file(self) -> PathBuf {
        fixture(match self {
            Self::Valid => "valid.pem",
            Self::Expired => "expired.pem",
            Self::OtherName => "other-name.pem",
            Self::SelfSigned => "self-signed.pem",
            Self::SelfSignedLeaf => "self-signed-leaf.pem",
        })
    }
}

/// The certificate of the authority.
pub fn authority() -> PathBuf {
    fixture("authority.pem")
}

/// The certificate of another authority.
pub fn stranger() -> PathBuf {
    fixture("stranger.pem")
}

/// Puts TLS in front of an http server: returns its https address, at localhost.
///
/// # Panics
/// When no port is free.
pub async fn secured(server_url: &str, certificate: Certificate) -> String {
    let shown = CertificateDer::from_pem_file(certificate.file()).expect("a certificate");
    let key = PrivateKeyDer::from_pem_file(fixture("server.key.pem")).expect("a key");
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .expect("the provider's versions")
        .with_no_client_auth()
        .with_single_cert(vec![shown], key)
        .expect("the key of the certificate");
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    let behind = server_url.trim_start_matches("http://").to_owned();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, behind) = (acceptor.clone(), behind.clone());
            tokio::spawn(async move {
                // A client that does not trust the certificate hangs up.
                let Ok(mut secured) = acceptor.accept(stream).await else { return };
                let Ok(mut server) = TcpStream::connect(behind).await else { return };
                let _ = tokio::io::copy_bidirectional(&mut secured, &mut server).await;
            });
        }
    });
    format!("https://localhost:{port}")
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/tls").join(name)
}
