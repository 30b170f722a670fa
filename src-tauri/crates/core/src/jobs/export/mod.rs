//! Complete exports: what a server holds, or a ZIP that only lists attachments, as one ZIP
//! with every body inside. It can be stopped at any moment and continues where it was.

mod body;
mod bytes;
mod fetch;
mod finish;
mod job;
mod journal;
mod part;
mod sealed;
mod sources;
mod types;

use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use job::{ExportOf, ExportRequest, SourceChoice};
pub use part::{discard_export, unfinished_exports};
pub use sealed::{check_passphrase, decrypt, is_encrypted};
pub use types::*;

pub(in crate::jobs) use bytes::{blocking, hex};
use finish::Ended;
use journal::Header;
use part::Part;
use sources::Source;

use super::receive::{inspect, receive};
use super::{JobNote, Outcome, PartFile, Watch};
use crate::archive::{
    self, DamageCode, ExportIndex, InspectOptions, Inspection, Layout, Storage, TEXTS, hash_in_name,
    over_limits,
};
use crate::error::{AccountDetail, ArchiveDetail, JobDetail};
use crate::limits::OverLimit;
use crate::progress::{Stage, Update};
use crate::server::Session;
use crate::{Code, Error, Result};
use desk_base::done_or_return;

/// Damage of an index that making it complete puts right.
const CURED: [DamageCode; 2] = [DamageCode::BodyMissing, DamageCode::BodyUnlisted];

/// Makes an export. When bodies are missing and nothing is to be kept of it, the result names
/// them, has no file, and the export can continue later.
///
/// # Errors
/// `ArchiveDamaged` when the ZIP to be made complete is damaged, `Busy`, `DiskFull`, and what
/// every call may fail with. What was written so far is kept.
pub async fn export(order: &ExportOrder<'_>, watch: &Watch) -> Result<Outcome<ExportResult>> {
    if let Some(passphrase) = &order.passphrase {
        check_passphrase(passphrase)?;
    }
    let work = order.work.as_ref().unwrap_or(&order.folder);
    for folder in [&order.folder, work] {
        std::fs::create_dir_all(folder).map_err(|error| Error::file(folder, &error))?;
    }
    super::remove_leftovers(work);
    let (part, is_resumed) = match resumable(order, work, watch).await? {
        Outcome::Done(Some(part)) => (part, true),
        Outcome::Done(None) => (done_or_return!(begin(order, work, watch).await?), false),
        Outcome::Stopped | Outcome::Unknown(_) => return Ok(Outcome::Stopped),
    };
    watch.note(&JobNote::Subject(format!("{}.zip", part.header.base)));
    let cancel = watch.cancel.clone();
    let path = part.index();
    let (index, storage) = done_or_return!(
        blocking(move || {
            let index = match ExportIndex::open(&path, &cancel)? {
                Outcome::Done(index) => index,
                Outcome::Stopped | Outcome::Unknown(_) => return Ok(Outcome::Stopped),
            };
            let kind = archive::first_facts(&path)?.manifest.and_then(|manifest| manifest.storage_kind);
            let storage = if kind.as_deref() == Some("kv") { Storage::Kv } else { Storage::R2 };
            Ok(Outcome::Done((Arc::new(index), storage)))
        })
        .await?
    );
    let layout = index.layout()?;
    let over_limits = limits(&layout, &index, storage);
    if !over_limits.is_empty() {
        watch.progress.report(Update::OverLimits { limits: over_limits.clone() });
    }
    let (part, layout) = if is_resumed {
        watch.stage(Stage::CheckingHere);
        let (index, watch) = (Arc::clone(&index), watch.clone());
        let verifying = move || Ok((part.verify(&index, &layout, &watch)?, part, layout));
        let (verified, part, layout) = blocking(verifying).await?;
        done_or_return!(verified);
        (part, layout)
    } else {
        (part, layout)
    };
    let ended = |part, layout, missing| Ended {
        part,
        index: Arc::clone(&index),
        layout,
        missing,
        over_limits: over_limits.clone(),
        storage,
    };
    if order.ask_over_limits && !over_limits.is_empty() {
        return Ok(Outcome::Done(ended(part, layout, Vec::new()).unfinished(order)));
    }
    // What is written already needs no more space.
    let written: u64 = part.lines().values().map(|line| line.bytes).sum();
    if let Err(error) = watch.room.gauge(&part.index()).before(Some(layout.end_at.saturating_sub(written))) {
        if is_resumed {
            return Err(error.hint(
                "Free up space on this computer, then continue. Attachments fetched so far are kept.",
            ));
        }
        part.discard();
        return Err(error);
    }
    part.keep_sources(&order.kept_sources)?;
    let sources = Source::open_all(&order.sources, &index)?;
    let known = order.known_bodies.map(|known| known.hashes(&bodies_of(&index))).unwrap_or_default();
    let supply = fetch::Supply { sources: &sources, known: &known, parallel: order.parallel };
    let fetched = fetch::fetch_all(&part, &index, &layout, &supply, watch).await?;
    let missing = done_or_return!(fetched);
    let is_short = !missing.is_empty();
    let ended = ended(part, layout, missing);
    if is_short && order.missing == Missing::Fail {
        return Ok(Outcome::Done(ended.unfinished(order)));
    }
    ended.into_file(order, watch).await
}

