//! What the server accepts as backup settings.

use std::collections::HashMap;

use jiff::tz::TimeZone;
use serde_json::Value;
use uuid::Uuid;

use crate::settings::{Destination, REDACTED, Schedule, Settings, Target};
use crate::target::address;

const MOST: usize = 24;

impl Settings {
    /// Reads what a client sends. Secrets that it sends empty or redacted stay
    /// as `stored` has them; so does what happened last.
    pub fn accept(sent: &Value, stored: &Self) -> Result<Self, &'static str> {
        let sent = sent.get("destinations").and_then(Value::as_array);
        let sent = sent.ok_or("Backup settings payload is invalid")?;
        if sent.len() > MOST {
            return Err("You can save up to 24 backup destinations");
        }
        let stored: HashMap<&str, &Destination> =
            stored.destinations.iter().map(|destination| (destination.id.as_str(), destination)).collect();
        let destinations = sent.iter().map(|sent| {
            let mut destination = Destination::accept(sent)?;
            let stored = stored.get(destination.id.as_str()).copied();
            if let Some(stored) = stored {
                destination.keep(stored);
            }
            destination.check_secret()?;
            Ok::<_, &'static str>(destination)
        });
        Ok(Self { destinations: destinations.collect::<Result<_, _>>()? })
    }
}

impl Destination {
    fn accept(sent: &Value) -> Result<Self, &'static str> {
        let text = |value: &Value| value.as_str().unwrap_or_default().trim().to_owned();
        let place = sent.get("destination").cloned().unwrap_or_default();
        let invalid = "Backup settings payload is invalid";
        let target = match sent["type"].as_str() {
            Some("webdav") => Target::Webdav(serde_json::from_value(place).map_err(|_| invalid)?),
            Some("s3" | "e3") => Target::S3(serde_json::from_value(place).map_err(|_| invalid)?),
            _ => return Err("Backup destination type is invalid"),
        };
        let schedule = Schedule::accept(&sent["schedule"])?;
        let mut id = text(&sent["id"]);
        if id.is_empty() {
            id = Uuid::new_v4().to_string();
        }
        let name = text(&sent["name"]);
        let mut destination = Self {
            id,
            name: if name.is_empty() { "Backup".to_owned() } else { name },
            target,
            include_attachments: sent["includeAttachments"].as_bool().unwrap_or(false),
            runtime: serde_json::from_value(sent["runtime"].clone()).unwrap_or_default(),
            schedule,
        };
        destination.target.accept(destination.schedule.enabled)?;
        Ok(destination)
    }

    fn keep(&mut self, stored: &Self) {
        let mut stored = stored.clone();
        self.runtime = std::mem::take(&mut stored.runtime);
        let secret = self.secret();
        if secret.is_empty() || secret == REDACTED {
            *secret = std::mem::take(stored.secret());
        }
    }

    fn check_secret(&mut self) -> Result<(), &'static str> {
        let enabled = self.schedule.enabled;
        let secret = self.secret();
        if secret == REDACTED {
            secret.clear();
        }
        match &self.target {
            Target::Webdav(webdav) if enabled && webdav.password.is_empty() => {
                Err("WebDAV password is required")
            }
            Target::S3(s3) if enabled && s3.secret_access_key.is_empty() => {
                Err("S3 secret access key is required")
            }
            _ => Ok(()),
        }
    }
}

impl Target {
    /// An address that is there must be good; that everything is there is asked
    /// only of a target that runs automatically.
    fn accept(&mut self, complete: bool) -> Result<(), &'static str> {
        let missing = |value: &str, message| if complete && value.is_empty() { Err(message) } else { Ok(()) };
        match self {
            Self::Webdav(webdav) => {
                webdav.base_url = webdav.base_url.trim().trim_end_matches('/').to_owned();
                webdav.remote_path = webdav.remote_path.trim_matches(['/', ' ']).to_owned();
                missing(&webdav.base_url, "WebDAV server URL is required")?;
                address::check_webdav(&webdav.base_url)?;
                missing(webdav.username.trim(), "WebDAV username is required")
            }
            Self::S3(s3) => {
                s3.endpoint = s3.endpoint.trim().trim_end_matches('/').to_owned();
                s3.root_path = s3.root_path.trim_matches(['/', ' ']).to_owned();
                if s3.region.is_empty() {
                    "auto".clone_into(&mut s3.region);
                }
                if s3.addressing_style != "virtual-hosted-style" {
                    "path-style".clone_into(&mut s3.addressing_style);
                }
                missing(&s3.endpoint, "S3 endpoint is required")?;
                address::check_s3(&s3.endpoint)?;
                missing(s3.bucket.trim(), "S3 bucket is required")?;
                missing(s3.access_key_id.trim(), "S3 access key ID is required")
            }
        }
    }
}

impl Schedule {
    fn accept(sent: &Value) -> Result<Self, &'static str> {
        let interval_hours = sent.get("intervalHours").map_or(Some(24), Value::as_i64);
        let interval_hours = interval_hours
            .filter(|hours| (1..=99).contains(hours))
            .ok_or("Backup interval hours must be between 1 and 99")?;
        let start_time = sent["startTime"].as_str().unwrap_or("03:00").to_owned();
        if !is_time(&start_time) {
            return Err("Backup start time must be in HH:mm format");
        }
        let timezone = sent["timezone"].as_str().unwrap_or("UTC").to_owned();
        TimeZone::get(&timezone).map_err(|_| "Invalid backup timezone")?;
        let retention_count = match &sent["retentionCount"] {
            Value::Null => None,
            count => Some(
                count
                    .as_i64()
                    .filter(|count| (1..=1_000).contains(count))
                    .ok_or("Backup retention count must be between 1 and 1000")?,
            ),
        };
        let enabled = sent["enabled"].as_bool().unwrap_or(false);
        Ok(Self { enabled, interval_hours, start_time, timezone, retention_count })
    }
}

fn is_time(text: &str) -> bool {
    let two = |text: &str, most: u8| {
        text.len() == 2
            && text.bytes().all(|c| c.is_ascii_digit())
            && text.parse().is_ok_and(|n: u8| n <= most)
    };
    text.split_once(':').is_some_and(|(hours, minutes)| two(hours, 23) && two(minutes, 59))
}
