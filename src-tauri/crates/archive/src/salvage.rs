//! What can still be read of a damaged backup, as a new archive.

mod loss;
mod rows;

use std::collections::{BTreeMap, HashSet};
use std::io::{self, BufWriter, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};
use tokio_util::sync::CancellationToken;

pub use self::loss::{Loss, LossKind};
use self::rows::{Losses, SavingRows};
use super::bounded::{Bounded, most_unpacked};
use super::content::Packing;
use super::copy::{hash_of, inspected};
use super::damage::{Damages, shown};
use super::inflate::{DEFLATED, STORED};
use super::json::{WalkError, walk};
use super::rules;
use super::source::{FileSource, Source, Stretch};
use super::unread::Unread;
use super::write::Writer;
use super::zip::{Entry, Structure};
use super::{folder, hash_in_name, inspect, unpack, zip};
use crate::DamageCode;
use desk_base::error::ArchiveDetail;
use desk_base::{Error, Result};
use desk_base::{Outcome, PartFile};

/// A manifest longer than this, in bytes, is rebuilt from what is known.
const LONGEST_MANIFEST: u64 = 256 * 1024;
/// Losses that the manifest of the copy names.
const MOST_NOTED: usize = 100;

/// What was saved of a damaged backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Salvaged {
    /// Where it is. The name says that it is salvaged, and carries no hash.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// SHA-256 of it, 64 lower-case hex digits.
    pub sha256: String,
    /// Rows saved of each table.
    pub tables: BTreeMap<String, u64>,
    /// Attachment bodies saved.
    pub bodies: u64,
    /// What could not be read.
    pub lost: Vec<Loss>,
    /// The server's text when it would refuse to import what was saved.
    pub refusal: Option<String>,
}

/// Writes what can be read of `input` into a new archive at `output`, whose name
/// always says that it was salvaged. Blocks; a cancel stops it and leaves nothing
/// behind.
///
/// # Errors
/// `NotAnArchive` when no row can be read, `FileExists`, a file error.
pub fn salvage(input: &Path, output: &Path, cancel: &CancellationToken) -> Result<Outcome<Salvaged>> {
    let source = inspect::open(input)?;
    let output = telling_name(output);
    let part = PartFile::create(&output)?;
    let read = match Readable::find(&source, input, cancel) {
        _ if cancel.is_cancelled() => return Ok(Outcome::Stopped),
        read => read?,
    };
    let fail = |error: io::Error| Error::file(&output, &error);
    let written = read.write(&source, input, &part, cancel);
    if cancel.is_cancelled() {
        return Ok(Outcome::Stopped);
    }
    let (tables, bodies, lost) = written.map_err(fail)?;
    let (sha256, bytes) = match hash_of(&part, cancel) {
        _ if cancel.is_cancelled() => return Ok(Outcome::Stopped),
        hashed => hashed.map_err(fail)?,
    };
    let Some(report) = inspected(&part, &output, cancel).map_err(fail)? else { return Ok(Outcome::Stopped) };
    let path = part.finish()?;
    let refusal = report.server.import.error;
    Ok(Outcome::Done(Salvaged { path, bytes, sha256, tables, bodies, lost, refusal }))
}

/// A name that no one takes for that of an untouched backup.
fn telling_name(output: &Path) -> PathBuf {
    let name = inspect::name_of(output);
    let name = name.trim();
    let stem = match name.len().checked_sub(4).and_then(|at| name.split_at_checked(at)) {
        Some((stem, ending)) if ending.eq_ignore_ascii_case(".zip") => stem,
        _ => name,
    };
    let stem = if hash_in_name(name).is_some() { &stem[..stem.len() - "_hhhhh".len()] } else { stem };
    if stem.to_lowercase().contains("salvaged") {
        output.with_file_name(format!("{stem}.zip"))
    } else {
        output.with_file_name(format!("{stem}-salvaged.zip"))
    }
}

