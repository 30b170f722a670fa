//! Entries whose checksum and sizes stand behind their content, in a descriptor: where
//! each ends, when the list of entries is lost. What is found here is only what the file
//! says: the content is checked against it when it is read.

use std::io::{self, Read};

use tokio_util::sync::CancellationToken;

use super::entry::FLAG_ENCRYPTED;
use super::local::Local;
use super::number::{u32_at, u64_at};
use crate::inflate::{DEFLATED, End, Inflate, STORED};
use crate::source::{Source, Stretch};

const DESCRIPTOR: u32 = 0x0807_4b50;
/// What may follow an entry: a header, the list of entries, or one of the end records.
const FOLLOWING: [u32; 4] = [0x0403_4b50, 0x0201_4b50, 0x0606_4b50, 0x0605_4b50];
/// The longest descriptor and the signature behind it.
const WINDOW: usize = 28;
const PIECE_BYTES: usize = 64 * 1024;

/// How much may be read to find the ends of all entries, in bytes.
pub(super) struct Budget<'a> {
    left: u64,
    cancel: &'a CancellationToken,
}

impl<'a> Budget<'a> {
    /// So many bytes, or until somebody stops it.
    pub(super) fn new(left: u64, cancel: &'a CancellationToken) -> Self {
        Self { left, cancel }
    }

    /// Takes what was read; whether there is still some left.
    fn take(&mut self, bytes: u64) -> bool {
        self.left = self.left.saturating_sub(bytes);
        self.left > 0 && !self.cancel.is_cancelled()
    }
}

/// What an entry came to.
pub(super) struct Measured {
    pub crc: u32,
    pub packed: u64,
    pub size: u64,
    /// Where the next entry begins; `None` when the file ends inside this one.
    pub next: Option<u64>,
}

/// Finds the end of an entry. `None` when that takes more reading than the budget has.
pub(super) fn measure<S: Source + ?Sized>(
    source: &S,
    local: &Local,
    budget: &mut Budget<'_>,
) -> io::Result<Option<Measured>> {
    let from = local.data_at;
    let is_plain = local.flags & FLAG_ENCRYPTED == 0;
    let mut size = None;
    if local.method == DEFLATED && is_plain {
        let Some(stream) = unpack(source, from, budget)? else { return Ok(None) };
        if stream.is_whole
            && let Some(told) = descriptor_at(source, from + stream.taken, |_, _| true)?
        {
            let next = Some(from + stream.taken + told.length);
            return Ok(Some(Measured { crc: told.crc, packed: stream.taken, size: stream.count, next }));
        }
        size = Some(stream.count);
    }
    let is_stored = local.method == STORED && is_plain;
    let Ok(found) = scan(source, from, is_stored, budget)? else { return Ok(None) };
    Ok(Some(match found {
        Some(told) => Measured {
            crc: told.crc,
            packed: told.packed,
            size: told.size,
            next: Some(from.saturating_add(told.packed).saturating_add(told.length)),
        },
        None => {
            // More than there is: its end is missing, and so is its checksum.
            let packed = source.size().saturating_sub(from).saturating_add(1);
            Measured { crc: 0, packed, size: size.unwrap_or(packed), next: None }
        }
    }))
}

/// The descriptor at `at` with these sizes, if something that may follow an entry comes
/// behind it; where the one behind it begins.
pub(super) fn after_descriptor<S: Source + ?Sized>(
    source: &S,
    at: u64,
    packed: u64,
    size: u64,
) -> io::Result<Option<u64>> {
    let told =
        descriptor_at(source, at, |told_packed, told_size| (told_packed, told_size) == (packed, size))?;
    Ok(told.map(|told| at + told.length))
}

struct Stream {
    taken: u64,
    count: u64,
    is_whole: bool,
}

