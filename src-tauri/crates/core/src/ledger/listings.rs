//! What a target's folder listed: sizes over time, and whether what was checked is
//! still the same file.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::{Transaction, params};

use super::archives::standings_in;
use super::{Check, Ledger, time};
use crate::Result;

/// A backup as a target's folder lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The path below the target's root.
    pub path: String,
    /// Its name.
    pub name: String,
    /// Its size, when the target tells.
    pub bytes: Option<u64>,
    /// When it was last changed, in the target's words.
    pub modified_at: Option<String>,
    /// When it was made, when its name tells.
    pub made_at: Option<Timestamp>,
}

impl Ledger {
    /// Keeps what a folder of a target lists, all of it at once, and answers how sure
    /// we are of everything on the target that was ever looked at, by path.
    pub fn note_listing(
        &self,
        profile_id: &str,
        target_id: &str,
        listed: &[Listed],
    ) -> Result<BTreeMap<String, Check>> {
        self.write(|transaction| {
            let mut standings = standings_in(transaction, profile_id, target_id, None)?;
            for one in listed {
                if let (Some(at), Some(bytes)) = (one.made_at, one.bytes) {
                    keep_size(transaction, profile_id, target_id, &one.name, at, bytes)?;
                }
                if let (Some(check), Some(modified_at)) = (standings.get_mut(&one.path), &one.modified_at)
                    && check.listed_at.as_ref() != Some(modified_at)
                {
                    keep_time(transaction, profile_id, target_id, &one.path, modified_at)?;
                    check.modified_at.get_or_insert_with(|| modified_at.clone());
                }
            }
            Ok(standings)
        })
    }
}

/// Keeps the size of a backup seen on a target, unless it is known already.
pub(super) fn keep_size(
    transaction: &Transaction<'_>,
    profile_id: &str,
    target_id: &str,
    file_name: &str,
    made_at: Timestamp,
    bytes: u64,
) -> rusqlite::Result<usize> {
    transaction
        .prepare_cached(
            "INSERT INTO target_backups VALUES (?, ?, ?, ?, ?) ON CONFLICT (profile_id, target_id, file_name)
             DO UPDATE SET made_at = excluded.made_at, bytes = excluded.bytes
             WHERE made_at <> excluded.made_at OR bytes <> excluded.bytes",
        )?
        .execute(params![profile_id, target_id, file_name, time(made_at), bytes])
}

/// Keeps when a file that was looked at was last changed. A look that did not know
/// it was at the file of now.
fn keep_time(
    transaction: &Transaction<'_>,
    profile_id: &str,
    target_id: &str,
    path: &str,
    modified_at: &str,
) -> rusqlite::Result<usize> {
    let place = params![profile_id, target_id, path, modified_at];
    transaction
        .prepare_cached(
            "UPDATE places SET modified_at = ?4 WHERE profile_id = ?1 AND target_id = ?2 AND path = ?3",
        )?
        .execute(place)?;
    transaction
        .prepare_cached(
            "UPDATE checks SET modified_at = ?4 WHERE modified_at IS NULL AND place_id =
                (SELECT id FROM places WHERE profile_id = ?1 AND target_id = ?2 AND path = ?3)",
        )?
        .execute(place)
}
