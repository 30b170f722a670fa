//! Addresses, buckets, regions and keys.

use std::net::IpAddr;

use url::{Host, Url};

use super::{FindingLevel, FindingRule, Findings};
use crate::server::settings::{AddressingStyle, Location};
use FindingLevel::{Error, Note, Warning};

pub(super) fn webdav(findings: &mut Findings<'_>, base_url: &str, username: &str, has_password: bool) {
    address(findings, "baseUrl", base_url, "The address");
    filled(findings, "username", username, "The user name");
    if !has_password {
        findings.missing("password", "The password");
    }
}

pub(super) fn s3(findings: &mut Findings<'_>, location: &Location) {
    let Location::S3 { endpoint, bucket, addressing_style, region, access_key_id, secret_access_key, .. } =
        location
    else {
        return;
    };
    let url = address(findings, "endpoint", endpoint, "The endpoint");
    filled(findings, "bucket", bucket, "The bucket");
    filled(findings, "accessKeyId", access_key_id, "The access key id");
    if !secret_access_key.is_set() {
        findings.missing("secretAccessKey", "The secret key");
    }
    spaces(findings, "region", region);
    let bucket = bucket.trim();
    if !bucket.is_empty() && !is_bucket(bucket) {
        let words = "A bucket's name is 3 to 63 lower-case letters, digits, hyphens and dots.";
        findings.add("bucket", FindingRule::BucketInvalid, Warning, words);
    }
    let Some(url) = url else { return };
    let host = url.host_str().unwrap_or_default().to_ascii_lowercase();
    in_endpoint(findings, &url, &host, bucket);
    let virtual_hosted = *addressing_style == AddressingStyle::VirtualHostedStyle;
    if virtual_hosted && bucket.contains('.') && url.scheme() == "https" {
        let words =
            "A bucket with dots in its name has no valid certificate in this style. Use the path style.";
        findings.add("addressingStyle", FindingRule::BucketDots, Error, words).suggestion =
            Some("path-style".into());
    }
    style(findings, &url, &host, virtual_hosted);
    self::region(findings, &host, region.trim());
}

/// An address that a backup can go to; `None` when it cannot be read.
fn address(findings: &mut Findings<'_>, field: &str, typed: &str, what: &str) -> Option<Url> {
    spaces(findings, field, typed);
    let typed = typed.trim();
    if typed.is_empty() {
        findings.missing(field, what);
        return None;
    }
    if let Some(part) = placeholder(typed) {
        let words = format!("Replace {part} by your own.");
        findings.add(field, FindingRule::Placeholder, Error, words);
        return None;
    }
    let url = Url::parse(typed).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    let Some(url) = url else {
        let better = (!typed.contains("://")).then(|| format!("https://{typed}"));
        let words = format!("{what} begins with https:// and names a host.");
        findings.add(field, FindingRule::AddressInvalid, Error, words).suggestion = better;
        return None;
    };
    if url.scheme() == "http" {
        let words = "Plain http shows the password and the backup to the network. Use https.";
        findings.add(field, FindingRule::HttpUnencrypted, Warning, words).suggestion =
            Some(typed.replacen("http://", "https://", 1));
    }
    if !url.username().is_empty() || url.password().is_some() {
        let words = "The user and the password belong in their own fields: this one is shown.";
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
        let words = "The server refuses private hosts: workers run outside your network. Give the target a public name, for instance through a tunnel.";
        findings.add(field, FindingRule::HostPrivate, Error, words);
    }
    Some(url)
}

fn in_endpoint(findings: &mut Findings<'_>, url: &Url, host: &str, bucket: &str) {
    let first = url.path_segments().and_then(|mut parts| parts.next()).unwrap_or_default();
    let words = "The bucket stands in the endpoint as well: it has a field of its own.";
    let mut better = url.clone();
    if !bucket.is_empty() && host.starts_with(&format!("{}.", bucket.to_ascii_lowercase())) {
        // What follows the bucket was part of a host, so it is one.
        let _ = better.set_host(Some(&host[bucket.len() + 1..]));
        better.set_path("");
        findings.add("endpoint", FindingRule::BucketInEndpoint, Error, words).suggestion =
            Some(bare(&better));
    } else if !first.is_empty() {
        better.set_path("");
        let words = if first == bucket {
            words
        } else {
            "The endpoint has a path: storages take the bucket and the folder in their own fields."
        };
        findings.add("endpoint", FindingRule::BucketInEndpoint, Warning, words).suggestion =
            Some(bare(&better));
    }
}

