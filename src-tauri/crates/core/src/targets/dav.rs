//! Listings of a WebDAV share, read leniently: absolute and differently encoded hrefs, shares
//! behind a proxy that moves paths, files without a size, and shares that list deeper than asked.

use std::time::Duration;

use http::{HeaderValue, Method, Request, StatusCode, header};
use opendal::{Buffer, HttpTransporter};
use percent_encoding::percent_decode_str;
use url::Url;

use super::{ANSWER, failure, redirects, xml};
use crate::error::TargetDetail;
use crate::places::WebdavPlace;
use crate::{Error, Result};

/// What is asked of every file.
const PROPERTIES: &[u8] = br#"<?xml version="1.0" encoding="utf-8"?>
<propfind xmlns="DAV:"><prop><resourcetype/><getcontentlength/><getlastmodified/></prop></propfind>"#;

/// How often a listing that failed in passing is requested.
const TIMES: u32 = 3;

/// The listings of one share.
pub(super) struct Dav {
    transport: HttpTransporter,
    base: Url,
    authorization: Option<HeaderValue>,
}

/// Something that a share lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DavItem {
    /// Its name, decoded.
    pub name: String,
    pub is_directory: bool,
    pub size: Option<u64>,
    pub modified: Option<String>,
}

impl Dav {
    pub fn new(
        place: &WebdavPlace,
        transport: HttpTransporter,
        authorization: Option<HeaderValue>,
    ) -> Result<Self> {
        let mut base = Url::parse(place.base_url.trim()).map_err(|_| failure::no_address())?;
        base.set_query(None);
        base.set_fragment(None);
        {
            let mut segments = base.path_segments_mut().map_err(|()| failure::no_address())?;
            segments.pop_if_empty();
            segments.extend(place.remote_path.split('/').map(str::trim).filter(|name| !name.is_empty()));
        }
        Ok(Self { transport, base, authorization })
    }

    /// What is in a folder; `None` where it is not there.
    pub async fn list(&self, folder: &str) -> Result<Option<Vec<DavItem>>> {
        let url = self.url(folder, true);
        let Some(xml) = self.propfind(&url, "1").await? else { return Ok(None) };
        children(&xml, &url).map(Some).ok_or_else(not_a_listing)
    }

    /// One file or folder; `None` where it is not there.
    pub async fn stat(&self, path: &str) -> Result<Option<DavItem>> {
        let Some(xml) = self.propfind(&self.url(path, false), "0").await? else { return Ok(None) };
        Ok(responses(&xml).ok_or_else(not_a_listing)?.into_iter().next().map(|(_, item)| item))
    }

    fn url(&self, path: &str, is_folder: bool) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty();
            segments.extend(path.split('/').filter(|name| !name.is_empty()));
            if is_folder {
                segments.push("");
            }
        }
        url
    }

    async fn propfind(&self, url: &Url, depth: &'static str) -> Result<Option<String>> {
        let mut time = 1;
        loop {
            let error = match tokio::time::timeout(ANSWER, self.ask(url, depth)).await {
                Ok(Ok(answer)) => return Ok(answer),
                Ok(Err((error, false))) => return Err(error),
                Ok(Err((error, true))) => error,
                Err(_) => failure::timed_out(),
            };
            if time == TIMES {
                return Err(error);
            }
            tokio::time::sleep(Duration::from_millis(300) * time).await;
            time += 1;
        }
    }

    /// One question; an error comes with whether it may pass.
    async fn ask(&self, url: &Url, depth: &'static str) -> Result<Option<String>, (Error, bool)> {
        let mut url = url.clone();
        for _ in 0..=redirects::MOST {
            let request = Request::builder()
                .method(Method::from_bytes(b"PROPFIND").map_err(|_| (failure::no_address(), false))?)
                .uri(url.as_str())
                .header("depth", depth)
                .header(header::CONTENT_TYPE, "application/xml; charset=utf-8")
                .header(header::CONTENT_LENGTH, PROPERTIES.len());
            let request = match &self.authorization {
                Some(value) => request.header(header::AUTHORIZATION, value),
                None => request,
            };
            let request =
                request.body(Buffer::from(PROPERTIES)).map_err(|_| (failure::no_address(), false))?;
            let answer = self.transport.send(request).await.map_err(|error| (failure::of(&error), true))?;
            let status = answer.status();
            if status == StatusCode::NOT_FOUND || status == StatusCode::GONE {
                return Ok(None);
            }
            if status.is_redirection() {
                let to = answer.headers().get(header::LOCATION).and_then(|to| to.to_str().ok());
                let to = to.and_then(|to| url.join(to).ok());
                match to {
                    Some(to) if redirects::is_same_place(&url, &to) => url = to,
                    to => {
                        let host = to.and_then(|to| to.host_str().map(str::to_owned)).unwrap_or_default();
                        return Err((failure::redirected_elsewhere(host), false));
                    }
                }
                continue;
            }
            let body = String::from_utf8_lossy(&answer.into_body().to_bytes()).into_owned();
            if !status.is_success() {
                let passing = matches!(status.as_u16(), 429 | 500 | 502 | 503 | 504);
                return Err((failure::of_status(status.as_u16(), &body), passing));
            }
            return Ok(Some(body));
        }
        Err((failure::redirected_in_a_loop(), false))
    }
}