/// A complete export of what the server holds, into `folder`: a safety copy that can be
/// imported from this computer. Bodies that are missing are noted in an incomplete file.
///
/// # Errors
/// As [`export`].
pub async fn safety_export(session: &Session, folder: &Path, watch: &Watch) -> Result<Outcome<ExportResult>> {
    let order = ExportOrder {
        from: ExportFrom::Server { attachments: true },
        folder: folder.to_owned(),
        work: None,
        sources: vec![BodySource::Server(session)],
        session: Some(session),
        missing: Missing::Keep,
        kept_sources: KeptSources { server: true, ..KeptSources::default() },
        known_bodies: None,
        parallel: PARALLEL,
        passphrase: None,
        resume: Resume::New,
        ask_over_limits: false,
    };
    export(&order, watch).await
}

/// The unfinished export that the order asks to continue with.
async fn resumable(order: &ExportOrder<'_>, work: &Path, watch: &Watch) -> Result<Outcome<Option<Part>>> {
    match &order.resume {
        Resume::New => Ok(Outcome::Done(None)),
        Resume::Part(path) => {
            let part = Part::resume(path)?;
            if part.header.encrypted && order.passphrase.is_none() {
                return Err(JobDetail::PassphraseNeeded.error());
            }
            match fits(order, &part.header, watch).await? {
                Outcome::Done(true) => Ok(Outcome::Done(Some(part))),
                Outcome::Done(false) => Err(JobDetail::OtherExport.error()),
                Outcome::Stopped | Outcome::Unknown(_) => Ok(Outcome::Stopped),
            }
        }
        Resume::Latest => {
            for found in unfinished_exports(work) {
                let path = PathBuf::from(found.part);
                let Some(header) = part::header_of(&path) else { continue };
                if header.encrypted && order.passphrase.is_none() {
                    continue;
                }
                match fits(order, &header, watch).await? {
                    Outcome::Done(true) => {}
                    Outcome::Done(false) => continue,
                    Outcome::Stopped | Outcome::Unknown(_) => return Ok(Outcome::Stopped),
                }
                match Part::resume(&path) {
                    Ok(part) => return Ok(Outcome::Done(Some(part))),
                    // Another process was faster.
                    Err(error) if error.code() == Code::Busy => {}
                    Err(error) => return Err(error),
                }
            }
            Ok(Outcome::Done(None))
        }
    }
}

/// The unfinished export is the one that is requested.
async fn fits(order: &ExportOrder<'_>, header: &Header, watch: &Watch) -> Result<Outcome<bool>> {
    match &order.from {
        ExportFrom::Server { attachments } => {
            let same = order.session.is_some_and(|session| {
                header.server.as_deref() == Some(&server_of(session))
                    && header.account.as_deref() == Some(&session.account().email)
            });
            Ok(Outcome::Done(same && header.remote.is_none() && header.attachments == *attachments))
        }
        ExportFrom::Remote { target_id, path } => {
            let same = order.session.is_some_and(|session| {
                header.server.as_deref() == Some(&server_of(session))
                    && header.account.as_deref() == Some(&session.account().email)
            });
            let named = |remote: &RemoteZip| (&remote.target_id, &remote.path) == (target_id, path);
            Ok(Outcome::Done(same && header.remote.as_ref().is_some_and(named)))
        }
        ExportFrom::Zip(path) => {
            let path = absolute(path)?;
            if header.zip.as_ref() != Some(&path) {
                return Ok(Outcome::Done(false));
            }
            let inspection = done_or_return!(inspect(&path, InspectOptions::default(), watch).await?);
            Ok(Outcome::Done(inspection.file.sha256 == header.index_sha256))
        }
    }
}

