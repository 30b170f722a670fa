//! Whether two targets lie in the same folder, however each of them is written.

use std::fmt;

use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};
use url::Url;

use super::Location;
use crate::places::Provider;

/// Storages where the name of a bucket means the same bucket in every region.
const ONE_NAMESPACE: &[&str] =
    &["amazonaws.com", "backblazeb2.com", "wasabisys.com", "scw.cloud", "aliyuncs.com"];

/// The folder of a target in one form: equal for the same folder, whatever the case of the
/// host, slashes, default ports, percent encoding, region and addressing style.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FolderKey {
    provider: Provider,
    /// Host, and the port where it is not the default one.
    host: String,
    folders: Vec<String>,
}

/// How the folder of one target relates to that of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum Overlap {
    /// They are the same folder.
    Same,
    /// It is inside the other one's folder.
    Inside,
    /// The other one's folder is inside it.
    Around,
}

impl FolderKey {
    /// `None` where the address is none, or the kind is not known.
    pub fn of(location: &Location) -> Option<Self> {
        match location {
            Location::Webdav(place) => {
                let url = web(&place.base_url)?;
                let folders = segments(url.path()).chain(segments(&place.remote_path));
                Some(Self {
                    provider: Provider::Webdav,
                    host: with_port(&url, &host(&url)?),
                    // Many shares are on file systems that are not case-sensitive.
                    folders: folders.map(|name| name.to_lowercase()).collect(),
                })
            }
            Location::S3(place) => {
                let url = web(&place.endpoint)?;
                let bucket = place.bucket.trim().to_lowercase();
                let host = host(&url)?;
                let host = host.strip_prefix(&format!("{bucket}.")).unwrap_or(&host);
                let host = ONE_NAMESPACE.iter().copied().find(|end| is_below(host, end)).unwrap_or(host);
                let folders = segments(url.path()).chain([bucket]).chain(segments(&place.root_path));
                Some(Self { provider: Provider::S3, host: with_port(&url, host), folders: folders.collect() })
            }
            Location::Other(_) => None,
        }
    }

    /// How this folder relates to another one; `None` where they have nothing in common.
    pub fn overlap(&self, other: &Self) -> Option<Overlap> {
        if (self.provider, &self.host) != (other.provider, &other.host) {
            return None;
        }
        if self.folders == other.folders {
            Some(Overlap::Same)
        } else if self.folders.starts_with(&other.folders) {
            Some(Overlap::Inside)
        } else if other.folders.starts_with(&self.folders) {
            Some(Overlap::Around)
        } else {
            None
        }
    }
}

/// One text for the folder, the same for the same folder.
impl fmt::Display for FolderKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}/{}", self.provider.name(), self.host, self.folders.join("/"))
    }
}

