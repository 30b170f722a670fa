//! Refusals without words of NodeWarden: pages of Cloudflare, of an access gateway
//! or of another site.

use jiff::Timestamp;
use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, HeaderMap, LOCATION};

use super::{not_nodewarden, proxy, session_ended};
use crate::server::address::ServerAddress;
use crate::{Code, Error};

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
        guarded(
            host,
            "Cloudflare asks for a proof that this is a browser.",
            "Add a rule that lets /api, /identity and /notifications through, or give this app a header that the rule knows.",
        )
    } else if is_gateway(&text) {
        gateway(host)
    } else if from_cloudflare && is_page && number == 403 {
        guarded(
            host,
            "A rule of Cloudflare's firewall blocked the app.",
            "Look at the firewall's events for this host, and let the app's requests through.",
        )
    } else if number == 407 {
        proxy::wants_login(None)
    } else if number == 401 {
        session_ended()
    } else if number == 429 {
        Error::new(
            Code::RateLimited,
            "The server takes no more calls for now.",
            "Wait a moment, then try again.",
        )
    } else if from_cloudflare && number >= 500 {
        before_the_worker(number, host)
    } else if number >= 500 && !is_page {
        Error::new(
            Code::ServerFailed,
            format!("{host} failed with status {number}."),
            "Try again in a moment; if it stays, look at the worker's logs.",
        )
    } else if number >= 500 {
        Error::new(
            Code::ServerFailed,
            format!("The server at {host} or a proxy in front of it failed ({number})."),
            "Try again in a moment; if it stays, look at the logs of the proxy and of the server behind it.",
        )
    } else {
        not_nodewarden(host)
    };
    told.value("status", number).value("host", host).original(format!("HTTP {status}"))
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
        return Error::new(
            Code::NotNodeWarden,
            format!("{host} wants to be reached over https."),
            "Enter the address with https:// instead of http://.",
        )
        .value("cause", "https")
        .value("host", host)
        .original(format!("HTTP {status}"));
    }
    // A gateway's address carries tokens: its host is enough.
    let elsewhere = to.as_ref().and_then(|to| to.host_str()).unwrap_or_default();
    let told = if is_gateway(elsewhere) { gateway(host) } else { not_nodewarden(host) };
    told.value("host", host).original(format!("HTTP {status} {elsewhere}").trim().to_owned())
}

fn is_gateway(text: &str) -> bool {
    ["cloudflareaccess.com", "authelia", "authentik", "oauth2-proxy", "tailscale.com"]
        .iter()
        .any(|name| text.to_ascii_lowercase().contains(name))
}

fn gateway(host: &str) -> Error {
    Error::new(
        Code::NotNodeWarden,
        format!("An access gateway stands before {host} and wants a sign-in of its own."),
        "Give this app the gateway's request headers in the connection settings, such as CF-Access-Client-Id and CF-Access-Client-Secret.",
    )
    .value("cause", "gateway")
}

fn guarded(host: &str, message: &str, hint: &str) -> Error {
    Error::new(Code::NotNodeWarden, format!("{host}: {message}"), hint).value("cause", "firewall")
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
    let (kind, message, hint) = match code {
        1015 => (
            Code::RateLimited,
            "A rate limit of Cloudflare for this host was reached.".to_owned(),
            "Wait a minute; raise the rule's limit if it stays.",
        ),
        1027 => {
            return Error::new(
                Code::RateLimited,
                "The worker has used up its requests of today.",
                "The free plan counts anew at midnight UTC; a paid plan has no daily limit.",
            )
            .value("cloudflare", code)
            .retry_after(until_midnight(Timestamp::now()));
        }
        1101 => (
            Code::ServerFailed,
            format!("The worker at {host} crashed."),
            "Look at the worker's logs in the Cloudflare dashboard; a deployment or a missing binding may be the cause.",
        ),
        1102 => (
            Code::ServerFailed,
            format!("The worker at {host} ran out of computing time or memory."),
            "Try again; for large vaults the free plan may be too small.",
        ),
        1006..=1012 | 1020 => (
            Code::NotNodeWarden,
            format!("Cloudflare does not let this computer reach {host}."),
            "A firewall rule, an IP list or a country rule blocks it; look at the firewall's events.",
        ),
        1000..=1005 | 1013..=1014 | 1016..=1019 | 1033 => (
            Code::HostUnreachable,
            format!("Cloudflare does not know where {host} leads."),
            "Check the DNS entry, the route of the worker, or the tunnel.",
        ),
        500..=599 => return before_the_worker(code, host).value("cloudflare", code),
        _ => (
            Code::ServerFailed,
            format!("Cloudflare answered for {host} with error {code}."),
            "Look the number up in Cloudflare's documentation, and look at the worker's logs.",
        ),
    };
    Error::new(kind, message, hint).value("cloudflare", code)
}