/// What of a file can be read.
struct Readable {
    structure: Structure,
    /// Bodies whose checksums are right, by the place of their headers.
    sound: HashSet<u64>,
    rows: Packing,
    rows_are_sound: bool,
    is_cut: bool,
}

impl Readable {
    fn find(source: &FileSource, input: &Path, cancel: &CancellationToken) -> Result<Self> {
        let failed = |error: io::Error| Error::file(input, &error);
        let mut damages = Damages::default();
        let mut structure = zip::read(source, &mut damages, cancel).map_err(failed)?;
        folder::put_right(&mut structure);
        let (sound, unread) = {
            let mut plan = unpack::Plan::new(source, &structure);
            plan.read(source, true, cancel).map_err(failed)?;
            let protected = plan.judge(&mut damages);
            let unread = Unread::find(&structure, &protected, source.size(), &mut damages);
            (plan.sound().map(|entry| entry.header_at).collect::<HashSet<_>>(), unread)
        };
        if unread.with_password + unread.otherwise > 0 {
            return Err(ArchiveDetail::ArchivePacking.error());
        }
        let is_cut = damages.into_list().iter().any(|damage| {
            matches!(
                damage.code,
                DamageCode::NoEndRecord
                    | DamageCode::DirectoryBroken
                    | DamageCode::EntryCut
                    | DamageCode::TooManyEntries
            )
        });
        let entry = structure.find("db.json");
        let rows = entry.and_then(|entry| Packing::of(entry, source.size()));
        let Some(rows) = rows.filter(|rows| matches!(rows.method, STORED | DEFLATED)) else {
            return Err(nothing(input));
        };
        let rows_are_sound = entry.is_some_and(|entry| sound.contains(&entry.header_at));
        Ok(Self { sound, rows, rows_are_sound, is_cut, structure })
    }

    /// The bodies that can be saved: of two with one name, the last.
    fn bodies(&self) -> BTreeMap<&str, &Entry> {
        let entries = self.structure.entries.iter();
        let sound = entries.filter(|entry| self.sound.contains(&entry.header_at));
        sound.filter(|entry| rules::is_body_name(&entry.name)).map(|entry| (&*entry.name, entry)).collect()
    }

    fn write(
        &self,
        source: &FileSource,
        input: &Path,
        part: &PartFile,
        cancel: &CancellationToken,
    ) -> io::Result<(BTreeMap<String, u64>, u64, Vec<Loss>)> {
        let bodies = self.bodies();
        let mut lost = Losses::default();
        if self.is_cut {
            lost.add(None, LossKind::End, None);
        }
        for entry in &self.structure.entries {
            let is_lost = rules::is_body_name(&entry.name) && !bodies.contains_key(&*entry.name);
            if is_lost {
                lost.add(Some(&entry.name), LossKind::Content, None);
            }
        }
        let open =
            |packing: Packing| Bounded::new(packing.open(source), most_unpacked(source.size()), cancel);
        // Beside the copy: a folder for temporary files may be memory.
        let folder = part.part_path().parent().filter(|folder| !folder.as_os_str().is_empty());
        let spool = tempfile::tempfile_in(folder.unwrap_or(Path::new(".")))?;
        let held_bodies = self.structure.entries.iter().any(|entry| rules::is_body_name(&entry.name));
        let mut saving = SavingRows::new(BufWriter::new(spool), &bodies, held_bodies);
        let is_whole = match walk(open(self.rows), &mut saving) {
            Ok(_) => true,
            Err(WalkError::NotJson(_)) => false,
            Err(WalkError::Io(error)) => return Err(error),
        };
        let (tables, mut spool) = saving.finish(&mut lost)?;
        let manifest = self.manifest(source, cancel)?;
        if manifest.is_none() {
            lost.add(Some("manifest.json"), LossKind::Manifest, None);
        }
        let mut manifest = manifest.unwrap_or_else(|| new_manifest(&bodies));
        if !is_whole {
            lost.add(Some("db.json"), LossKind::Rows, rows_behind(&manifest, &tables));
        } else if !self.rows_are_sound {
            lost.add(Some("db.json"), LossKind::Doubtful, None);
        }
        manifest.insert("tableCounts".to_owned(), json!(tables));
        let noted: Vec<&Loss> = lost.list.iter().take(MOST_NOTED).collect();
        let from = shown(&inspect::name_of(input));
        manifest.insert("salvaged".to_owned(), json!({"from": from, "lost": noted, "losses": lost.count}));
        let manifest = serde_json::to_vec_pretty(&Json::Object(manifest))?;

        let mut writer = Writer::new(BufWriter::new(part.file()?));
        writer.add("manifest.json", manifest.len() as u64, &*manifest)?;
        let length = spool.seek(io::SeekFrom::End(0))?;
        spool.rewind()?;
        writer.add("db.json", length, Bounded::new(spool, length, cancel))?;
        for entry in bodies.values() {
            let Some(packing) = Packing::of(entry, source.size()) else { continue };
            let bytes = Stretch::new(source, packing.from, packing.packed);
            writer.add_packed(&entry.name, entry.as_packed(), Bounded::new(bytes, packing.packed, cancel))?;
        }
        writer.finish()?.flush()?;
        Ok((tables, bodies.len() as u64, lost.list))
    }