/// Unpacks a deflate stream to its end mark, or as far as it goes.
fn unpack<S: Source + ?Sized>(source: &S, from: u64, budget: &mut Budget<'_>) -> io::Result<Option<Stream>> {
    let mut inflate = Inflate::new(Stretch::new(source, from, u64::MAX), budget.left);
    let mut piece = vec![0; PIECE_BYTES];
    let mut count = 0;
    loop {
        let read = inflate.read(&mut piece)? as u64;
        count += read;
        if read == 0 {
            break;
        }
        if !budget.take(read) {
            return Ok(None);
        }
    }
    let (end, taken) = (inflate.end(), inflate.taken());
    let has_more = budget.take(taken);
    let is_known = has_more && end != End::TooLong && end != End::Open;
    Ok(is_known.then_some(Stream { taken, count, is_whole: end == End::Whole }))
}

/// A descriptor.
struct Told {
    crc: u32,
    packed: u64,
    size: u64,
    length: u64,
}

fn descriptor_at<S: Source + ?Sized>(
    source: &S,
    at: u64,
    fits: impl Fn(u64, u64) -> bool,
) -> io::Result<Option<Told>> {
    let mut bytes = [0; WINDOW];
    let filled = source.fill_at(at, &mut bytes)?;
    Ok(descriptor_in(&bytes[..filled], fits))
}

/// The descriptor at the beginning of `bytes`, of which there are fewer than a window
/// only at the end of the file: with its signature or without, in either width.
fn descriptor_in(bytes: &[u8], fits: impl Fn(u64, u64) -> bool) -> Option<Told> {
    let mut window = [0; WINDOW];
    window[..bytes.len()].copy_from_slice(bytes);
    let signed: &[usize] = if u32_at(&window, 0) == DESCRIPTOR { &[4, 0] } else { &[0] };
    for &skip in signed {
        let narrow = (u64::from(u32_at(&window, skip + 4)), u64::from(u32_at(&window, skip + 8)), skip + 12);
        let wide = (u64_at(&window, skip + 4), u64_at(&window, skip + 12), skip + 20);
        for (packed, size, length) in [narrow, wide] {
            let is_followed = match bytes.len().checked_sub(length) {
                None => false,
                // The end of the file, or a signature that is cut off.
                Some(0..4) => true,
                Some(_) => FOLLOWING.contains(&u32_at(&window, length)),
            };
            if is_followed && fits(packed, size) {
                return Some(Told { crc: u32_at(&window, skip), packed, size, length: length as u64 });
            }
        }
    }
    None
}

/// The first descriptor from `from` on that says how far away it is. The error of the
/// inner result is that the budget is used up.
fn scan<S: Source + ?Sized>(
    source: &S,
    from: u64,
    is_stored: bool,
    budget: &mut Budget<'_>,
) -> io::Result<Result<Option<Told>, ()>> {
    let mut piece = vec![0; PIECE_BYTES];
    let mut at = from;
    loop {
        let filled = source.fill_at(at, &mut piece)?;
        let is_last = filled < piece.len();
        // Places with a whole window, and at the end of the file those with less.
        let places = if is_last { filled } else { filled - WINDOW + 1 };
        for place in 0..places {
            let distance = at + place as u64 - from;
            let window = &piece[place..filled.min(place + WINDOW)];
            if !may_be(window, distance) {
                continue;
            }
            let fits = |packed, size| packed == distance && (!is_stored || size == packed);
            if let Some(told) = descriptor_in(window, fits) {
                return Ok(Ok(Some(told)));
            }
        }
        if is_last {
            return Ok(Ok(None));
        }
        at += places as u64;
        if !budget.take(places as u64) {
            return Ok(Err(()));
        }
    }
}

/// A quick look: one of the two places of the packed size holds the distance.
fn may_be(window: &[u8], distance: u64) -> bool {
    let holds =
        |at: usize| window.len() >= at + 4 && u64::from(u32_at(window, at)) == distance & u64::from(u32::MAX);
    holds(4) || holds(8)
}
