//! What went wrong, from what the server or the network said. The only
//! place that checks the words of a response.

pub use words::error_from_target;

use std::error::Error as _;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::bounded::Plain;
use crate::Error;
use crate::error::{AccountDetail, ConnectionDetail, ServerDetail};
use desk_base::redact::without_logins;

mod page;
mod proxy;
mod sent;
mod target;
mod words;

pub(super) use page::redirected;
pub(crate) use sent::leaves_open;
pub(super) use sent::{is_passing, never_sent, was_never_sent};

/// The longest that a response may ask to wait: what asks for more means "not today".
const LONGEST_WAIT: Duration = Duration::from_secs(24 * 3600);

/// A request that got no whole response; `proxy` is the one it went through.
pub(super) fn network(error: reqwest::Error, host: &str, proxy: Option<&str>) -> Error {
    let error = error.without_url();
    let words = chain(&error);
    let says = |parts: &[&str]| parts.iter().any(|part| words.to_ascii_lowercase().contains(part));
    // A connection that takes too long is both: no connection was made.
    let classified = if error.is_connect()
        && says(&["certificate", "tls", "handshake", "ssl", "invalid peer", "corrupt message"])
    {
        never_sent(tls_failed(&words, host))
    } else if error.is_connect() {
        never_sent(proxy::classify(&words, proxy, host).unwrap_or_else(|| unreachable(host)))
    } else if error.is_timeout() {
        timed_out(host)
    } else {
        connection_lost(host)
    };
    classified.original(words).caused_by(error)
}

/// A connection that could not be secured, with the reason where that is clear.
fn tls_failed(words: &str, host: &str) -> Error {
    let says = |parts: &[&str]| parts.iter().any(|part| words.contains(part));
    let host = host.to_owned();
    let detail = if says(&["Expired", "NotValidYet", "not valid yet", "expired"]) {
        ConnectionDetail::TlsExpired { host }
    } else if says(&["NotValidForName", "not valid for name"]) {
        ConnectionDetail::TlsName { host }
    } else if says(&["CaUsedAsEndEntity"]) {
        ConnectionDetail::TlsSelfSigned { host }
    } else if says(&["UnknownIssuer", "not trusted", "untrusted", "unable to get local issuer"]) {
        ConnectionDetail::TlsIssuer { host }
    } else {
        ConnectionDetail::TlsFailed { host }
    };
    detail.error()
}

/// No connection could be made.
fn unreachable(host: &str) -> Error {
    ConnectionDetail::HostUnreachable { host: host.to_owned() }.error()
}

/// No response in time.
pub(super) fn timed_out(host: &str) -> Error {
    ConnectionDetail::TimedOut { host: host.to_owned() }.error()
}

/// The connection died after it had been made.
pub(super) fn connection_lost(host: &str) -> Error {
    ConnectionDetail::ConnectionLost { host: host.to_owned() }.error()
}

/// A response that is not what a NodeWarden gives.
pub(super) fn not_nodewarden(host: &str) -> Error {
    ConnectionDetail::NotNodeWarden { host: host.to_owned() }.error()
}

/// A web page in place of a file.
pub(crate) fn page_for_a_file(host: &str) -> Error {
    ConnectionDetail::PageForFile { host: host.to_owned() }.error()
}

/// A wait that is longer than this app waits automatically.
pub(super) fn asks_to_wait_long(classified: Error, wait: Duration) -> Error {
    let seconds = wait.as_secs();
    let counted = |number: u64, unit: &str| {
        if number == 1 { format!("1 {unit}") } else { format!("{number} {unit}s") }
    };
    let time = match seconds {
        0..120 => counted(seconds, "second"),
        120..7_200 if seconds != 3_600 => counted(seconds.div_ceil(60), "minute"),
        _ => counted(seconds.div_ceil(3_600), "hour"),
    };
    classified.hint(format!("The server requires a wait of {time}. Try again after that."))
}

