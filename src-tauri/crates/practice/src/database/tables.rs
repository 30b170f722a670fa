//! Rows as a backup carries them.

use rusqlite::Connection;
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use serde::Serialize;
use serde_json::Value as Json;

use super::Table;

/// A row, its columns in the order of the table.
#[derive(Debug, Clone)]
pub(crate) struct Row(pub Vec<(&'static str, Json)>);

impl Row {
    pub fn get(&self, column: &str) -> Option<&Json> {
        self.0.iter().find(|(name, _)| *name == column).map(|(_, value)| value)
    }

    pub fn text(&self, column: &str) -> &str {
        self.get(column).and_then(Json::as_str).unwrap_or_default()
    }
}

impl Serialize for Row {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(column, value)| (column, value)))
    }
}

impl Table {
    /// All rows, in the order of a backup.
    pub fn rows(&self, connection: &Connection) -> rusqlite::Result<Vec<Row>> {
        let columns: Vec<String> = self.columns.iter().map(|(column, _)| format!("\"{column}\"")).collect();
        let sql = format!("SELECT {} FROM {} ORDER BY {}", columns.join(", "), self.name, self.order);
        let mut statement = connection.prepare(&sql)?;
        let rows = statement.query_map([], |row| {
            let cells = self.columns.iter().enumerate();
            cells
                .map(|(index, (column, _))| Ok((*column, json(row.get_ref(index)?))))
                .collect::<rusqlite::Result<_>>()
                .map(Row)
        })?;
        rows.collect()
    }

    /// Inserts one row of a backup into `into`. Columns that the row lacks are
    /// null; those that the table lacks are left out.
    pub fn insert(
        &self,
        connection: &Connection,
        into: &str,
        row: &serde_json::Map<String, Json>,
    ) -> rusqlite::Result<()> {
        let columns: Vec<String> = self.columns.iter().map(|(column, _)| format!("\"{column}\"")).collect();
        let marks = vec!["?"; self.columns.len()].join(", ");
        let sql = format!("INSERT INTO {into} ({}) VALUES ({marks})", columns.join(", "));
        let values = self.columns.iter().map(|(column, _)| Column(row.get(*column)));
        connection.prepare_cached(&sql)?.execute(rusqlite::params_from_iter(values))?;
        Ok(())
    }
}

/// A value of a backup as SQLite takes it.
pub(crate) struct Column<'a>(pub Option<&'a Json>);

impl rusqlite::ToSql for Column<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self.0 {
            None | Some(Json::Null) => ToSqlOutput::Owned(Value::Null),
            Some(Json::Bool(value)) => ToSqlOutput::Owned(Value::Integer(i64::from(*value))),
            Some(Json::Number(number)) => ToSqlOutput::Owned(match (number.as_i64(), number.as_f64()) {
                (Some(whole), _) => Value::Integer(whole),
                (None, Some(real)) => Value::Real(real),
                (None, None) => Value::Null,
            }),
            Some(Json::String(text)) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Some(nested) => ToSqlOutput::Owned(Value::Text(nested.to_string())),
        })
    }
}

fn json(value: ValueRef<'_>) -> Json {
    match value {
        ValueRef::Null => Json::Null,
        ValueRef::Integer(whole) => whole.into(),
        ValueRef::Real(real) => real.into(),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned().into(),
        ValueRef::Blob(bytes) => String::from_utf8_lossy(bytes).into_owned().into(),
    }
}
