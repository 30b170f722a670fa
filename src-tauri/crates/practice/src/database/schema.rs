//! The eight tables that a backup carries, and those that stay behind.

/// A table that a backup carries.
pub(crate) struct Table {
    pub name: &'static str,
    /// Column and its definition, in the order of a backup.
    pub columns: &'static [(&'static str, &'static str)],
    /// How a backup orders its rows.
    pub order: &'static str,
}

impl Table {
    /// The statement that creates it, or its shadow, under `name`.
    pub fn create(&self, name: &str) -> String {
        let columns: Vec<String> =
            self.columns.iter().map(|(column, definition)| format!("\"{column}\" {definition}")).collect();
        format!("CREATE TABLE IF NOT EXISTS {name} ({})", columns.join(", "))
    }
}

/// What a backup carries, in the order in which it does.
pub(crate) const TABLES: [Table; 8] = [
    Table {
        name: "config",
        columns: &[("key", "TEXT PRIMARY KEY"), ("value", "TEXT NOT NULL")],
        order: "key",
    },
    Table { name: "users", columns: USERS, order: "created_at, rowid" },
    Table {
        name: "domain_settings",
        columns: &[
            ("user_id", "TEXT PRIMARY KEY"),
            ("equivalent_domains", "TEXT"),
            ("custom_equivalent_domains", "TEXT"),
            ("excluded_global_equivalent_domains", "TEXT"),
            ("updated_at", "TEXT NOT NULL"),
        ],
        order: "user_id",
    },
    Table {
        name: "user_revisions",
        columns: &[("user_id", "TEXT PRIMARY KEY"), ("revision_date", "TEXT NOT NULL")],
        order: "user_id",
    },
    Table {
        name: "folders",
        columns: &[
            ("id", "TEXT PRIMARY KEY"),
            ("user_id", "TEXT NOT NULL"),
            ("name", "TEXT NOT NULL"),
            ("created_at", "TEXT NOT NULL"),
            ("updated_at", "TEXT NOT NULL"),
        ],
        order: "created_at, rowid",
    },
    Table { name: "ciphers", columns: CIPHERS, order: "created_at, rowid" },
    Table {
        name: "attachments",
        columns: &[
            ("id", "TEXT PRIMARY KEY"),
            ("cipher_id", "TEXT NOT NULL"),
            ("file_name", "TEXT NOT NULL"),
            ("size", "INTEGER NOT NULL"),
            ("size_name", "TEXT NOT NULL"),
            ("key", "TEXT"),
        ],
        order: "cipher_id, id",
    },
    Table {
        name: "webauthn_credentials",
        columns: &[
            ("id", "TEXT PRIMARY KEY"),
            ("user_id", "TEXT NOT NULL"),
            ("purpose", "TEXT"),
            ("name", "TEXT NOT NULL"),
            ("credential_id", "TEXT NOT NULL UNIQUE"),
            ("public_key", "TEXT NOT NULL"),
            ("counter", "INTEGER NOT NULL"),
            ("transports", "TEXT"),
            ("supports_prf", "INTEGER NOT NULL"),
            ("encrypted_user_key", "TEXT"),
            ("encrypted_public_key", "TEXT"),
            ("encrypted_private_key", "TEXT"),
            ("created_at", "TEXT NOT NULL"),
            ("updated_at", "TEXT NOT NULL"),
        ],
        order: "created_at, rowid",
    },
];

const USERS: &[(&str, &str)] = &[
    ("id", "TEXT PRIMARY KEY"),
    ("email", "TEXT NOT NULL UNIQUE"),
    ("name", "TEXT"),
    ("master_password_hint", "TEXT"),
    ("master_password_hash", "TEXT NOT NULL"),
    ("key", "TEXT NOT NULL"),
    ("private_key", "TEXT"),
    ("public_key", "TEXT"),
    ("kdf_type", "INTEGER NOT NULL"),
    ("kdf_iterations", "INTEGER NOT NULL"),
    ("kdf_memory", "INTEGER"),
    ("kdf_parallelism", "INTEGER"),
    ("security_stamp", "TEXT NOT NULL"),
    ("role", "TEXT NOT NULL"),
    ("status", "TEXT NOT NULL"),
    ("verify_devices", "INTEGER"),
    ("totp_secret", "TEXT"),
    ("totp_recovery_code", "TEXT"),
    ("yubikey_key1", "TEXT"),
    ("yubikey_key2", "TEXT"),
    ("yubikey_key3", "TEXT"),
    ("yubikey_key4", "TEXT"),
    ("yubikey_key5", "TEXT"),
    ("yubikey_nfc", "INTEGER"),
    ("created_at", "TEXT NOT NULL"),
    ("updated_at", "TEXT NOT NULL"),
];

const CIPHERS: &[(&str, &str)] = &[
    ("id", "TEXT PRIMARY KEY"),
    ("user_id", "TEXT NOT NULL"),
    ("type", "INTEGER NOT NULL"),
    ("folder_id", "TEXT"),
    ("name", "TEXT"),
    ("notes", "TEXT"),
    ("favorite", "INTEGER NOT NULL"),
    ("data", "TEXT NOT NULL"),
    ("reprompt", "INTEGER"),
    ("key", "TEXT"),
    ("created_at", "TEXT NOT NULL"),
    ("updated_at", "TEXT NOT NULL"),
    ("archived_at", "TEXT"),
    ("deleted_at", "TEXT"),
];

/// What never leaves the instance.
pub(crate) const STAYING: &str = "
CREATE TABLE IF NOT EXISTS devices (
    user_id TEXT NOT NULL, id TEXT NOT NULL, stamp TEXT NOT NULL, name TEXT, kind INTEGER,
    created_at TEXT NOT NULL, PRIMARY KEY (user_id, id));
CREATE TABLE IF NOT EXISTS refresh_tokens (
    token TEXT PRIMARY KEY, user_id TEXT NOT NULL, device_id TEXT NOT NULL, expires_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS remembered_devices (
    token TEXT PRIMARY KEY, user_id TEXT NOT NULL, device_id TEXT NOT NULL, expires_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS audit_logs (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, actor_user_id TEXT,
    action TEXT NOT NULL, category TEXT NOT NULL, level TEXT NOT NULL, target_type TEXT, target_id TEXT,
    target_user_email TEXT, metadata TEXT NOT NULL, created_at TEXT NOT NULL);
";
