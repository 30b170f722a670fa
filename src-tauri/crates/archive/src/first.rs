//! What can be said of a file at once.

use std::collections::BTreeMap;
use std::path::Path;

use super::content::{Packing, read_manifest};
use super::inflate::{DEFLATED, STORED};
use super::source::Source;
use super::{FirstFacts, agreement, folder, inspect, rules, zip};
use desk_base::{Error, Result};

/// A manifest longer than this waits for the full inspection.
const LONGEST_MANIFEST: u64 = 16 * 1024 * 1024;

/// The manifest, the kind and the counts of a backup ZIP: what can be said at
/// once, for any size, without hashing the file or reading its rows.
///
/// Blocks; a damaged file is not an error, it only leaves facts out.
///
/// # Errors
/// When the file cannot be read.
pub fn first_facts(path: &Path) -> Result<FirstFacts> {
    let source = inspect::open(path)?;
    facts(&source, inspect::name_of(path)).map_err(|error| Error::file(path, &error))
}

fn facts<S: Source + ?Sized>(source: &S, name: String) -> std::io::Result<FirstFacts> {
    let mut entries = zip::list(source)?;
    folder::put_slashes(&mut entries);
    folder::take_out_of(&mut entries);
    let bodies = entries.iter().filter(|entry| rules::is_body_name(&entry.name)).count() as u64;
    let mut facts = FirstFacts {
        name,
        bytes: source.size(),
        kind: None,
        manifest: None,
        tables: BTreeMap::new(),
        entries: entries.len() as u64,
        bodies,
    };
    let manifest = entries.iter_mut().rev().find(|entry| &*entry.name == "manifest.json");
    let Some(entry) = manifest else { return Ok(facts) };
    zip::locate(source, entry)?;
    let is_readable = |packing: &Packing| {
        packing.size.max(packing.packed) <= LONGEST_MANIFEST && matches!(packing.method, STORED | DEFLATED)
    };
    if let Some(packing) = Packing::of(entry, source.size()).filter(is_readable)
        && let Ok((walked, manifest)) = read_manifest(packing.open(source))?
        && walked.is_object
    {
        facts.kind = manifest
            .counts
            .get("attachments")
            .and_then(|&rows| agreement::kind(manifest.includes_attachments, rows, bodies));
        facts.manifest = Some(manifest.facts());
        facts.tables = manifest.counts;
    }
    Ok(facts)
}
