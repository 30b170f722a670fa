//! Refusals without words of NodeWarden: pages of Cloudflare, of an access gateway
//! or of another site.

use jiff::Timestamp;
use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, HeaderMap, LOCATION};

use super::{not_nodewarden, proxy, session_ended};
use crate::Error;
use crate::error::{ConnectionDetail, ServerDetail};
use crate::server::address::ServerAddress;

/// A refusal that is no JSON of NodeWarden.
pub(super) fn classify(status: StatusCode, headers: &HeaderMap, body: &[u8], host: &str) -> Error {
    let number = status.as_u16();
    let text = String::from_utf8_lossy(&body[..body.len().min(64 << 10)]);
    let is_page = header(headers, CONTENT_TYPE.as_str()).is_some_and(|kind| kind.starts_with("text/html"));
    let from_cloudflare = headers.contains_key("cf-ray")
        || header(headers, "server").is_some_and(|server| server.eq_ignore_ascii_case("cloudflare"))
        || text.contains("cloudflare");
    let told = if let Some(code) = cloudflare_code(&text).filter(|_| from_cloudflare || !is_page) {
        worker(code, host)
    } else if header(headers, "cf-mitigated").is_some() || (from_cloudflare && text.contains("cf-challenge"))
    {
        firewall(host)
    } else if is_gateway(&text) {
        gateway(host)
    } else if from_cloudflare && is_page && number == 403 {
        firewall(host)
    } else if number == 407 {
        proxy::wants_login()
    } else if number == 401 {
        session_ended()
    } else if number == 429 {
        ServerDetail::RateLimited.error()
    } else if from_cloudflare && number >= 500 {
        before_the_worker(number, host)
    } else if number >= 500 && !is_page {
        ServerDetail::ServerStatus { host: host.to_owned(), status: number }.error()
    } else if number >= 500 {
        ServerDetail::ServerPage { host: host.to_owned(), status: number }.error()
    } else {
        not_nodewarden(host)
    };
    told.with(|context| context.status = Some(number)).original(format!("HTTP {status}"))
}

/// A redirection: NodeWarden's API never sends one. `asked` is the server's address.
pub(in crate::server) fn redirected(status: StatusCode, headers: &HeaderMap, asked: &ServerAddress) -> Error {
    let host = &asked.host();
    let to = header(headers, LOCATION.as_str()).and_then(|to| url::Url::parse(to).ok());
    if let Some(to) = &to
        && asked.is_insecure()
        && to.scheme() == "https"
        && to.host_str() == asked.join("/").host_str()
    {
        return ConnectionDetail::WantsHttps { host: host.to_owned() }
            .error()
            .original(format!("HTTP {status}"));
    }
    // A gateway's address carries tokens: its host is enough.
    let elsewhere = to.as_ref().and_then(|to| to.host_str()).unwrap_or_default();
    let told = if is_gateway(elsewhere) { gateway(host) } else { not_nodewarden(host) };
    told.original(format!("HTTP {status} {elsewhere}").trim().to_owned())
}

fn is_gateway(text: &str) -> bool {
    ["cloudflareaccess.com", "authelia", "authentik", "oauth2-proxy", "tailscale.com"]
        .iter()
        .any(|name| text.to_ascii_lowercase().contains(name))
}

fn gateway(host: &str) -> Error {
    ConnectionDetail::AccessGateway { host: host.to_owned() }.error()
}

fn firewall(host: &str) -> Error {
    ConnectionDetail::Firewall { host: host.to_owned() }.error()
}

/// The number of a Cloudflare page: "error code: 1101", or in its HTML "Error 1101".
fn cloudflare_code(text: &str) -> Option<u16> {
    let lower = text.to_ascii_lowercase();
    let after = ["error code: ", "error code ", "error "]
        .iter()
        .find_map(|mark| lower.split_once(mark).map(|(_, rest)| rest))?;
    let digits: String = after.trim_start().chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok().filter(|code| (500..=599).contains(code) || (1000..=1299).contains(code))
}

/// What went wrong in or around the worker.
fn worker(code: u16, host: &str) -> Error {
    let (host, number) = (host.to_owned(), code);
    match code {
        1015 => ConnectionDetail::CloudflareRate { host }.error(),
        1027 => {
            ConnectionDetail::CloudflareDaily { host }.error().retry_after(until_midnight(Timestamp::now()))
        }
        1101 => ConnectionDetail::CloudflareCrashed { host }.error(),
        1102 => ConnectionDetail::CloudflareLimits { host }.error(),
        1006..=1012 | 1020 => ConnectionDetail::CloudflareBlocked { host, number }.error(),
        1000..=1005 | 1013..=1014 | 1016..=1019 | 1033 => {
            ConnectionDetail::CloudflareLost { host, number }.error()
        }
        500..=599 => before_the_worker(code, &host),
        _ => ConnectionDetail::CloudflarePage { host, number }.error(),
    }
}

