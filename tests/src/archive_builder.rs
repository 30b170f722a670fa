//! Builds backup archives, right ones and ones that are wrong on purpose. It
//! shares nothing with the reader under test.
#![expect(
    clippy::cast_possible_truncation,
    reason = "the archives built here are far below ZIP's 32-bit limits"
)]

use std::io::Write;

use flate2::Compression;
use flate2::write::DeflateEncoder;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// The end record without a comment.
const END_BYTES: usize = 22;

/// An entry; whatever is `Some` is written instead of the truth.
#[derive(Debug, Clone, Default)]
pub struct Entry {
    /// The bytes of its name.
    pub name: Vec<u8>,
    /// Its content.
    pub content: Vec<u8>,
    /// Deflate the content.
    pub deflate: bool,
    /// The declared method, whatever it is packed with.
    pub method: Option<u16>,
    /// The declared flags.
    pub flags: u16,
    /// The declared checksum.
    pub crc: Option<u32>,
    /// The declared size in both headers.
    pub size: Option<u32>,
    /// The declared packed size in both headers.
    pub packed: Option<u32>,
    /// Where the list says that the entry is.
    pub offset: Option<u32>,
    /// Put checksum and sizes behind the content.
    pub descriptor: bool,
    /// The name in the local header.
    pub local_name: Option<Vec<u8>>,
    /// List the entry, but write neither header nor content.
    pub only_listed: bool,
}

impl Entry {
    /// A stored entry.
    pub fn new(name: &str, content: impl Into<Vec<u8>>) -> Self {
        Self { name: name.into(), content: content.into(), ..Self::default() }
    }
}

/// An archive in the making.
#[derive(Debug, Clone, Default)]
pub struct Archive {
    /// The entries, in their order.
    pub entries: Vec<Entry>,
    /// Bytes before the ZIP, which its offsets do not know of.
    pub prefix: Vec<u8>,
    /// Bytes between the entries and the list of them.
    pub gap: Vec<u8>,
    /// Bytes behind the ZIP.
    pub trailing: Vec<u8>,
    /// The declared number of entries in the end record.
    pub count: Option<u16>,
    /// Sizes, places and counts are written in their 64-bit form.
    pub is_zip64: bool,
}

impl Archive {
    /// The archive's bytes.
    pub fn build(&self) -> Vec<u8> {
        let mut out = self.prefix.clone();
        let mut list = Vec::new();
        for entry in &self.entries {
            let at = (out.len() - self.prefix.len()) as u32;
            let packed = pack(entry);
            if !entry.only_listed {
                put_local(&mut out, entry, &packed);
            }
            let at = entry.offset.unwrap_or(at);
            if self.is_zip64 {
                put_wide(&mut list, entry, &packed, at);
            } else {
                put_listed(&mut list, entry, &packed, at);
            }
        }
        out.extend(&self.gap);
        let list_at = (out.len() - self.prefix.len()) as u32;
        out.extend(&list);
        let count = self.count.unwrap_or(self.entries.len() as u16);
        if self.is_zip64 {
            put_wide_end(&mut out, count.into(), list.len() as u64, list_at.into());
        }
        let (count, length, at) =
            if self.is_zip64 { (u16::MAX, u32::MAX, u32::MAX) } else { (count, list.len() as u32, list_at) };
        out.extend(b"PK\x05\x06\0\0\0\0");
        out.extend(count.to_le_bytes());
        out.extend(count.to_le_bytes());
        out.extend(length.to_le_bytes());
        out.extend(at.to_le_bytes());
        out.extend([0; 2]);
        out.extend(&self.trailing);
        out
    }

    /// Where the list of entries begins, and so where a further entry would.
    pub fn content_length(&self) -> u32 {
        let listed: usize = self.entries.iter().map(|entry| 46 + entry.name.len()).sum();
        (self.build().len() - END_BYTES - listed) as u32
    }

    /// Writes sizes, places and counts in their 64-bit form.
    pub fn zip64(mut self) -> Self {
        self.is_zip64 = true;
        self
    }

    /// The entry of this name.
    pub fn entry(&mut self, name: &str) -> &mut Entry {
        let found = self.entries.iter_mut().find(|entry| entry.name == name.as_bytes());
        found.expect("the test names an entry that is there")
    }

    /// Deflates every entry.
    pub fn deflated(mut self) -> Self {
        self.entries.iter_mut().for_each(|entry| entry.deflate = true);
        self
    }
}

fn pack(entry: &Entry) -> Vec<u8> {
    if !entry.deflate {
        return entry.content.clone();
    }
    deflated(&entry.content)
}

/// The content as a deflate stream.
pub fn deflated(content: &[u8]) -> Vec<u8> {
    let mut packed = DeflateEncoder::new(Vec::new(), Compression::default());
    packed.write_all(content).expect("memory takes it");
    packed.finish().expect("memory takes it")
}

