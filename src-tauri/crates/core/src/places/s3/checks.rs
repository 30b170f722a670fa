//! What is wrong or doubtful with a bucket: its name, its endpoint, its region, its style.

use url::{Host, Url};

use super::{AddressingStyle, S3Place};
use crate::places::checks::{FindingLevel, FindingRule, Findings, address, filled, folder, spaces};
use FindingLevel::{Error, Note, Warning};

pub(super) fn check(findings: &mut Findings<'_>, place: &S3Place) {
    let S3Place { endpoint, bucket, addressing_style, region, access_key_id, secret_access_key, root_path } =
        place;
    folder(findings, "rootPath", root_path, None);
    let url = address(findings, "endpoint", endpoint, "The endpoint");
    filled(findings, "bucket", bucket, "The bucket");
    filled(findings, "accessKeyId", access_key_id, "The access key ID");
    if !secret_access_key.is_set() {
        findings.missing("secretAccessKey", "The secret key");
    }
    spaces(findings, "region", region);
    let bucket = bucket.trim();
    if !bucket.is_empty() && !is_bucket(bucket) {
        let words = "A bucket name has 3 to 63 lowercase letters, digits, hyphens and dots.";
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

fn in_endpoint(findings: &mut Findings<'_>, url: &Url, host: &str, bucket: &str) {
    let first = url.path_segments().and_then(|mut parts| parts.next()).unwrap_or_default();
    let words = "The endpoint contains the bucket. Enter it in its own field.";
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
            "The endpoint contains a path. Enter the bucket and the folder in their own fields."
        };
        findings.add("endpoint", FindingRule::BucketInEndpoint, Warning, words).suggestion =
            Some(bare(&better));
    }
}

fn style(findings: &mut Findings<'_>, url: &Url, host: &str, virtual_hosted: bool) {
    let only_virtual = host.ends_with(".aliyuncs.com") || host.ends_with(".myqcloud.com");
    if only_virtual && !virtual_hosted {
        let words = "This storage requires the virtual-hosted style.";
        findings.add("addressingStyle", FindingRule::Style, Error, words).suggestion =
            Some("virtual-hosted-style".into());
    } else if host.ends_with(".amazonaws.com") && !virtual_hosted {
        let words = "Amazon accepts the path style only for older buckets. Use the virtual-hosted style.";
        findings.add("addressingStyle", FindingRule::Style, Note, words).suggestion =
            Some("virtual-hosted-style".into());
    } else if virtual_hosted
        && (url.port().is_some() || matches!(url.host(), Some(Host::Ipv4(_) | Host::Ipv6(_))))
    {
        let words = "With the virtual-hosted style, the bucket becomes part of the host name. Self-hosted storage usually needs the path style.";
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
            let words = "Amazon requires the bucket's region, such as eu-central-1.";
            findings.add("region", FindingRule::Region, Error, words);
        }
        _ => {}
    }
}

fn is_bucket(name: &str) -> bool {
    (3..=63).contains(&name.len())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.'))
        && !name.starts_with(['-', '.'])
        && !name.ends_with(['-', '.'])
}

/// An address without the slash at its end.
fn bare(url: &Url) -> String {
    url.as_str().trim_end_matches('/').to_owned()
}
