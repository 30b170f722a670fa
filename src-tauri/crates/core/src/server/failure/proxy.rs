//! What goes wrong at the proxy between here and the server.

use crate::Error;
use crate::error::ConnectionDetail;

/// A connection that could not be made, where a proxy stands in the way; `proxy` is
/// the one of the connection settings. `None` when the proxy did its part.
pub(super) fn classify(words: &str, proxy: Option<&str>, host: &str) -> Option<Error> {
    let words = words.to_ascii_lowercase();
    let says = |parts: &[&str]| parts.iter().any(|part| words.contains(part));
    // These are said of proxies only, whether set here or by the system.
    let at_a_proxy = says(&["tunnel error", "socks error", "proxy"]);
    if at_a_proxy
        && says(&["authorization required", "user/pass authentication", "implements authentication"])
    {
        return Some(wants_login());
    }
    if at_a_proxy && words.contains("unsuccessful") {
        return Some(ConnectionDetail::ProxyRefused { host: host.to_owned() }.error());
    }
    (at_a_proxy || proxy.is_some()).then(|| match proxy {
        Some(proxy) => ConnectionDetail::ProxyUnreachable { proxy: proxy.to_owned() }.error(),
        None => ConnectionDetail::SystemProxyUnreachable.error(),
    })
}

/// The proxy requires a login, or refuses the one given (HTTP 407).
pub(super) fn wants_login() -> Error {
    ConnectionDetail::ProxyNeedsLogin.error()
}
