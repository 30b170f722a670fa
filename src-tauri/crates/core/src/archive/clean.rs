//! A copy of a backup without what does not belong in it.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use super::content::Packing;
use super::damage::{Damages, shown};
use super::source::{FileSource, Source, Stretch};
use super::write::{Packed, Writer};
use super::zip::{Entry, Structure};
use super::{Damage, hash, hash_in_name, inspect, rules, unpack, zip};
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
/// it. Blocks.
///
/// # Errors
/// `ArchiveDamaged` when what would be kept is damaged, `NotAnArchive` when no
/// backup is in it, `FileExists` when there is a file at `output`.
pub fn clean(input: &Path, output: &Path) -> Result<Cleaned> {
    let source = inspect::open(input)?;
    let plan = plan(&source, input)?;
    refuse_existing(output)?;
    let part = beside(output, ".part");
    let written = write(&source, &plan, &part).and_then(|()| finish(&part, output));
    let cleaned = match written {
        Ok((path, sha256, bytes)) => Cleaned { path, bytes, sha256, removed: plan.removed },
        Err(error) => {
            // Best effort: the error that matters is the first.
            let _ = fs::remove_file(&part);
            return Err(error);
        }
    };
    Ok(cleaned)
}

/// What goes into the copy.
struct Plan {
    kept: Vec<(String, Packing, Packed)>,
    removed: Vec<String>,
}

fn plan(source: &FileSource, input: &Path) -> Result<Plan> {
    let mut damages = Damages::default();
    let never = CancellationToken::new();
    let structure = zip::read(source, &mut damages).map_err(|error| Error::file(input, &error))?;
    let mut reading = unpack::Plan::new(source, &structure);
    reading.read(source, true, &never).map_err(|error| Error::file(input, &error))?;
    reading.judge(&mut damages);
    let folder = common_folder(&structure).unwrap_or_default();
    let mut plan = Plan { kept: Vec::new(), removed: Vec::new() };
    for entry in &structure.entries {
        let name = entry.name.strip_prefix(&folder).unwrap_or(&entry.name);
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
    match damages.into_list().into_iter().find(|damage| concerns(damage, &plan)) {
        Some(damage) => Err(damaged(&damage)),
        None => Ok(plan),
    }
}

fn packed(entry: &Entry, file_size: u64) -> Option<(Packing, Packed)> {
    let packing = Packing::of(entry, file_size)?;
    Some((packing, entry.as_packed()))
}

fn concerns(damage: &Damage, plan: &Plan) -> bool {
    let is_removed = |entry: &String| plan.removed.iter().any(|removed| shown(removed) == *entry);
    !CURED.contains(&&*damage.code) && !damage.entry.as_ref().is_some_and(is_removed)
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

/// The folder that a whole backup was packed in, with its slash.
fn common_folder(structure: &Structure) -> Option<String> {
    if structure.find("manifest.json").is_some() {
        return None;
    }
    let mut folders = structure.entries.iter().filter_map(|entry| entry.name.strip_suffix("manifest.json"));
    let folder = folders.find(|folder| folder.ends_with('/') && !folder.starts_with("__MACOSX"))?;
    Some(folder.to_owned())
}

fn refuse_existing(output: &Path) -> Result<()> {
    match fs::symlink_metadata(output) {
        Ok(_) => Err(Error::file(output, &io::ErrorKind::AlreadyExists.into())),
        Err(_) => Ok(()),
    }
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.file_name().map(OsString::from).unwrap_or_default();
    name.push(ending);
    path.with_file_name(name)
}

fn write(source: &FileSource, plan: &Plan, part: &Path) -> Result<()> {
    let fail = |error: io::Error| Error::file(part, &error);
    let file = File::create(part).map_err(fail)?;
    let mut writer = Writer::new(BufWriter::new(file));
    for (name, packing, packed) in &plan.kept {
        let bytes = Stretch::new(source, packing.from, packing.packed);
        writer.add_packed(name, *packed, bytes).map_err(fail)?;
    }
    let mut buffered = writer.finish().map_err(fail)?;
    buffered.flush().and_then(|()| buffered.get_ref().sync_all()).map_err(fail)
}

/// Gives the whole copy its name.
fn finish(part: &Path, output: &Path) -> Result<(PathBuf, String, u64)> {
    let fail = |error: io::Error| Error::file(part, &error);
    let source = inspect::open(part)?;
    let never = CancellationToken::new();
    let hashed = hash::sha256(&source, None, &Silent, &never).map_err(fail)?;
    let (sha256, bytes) = hashed.ok_or_else(|| fail(io::ErrorKind::Interrupted.into()))?;
    let path = with_own_hash(output, &sha256);
    refuse_existing(&path)?;
    fs::rename(part, &path).map_err(|error| Error::file(&path, &error))?;
    Ok((path, sha256, bytes))
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
