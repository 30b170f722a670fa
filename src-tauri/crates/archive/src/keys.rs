//! The public keys of the accounts in a backup: they tell one server's accounts from
//! another's when their ids are the same.

use std::collections::BTreeMap;
use std::path::Path;

use super::json::{Member, Row, Visitor};
use super::opened::Opened;
use super::rules::MOST_PEOPLE;
use desk_base::Result;

/// The longest public key that is kept, in bytes: one of RSA-8192 has less.
const LONGEST_KEY: usize = 4 * 1024;

/// The public key of each account in the backup at `path`, by user id, as the server
/// stores it. Accounts without one are left out; of a damaged backup, those before the
/// damage are there. Blocks.
///
/// # Errors
/// `NotAnArchive` when there are no rows, a file error.
pub fn public_keys(path: &Path) -> Result<BTreeMap<String, String>> {
    let mut keys = Keys::default();
    Opened::new(path)?.walk_rows(&mut keys)?;
    Ok(keys.0)
}

#[derive(Default)]
struct Keys(BTreeMap<String, String>);

impl Visitor for Keys {
    fn begin(&mut self, key: &str, member: Member<'_>) -> bool {
        let users = key == "users";
        // The last of two tables with one name counts.
        if users {
            self.0.clear();
        }
        users && member == Member::Array
    }

    fn row(&mut self, row: &Row<'_>) {
        let key = row.get("public_key");
        if self.0.len() >= MOST_PEOPLE || row.raw().len() > LONGEST_KEY * 16 {
            return;
        }
        let (id, key) = (row.get("id").trimmed().into_owned(), key.trimmed().into_owned());
        if !id.is_empty() && !key.is_empty() && key.len() <= LONGEST_KEY {
            self.0.insert(id, key);
        }
    }
}
