//! Takes a backup in, or refuses it, exactly as the server does.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::io::Read;

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::super::inflate::{End, Inflate, STORED};
use super::super::json::{Row, walk};
use super::super::name::server_finds_mismatch;
use super::super::source::Stretch;
use super::super::{Skipped, Storage};
use super::answer::{Asked, Evidence, NotJson, Rows, answer};
use super::rows::{Listener, judge};
use super::skips::{AttachmentRow, Decision, item, path_if_lost, with_unrestored};
use super::{ManifestReader, Mode, Refusal, ServerEntry, TABLES, Table, list};

/// What the instance is asked to take in.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    /// The way the backup comes.
    pub mode: Mode,
    /// Where the instance keeps attachment bodies.
    pub storage: Storage,
    /// The file's name, whose hash is checked.
    pub file_name: &'a str,
    /// Take it although the name's hash is of another content.
    pub accept_mismatch: bool,
    /// The instance holds vault or Send data.
    pub holds_data: bool,
    /// Replace what it holds.
    pub replace: bool,
}

/// A backup that the server takes.
#[derive(Debug)]
pub struct Accepted<'a> {
    /// The rows to insert, for each table in the order of `db.json`.
    pub rows: BTreeMap<Table, Vec<Map<String, Value>>>,
    /// For each row of [`Table::Attachments`] in `rows`: where its body is.
    pub attachments: Vec<KeptAttachment<'a>>,
    /// What is left out from the beginning.
    pub skipped: Skipped,
}

/// An attachment whose row is inserted.
#[derive(Debug)]
pub struct KeptAttachment<'a> {
    /// The vault item's id.
    pub cipher_id: String,
    /// The attachment's id.
    pub attachment_id: String,
    /// The size in the manifest, or else in the row.
    pub size_bytes: u64,
    /// Where its body is.
    pub body: Body<'a>,
    path: String,
}

/// Where a body is.
#[derive(Debug)]
pub enum Body<'a> {
    /// In the archive.
    Inside(Cow<'a, [u8]>),
    /// On the target, under this blob name (`cipherId/attachmentId`), below
    /// `attachments/`.
    OnTarget(String),
}

impl Accepted<'_> {
    /// The skipped list of the import's response. `failed` are the places in
    /// `attachments` whose bodies were not found or could not be stored, each
    /// with the number of bytes found.
    pub fn skipped_with(&self, failed: &[(usize, Option<u64>)]) -> Skipped {
        let items = failed.iter().filter_map(|&(place, found)| {
            let attachment = self.attachments.get(place)?;
            Some(item(attachment.path.clone(), found.unwrap_or(attachment.size_bytes)))
        });
        with_unrestored(self.skipped.clone(), items.collect())
    }
}

/// Reads a backup of at most the server's size as the server does, and decides.
pub fn accept<'a>(archive: &'a [u8], request: &Request<'_>) -> Result<Accepted<'a>, Refusal> {
    let sha256: String = Sha256::digest(archive).iter().map(|byte| format!("{byte:02x}")).collect();
    let asked = Asked {
        mode: request.mode,
        storage: request.storage,
        in_the_way: request.holds_data && !request.replace,
        wrong_checksum: server_finds_mismatch(request.file_name, &sha256) && !request.accept_mismatch,
    };
    let is_readable = archive.len() as u64 <= super::MAX_ARCHIVE_BYTES && !asked.wrong_checksum;
    let (files, unpacking) = if is_readable { unpack(archive) } else { (Vec::new(), None) };
    let text =
        |name: &str| files.iter().find(|(file, _)| file == name).map(|(_, body)| &**body).unwrap_or_default();

    let mut manifest = ManifestReader::default();
    let manifest_is_json = walk(text("manifest.json"), &mut manifest).is_ok();
    let rows = judge(text("db.json"), || text("db.json"), Collected::default);
    let sizes: Vec<(String, u64)> =
        files.iter().map(|(name, body)| (name.clone(), body.len() as u64)).collect();
    let evidence = Evidence {
        bytes: archive.len() as u64,
        unpacking: unpacking.as_ref(),
        files: &sizes,
        manifest: if manifest_is_json { Ok(&manifest) } else { Err(&NotJson) },
        rows: match &rows {
            (Ok(walked), judge, _) if walked.is_object => Ok(Rows::Tables(judge)),
            (Ok(_), ..) => Ok(Rows::NoObject),
            (Err(_), ..) => Err(&NotJson),
        },
        on_target: None,
    };
    let decision = answer(asked, evidence)?;
    let (Ok(_), judge, Collected { mut tables }) = rows else { return Err(Refusal::unreadable()) };

    let attachments = kept(request.mode, judge.attachments(), &decision, &manifest, files);
    let mut left_out = decision.left_out.iter();
    tables.entry(Table::Attachments).or_default().retain(|_| left_out.next() == Some(&false));
    for table in TABLES {
        tables.entry(table).or_default();
    }
    Ok(Accepted { rows: tables, attachments, skipped: decision.skipped })
}

