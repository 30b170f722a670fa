//! The measure for rows: `serde_json` reading them into their types.

use std::path::Path;

use serde::Deserialize;

#[derive(Deserialize)]
#[allow(dead_code, reason = "read to be measured, not to be used")]
struct Db {
    config: Vec<Setting>,
    users: Vec<User>,
    folders: Vec<Folder>,
    ciphers: Vec<Cipher>,
    attachments: Vec<Attachment>,
}

#[derive(Deserialize)]
#[allow(dead_code, reason = "read to be measured, not to be used")]
struct Setting {
    key: String,
    value: String,
}

#[derive(Deserialize)]
#[allow(dead_code, reason = "read to be measured, not to be used")]
struct User {
    id: String,
    email: String,
    name: Option<String>,
    master_password_hint: Option<String>,
    master_password_hash: String,
    key: String,
    private_key: Option<String>,
    public_key: Option<String>,
    kdf_type: u32,
    kdf_iterations: u32,
    kdf_memory: Option<u32>,
    kdf_parallelism: Option<u32>,
    security_stamp: String,
    role: String,
    status: String,
    verify_devices: u32,
    totp_secret: Option<String>,
    totp_recovery_code: Option<String>,
    created_at: String,
    updated_at: String,
}

#[derive(Deserialize)]
#[allow(dead_code, reason = "read to be measured, not to be used")]
struct Folder {
    id: String,
    user_id: String,
    name: String,
    created_at: String,
    updated_at: String,
}

#[derive(Deserialize)]
#[allow(dead_code, reason = "read to be measured, not to be used")]
struct Cipher {
    id: String,
    user_id: String,
    r#type: u32,
    folder_id: Option<String>,
    name: Option<String>,
    notes: Option<String>,
    favorite: u32,
    data: String,
    reprompt: Option<u32>,
    key: Option<String>,
    created_at: String,
    updated_at: String,
    archived_at: Option<String>,
    deleted_at: Option<String>,
}

#[derive(Deserialize)]
#[allow(dead_code, reason = "read to be measured, not to be used")]
struct Attachment {
    id: String,
    cipher_id: String,
    file_name: String,
    size: u64,
    size_name: String,
    key: Option<String>,
}

/// Reads `db.json` at `path`; how many rows there are.
pub fn read(path: &Path) -> usize {
    let text = std::fs::read(path).expect("the file was made");
    let db: Db = serde_json::from_slice(&text).expect("the file was made of rows");
    db.config.len() + db.users.len() + db.folders.len() + db.ciphers.len() + db.attachments.len()
}
