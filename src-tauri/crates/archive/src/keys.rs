//! The keys of the accounts in a backup, as the server stores them: public keys distinguish one
//! server's accounts from another's when their ids are the same, and without whole encrypted
//! keys no one can open a vault.

use std::collections::BTreeMap;
use std::path::Path;

use super::json::{Member, Row, Visitor};
use super::opened::Opened;
use super::rules::MOST_PEOPLE;
use desk_base::Result;

/// The longest key that is kept, in bytes: one of RSA-8192 has less.
const LONGEST_KEY: usize = 16 * 1024;

/// The keys of one account, as the server stores them. Empty where there is none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StoredKeys {
    /// The public key, base64.
    pub public_key: String,
    /// The private key, encrypted for the account.
    pub private_key: String,
    /// The account's own key, encrypted with its master password.
    pub key: String,
}

/// The keys of each account in the backup at `path`, by user id. Of a damaged backup, those
/// before the damage are there. Blocks.
///
/// # Errors
/// `NotAnArchive` when there are no rows, a file error.
pub fn stored_keys(path: &Path) -> Result<BTreeMap<String, StoredKeys>> {
    let mut keys = Keys::default();
    Opened::new(path)?.walk_rows(&mut keys)?;
    Ok(keys.0)
}

#[derive(Default)]
struct Keys(BTreeMap<String, StoredKeys>);

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
        if self.0.len() >= MOST_PEOPLE || row.raw().len() > LONGEST_KEY * 4 {
            return;
        }
        let text = |column| {
            let text = row.get(column).trimmed();
            if text.len() <= LONGEST_KEY { text.into_owned() } else { String::new() }
        };
        let id = text("id");
        if !id.is_empty() {
            let keys = StoredKeys {
                public_key: text("public_key"),
                private_key: text("private_key"),
                key: text("key"),
            };
            self.0.insert(id, keys);
        }
    }
}
