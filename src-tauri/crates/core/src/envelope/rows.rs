//! The rows of a backup that matter for opening its settings. They are read one by
//! one and leniently, as the server does: an odd row hides no other.

use secrecy::SecretString;
use serde_json::Value;

use super::found::KEY;
use super::{Envelope, Stored, damaged};
use crate::Result;

/// Those rows.
pub(super) struct Rows {
    pub users: Vec<User>,
    config: Vec<(String, SecretString)>,
}

/// An account.
pub(super) struct User {
    pub id: String,
    pub email: String,
    pub key: Option<String>,
    pub private_key: Option<String>,
    pub kdf_type: i64,
    pub kdf_iterations: i64,
    pub kdf_memory: Option<i64>,
    pub kdf_parallelism: Option<i64>,
    pub role: Option<String>,
    pub status: Option<String>,
}

impl Rows {
    /// Reads the tables; rows that name no account or no key are left out.
    pub fn read(tables: &Value) -> Self {
        let table = |name| tables[name].as_array().map_or(&[][..], Vec::as_slice);
        Self {
            users: table("users").iter().filter_map(User::read).collect(),
            config: table("config").iter().filter_map(entry).collect(),
        }
    }

    /// The value of a row of the table `config`.
    pub fn config(&self, key: &str) -> Option<&str> {
        use secrecy::ExposeSecret as _;
        let row = self.config.iter().find(|(name, _)| name == key);
        row.map(|(_, value)| value.expose_secret())
    }

    /// The backup settings.
    pub fn settings(&self) -> Result<Stored> {
        let row = self.config(KEY);
        Envelope::parse(row.ok_or_else(|| damaged("this backup carries none").value("part", "none"))?)
    }
}

impl User {
    fn read(row: &Value) -> Option<Self> {
        Some(Self {
            id: text(&row["id"])?,
            email: text(&row["email"])?,
            key: text(&row["key"]),
            private_key: text(&row["private_key"]),
            kdf_type: number(&row["kdf_type"]).unwrap_or_default(),
            kdf_iterations: number(&row["kdf_iterations"]).unwrap_or_default(),
            kdf_memory: number(&row["kdf_memory"]),
            kdf_parallelism: number(&row["kdf_parallelism"]),
            role: text(&row["role"]),
            status: text(&row["status"]),
        })
    }
}

fn entry(row: &Value) -> Option<(String, SecretString)> {
    Some((text(&row["key"])?, text(&row["value"])?.into()))
}

/// SQLite keeps what it is given: a text may be a number.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// And a number may be a text.
fn number(value: &Value) -> Option<i64> {
    match value {
        // A whole number may be written with a point.
        Value::Number(number) => number.to_string().trim_end_matches(".0").parse().ok(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}
