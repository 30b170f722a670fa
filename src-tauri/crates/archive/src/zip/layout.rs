//! How the entries lie in the file: one after the other, without a byte between
//! them that nothing claims, and none over another.

use crate::DamageDetail;
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
            damages.entry(&entry.name, DamageDetail::Overlap);
        } else if entry.header_at > claimed {
            unclaimed(nth == 0, entry.header_at - claimed, damages);
        }
        claimed = claimed.max(ends[index]);
    }
    let all_found = order.len() == entries.len();
    if claimed > directory_from {
        if let Some(&last) = order.last() {
            damages.entry(&entries[last].name, DamageDetail::OverlapsDirectory);
        }
    } else if claimed < directory_from && all_found && directory_from <= end.at {
        unclaimed(entries.is_empty(), directory_from - claimed, damages);
    }
}

fn unclaimed(is_before: bool, count: u64, damages: &mut Damages) {
    damages.file(match is_before {
        true => DamageDetail::PrefixBytes { count },
        false => DamageDetail::BytesBetween { count },
    });
}

fn check_names(entries: &[Entry], damages: &mut Damages) {
    let mut seen = HashSet::with_capacity(entries.len());
    for entry in entries {
        if !seen.insert(&*entry.name) {
            damages.entry(&entry.name, DamageDetail::DuplicateEntry);
        }
    }
}
