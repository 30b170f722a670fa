//! Where backups go, as the server reaches it: WebDAV folders and S3 buckets.
//! Failures have the server's messages.

pub(crate) mod address;
mod s3;
mod signature;
mod webdav;

use bytes::Bytes;
use desk_core::targets::xml;
use jiff::Timestamp;
use reqwest::{Client, Response, StatusCode};

use crate::settings::{Destination, Target};

/// A target within reach.
pub(crate) enum Remote {
    Webdav(webdav::Folder),
    S3(s3::Bucket),
}

/// Something in a target's folder.
pub(crate) struct Item {
    /// Its path below the target's root.
    pub path: String,
    pub is_directory: bool,
    pub size: Option<u64>,
    pub modified: Option<Timestamp>,
}

/// What a target did not do.
#[derive(Debug)]
pub(crate) struct Failure {
    /// In the server's words.
    pub words: String,
    /// The response of the target, if there was one.
    pub status: Option<StatusCode>,
}

impl Remote {
    /// The target of a destination.
    pub fn open(client: &Client, destination: &Destination) -> Result<Self, Failure> {
        Ok(match &destination.target {
            Target::Webdav(webdav) => Self::Webdav(webdav::Folder::open(client, webdav)?),
            Target::S3(s3) => Self::S3(s3::Bucket::open(client, s3)?),
        })
    }

    /// What is in a folder: folders first, then by name. A folder that is not there is empty.
    pub async fn list(&self, path: &str) -> Result<Vec<Item>, Failure> {
        let mut items = match self {
            Self::Webdav(folder) => folder.list(path).await?,
            Self::S3(bucket) => bucket.list(path).await?,
        };
        items.sort_by(|a, b| (!a.is_directory, &a.path).cmp(&(!b.is_directory, &b.path)));
        Ok(items)
    }

    /// A whole file.
    pub async fn download(&self, path: &str) -> Result<Bytes, Failure> {
        match self {
            Self::Webdav(folder) => folder.download(path).await,
            Self::S3(bucket) => bucket.download(path).await,
        }
    }

    /// A whole file, unless it is not there.
    pub async fn download_if_there(&self, path: &str) -> Result<Option<Bytes>, Failure> {
        match self.download(path).await {
            Ok(bytes) => Ok(Some(bytes)),
            Err(failure) if failure.status == Some(StatusCode::NOT_FOUND) => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// Puts a file there, with the folders above it.
    pub async fn upload(&self, path: &str, bytes: Bytes, media_type: &str) -> Result<(), Failure> {
        match self {
            Self::Webdav(folder) => folder.upload(path, bytes, media_type).await,
            Self::S3(bucket) => bucket.upload(path, bytes, media_type).await,
        }
    }

    /// Deletes a file; one that is not there is as good as deleted.
    pub async fn delete(&self, path: &str) -> Result<(), Failure> {
        match self {
            Self::Webdav(folder) => folder.delete(path).await,
            Self::S3(bucket) => bucket.delete(path).await,
        }
    }

    /// A file's size, when the target reports it.
    pub async fn size(&self, path: &str) -> Result<Option<u64>, Failure> {
        match self {
            Self::Webdav(folder) => folder.size(path).await,
            Self::S3(bucket) => bucket.size(path).await,
        }
    }

    /// The path as the settings' owner would look for it.
    pub fn full_path(&self, path: &str) -> String {
        let root = match self {
            Self::Webdav(folder) => folder.root(),
            Self::S3(bucket) => bucket.root(),
        };
        joined(root, path)
    }
}

impl Failure {
    fn words(words: impl Into<String>) -> Self {
        Self { words: words.into(), status: None }
    }
}

impl From<reqwest::Error> for Failure {
    fn from(error: reqwest::Error) -> Self {
        tracing::debug!(error = %error.without_url(), "a target could not be reached");
        Self::words("Network connection lost.")
    }
}

/// The response if it is a good one, else a failure in the server's words.
fn good(answer: Response, operation: &str) -> Result<Response, Failure> {
    let status = answer.status();
    if status.is_success() {
        return Ok(answer);
    }
    Err(Failure { words: format!("{operation} failed: {}", status.as_u16()), status: Some(status) })
}

/// Two paths with one slash between them, where both are there.
fn joined(root: &str, path: &str) -> String {
    match (root.is_empty(), path.is_empty()) {
        (true, _) => path.to_owned(),
        (_, true) => root.to_owned(),
        _ => format!("{root}/{path}"),
    }
}

/// A path as it stands in a URL.
fn encoded(path: &str) -> String {
    path.split('/').map(encoded_segment).collect::<Vec<_>>().join("/")
}

/// One segment (or query value) as it stands in a URL: everything but the
/// unreserved characters is escaped.
fn encoded_segment(segment: &str) -> String {
    let mut text = String::with_capacity(segment.len());
    for byte in segment.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}
