//! The rows of a backup that matter for opening its settings. They are read one by
//! one and leniently, as the server does: an odd row hides no other. Of a damaged
//! backup, the rows before the damage are read.

use std::path::Path;

use secrecy::{ExposeSecret, SecretString};

use super::{Envelope, KEY, LONGEST_ROW, Stored};
use crate::Result;
use crate::archive::{Member, Opened, Reach, Row, Value, Visitor};
use crate::error::{ArchiveDetail, EnvelopeDetail};

/// More accounts than a backup within the server's limits has are not kept.
const MOST_USERS: usize = 10_000;
/// The longest that an id, an email address or another short text is, in characters.
const LONGEST_TEXT: usize = 320;
/// The longest that an encrypted key is, in bytes.
const LONGEST_KEY: usize = 64 * 1024;
/// The row with the last known result of every target.
pub(super) const RUNTIME: &str = "backup.runtime.v1";

/// Those rows.
#[derive(Default)]
pub(super) struct Rows {
    /// The accounts.
    pub users: Vec<User>,
    /// Keys are kept of the account with this email address only.
    keys_of: Option<String>,
    settings: Option<SecretString>,
    runtime: Option<SecretString>,
    table: Option<Table>,
    is_partial: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Table {
    Users,
    Config,
}

/// An account.
pub(super) struct User {
    pub id: String,
    pub email: String,
    pub key: Option<SecretString>,
    pub private_key: Option<SecretString>,
    pub kdf_type: i64,
    pub kdf_iterations: i64,
    pub kdf_memory: Option<i64>,
    pub kdf_parallelism: Option<i64>,
    pub role: Option<String>,
    pub status: Option<String>,
}

impl Rows {
    /// Reads the backup at `path`; rows that name no account or no key are left
    /// out. Keys are kept of the account `keys_of`, an email address in lower case.
    ///
    /// # Errors
    /// `NotAnArchive` when there are no rows, a file error.
    pub fn read(path: &Path, keys_of: Option<&str>) -> Result<Self> {
        let opened = Opened::new(path)?;
        let mut rows = Self { keys_of: keys_of.map(str::to_owned), ..Self::default() };
        rows.is_partial = opened.walk_rows(&mut rows)? == Reach::Broken;
        if rows.is_partial && rows.users.is_empty() && rows.settings.is_none() {
            return Err(opened.unreadable());
        }
        Ok(rows)
    }

    /// The last known results of the targets, as JSON text.
    pub fn runtime(&self) -> Option<&str> {
        self.runtime.as_ref().map(ExposeSecret::expose_secret)
    }

    /// The backup settings.
    pub fn settings(&self) -> Result<Stored> {
        match &self.settings {
            Some(row) => Envelope::parse(row.expose_secret()),
            None if self.is_partial => Err(EnvelopeDetail::SettingsBeyondDamage.into()),
            None => Err(EnvelopeDetail::NoSettings.into()),
        }
    }

    /// The account with this email address, in lower case.
    ///
    /// # Errors
    /// `AccountNotFound`.
    pub fn user(&self, email: &str) -> Result<&User> {
        self.users.iter().find(|user| user.email.to_lowercase() == email).ok_or_else(|| {
            let email = email.to_owned();
            if self.is_partial {
                ArchiveDetail::AccountNotInReadablePart { email }.error()
            } else {
                ArchiveDetail::AccountNotInBackup { email }.error()
            }
        })
    }

    fn add_user(&mut self, row: &Row<'_>) {
        let short = |column| text(row.get(column), LONGEST_TEXT);
        let (Some(id), Some(email)) = (short("id"), short("email")) else { return };
        let wanted = self.keys_of.as_ref().is_some_and(|wanted| *wanted == email.to_lowercase());
        if self.users.len() >= MOST_USERS && !wanted {
            return;
        }
        let key = |column| text(row.get(column), LONGEST_KEY).filter(|_| wanted).map(SecretString::from);
        let number = |column| number(row.get(column));
        self.users.push(User {
            id,
            email,
            key: key("key"),
            private_key: key("private_key"),
            kdf_type: number("kdf_type").unwrap_or_default(),
            kdf_iterations: number("kdf_iterations").unwrap_or_default(),
            kdf_memory: number("kdf_memory"),
            kdf_parallelism: number("kdf_parallelism"),
            role: short("role"),
            status: short("status"),
        });
    }

    fn add_config(&mut self, row: &Row<'_>) {
        let Some(key) = text(row.get("key"), LONGEST_TEXT) else { return };
        let place = match &*key {
            KEY => &mut self.settings,
            RUNTIME => &mut self.runtime,
            _ => return,
        };
        // The first of two counts.
        if place.is_none() {
            *place = text(row.get("value"), LONGEST_ROW).map(SecretString::from);
        }
    }
}

impl Visitor for Rows {
    fn begin(&mut self, key: &str, member: Member<'_>) -> bool {
        self.table = match key {
            "users" => Some(Table::Users),
            "config" => Some(Table::Config),
            _ => None,
        };
        // The last of two tables with one name counts.
        match self.table {
            Some(Table::Users) => self.users.clear(),
            Some(Table::Config) => (self.settings, self.runtime) = (None, None),
            None => {}
        }
        self.table.is_some() && member == Member::Array
    }

    fn row(&mut self, row: &Row<'_>) {
        match self.table {
            Some(Table::Users) => self.add_user(row),
            Some(Table::Config) => self.add_config(row),
            None => {}
        }
    }
}

/// SQLite keeps what it is given: a text may be a number. What is longer than
/// `longest` bytes is none.
fn text(value: Value<'_>, longest: usize) -> Option<String> {
    match value {
        // An escape is at most six bytes for one.
        Value::Text(raw) if raw.len() <= longest.saturating_mul(6) => {
            value.text().map(std::borrow::Cow::into_owned).filter(|text| text.len() <= longest)
        }
        Value::Number(digits) if digits.len() <= longest => {
            std::str::from_utf8(digits).ok().map(str::to_owned)
        }
        _ => None,
    }
}

/// And a number may be a text.
fn number(value: Value<'_>) -> Option<i64> {
    // A whole number may be written with a point.
    text(value, LONGEST_TEXT)?.trim().trim_end_matches(".0").parse().ok()
}
