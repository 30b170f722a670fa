//! What `manifest.json` says, as the server reads it and as a person needs it.

use std::collections::hash_map::RandomState;
use std::collections::{BTreeMap, HashMap};
use std::hash::BuildHasher;

use super::super::ManifestFacts;
use super::super::json::{Member, Row, Value, Visitor};
use super::names;

/// More bodies than any archive within the limits can list.
const MOST_BLOBS: usize = 100_000;
/// More text than their own names come to in any manifest within the limits.
const MOST_NAME_TEXT: usize = 16 * 1024 * 1024;
/// A text of the manifest that is shown; a version or a time is shorter.
const LONGEST_TEXT: usize = 200;

/// A body as the manifest lists it. The manifest may list a hundred thousand,
/// so its ids are kept as a hash: whoever asks has the ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Blob {
    /// Its size.
    pub size: u64,
    /// The server would fetch it.
    pub is_fetchable: bool,
    /// Hash of `cipherId/attachmentId`.
    ids: u64,
    /// The name it has on a target, when that is not `cipherId/attachmentId`.
    name: Option<Box<str>>,
}

impl Blob {
    /// The name it has on a target, where `ids` are its `cipherId/attachmentId`.
    pub(crate) fn blob_name<'a>(&'a self, ids: &'a str) -> &'a str {
        self.name.as_deref().unwrap_or(ids)
    }
}

/// Finds bodies by their `cipherId/attachmentId`.
pub(crate) struct ByIds<'a> {
    manifest: &'a ManifestReader,
    places: HashMap<u64, usize>,
}

impl<'a> ByIds<'a> {
    /// The place of the body; the last of two, as on the server.
    pub(crate) fn find(&self, ids: &str) -> Option<usize> {
        self.places.get(&self.manifest.hashes.hash_one(ids)).copied()
    }

    /// The body.
    pub(crate) fn get(&self, ids: &str) -> Option<&'a Blob> {
        self.find(ids).map(|place| &self.manifest.blobs[place])
    }
}

/// Reads a manifest.
#[derive(Debug, Default)]
pub(crate) struct ManifestReader {
    /// `formatVersion` is the number 1, as the server requires it.
    pub is_version_1: bool,
    /// The bodies it lists.
    pub blobs: Vec<Blob>,
    /// It has a list of bodies at all.
    pub has_blob_list: bool,
    /// It lists more bodies than are kept here.
    pub has_more_blobs: bool,
    /// Rows in each table, as it counts them.
    pub counts: BTreeMap<String, u64>,
    /// Bodies, as it counts them.
    pub blob_count: Option<u64>,
    /// Bytes of all bodies, as it counts them.
    pub blob_bytes: Option<u64>,
    /// Bytes of the largest body, as it counts them.
    pub largest_blob: Option<u64>,
    /// `includes.attachments`.
    pub includes_attachments: Option<bool>,
    hashes: RandomState,
    name_text: usize,
    listed: u64,
    format_version: Option<i64>,
    exported_at: Option<String>,
    app_version: Option<String>,
    storage_kind: Option<String>,
    inside: Inside,
}

#[derive(Debug, Default, Clone, Copy)]
enum Inside {
    #[default]
    Elsewhere,
    Counts,
    Includes,
    Summary,
    Blobs,
}

impl ManifestReader {
    /// What a person needs to know of it.
    pub(crate) fn facts(&self) -> ManifestFacts {
        ManifestFacts {
            format_version: self.format_version,
            exported_at: self.exported_at.clone(),
            app_version: self.app_version.clone(),
            storage_kind: self.storage_kind.clone(),
            includes_attachments: self.includes_attachments.unwrap_or(false),
            attachment_blobs: self.listed,
            total_bytes: self.blob_bytes.unwrap_or(0),
        }
    }

    /// The bodies by their ids.
    pub(crate) fn by_ids(&self) -> ByIds<'_> {
        let places = self.blobs.iter().enumerate().map(|(place, blob)| (blob.ids, place)).collect();
        ByIds { manifest: self, places }
    }

    fn plain(&mut self, key: &str, value: Value<'_>) {
        let text = || value.text().map(|text| text.chars().take(LONGEST_TEXT).collect());
        match key {
            "formatVersion" => {
                self.is_version_1 = value.number() == Some(1.0);
                // A version is small; what does not fit is not one.
                #[allow(clippy::cast_possible_truncation)]
                let version =
                    value.number().filter(|number| number.fract() == 0.0).map(|number| number as i64);
                self.format_version = version;
            }
            "exportedAt" => self.exported_at = text(),
            "appVersion" => self.app_version = text(),
            "storageKind" => self.storage_kind = text(),
            _ => {}
        }
    }

    fn blob(&mut self, row: &Row<'_>) {
        self.listed += 1;
        if self.blobs.len() == MOST_BLOBS || self.name_text > MOST_NAME_TEXT {
            self.has_more_blobs = true;
            return;
        }
        let (cipher, id) = (row.get("cipherId").trimmed(), row.get("attachmentId").trimmed());
        let name = row.get("blobName").trimmed();
        let ids = format!("{cipher}/{id}");
        self.name_text += if name == ids { 0 } else { name.len() };
        self.blobs.push(Blob {
            size: row.get("sizeBytes").size(),
            is_fetchable: !cipher.is_empty() && !id.is_empty() && names::is_safe_blob(&name),
            ids: self.hashes.hash_one(&*ids),
            name: (name != ids).then(|| name.into()),
        });
    }
}

impl Visitor for ManifestReader {
    fn begin(&mut self, key: &str, member: Member<'_>) -> bool {
        self.inside = match (key, member) {
            ("tableCounts", Member::Object) => Inside::Counts,
            ("includes", Member::Object) => Inside::Includes,
            ("blobSummary", Member::Object) => Inside::Summary,
            ("attachmentBlobs", Member::Array) => {
                self.blobs.clear();
                (self.listed, self.name_text) = (0, 0);
                self.has_blob_list = true;
                Inside::Blobs
            }
            (key, Member::Plain(value)) => {
                self.plain(key, value);
                Inside::Elsewhere
            }
            _ => Inside::Elsewhere,
        };
        !matches!(self.inside, Inside::Elsewhere)
    }

    fn row(&mut self, row: &Row<'_>) {
        match self.inside {
            Inside::Elsewhere => {}
            Inside::Counts => {
                self.counts = row
                    .members()
                    .filter(|(key, _)| key.len() <= LONGEST_TEXT)
                    .filter_map(|(key, value)| Some((key.into_owned(), value.count()?)))
                    .take(100)
                    .collect();
            }
            Inside::Includes => self.includes_attachments = Some(row.get("attachments") == Value::Bool(true)),
            Inside::Summary => {
                self.blob_count = row.get("attachmentFiles").count();
                self.blob_bytes = row.get("totalBytes").count();
                self.largest_blob = row.get("largestObjectBytes").count();
            }
            Inside::Blobs => self.blob(row),
        }
    }
}
