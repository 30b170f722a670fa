//! Little-endian numbers in headers. Reading past the end gives 0, so a header
//! that was cut is seen as wrong, not as a panic.

/// Two bytes at `at`.
pub(super) fn u16_at(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at..at + 2).map_or(0, |bytes| u16::from_le_bytes([bytes[0], bytes[1]]))
}

/// Four bytes at `at`.
pub(super) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from(u16_at(bytes, at)) | u32::from(u16_at(bytes, at + 2)) << 16
}

/// Eight bytes at `at`.
pub(super) fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32_at(bytes, at)) | u64::from(u32_at(bytes, at + 4)) << 32
}

/// The content of the ZIP64 field among the extra fields.
pub(super) fn zip64_field(mut extra: &[u8]) -> Option<&[u8]> {
    while extra.len() >= 4 {
        let (id, length) = (u16_at(extra, 0), usize::from(u16_at(extra, 2)));
        let content = extra.get(4..4 + length)?;
        if id == 1 {
            return Some(content);
        }
        extra = &extra[4 + length..];
    }
    None
}

/// Takes sizes and offset that did not fit their 32 bits from the ZIP64 field,
/// which holds only those, in this order. False when one is not there.
pub(super) fn widen(extra: &[u8], values: &mut [&mut u64]) -> bool {
    let mut field = zip64_field(extra).unwrap_or_default();
    for value in values.iter_mut().filter(|value| ***value == u64::from(u32::MAX)) {
        if field.len() < 8 {
            return false;
        }
        **value = u64_at(field, 0);
        field = &field[8..];
    }
    true
}
