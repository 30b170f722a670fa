//! The rows of a damaged backup, written again one by one.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Write};

use super::loss::{Loss, LossKind};
use crate::damage::shown;
use crate::json::{Member, Row, Visitor};
use crate::rules::{TABLES, Table};
use crate::zip::Entry;

/// More losses than this are counted and not named.
const MOST_LOSSES: usize = 10_000;

/// What is lost, named up to a number.
#[derive(Default)]
pub(super) struct Losses {
    pub list: Vec<Loss>,
    pub count: u64,
}

impl Losses {
    pub fn add(&mut self, entry: Option<&str>, what: LossKind, count: Option<u64>) {
        self.count += 1;
        if self.list.len() < MOST_LOSSES {
            self.list.push(Loss { entry: entry.map(shown), what, count });
        }
    }
}

/// Writes the rows again as they come.
pub(super) struct SavingRows<'a> {
    out: BufWriter<File>,
    bodies: &'a BTreeMap<&'a str, &'a Entry>,
    /// The file held bodies: a row whose body is lost could not be imported.
    held_bodies: bool,
    table: Option<Table>,
    counts: BTreeMap<Table, u64>,
    lost: Losses,
    failed: Option<io::Error>,
}

impl<'a> SavingRows<'a> {
    pub fn new(out: BufWriter<File>, bodies: &'a BTreeMap<&'a str, &'a Entry>, held_bodies: bool) -> Self {
        Self {
            out,
            bodies,
            held_bodies,
            table: None,
            counts: BTreeMap::new(),
            lost: Losses::default(),
            failed: None,
        }
    }

    fn put(&mut self, bytes: &[u8]) {
        if self.failed.is_none() {
            self.failed = self.out.write_all(bytes).err();
        }
    }

    fn begin_table(&mut self, table: Table) {
        let before = if self.counts.is_empty() { "{" } else { "]," };
        self.put(format!("{before}\"{}\":[", table.name()).as_bytes());
        self.counts.insert(table, 0);
        self.table = Some(table);
    }

    /// Closes the text, with the tables that were not reached as empty ones.
    pub fn finish(mut self, lost: &mut Losses) -> io::Result<(BTreeMap<String, u64>, File)> {
        for table in TABLES {
            if !self.counts.contains_key(&table) {
                self.begin_table(table);
            }
        }
        self.put(b"]}");
        if let Some(error) = self.failed {
            return Err(error);
        }
        lost.count += self.lost.count;
        lost.list.append(&mut self.lost.list);
        let tables = self.counts.iter().map(|(table, &rows)| (table.name().to_owned(), rows)).collect();
        Ok((tables, self.out.into_inner().map_err(io::IntoInnerError::into_error)?))
    }
}

impl Visitor for SavingRows<'_> {
    fn begin(&mut self, key: &str, member: Member<'_>) -> bool {
        let table =
            Table::named(key).filter(|table| member == Member::Array && !self.counts.contains_key(table));
        match table {
            Some(table) => self.begin_table(table),
            None => self.table = None,
        }
        table.is_some()
    }

    fn row(&mut self, row: &Row<'_>) {
        let Some(table) = self.table else { return };
        if row.too_long || row.is_null() {
            self.lost.add(Some("db.json"), LossKind::Rows, Some(1));
            return;
        }
        if table == Table::Attachments && self.held_bodies {
            let (cipher, id) = (row.get("cipher_id").trimmed(), row.get("id").trimmed());
            let name = format!("attachments/{cipher}/{id}.bin");
            if !self.bodies.contains_key(&*name) {
                self.lost.add(Some(&name), LossKind::AttachmentRow, None);
                return;
            }
        }
        let count = self.counts.entry(table).or_default();
        *count += 1;
        if *count > 1 {
            self.put(b",");
        }
        // Bytes that are no text would make all of it unreadable; the server reads them so, too.
        self.put(String::from_utf8_lossy(row.raw()).as_bytes());
    }
}