/// An entry whose content is `times` pieces of spaces, a MiB each, and that is small in the
/// archive: what it unpacks to is never in memory.
pub fn spaces(name: &str, times: u32) -> Entry {
    const PIECE: usize = 1 << 20;
    let piece = vec![b' '; PIECE];
    let mut packing = DeflateEncoder::new(Vec::new(), Compression::best());
    packing.write_all(&piece).and_then(|()| packing.flush()).expect("memory takes it");
    let packed = packing.get_ref().clone();
    let mut content = packed.repeat(times as usize);
    // The last block, empty.
    content.extend([1, 0, 0, 0xff, 0xff]);
    let mut one = crc32fast::Hasher::new();
    one.update(&piece);
    let mut all = crc32fast::Hasher::new();
    (0..times).for_each(|_| all.combine(&one));
    Entry {
        method: Some(8),
        size: Some(times * PIECE as u32),
        crc: Some(all.finalize()),
        ..Entry::new(name, content)
    }
}

fn crc(entry: &Entry) -> u32 {
    entry.crc.unwrap_or_else(|| crc32fast::hash(&entry.content))
}

fn sizes(entry: &Entry, packed: &[u8]) -> [u32; 2] {
    [entry.packed.unwrap_or(packed.len() as u32), entry.size.unwrap_or(entry.content.len() as u32)]
}

fn put_common(out: &mut Vec<u8>, entry: &Entry, sums: [u32; 3], name: &[u8]) {
    let method = entry.method.unwrap_or(if entry.deflate { 8 } else { 0 });
    let flags = entry.flags | if entry.descriptor { 8 } else { 0 };
    for short in [20, flags, method, 0x6000, 0x5d76] {
        out.extend(short.to_le_bytes());
    }
    for long in sums {
        out.extend(long.to_le_bytes());
    }
    out.extend((name.len() as u16).to_le_bytes());
    out.extend([0; 2]);
}

fn put_local(out: &mut Vec<u8>, entry: &Entry, packed: &[u8]) {
    let [told_packed, told_size] = sizes(entry, packed);
    let sums = if entry.descriptor { [0; 3] } else { [crc(entry), told_packed, told_size] };
    let name = entry.local_name.as_ref().unwrap_or(&entry.name);
    out.extend(b"PK\x03\x04");
    put_common(out, entry, sums, name);
    out.extend(name);
    out.extend(packed);
    if entry.descriptor {
        out.extend(b"PK\x07\x08");
        for long in [crc(entry), told_packed, told_size] {
            out.extend(long.to_le_bytes());
        }
    }
}

fn put_listed(list: &mut Vec<u8>, entry: &Entry, packed: &[u8], offset: u32) {
    let [told_packed, told_size] = sizes(entry, packed);
    list.extend(b"PK\x01\x02\x14\0");
    put_common(list, entry, [crc(entry), told_packed, told_size], &entry.name);
    list.extend([0; 10]);
    list.extend(offset.to_le_bytes());
    list.extend(&entry.name);
}

/// As [`put_listed`], with sizes and place in the ZIP64 field.
fn put_wide(list: &mut Vec<u8>, entry: &Entry, packed: &[u8], offset: u32) {
    let from = list.len();
    put_listed(
        list,
        &Entry { size: Some(u32::MAX), packed: Some(u32::MAX), ..entry.clone() },
        packed,
        u32::MAX,
    );
    list[from + 30..from + 32].copy_from_slice(&28_u16.to_le_bytes());
    let [told_packed, told_size] = sizes(entry, packed);
    list.extend([1, 0, 24, 0]);
    for long in [told_size, told_packed, offset] {
        list.extend(u64::from(long).to_le_bytes());
    }
}