/// Every response with the decoded segments of its path.
fn responses(xml: &str) -> Option<Vec<(Vec<String>, DavItem)>> {
    let records = xml::records(xml, &["response"])?;
    if records.is_empty() && !xml.contains("multistatus") {
        return None;
    }
    let read = records.into_iter().filter_map(|(_, fields)| {
        let href = fields.get("href")?.trim();
        // An absolute href names the host that the share knows itself by, which a proxy may change.
        let path = match href.split_once("://") {
            Some((_, rest)) => rest.find('/').map_or("/", |at| &rest[at..]),
            None => href,
        };
        let segments = decoded(path.split(['?', '#']).next().unwrap_or_default());
        let is_directory = fields.contains_key("collection") || path.ends_with('/');
        let text = |name: &str| fields.get(name).map(|text| text.trim()).filter(|text| !text.is_empty());
        let item = DavItem {
            name: segments.last().cloned().unwrap_or_default(),
            is_directory,
            size: text("getcontentlength").and_then(|size| size.parse().ok()).filter(|_| !is_directory),
            modified: text("getlastmodified").map(str::to_owned),
        };
        Some((segments, item))
    });
    Some(read.collect())
}

fn decoded(path: &str) -> Vec<String> {
    let segments = path.split('/').filter(|segment| !segment.is_empty() && *segment != ".");
    segments.map(|segment| percent_decode_str(segment).decode_utf8_lossy().into_owned()).collect()
}

/// What is directly in the folder that was requested. The folder itself is the entry with
/// its path, or, behind a proxy that changes paths, the shortest one with its name.
fn children(xml: &str, asked: &Url) -> Option<Vec<DavItem>> {
    let responses = responses(xml)?;
    let folder = decoded(asked.path());
    let own = responses.iter().map(|(segments, _)| segments).find(|segments| **segments == folder);
    let shortest = || {
        let shortest =
            responses.iter().map(|(segments, _)| segments).min_by_key(|segments| segments.len())?;
        let is_own = shortest.is_empty()
            || shortest.last() == folder.last()
            || (responses.len() > 1
                && responses.iter().filter(|(segments, _)| segments.len() == shortest.len()).count() == 1
                && responses.iter().all(|(segments, _)| segments.starts_with(shortest)));
        is_own.then_some(shortest)
    };
    let own = own.or_else(shortest).cloned();
    // Without a response for the folder itself, the shortest paths are what is in it.
    let depth = match &own {
        Some(own) => own.len() + 1,
        None => responses.iter().map(|(segments, _)| segments.len()).min().unwrap_or_default(),
    };
    let items = responses.into_iter().filter(|(segments, _)| {
        segments.len() == depth && own.as_ref().is_none_or(|own| segments.starts_with(own))
    });
    Some(items.map(|(_, item)| item).collect())
}

fn not_a_listing() -> Error {
    TargetDetail::StorageNotAListing.error()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing(hrefs: &[(&str, Option<&str>)]) -> String {
        let responses = hrefs.iter().map(|(href, size)| {
            let kind = match size {
                None => "<d:resourcetype><d:collection/></d:resourcetype>".to_owned(),
                Some("") => "<d:resourcetype/>".to_owned(),
                Some(size) => format!("<d:getcontentlength>{size}</d:getcontentlength>"),
            };
            format!("<d:response><d:href>{href}</d:href><d:propstat><d:prop>{kind}</d:prop></d:propstat></d:response>")
        });
        format!(r#"<d:multistatus xmlns:d="DAV:">{}</d:multistatus>"#, responses.collect::<String>())
    }

    fn names(hrefs: &[(&str, Option<&str>)], asked: &str) -> Vec<(String, Option<u64>)> {
        let items = children(&listing(hrefs), &Url::parse(asked).expect("a URL")).expect("a listing");
        items.into_iter().map(|item| (item.name, item.size)).collect()
    }

    #[test]
    fn hrefs_are_parsed_in_every_form() {
        let asked = "https://nas.example.org/dav/my%20files/";
        for own in
            ["/dav/my%20files/", "/dav/my files", "http://inner:8080/dav/my%20files/", "/data/my%20files/"]
        {
            let own_slash = own.trim_end_matches('/');
            let file = format!("{own_slash}/a%5Fb.zip");
            let plain = format!("{own_slash}/c");
            let found = names(&[(own, None), (&file, Some("7")), (&plain, Some(""))], asked);
            assert_eq!(found, [("a_b.zip".to_owned(), Some(7)), ("c".to_owned(), None)], "{own}");
        }
    }

    #[test]
    fn a_folder_listing_contains_direct_children_only() {
        let asked = "https://nas.example.org/dav/";
        assert_eq!(names(&[("/dav/", None)], asked), []);
        assert_eq!(names(&[("/", None)], asked), []);
        let deep = names(&[("/dav/", None), ("/dav/a/", None), ("/dav/a/b", Some("1"))], asked);
        assert_eq!(deep, [("a".to_owned(), None)]);
    }

    #[test]
    fn a_listing_without_its_own_folder_still_lists_files() {
        let found = names(&[("/dav/a", Some("1")), ("/dav/b", Some("2"))], "https://nas.example.org/dav/");
        assert_eq!(found.len(), 2);
    }

    #[test]
    fn a_web_page_is_not_a_listing() {
        assert!(
            children("<html><body>Sign in</body></html>", &Url::parse("https://x.org/").expect("a URL"))
                .is_none()
        );
    }
}