/// Seconds until the next day begins in UTC.
fn until_midnight(now: Timestamp) -> u32 {
    const DAY: i64 = 24 * 3600;
    u32::try_from(DAY - now.as_second().rem_euclid(DAY)).unwrap_or(u32::MAX)
}

/// An error page of Cloudflare before a worker or an origin.
fn before_the_worker(number: u16, host: &str) -> Error {
    let host = host.to_owned();
    let detail = match number {
        521..=524 => ConnectionDetail::CloudflareOrigin { host, number },
        525 | 526 => ConnectionDetail::CloudflareCertificate { host, number },
        530 => ConnectionDetail::CloudflareNowhere { host, number },
        _ => ConnectionDetail::CloudflarePage { host, number },
    };
    detail.error()
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Code;

    fn page(status: u16, headers: &[(&'static str, &str)], body: &str) -> Error {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().expect("a header"));
        }
        classify(StatusCode::from_u16(status).expect("a status"), &map, body.as_bytes(), "vault.example.org")
    }

    const HTML: (&str, &str) = ("content-type", "text/html; charset=UTF-8");
    const RAY: (&str, &str) = ("cf-ray", "8f0c-FRA");

    #[test]
    fn cloudflare_error_pages_are_explained() {
        for (status, body, code) in [
            (500, "error code: 1101", Code::ServerFailed),
            (503, "error code: 1102", Code::ServerFailed),
            (429, "error code: 1015", Code::RateLimited),
            (429, "error code: 1027", Code::RateLimited),
            (403, "error code: 1020", Code::NotNodeWarden),
            (530, "error code: 1033", Code::HostUnreachable),
            (530, "error code: 1016", Code::HostUnreachable),
            (522, "error code: 522", Code::ServerFailed),
        ] {
            let error = page(status, &[RAY, ("content-type", "text/plain")], body);
            assert_eq!(error.code(), code, "{body}");
            assert!(error.kind().starts_with("cloudflare-"), "{body}");
        }
        let html = "<title>Worker threw exception | vault | Cloudflare</title>Error 1101 Ray ID";
        assert_eq!(page(500, &[HTML, RAY], html).kind(), "cloudflare-crashed");
    }

    #[test]
    fn an_exhausted_worker_quota_resets_at_midnight() {
        let evening: Timestamp = "2026-11-26T23:59:00Z".parse().expect("a time");
        assert_eq!(until_midnight(evening), 60);
        let wait = page(429, &[RAY], "error code: 1027").body().retry_after_seconds;
        assert!(wait.is_some_and(|seconds| (1..=86_400).contains(&seconds)), "{wait:?}");
    }

    #[test]
    fn gateways_and_challenges_differ_from_other_sites() {
        let access = page(403, &[HTML, RAY], "<a href=https://team.cloudflareaccess.com>");
        assert_eq!(access.kind(), "access-gateway");
        let challenge = page(403, &[HTML, RAY, ("cf-mitigated", "challenge")], "<html>Just a moment...");
        assert_eq!(challenge.kind(), "firewall");
        let other = page(404, &[HTML], "<html>Error 404: not here</html>");
        assert_eq!(other.kind(), "not-node-warden");
    }

    #[test]
    fn a_failing_proxy_without_cloudflare_is_not_another_site() {
        for status in [500, 502, 503, 504] {
            let error = page(status, &[HTML], "<html><h1>Bad Gateway</h1><hr>nginx</html>");
            assert_eq!(error.code(), Code::ServerFailed, "{status}");
            assert!(error.body().message.contains(&status.to_string()), "{error:?}");
        }
    }

    #[test]
    fn a_redirection_to_a_gateway_names_its_host_and_nothing_else() {
        let mut headers = HeaderMap::new();
        headers.insert(
            LOCATION,
            "https://team.cloudflareaccess.com/login?token=hush".parse().expect("a header"),
        );
        let error = redirected(StatusCode::FOUND, &headers, &address("https://vault.example.org"));
        assert_eq!(error.kind(), "access-gateway");
        assert!(!format!("{error:?}").contains("hush"));
    }

    fn address(url: &str) -> ServerAddress {
        ServerAddress::parse_with(url, true).expect("an address")
    }

    #[test]
    fn a_redirection_to_https_is_reported() {
        let mut headers = HeaderMap::new();
        headers.insert(LOCATION, "https://vault.example.org/api/web-bootstrap".parse().expect("a header"));
        let answer = |asked: &str| redirected(StatusCode::MOVED_PERMANENTLY, &headers, &address(asked));
        assert_eq!(answer("http://vault.example.org").kind(), "wants-https");
        for other in ["https://vault.example.org", "http://elsewhere.example.org"] {
            assert_eq!(answer(other).kind(), "not-node-warden", "{other}");
        }
    }
}
