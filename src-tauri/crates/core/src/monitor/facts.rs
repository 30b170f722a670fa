//! What is remembered of a server between two looks.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::CertificateSeen;

/// How long another version of a server is news.
const NEWS: SignedDuration = SignedDuration::from_hours(24);
/// How often certificates are checked.
const CERTIFICATES: SignedDuration = SignedDuration::from_hours(24);

/// What is remembered of one server.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ServerFacts {
    /// When it was last checked.
    pub looked_at: Option<Timestamp>,
    /// The number of looks in a row that failed.
    pub failed: u32,
    /// Why the last look failed.
    pub error: Option<crate::Error>,
    version: Option<String>,
    version_before: Option<String>,
    version_changed_at: Option<Timestamp>,
    first_seen: BTreeMap<String, Timestamp>,
    certificates: BTreeMap<String, CertificateFacts>,
}

/// What was seen of the certificate of a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CertificateFacts {
    /// When it ends; none when there is none to see.
    pub ends: Option<Timestamp>,
    /// When it was checked.
    pub looked_at: Timestamp,
}

impl ServerFacts {
    /// Notes the server's version; returns the one before while the change is news.
    pub fn note_version(&mut self, version: Option<String>, now: Timestamp) -> Option<String> {
        if version.is_some() && version != self.version {
            self.version_before = std::mem::replace(&mut self.version, version);
            self.version_changed_at = Some(now);
        }
        let is_news = self.version_changed_at.is_some_and(|at| now.duration_since(at).abs() < NEWS);
        self.version_before.clone().filter(|_| is_news)
    }

    /// The server's version.
    pub fn version(&self) -> Option<&str> {
        self.version.as_deref()
    }

    /// When a target was seen first: now, when it never was.
    pub fn first_seen(&mut self, target: &str, now: Timestamp) -> Timestamp {
        *self.first_seen.entry(target.to_owned()).or_insert(now)
    }

    /// The certificate of a target was not checked for a day.
    pub fn certificate_is_due(&self, target: &str, now: Timestamp) -> bool {
        let known = self.certificates.get(target);
        known.is_none_or(|known| now.duration_since(known.looked_at).abs() >= CERTIFICATES)
    }

    /// Notes when the certificate of a target ends.
    pub fn note_certificate(&mut self, target: &str, ends: Option<Timestamp>, now: Timestamp) {
        self.certificates.insert(target.to_owned(), CertificateFacts { ends, looked_at: now });
    }

    /// The certificate of a target.
    pub fn certificate(&self, target: &str) -> Option<CertificateSeen> {
        self.certificates.get(target)?.ends.map(|ends| CertificateSeen { ends })
    }

    /// Forgets targets that are none any more.
    pub fn keep_only(&mut self, targets: &[&str]) {
        self.first_seen.retain(|id, _| targets.contains(&id.as_str()));
        self.certificates.retain(|id, _| targets.contains(&id.as_str()));
    }
}
