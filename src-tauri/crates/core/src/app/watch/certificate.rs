//! When the certificate of a target ends.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::tls::TlsInfo;
use url::Url;

/// How long a target is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// When the certificate of a target at this place ends; none when it has none, or cannot be
/// reached from this computer. Nothing is sent but a request for the page at its root, without
/// any login: whether the certificate can be trusted does not matter here.
pub async fn certificate_ends(place: &str) -> Option<Timestamp> {
    let mut address = Url::parse(place).ok().filter(|url| url.scheme() == "https")?;
    address.set_path("/");
    address.set_query(None);
    let client = reqwest::Client::builder()
        .tls_info(true)
        .tls_danger_accept_invalid_certs(true)
        .redirect(reqwest::redirect::Policy::none())
        .timeout(PATIENCE)
        .build()
        .ok()?;
    let answer = client.head(address).send().await.ok()?;
    end_of(answer.extensions().get::<TlsInfo>()?.peer_certificate()?)
}

/// The end of a certificate's validity.
fn end_of(certificate: &[u8]) -> Option<Timestamp> {
    let (_, certificate) = x509_parser::parse_x509_certificate(certificate).ok()?;
    Timestamp::from_second(certificate.validity().not_after.timestamp()).ok()
}
