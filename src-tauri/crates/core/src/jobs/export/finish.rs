//! The end of an export: the file is written whole, read in full by the archive engine, and
//! only then gets its final name.

use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use super::bytes::{blocking, hash_of};
use super::journal::Line;
use super::part::{Part, whole_bodies};
use super::sealed;
use super::{BodyOrigin, ExportOrder, ExportResult, ExportedAttachments, Missing, MissingBody};
use crate::archive::{
    ExportIndex, InspectOptions, Inspection, Layout, NameHash, Storage, Writer, manifest_noting, rows_without,
};
use crate::checks::CheckedHere;
use crate::jobs::receive::inspect;
use crate::jobs::{Outcome, PartFile, Watch};
use crate::limits::OverLimit;
use crate::progress::Stage;
use crate::text::{Noun, count, verb};
use crate::{Error, Result};
use desk_base::done_or_return;

/// What is known when all bodies were requested.
pub(super) struct Ended {
    pub part: Part,
    pub index: std::sync::Arc<ExportIndex>,
    pub layout: Layout,
    pub missing: Vec<MissingBody>,
    pub over_limits: Vec<OverLimit>,
    pub storage: Storage,
}

impl Ended {
    /// The result without a file: it can continue later.
    pub fn unfinished(self, order: &ExportOrder<'_>) -> ExportResult {
        let reason = reason_of_missing(self.missing.len()).or_else(|| over(&self.over_limits));
        let part = self.part.path.to_string_lossy().into_owned();
        ExportResult { unfinished: Some(part), reason, ..self.facts(order) }
    }

    fn facts(&self, order: &ExportOrder<'_>) -> ExportResult {
        let whole = whole_bodies(&self.part, &self.index);
        let mut sources = BTreeMap::new();
        for (_, line) in &whole {
            *sources.entry(line.source).or_insert(0) += 1;
        }
        ExportResult {
            file: None,
            bytes: 0,
            sha256: String::new(),
            attachments: ExportedAttachments {
                listed: self.index.attachments.len() as u64,
                written: whole.len() as u64,
                missing: self.missing.clone(),
            },
            sources,
            origins: whole.into_iter().map(origin).collect(),
            importable: false,
            reason: None,
            over_limits: self.over_limits.clone(),
            policy: order.missing,
            encrypted: order.passphrase.is_some(),
            check: None,
            unfinished: None,
        }
    }

    /// Writes the file, reads it in full, and gives it its name.
    pub async fn into_file(
        mut self,
        order: &ExportOrder<'_>,
        watch: &Watch,
    ) -> Result<Outcome<ExportResult>> {
        watch.stage(Stage::WritingArchive);
        let facts = self.facts(order);
        let rewritten = if self.missing.is_empty() {
            let (part, index, mut layout) = (self.part, self.index, self.layout);
            let completing = move || {
                part.complete(&index, &mut layout)?;
                Ok((part, index, layout))
            };
            (self.part, self.index, self.layout) = blocking(completing).await?;
            None
        } else {
            let folder = self.part.path.parent().unwrap_or(Path::new(".")).to_owned();
            let (written, back) = self.rewrite(folder, order.missing, watch).await?;
            self = back;
            Some(done_or_return!(written))
        };
        let path = rewritten.as_ref().map_or(self.part.path.as_path(), PartFile::part_path).to_owned();
        let base = &self.part.header.base;
        let options = InspectOptions {
            name: Some(format!("{base}.zip")),
            storage: self.storage,
            ..InspectOptions::default()
        };
        let inspection = done_or_return!(inspect(&path, options, watch).await?);
        let is_incomplete = rewritten.is_some() && order.missing == Missing::Keep;
        let sha256 = inspection.file.sha256.clone();
        let name = match sha256.get(..5) {
            Some(hash) if !is_incomplete => format!("{base}_{hash}.zip"),
            _ => format!("{base}_incomplete.zip"),
        };
        let mut check = CheckedHere::from(&inspection);
        if !is_incomplete {
            // The name is given by this very hash.
            check.name_hash = NameHash::Match;
        }
        let result = ExportResult {
            bytes: inspection.file.bytes,
            importable: !is_incomplete && is_importable(&inspection),
            reason: reason(&facts, &inspection, is_incomplete),
            check: Some(check),
            sha256: sha256.clone(),
            ..facts
        };
        let wanted = order.folder.join(&name);
        let saved = match &order.passphrase {
            Some(passphrase) => {
                watch.stage(Stage::Encrypting);
                done_or_return!(sealed::seal(&path, &wanted, passphrase, &sha256, watch).await?)
            }
            None => named(&self.part, rewritten, &wanted, &sha256)?,
        };
        self.part.discard();
        let encrypted_bytes = saved.metadata().map(|facts| facts.len()).ok();
        let bytes = encrypted_bytes.unwrap_or(result.bytes);
        let file = Some(saved.to_string_lossy().into_owned());
        Ok(Outcome::Done(ExportResult { file, bytes, ..result }))
    }

