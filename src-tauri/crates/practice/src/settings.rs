//! The backup settings: their shape, and what the server shows of them.

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What stands for a secret that is there.
pub(crate) const REDACTED: &str = "********";

/// All targets.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct Settings {
    pub destinations: Vec<Destination>,
}

/// One target.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Destination {
    pub id: String,
    pub name: String,
    #[serde(flatten)]
    pub target: Target,
    #[serde(default)]
    pub include_attachments: bool,
    pub schedule: Schedule,
    #[serde(default)]
    pub runtime: Runtime,
}

/// Where a target is, by its kind.
#[derive(Clone, Serialize, Deserialize)]
#[serde(tag = "type", content = "destination", rename_all = "lowercase")]
pub(crate) enum Target {
    Webdav(Webdav),
    #[serde(alias = "e3")]
    S3(S3),
}

/// A WebDAV folder.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Webdav {
    pub base_url: String,
    pub username: String,
    pub password: String,
    pub remote_path: String,
}

/// A folder in an S3 bucket.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct S3 {
    pub endpoint: String,
    pub bucket: String,
    pub addressing_style: String,
    pub region: String,
    pub access_key_id: String,
    pub secret_access_key: String,
    pub root_path: String,
}

/// When it runs automatically and how many backups stay.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Schedule {
    pub enabled: bool,
    pub interval_hours: i64,
    pub start_time: String,
    pub timezone: String,
    pub retention_count: Option<i64>,
}

/// What happened last.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Runtime {
    pub last_attempt_at: Option<String>,
    pub last_attempt_local_date: Option<String>,
    pub last_success_at: Option<String>,
    pub last_error_at: Option<String>,
    pub last_error_message: Option<String>,
    pub last_uploaded_file_name: Option<String>,
    pub last_uploaded_size_bytes: Option<u64>,
    pub last_uploaded_destination: Option<String>,
}

impl Settings {
    /// What a new instance starts with: one target, not filled in.
    pub fn initial() -> Self {
        let target = Target::Webdav(Webdav { remote_path: "nodewarden".to_owned(), ..Webdav::default() });
        Self { destinations: vec![Destination::new(Uuid::new_v4().to_string(), "WebDAV 1", target)] }
    }

    /// As a client may see them.
    pub fn redacted(mut self) -> Self {
        for destination in &mut self.destinations {
            let secret = destination.secret();
            if !secret.is_empty() {
                REDACTED.clone_into(secret);
            }
        }
        self
    }

    /// The target with this id, or the first one.
    pub fn find(&self, id: Option<&str>) -> Option<&Destination> {
        match id.filter(|id| !id.is_empty()) {
            Some(id) => self.destinations.iter().find(|destination| destination.id == id),
            None => self.destinations.first(),
        }
    }
}

impl Destination {
    pub fn new(id: String, name: &str, target: Target) -> Self {
        Self {
            id,
            name: name.to_owned(),
            target,
            include_attachments: false,
            schedule: Schedule {
                enabled: false,
                interval_hours: 24,
                start_time: "03:00".to_owned(),
                timezone: "UTC".to_owned(),
                retention_count: Some(30),
            },
            runtime: Runtime::default(),
        }
    }

    /// "webdav" or "s3".
    pub fn provider(&self) -> &'static str {
        match self.target {
            Target::Webdav(_) => "webdav",
            Target::S3(_) => "s3",
        }
    }

    /// The part of the target that is never shown.
    pub(crate) fn secret(&mut self) -> &mut String {
        match &mut self.target {
            Target::Webdav(webdav) => &mut webdav.password,
            Target::S3(s3) => &mut s3.secret_access_key,
        }
    }
}

impl Schedule {
    /// The time zone; a stored one was checked when it was saved.
    pub fn zone(&self) -> TimeZone {
        TimeZone::get(&self.timezone).unwrap_or(TimeZone::UTC)
    }
}
