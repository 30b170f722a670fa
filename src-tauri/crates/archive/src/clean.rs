//! A copy of a backup without what does not belong in it.

use std::collections::HashSet;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use super::bounded::{Bounded, most_unpacked};
use super::content::Packing;
use super::copy::{hash_of, inspected, with_own_hash};
use super::damage::{Damages, shown};
use super::inflate::{DEFLATED, STORED};
use super::repack::{self, Repacked};
use super::source::{FileSource, Source, Stretch};
use super::write::Writer;
use super::zip::{Entry, Structure};
use super::{Attachment, Damage, DamageDetail, Inspection, attachments, folder, inspect, rules, unpack, zip};
use crate::DamageCode;
use desk_base::error::ArchiveDetail;
use desk_base::{Error, Result};
use desk_base::{Outcome, PartFile, done_or_return};

/// Damage that a cleaned copy does not have: it is outside the entries kept.
const CURED: [DamageCode; 8] = [
    DamageCode::PrefixBytes,
    DamageCode::TrailingBytes,
    DamageCode::UnclaimedBytes,
    DamageCode::EndRecordWrong,
    DamageCode::Zip64Wrong,
    DamageCode::EncryptedFlag,
    DamageCode::HeaderDiffers,
    DamageCode::DescriptorWrong,
];

/// A cleaned copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Cleaned {
    /// Where it is. A hash in the name that was requested is replaced by the
    /// copy's own: the server refuses a name with another hash.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// SHA-256 of it, 64 lower-case hex digits.
    pub sha256: String,
    /// Entries that were left out, as they are shown.
    pub removed: Vec<String>,
    /// Attachment bodies of this backup that are not in the copy, though others
    /// are, or though the original had an entry that seems to be theirs.
    pub not_kept: Vec<String>,
}

/// Writes a copy of `input` to `output` that holds only what belongs in a
/// backup; `input` stays as it is. Every entry of the backup is kept under its
/// proper name: entries below one common folder come out of it, backslashes become
/// slashes, and what is packed in a way that the server cannot read is packed
/// again, with `password` where it needs one. The copy is inspected before it gets
/// its name. Blocks; a cancel stops it and leaves nothing behind.
///
/// # Errors
/// `ArchiveDamaged` when what would be kept is damaged, `NotAnArchive` when no
/// backup is in it or a password is needed, `WrongSecret` when the password is not
/// the right one, `FileExists` when there is a file at `output`.
pub fn clean(
    input: &Path,
    output: &Path,
    password: Option<&SecretString>,
    cancel: &CancellationToken,
) -> Result<Outcome<Cleaned>> {
    let source = inspect::open(input)?;
    let read = |error: io::Error| Error::file(input, &error);
    let mut damages = Damages::default();
    let mut structure = zip::read(&source, &mut damages, cancel).map_err(read)?;
    folder::put_right(&mut structure);
    let plan = match plan(&source, input, &structure, damages, cancel) {
        _ if cancel.is_cancelled() => return Ok(Outcome::Stopped),
        plan => plan?,
    };
    let part = PartFile::create(output)?;
    let fail = |error: io::Error| Error::file(output, &error);
    match write(&source, input, &plan, &part, password, cancel) {
        _ if cancel.is_cancelled() => return Ok(Outcome::Stopped),
        written => written?,
    }
    let (sha256, bytes) = match hash_of(&part, cancel) {
        _ if cancel.is_cancelled() => return Ok(Outcome::Stopped),
        hashed => hashed.map_err(fail)?,
    };
    let path = with_own_hash(output, &sha256);
    let Some(report) = inspected(&part, &path, cancel).map_err(fail)? else { return Ok(Outcome::Stopped) };
    if let Some(damage) = report.damage.iter().find(|damage| damage.code != DamageCode::BodyMissing) {
        return Err(damaged(damage));
    }
    let listed = done_or_return!(attachments(part.part_path(), cancel)?);
    let not_kept = not_kept(&report, &listed, &plan.removed);
    let path = part.finish_as(&path)?;
    let removed = plan.removed.iter().map(|name| shown(name)).collect();
    Ok(Outcome::Done(Cleaned { path, bytes, sha256, removed, not_kept }))
}

/// What goes into the copy.
struct Plan<'a> {
    kept: Vec<Kept<'a>>,
    removed: Vec<String>,
}

/// An entry that is kept.
struct Kept<'a> {
    entry: &'a Entry,
    packing: Packing,
    /// It must be unpacked and packed again.
    again: bool,
}