/// A whole response that could not be understood.
pub(super) fn unreadable(host: &str, what: impl std::fmt::Display) -> Error {
    ServerDetail::AnswerUnreadable { host: host.to_owned() }.error().original(what.to_string())
}

/// The session is over.
pub(super) fn session_ended() -> Error {
    AccountDetail::SessionEnded.error()
}

/// The server takes no more for now. Not a logout.
pub(super) fn busy_for_now(classified: &Error) -> Error {
    let busy = ServerDetail::RateLimited.error();
    let busy = match classified.body().retry_after_seconds {
        Some(seconds) => busy.retry_after(seconds),
        None => busy,
    };
    busy.original(classified.body().original.clone().unwrap_or_default())
}

/// How long a response asks to wait: seconds, or a time.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let until = jiff::fmt::rfc2822::parse(text).ok()?.timestamp();
    Some(Duration::try_from(until.duration_since(Timestamp::now())).unwrap_or_default())
}

/// How long the server's words ask to wait: "Try again in 49 seconds."
fn retry_in(words: &str) -> Option<Duration> {
    let (_, rest) = words.split_once("ry again in ")?;
    let (number, unit) = rest.split_once(' ')?;
    let number = number.parse::<u64>().ok()?;
    Some(Duration::from_secs(if unit.starts_with("minute") { number.saturating_mul(60) } else { number }))
}

fn with_wait(classified: Error, wait: Option<Duration>) -> Error {
    match wait {
        Some(wait) => {
            classified.retry_after(u32::try_from(wait.min(LONGEST_WAIT).as_secs()).unwrap_or(u32::MAX))
        }
        None => classified,
    }
}

/// A refusal: the status with the server's words, or without any.
pub(super) fn refusal(status: StatusCode, headers: &HeaderMap, body: &[u8], host: &str) -> Error {
    let Some(words) = words(body) else {
        return with_wait(page::classify(status, headers, body, host), retry_after(headers));
    };
    let classified = words::known(&words).unwrap_or_else(|| words::by_status(status, &words));
    let wait = retry_after(headers).or_else(|| retry_in(&words).filter(|_| status.as_u16() == 429));
    with_wait(classified, wait).with(|context| context.status = Some(status.as_u16())).original(words)
}

/// A refusal in JSON. The first of these that holds words counts.
#[derive(Deserialize)]
struct Refusal {
    #[serde(rename = "ErrorModel", default)]
    model: Option<Model>,
    #[serde(default)]
    error_description: Plain,
    #[serde(default)]
    error: Plain,
    #[serde(default)]
    message: Plain,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Model {
    Told {
        #[serde(rename = "Message")]
        message: Plain,
    },
    Other(IgnoredAny),
}

/// The server's own words in a JSON response.
fn words(body: &[u8]) -> Option<String> {
    let refusal: Refusal = serde_json::from_slice(body).ok()?;
    let message = match refusal.model {
        Some(Model::Told { message }) => message,
        Some(Model::Other(_)) | None => Plain::Null,
    };
    let classified = [message, refusal.error_description, refusal.error, refusal.message];
    classified.iter().find_map(Plain::as_str).filter(|text| !text.is_empty()).map(without_logins)
}

/// The words of an error and of all its causes.
fn chain(error: &reqwest::Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        let text = next.to_string();
        if !words.contains(&text) {
            words.push_str(": ");
            words.push_str(&text);
        }
        cause = next.source();
    }
    words
}

#[cfg(test)]
mod tests {
    use reqwest::header::CONTENT_TYPE;

    use super::*;
    use crate::Code;

    fn classify(status: u16, body: &str) -> Error {
        let status = StatusCode::from_u16(status).expect("a status");
        refusal(status, &HeaderMap::new(), body.as_bytes(), "vault.example.org")
    }

