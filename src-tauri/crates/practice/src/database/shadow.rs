//! The shadow tables: a restore fills them beside the real ones, and only when
//! that has worked do they take their place.

use rusqlite::{Connection, ErrorCode, ffi};
use serde_json::{Map, Value};

use super::{Database, TABLES, Table};

/// The rows of one table, as a backup carries them.
pub(crate) type Rows<'a> = (&'static str, &'a [Map<String, Value>]);

impl Database {
    /// Makes empty shadow tables.
    pub fn create_shadow(&self) -> rusqlite::Result<()> {
        let connection = self.lock();
        drop_shadow(&connection)?;
        for table in &TABLES {
            connection.execute(&table.create(&shadow(table)), [])?;
        }
        Ok(())
    }

    /// Fills the shadow tables; a refusal is in the server's words.
    pub fn fill_shadow<'a>(&self, rows: impl IntoIterator<Item = Rows<'a>>) -> Result<(), String> {
        let mut connection = self.lock();
        let failed = |table: &str, error: &rusqlite::Error| {
            format!("Restore insert failed for {table}: D1_ERROR: {}", d1_words(error))
        };
        let transaction = connection.transaction().map_err(|error| failed("config__restore", &error))?;
        for (name, rows) in rows {
            let Some(table) = TABLES.iter().find(|table| table.name == name) else { continue };
            let into = shadow(table);
            for row in rows {
                table.insert(&transaction, &into, row).map_err(|error| failed(&into, &error))?;
            }
        }
        transaction.commit().map_err(|error| failed("config__restore", &error))
    }

    /// Notes in the shadow that someone has registered; how many settings it
    /// then has.
    pub fn register_in_shadow(&self) -> rusqlite::Result<u32> {
        let connection = self.lock();
        connection.execute(
            "INSERT OR REPLACE INTO config__restore (key, value) VALUES ('registered', 'true')",
            [],
        )?;
        connection.query_row("SELECT COUNT(*) FROM config__restore", [], |row| row.get(0))
    }

    /// Takes an attachment out of the shadow.
    pub fn forget_in_shadow(&self, attachment_id: &str) -> rusqlite::Result<()> {
        self.lock().execute("DELETE FROM attachments__restore WHERE id = ?1", [attachment_id])?;
        Ok(())
    }

    /// Puts the shadow in the place of what was there. With the accounts go
    /// their devices and everything that kept them signed in; what they did
    /// stays in the log without their names.
    pub fn switch_to_shadow(&self) -> rusqlite::Result<()> {
        let mut connection = self.lock();
        let transaction = connection.transaction()?;
        for table in &TABLES {
            let (name, shadow) = (table.name, shadow(table));
            transaction
                .execute_batch(&format!("DELETE FROM {name}; INSERT INTO {name} SELECT * FROM {shadow};"))?;
        }
        transaction.execute_batch(
            "DELETE FROM devices; DELETE FROM refresh_tokens; DELETE FROM remembered_devices;
             UPDATE audit_logs SET actor_user_id = NULL;",
        )?;
        drop_shadow(&transaction)?;
        transaction.commit()
    }

    /// Takes the shadow tables away.
    pub fn drop_shadow(&self) -> rusqlite::Result<()> {
        drop_shadow(&self.lock())
    }

    /// The blob names of all attachments.
    pub fn blob_names(&self) -> rusqlite::Result<Vec<String>> {
        let connection = self.lock();
        let mut statement = connection.prepare("SELECT cipher_id || '/' || id FROM attachments")?;
        statement.query_map([], |row| row.get(0))?.collect()
    }
}

fn shadow(table: &Table) -> String {
    format!("{}__restore", table.name)
}

fn drop_shadow(connection: &Connection) -> rusqlite::Result<()> {
    TABLES
        .iter()
        .try_for_each(|table| connection.execute_batch(&format!("DROP TABLE IF EXISTS {}", shadow(table))))
}

/// What D1 says for an error of SQLite.
fn d1_words(error: &rusqlite::Error) -> String {
    let rusqlite::Error::SqliteFailure(failure, Some(message)) = error else { return error.to_string() };
    if failure.code != ErrorCode::ConstraintViolation {
        return message.clone();
    }
    let kind = match failure.extended_code {
        ffi::SQLITE_CONSTRAINT_NOTNULL => "SQLITE_CONSTRAINT_NOTNULL",
        ffi::SQLITE_CONSTRAINT_PRIMARYKEY => "SQLITE_CONSTRAINT_PRIMARYKEY",
        ffi::SQLITE_CONSTRAINT_UNIQUE => "SQLITE_CONSTRAINT_UNIQUE",
        _ => "SQLITE_CONSTRAINT",
    };
    format!("{message}: SQLITE_CONSTRAINT (extended: {kind})")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(table: &'static str, rows: &Value) -> String {
        let database = Database::open(std::path::Path::new(":memory:")).expect("a database");
        database.create_shadow().expect("shadow tables");
        let rows: Vec<_> =
            rows.as_array().into_iter().flatten().filter_map(Value::as_object).cloned().collect();
        database.fill_shadow([(table, rows.as_slice())]).expect_err("a refusal")
    }

    #[test]
    fn the_database_returns_the_same_errors_as_d1() {
        let attachment = serde_json::json!({ "id": "a", "cipher_id": "c", "file_name": "f", "size": 1, "size_name": "1 Bytes" });
        assert_eq!(
            refusal("attachments", &serde_json::json!([attachment, attachment])),
            "Restore insert failed for attachments__restore: D1_ERROR: UNIQUE constraint failed: \
             attachments__restore.id: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_PRIMARYKEY)"
        );
        assert_eq!(
            refusal("folders", &serde_json::json!([{ "id": "a", "user_id": "u", "name": null }])),
            "Restore insert failed for folders__restore: D1_ERROR: NOT NULL constraint failed: \
             folders__restore.name: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_NOTNULL)"
        );
    }
}
