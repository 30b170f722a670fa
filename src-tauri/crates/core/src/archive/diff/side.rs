//! One of two backups, read for the comparison.

use std::collections::hash_map::RandomState;
use std::collections::{BTreeMap, HashMap};
use std::hash::BuildHasher;
use std::path::Path;

use super::super::content::{Packing, read_manifest};
use super::super::damage::Damages;
use super::super::inflate::{DEFLATED, STORED};
use super::super::json::Row;
use super::super::people::People;
use super::super::rules::{self, Listener, Table};
use super::super::source::Source;
use super::super::{agreement, inspect, zip};
use super::DiffSide;
use crate::{Code, Error, Result};

/// More rows of one table than are compared.
const MOST_ROWS: usize = 500_000;

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
    pub(super) fn read(path: &Path, hashes: &RandomState) -> Result<Self> {
        let source = inspect::open(path)?;
        let name = inspect::name_of(path);
        let read = read(&source, name, hashes).map_err(|error| Error::file(path, &error))?;
        read.ok_or_else(|| {
            Error::new(
                Code::NotAnArchive,
                format!("The rows of {} cannot be read.", path.display()),
                "Inspect the file to see what is wrong with it.",
            )
            .value("path", path.display())
        })
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

fn read<S: Source + ?Sized>(source: &S, name: String, hashes: &RandomState) -> std::io::Result<Option<Side>> {
    let structure = zip::read(source, &mut Damages::default())?;
    let packing = |name: &str| {
        let packing = Packing::of(structure.find(name)?, source.size())?;
        matches!(packing.method, STORED | DEFLATED).then_some(packing)
    };
    let Some(text) = packing("db.json") else { return Ok(None) };
    let listen = || Rows { hashes: hashes.clone(), ..Rows::default() };
    let judged = rules::judge(text.open(source), || text.open(source), listen);
    let Ok((_, judge, mut rows)) = judged else { return Ok(None) };
    rows.people.settle(judge.belongings());
    let manifest = packing("manifest.json").map(|packing| read_manifest(packing.open(source))).transpose()?;
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
                let place = self.columns.iter().position(|column| *column == name).unwrap_or_else(|| {
                    self.columns.push(name.into_owned());
                    self.columns.len() - 1
                });
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
