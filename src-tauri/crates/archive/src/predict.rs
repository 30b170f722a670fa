//! Predicts the server's responses from what was read anyway; reads again only
//! what the server would read from other bytes than a strict reader does.

use std::collections::HashMap;
use std::io;

use tokio_util::sync::CancellationToken;

use super::bounded::{Bounded, most_unpacked};
use super::content::{Contents, ManifestText, Outcome, Packing, RowsText, read_manifest, read_rows};
use super::inflate::STORED;
use super::rules::{
    self, Asked, Evidence, MAX_ARCHIVE_BYTES, Mode, NotJson, Refusal, Rows, ServerEntry, answer,
};
use super::source::Source;
use super::{InspectOptions, ServerVerdict, ServerVerdicts, Skipped, Storage, WithoutReplacing};

/// The server's responses, predicted.
pub(crate) struct Foreseen {
    /// Of the instance that was asked about.
    pub server: ServerVerdicts,
    /// Of instances with another storage, where that was requested.
    pub elsewhere: Vec<(Storage, ServerVerdicts)>,
    /// Of an instance that holds data which is not to be replaced.
    pub without_replacing: WithoutReplacing,
}

/// The responses to an import and to a remote restore.
pub(crate) fn predict<S: Source + ?Sized>(
    source: &S,
    contents: &Contents,
    options: &InspectOptions,
    wrong_checksum: bool,
    cancel: &CancellationToken,
) -> io::Result<Foreseen> {
    let seen = if source.size() > MAX_ARCHIVE_BYTES {
        Seen::default()
    } else {
        Seen::read(source, contents, cancel)?
    };
    let verdict = |mode, storage, in_the_way| {
        let wrong_checksum = wrong_checksum && !options.accept_mismatch;
        let asked = Asked { mode, storage, in_the_way, wrong_checksum };
        match answer(asked, seen.evidence(source.size(), contents, options)) {
            Ok(decision) => ServerVerdict { accepts: true, error: None, skipped: decision.foretold() },
            Err(refusal) => {
                ServerVerdict { accepts: false, error: Some(refusal.message), skipped: Skipped::default() }
            }
        }
    };
    let verdicts = |storage, in_the_way| ServerVerdicts {
        import: verdict(Mode::LocalImport, storage, in_the_way),
        remote_restore: verdict(Mode::RemoteRestore, storage, in_the_way),
    };
    let in_the_way = !options.fresh && !options.replace;
    let others = [Storage::R2, Storage::Kv, Storage::None].into_iter();
    let others = others.filter(|storage| options.all_storages && *storage != options.storage);
    let kept = verdicts(options.storage, true);
    Ok(Foreseen {
        server: verdicts(options.storage, in_the_way),
        elsewhere: others.map(|storage| (storage, verdicts(storage, in_the_way))).collect(),
        without_replacing: WithoutReplacing {
            import: kept.import.error,
            remote_restore: kept.remote_restore.error,
        },
    })
}

/// What the server sees of the file.
#[derive(Default)]
struct Seen {
    unpacking: Option<Refusal>,
    files: Vec<(String, u64)>,
    /// Read from other bytes than the strict reader's.
    manifest: Option<ManifestText>,
    /// Read from other bytes than the strict reader's.
    rows: Option<RowsText>,
}

impl Seen {
    fn read<S: Source + ?Sized>(
        source: &S,
        contents: &Contents,
        cancel: &CancellationToken,
    ) -> io::Result<Self> {
        let listing = rules::list(source)?;
        let mut seen = Self { unpacking: listing.refusal.clone(), ..Self::default() };
        let mut outcomes = HashMap::new();
        for entry in &listing.entries {
            let packing = packing(entry);
            let outcome = unpacked(source, contents, packing, cancel)?;
            if outcome == Outcome::Fails {
                seen.unpacking = Some(Refusal::unreadable());
                return Ok(seen);
            }
            outcomes.insert(packing, outcome);
        }
        for entry in listing.files() {
            let packing = packing(entry);
            if let Some(Outcome::Bytes(bytes)) = outcomes.get(&packing) {
                seen.files.push((entry.name.clone(), *bytes));
            }
            let again = || Bounded::new(packing.open(source), most_unpacked(source.size()), cancel);
            if entry.name == "manifest.json"
                && contents.manifest.as_ref().is_none_or(|(read, _)| *read != packing)
            {
                seen.manifest = Some(read_manifest(again())?);
            }
            if entry.name == "db.json" && contents.rows.as_ref().is_none_or(|(read, _)| *read != packing) {
                seen.rows = Some(read_rows(again(), again)?);
            }
        }
        Ok(seen)
    }

    fn evidence<'a>(
        &'a self,
        bytes: u64,
        contents: &'a Contents,
        options: &'a InspectOptions,
    ) -> Evidence<'a> {
        let manifest = self.manifest.as_ref().or(contents.manifest.as_ref().map(|(_, read)| read));
        let rows = self.rows.as_ref().or(contents.rows.as_ref().map(|(_, read)| read));
        Evidence {
            bytes,
            unpacking: self.unpacking.as_ref(),
            files: &self.files,
            manifest: match manifest {
                Some(Ok((_, manifest))) => Ok(manifest),
                _ => Err(&NotJson),
            },
            rows: match rows {
                Some(Ok((walked, judge, _))) if walked.is_object => Ok(Rows::Tables(judge)),
                Some(Ok(_)) => Ok(Rows::NoObject),
                _ => Err(&NotJson),
            },
            on_target: options.target_listing.as_ref(),
        }
    }
}

fn packing(entry: &ServerEntry) -> Packing {
    Packing { method: entry.method, from: entry.from, packed: entry.packed, size: entry.size }
}

/// What unpacking comes to, known from before where the bytes are the same.
fn unpacked<S: Source + ?Sized>(
    source: &S,
    contents: &Contents,
    packing: Packing,
    cancel: &CancellationToken,
) -> io::Result<Outcome> {
    if packing.method == STORED {
        return Ok(Outcome::Bytes(packing.packed));
    }
    // Of no packed bytes the server's unpacker makes as many zeros as the size in the header.
    if packing.packed == 0 {
        return Ok(Outcome::Bytes(packing.size));
    }
    if let Some(outcome) = contents.outcomes.get(&packing) {
        return Ok(*outcome);
    }
    packing.measure(source, cancel)
}
