//! The files that recordings upload, as far as they are at hand; and those that
//! can be made again.

use std::io::{Cursor, Read, Write};

use desk_tests::replay::fixture;
use serde_json::Value;
use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// The complete export of the recorded server.
pub const COMPLETE: &str = "local-export-complete";
const COMPLETE_HASH: &str = "ad69b586c90eb7847b49c60a755a4c3eec157dbc8af874d063476fe569926e38";
const LARGE_HASH: &str = "92c0e52b8bcba1cce526c0a92bfc87633054d5fdb940564d96c99af0f83d85d0";
const INDEX_ONLY_HASH: &str = "6d5a5dbd48ead804e344d0a3a990b48dcc6db1c97b5d7259fef93a3a9c6c2946";
/// One byte more than KV keeps.
const TOO_LARGE_FOR_KV: usize = 26_214_401;

/// The file that a recorded upload stands for, by its hash.
pub fn recorded(name: &str, sha256: Option<&str>) -> (String, Vec<u8>) {
    let bytes = match sha256 {
        None | Some(COMPLETE_HASH) => archive(COMPLETE),
        Some(INDEX_ONLY_HASH) => archive("server-export-index-only"),
        Some(LARGE_HASH) => return named(with_large_body()),
        Some(_) if name == "x.zip" => b"not a zip".to_vec(),
        Some(other) => panic!("nobody knows the file with the hash {other}"),
    };
    (name.to_owned(), bytes)
}

/// A recorded archive.
pub fn archive(name: &str) -> Vec<u8> {
    let path = fixture(&format!("archives/{name}.zip"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The recorded 1.5 export, with the one body that it lacks and without the
/// settings that only the recorded server could open.
pub fn legacy_with_body() -> (String, Vec<u8>) {
    let mut entries = unpack(&archive("legacy-1.5-export-index-only"));
    let (_, db) = entries.iter_mut().find(|(name, _)| name == "db.json").expect("db.json is there");
    let mut rows: Value = serde_json::from_slice(db).expect("db.json is JSON");
    let config = rows["config"].as_array_mut().expect("config is an array");
    config.retain(|row| row["key"] != "backup.settings.v1");
    let attachment = &rows["attachments"][0];
    let text = |field: &Value| field.as_str().expect("a text").to_owned();
    let entry = format!("attachments/{}/{}.bin", text(&attachment["cipher_id"]), text(&attachment["id"]));
    *db = in_order(&rows);
    entries.push((entry, vec![7; 3_000]));
    named(pack(&entries))
}

/// The complete export, with a first body that is too large for KV.
fn with_large_body() -> Vec<u8> {
    const BODY: &str = "73d18126-cee3-499c-9a46-0db27c620168";
    let mut entries = unpack(&archive(COMPLETE));
    for (name, bytes) in &mut entries {
        if name.ends_with(&format!("{BODY}.bin")) {
            *bytes = vec![0; TOO_LARGE_FOR_KV];
        } else if name == "db.json" {
            let mut rows: Value = serde_json::from_slice(bytes).expect("db.json is JSON");
            for row in rows["attachments"].as_array_mut().expect("attachments is an array") {
                if row["id"] == BODY {
                    row["size"] = TOO_LARGE_FOR_KV.into();
                }
            }
            *bytes = in_order(&rows);
        } else if name == "manifest.json" {
            let mut manifest: Value = serde_json::from_slice(bytes).expect("manifest.json is JSON");
            for blob in manifest["attachmentBlobs"].as_array_mut().expect("an array") {
                if blob["attachmentId"] == BODY {
                    blob["sizeBytes"] = TOO_LARGE_FOR_KV.into();
                }
            }
            *bytes = manifest.to_string().into_bytes();
        }
    }
    pack(&entries)
}

/// The rows as text, the tables in the order of a backup.
fn in_order(rows: &Value) -> Vec<u8> {
    let order = [
        "config",
        "users",
        "domain_settings",
        "user_revisions",
        "folders",
        "ciphers",
        "attachments",
        "webauthn_credentials",
    ];
    let tables = order.iter().filter_map(|name| Some(format!("\"{name}\":{}", rows.get(name)?)));
    format!("{{{}}}", tables.collect::<Vec<_>>().join(",")).into_bytes()
}

fn unpack(archive: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut zip = ZipArchive::new(Cursor::new(archive)).expect("a good archive");
    (0..zip.len())
        .map(|number| {
            let mut entry = zip.by_index(number).expect("a good entry");
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).expect("a good entry");
            (entry.name().expect("a readable name").into_owned(), bytes)
        })
        .collect()
}

fn pack(entries: &[(String, Vec<u8>)]) -> Vec<u8> {
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        zip.start_file(name.as_str(), options).expect("an entry");
        zip.write_all(bytes).expect("memory takes it");
    }
    zip.finish().expect("an archive").into_inner()
}

/// A file under a name with its own hash.
fn named(bytes: Vec<u8>) -> (String, Vec<u8>) {
    let hash: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    (format!("nodewarden_backup_20261122_191500_{}.zip", &hash[..5]), bytes)
}
