//! A server's address, from what a person typed or pasted.

use std::fmt;
use std::net::{IpAddr, ToSocketAddrs};

use url::{Host, Url};

use crate::Result;
use crate::error::ConnectionDetail;

/// The origin of a NodeWarden server: scheme, host and port, nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerAddress(Url);

impl ServerAddress {
    /// Reads an address. A missing scheme becomes https (http for this computer);
    /// a path, query or fragment, as in a pasted vault link, is dropped.
    ///
    /// # Errors
    /// `AddressInvalid` when there is no host in it or it carries a password,
    /// `AddressInsecure` for plain http to another computer.
    pub fn parse(typed: &str) -> Result<Self> {
        Self::parse_with(typed, false)
    }

    /// The same; with `http_accepted`, plain http to another computer is taken: a
    /// person accepted that the network sees everything.
    ///
    /// # Errors
    /// As [`ServerAddress::parse`].
    pub fn parse_with(typed: &str, http_accepted: bool) -> Result<Self> {
        let typed = typed.trim();
        let invalid = || {
            let error = ConnectionDetail::AddressInvalid.error();
            // What stands before an @ may be a password.
            if typed.contains('@') { error } else { error.original(typed) }
        };
        let mut url = match Url::parse(typed) {
            Ok(url) if url.has_host() => url,
            _ if typed.contains("://") || has_other_scheme(typed) => return Err(invalid()),
            _ => {
                let url = Url::parse(&format!("https://{typed}")).map_err(|_| invalid())?;
                if is_loopback(&url) {
                    Url::parse(&format!("http://{typed}")).map_err(|_| invalid())?
                } else {
                    url
                }
            }
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(ConnectionDetail::AddressHasLogin.error());
        }
        match url.scheme() {
            "https" => {}
            "http" if http_accepted || is_loopback(&url) => {}
            "http" => {
                return Err(ConnectionDetail::AddressInsecure.error());
            }
            _ => return Err(invalid()),
        }
        url.set_path("/");
        url.set_query(None);
        url.set_fragment(None);
        Ok(Self(url))
    }

    /// The address of an API path, such as `/api/config`.
    pub fn join(&self, path: &str) -> Url {
        let mut url = self.0.clone();
        url.set_path(path);
        url
    }

    /// It is asked in plain http.
    pub fn is_insecure(&self) -> bool {
        self.0.scheme() == "http"
    }

    /// It is this computer.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.0)
    }

    /// The host and, when it is not the usual one, the port.
    pub fn host(&self) -> String {
        let host = self.0.host_str().unwrap_or_default();
        self.0.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }
}

impl fmt::Display for ServerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

/// It begins like an address of another kind, `htp:/…` or `mailto:…`: what follows its
/// first colon is no port. A login before an @ is distinguished by the caller.
fn has_other_scheme(typed: &str) -> bool {
    let Some((name, rest)) = typed.split_once(':') else { return false };
    let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    let port = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let is_port = rest.is_empty() || !port.is_empty() && port.chars().all(|c| c.is_ascii_digit());
    is_name && !name.is_empty() && !typed.contains('@') && !is_port
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => {
            name == "localhost" || (name.ends_with(".localhost") && are_loopback(&resolved(name)))
        }
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// The addresses of a name. Not every resolver keeps names below `.localhost` on this
/// computer.
fn resolved(name: &str) -> Vec<IpAddr> {
    let found = (name, 0).to_socket_addrs().into_iter().flatten();
    found.map(|address| address.ip()).collect()
}

/// There are some, and all of them are this computer.
fn are_loopback(addresses: &[IpAddr]) -> bool {
    !addresses.is_empty() && addresses.iter().all(IpAddr::is_loopback)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Code;

    fn parsed(typed: &str) -> String {
        ServerAddress::parse(typed).expect("a good address").to_string()
    }

    fn refused(typed: &str) -> Code {
        ServerAddress::parse(typed).expect_err("a bad address").code()
    }

    #[test]
    fn a_pasted_vault_link_becomes_the_servers_origin() {
        assert_eq!(parsed("https://vault.example.org/#/vault?x=1"), "https://vault.example.org");
        assert_eq!(parsed(" https://vault.example.org/sub/path/ "), "https://vault.example.org");
    }

    #[test]
    fn a_missing_scheme_is_https_except_on_this_computer() {
        assert_eq!(parsed("vault.example.org"), "https://vault.example.org");
        assert_eq!(parsed("vault.example.org:8443"), "https://vault.example.org:8443");
        assert_eq!(parsed("localhost:8787"), "http://localhost:8787");
        assert_eq!(parsed("127.0.0.1:8787"), "http://127.0.0.1:8787");
        assert_eq!(parsed("[::1]:8787"), "http://[::1]:8787");
    }

    #[test]
    fn plain_http_to_another_computer_is_refused() {
        assert_eq!(refused("http://vault.example.org"), Code::AddressInsecure);
        assert_eq!(refused("http://192.168.1.4:8787"), Code::AddressInsecure);
    }

    #[test]
    fn plain_http_is_allowed_after_consent() {
        let address = ServerAddress::parse_with("http://192.168.1.4:8787/#/vault", true).expect("accepted");
        assert_eq!(address.to_string(), "http://192.168.1.4:8787");
    }

    #[test]
    fn an_invalid_address_is_refused() {
        for typed in ["", "   ", "ftp://vault.example.org", "https://", "https://a:b@vault.example.org"] {
            assert_eq!(refused(typed), Code::AddressInvalid, "{typed:?}");
        }
        for typed in ["https://me:hush@", "me:hush@ vault.example.org", "ftp://me:hush@vault.example.org"] {
            let error = ServerAddress::parse(typed).expect_err("a bad address");
            assert!(!format!("{error:?}").contains("hush"), "{typed:?} is not told on");
        }
    }

    #[test]
    fn a_mistyped_scheme_is_an_invalid_address_and_never_looked_up() {
        for typed in ["htp:/x y", "htps:vault.example.org", "mailto:me", "https:/ x"] {
            let error = ServerAddress::parse(typed).expect_err(typed);
            assert_eq!(error.code(), Code::AddressInvalid, "{typed}");
        }
        assert!(ServerAddress::parse("vault.example.org:8443/login").is_ok());
    }

    #[test]
    fn a_localhost_name_is_this_computer_only_when_it_resolves_to_it() {
        let are = |addresses: &[&str]| {
            let parsed = addresses.iter().map(|address| address.parse().expect("an address"));
            are_loopback(&parsed.collect::<Vec<_>>())
        };
        assert!(are(&["127.0.0.1"]) && are(&["::1", "127.0.1.1"]));
        for elsewhere in [&[][..], &["192.168.1.4"], &["127.0.0.1", "192.168.1.4"], &["::ffff:10.0.0.1"]] {
            assert!(!are(elsewhere), "{elsewhere:?}");
        }
        // Whatever this computer's resolver says, http is taken in no other case.
        let name = "vault.localhost";
        let taken = ServerAddress::parse(&format!("http://{name}:8787")).is_ok();
        assert_eq!(taken, are_loopback(&resolved(name)));
        // A label is at most 63 bytes long: this one resolves nowhere.
        let nowhere = format!("{}.localhost", "a".repeat(70));
        assert_eq!(refused(&format!("http://{nowhere}")), Code::AddressInsecure);
        assert!(!ServerAddress::parse(&format!("https://{nowhere}")).expect("https is fine").is_loopback());
    }
}