    fn manifest(
        &self,
        source: &FileSource,
        cancel: &CancellationToken,
    ) -> io::Result<Option<Map<String, Json>>> {
        let entry = self.structure.find("manifest.json");
        let packing = entry.and_then(|entry| Packing::of(entry, source.size()));
        let fits = |packing: &Packing| {
            matches!(packing.method, STORED | DEFLATED)
                && packing.size.max(packing.packed) <= LONGEST_MANIFEST
        };
        let Some(packing) = packing.filter(fits) else { return Ok(None) };
        let mut text = Vec::new();
        io::Read::read_to_end(&mut Bounded::new(packing.open(source), LONGEST_MANIFEST, cancel), &mut text)?;
        let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&text);
        Ok(serde_json::from_slice(text).ok())
    }
}

fn nothing(input: &Path) -> Error {
    ArchiveDetail::RowsUnreadable { name: shown(&inspect::name_of(input)) }.error()
}

/// How many rows the manifest counts beyond those that were saved.
fn rows_behind(manifest: &Map<String, Json>, tables: &BTreeMap<String, u64>) -> Option<u64> {
    let counted = manifest.get("tableCounts")?.as_object()?;
    let all = counted.values().filter_map(Json::as_u64).fold(0_u64, u64::saturating_add);
    Some(all.saturating_sub(tables.values().sum()))
}

/// A manifest from what is there.
fn new_manifest(bodies: &BTreeMap<&str, &Entry>) -> Map<String, Json> {
    let total: u64 = bodies.values().fold(0, |sum, entry| sum.saturating_add(entry.size));
    let largest = bodies.values().map(|entry| entry.size).max().unwrap_or(0);
    Map::from_iter([
        ("formatVersion".to_owned(), json!(1)),
        ("includes".to_owned(), json!({"attachments": true})),
        ("attachmentBlobs".to_owned(), json!([])),
        (
            "blobSummary".to_owned(),
            json!({"attachmentFiles": 0, "totalBytes": 0, "largestObjectBytes": 0,
                   "salvagedFiles": bodies.len(), "salvagedBytes": total, "salvagedLargest": largest}),
        ),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_salvaged_name_never_looks_like_an_untouched_backup() {
        for (asked, given) in [
            ("nodewarden_backup_20261122_191500_ad69b.zip", "nodewarden_backup_20261122_191500-salvaged.zip"),
            ("salvaged_ad69b.zip", "salvaged.zip"),
            ("mine.ZIP", "mine-salvaged.zip"),
            ("mine", "mine-salvaged.zip"),
        ] {
            let name = telling_name(Path::new(asked));
            assert_eq!(name, Path::new(given));
            assert_eq!(hash_in_name(given), None);
        }
    }
}