/// The ZIP64 end record and its locator.
fn put_wide_end(out: &mut Vec<u8>, count: u64, list_bytes: u64, list_at: u64) {
    let at = out.len() as u64;
    out.extend(b"PK\x06\x06");
    out.extend(44_u64.to_le_bytes());
    out.extend([45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    for long in [count, count, list_bytes, list_at] {
        out.extend(long.to_le_bytes());
    }
    out.extend(b"PK\x06\x07\0\0\0\0");
    out.extend(at.to_le_bytes());
    out.extend(1_u32.to_le_bytes());
}

/// A complete backup: an administrator and a member, folders, vault items and
/// attachments with their bodies.
#[derive(Debug, Clone)]
pub struct Backup {
    /// The rows.
    pub db: Value,
    /// The bodies, blob name and content.
    pub bodies: Vec<(String, Vec<u8>)>,
    /// Leave the bodies out of the archive.
    pub index_only: bool,
}

impl Backup {
    /// A backup with this many vault items and attachments.
    pub fn sample(ciphers: usize, attachments: usize) -> Self {
        let user = |id: &str, role: &str| {
            json!({
                "id": id, "email": format!("{id}@example.org"), "name": id, "master_password_hint": null,
                "master_password_hash": "$s$x", "key": "2.k|k|k", "private_key": "2.p|p|p", "public_key": "pub",
                "kdf_type": 0, "kdf_iterations": 600_000, "kdf_memory": null, "kdf_parallelism": null,
                "security_stamp": "s", "role": role, "status": "active", "verify_devices": 0, "totp_secret": null,
                "totp_recovery_code": null, "created_at": "2026-01-01", "updated_at": "2026-01-01",
            })
        };
        let settings = json!({
            "version": 2, "portableOnly": true, "runtime": { "iv": "", "ciphertext": "" },
            "portable": {
                "iv": "A".repeat(16), "ciphertext": "A".repeat(32),
                "wraps": [{ "userId": "admin", "wrappedKey": format!("{}==", "A".repeat(342)) }],
            },
        });
        let cipher = |n: usize| {
            let owner = if n.is_multiple_of(2) { "admin" } else { "member" };
            json!({
                "id": format!("cipher-{n}"), "user_id": owner, "type": 1, "folder_id": if n.is_multiple_of(4) { json!("folder-0") } else { json!(null) },
                "name": "2.n|n|n", "notes": null, "favorite": 0, "data": "{\"type\":1}", "reprompt": 0, "key": null,
                "created_at": "2026-01-01", "updated_at": "2026-01-01", "archived_at": null, "deleted_at": null,
            })
        };
        let bodies: Vec<(String, Vec<u8>)> = (0..attachments)
            .map(|n| {
                (format!("cipher-{}/attachment-{n}", n % ciphers.max(1)), vec![n as u8; n * 7 % 100 + 1])
            })
            .collect();
        let rows = bodies.iter().map(|(blob, body)| {
            let (cipher, id) = blob.split_once('/').expect("a blob name has a slash");
            json!({ "id": id, "cipher_id": cipher, "file_name": "2.f|f|f", "size": body.len(), "size_name": "x", "key": null })
        });
        let db = json!({
            "config": [
                { "key": "backup.settings.v1", "value": settings.to_string() },
                { "key": "registered", "value": "true" },
            ],
            "users": [user("admin", "admin"), user("member", "user")],
            "domain_settings": [],
            "user_revisions": [{ "user_id": "admin", "revision_date": "2026-01-01" }],
            "folders": [{ "id": "folder-0", "user_id": "admin", "name": "2.f|f|f", "created_at": "2026-01-01", "updated_at": "2026-01-01" }],
            "ciphers": (0..ciphers).map(cipher).collect::<Vec<_>>(),
            "attachments": rows.collect::<Vec<_>>(),
            "webauthn_credentials": [],
        });
        Self { db, bodies, index_only: false }
    }

    /// The manifest that the server would write for the rows.
    pub fn manifest(&self) -> Value {
        let rows = |table: &str| self.db[table].as_array().map_or(0, Vec::len);
        let blobs: Vec<Value> = self.db["attachments"].as_array().into_iter().flatten().map(blob).collect();
        let sizes = || blobs.iter().filter_map(|blob| blob["sizeBytes"].as_u64());
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
        json!({
            "formatVersion": 1, "exportedAt": "2026-11-22T19:26:47.394Z", "appVersion": "1.8.0", "storageKind": "r2",
            "tableCounts": tables.map(|table| (table, rows(table))).into_iter().collect::<std::collections::BTreeMap<_, _>>(),
            "includes": { "attachments": true },
            "blobSummary": {
                "attachmentFiles": blobs.len(), "totalBytes": sizes().sum::<u64>(),
                "largestObjectBytes": sizes().max().unwrap_or(0),
            },
            "attachmentBlobs": blobs,
        })
    }

    /// The archive, ready to be made wrong.
    pub fn archive(&self) -> Archive {
        let pretty = |value: &Value| serde_json::to_vec_pretty(value).expect("a value can be written");
        let mut archive = Archive::default();
        archive.entries.push(Entry::new("manifest.json", pretty(&self.manifest())));
        archive.entries.push(Entry::new("db.json", pretty(&self.db)));
        if !self.index_only {
            let bodies = self.bodies.iter();
            archive.entries.extend(
                bodies.map(|(blob, body)| Entry::new(&format!("attachments/{blob}.bin"), body.clone())),
            );
        }
        archive
    }
}

fn blob(row: &Value) -> Value {
    let (cipher, id) =
        (row["cipher_id"].as_str().unwrap_or_default(), row["id"].as_str().unwrap_or_default());
    json!({ "cipherId": cipher, "attachmentId": id, "blobName": format!("{cipher}/{id}"), "sizeBytes": row["size"] })
}

/// The name that the server gives to these bytes.
pub fn name_for(bytes: &[u8]) -> String {
    let hash: String = Sha256::digest(bytes).iter().take(3).map(|byte| format!("{byte:02x}")).collect();
    format!("nodewarden_backup_20261122_191500_{}.zip", &hash[..5])
}
