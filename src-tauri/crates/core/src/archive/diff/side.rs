//! One of two backups, read for the comparison.

use std::collections::hash_map::RandomState;
use std::collections::{BTreeMap, HashMap};
use std::hash::BuildHasher;
use std::path::Path;

use tokio_util::sync::CancellationToken;

use super::super::bounded::{Bounded, most_unpacked};
use super::super::content::{Packing, read_manifest};
use super::super::damage::{Damages, shown};
use super::super::inflate::{DEFLATED, STORED};
use super::super::json::Row;
use super::super::people::People;
use super::super::rules::{self, Listener, Table};
use super::super::source::Source;
use super::super::{agreement, folder, inspect, zip};
use super::DiffSide;
use crate::jobs::Outcome;
use crate::{Code, Error, Result};

/// More rows of one table than are compared.
const MOST_ROWS: usize = 500_000;
/// More different columns than all tables have; what is beyond is not compared.
const MOST_COLUMNS: usize = 300;

/// One backup, ready to be compared.
pub(super) struct Side {
    /// What is told of it.
    pub told: DiffSide,
    /// Its rows.
    pub rows: Rows,
}

/// The rows by id, each as the hashes of its columns.
#[derive(Default)]
pub(super) struct Rows {
    /// The rows of each table that is compared.
    pub tables: BTreeMap<Table, HashMap<String, Digest>>,
    /// Hash of the backup settings.
    pub settings: Option<u64>,
    /// Who is in it.
    pub people: People,
    hashes: RandomState,
    columns: Vec<String>,
}

/// A row without its values.
pub(super) struct Digest {
    owner: Option<u32>,
    /// Place of the column in `columns`, hash of the value.
    columns: Box<[(u16, u64)]>,
}

impl Side {
    /// Reads a backup.
    pub(super) fn read(
        path: &Path,
        hashes: &RandomState,
        cancel: &CancellationToken,
    ) -> Result<Outcome<Self>> {
        let source = inspect::open(path)?;
        match read(&source, inspect::name_of(path), hashes, cancel) {
            _ if cancel.is_cancelled() => Ok(Outcome::Stopped),
            Ok(Some(side)) => Ok(Outcome::Done(side)),
            Ok(None) => Err(Error::new(
                Code::NotAnArchive,
                format!("The rows of {} cannot be read.", path.display()),
                "Inspect the file to see what is wrong with it.",
            )
            .value("path", path.display())),
            Err(error) => Err(Error::file(path, &error)),
        }
    }

    /// Whose row it is.
    pub(super) fn email(&self, digest: &Digest) -> Option<String> {
        let person = self.rows.people.people.get(digest.owner? as usize)?;
        Some(person.email.clone())
    }

    /// The row's columns and the hashes of their values.
    pub(super) fn columns(&self, digest: &Digest) -> BTreeMap<&str, u64> {
        let named = digest
            .columns
            .iter()
            .filter_map(|&(place, hash)| Some((self.rows.columns.get(usize::from(place))?, hash)));
        named.map(|(name, hash)| (&**name, hash)).collect()
    }
}

fn read<S: Source + ?Sized>(
    source: &S,
    name: String,
    hashes: &RandomState,
    cancel: &CancellationToken,
) -> std::io::Result<Option<Side>> {
    let mut structure = zip::read(source, &mut Damages::default())?;
    folder::take_out(&mut structure);
    let packing = |name: &str| {
        let packing = Packing::of(structure.find(name)?, source.size())?;
        matches!(packing.method, STORED | DEFLATED).then_some(packing)
    };
    let Some(text) = packing("db.json") else { return Ok(None) };
    let listen = || Rows { hashes: hashes.clone(), ..Rows::default() };
    let open = |packing: Packing| Bounded::new(packing.open(source), most_unpacked(source.size()), cancel);
    let judged = rules::judge(open(text), || open(text), listen);
    let Ok((walked, judge, mut rows)) = judged else { return Ok(None) };
    if !walked.is_object {
        return Ok(None);
    }
    rows.people.settle(judge.belongings());
    let manifest = packing("manifest.json").map(|packing| read_manifest(open(packing))).transpose()?;
    let manifest = manifest.and_then(Result::ok).map(|(_, manifest)| manifest);
    let bodies = agreement::bodies(&structure);
    let facts = agreement::attachment_facts(&judge, &bodies);
    let told = DiffSide {
        name,
        kind: agreement::kind(
            manifest.as_ref().and_then(|read| read.includes_attachments),
            facts.rows,
            facts.present,
        ),
        manifest: manifest.map(|manifest| manifest.facts()),
        tables: rules::TABLES
            .into_iter()
            .filter_map(|table| Some((table.name().to_owned(), judge.rows(table)?)))
            .collect(),
    };
    Ok(Some(Side { told, rows }))
}

impl Listener for Rows {
    const NEEDS_OWNERS: bool = true;

    fn table(&mut self, table: Table) {
        self.people.table(table);
        self.tables.insert(table, HashMap::new());
        if table == Table::Config {
            self.settings = None;
        }
    }

    fn row(&mut self, table: Table, row: &Row<'_>, owner: Option<u32>) {
        self.people.row(table, row, owner);
        if table == Table::Config && row.get("key").trimmed() == "backup.settings.v1" {
            self.settings = Some(self.hashes.hash_one(row.get("value").as_js_string()));
        }
        if !matches!(table, Table::Users | Table::Folders | Table::Ciphers | Table::Attachments) {
            return;
        }
        let columns: Vec<(u16, u64)> = row
            .members()
            .filter_map(|(name, value)| {
                let known = self.columns.iter().position(|column| *column == name);
                let place = match known {
                    Some(place) => place,
                    None if self.columns.len() == MOST_COLUMNS => return None,
                    None => {
                        self.columns.push(shown(&name));
                        self.columns.len() - 1
                    }
                };
                Some((u16::try_from(place).ok()?, self.hashes.hash_one(value.as_js_string())))
            })
            .collect();
        let rows = self.tables.entry(table).or_default();
        if rows.len() < MOST_ROWS {
            let id = row.get("id").trimmed().into_owned();
            rows.insert(id, Digest { owner, columns: columns.into_boxed_slice() });
        }
    }
}
