//! What goes wrong at the proxy between here and the server.

use crate::{Code, Error};

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
        return Some(wants_login(proxy));
    }
    if at_a_proxy && words.contains("unsuccessful") {
        return Some(
            Error::new(
                Code::HostUnreachable,
                format!("The proxy did not connect this app to {host}."),
                "Check the server's address, and whether the proxy lets it through.",
            )
            .value("cause", "proxy-refusal"),
        );
    }
    (at_a_proxy || proxy.is_some()).then(|| {
        let named = proxy.map_or_else(|| "The proxy".to_owned(), |proxy| format!("The proxy {proxy}"));
        let error = Error::new(
            Code::HostUnreachable,
            format!("{named} could not be reached."),
            "Check the proxy in the connection settings, or that of this computer, and your network connection.",
        );
        with_proxy(error.value("cause", "proxy"), proxy)
    })
}

/// The proxy wants a login, or refuses the one given (HTTP 407).
pub(super) fn wants_login(proxy: Option<&str>) -> Error {
    let named = proxy.map_or_else(|| "The proxy".to_owned(), |proxy| format!("The proxy {proxy}"));
    let error = Error::new(
        Code::HostUnreachable,
        format!("{named} wants a user and a password, or refuses the ones it was given."),
        "Enter the proxy's user and password in the connection settings.",
    );
    with_proxy(error.value("cause", "proxy-login"), proxy)
}

fn with_proxy(error: Error, proxy: Option<&str>) -> Error {
    match proxy {
        Some(proxy) => error.value("proxy", proxy),
        None => error,
    }
}