fn plan<'a>(
    source: &FileSource,
    input: &Path,
    structure: &'a Structure,
    mut damages: Damages,
    cancel: &CancellationToken,
) -> Result<Plan<'a>> {
    let mut reading = unpack::Plan::new(source, structure);
    reading.read(source, true, cancel).map_err(|error| Error::file(input, &error))?;
    let protected = reading.judge(&mut damages);
    let mut plan = Plan { kept: Vec::new(), removed: Vec::new() };
    let mut unpacked = 0_u64;
    for entry in &structure.entries {
        let packing = Packing::of(entry, source.size());
        match packing.filter(|_| rules::takes_name(&entry.name)) {
            Some(packing) => {
                let is_plain = matches!(entry.method, STORED | DEFLATED);
                let again = protected.contains(&packing) || (!is_plain && repack::can_unpack(entry));
                if again {
                    damages.withdraw(&entry.name, DamageCode::EncryptedFlag);
                    unpacked = unpacked.saturating_add(entry.size);
                } else if !is_plain {
                    return Err(other_packing(entry));
                }
                plan.kept.push(Kept { entry, packing, again });
            }
            None => plan.removed.push(entry.name.to_string()),
        }
    }
    let has = |text: &str| plan.kept.iter().any(|kept| *kept.entry.name == *text);
    if !has("manifest.json") || !has("db.json") {
        return Err(ArchiveDetail::NoBackupInside { name: shown(&inspect::name_of(input)) }.error());
    }
    if unpacked > most_unpacked(source.size()) {
        damages.file(DamageDetail::BombFile);
    }
    let removed: HashSet<String> = plan.removed.iter().map(|name| shown(name)).collect();
    match damages.into_list().into_iter().find(|damage| concerns(damage, &removed)) {
        Some(damage) => Err(damaged(&damage)),
        None => Ok(plan),
    }
}

fn concerns(damage: &Damage, removed: &HashSet<String>) -> bool {
    !CURED.contains(&damage.code) && !damage.entry.as_ref().is_some_and(|entry| removed.contains(entry))
}

fn damaged(damage: &Damage) -> Error {
    let place = damage.entry.as_deref().unwrap_or("The file");
    ArchiveDetail::CopyWouldBeDamaged { entry: place.to_owned(), damage: damage.message.clone() }.error()
}

fn other_packing(entry: &Entry) -> Error {
    let method = entry.other_method().map_or_else(|| entry.method.to_string(), str::to_owned);
    ArchiveDetail::RowsPacking { name: shown(&entry.name), method }.error()
}

fn write(
    source: &FileSource,
    input: &Path,
    plan: &Plan<'_>,
    part: &PartFile,
    password: Option<&SecretString>,
    cancel: &CancellationToken,
) -> Result<()> {
    let fail = |error: io::Error| Error::file(part.part_path(), &error);
    let mut repacked = match plan.kept.iter().any(|kept| kept.again) {
        true => Some(Repacked::open(input, password)?),
        false => None,
    };
    let mut writer = Writer::new(BufWriter::new(part.file().map_err(fail)?));
    for Kept { entry, packing, again } in &plan.kept {
        match &mut repacked {
            Some(repacked) if *again => {
                let content = repacked.content(entry)?;
                let content = Bounded::new(content, entry.size.saturating_add(1), cancel);
                writer.add(&entry.name, entry.size, content).map_err(|error| match error.kind() {
                    // What the file system says; the rest is the content's fault.
                    io::ErrorKind::StorageFull | io::ErrorKind::PermissionDenied => fail(error),
                    _ => repack::reading_failed(entry, &error),
                })?;
            }
            _ => {
                let bytes = Stretch::new(source, packing.from, packing.packed);
                let bytes = Bounded::new(bytes, packing.packed, cancel);
                writer.add_packed(&entry.name, entry.as_packed(), bytes).map_err(fail)?;
            }
        }
    }
    writer.finish().and_then(|mut out| out.flush()).map_err(fail)
}

/// Bodies that the backup names and the copy does not hold, though it should.
fn not_kept(report: &Inspection, listed: &[Attachment], removed: &[String]) -> Vec<String> {
    let is_incomplete = report.damage.iter().any(|damage| damage.code == DamageCode::BodyMissing);
    let missing = listed.iter().filter(|one| !one.present);
    let lost = missing.filter(|one| {
        let id = &one.attachment_id;
        is_incomplete || (!id.is_empty() && removed.iter().any(|name| name.contains(id.as_str())))
    });
    lost.map(|one| shown(&format!("attachments/{}.bin", one.blob_name()))).collect()
}
