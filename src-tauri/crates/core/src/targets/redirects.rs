//! Redirections of a target: only to the same host and port, or from http to https there.
//! Another one must not see the target's login, paths or files.

use std::fmt;

use reqwest::redirect::{Attempt, Policy};
use url::Url;

/// How many redirections in a row are followed.
const MOST: usize = 5;

/// Why a redirection was not followed. It is told by its words: OpenDAL passes on only text.
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

fn is_same_place(first: &Url, next: &Url) -> bool {
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
    error.contains(LOOP).then_some(Redirection::Loop)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(first: &str, next: &str) -> bool {
        is_same_place(&Url::parse(first).expect("a URL"), &Url::parse(next).expect("a URL"))
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
