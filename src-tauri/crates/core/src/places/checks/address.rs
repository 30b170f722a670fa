//! Addresses and what stands beside them.

use std::net::IpAddr;

use url::{Host, Url};

use super::{FindingLevel, FindingRule, Findings};
use FindingLevel::{Error, Warning};

/// An address that a backup can go to; `None` when it cannot be read.
pub(crate) fn address(findings: &mut Findings<'_>, field: &str, typed: &str, what: &str) -> Option<Url> {
    spaces(findings, field, typed);
    let typed = typed.trim();
    if typed.is_empty() {
        findings.missing(field, what);
        return None;
    }
    if let Some(part) = placeholder(typed) {
        let words = format!("Replace {part} with your own value.");
        findings.add(field, FindingRule::Placeholder, Error, words);
        return None;
    }
    let url = Url::parse(typed).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    let Some(url) = url else {
        let better = (!typed.contains("://")).then(|| format!("https://{typed}"));
        let words = format!("{what} must start with https:// and contain a host name.");
        findings.add(field, FindingRule::AddressInvalid, Error, words).suggestion = better;
        return None;
    };
    if url.scheme() == "http" {
        let words = "Plain http exposes the password and the backup to the network. Use https.";
        findings.add(field, FindingRule::HttpUnencrypted, Warning, words).suggestion =
            Some(typed.replacen("http://", "https://", 1));
    }
    if !url.username().is_empty() || url.password().is_some() {
        let words = "Enter the user name and password in their own fields. This field is visible.";
        findings.add(field, FindingRule::AddressHasLogin, Error, words);
    }
    if url.query().is_some() || url.fragment().is_some() {
        let words = format!("{what} ends before the question mark or #.");
        let mut bare = url.clone();
        bare.set_query(None);
        bare.set_fragment(None);
        findings.add(field, FindingRule::AddressHasQuery, Warning, words).suggestion = Some(bare.to_string());
    }
    if is_private(&url) {
        let words = "The server refuses private hosts because workers run outside your network. Give the target a public name, for example through a tunnel.";
        findings.add(field, FindingRule::HostPrivate, Error, words);
    }
    Some(url)
}

/// A text that is needed.
pub(crate) fn filled(findings: &mut Findings<'_>, field: &str, value: &str, what: &str) {
    if value.trim().is_empty() {
        findings.missing(field, what);
    } else {
        spaces(findings, field, value);
    }
}

/// Spaces around a text.
pub(crate) fn spaces(findings: &mut Findings<'_>, field: &str, value: &str) {
    if value.trim() != value {
        let words = "There are spaces at the start or end of the value, possibly from pasting.";
        findings.add(field, FindingRule::Spaces, Warning, words).suggestion = Some(value.trim().to_owned());
    }
}

/// A part of a preset that a person replaces.
fn placeholder(typed: &str) -> Option<&str> {
    let parts = typed.split(|c: char| !c.is_ascii_alphanumeric());
    parts.into_iter().find(|part| matches!(*part, "HOST" | "PATH" | "USER" | "ACCOUNT" | "REGION"))
}

/// A host that the server refuses (PROTOCOL section 4).
pub(crate) fn is_private(url: &Url) -> bool {
    match url.host() {
        None => true,
        Some(Host::Ipv4(address)) => is_private_address(IpAddr::V4(address)),
        Some(Host::Ipv6(address)) => is_private_address(IpAddr::V6(address)),
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.').to_ascii_lowercase();
            ["localhost", "local", "lan", "internal", "home.arpa"]
                .iter()
                .any(|own| name == *own || name.ends_with(&format!(".{own}")))
        }
    }
}

fn is_private_address(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_loopback() || v4.is_private() || v4.is_link_local() || v4.is_unspecified(),
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => is_private_address(IpAddr::V4(v4)),
            None => {
                let first = v6.segments()[0];
                v6.is_loopback()
                    || v6.is_unspecified()
                    || first & 0xfe00 == 0xfc00
                    || first & 0xffc0 == 0xfe80
            }
        },
    }
}
