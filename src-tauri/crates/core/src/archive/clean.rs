//! A copy of a backup without what does not belong in it.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use super::bounded::{Bounded, stopped};
use super::content::Packing;
use super::damage::{Damages, shown};
use super::source::{FileSource, Source, Stretch};
use super::write::{Packed, Writer};
use super::zip::Entry;
use super::{Damage, folder, hash, hash_in_name, inspect, rules, unpack, zip};
use crate::jobs::{Outcome, PartFile};
use crate::progress::Silent;
use crate::{Code, Error, Result};

/// Damage that a cleaned copy does not have: it lies outside the entries kept.
const CURED: [&str; 8] = [
    "prefix-bytes",
    "trailing-bytes",
    "unclaimed-bytes",
    "end-record-wrong",
    "zip64-wrong",
    "encrypted-flag",
    "header-differs",
    "descriptor-wrong",
];

/// A cleaned copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Cleaned {
    /// Where it is. A hash in the name that was asked for is replaced by the
    /// copy's own: the server refuses a name with another hash.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// SHA-256 of it, 64 lower-case hex digits.
    pub sha256: String,
    /// Entries that were left out.
    pub removed: Vec<String>,
}

/// Writes a copy of `input` to `output` that holds only what belongs in a
/// backup; `input` stays as it is. Entries below one common folder come out of
/// it. Blocks; a cancel stops it and leaves nothing behind.
///
/// # Errors
/// `ArchiveDamaged` when what would be kept is damaged, `NotAnArchive` when no
/// backup is in it, `FileExists` when there is a file at `output`.
pub fn clean(input: &Path, output: &Path, cancel: &CancellationToken) -> Result<Outcome<Cleaned>> {
    let source = inspect::open(input)?;
    let plan = match plan(&source, input, cancel) {
        _ if cancel.is_cancelled() => return Ok(Outcome::Stopped),
        plan => plan?,
    };
    let part = PartFile::create(output)?;
    let fail = |error: io::Error| Error::file(output, &error);
    match write(&source, &plan, &part, cancel).and_then(|()| hash_of(&part, cancel)) {
        _ if cancel.is_cancelled() => Ok(Outcome::Stopped),
        Ok((sha256, bytes)) => {
            let path = part.finish_as(&with_own_hash(output, &sha256))?;
            Ok(Outcome::Done(Cleaned { path, bytes, sha256, removed: plan.removed }))
        }
        Err(error) => Err(fail(error)),
    }
}

/// What goes into the copy.
struct Plan {
    kept: Vec<(String, Packing, Packed)>,
    removed: Vec<String>,
}

fn plan(source: &FileSource, input: &Path, cancel: &CancellationToken) -> Result<Plan> {
    let mut damages = Damages::default();
    let structure = zip::read(source, &mut damages).map_err(|error| Error::file(input, &error))?;
    let mut reading = unpack::Plan::new(source, &structure);
    reading.read(source, true, cancel).map_err(|error| Error::file(input, &error))?;
    reading.judge(&mut damages);
    let folder = folder::common(&structure.entries).unwrap_or_default();
    let mut plan = Plan { kept: Vec::new(), removed: Vec::new() };
    for entry in &structure.entries {
        let name = entry.name.strip_prefix(folder).unwrap_or(&entry.name);
        match packed(entry, source.size()) {
            Some((packing, packed)) if rules::takes_name(name) => {
                plan.kept.push((name.to_owned(), packing, packed));
            }
            _ => plan.removed.push(entry.name.to_string()),
        }
    }
    let has = |text: &str| plan.kept.iter().any(|(name, ..)| name == text);
    if !has("manifest.json") || !has("db.json") {
        return Err(Error::new(
            Code::NotAnArchive,
            format!("There is no backup in {}.", shown(&inspect::name_of(input))),
            "A backup holds manifest.json and db.json. Choose another file.",
        ));
    }
    let removed: HashSet<String> = plan.removed.iter().map(|name| shown(name)).collect();
    match damages.into_list().into_iter().find(|damage| concerns(damage, &removed)) {
        Some(damage) => Err(damaged(&damage)),
        None => Ok(plan),
    }
}

fn packed(entry: &Entry, file_size: u64) -> Option<(Packing, Packed)> {
    let packing = Packing::of(entry, file_size)?;
    Some((packing, entry.as_packed()))
}

fn concerns(damage: &Damage, removed: &HashSet<String>) -> bool {
    !CURED.contains(&&*damage.code) && !damage.entry.as_ref().is_some_and(|entry| removed.contains(entry))
}

fn damaged(damage: &Damage) -> Error {
    let place = damage.entry.as_deref().unwrap_or("The file");
    Error::new(
        Code::ArchiveDamaged,
        format!("A cleaned copy would be damaged as well: {place}: {}", damage.message),
        "Look for another copy of this backup; cleaning only takes away what does not belong in it.",
    )
    .value("entry", place)
}

fn write(source: &FileSource, plan: &Plan, part: &PartFile, cancel: &CancellationToken) -> io::Result<()> {
    let mut writer = Writer::new(BufWriter::new(part.file()?));
    for (name, packing, packed) in &plan.kept {
        let bytes = Stretch::new(source, packing.from, packing.packed);
        writer.add_packed(name, *packed, Bounded::new(bytes, packing.packed, cancel))?;
    }
    writer.finish()?.flush()
}

/// SHA-256 and size of the copy.
fn hash_of(part: &PartFile, cancel: &CancellationToken) -> io::Result<(String, u64)> {
    let source = FileSource::new(File::open(part.part_path())?)?;
    hash::sha256(&source, None, &Silent, cancel)?.ok_or_else(stopped)
}

fn with_own_hash(output: &Path, sha256: &str) -> PathBuf {
    let name = inspect::name_of(output);
    match hash_in_name(&name) {
        Some(hash) if !sha256.starts_with(&hash) => {
            let end = name.len() - "hhhhh.zip".len();
            let own = sha256.get(..hash.len()).unwrap_or_default();
            output.with_file_name(format!("{}{own}{}", &name[..end], &name[end + hash.len()..]))
        }
        _ => output.to_owned(),
    }
}
