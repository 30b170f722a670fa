//! Finds the entries of a file whose list of entries is lost: each local header
//! leads to the next.

use std::io;

use super::entry::{Entry, FLAG_DESCRIPTOR, MOST_ENTRIES, MOST_NAME_BYTES, decode};
use super::local;
use super::streamed::{Budget, Measured, after_descriptor, measure};
use crate::source::Source;

/// The entries from the beginning of the file, as far as they can be followed.
pub(super) fn walk<S: Source + ?Sized>(source: &S, mut budget: Budget<'_>) -> io::Result<Vec<Entry>> {
    let mut entries = Vec::new();
    let (mut at, mut name_bytes) = (0, 0);
    while entries.len() < MOST_ENTRIES && name_bytes <= MOST_NAME_BYTES {
        let Some(local) = local::read(source, at)? else { break };
        name_bytes += local.name.len();
        let (header_at, data_at) = (at, local.data_at);
        let measured = end_of(source, &local, &mut budget)?;
        let (name, raw_name) = decode(&local.name, local.flags);
        let next = measured.as_ref().and_then(|measured| measured.next);
        let is_measured = measured.is_some();
        let Measured { crc, packed, size, .. } = measured.unwrap_or(Measured {
            crc: local.crc,
            packed: local.packed,
            size: local.size,
            next: None,
        });
        entries.push(Entry {
            name,
            raw_name,
            needed: local.needed,
            flags: local.flags,
            method: local.method,
            time: local.time,
            date: local.date,
            crc,
            packed,
            size,
            header_at,
            data_at: is_measured.then_some(data_at),
            overlaps: false,
        });
        match next {
            Some(next) if next < source.size() => at = next,
            _ => break,
        }
    }
    Ok(entries)
}

/// Where an entry ends, and what its header or its descriptor says of it. `None` when
/// that could not be found out.
fn end_of<S: Source + ?Sized>(
    source: &S,
    local: &local::Local,
    budget: &mut Budget<'_>,
) -> io::Result<Option<Measured>> {
    let has_descriptor = local.flags & FLAG_DESCRIPTOR != 0;
    if has_descriptor && local.packed == 0 {
        return measure(source, local, budget);
    }
    let end = local.data_at.saturating_add(local.packed);
    let after = if has_descriptor { after_descriptor(source, end, local.packed, local.size)? } else { None };
    let next = Some(after.unwrap_or(end));
    Ok(Some(Measured { crc: local.crc, packed: local.packed, size: local.size, next }))
}
