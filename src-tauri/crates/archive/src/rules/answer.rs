//! The server's checks, one after the other; the first that fails determines the response.

use std::collections::HashMap;

use super::super::Storage;
use super::skips::{Bodies, Decision, skips};
use super::{
    Judge, MAX_ARCHIVE_BYTES, MAX_DB_JSON_BYTES, MAX_UNPACKED_BYTES, ManifestReader, Mode, Refusal, Table,
    names,
};

/// What the server is asked to do, and with what.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked {
    /// The way the backup comes.
    pub mode: Mode,
    /// Where the instance keeps bodies.
    pub storage: Storage,
    /// The instance holds data, and replacing it was not asked for.
    pub in_the_way: bool,
    /// The name carries a hash of another content, and that was not accepted.
    pub wrong_checksum: bool,
}

/// What was read, as the server reads it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Evidence<'a> {
    /// The archive's size.
    pub bytes: u64,
    /// Why unpacking stopped, if it did.
    pub unpacking: Option<&'a Refusal>,
    /// The files with their unpacked sizes, in the server's order.
    pub files: &'a [(String, u64)],
    /// The manifest, or that it is no JSON.
    pub manifest: Result<&'a ManifestReader, &'a NotJson>,
    /// The rows, or that they are no JSON.
    pub rows: Result<Rows<'a>, &'a NotJson>,
    /// The bodies on the target, where they are known.
    pub on_target: Option<&'a std::collections::BTreeMap<String, u64>>,
}

/// A text that is not JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NotJson;

/// What `db.json` holds.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Rows<'a> {
    /// Tables.
    Tables(&'a Judge),
    /// Something else than an object.
    NoObject,
}

/// Decides as the server would: what happens to each attachment, or a refusal.
pub(crate) fn answer(asked: Asked, evidence: Evidence<'_>) -> Result<Decision, Refusal> {
    if evidence.bytes > MAX_ARCHIVE_BYTES && asked.mode == Mode::LocalImport {
        return Err(Refusal::too_large(asked.mode));
    }
    if asked.wrong_checksum {
        return Err(Refusal::checksum(asked.mode));
    }
    if evidence.bytes > MAX_ARCHIVE_BYTES {
        return Err(Refusal::too_large(asked.mode));
    }
    if let Some(refusal) = evidence.unpacking {
        return Err(refusal.clone());
    }
    check_unpacked(evidence.files)?;
    let inside: HashMap<&str, u64> = evidence.files.iter().map(|(name, size)| (&**name, *size)).collect();
    if !inside.contains_key("manifest.json") || !inside.contains_key("db.json") {
        return Err(Refusal::because("Backup archive is missing manifest.json or db.json"));
    }
    let no_json = |_: &NotJson| Refusal::because("Backup archive contains invalid JSON metadata");
    let (manifest, rows) = (evidence.manifest.map_err(no_json)?, evidence.rows.map_err(no_json)?);
    if !manifest.is_version_1 {
        return Err(Refusal::because("Unsupported backup format version"));
    }
    let Rows::Tables(judge) = rows else {
        return Err(Refusal::because("Backup archive database payload is invalid"));
    };
    if let Some(refusal) = judge.refused_attachments() {
        return Err(refusal);
    }
    let elsewhere = (asked.mode == Mode::RemoteRestore).then(|| manifest.by_ids());
    let has_body = |ids: &str, entry: &str| {
        inside.contains_key(entry) || elsewhere.as_ref().is_some_and(|listed| listed.find(ids).is_some())
    };
    for row in judge.attachments() {
        let entry = row.entry();
        if !row.id().is_empty() && !row.cipher_id().is_empty() && !has_body(row.ids(), &entry) {
            return Err(missing(&entry));
        }
    }
    let bodies = Bodies { inside: &inside, in_order: evidence.files, on_target: evidence.on_target };
    let decision = skips(asked.mode, asked.storage, judge.attachments(), manifest, bodies);
    check_rows(judge, |index| asked.mode == Mode::RemoteRestore && decision.left_out[index])?;
    if asked.in_the_way {
        return Err(Refusal::not_fresh());
    }
    let keeps_attachments = decision.left_out.iter().any(|left_out| !left_out);
    judge.refused_by_store(keeps_attachments).map_or(Ok(decision), Err)
}

/// Sizes once more, as they turned out.
fn check_unpacked(files: &[(String, u64)]) -> Result<(), Refusal> {
    let mut unpacked = 0_u64;
    for (name, size) in files {
        let size = *size;
        names::check(name)?;
        unpacked = unpacked.saturating_add(size);
        if name == "db.json" && size > MAX_DB_JSON_BYTES {
            return Err(Refusal::because("Backup archive database payload is too large"));
        }
        if unpacked > MAX_UNPACKED_BYTES {
            return Err(Refusal::because("Backup archive expands beyond the current restore limit"));
        }
    }
    Ok(())
}

fn check_rows(judge: &Judge, is_left_out: impl Fn(usize) -> bool) -> Result<(), Refusal> {
    let refused = judge.refused_shape().or_else(|| {
        judge.refused_row(&[
            Table::Users,
            Table::Config,
            Table::UserRevisions,
            Table::DomainSettings,
            Table::Folders,
            Table::Ciphers,
            Table::Attachments,
        ])
    });
    if let Some(refusal) = refused {
        return Err(refusal);
    }
    let mut rows = judge.attachments().iter().enumerate();
    if rows.any(|(index, row)| !row.is_valid && !is_left_out(index)) {
        return Err(Refusal::because("Backup archive contains an invalid attachment row"));
    }
    judge.refused_row(&[Table::WebauthnCredentials]).map_or(Ok(()), Err)
}

fn missing(entry: &str) -> Refusal {
    Refusal::because(format!("Backup archive is missing required file: {entry}"))
}