    fn said(words: &str) -> String {
        format!(r#"{{"error":"x","error_description":"{words}","ErrorModel":{{"Message":"{words}"}}}}"#)
    }

    #[test]
    fn known_messages_get_their_own_code_and_keep_the_original() {
        for (status, words, code) in [
            (401, "Unauthorized", Code::SessionEnded),
            (403, "Forbidden", Code::NotAdministrator),
            (409, "Another backup run is already in progress", Code::Busy),
            (409, "Backup settings need administrator reactivation after restore", Code::SettingsNeedRepair),
            (500, "Backup settings need administrator reactivation after restore", Code::SettingsNeedRepair),
            (400, "Remote backup file checksum does not match its filename", Code::HashMismatch),
            (400, "Backup file checksum does not match its filename", Code::HashMismatch),
            (409, "Backup import requires a fresh instance with no vault or send data", Code::NotFresh),
            (500, "WebDAV upload failed: 507", Code::TargetFailed),
            (500, "S3 upload failed: 404", Code::TargetFailed),
            (409, "WebDAV download failed: 404", Code::BackupNotFound),
            (500, "Network connection lost.", Code::TargetFailed),
            (400, "Backup archive is strange", Code::ServerRefused),
            (500, "Something new", Code::ServerFailed),
        ] {
            let error = classify(status, &said(words));
            assert_eq!(error.code(), code, "{words}");
            assert_eq!(error.body().original.as_deref(), Some(words));
            assert!(!error.body().hint.is_empty());
        }
    }

    #[test]
    fn a_page_instead_of_a_response_is_not_a_nodewarden() {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, "text/html; charset=utf-8".parse().expect("a header"));
        let error = refusal(StatusCode::NOT_FOUND, &headers, b"<html>", "example.org");
        assert_eq!(error.code(), Code::NotNodeWarden);
    }

    #[test]
    fn retry_after_is_read_in_seconds() {
        let wait = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, value.parse().expect("a header"));
            retry_after(&headers)
        };
        assert_eq!(wait("7"), Some(Duration::from_secs(7)));
        let later = Timestamp::now() + Duration::from_secs(100);
        let date = later.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
        assert!(wait(&date).is_some_and(|wait| (90..=100).contains(&wait.as_secs())), "{date}");
        assert_eq!(wait("Wed, 21 Oct 2015 07:28:00 GMT"), Some(Duration::ZERO));
        assert_eq!(wait("soon"), None);
    }

    #[test]
    fn a_locked_account_counts_down_even_without_the_header() {
        let error = classify(429, &said("Too many failed login attempts. Try again in 117 seconds."));
        assert_eq!((error.code(), error.body().retry_after_seconds), (Code::AccountLocked, Some(117)));
        let error = classify(429, &said("Too many failed login attempts. Try again in 2 minutes."));
        assert_eq!(error.body().retry_after_seconds, Some(120));
    }

    #[test]
    fn a_wait_of_an_hour_is_shown_as_an_hour() {
        let hint =
            |seconds| asks_to_wait_long(timed_out("x"), Duration::from_secs(seconds)).body().hint.clone();
        assert!(hint(3_600).contains("wait of 1 hour."), "{}", hint(3_600));
        assert!(hint(300).contains("wait of 5 minutes."), "{}", hint(300));
        assert!(hint(86_400).contains("wait of 24 hours."), "{}", hint(86_400));
    }

    #[test]
    fn an_absurd_wait_is_limited_to_a_day() {
        for words in ["Try again in 18446744073709551615 minutes.", "Try again in 4000000000 seconds."] {
            assert_eq!(classify(429, &said(words)).body().retry_after_seconds, Some(86_400), "{words}");
        }
    }

    #[test]
    fn a_rate_limit_says_how_long_to_wait() {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, "49".parse().expect("a header"));
        let body =
            br#"{"error":"Too many requests","error_description":"Rate limit exceeded. Try again in 49 seconds."}"#;
        let error = refusal(StatusCode::TOO_MANY_REQUESTS, &headers, body, "example.org");
        assert_eq!(error.code(), Code::RateLimited);
        assert_eq!(error.body().retry_after_seconds, Some(49));
    }
}