/// The attachments whose rows are inserted, with their bodies.
fn kept<'a>(
    mode: Mode,
    rows: &[AttachmentRow],
    decision: &Decision,
    manifest: &ManifestReader,
    files: Files<'a>,
) -> Vec<KeptAttachment<'a>> {
    let mut bodies: HashMap<String, Cow<'a, [u8]>> = files.into_iter().collect();
    let listed = manifest.by_ids();
    let inserted = rows.iter().enumerate().filter(|(index, _)| !decision.left_out[*index]);
    let keep = |(index, row): (usize, &AttachmentRow)| {
        let entry = row.entry();
        let blob = decision.fetched[index].map(|place| &manifest.blobs[place]);
        KeptAttachment {
            cipher_id: row.cipher_id().to_owned(),
            attachment_id: row.id().to_owned(),
            size_bytes: blob.map(|blob| blob.size).filter(|&size| size > 0).unwrap_or(row.size),
            path: match mode {
                Mode::LocalImport => entry.clone(),
                Mode::RemoteRestore => {
                    path_if_lost(row, listed.get(row.ids()).filter(|blob| blob.is_fetchable))
                }
            },
            body: match blob {
                Some(blob) => Body::OnTarget(blob.blob_name(row.ids()).to_owned()),
                None => Body::Inside(bodies.remove(&entry).unwrap_or_default()),
            },
        }
    };
    inserted.map(keep).collect()
}

type Files<'a> = Vec<(String, Cow<'a, [u8]>)>;

/// Unpacks as the server does: up to the first entry that fails.
fn unpack(archive: &[u8]) -> (Files<'_>, Option<Refusal>) {
    let Ok(listing) = list(archive) else { return (Vec::new(), Some(Refusal::unreadable())) };
    let mut unpacked = HashMap::new();
    for (place, entry) in listing.entries.iter().enumerate() {
        match unpack_entry(archive, entry) {
            Some(body) => unpacked.insert(entry.name.clone(), (place, body)),
            None => return (Vec::new(), Some(Refusal::unreadable())),
        };
    }
    let files = listing
        .files()
        .into_iter()
        .filter_map(|entry| unpacked.remove(&entry.name).map(|(_, body)| (entry.name.clone(), body)));
    (files.collect(), listing.refusal.clone())
}

fn unpack_entry<'a>(archive: &'a [u8], entry: &ServerEntry) -> Option<Cow<'a, [u8]>> {
    if entry.method == STORED {
        let from = usize::try_from(entry.from).ok()?.min(archive.len());
        let packed = usize::try_from(entry.packed).ok()?;
        return Some(Cow::Borrowed(archive.get(from..from + packed).unwrap_or_default()));
    }
    // Of no packed bytes the server's unpacker makes as many zeros as the size in the header.
    if entry.packed == 0 {
        return Some(Cow::Owned(vec![0; usize::try_from(entry.size).ok()?]));
    }
    let mut body = Vec::new();
    let mut inflate = Inflate::new(Stretch::new(archive, entry.from, entry.packed), entry.size);
    inflate.read_to_end(&mut body).ok()?;
    matches!(inflate.end(), End::Whole | End::TooLong).then_some(Cow::Owned(body))
}

/// Keeps all rows.
#[derive(Debug, Default)]
struct Collected {
    tables: BTreeMap<Table, Vec<Map<String, Value>>>,
}

impl Listener for Collected {
    fn table(&mut self, table: Table) {
        self.tables.insert(table, Vec::new());
    }

    fn row(&mut self, table: Table, row: &Row<'_>, _owner: Option<u32>) {
        self.tables.entry(table).or_default().push(row.to_json());
    }
}