fn web(address: &str) -> Option<Url> {
    Url::parse(address.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
}

fn host(url: &Url) -> Option<String> {
    Some(url.host_str()?.trim_end_matches('.').to_lowercase())
}

/// The URL has no port where it is the default one of its scheme.
fn with_port(url: &Url, host: &str) -> String {
    match url.port() {
        // A default port is one also where the scheme is the other one.
        Some(80 | 443) | None => host.to_owned(),
        Some(port) => format!("{host}:{port}"),
    }
}

fn is_below(host: &str, end: &str) -> bool {
    host.strip_suffix(end).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

fn segments(path: &str) -> impl Iterator<Item = String> {
    path.split('/')
        .map(|name| percent_decode_str(name).decode_utf8_lossy().trim().to_owned())
        .filter(|name| !name.is_empty() && name != ".")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::places::{AddressingStyle, OtherPlace, S3Place, WebdavPlace};
    use crate::secrets::SecretField;

    fn share(base_url: &str, remote_path: &str) -> Location {
        Location::Webdav(WebdavPlace {
            base_url: base_url.into(),
            username: "me".into(),
            password: SecretField::Kept,
            remote_path: remote_path.into(),
        })
    }

    fn bucket(endpoint: &str, bucket: &str, root_path: &str) -> Location {
        Location::S3(S3Place {
            endpoint: endpoint.into(),
            bucket: bucket.into(),
            addressing_style: AddressingStyle::PathStyle,
            region: "auto".into(),
            access_key_id: "key".into(),
            secret_access_key: SecretField::Kept,
            root_path: root_path.into(),
        })
    }

    fn overlap(one: &Location, other: &Location) -> Option<Overlap> {
        FolderKey::of(one)?.overlap(&FolderKey::of(other)?)
    }

    #[test]
    fn a_share_is_the_same_however_its_address_is_written() {
        let plain = share("https://dav.example.org/files", "nodewarden");
        for other in [
            share("https://DAV.Example.org/files/", "/nodewarden/"),
            share("https://dav.example.org:443/files", "nodewarden"),
            share("http://dav.example.org:80/files", "nodewarden"),
            share(" https://dav.example.org./files ", " nodewarden "),
            share("https://dav.example.org", "files/nodewarden"),
            share("https://dav.example.org/files/nodewarden", ""),
            share("https://dav.example.org/f%69les", "node%77arden"),
            share("https://me:pw@dav.example.org/files//", "./nodewarden"),
            share("https://dav.example.org/x/../files", "NodeWarden"),
        ] {
            assert_eq!(overlap(&plain, &other), Some(Overlap::Same), "{other:?}");
        }
        for other in [
            share("https://dav.example.org:8443/files", "nodewarden"),
            share("https://dav.example.com/files", "nodewarden"),
            share("https://dav.example.org/files", "nodewarden2"),
            bucket("https://dav.example.org", "files", "nodewarden"),
            Location::Other(OtherPlace { kind: "sftp".into() }),
        ] {
            assert_eq!(overlap(&plain, &other), None, "{other:?}");
        }
    }

    #[test]
    fn a_bucket_is_the_same_in_every_region_and_style() {
        let plain = bucket("https://s3.eu-central-1.amazonaws.com", "vault", "nw");
        for other in [
            bucket("https://s3.amazonaws.com/", "Vault", "/nw/"),
            bucket("https://vault.s3.eu-central-1.amazonaws.com", "vault", "nw"),
            bucket("https://s3.dualstack.us-east-1.amazonaws.com:443", "vault", "nw"),
        ] {
            assert_eq!(overlap(&plain, &other), Some(Overlap::Same), "{other:?}");
        }
        for other in [
            bucket("https://s3.example.org", "vault", "nw"),
            bucket("https://s3.evilamazonaws.com", "vault", "nw"),
            bucket("https://s3.amazonaws.com", "other", "nw"),
            bucket("https://s3.amazonaws.com", "vault", "NW"),
            bucket("https://s3.amazonaws.com", "vault", "nw2"),
        ] {
            assert_eq!(overlap(&plain, &other), None, "{other:?}");
        }
    }

    #[test]
    fn a_folder_inside_another_is_reported_from_both_sides() {
        let (whole, part) =
            (bucket("https://s3.example.org", "b", ""), bucket("https://s3.example.org", "b", "x/y"));
        assert_eq!(overlap(&part, &whole), Some(Overlap::Inside));
        assert_eq!(overlap(&whole, &part), Some(Overlap::Around));
        assert_eq!(overlap(&part, &bucket("https://s3.example.org", "b", "x/z")), None);
    }

    #[test]
    fn an_invalid_address_shares_nothing() {
        for bad in ["", "nas", "ftp://nas/x"] {
            assert_eq!(FolderKey::of(&share(bad, "x")), None, "{bad}");
        }
    }

    fn name() -> impl Strategy<Value = String> {
        "[a-zA-Z0-9 _~é%-]{1,8}".prop_filter("a name", |name| !name.trim().is_empty())
    }

    proptest! {
        #[test]
        fn spelling_does_not_matter(
            names in prop::collection::vec("[a-z0-9 é]{1,6}", 1..4),
            split in any::<prop::sample::Index>(),
            slashes in any::<bool>(),
        ) {
            let names: Vec<_> = names.into_iter().filter(|name| !name.trim().is_empty()).collect();
            let at = split.index(names.len() + 1);
            let encoded: Vec<String> = names[..at].iter()
                .map(|name| percent_encoding::utf8_percent_encode(name.trim(), percent_encoding::NON_ALPHANUMERIC).to_string())
                .collect();
            let end = if slashes { "/" } else { "" };
            let one = share(&format!("https://h.example/{}{end}", encoded.join("/")), &names[at..].join("/"));
            let other = share("https://H.example:443", &format!("/{}{end}", names.join("/").to_uppercase()));
            prop_assert_eq!(overlap(&one, &other), Some(Overlap::Same));
        }

        #[test]
        fn the_folder_comparison_is_symmetric(
            one in prop::collection::vec(name(), 0..4),
            other in prop::collection::vec(name(), 0..4),
        ) {
            let place = |names: &[String]| bucket("https://s3.example.org", "b", &names.join("/"));
            let (one, other) = (place(&one), place(&other));
            let mirrored = overlap(&other, &one).map(|overlap| match overlap {
                Overlap::Same => Overlap::Same,
                Overlap::Inside => Overlap::Around,
                Overlap::Around => Overlap::Inside,
            });
            prop_assert_eq!(overlap(&one, &other), mirrored);
        }
    }
}
