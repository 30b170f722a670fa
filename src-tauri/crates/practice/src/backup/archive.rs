//! Writing a backup ZIP: the manifest and the rows; bodies are never inside.

use std::io::{Cursor, Write};

use aws_lc_rs::digest;
use desk_archive::Storage;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use serde::ser::Serializer;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::stored::exported;
use crate::database::{Row, TABLES};
use crate::state::{Instance, iso};

const VERSION: &str = "1.8.0";
const LEGACY_VERSION: &str = "1.5.1";
/// Tables that the 1.5 generation does not know.
const NOT_IN_LEGACY: [&str; 2] = ["domain_settings", "webauthn_credentials"];

/// A backup ZIP, ready to go somewhere.
pub(crate) struct Packed {
    pub bytes: Vec<u8>,
    /// The bodies that it names: blob name and size.
    pub bodies: Vec<(String, u64)>,
}

/// All rows that a backup carries.
pub(crate) struct Collected {
    tables: Vec<(&'static str, Vec<Row>)>,
    include_attachments: bool,
    at: Timestamp,
}

/// `manifest.json`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Manifest<'a> {
    format_version: u32,
    exported_at: String,
    app_version: &'static str,
    storage_kind: Option<&'static str>,
    table_counts: Counts<'a>,
    includes: Includes,
    blob_summary: BlobSummary,
    attachment_blobs: Vec<Blob<'a>>,
}

#[derive(Serialize)]
struct Includes {
    attachments: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct BlobSummary {
    attachment_files: usize,
    total_bytes: u64,
    largest_object_bytes: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Blob<'a> {
    cipher_id: &'a str,
    attachment_id: &'a str,
    blob_name: &'a str,
    size_bytes: u64,
}

impl<'a> Blob<'a> {
    fn of((blob_name, size_bytes): &'a (String, u64)) -> Option<Self> {
        let (cipher_id, attachment_id) = blob_name.split_once('/')?;
        Some(Self { cipher_id, attachment_id, blob_name, size_bytes: *size_bytes })
    }
}

/// How many rows each table has.
struct Counts<'a>(&'a [(&'static str, Vec<Row>)]);

impl Serialize for Counts<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, rows)| (name, rows.len())))
    }
}

/// The rows under their tables' names, in order.
struct Tables<'a>(&'a [(&'static str, Vec<Row>)]);

impl Serialize for Tables<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, rows)| (name, rows)))
    }
}

impl Instance {
    /// Reads the rows of a backup.
    pub(super) fn collect(&self, include_attachments: bool) -> rusqlite::Result<Collected> {
        let legacy = self.is_legacy();
        let connection = self.database.lock();
        let mut tables = Vec::new();
        for table in TABLES.iter().filter(|table| !(legacy && NOT_IN_LEGACY.contains(&table.name))) {
            let mut rows = table.rows(&connection)?;
            if table.name == "attachments" && !include_attachments {
                rows.clear();
            }
            if table.name == "config" {
                for row in &mut rows {
                    let (key, value) = (row.text("key").to_owned(), row.text("value").to_owned());
                    if let Some((_, cell)) = row.0.iter_mut().find(|(column, _)| *column == "value") {
                        *cell = exported(&key, &value, legacy).into();
                    }
                }
            }
            tables.push((table.name, rows));
        }
        Ok(Collected { tables, include_attachments, at: self.now() })
    }

    /// Packs them.
    pub(super) fn pack(&self, collected: &Collected) -> zip::result::ZipResult<Packed> {
        let bodies = collected.bodies();
        let manifest = Manifest {
            format_version: 1,
            exported_at: iso(collected.at),
            app_version: if self.is_legacy() { LEGACY_VERSION } else { VERSION },
            storage_kind: match self.storage() {
                Storage::R2 => Some("r2"),
                Storage::Kv => Some("kv"),
                Storage::None => None,
            },
            table_counts: Counts(&collected.tables),
            includes: Includes { attachments: collected.include_attachments },
            blob_summary: BlobSummary {
                attachment_files: bodies.len(),
                total_bytes: bodies.iter().map(|(_, size)| size).sum(),
                largest_object_bytes: bodies.iter().map(|(_, size)| *size).max().unwrap_or(0),
            },
            attachment_blobs: bodies.iter().filter_map(Blob::of).collect(),
        };
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            .last_modified_time(dos_time(collected.at));
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file("manifest.json", options)?;
        zip.write_all(&pretty(&manifest))?;
        zip.start_file("db.json", options)?;
        zip.write_all(&pretty(&Tables(&collected.tables)))?;
        Ok(Packed { bytes: zip.finish()?.into_inner(), bodies })
    }
}

impl Collected {
    fn bodies(&self) -> Vec<(String, u64)> {
        let attachments = self.tables.iter().find(|(name, _)| *name == "attachments");
        attachments
            .into_iter()
            .flat_map(|(_, rows)| rows)
            .map(|row| {
                let size = row.get("size").and_then(serde_json::Value::as_u64).unwrap_or(0);
                (format!("{}/{}", row.text("cipher_id"), row.text("id")), size)
            })
            .collect()
    }
}

impl Packed {
    /// The name that the server gives it: the time in `zone`, and the beginning of its hash.
    pub fn file_name(&self, at: Timestamp, zone: TimeZone) -> String {
        let time = at.to_zoned(zone).strftime("%Y%m%d_%H%M%S").to_string();
        format!("nodewarden_backup_{time}_{}.zip", hash_prefix(&self.bytes))
    }
}

/// The first five hex digits of the SHA-256.
pub(super) fn hash_prefix(bytes: &[u8]) -> String {
    let digest = digest::digest(&digest::SHA256, bytes);
    digest.as_ref().iter().take(3).map(|byte| format!("{byte:02x}")).collect::<String>()[..5].to_owned()
}

fn pretty(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec_pretty(value).expect("text, numbers and their lists always serialise")
}

fn dos_time(at: Timestamp) -> DateTime {
    let civil = at.to_zoned(TimeZone::UTC).datetime();
    let part = |number: i8| u8::try_from(number).unwrap_or(0);
    DateTime::from_date_and_time(
        u16::try_from(civil.year()).unwrap_or(1980),
        part(civil.month()),
        part(civil.day()),
        part(civil.hour()),
        part(civil.minute()),
        part(civil.second()),
    )
    .unwrap_or_default()
}
