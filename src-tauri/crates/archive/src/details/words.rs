//! Values of details that have their own words in the message files.

use desk_base::messages::{Worded, message, sentence};
use serde::{Deserialize, Serialize};

use crate::rules::Table;

/// A field that an entry's local header and the central directory both have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the word is the description")]
pub enum HeaderField {
    Name,
    Flags,
    Method,
    Checksum,
    PackedSize,
    Size,
    Time,
    Version,
}

impl Worded for HeaderField {
    fn worded(&self) -> String {
        let key = match self {
            Self::Name => "inspect_field_name",
            Self::Flags => "inspect_field_flags",
            Self::Method => "inspect_field_method",
            Self::Checksum => "inspect_field_checksum",
            Self::PackedSize => "inspect_field_packed_size",
            Self::Size => "inspect_field_size",
            Self::Time => "inspect_field_time",
            Self::Version => "inspect_field_version",
        };
        message(key, &[])
    }
}

impl Worded for Table {
    fn worded(&self) -> String {
        message(&format!("inspect_table_{}", self.name()), &[])
    }
}

/// A table that has another number of rows on the server than in the backup.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct TableChange {
    /// The table.
    pub table: Table,
    /// Rows on the server now.
    pub now: u64,
    /// Rows in the backup.
    pub then: u64,
}

impl Worded for TableChange {
    const BETWEEN: &'static str = "inspect_change_comma";

    fn worded(&self) -> String {
        let values =
            [("what", self.table.worded()), ("now", self.now.worded()), ("then", self.then.worded())];
        sentence("inspect_change", &values)
    }
}
