//! Finds the entries of a file whose list of entries is lost: each local header
//! leads to the next.

use std::io;

use super::super::source::Source;
use super::{Entry, FLAG_DESCRIPTOR, MOST_ENTRIES, MOST_NAME_BYTES, decode, local};

/// The entries from the beginning of the file, as far as they can be followed.
pub(super) fn walk<S: Source + ?Sized>(source: &S) -> io::Result<Vec<Entry>> {
    let mut entries = Vec::new();
    let (mut at, mut name_bytes) = (0, 0);
    while entries.len() < MOST_ENTRIES && name_bytes <= MOST_NAME_BYTES {
        let Some(local) = local::read(source, at)? else { break };
        name_bytes += local.name.len();
        // Sizes that come later cannot be known without the list.
        let is_open = local.flags & FLAG_DESCRIPTOR != 0 && local.packed == 0;
        let (header_at, data_at) = (at, local.data_at);
        let (name, raw_name) = decode(&local.name, local.flags);
        at = data_at.saturating_add(local.packed);
        entries.push(Entry {
            name,
            raw_name,
            needed: local.needed,
            flags: local.flags,
            method: local.method,
            time: local.time,
            date: local.date,
            crc: local.crc,
            packed: local.packed,
            size: local.size,
            header_at,
            data_at: (!is_open).then_some(data_at),
            overlaps: false,
        });
        if is_open || at >= source.size() {
            break;
        }
    }
    Ok(entries)
}
