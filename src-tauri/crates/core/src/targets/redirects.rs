//! Redirections of a target: only to the same host and port, or from http to https there.
//! Another one must not see the target's login, paths or files.

use std::fmt;

use reqwest::redirect::{Attempt, Policy};
use url::Url;

/// How many redirections in a row are followed.
pub(super) const MOST: usize = 5;

/// Why a redirection was not followed. It is recognised by its text: OpenDAL passes on nothing else.
#[derive(Debug)]
enum Refused {
    Elsewhere(String),
    Loop,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Elsewhere(host) => write!(f, "{ELSEWHERE}{host}{END}"),
            Self::Loop => f.write_str(LOOP),
        }
    }
}

impl std::error::Error for Refused {}

const ELSEWHERE: &str = "redirected to another host <";
const END: char = '>';
const LOOP: &str = "redirected too many times";

pub(super) fn same_place_only() -> Policy {
    Policy::custom(|attempt: Attempt<'_>| {
        let (first, next) = (attempt.previous().first(), attempt.url());
        if !first.is_some_and(|first| is_same_place(first, next)) {
            let host = next.host_str().unwrap_or_default().to_owned();
            return attempt.error(Refused::Elsewhere(host));
        }
        if attempt.previous().len() > MOST { attempt.error(Refused::Loop) } else { attempt.follow() }
    })
}

pub(super) fn is_same_place(first: &Url, next: &Url) -> bool {
    let port = |url: &Url| url.port_or_known_default();
    let is_upgrade = (first.scheme(), port(first)) == ("http", Some(80))
        && (next.scheme(), port(next)) == ("https", Some(443));
    let is_same = first.scheme() == next.scheme() && port(first) == port(next);
    first.host_str() == next.host_str() && (is_same || is_upgrade)
}

/// What a failed call says of a redirection.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Redirection {
    /// To this host.
    Elsewhere(String),
    /// In a circle, or too many in a row.
    Loop,
}

/// The redirection that a call failed of, from all that its error says.
pub(super) fn found_in(error: &str) -> Option<Redirection> {
    if let Some((_, after)) = error.split_once(ELSEWHERE) {
        return Some(Redirection::Elsewhere(after.split(END).next().unwrap_or_default().to_owned()));
    }
    if error.contains(LOOP) {
        return Some(Redirection::Loop);
    }
    // A request whose body cannot be sent twice comes back with the redirection itself.
    let (_, after) = error.split_once("Parts { status: 3")?;
    let to = after.split_once("\"location\": \"").and_then(|(_, to)| to.split('"').next());
    let host = to.and_then(|to| Url::parse(to).ok()).and_then(|url| url.host_str().map(str::to_owned));
    Some(Redirection::Elsewhere(host.unwrap_or_else(|| "?".to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(first: &str, next: &str) -> bool {
        is_same_place(&Url::parse(first).expect("a URL"), &Url::parse(next).expect("a URL"))
    }

    #[test]
    fn a_redirection_returned_as_a_response_names_its_host() {
        let answer =
            |headers: &str| format!("Unexpected, response: Parts {{ status: 307, headers: {{{headers}}} }}");
        let found = |headers: &str| found_in(&answer(headers));
        let elsewhere = |host: &str| Some(Redirection::Elsewhere(host.to_owned()));
        assert_eq!(found("\"location\": \"https://other.example.org/x\""), elsewhere("other.example.org"));
        assert_eq!(found("\"location\": \"/x\""), elsewhere("?"));
        assert_eq!(found(""), elsewhere("?"));
        assert_eq!(found_in("response: Parts { status: 404, headers: {} }"), None);
        assert_eq!(found_in("redirected too many times"), Some(Redirection::Loop));
    }

    #[test]
    fn only_the_same_host_and_port_or_its_https_is_followed() {
        assert!(same("https://nas.example.org/a", "https://nas.example.org/a/"));
        assert!(same("http://nas.example.org/a", "https://nas.example.org/a"));
        assert!(same("http://nas.example.org:5005/a", "http://nas.example.org:5005/b"));
        for next in [
            "https://nas.example.com/a",
            "https://nas.example.org:8443/a",
            "http://nas.example.org/a",
            "https://nas.example.org.evil.example/a",
            "https://sub.nas.example.org/a",
        ] {
            assert!(!same("https://nas.example.org/a", next), "{next}");
        }
    }
}
