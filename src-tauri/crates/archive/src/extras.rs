//! Entries that do not belong in a backup.

use super::rules;
use super::zip::Structure;

/// Names of the entries for which the server refuses the whole file.
pub(crate) fn of(structure: &Structure) -> Vec<&str> {
    structure.entries.iter().map(|entry| &*entry.name).filter(|name| !rules::takes_name(name)).collect()
}
