//! A WebDAV folder.

use bytes::Bytes;
use jiff::Timestamp;
use jiff::fmt::rfc2822;
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use url::Url;

use super::{Failure, Item, encoded, good, joined, xml};
use crate::settings::Webdav;

const PROPERTIES: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<propfind xmlns="DAV:"><prop><resourcetype/><getcontentlength/><getlastmodified/></prop></propfind>"#;

/// A WebDAV folder and who opens it.
pub(crate) struct Folder {
    client: Client,
    base: String,
    root: String,
    user: String,
    password: String,
}

impl Folder {
    pub fn open(client: &Client, webdav: &Webdav) -> Result<Self, Failure> {
        if webdav.base_url.is_empty() {
            return Err(Failure::words("WebDAV server URL is required"));
        }
        if webdav.username.is_empty() {
            return Err(Failure::words("WebDAV username is required"));
        }
        if webdav.password.is_empty() {
            return Err(Failure::words("WebDAV password is required"));
        }
        Ok(Self {
            client: client.clone(),
            base: webdav.base_url.clone(),
            root: webdav.remote_path.clone(),
            user: webdav.username.clone(),
            password: webdav.password.clone(),
        })
    }

    pub fn root(&self) -> &str {
        &self.root
    }

    pub async fn list(&self, path: &str) -> Result<Vec<Item>, Failure> {
        let url = self.url(&joined(&self.root, path));
        let answer = self.properties(&url, "1").await?;
        if answer.status() == StatusCode::NOT_FOUND {
            return Ok(Vec::new());
        }
        let xml = good(answer, "WebDAV listing")?.text().await?;
        let records =
            xml::records(&xml, &["response"]).ok_or_else(|| Failure::words("WebDAV listing failed"))?;
        let own = path_of(&url);
        let items = records.into_iter().filter_map(|(_, fields)| {
            let href = path_of(&self.absolute(fields.get("href")?)?);
            let name = href.strip_prefix(&own)?.trim_matches('/');
            if name.is_empty() || name.contains('/') {
                return None;
            }
            let is_directory = fields.contains_key("collection");
            Some(Item {
                path: joined(path, name),
                is_directory,
                size: fields
                    .get("getcontentlength")
                    .and_then(|size| size.parse().ok())
                    .filter(|_| !is_directory),
                modified: fields.get("getlastmodified").and_then(|time| http_date(time)),
            })
        });
        Ok(items.collect())
    }

    pub async fn download(&self, path: &str) -> Result<Bytes, Failure> {
        let url = self.url(&joined(&self.root, path));
        let answer = self.signed(self.client.get(url)).send().await?;
        Ok(good(answer, "WebDAV download")?.bytes().await?)
    }

    pub async fn upload(&self, path: &str, bytes: Bytes, media_type: &str) -> Result<(), Failure> {
        let full = joined(&self.root, path);
        self.make_folders(&full).await?;
        let request = self.client.put(self.url(&full)).header("content-type", media_type.to_owned());
        let answer = self.signed(request).body(bytes).send().await?;
        good(answer, "WebDAV upload").map(drop)
    }

    pub async fn delete(&self, path: &str) -> Result<(), Failure> {
        let url = self.url(&joined(&self.root, path));
        let answer = self.signed(self.client.delete(url)).send().await?;
        if answer.status() == StatusCode::NOT_FOUND {
            return Ok(());
        }
        good(answer, "WebDAV delete").map(drop)
    }

    pub async fn size(&self, path: &str) -> Result<Option<u64>, Failure> {
        let answer = self.properties(&self.url(&joined(&self.root, path)), "0").await?;
        let xml = good(answer, "WebDAV listing")?.text().await?;
        let records = xml::records(&xml, &["response"]).unwrap_or_default();
        let size = records.first().and_then(|(_, fields)| fields.get("getcontentlength")?.parse().ok());
        Ok(size)
    }

    /// Makes the folders above a file. The upload shows whether that worked.
    async fn make_folders(&self, full: &str) -> Result<(), Failure> {
        for (end, _) in full.match_indices('/') {
            let url = format!("{}/", self.url(&full[..end]));
            self.signed(self.client.request(method("MKCOL"), url)).send().await?;
        }
        Ok(())
    }

    async fn properties(&self, url: &str, depth: &str) -> Result<reqwest::Response, Failure> {
        let request = self
            .client
            .request(method("PROPFIND"), url)
            .header("depth", depth)
            .header("content-type", "application/xml; charset=utf-8")
            .body(PROPERTIES);
        Ok(self.signed(request).send().await?)
    }

    fn signed(&self, request: RequestBuilder) -> RequestBuilder {
        request.basic_auth(&self.user, Some(&self.password))
    }

    fn url(&self, full: &str) -> String {
        format!("{}/{}", self.base, encoded(full))
    }

    /// A response's href, which may be a path alone.
    fn absolute(&self, href: &str) -> Option<String> {
        Some(Url::parse(&self.base).ok()?.join(href.trim()).ok()?.into())
    }
}

/// The decoded path of a URL, without a slash at the end.
fn path_of(url: &str) -> String {
    let path = Url::parse(url).map(|url| url.path().to_owned()).unwrap_or_default();
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.trim_end_matches('/').as_bytes();
    while let [first, tail @ ..] = rest {
        let escaped = match (first, tail) {
            (b'%', [high, low, ..]) => {
                let digits = [*high, *low];
                std::str::from_utf8(&digits).ok().and_then(|hex| u8::from_str_radix(hex, 16).ok())
            }
            _ => None,
        };
        bytes.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn method(name: &str) -> Method {
    Method::from_bytes(name.as_bytes()).expect("a WebDAV method is a token")
}

fn http_date(text: &str) -> Option<Timestamp> {
    rfc2822::parse(text).ok().map(|time| time.timestamp())
}