    /// The file without the missing bodies: with a note of them, or without their rows.
    async fn rewrite(
        self,
        folder: PathBuf,
        policy: Missing,
        watch: &Watch,
    ) -> Result<(Outcome<PartFile>, Self)> {
        let cancel = watch.cancel.clone();
        blocking(move || {
            let names: HashSet<String> = self
                .missing
                .iter()
                .map(|body| format!("{}/{}", body.cipher_id, body.attachment_id))
                .collect();
            let leave_out = policy == Missing::LeaveOut;
            let manifest = manifest_noting(&self.index, &names, leave_out, &cancel)?;
            let part = PartFile::create(&folder.join(format!("{}_rewritten.zip", self.part.header.base)))?;
            let failed = |error: std::io::Error| Error::file(part.part_path(), &error);
            let mut writer = Writer::new(BufWriter::with_capacity(256 * 1024, part.file().map_err(failed)?));
            writer.add("manifest.json", manifest.len() as u64, &*manifest).map_err(failed)?;
            if leave_out {
                let spool = tempfile::tempfile_in(&folder).map_err(failed)?;
                let (rows, length) = match rows_without(&self.index, &names, spool, &cancel)? {
                    Outcome::Done(rows) => rows,
                    Outcome::Stopped | Outcome::Unknown(_) => return Ok((Outcome::Stopped, self)),
                };
                writer.add("db.json", length, rows).map_err(failed)?;
            } else {
                let (packed, bytes) = self.index.packed_text("db.json")?;
                writer.add_packed("db.json", packed, bytes).map_err(failed)?;
            }
            for (entry, line) in whole_bodies(&self.part, &self.index) {
                if cancel.is_cancelled() {
                    return Ok((Outcome::Stopped, self));
                }
                let bytes = self.part.read(&line).map_err(failed)?;
                writer.add(&entry, line.bytes, bytes).map_err(failed)?;
            }
            writer.finish().and_then(|mut out| out.flush()).map_err(failed)?;
            let mut part = part;
            part.flush()?;
            Ok((Outcome::Done(part), self))
        })
        .await
    }
}

fn origin((path, line): (String, Line)) -> BodyOrigin {
    BodyOrigin { path, source: line.source, bytes: line.bytes, sha256: line.sha256 }
}

/// Gives the file its name. One of that name and that content is the same export.
fn named(part: &Part, rewritten: Option<PartFile>, wanted: &Path, sha256: &str) -> Result<PathBuf> {
    if let Ok(there) = File::open(wanted)
        && let Ok(facts) = there.metadata()
        && facts.is_file()
        && hash_of(&there, 0, facts.len(), &tokio_util::sync::CancellationToken::new())
            .is_ok_and(|hash| hash == sha256)
    {
        return Ok(wanted.to_owned());
    }
    match rewritten {
        Some(file) => file.finish_as(wanted),
        None => {
            crate::part_file::put_in_place(&part.path, wanted)?;
            Ok(wanted.to_owned())
        }
    }
}

fn is_importable(inspection: &Inspection) -> bool {
    let import = &inspection.server.import;
    inspection.intact && import.accepts && import.skipped.attachments == 0
}

/// Everything that stands against a file, in a sentence or two.
fn reason(facts: &ExportResult, inspection: &Inspection, is_incomplete: bool) -> Option<String> {
    let import = &inspection.server.import;
    let mut reasons: Vec<String> = Vec::new();
    if is_incomplete {
        reasons.extend(reason_of_missing(facts.attachments.missing.len()));
    } else {
        reasons.extend(inspection.damage.iter().take(3).map(|damage| damage.message.clone()));
        reasons.extend(over(&facts.over_limits).or_else(|| {
            let words = import.error.as_ref()?;
            Some(format!("The server would refuse to import it: {words}."))
        }));
        if facts.over_limits.is_empty() && import.skipped.attachments > 0 {
            let skipped = import.skipped.attachments;
            let words = import.skipped.reason.as_deref().unwrap_or("it gives no reason");
            reasons.push(format!("The server would skip {}: {words}.", count(skipped, Noun::Attachment)));
        }
    }
    (!reasons.is_empty()).then(|| reasons.join(" "))
}

fn reason_of_missing(missing: usize) -> Option<String> {
    (missing > 0)
        .then(|| format!("{} {} missing.", count(missing, Noun::Attachment), verb(missing, "is", "are")))
}

/// The limits that a file exceeds, in sentences.
fn over(limits: &[OverLimit]) -> Option<String> {
    let sentences: Vec<String> = limits.iter().map(OverLimit::sentence).collect();
    (!sentences.is_empty()).then(|| sentences.join(" "))
}
