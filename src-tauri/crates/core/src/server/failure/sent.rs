//! Whether a call that failed may have had an effect, and whether it is worth
//! making again.

use crate::error::{CallOutcome, Detail, ServerDetail};
use crate::{Code, Error};

/// Marks an error of a call that never left this computer.
pub(in crate::server) fn never_sent(error: Error) -> Error {
    error.with(|context| context.call = Some(CallOutcome::NotSent))
}

/// The call never left this computer.
pub(in crate::server) fn was_never_sent(error: &Error) -> bool {
    error.context().call == Some(CallOutcome::NotSent)
}

/// The call ended without telling what the server did: the connection died, or
/// something between here and the server, or its end, responded instead.
pub(crate) fn leaves_open(error: &Error) -> bool {
    if was_never_sent(error) {
        return false;
    }
    match error.code() {
        Code::ConnectionLost | Code::TimedOut | Code::AnswerUnreadable => true,
        // A page or a redirection in place of a response. One that refuses (4xx)
        // stood before the server; any other may have come after it.
        Code::NotNodeWarden => status(error).is_none_or(|status| status >= 500),
        Code::ServerFailed | Code::HostUnreachable => is_from_between(error),
        _ => false,
    }
}

/// It may well work a moment later.
pub(in crate::server) fn is_passing(error: &Error) -> bool {
    match error.code() {
        Code::ConnectionLost | Code::HostUnreachable | Code::TimedOut => true,
        Code::ServerFailed => matches!(status(error), Some(502..=504 | 520..=524 | 530)),
        _ => false,
    }
}

/// A failure in other words than NodeWarden's own, or under a status that only
/// gateways give.
fn is_from_between(error: &Error) -> bool {
    let is_own = matches!(error.detail(), Some(Detail::Server(ServerDetail::ServerFailed { .. })));
    status(error).is_some_and(|status| status >= 500 && (!is_own || status > 500))
}

fn status(error: &Error) -> Option<u16> {
    error.context().status
}

#[cfg(test)]
mod tests {
    use reqwest::StatusCode;
    use reqwest::header::{CONTENT_TYPE, HeaderMap};

    use super::super::{connection_lost, not_nodewarden, redirected, refusal, timed_out, unreadable};
    use super::*;
    use crate::server::ServerAddress;

    fn answered(status: u16, kind: &'static str, body: &str) -> Error {
        let status = StatusCode::from_u16(status).expect("a status");
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, kind.parse().expect("a header"));
        headers.insert("cf-ray", "8f0c-FRA".parse().expect("a header"));
        refusal(status, &headers, body.as_bytes(), "vault.example.org")
    }

    fn said(status: u16, words: &str) -> Error {
        let body = serde_json::json!({"error": words, "ErrorModel": {"Message": words}});
        answered(status, "application/json", &body.to_string())
    }

    #[test]
    fn a_lost_response_or_one_from_a_proxy_has_an_unknown_outcome() {
        let host = "vault.example.org";
        let address = ServerAddress::parse(host).expect("an address");
        for error in [
            connection_lost(host),
            timed_out(host),
            unreadable(host, "Eof at line 1"),
            not_nodewarden(host),
            redirected(StatusCode::FOUND, &HeaderMap::new(), &address),
        ] {
            assert!(leaves_open(&error), "{error:?}");
            assert!(!leaves_open(&never_sent(error)), "nothing was done with what was never sent");
        }
        for status in [500, 502, 503, 504, 520, 522, 524, 530] {
            assert!(leaves_open(&answered(status, "text/html", "<html>sorry</html>")), "{status}");
        }
        for page in ["error code: 1101", "error code: 1102", "error code: 524"] {
            assert!(leaves_open(&answered(500, "text/plain", page)), "{page}");
        }
        assert!(leaves_open(&said(504, "Endpoint request timed out")), "a gateway's own JSON");
    }

    #[test]
    fn a_response_of_the_server_itself_has_a_known_outcome() {
        for (status, words) in [
            (401, "Unauthorized"),
            (409, "Another backup run is already in progress"),
            (500, "WebDAV upload failed: 507"),
            (500, "Network connection lost."),
            (500, "Something new"),
            (429, "Rate limit exceeded. Try again in 49 seconds."),
        ] {
            assert!(!leaves_open(&said(status, words)), "{words}");
        }
        // Pages that stand before the server let nothing through.
        for (status, page) in [(403, "error code: 1020"), (429, "error code: 1015"), (413, "too large")] {
            assert!(!leaves_open(&answered(status, "text/plain", page)), "{status}");
        }
    }

    #[test]
    fn gateway_failures_are_retried_and_server_refusals_are_not() {
        for status in [502, 503, 504, 522] {
            assert!(is_passing(&answered(status, "text/html", "<html>sorry</html>")), "{status}");
        }
        assert!(!is_passing(&answered(525, "text/html", "<html>certificate</html>")));
        assert!(!is_passing(&said(500, "WebDAV upload failed: 507")));
        assert!(!is_passing(&said(400, "Invalid password")));
    }
}
