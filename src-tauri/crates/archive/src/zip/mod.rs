//! The structure of a ZIP, read strictly: what the end record, the central
//! directory and the local headers say must agree, and every byte must belong
//! to something. Where they do not, the reading continues with what is left.

mod directory;
mod end;
mod entry;
mod layout;
mod local;
mod number;
mod recover;
mod streamed;

use std::io;

use tokio_util::sync::CancellationToken;

pub(crate) use self::entry::{AES, Entry, Structure};
use self::streamed::Budget;
use super::bounded::most_unpacked;
use super::damage::Damages;
use super::source::Source;
use crate::DamageDetail;

/// How much is read at once to find entries whose list is lost, in bytes.
const MOST_AT_ONCE: u64 = 64 * 1024 * 1024;

/// Reads the structure of `source` and lists everything wrong with it. Once cancelled,
/// it ends early with what it has.
pub(crate) fn read<S: Source + ?Sized>(
    source: &S,
    damages: &mut Damages,
    cancel: &CancellationToken,
) -> io::Result<Structure> {
    let budget = || Budget::new(most_unpacked(source.size()), cancel);
    let mut structure = Structure::default();
    let Some(end) = end::find(source, damages)? else {
        structure.entries = recover::walk(source, budget())?;
        structure.is_zip = !structure.entries.is_empty();
        if structure.is_zip {
            damages.file(DamageDetail::NoEndRecord);
        } else {
            damages.file(DamageDetail::NotAZip);
        }
        return Ok(structure);
    };
    structure.is_zip = true;
    let directory = directory::read(source, &end, damages)?;
    structure.entries = directory.entries;
    if structure.entries.is_empty() && end.entries > 0 {
        structure.entries = recover::walk(source, budget())?;
        return Ok(structure);
    }
    let ends = local::check_all(source, &mut structure.entries, damages)?;
    layout::check(&mut structure.entries, &ends, directory.from, &end, damages);
    Ok(structure)
}

/// The entries as the central directory lists them, without looking at any of
/// them; where that is lost, those that can be found.
pub(crate) fn list<S: Source + ?Sized>(source: &S) -> io::Result<Vec<Entry>> {
    let mut unheard = Damages::default();
    let listed = match end::find(source, &mut unheard)? {
        Some(end) => directory::read(source, &end, &mut unheard)?.entries,
        None => Vec::new(),
    };
    if listed.is_empty() {
        recover::walk(source, Budget::new(MOST_AT_ONCE, &CancellationToken::new()))
    } else {
        Ok(listed)
    }
}

/// Finds where the content of a listed entry begins.
pub(crate) fn locate<S: Source + ?Sized>(source: &S, entry: &mut Entry) -> io::Result<()> {
    entry.data_at = local::read(source, entry.header_at)?.map(|local| local.data_at);
    Ok(())
}
