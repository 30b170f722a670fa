//! One of two backups, read for the comparison.

use std::collections::hash_map::RandomState;
use std::collections::{BTreeMap, HashMap};
use std::hash::BuildHasher;
use std::path::Path;

use tokio_util::sync::CancellationToken;

use super::types::DiffSide;
use crate::content::{Packing, read_manifest};
use crate::damage::shown;
use crate::json::{Row, WalkError};
use crate::opened::Opened;
use crate::people::People;
use crate::rules::{self, Listener, Table};
use crate::{InspectOptions, agreement, inspect};
use desk_base::progress::Silent;
use desk_base::{Error, Result};
use desk_base::{Outcome, done_or_return};

/// More rows of one table than are compared.
const MOST_ROWS: usize = 500_000;
/// More different columns than all tables have; what is beyond is not compared.
const MOST_COLUMNS: usize = 300;

/// One backup, ready to be compared.
pub(super) struct Side {
    /// Its description in the diff.
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
        let opened = Opened::new(path)?;
        let text = opened.rows()?;
        let side = match read(&opened, text, hashes, cancel) {
            _ if cancel.is_cancelled() => return Ok(Outcome::Stopped),
            side => side.map_err(|error| Error::file(path, &error))?.ok_or_else(|| opened.unreadable())?,
        };
        let report = done_or_return!(inspect(path, &InspectOptions::default(), &Silent, cancel)?);
        let told = DiffSide { name: report.file.name, damage: report.damage.len() as u64, ..side.told };
        Ok(Outcome::Done(Self { told, ..side }))
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

fn read(
    opened: &Opened,
    text: Packing,
    hashes: &RandomState,
    cancel: &CancellationToken,
) -> std::io::Result<Option<Side>> {
    let listen = || Rows { hashes: hashes.clone(), ..Rows::default() };
    let open = || opened.read(text, cancel);
    let (walked, judge, mut rows) = rules::judge(open(), open, listen);
    let is_partial = match walked {
        Ok(walked) if walked.is_object => false,
        Err(WalkError::NotJson(_)) if judge.has_rows() && !opened.is_protected() => true,
        Err(WalkError::Io(error)) => return Err(error),
        Ok(_) | Err(WalkError::NotJson(_)) => return Ok(None),
    };
    rows.people.settle(judge.belongings());
    let manifest = opened.find("manifest.json");
    let manifest = manifest.map(|packing| read_manifest(opened.read(packing, cancel))).transpose()?;
    let manifest = manifest.and_then(Result::ok).map(|(_, manifest)| manifest);
    let bodies = agreement::bodies(&opened.structure);
    let facts = agreement::attachment_facts(&judge, &bodies);
    let includes = manifest.as_ref().and_then(|read| read.includes_attachments);
    let told = DiffSide {
        name: String::new(),
        kind: agreement::kind(includes, facts.rows, facts.present).filter(|_| !is_partial),
        manifest: manifest.map(|manifest| manifest.facts()),
        tables: judge.tables(),
        damage: 0,
        is_partial,
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