/// Begins an export: fetches its index, and looks whether it is whole.
async fn begin(order: &ExportOrder<'_>, work: &Path, watch: &Watch) -> Result<Outcome<Part>> {
    match &order.from {
        ExportFrom::Server { .. } | ExportFrom::Remote { .. } => {
            let session = order.session.ok_or_else(|| AccountDetail::NotSignedIn.error())?;
            let (incoming, attachments, remote) = match &order.from {
                ExportFrom::Remote { target_id, path } => {
                    watch.stage(Stage::Connecting);
                    let asked = session.download(target_id, path, watch.progress.as_ref());
                    let remote = RemoteZip { target_id: target_id.clone(), path: path.clone() };
                    (done_or_return!(watch.until_stopped(asked).await?), true, Some(remote))
                }
                from => {
                    watch.stage(Stage::ExportCollectData);
                    let attachments = matches!(from, ExportFrom::Server { attachments: true });
                    let asked = session.export(attachments, watch.progress.as_ref());
                    (done_or_return!(watch.until_stopped(asked).await?), attachments, None)
                }
            };
            let named = incoming.file_name.clone();
            let mut index = PartFile::create(&work.join("nodewarden_export_index.zip"))?;
            done_or_return!(receive(incoming, &mut index, watch).await?);
            let inspection = done_or_return!(sound(index.part_path(), named.as_deref(), watch).await?);
            let header = Header {
                nodewarden_export: Header::VERSION,
                server: Some(server_of(session)),
                account: Some(session.account().email.clone()),
                attachments,
                encrypted: order.passphrase.is_some(),
                zip: None,
                remote,
                base: base_name(named.as_deref(), &inspection),
                index_sha256: inspection.file.sha256,
            };
            Part::begin(work, header, Some(index)).map(Outcome::Done)
        }
        ExportFrom::Zip(path) => {
            let path = absolute(path)?;
            let inspection = done_or_return!(sound(&path, None, watch).await?);
            let name = inspection.file.name.clone();
            let header = Header {
                nodewarden_export: Header::VERSION,
                server: None,
                account: None,
                attachments: true,
                encrypted: order.passphrase.is_some(),
                base: base_name(Some(&name), &inspection),
                index_sha256: inspection.file.sha256,
                remote: None,
                zip: Some(path),
            };
            Part::begin(work, header, None).map(Outcome::Done)
        }
    }
}

/// Reads an index in full, and refuses one that is damaged: a complete ZIP made from it would
/// be damaged too.
pub(in crate::jobs) async fn sound(
    path: &Path,
    name: Option<&str>,
    watch: &Watch,
) -> Result<Outcome<Inspection>> {
    let options = InspectOptions { name: name.map(str::to_owned), ..InspectOptions::default() };
    let inspection = done_or_return!(inspect(path, options, watch).await?);
    match inspection.damage.iter().find(|damage| !CURED.contains(&damage.code)) {
        None => Ok(Outcome::Done(inspection)),
        Some(damage) => Err(ArchiveDetail::ExportWouldBeDamaged { damage: damage.message.clone() }.error()),
    }
}

/// The bodies that an index lists, with their sizes.
fn bodies_of(index: &ExportIndex) -> Vec<(String, u64)> {
    index.placed().map(|one| (one.blob_name(), one.size_bytes)).collect()
}

fn limits(layout: &Layout, index: &ExportIndex, storage: Storage) -> Vec<OverLimit> {
    over_limits(layout, index.text_size(TEXTS[1]), storage == Storage::Kv)
}

fn server_of(session: &Session) -> String {
    session.server().address().to_string()
}

fn absolute(path: &Path) -> Result<PathBuf> {
    std::path::absolute(path).map_err(|error| Error::file(path, &error))
}

/// `nodewarden_backup_<time>`: from the name of the index where it is one of the server's, else
/// from the time of the export.
pub(in crate::jobs) fn base_name(name: Option<&str>, inspection: &Inspection) -> String {
    if let Some(base) = name.and_then(server_base) {
        return base;
    }
    let exported = inspection.manifest.as_ref().and_then(|manifest| manifest.exported_at.as_deref());
    let at = exported.and_then(|at| at.parse().ok()).unwrap_or_else(jiff::Timestamp::now);
    let at = at.to_zoned(jiff::tz::TimeZone::UTC);
    format!("nodewarden_backup_{}", at.strftime("%Y%m%d_%H%M%S"))
}

/// The beginning of a name that the server gave, with its time.
fn server_base(name: &str) -> Option<String> {
    let stem = name.len().checked_sub(4).and_then(|at| name.get(..at))?;
    let stem = if hash_in_name(name).is_some() { &stem[..stem.len() - "_hhhhh".len()] } else { stem };
    let stem = stem.strip_suffix("_incomplete").unwrap_or(stem);
    let time = stem.strip_prefix("nodewarden_backup_")?;
    let (day, clock) = time.split_once('_')?;
    let digits = |text: &str, length| text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    (digits(day, 8) && digits(clock, 6)).then(|| stem.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_complete_file_keeps_the_time_of_its_index() {
        let base = Some("nodewarden_backup_20261122_191500".to_owned());
        for name in [
            "nodewarden_backup_20261122_191500_ad69b.zip",
            "nodewarden_backup_20261122_191500.zip",
            "nodewarden_backup_20261122_191500_incomplete.zip",
        ] {
            assert_eq!(server_base(name), base, "{name}");
        }
        for name in ["mine.zip", "nodewarden_backup_20261122_191500 (1).zip", ".zip", "", "ü.zip"] {
            assert_eq!(server_base(name), None, "{name}");
        }
    }
}