/// Seconds until the next day begins in UTC.
fn until_midnight(now: Timestamp) -> u32 {
    const DAY: i64 = 24 * 3600;
    u32::try_from(DAY - now.as_second().rem_euclid(DAY)).unwrap_or(u32::MAX)
}

/// An error page of Cloudflare before a worker or an origin.
fn before_the_worker(number: u16, host: &str) -> Error {
    let hint = match number {
        521..=524 => "The machine behind Cloudflare is down or too slow; check it and its tunnel.",
        525 | 526 => "The certificate of the machine behind Cloudflare is not valid; renew it.",
        530 => "Cloudflare does not find the machine or the worker; check DNS, route and tunnel.",
        _ => "The worker may have crashed, run out of its limits or be misconfigured; look at its logs.",
    };
    Error::new(
        Code::ServerFailed,
        format!("Cloudflare answered for {host} with an error page ({number})."),
        hint,
    )
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn pages_of_cloudflare_say_what_is_wrong() {
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
            assert!(error.body().values.contains_key("cloudflare"), "{body}");
        }
        let html = "<title>Worker threw exception | vault | Cloudflare</title>Error 1101 Ray ID";
        assert_eq!(page(500, &[HTML, RAY], html).body().values["cloudflare"], "1101");
    }

    #[test]
    fn a_worker_that_is_out_of_requests_is_back_at_midnight() {
        let evening: Timestamp = "2026-11-26T23:59:00Z".parse().expect("a time");
        assert_eq!(until_midnight(evening), 60);
        let wait = page(429, &[RAY], "error code: 1027").body().retry_after_seconds;
        assert!(wait.is_some_and(|seconds| (1..=86_400).contains(&seconds)), "{wait:?}");
    }

    #[test]
    fn gateways_and_challenges_are_told_from_other_sites() {
        let access = page(403, &[HTML, RAY], "<a href=https://team.cloudflareaccess.com>");
        assert_eq!(access.body().values["cause"], "gateway");
        let challenge = page(403, &[HTML, RAY, ("cf-mitigated", "challenge")], "<html>Just a moment...");
        assert_eq!(challenge.body().values["cause"], "firewall");
        let other = page(404, &[HTML], "<html>Error 404: not here</html>");
        assert_eq!((other.code(), other.body().values.get("cause")), (Code::NotNodeWarden, None));
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
        assert_eq!(error.body().values["cause"], "gateway");
        assert!(!format!("{error:?}").contains("hush"));
    }

    fn address(url: &str) -> ServerAddress {
        ServerAddress::parse_with(url, true).expect("an address")
    }

    #[test]
    fn a_server_that_sends_on_to_https_says_so() {
        let mut headers = HeaderMap::new();
        headers.insert(LOCATION, "https://vault.example.org/api/web-bootstrap".parse().expect("a header"));
        let answer = |asked: &str| redirected(StatusCode::MOVED_PERMANENTLY, &headers, &address(asked));
        assert_eq!(answer("http://vault.example.org").body().values["cause"], "https");
        for other in ["https://vault.example.org", "http://elsewhere.example.org"] {
            assert_eq!(answer(other).body().values.get("cause"), None, "{other}");
        }
    }
}
