//! The server's database: SQLite, as Cloudflare D1 is.

mod people;
mod schema;
mod shadow;
mod tables;

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use desk_core::error::PracticeDetail;
use rusqlite::{Connection, OptionalExtension, params};

pub(crate) use people::{Session, TokenTable, User};
pub(crate) use schema::{TABLES, Table};
pub(crate) use tables::Row;

/// The server's database.
pub(crate) struct Database(Mutex<Connection>);

impl Database {
    pub fn open(path: &Path) -> desk_core::Result<Self> {
        let open = || {
            let connection = Connection::open(path)?;
            connection.pragma_update(None, "journal_mode", "wal")?;
            connection.pragma_update(None, "synchronous", "off")?;
            for table in &TABLES {
                connection.execute(&table.create(table.name), [])?;
            }
            connection.execute_batch(schema::STAYING)?;
            Ok(Self(Mutex::new(connection)))
        };
        open().map_err(|error: rusqlite::Error| {
            PracticeDetail::PracticeDatabaseUnopened { path: path.display().to_string() }
                .error()
                .caused_by(error)
        })
    }

    /// The connection, for one short piece of work.
    pub fn lock(&self) -> MutexGuard<'_, Connection> {
        // Every change is one statement or one transaction, so what a panicking
        // thread leaves behind is whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn config(&self, key: &str) -> rusqlite::Result<Option<String>> {
        self.lock().query_row("SELECT value FROM config WHERE key = ?1", [key], |row| row.get(0)).optional()
    }

    pub fn set_config(&self, key: &str, value: &str) -> rusqlite::Result<()> {
        self.lock()
            .execute("INSERT OR REPLACE INTO config (key, value) VALUES (?1, ?2)", params![key, value])?;
        Ok(())
    }

    pub fn count(&self, table: &'static str) -> rusqlite::Result<u32> {
        self.lock().query_row(&format!("SELECT COUNT(*) FROM {table}"), [], |row| row.get(0))
    }

    /// No vault data yet, so that a restore needs not replace anything.
    pub fn is_fresh(&self) -> rusqlite::Result<bool> {
        for table in ["ciphers", "folders", "attachments"] {
            if self.count(table)? > 0 {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