fn style(findings: &mut Findings<'_>, url: &Url, host: &str, virtual_hosted: bool) {
    let only_virtual = host.ends_with(".aliyuncs.com") || host.ends_with(".myqcloud.com");
    if only_virtual && !virtual_hosted {
        let words = "This storage takes only the virtual-hosted style.";
        findings.add("addressingStyle", FindingRule::Style, Error, words).suggestion =
            Some("virtual-hosted-style".into());
    } else if host.ends_with(".amazonaws.com") && !virtual_hosted {
        let words = "Amazon takes the path style only for older buckets. Use the virtual-hosted style.";
        findings.add("addressingStyle", FindingRule::Style, Note, words).suggestion =
            Some("virtual-hosted-style".into());
    } else if virtual_hosted
        && (url.port().is_some() || matches!(url.host(), Some(Host::Ipv4(_) | Host::Ipv6(_))))
    {
        let words = "With the virtual-hosted style the bucket becomes part of the host name; a storage of one's own mostly wants the path style.";
        findings.add("addressingStyle", FindingRule::Style, Warning, words).suggestion =
            Some("path-style".into());
    }
}

fn region(findings: &mut Findings<'_>, host: &str, region: &str) {
    if host.ends_with(".r2.cloudflarestorage.com") {
        if !matches!(region, "" | "auto") {
            let words = "Cloudflare R2 has one region: auto.";
            findings.add("region", FindingRule::Region, Warning, words).suggestion = Some("auto".into());
        }
        return;
    }
    let in_host =
        [".amazonaws.com", ".backblazeb2.com", ".wasabisys.com", ".scw.cloud"].iter().find_map(|end| {
            let rest = host.strip_suffix(end)?;
            let rest = rest.strip_prefix("s3.").or_else(|| rest.split_once(".s3.").map(|(_, rest)| rest))?;
            Some(rest.trim_start_matches("dualstack.")).filter(|name| name.contains('-'))
        });
    match in_host {
        Some(named) if named != region => {
            let words = format!("The endpoint is in the region {named}.");
            findings.add("region", FindingRule::Region, Error, words).suggestion = Some(named.to_owned());
        }
        None if matches!(region, "" | "auto") && host.ends_with(".amazonaws.com") => {
            let words = "Amazon wants the bucket's own region, such as eu-central-1.";
            findings.add("region", FindingRule::Region, Error, words);
        }
        _ => {}
    }
}

fn filled(findings: &mut Findings<'_>, field: &str, value: &str, what: &str) {
    if value.trim().is_empty() {
        findings.missing(field, what);
    } else {
        spaces(findings, field, value);
    }
}

fn spaces(findings: &mut Findings<'_>, field: &str, value: &str) {
    if value.trim() != value {
        let words = "There are spaces before or after the value; they come along when something is pasted.";
        findings.add(field, FindingRule::Spaces, Warning, words).suggestion = Some(value.trim().to_owned());
    }
}

/// A part of a preset that a person replaces.
fn placeholder(typed: &str) -> Option<&str> {
    let parts = typed.split(|c: char| !c.is_ascii_alphanumeric());
    parts.into_iter().find(|part| matches!(*part, "HOST" | "PATH" | "USER" | "ACCOUNT" | "REGION"))
}

fn is_bucket(name: &str) -> bool {
    (3..=63).contains(&name.len())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.'))
        && !name.starts_with(['-', '.'])
        && !name.ends_with(['-', '.'])
}

/// A host that the server refuses (PROTOCOL section 4).
fn is_private(url: &Url) -> bool {
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

/// An address without the slash at its end.
fn bare(url: &Url) -> String {
    url.as_str().trim_end_matches('/').to_owned()
}
