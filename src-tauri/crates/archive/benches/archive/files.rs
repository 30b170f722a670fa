//! The files that are measured; made once and kept.

use std::fs::{self, File};
use std::io::{self, BufWriter, Read};
use std::path::{Path, PathBuf};

use desk_archive::Writer;
use serde_json::{Value, json};

const BUFFER: usize = 1024 * 1024;

/// Where the files are.
pub struct Made {
    /// 1 GiB in 256 stored entries.
    pub gibibyte: PathBuf,
    /// 64 MiB in 10,000 entries.
    pub many: PathBuf,
    /// A 32 MiB `db.json` in a ZIP.
    pub rows: PathBuf,
    /// The same `db.json` alone.
    pub rows_text: PathBuf,
    /// 100,000 entries.
    pub hostile: PathBuf,
}

/// Makes the files that are not there yet.
pub fn make(folder: &Path) -> io::Result<Made> {
    fs::create_dir_all(folder)?;
    let made = Made {
        gibibyte: folder.join("gibibyte.zip"),
        many: folder.join("many.zip"),
        rows: folder.join("rows.zip"),
        rows_text: folder.join("db.json"),
        hostile: folder.join("hostile.zip"),
    };
    let rows = db(14_300, 0, 0);
    once(&made.rows_text, |file| io::Write::write_all(file, text_of(&rows).as_bytes()))?;
    once(&made.rows, |file| backup(file, &rows, 0))?;
    once(&made.gibibyte, |file| backup(file, &db(300, 254, 4_226_000), 4_226_000))?;
    once(&made.many, |file| backup(file, &db(300, 9_998, 5_800), 5_800))?;
    once(&made.hostile, |file| backup(file, &db(300, 99_998, 1), 1))?;
    Ok(made)
}

fn once(path: &Path, fill: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
    if path.exists() {
        return Ok(());
    }
    let part = path.with_extension("part");
    fill(&mut File::create(&part)?)?;
    fs::rename(part, path)
}

fn backup(file: &mut File, db: &Value, body_size: u64) -> io::Result<()> {
    let mut writer = Writer::new(BufWriter::with_capacity(BUFFER, file));
    let manifest = serde_json::to_vec_pretty(&manifest(db))?;
    let rows = text_of(db);
    writer.add("manifest.json", manifest.len() as u64, &manifest[..])?;
    writer.add("db.json", rows.len() as u64, rows.as_bytes())?;
    for row in db["attachments"].as_array().into_iter().flatten() {
        let entry = format!("attachments/{}/{}.bin", text(&row["cipher_id"]), text(&row["id"]));
        writer.add(&entry, body_size, Noise(7).take(body_size))?;
    }
    writer.finish().map(drop)
}

/// The tables in the order in which the server writes them.
fn text_of(db: &Value) -> String {
    let tables = [
        "config",
        "users",
        "domain_settings",
        "user_revisions",
        "folders",
        "ciphers",
        "attachments",
        "webauthn_credentials",
    ];
    let members: Vec<String> = tables.iter().map(|table| format!("\"{table}\":{}", db[table])).collect();
    format!("{{{}}}", members.join(","))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Bytes without end, each run of eight unlike the one before.
struct Noise(u64);

impl Read for Noise {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        for piece in buffer.chunks_mut(8) {
            self.0 = self.0.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
            piece.copy_from_slice(&self.0.to_le_bytes()[..piece.len()]);
        }
        Ok(buffer.len())
    }
}

fn manifest(db: &Value) -> Value {
    let blobs: Vec<Value> = db["attachments"].as_array().into_iter().flatten().map(|row| {
        let (cipher, id) = (text(&row["cipher_id"]), text(&row["id"]));
        json!({ "cipherId": cipher, "attachmentId": id, "blobName": format!("{cipher}/{id}"), "sizeBytes": row["size"] })
    }).collect();
    let sizes = || blobs.iter().filter_map(|blob| blob["sizeBytes"].as_u64());
    let counts: serde_json::Map<String, Value> = db
        .as_object()
        .into_iter()
        .flatten()
        .map(|(table, rows)| (table.clone(), json!(rows.as_array().map_or(0, Vec::len))))
        .collect();
    json!({
        "formatVersion": 1, "exportedAt": "2026-11-22T19:26:47.394Z", "appVersion": "1.8.0", "storageKind": "r2",
        "tableCounts": counts, "includes": { "attachments": true },
        "blobSummary": {
            "attachmentFiles": blobs.len(), "totalBytes": sizes().sum::<u64>(),
            "largestObjectBytes": sizes().max().unwrap_or(0),
        },
        "attachmentBlobs": blobs,
    })
}

/// Rows as a server has them: most bytes are encrypted text.
fn db(ciphers: usize, attachments: usize, body_size: u64) -> Value {
    let user = |n: usize| {
        json!({
            "id": format!("user-{n}"), "email": format!("user-{n}@example.org"), "name": "U", "master_password_hint": null,
            "master_password_hash": "$s$bbegccUra9hmjryJC1vs5d3mHdSAwHniE6UzMxpUIN8=", "key": sealed(1), "private_key": sealed(14),
            "public_key": "pub", "kdf_type": 0, "kdf_iterations": 600_000, "kdf_memory": null, "kdf_parallelism": null,
            "security_stamp": "s", "role": if n == 0 { "admin" } else { "user" }, "status": "active", "verify_devices": 0,
            "totp_secret": null, "totp_recovery_code": null, "created_at": "2026-01-01", "updated_at": "2026-01-01",
        })
    };
    let cipher = |n: usize| {
        json!({
            "id": format!("1813a2ff-8dcc-48ff-8279-{n:012}"), "user_id": format!("user-{}", n % 10), "type": 1, "folder_id": null,
            "name": sealed(1), "notes": null, "favorite": 0,
            "data": json!({ "type": 1, "name": sealed(1), "login": { "username": sealed(1), "password": sealed(1),
                "uris": [{ "uri": sealed(2), "match": null }], "totp": null }, "notes": sealed(8), "fields": null }).to_string(),
            "reprompt": 0, "key": null, "created_at": "2026-01-01", "updated_at": "2026-01-01", "archived_at": null, "deleted_at": null,
        })
    };
    let attachment = |n: usize| {
        json!({
            "id": format!("f8094e22-3c78-4eae-9fd4-{n:012}"), "cipher_id": format!("1813a2ff-8dcc-48ff-8279-{:012}", n % ciphers),
            "file_name": sealed(1), "size": body_size, "size_name": "x", "key": sealed(1),
        })
    };
    json!({
        "config": [{ "key": "registered", "value": "true" }],
        "users": (0..10).map(user).collect::<Vec<_>>(), "domain_settings": [], "user_revisions": [], "folders": [],
        "ciphers": (0..ciphers).map(cipher).collect::<Vec<_>>(),
        "attachments": (0..attachments).map(attachment).collect::<Vec<_>>(), "webauthn_credentials": [],
    })
}

fn sealed(length: usize) -> String {
    let text = "KwdHJu+xhdLZ+4sncYBxsQ==|SplssPrGAlK3eneV0aa2zQSplssPrGAlK3eneV0aa2zQSplssPrGAlK3eneV0aa2zQ"
        .repeat(length);
    format!("2.{text}|YlqQV2Co/mLeKC4r8EskGtf7t9cvnwckyTkCAJQbdEo=")
}
