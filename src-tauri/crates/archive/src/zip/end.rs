//! The end record: where the central directory is and how long.

use crate::DamageDetail;
use std::io;

use super::number::{u16_at, u32_at, u64_at};
use crate::damage::Damages;
use crate::source::Source;

const END_SIGNATURE: [u8; 4] = *b"PK\x05\x06";
const END_LENGTH: usize = 22;
const END_BYTES: u64 = END_LENGTH as u64;
const LOCATOR_SIGNATURE: u32 = 0x0706_4b50;
const LOCATOR_BYTES: usize = 20;
const ZIP64_SIGNATURE: u32 = 0x0606_4b50;
const ZIP64_BYTES: usize = 56;
/// The versions of the format that know ZIP64, to the latest.
const ZIP64_VERSIONS: std::ops::RangeInclusive<u16> = 45..=63;
/// The record itself and the longest comment.
const FARTHEST: u64 = END_BYTES + 65_535;

/// What the end record says, together with its ZIP64 part.
#[derive(Debug)]
pub(super) struct End {
    /// Where the end record, or its ZIP64 part before it, begins.
    pub at: u64,
    /// Entries in the central directory.
    pub entries: u64,
    /// Bytes of the central directory.
    pub directory_bytes: u64,
    /// Where the central directory begins, as declared.
    pub directory_at: u64,
}

/// Finds the end record where the server finds it: the last one.
pub(super) fn find<S: Source + ?Sized>(source: &S, damages: &mut Damages) -> io::Result<Option<End>> {
    let size = source.size();
    let from = size.saturating_sub(FARTHEST);
    let mut tail = vec![0; usize::try_from(size - from).unwrap_or(0)];
    let filled = source.fill_at(from, &mut tail)?;
    tail.truncate(filled);
    // Nearer to the end there is no room for a record, whatever the bytes say.
    let mut places = tail.windows(END_LENGTH);
    let Some(place) = places.rposition(|bytes| bytes.starts_with(&END_SIGNATURE)) else { return Ok(None) };
    let record = &tail[place..];
    let at = from + place as u64;
    let end = End {
        at,
        entries: u64::from(u16_at(record, 10)),
        directory_bytes: u64::from(u32_at(record, 12)),
        directory_at: u64::from(u32_at(record, 16)),
    };
    if u16_at(record, 4) != 0 || u16_at(record, 6) != 0 {
        damages.file(DamageDetail::EndRecordDisks);
    }
    if u16_at(record, 8) != u16_at(record, 10) {
        damages.file(DamageDetail::EndRecordCounts);
    }
    check_trailing(record, damages);
    read_zip64(source, end, damages).map(Some)
}

fn check_trailing(record: &[u8], damages: &mut Damages) {
    let comment = u64::from(u16_at(record, 20));
    let after = record.len() as u64 - END_BYTES;
    if after > comment {
        damages.file(DamageDetail::TrailingBytes { count: after - comment });
    } else if after < comment {
        damages.file(DamageDetail::EndCommentCut);
    }
}

/// Takes what does not fit the end record from its ZIP64 part.
fn read_zip64<S: Source + ?Sized>(source: &S, mut end: End, damages: &mut Damages) -> io::Result<End> {
    let Some(locator_at) = end.at.checked_sub(LOCATOR_BYTES as u64) else { return Ok(end) };
    let mut locator = [0; LOCATOR_BYTES];
    source.fill_at(locator_at, &mut locator)?;
    if u32_at(&locator, 0) != LOCATOR_SIGNATURE {
        let needed =
            end.entries == 0xffff || end.directory_at == 0xffff_ffff || end.directory_bytes == 0xffff_ffff;
        if needed {
            damages.file(DamageDetail::Zip64Missing);
        }
        return Ok(end);
    }
    let mut record = [0; ZIP64_BYTES];
    let told = u64_at(&locator, 8);
    let nearest = locator_at.saturating_sub(ZIP64_BYTES as u64);
    let mut found = None;
    for at in [told, nearest] {
        let filled = source.fill_at(at, &mut record)?;
        if filled == record.len() && u32_at(&record, 0) == ZIP64_SIGNATURE {
            found = Some(at);
            break;
        }
    }
    let Some(at) = found else {
        damages.file(DamageDetail::Zip64Place);
        end.at = locator_at;
        return Ok(end);
    };
    let wide = End {
        at,
        entries: u64_at(&record, 32),
        directory_bytes: u64_at(&record, 40),
        directory_at: u64_at(&record, 48),
    };
    let length = u64_at(&record, 4).saturating_add(12);
    let agrees = |narrow: u64, wide: u64, unknown: u64| narrow == unknown || narrow == wide;
    let is_sound = at == told
        && at.saturating_add(length) == locator_at
        && u32_at(&locator, 4) == 0
        && u32_at(&locator, 16) == 1
        && u16_at(&record, 12) >= 45
        && ZIP64_VERSIONS.contains(&u16_at(&record, 14))
        && u32_at(&record, 16) == 0
        && u32_at(&record, 20) == 0
        && u64_at(&record, 24) == wide.entries
        && agrees(end.entries, wide.entries, 0xffff)
        && agrees(end.directory_bytes, wide.directory_bytes, 0xffff_ffff)
        && agrees(end.directory_at, wide.directory_at, 0xffff_ffff);
    if !is_sound {
        damages.file(DamageDetail::Zip64Differs);
    }
    Ok(wide)
}
