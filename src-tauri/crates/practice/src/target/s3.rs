//! A folder in an S3 bucket.

use bytes::Bytes;
use jiff::Timestamp;
use reqwest::{Client, Method, Response, StatusCode};
use url::Url;

use super::signature::{Signed, Signer};
use super::{Failure, Item, encoded, encoded_segment, good, joined, xml};
use crate::settings::S3;

/// A folder in a bucket and who opens it.
pub(crate) struct Bucket {
    client: Client,
    /// Scheme, host and port that requests go to.
    origin: String,
    host: String,
    /// What stands before every key in the path: the bucket, with path style.
    prefix: String,
    settings: S3,
}

impl Bucket {
    pub fn open(client: &Client, settings: &S3) -> Result<Self, Failure> {
        let needed = [
            (&settings.endpoint, "S3 endpoint is required"),
            (&settings.bucket, "S3 bucket is required"),
            (&settings.access_key_id, "S3 access key ID is required"),
            (&settings.secret_access_key, "S3 secret access key is required"),
        ];
        if let Some((_, words)) = needed.iter().find(|(value, _)| value.is_empty()) {
            return Err(Failure::words(*words));
        }
        let invalid = || Failure::words("S3 endpoint must be a valid URL");
        let endpoint = Url::parse(&settings.endpoint).map_err(|_| invalid())?;
        let name = endpoint.host_str().ok_or_else(invalid)?;
        let port = endpoint.port().map(|port| format!(":{port}")).unwrap_or_default();
        let base = endpoint.path().trim_end_matches('/');
        let (host, prefix) = if settings.addressing_style == "virtual-hosted-style" {
            (format!("{}.{name}{port}", settings.bucket), base.to_owned())
        } else {
            (format!("{name}{port}"), format!("{base}/{}", encoded_segment(&settings.bucket)))
        };
        Ok(Self {
            client: client.clone(),
            origin: format!("{}://{host}", endpoint.scheme()),
            host,
            prefix,
            settings: settings.clone(),
        })
    }

    pub fn root(&self) -> &str {
        &self.settings.root_path
    }

    pub async fn list(&self, path: &str) -> Result<Vec<Item>, Failure> {
        let mut folder = joined(self.root(), path);
        if !folder.is_empty() {
            folder.push('/');
        }
        let (mut items, mut next) = (Vec::new(), None::<String>);
        loop {
            let mut query = String::new();
            if let Some(next) = &next {
                query = format!("continuation-token={}&", encoded_segment(next));
            }
            query.push_str(&format!("delimiter=%2F&list-type=2&prefix={}", encoded_segment(&folder)));
            let answer = self.send(Method::GET, "", &query, Bytes::new(), None).await?;
            let xml = good(answer, "S3 listing")?.text().await?;
            let records = xml::records(&xml, &["Contents", "CommonPrefixes"])
                .ok_or_else(|| Failure::words("S3 listing failed"))?;
            for (kind, fields) in records {
                let is_directory = kind == "CommonPrefixes";
                let key = fields.get(if is_directory { "Prefix" } else { "Key" });
                let Some(name) = key.and_then(|key| key.strip_prefix(&folder)) else { continue };
                let name = name.trim_end_matches('/');
                if name.is_empty() {
                    continue;
                }
                items.push(Item {
                    path: joined(path, name),
                    is_directory,
                    size: fields.get("Size").and_then(|size| size.parse().ok()),
                    modified: fields.get("LastModified").and_then(|time| time.parse::<Timestamp>().ok()),
                });
            }
            next = xml::text(&xml, "NextContinuationToken").filter(|token| !token.is_empty());
            if next.is_none() {
                return Ok(items);
            }
        }
    }

    pub async fn download(&self, path: &str) -> Result<Bytes, Failure> {
        let answer = self.send(Method::GET, path, "", Bytes::new(), None).await?;
        Ok(good(answer, "S3 download")?.bytes().await?)
    }

    pub async fn upload(&self, path: &str, bytes: Bytes, media_type: &str) -> Result<(), Failure> {
        let answer = self.send(Method::PUT, path, "", bytes, Some(media_type)).await?;
        good(answer, "S3 upload").map(drop)
    }

    pub async fn delete(&self, path: &str) -> Result<(), Failure> {
        let answer = self.send(Method::DELETE, path, "", Bytes::new(), None).await?;
        if answer.status() == StatusCode::NOT_FOUND {
            return Ok(());
        }
        good(answer, "S3 delete").map(drop)
    }

    pub async fn size(&self, path: &str) -> Result<Option<u64>, Failure> {
        let answer = self.send(Method::HEAD, path, "", Bytes::new(), None).await?;
        let answer = good(answer, "S3 metadata")?;
        let length = answer.headers().get("content-length").and_then(|value| value.to_str().ok());
        Ok(length.and_then(|length| length.parse().ok()))
    }

    /// Sends a signed request; the bucket itself is meant by an empty path with a query.
    async fn send(
        &self,
        method: Method,
        path: &str,
        query: &str,
        body: Bytes,
        media_type: Option<&str>,
    ) -> Result<Response, Failure> {
        let key = if query.is_empty() { encoded(&joined(self.root(), path)) } else { String::new() };
        let path = format!("{}/{key}", self.prefix);
        let signer = Signer {
            access_key_id: &self.settings.access_key_id,
            secret_access_key: &self.settings.secret_access_key,
            region: &self.settings.region,
        };
        let signed = Signed { method: method.as_str(), host: &self.host, path: &path, query, body: &body };
        // A signature is about the real time: the target compares it with its own.
        let headers = signer.headers(&signed, Timestamp::now());
        let mark = if query.is_empty() { "" } else { "?" };
        let mut request = self.client.request(method, format!("{}{path}{mark}{query}", self.origin));
        for (name, value) in headers {
            request = request.header(name, value);
        }
        if let Some(media_type) = media_type {
            request = request.header("content-type", media_type);
        }
        Ok(request.body(body).send().await?)
    }
}
