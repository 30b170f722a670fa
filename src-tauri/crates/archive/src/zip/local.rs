//! The local headers, which must say the same as the central directory.

use std::io;

use super::entry::{Entry, FLAG_DESCRIPTOR, FLAG_ENCRYPTED, FLAG_UTF8};
use super::number::{u16_at, u32_at, u64_at, widen};
use crate::damage::Damages;
use crate::inflate::{DEFLATED, STORED};
use crate::source::Source;
use crate::{DamageDetail, HeaderField};

const SIGNATURE: u32 = 0x0403_4b50;
const HEADER_BYTES: usize = 30;
/// A header with the names that backups have, read at once.
const USUAL_BYTES: usize = 192;
const DESCRIPTOR_SIGNATURE: u32 = 0x0807_4b50;
/// The flags that this reader knows what to do with.
const KNOWN_FLAGS: u16 = FLAG_ENCRYPTED | 0b110 | FLAG_DESCRIPTOR | FLAG_UTF8;

/// A local header.
pub(super) struct Local {
    pub needed: u16,
    pub flags: u16,
    pub method: u16,
    pub time: u16,
    pub date: u16,
    pub crc: u32,
    pub packed: u64,
    pub size: u64,
    pub name: Vec<u8>,
    pub data_at: u64,
}

/// Reads the local header at `at`, if there is one.
pub(super) fn read<S: Source + ?Sized>(source: &S, at: u64) -> io::Result<Option<Local>> {
    let mut usual = [0; USUAL_BYTES];
    let filled = source.fill_at(at, &mut usual)?;
    if filled < HEADER_BYTES || u32_at(&usual, 0) != SIGNATURE {
        return Ok(None);
    }
    let [name, extra] = [26, 28].map(|at| usize::from(u16_at(&usual, at)));
    let length = HEADER_BYTES + name + extra;
    let longer;
    let header = if length <= filled {
        &usual[..length]
    } else {
        let mut bytes = vec![0; length];
        if source.fill_at(at, &mut bytes)? < length {
            return Ok(None);
        }
        longer = bytes;
        &longer[..]
    };
    let [mut packed, mut size] = [18, 22].map(|at| u64::from(u32_at(header, at)));
    widen(&header[HEADER_BYTES + name..], &mut [&mut size, &mut packed]);
    Ok(Some(Local {
        needed: u16_at(header, 4),
        flags: u16_at(header, 6),
        method: u16_at(header, 8),
        time: u16_at(header, 10),
        date: u16_at(header, 12),
        crc: u32_at(header, 14),
        packed,
        size,
        name: header[HEADER_BYTES..HEADER_BYTES + name].to_vec(),
        data_at: at + length as u64,
    }))
}

/// Checks every entry against its local header and says where each ends.
pub(super) fn check_all<S: Source + ?Sized>(
    source: &S,
    entries: &mut [Entry],
    damages: &mut Damages,
) -> io::Result<Vec<u64>> {
    let mut ends = Vec::with_capacity(entries.len());
    for entry in entries {
        let local = read(source, entry.header_at)?;
        check_method(entry, local.as_ref(), damages);
        let Some(local) = local else {
            damages.entry(&entry.name, DamageDetail::HeaderMissing);
            ends.push(entry.header_at);
            continue;
        };
        compare(entry, &local, damages);
        entry.data_at = Some(local.data_at);
        let data_end = local.data_at.saturating_add(entry.packed);
        let descriptor = if entry.flags & FLAG_DESCRIPTOR == 0 {
            0
        } else {
            descriptor(source, entry, data_end, damages)?
        };
        ends.push(data_end.saturating_add(descriptor));
    }
    Ok(ends)
}

fn check_method(entry: &Entry, local: Option<&Local>, damages: &mut Damages) {
    if entry.flags & FLAG_ENCRYPTED != 0 {
        damages.entry(&entry.name, DamageDetail::EncryptedFlag);
    }
    if entry.flags & !KNOWN_FLAGS != 0 {
        damages.entry(&entry.name, DamageDetail::UnknownFlags);
    }
    // Other programs pack in other ways; both headers say so then.
    let is_other = entry.other_method().is_some() && local.is_some_and(|local| local.method == entry.method);
    if entry.method != STORED && entry.method != DEFLATED && !is_other {
        damages.entry(&entry.name, DamageDetail::UnknownMethod { method: entry.method });
    }
}

fn compare(entry: &Entry, local: &Local, damages: &mut Damages) {
    let is_later = entry.flags & FLAG_DESCRIPTOR != 0;
    // With a descriptor, the header may leave checksum and sizes to it.
    let agrees = |local: u64, listed: u64| local == listed || (is_later && local == 0);
    let fields = [
        (HeaderField::Name, local.name == entry.raw_name()),
        (HeaderField::Flags, local.flags == entry.flags),
        (HeaderField::Method, local.method == entry.method),
        (HeaderField::Checksum, agrees(local.crc.into(), entry.crc.into())),
        (HeaderField::PackedSize, agrees(local.packed, entry.packed)),
        (HeaderField::Size, agrees(local.size, entry.size)),
        (HeaderField::Time, (local.date, local.time) == (entry.date, entry.time)),
        (HeaderField::Version, local.needed == entry.needed),
    ];
    let fields: Vec<_> = fields.iter().filter(|(_, same)| !same).map(|&(field, _)| field).collect();
    if !fields.is_empty() {
        damages.entry(&entry.name, DamageDetail::HeaderDiffers { fields });
    }
}

/// The length of the descriptor behind the content.
fn descriptor<S: Source + ?Sized>(
    source: &S,
    entry: &Entry,
    at: u64,
    damages: &mut Damages,
) -> io::Result<u64> {
    let mut bytes = [0; 24];
    let filled = source.fill_at(at, &mut bytes)?;
    let signed = if u32_at(&bytes, 0) == DESCRIPTOR_SIGNATURE { [4, 0] } else { [0, 0] };
    for skip in signed {
        let crc = u32_at(&bytes, skip);
        let narrow = (u64::from(u32_at(&bytes, skip + 4)), u64::from(u32_at(&bytes, skip + 8)), skip + 12);
        let wide = (u64_at(&bytes, skip + 4), u64_at(&bytes, skip + 12), skip + 20);
        for (packed, size, length) in [narrow, wide] {
            if length <= filled && (crc, packed, size) == (entry.crc, entry.packed, entry.size) {
                return Ok(length as u64);
            }
        }
    }
    damages.entry(&entry.name, DamageDetail::DescriptorWrong);
    // The common form, so that what follows is not taken for unclaimed as well.
    Ok(if signed[0] == 4 { 16 } else { 12 })
}
