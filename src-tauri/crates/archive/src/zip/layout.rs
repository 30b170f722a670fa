//! How the entries lie in the file: one after the other, without a byte between
//! them that nothing claims, and none over another.

use crate::DamageCode;
use desk_base::text::{Noun, count};
use std::collections::HashSet;

use super::end::End;
use super::entry::Entry;
use crate::damage::Damages;

/// Checks the places of all entries. `ends` says where each ends.
pub(super) fn check(
    entries: &mut [Entry],
    ends: &[u64],
    directory_from: u64,
    end: &End,
    damages: &mut Damages,
) {
    check_names(entries, damages);
    let mut order: Vec<usize> =
        (0..entries.len()).filter(|&index| entries[index].data_at.is_some()).collect();
    order.sort_by_key(|&index| entries[index].header_at);
    let mut claimed = 0;
    for (nth, &index) in order.iter().enumerate() {
        let entry = &mut entries[index];
        if entry.header_at < claimed {
            entry.overlaps = true;
            damages.entry(&entry.name, DamageCode::Overlap, "The entry lies over another one.");
        } else if entry.header_at > claimed {
            unclaimed(nth == 0, entry.header_at - claimed, damages);
        }
        claimed = claimed.max(ends[index]);
    }
    let all_found = order.len() == entries.len();
    if claimed > directory_from {
        if let Some(&last) = order.last() {
            damages.entry(
                &entries[last].name,
                DamageCode::Overlap,
                "The entry lies over the list of entries.",
            );
        }
    } else if claimed < directory_from && all_found && directory_from <= end.at {
        unclaimed(entries.is_empty(), directory_from - claimed, damages);
    }
}

fn unclaimed(is_before: bool, bytes: u64, damages: &mut Damages) {
    if is_before {
        damages
            .file(DamageCode::PrefixBytes, format!("{} before the ZIP.", count(bytes, Noun::Byte)))
            .value("bytes", bytes);
    } else {
        let message = format!("{} between the entries, of none of them.", count(bytes, Noun::Byte));
        damages.file(DamageCode::UnclaimedBytes, message).value("bytes", bytes);
    }
}

fn check_names(entries: &[Entry], damages: &mut Damages) {
    let mut seen = HashSet::with_capacity(entries.len());
    for entry in entries {
        if !seen.insert(&*entry.name) {
            let message = "There are several entries of this name; the server takes the last.";
            damages.entry(&entry.name, DamageCode::DuplicateEntry, message);
        }
    }
}
