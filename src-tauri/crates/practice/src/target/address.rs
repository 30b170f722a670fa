//! Which hosts the server lets targets be on: none that lead back into its own network.

use std::net::{IpAddr, Ipv6Addr};

use url::{Host, Url};

/// Checks a WebDAV address; one that is not filled in yet is fine.
pub(crate) fn check_webdav(address: &str) -> Result<(), &'static str> {
    if address.is_empty() {
        return Ok(());
    }
    let url = web(address).ok_or("WebDAV server URL must start with http:// or https://")?;
    if is_allowed(&url) { Ok(()) } else { Err("WebDAV server URL host is not allowed") }
}

/// Checks an S3 endpoint; one that is not filled in yet is fine.
pub(crate) fn check_s3(address: &str) -> Result<(), &'static str> {
    if address.is_empty() {
        return Ok(());
    }
    let url = Url::parse(address).map_err(|_| "S3 endpoint must be a valid URL")?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err("S3 endpoint must start with http:// or https://");
    }
    if is_allowed(&url) { Ok(()) } else { Err("S3 endpoint host is not allowed") }
}

fn web(address: &str) -> Option<Url> {
    let url = Url::parse(address).ok()?;
    matches!(url.scheme(), "http" | "https").then_some(url)
}

fn is_allowed(url: &Url) -> bool {
    match url.host() {
        None => false,
        Some(Host::Ipv4(address)) => is_public(IpAddr::V4(address)),
        Some(Host::Ipv6(address)) => is_public(IpAddr::V6(address)),
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.').to_ascii_lowercase();
            let own = ["localhost", "local", "lan", "internal", "home.arpa"];
            !own.iter().any(|own| name == *own || name.ends_with(&format!(".{own}")))
        }
    }
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            !(v4.is_loopback()
                || v4.is_private()
                || v4.is_link_local()
                || v4.is_unspecified()
                || v4.is_broadcast())
        }
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => is_public(IpAddr::V4(v4)),
            None => !(v6.is_loopback() || v6.is_unspecified() || is_local_v6(v6)),
        },
    }
}

fn is_local_v6(address: Ipv6Addr) -> bool {
    let first = address.segments()[0];
    (first & 0xfe00) == 0xfc00 || (first & 0xffc0) == 0xfe80
}
