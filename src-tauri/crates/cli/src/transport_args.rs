//! How a server is reached, where that is not the plain way: an authority of one's
//! own, a proxy, the headers of an access gateway, consent to plain http.

use std::fs::File;
use std::path::{Path, PathBuf};

use desk_core::app::{ConnectionForm, HeaderForm};
use desk_core::error::CommandDetail;
use desk_core::secrets::SecretField;
use desk_core::{Error, text};
use secrecy::zeroize::Zeroizing;

use crate::exit::Ended;

/// How the server is reached. Secrets come from files, never from arguments.
#[derive(clap::Args)]
pub struct TransportArgs {
    /// PEM file with a certificate authority to trust in addition to the system's.
    #[arg(long, value_name = "FILE", requires = "server")]
    ca_file: Option<PathBuf>,
    /// Proxy URL without its login: http, https, socks5 or socks5h.
    #[arg(long, value_name = "URL", requires = "server")]
    proxy: Option<String>,
    /// File with the proxy's login, as user:password.
    #[arg(long, value_name = "FILE", requires = "proxy")]
    proxy_login_file: Option<PathBuf>,
    /// File with extra request headers for an access gateway, one "Name: value" per line.
    #[arg(long, value_name = "FILE", requires = "server")]
    header_file: Option<PathBuf>,
    /// Accept plain http to another computer. This exposes everything to the network.
    #[arg(long, requires = "server")]
    accept_http: bool,
}

impl TransportArgs {
    /// Plain http was accepted.
    pub fn accepts_http(&self) -> bool {
        self.accept_http
    }

    /// What was requested, with the secrets read from their files; `None` for the
    /// usual way.
    pub fn form(&self) -> Ended<Option<ConnectionForm>> {
        let is_usual =
            self.ca_file.is_none() && self.proxy.is_none() && self.header_file.is_none() && !self.accept_http;
        if is_usual {
            return Ok(None);
        }
        let proxy_login = match &self.proxy_login_file {
            Some(file) => SecretField::new(read(file)?.trim()),
            None => SecretField::Unset,
        };
        let headers = match &self.header_file {
            Some(file) => headers(file, &read(file)?)?,
            None => Vec::new(),
        };
        Ok(Some(ConnectionForm {
            ca_file: self.ca_file.as_ref().map(|file| file.to_string_lossy().into_owned()),
            proxy: self.proxy.clone(),
            proxy_login,
            headers,
            http_accepted: self.accept_http,
        }))
    }
}

/// More than any headers or login have, in bytes.
const LARGEST: usize = 64 << 10;

fn read(file: &Path) -> Ended<Zeroizing<String>> {
    let opened = File::open(file).map_err(|error| Error::file(file, &error))?;
    Ok(text::read_text(opened, LARGEST, &file.display().to_string())?)
}

fn headers(file: &Path, text: &str) -> Ended<Vec<HeaderForm>> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(number, line)| {
            let (name, value) = line.split_once(':').ok_or_else(|| {
                // The line itself may be a secret.
                CommandDetail::NotAHeaderLine {
                    line: u32::try_from(number + 1).unwrap_or(u32::MAX),
                    path: file.display().to_string(),
                }
                .error()
            })?;
            Ok(HeaderForm { name: name.trim().to_owned(), value: SecretField::new(value.trim()) })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_not_text_or_too_long_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let (large, binary) = (folder.path().join("large"), folder.path().join("binary"));
        std::fs::write(&large, "X: y\n".repeat(20_000)).expect("written");
        std::fs::write(&binary, [0xff, 0xfe, 0, 1, 2]).expect("written");
        for (file, reason) in [(large, "InputTooLong"), (binary, "NotText")] {
            let Err(failure) = read(&file) else { panic!("{} was read", file.display()) };
            assert!(format!("{failure:?}").contains(reason), "{failure:?}");
        }
    }

    #[test]
    fn headers_are_read_line_by_line_and_a_bad_line_is_not_repeated() {
        let read = headers(Path::new("h"), "CF-Access-Client-Id: a.access\n\nX-Token:b:c\n");
        let Ok(read) = read else { panic!("two headers") };
        let names: Vec<&str> = read.iter().map(|header| header.name.as_str()).collect();
        assert_eq!(names, ["CF-Access-Client-Id", "X-Token"]);
        let Err(failure) = headers(Path::new("h"), "X: y\nhush hush") else { panic!("refused") };
        let told = format!("{failure:?}");
        assert!(told.contains("Line 2") && !told.contains("hush"), "{told}");
    }
}
