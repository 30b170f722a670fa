//! Foretells the server's answers from what was read anyway; reads again only
//! what the server would read from other bytes than a strict reader does.

use std::io;

use tokio_util::sync::CancellationToken;

use super::content::{Contents, ManifestText, Outcome, Packing, RowsText, read_manifest, read_rows};
use super::inflate::STORED;
use super::rules::{
    self, Asked, Evidence, MAX_ARCHIVE_BYTES, Mode, NotJson, Refusal, Rows, ServerEntry, answer,
};
use super::source::Source;
use super::{InspectOptions, ServerVerdict, ServerVerdicts, Skipped};

/// The answers to an import and to a remote restore.
pub(crate) fn foresee<S: Source + ?Sized>(
    source: &S,
    contents: &Contents,
    options: &InspectOptions,
    wrong_checksum: bool,
    cancel: &CancellationToken,
) -> io::Result<ServerVerdicts> {
    let seen = if source.size() > MAX_ARCHIVE_BYTES {
        Seen::default()
    } else {
        Seen::read(source, contents, cancel)?
    };
    let verdict = |mode| {
        let asked = Asked {
            mode,
            storage: options.storage,
            in_the_way: !options.fresh && !options.replace,
            wrong_checksum: wrong_checksum && !options.accept_mismatch,
        };
        match answer(asked, seen.evidence(source.size(), contents, options)) {
            Ok(decision) => ServerVerdict { accepts: true, error: None, skipped: decision.skipped },
            Err(refusal) => {
                ServerVerdict { accepts: false, error: Some(refusal.message), skipped: Skipped::default() }
            }
        }
    };
    Ok(ServerVerdicts { import: verdict(Mode::LocalImport), remote_restore: verdict(Mode::RemoteRestore) })
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
        for entry in &listing.entries {
            if cancel.is_cancelled() {
                return Err(io::Error::other("stopped"));
            }
            if unpacked(source, contents, packing(entry))? == Outcome::Fails {
                seen.unpacking = Some(Refusal::unreadable());
                return Ok(seen);
            }
        }
        for entry in listing.files() {
            let packing = packing(entry);
            if let Outcome::Bytes(bytes) = unpacked(source, contents, packing)? {
                seen.files.push((entry.name.clone(), bytes));
            }
            let again = || packing.open(source);
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
fn unpacked<S: Source + ?Sized>(source: &S, contents: &Contents, packing: Packing) -> io::Result<Outcome> {
    if packing.method == STORED {
        return Ok(Outcome::Bytes(packing.packed));
    }
    if let Some(outcome) = contents.outcomes.get(&packing) {
        return Ok(*outcome);
    }
    packing.measure(source)
}
