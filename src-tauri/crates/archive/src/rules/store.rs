//! What the database refuses after the rules have passed: the server's words
//! name the constraint, the table and the column.

use std::collections::HashSet;

use super::super::json::{Row, Value};
use super::Table;

/// Columns that may not be empty, in the order in which the database looks.
/// Columns that the server fills in when they are missing are not here.
fn required(table: Table) -> &'static [&'static str] {
    match table {
        Table::Config => &["value"],
        Table::Users => &[
            "email",
            "master_password_hash",
            "key",
            "kdf_type",
            "kdf_iterations",
            "security_stamp",
            "role",
            "status",
            "created_at",
            "updated_at",
        ],
        Table::UserRevisions => &["revision_date"],
        Table::DomainSettings => &["updated_at"],
        Table::WebauthnCredentials => &[
            "user_id",
            "name",
            "public_key",
            "credential_id",
            "counter",
            "supports_prf",
            "created_at",
            "updated_at",
        ],
        Table::Folders => &["user_id", "name", "created_at", "updated_at"],
        Table::Ciphers => &["user_id", "type", "favorite", "data", "created_at", "updated_at"],
        Table::Attachments => &["cipher_id", "file_name", "size", "size_name"],
    }
}

/// Columns that are inserted and may be empty; no column takes an object.
fn optional(table: Table) -> &'static [&'static str] {
    match table {
        Table::Config => &["key"],
        Table::Users => &[
            "id",
            "name",
            "master_password_hint",
            "private_key",
            "public_key",
            "kdf_memory",
            "kdf_parallelism",
            "verify_devices",
            "totp_secret",
            "totp_recovery_code",
            "yubikey_key1",
            "yubikey_key2",
            "yubikey_key3",
            "yubikey_key4",
            "yubikey_key5",
            "yubikey_nfc",
        ],
        Table::UserRevisions => &["user_id"],
        Table::DomainSettings => &[
            "user_id",
            "equivalent_domains",
            "custom_equivalent_domains",
            "excluded_global_equivalent_domains",
        ],
        Table::WebauthnCredentials => &[
            "id",
            "type",
            "aa_guid",
            "transports",
            "encrypted_user_key",
            "encrypted_public_key",
            "encrypted_private_key",
        ],
        Table::Folders => &["id"],
        Table::Ciphers => {
            &["id", "folder_id", "name", "notes", "reprompt", "key", "archived_at", "deleted_at"]
        }
        Table::Attachments => &["id", "key"],
    }
}

/// The column whose values must differ, where the rules do not see to it.
fn unique(table: Table) -> Option<(&'static str, &'static str)> {
    match table {
        Table::Users => Some(("email", "SQLITE_CONSTRAINT_UNIQUE")),
        Table::Attachments => Some(("id", "SQLITE_CONSTRAINT_PRIMARYKEY")),
        _ => None,
    }
}

/// The column by which a row replaces an earlier one, without a word at first.
fn replacing(table: Table) -> Option<&'static str> {
    match table {
        Table::Config => Some("key"),
        Table::UserRevisions => Some("user_id"),
        _ => None,
    }
}

/// The setting that the server writes again into every restored database.
const REGISTERED: &str = "registered";

/// Watches the rows of one table for what the database would refuse.
#[derive(Debug, Default)]
pub(crate) struct Store {
    seen: HashSet<u64>,
    rows: u64,
    has_registered: bool,
    untyped: Option<String>,
    refused: Option<String>,
}

impl Store {
    /// The first refusal, in the server's words.
    pub(crate) fn refused(&self) -> Option<&str> {
        // All rows of a table are bound before the first is inserted.
        self.untyped.as_deref().or(self.refused.as_deref())
    }

    /// What the server says when fewer rows arrive than were inserted, because
    /// some replaced others.
    pub(crate) fn refused_by_count(&self, table: Table) -> Option<String> {
        replacing(table)?;
        let added = u64::from(table == Table::Config && !self.has_registered);
        let (expected, received) = (self.rows + added, self.seen.len() as u64 + added);
        let table = table.name();
        (expected != received).then(|| {
            format!("Restore shadow validation failed for {table}: expected {expected}, received {received}")
        })
    }

    /// Checks the next row. `hash` distinguishes values.
    pub(crate) fn row(&mut self, table: Table, row: &Row<'_>, hash: impl Fn(&str) -> u64) {
        let is_registered = table == Table::Config && row.get("key").trimmed() == REGISTERED;
        self.rows += 1;
        self.has_registered |= is_registered;
        if let Some(column) = replacing(table) {
            let key = if is_registered { REGISTERED.into() } else { row.get(column).as_js_string() };
            self.seen.insert(hash(&key));
        }
        if self.untyped.is_none() && row.has_nested() {
            let columns = required(table).iter().chain(optional(table));
            let object =
                columns.map(|column| row.get(column)).find(|value| matches!(value, Value::Nested(_)));
            self.untyped = object.map(|value| {
                format!("D1_TYPE_ERROR: Type 'object' not supported for value '{}'", value.as_js_string())
            });
        }
        if self.refused.is_some() || is_registered {
            return;
        }
        if let Some(column) = required(table).iter().find(|column| row.get(column).is_nothing()) {
            self.refused = Some(refusal(table, column, "NOT NULL", "SQLITE_CONSTRAINT_NOTNULL"));
        } else if let Some((column, kind)) = unique(table) {
            let value = row.get(column);
            if !matches!(value, Value::Missing | Value::Null)
                && !self.seen.insert(hash(&value.as_js_string()))
            {
                self.refused = Some(refusal(table, column, "UNIQUE", kind));
            }
        }
    }
}

fn refusal(table: Table, column: &str, constraint: &str, kind: &str) -> String {
    let table = table.name();
    format!(
        "Restore insert failed for {table}__restore: D1_ERROR: {constraint} constraint failed: \
         {table}__restore.{column}: SQLITE_CONSTRAINT (extended: {kind})"
    )
}
